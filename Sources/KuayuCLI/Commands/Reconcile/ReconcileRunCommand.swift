import ArgumentParser
import Foundation
import KuayuConsole
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuSQLite

struct ReconcileRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "对账 — compares a hub's ledger with the gateway's now.",
        discussion: """
            Examples:
              kuayu reconcile run 330000
              kuayu reconcile run 330000 --daily 2026-11-24
            Exit code 2 when the ledgers do not agree.
            """)
    @Argument(help: "枢纽 — 6 digits.") var hub: HubArgument
    @Option(help: "日终 — closes this day, yyyy-MM-dd.") var daily: StatsCommand.Day?
    @Flag(help: "抽查 — a random sample with receipts instead.") var audit = false
    @Flag(help: "输出 JSON — the run's report.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let admin = AdminClient(port: try options.load().admin.port)
        let kind = audit ? "audit" : daily != nil ? "daily" : "onDemand"
        let text = try admin.post(
            "/admin/reconcile/runs/\(hub.region.text)"
                + AdminClient.query([("kind", kind), ("day", daily?.date.text)]))
        let report = try ReconReport.read(json: Array(text.utf8))
        print(json ? text : ReconcileText.report(report))
        if report.answer.verdict != .agrees { throw ExitCode(2) }
    }
}

struct ReconcileReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "报告 — the report of a day or a run, as text, HTML, PDF, CSV, NDJSON or JSON.",
        discussion: """
            Examples:
              kuayu reconcile report
              kuayu reconcile report --day 2026-11-24 --html report.html --pdf report.pdf
              kuayu reconcile report --run RC-330000-20261124170000-0001 --csv breaks.csv
            """)
    @Option(help: "日期 — yyyy-MM-dd; today by default.") var day: StatsCommand.Day?
    @Option(name: .customLong("run"), help: "批次 — of one run instead of a day.") var runID: String?
    @Option(help: "枢纽 — of one hub only.") var hub: HubArgument?
    @Option(help: "写 HTML 文件 — one self-contained page.") var html: String?
    @Option(help: "写 PDF 文件 — printed by Chromium.") var pdf: String?
    @Option(help: "写 CSV 文件 — the breaks, a row each.") var csv: String?
    @Option(help: "写 NDJSON 文件 — a line for everything.") var ndjson: String?
    @Option(help: "语言 — zh or en.") var lang = "zh"
    @Flag(help: "输出 JSON — the report itself.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let admin = AdminClient(port: try options.load().admin.port)
        let period = [("day", day?.date.text), ("run", runID), ("hub", hub?.region.text), ("lang", lang)]
        func fetch(_ format: String) throws -> String {
            try admin.get("/reconcile/report" + AdminClient.query(period + [("format", format)]))
        }
        for (path, format) in [(html, "html"), (csv, "csv"), (ndjson, "ndjson")] {
            guard let path else { continue }
            try Data(fetch(format).utf8).write(to: URL(fileURLWithPath: path))
        }
        if let pdf { try printPDF(try fetch("html"), to: pdf) }
        if json { return print(try fetch("json")) }
        if html == nil && csv == nil && ndjson == nil && pdf == nil {
            print(ReconcileText.report(try ReconReport.read(json: Array(fetch("json").utf8))))
        }
    }

    private func printPDF(_ page: String, to path: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("kuayu-\(UUID().uuidString).html")
        try Data(page.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let absolute = URL(fileURLWithPath: path).path
        try PrintedReport(environment: ProcessInfo.processInfo.environment).print(html: file.path, pdf: absolute)
    }
}

struct ReconcileStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "概况 — the latest run of every hub and what is open there.")
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.load()
        let store = try SQLiteStore(path: configuration.store, creates: false)
        var table = TextTable(["枢纽", "方式", "最近批次", "时间", "结论", "差异", "在途", "待处理"])
        for hub in configuration.hubs.keys.sorted() {
            let (latest, open) = try store.readReconciliation { reader in
                let standing = try reader.standingBreaks(hub: hub)
                return (try reader.latestRun(hub: hub, states: nil), standing.count { $0.state.isOpen })
            }
            table.add([
                "\(hub.text) \(hub.name)", latest?.profile.rawValue ?? "", latest?.id ?? "—",
                latest?.startedAt.canonical ?? "", latest.map { ReconcileText.verdict($0.state) } ?? "尚未对账",
                latest.map { String($0.lanes.reduce(0) { $0 + $1.breaks }) } ?? "",
                latest.map { String($0.lanes.reduce(0) { $0 + $1.inFlight }) } ?? "", String(open),
            ])
        }
        print(table.text)
    }
}
