import ArgumentParser
import KuayuSQLite

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "数据库 — checks the invariants of a store, or copies it.",
        subcommands: [Verify.self, Backup.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "校验 — checks the invariants of a store, while it may be in use.",
            discussion: """
                Example:
                  kuayu db verify --config kuayu.yaml
                Exit code 2 when an invariant is broken.
                """)
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "输出 JSON — for programs.") var json = false

        func run() throws {
            let report = try SQLiteStore(path: options.load().store, creates: false).verify()
            if json {
                print(
                    JSONOutput.array(
                        report.findings.map {
                            .object([
                                ("invariant", .text($0.invariant.rawValue)), ("subject", .text($0.subject)),
                                ("sentence", .text($0.sentence)),
                            ])
                        }
                    ).line)
            } else {
                for finding in report.findings {
                    print("\(finding.invariant.rawValue) \(finding.subject): \(finding.sentence)")
                }
                print(report.findings.isEmpty ? "一致 — every invariant holds" : "\(report.findings.count) 处不一致")
            }
            if !report.findings.isEmpty { throw ExitCode(2) }
        }
    }

    struct Backup: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "备份 — copies the store into a new file, consistently, while it is in use.",
            discussion: """
                Example:
                  kuayu db backup /backup/kuayu-20261124.sqlite --config kuayu.yaml
                """)
        @Argument(help: "目标文件 — must not exist.") var target: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try SQLiteStore(path: options.load().store, creates: false).backup(to: target)
            print(target)
        }
    }
}
