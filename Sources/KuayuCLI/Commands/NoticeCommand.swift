import ArgumentParser
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuSQLite

struct NoticeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notice",
        abstract: "提醒 — lamps, owed materials, late notices and blocked bundles, over all cases.",
        subcommands: [List.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "列表 — notices that stand, newest first.",
            discussion: """
                Examples:
                  kuayu notice list
                  kuayu notice list --severity alarm --hub 320000
                  kuayu notice list --kind owedOverdue --all --json
                """)
        @OptionGroup var options: ConfigurationOptions
        @Option(help: "类型 — only of this kind.") var kind: Kind?
        @Option(help: "级别 — info 提示, warning 提醒 or alarm 告警.") var severity: Severity?
        @Option(help: "枢纽 — only of cases that were applied for in this region.") var hub: String?
        @Flag(help: "含已解除 — also those that were cleared.") var all = false
        @Option(help: "最多行数 — at most so many.") var limit = 100
        @Flag(help: "输出 JSON — one line a notice.") var json = false

        func run() throws {
            let origin = try hub.map { text in
                guard let code = RegionCode(text) else {
                    throw CommandFailure("\(text) is not a region", help: "6 digits")
                }
                return code
            }
            let filter = NoticeFilter(
                kind: kind?.value, severity: severity?.value, origin: origin, includesCleared: all, limit: limit)
            let rows = try SQLiteStore(path: options.load().store, creates: false).read { try $0.notices(filter) }
            if json {
                for row in rows { print(Self.json(row).line) }
            } else {
                print(rows.isEmpty ? "没有提醒 — no notices" : Self.table(rows))
            }
        }

        private static func table(_ rows: [NoticeRow]) -> String {
            var table = TextTable(["时间", "级别", "类型", "办件", "对象", "解除", "内容"])
            for row in rows {
                table.add([
                    row.raisedAt.canonical, CaseWords.name(of: row.severity), row.kind.title,
                    row.caseID.text, row.subject, row.clearedAt?.canonical ?? "", row.chinese,
                ])
            }
            return table.text
        }

        private static func json(_ row: NoticeRow) -> JSONOutput {
            .object([
                ("case", .text(row.caseID.text)), ("kind", .text(row.kind.rawValue)), ("subject", .text(row.subject)),
                ("severity", .text(row.severity.rawValue)), ("raisedAt", .text(row.raisedAt.canonical)),
                ("clearedAt", .optional(row.clearedAt?.canonical)), ("chinese", .text(row.chinese)),
                ("english", .text(row.english)),
            ])
        }

        /// A kind on the command line.
        struct Kind: ExpressibleByArgument {
            let value: CaseNotice.Kind

            init?(argument: String) {
                guard let value = CaseNotice.Kind(rawValue: argument) else { return nil }
                self.value = value
            }

            static var allValueStrings: [String] { CaseNotice.Kind.allCases.map(\.rawValue) }
        }

        /// An urgency on the command line.
        struct Severity: ExpressibleByArgument {
            let value: CaseNotice.Severity

            init?(argument: String) {
                guard let value = CaseNotice.Severity(rawValue: argument) else { return nil }
                self.value = value
            }

            static var allValueStrings: [String] { CaseNotice.Severity.allCases.map(\.rawValue) }
        }
    }
}
