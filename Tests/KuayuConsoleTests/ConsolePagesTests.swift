import Foundation
import KuayuConsole
import KuayuModel
import KuayuReconcile
import Testing

/// The pages at the admin port.
@Suite struct ConsolePagesTests {
    private static let isUpdate = ProcessInfo.processInfo.environment["KUAYU_UPDATE_GOLDEN"] == "1"

    private func compare(_ page: [UInt8], with name: String) throws {
        let file = ReportSamples.tests.appending(path: "Golden/\(name)")
        if Self.isUpdate { try Data(page).write(to: file) }
        let isEqual = try [UInt8](Data(contentsOf: file)) == page
        #expect(isEqual, "\(name) is out of date; run with KUAYU_UPDATE_GOLDEN=1 and look at it in a browser")
    }

    private func view(_ text: String = "5 个工作日") -> ConsolePages.ThreeWay {
        let at = Instant(epochSeconds: 1_795_000_000)
        return ConsolePages.ThreeWay(
            caseID: "CSJ202611200000370",
            origin: ConsolePages.Side(
                name: "江苏", version: 5, status: "reviewing", registeredAt: at, contentDigest: "sha256:11aa"),
            gateway: ConsolePages.Side(
                name: "—", version: 5, status: "reviewing", registeredAt: at, contentDigest: "sha256:11aa"),
            destination: ConsolePages.Side(
                name: "浙江", version: 5, status: "reviewing", registeredAt: at, contentDigest: "sha256:22bb",
                notes: ["11月24日 20:00 读取"]),
            fields: [
                ConsolePages.FieldLine(
                    path: "process.promised", label: "承诺时限", origin: text, gateway: text, destination: "7 个工作日",
                    differs: true)
            ])
    }

    @Test func showsThreeSides() throws {
        let report = try ReportSamples.day()
        let line = try #require(report.breaks.first { $0.code == .contentMismatch })
        let event = BreakEvent(
            breakID: line.id, at: line.firstSeenAt, run: "RC-1", from: nil, to: .open, by: "gateway", reason: nil)
        try compare(ConsolePages.threeWay(view(), line: line, events: [event]), with: "three-way.html")
    }

    @Test func marksTheSideThatDiffers() {
        let page = String(decoding: ConsolePages.threeWay(view()), as: UTF8.self)
        #expect(page.components(separatedBy: "class=\"card agrees\"").count - 1 == 4)
        #expect(page.components(separatedBy: "class=\"card differs\"").count - 1 == 2)
    }

    @Test func listsRunsBreaksAndReports() throws {
        let report = try ReportSamples.day()
        let index = ConsolePages.Index(
            report: report, runs: report.hubs.flatMap(\.runs),
            reports: [
                ConsolePages.ReportLink(
                    title: "2026-11-23", chinese: "台账一致。", english: "The ledgers agree.",
                    formats: [ConsolePages.Link(href: "reports/2026-11-23.html", label: "HTML")])
            ])
        let page = ConsolePages.index(index)
        try compare(page, with: "index.html")
        let text = String(decoding: page, as: UTF8.self)
        for line in report.breaks where line.state.isOpen { #expect(text.contains("href=\"breaks/\(line.id)\"")) }
        try compare(ConsolePages.history(report.hubs.flatMap(\.runs)), with: "history.html")
    }

    @Test(arguments: ["javascript:alert(1)", "//evil.example/x", "data:text/html,x", "\\\\evil"])
    func leadsNowhereElse(_ href: String) {
        let page = ConsolePages.history([], links: [ConsolePages.Link(href: href, label: "x")])
        #expect(String(decoding: page, as: UTF8.self).contains("<a href=\"#\">x</a>"))
    }

    @Test func escapesFields() {
        let page = String(decoding: ConsolePages.threeWay(view("<b onload=x>")), as: UTF8.self)
        #expect(!page.contains("<b onload") && page.contains("&lt;b onload=x&gt;"))
    }
}
