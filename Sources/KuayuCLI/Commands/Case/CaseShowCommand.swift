import ArgumentParser
import KuayuGateway
import KuayuModel
import KuayuSQLite

struct CaseShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "查看 — one case: clock, owed materials, notices, bundle, branches, events, messages, deliveries.",
        discussion: """
            Examples:
              kuayu case show CSJ202611240000001
              kuayu case show SH2026112400000007 --json
            Any number that a region gave the case finds it. Personal data is masked.
            Exit code 2 when there is no such case.
            """)
    @Argument(help: "办件编号 — federation id or any local number.") var id: String
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "输出 JSON — for programs.") var json = false

    func run() throws {
        let files = try CaseFile.find(id, options.load())
        for file in files { print(json ? file.json.line : file.text) }
    }
}

struct CaseExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "解读 — one case in sentences: what it is, whose turn it is, what it waits for, how its time stands.",
        discussion: """
            Examples:
              kuayu case explain CSJ202611240000001
              kuayu case explain 330106012603020000001 --json
            Each sentence in Chinese, then in English. No personal data is in any of them.
            Exit code 2 when there is no such case.
            """)
    @Argument(help: "办件编号 — federation id or any local number.") var id: String
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "输出 JSON — for programs.") var json = false

    func run() throws {
        let files = try CaseFile.find(id, options.load())
        for (index, file) in files.enumerated() {
            if index > 0 && !json { print("") }
            let text = ExplanationText(file)
            print(json ? text.json.line : text.text)
        }
    }
}
