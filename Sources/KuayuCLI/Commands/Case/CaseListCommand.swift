import ArgumentParser
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuSQLite

struct CaseListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "列表 — cases, newest first.",
        discussion: """
            Example:
              kuayu case list --origin 320000 --status reviewing --limit 20
            """)
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "申请地 — only of this region.") var origin: String?
    @Option(help: "状态 — only in this state.") var status: String?
    @Option(help: "最多行数 — at most so many.") var limit = 50
    @Flag(help: "输出 JSON — one line a case.") var json = false

    func run() throws {
        let state = try status.map { name in
            guard let state = CaseState(rawValue: name) else {
                throw CommandFailure(
                    "\(name) is not a state", help: CaseState.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return state
        }
        let region = try origin.map { text in
            guard let code = RegionCode(text) else {
                throw CommandFailure("\(text) is not a region", help: "6 digits")
            }
            return code
        }
        let filter = CaseFilter(origin: region, status: state, limit: limit)
        let rows = try SQLiteStore(path: options.load().store, creates: false).read { try $0.cases(filter) }
        if json {
            for row in rows { print(Self.json(row).line) }
            return
        }
        var table = TextTable(["办件", "申请地", "事项", "状态", "版本", "更新"])
        for row in rows {
            table.add([
                row.head.caseID.text, row.head.origin.text,
                Items.standard.item(row.catalogCode)?.name ?? row.catalogCode,
                row.head.status.rawValue, String(row.head.version), row.changedAt.canonical,
            ])
        }
        print(table.text)
    }

    private static func json(_ row: CaseSummary) -> JSONOutput {
        .object([
            ("case", .text(row.head.caseID.text)), ("origin", .text(row.head.origin.text)),
            ("item", .text(row.catalogCode)), ("status", .text(row.head.status.rawValue)),
            ("version", .number(Int64(row.head.version))), ("changedAt", .text(row.changedAt.canonical)),
        ])
    }
}
