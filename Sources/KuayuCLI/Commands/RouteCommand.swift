import ArgumentParser
import Foundation
import KuayuFormats

struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "路由 — how the way to each hub stands; why a case goes where it goes; stops and resumes a way.",
        subcommands: [List.self, Explain.self, Stop.self, Resume.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "列表 — open, failing, probing or stopped, with what is under way.",
            discussion: """
                Example:
                  kuayu route list --config kuayu.yaml
                """)
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "输出 JSON — for programs.") var json = false

        func run() throws {
            let answer = try AdminClient(port: options.load().admin.port).get("/admin/routes")
            if json {
                print(answer)
                return
            }
            let tape = try JSONReader.read(Array(answer.utf8))
            var table = TextTable(["枢纽", "状态", "在途", "待发", "原因"])
            for row in tape.child(of: 0, named: Array("routes".utf8)).map({ Array(tape.children(of: $0)) }) ?? [] {
                table.add(
                    ["hub", "phase", "inFlight", "ready", "reason"].map { name in
                        tape.child(of: row, named: Array(name.utf8)).map { tape.text($0) } ?? ""
                    })
            }
            print(table.text)
        }
    }

    /// A decision about one route, carried out by the running gateway.
    struct Decision: ParsableArguments {
        @Argument(help: "区域代码 — the hub's region, 6 digits.") var region: String
        @Option(help: "操作人 — who decides; goes on record.") var by: String
        @OptionGroup var options: ConfigurationOptions

        func carryOut(_ action: String) throws {
            let admin = AdminClient(port: try options.load().admin.port)
            print(try admin.post("/admin/hubs/\(region)/\(action)?by=\(AdminClient.escaped(by))"), terminator: "")
        }
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "停发 — sends nothing to a hub until resumed; its cases wait.",
            discussion: """
                Example:
                  kuayu route stop 330000 --by zhang.wei
                """)
        @OptionGroup var decision: Decision
        func run() throws { try decision.carryOut("stop") }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "恢复 — sends to a hub again.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.carryOut("resume") }
    }
}
