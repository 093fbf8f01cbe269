import ArgumentParser
import Foundation
import KuayuAdapters
import KuayuModel

struct AdapterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "适配器 — checks adapters and explains what one reads.",
        subcommands: [Check.self, Explain.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "检查 — static checks, then the laws on generated cases.",
            discussion: """
                Examples:
                  kuayu adapter check regions/320000
                  kuayu adapter check                  (every folder below regions)
                Exit code 2 when an adapter has an error or breaks a law.
                """)
        @Argument(help: "适配目录 — adapter folders.") var folders: [String] = []
        @Option(help: "生成办件数 — generated cases per adapter.") var count = 2000
        @Option(help: "随机种子 — of the generated cases.") var seed: UInt64 = 1
        @Flag(help: "显示警告 — print warnings as well.") var warnings = false

        func run() throws {
            var isGood = true
            for folder in try foldersToCheck() {
                let compiled = Adapter.compile(try AdapterFolder.read(folder))
                for diagnostic in compiled.diagnostics where warnings || diagnostic.severity == .error {
                    print(diagnostic.rendered())
                }
                guard let adapter = compiled.adapter else {
                    print("\(folder): 有错误 — does not compile")
                    isGood = false
                    continue
                }
                let violations = AdapterLaws.check(adapter, seed: seed, count: count)
                for violation in violations {
                    print("KA100 \(violation.law.rawValue): \(violation.explanation)")
                    print(
                        "  "
                            + String(
                                decoding: CaseDocument.encode(CaseMasking.masked(violation.counterexample)),
                                as: UTF8.self))
                }
                let warningCount = compiled.diagnostics.filter { $0.severity == .warning }.count
                print(
                    "\(folder): " + (violations.isEmpty ? "通过" : "\(violations.count) 条定律不成立")
                        + " — \(count) generated cases, \(violations.count) laws broken, \(warningCount) warnings")
                if !violations.isEmpty { isGood = false }
            }
            if !isGood { throw ExitCode(2) }
        }

        /// The folders that were named, or every one below `regions`.
        private func foldersToCheck() throws -> [String] {
            if !folders.isEmpty { return folders }
            let found = ((try? FileManager.default.contentsOfDirectory(atPath: "regions")) ?? [])
                .filter { RegionCode($0) != nil }.sorted().map { "regions/" + $0 }
            guard !found.isEmpty else {
                throw CommandFailure("there is no adapter below regions/", help: "name the folder of an adapter")
            }
            return found
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "解读 — what the gateway reads in a message: a row a field, then what is carried, dropped, refused.",
            discussion: """
                Example:
                  kuayu adapter explain regions/310000/samples/01-new-person.json
                The adapter is that of the folder around the file, or --region. Personal values are masked.
                Exit code 2 when the message would be refused.
                """)
        @Argument(help: "报文文件 — a payload in the region's own format.") var file: String
        @Option(help: "区域代码 — whose format it is.") var region: String?
        @Option(help: "适配目录 — the folder of the adapters.") var regions = "regions"

        func run() throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandFailure("\(file) cannot be read", help: "name a payload")
            }
            let folder = try folder()
            let compiled = Adapter.compile(try AdapterFolder.read(folder))
            guard let adapter = compiled.adapter else {
                throw CommandFailure("the adapter in \(folder) does not compile", help: "kuayu adapter check \(folder)")
            }
            let bytes = Array(data)
            let reading = adapter.read(bytes)
            let explanations = adapter.explain(bytes)
            for issue in reading.envelopeIssues { print(IssueText.line(issue)) }
            for explanation in explanations { show(explanation) }
            if !reading.envelopeIssues.isEmpty
                || explanations.contains(where: { $0.refused.contains { $0.severity == .error } })
            {
                throw ExitCode(2)
            }
        }

        /// The adapter folder: named by region, or the one that the file lies in.
        private func folder() throws -> String {
            if let region { return regions + "/" + region }
            var path = URL(fileURLWithPath: file).deletingLastPathComponent()
            while path.path != "/" {
                if FileManager.default.fileExists(atPath: path.path + "/adapter.yaml") { return path.path }
                path.deleteLastPathComponent()
            }
            throw CommandFailure("no adapter.yaml around \(file)", help: "name the region: --region 320000")
        }

        private func show(_ explanation: Explanation) {
            var table = TextTable(["标准字段", "值", "本地字段", "位置", "原文", "操作", "类别", "规则"])
            for row in explanation.rows {
                table.add([
                    row.canonicalPath, row.value, row.localPath, row.line > 0 ? "\(row.line):\(row.column)" : "",
                    row.raw,
                    row.operation, row.operationClass, row.rule,
                ])
            }
            print(table.text)
            if !explanation.carried.isEmpty { print("原样保留 carried: " + explanation.carried.joined(separator: " ")) }
            if !explanation.dropped.isEmpty { print("按规则丢弃 dropped: " + explanation.dropped.joined(separator: " ")) }
            for issue in explanation.refused { print(IssueText.line(issue)) }
            print("")
        }
    }
}

/// An issue on one line with its help below.
enum IssueText {
    static func line(_ issue: KuayuModel.Issue) -> String {
        let place = issue.position.map { "\($0.line):\($0.column) " } ?? ""
        let rule = issue.rule.map { " [\($0)]" } ?? ""
        return
            "\(place)\(issue.severity.rawValue) \(issue.code) \(issue.path): \(issue.message)\(rule)\n  help: \(issue.help)"
    }
}
