import Foundation
import KuayuCrypto
import KuayuModel
import KuayuReconcile

/// Compares every hub's ledger with the gateway's, in full.
struct DemoLedgers {
    let plan: DemoPlan

    /// Prints a table; true when nothing differs and no hub applied a message twice.
    func compareAndPrint() throws -> Bool {
        var table = TextTable(["枢纽", "网关应有", "枢纽实有", "一致", "差异", "指纹", "结论"])
        var agrees = true
        var details: [String] = []
        for region in RegionCode.federated {
            guard let control = plan.control(region.text) else { return false }
            let expected = try Self.elements(AdminClient(port: plan.adminPort).get("/admin/ledger/\(region.text)"))
            let found = try Self.elements(control.get("/control/ledger"))
            let comparison = FullJoin.compare(
                lane: .out, expected: expected, found: found.map { HubRow(element: $0) }, digester: SHA256())
            let print = HexText.encode(comparison.found.fingerprint(SHA256()))
            let stats = try control.get("/control/stats")
            let isTwice = !stats.contains("\"appliedAtMost\":1,") && !stats.contains("\"appliedAtMost\":0,")
            let isRefused = !stats.contains("\"refused\":0,") || !stats.contains("\"rejected\":0,")
            if !comparison.differences.isEmpty || isTwice || isRefused { agrees = false }
            if isRefused { details.append("  \(region.text): 有报文被拒 — messages were refused, see the hub's log") }
            table.add([
                "\(region.text) \(region.name)", "\(expected.count)", "\(found.count)",
                "\(expected.count - comparison.differences.count)",
                "\(comparison.differences.count)", String(print.prefix(12)),
                comparison.differences.isEmpty ? "一致" : "不一致",
            ])
            details += comparison.differences.prefix(5).map(Self.describe)
        }
        print("\n对账 — every hub's ledger against the gateway's")
        print(table.text)
        for detail in details { print(detail) }
        print(agrees ? "所有台账一致 — all ledgers agree" : "台账不一致 — the ledgers do not agree")
        return agrees
    }

    /// Lets the gateway compare each hub's ledger in the hub's own way, and prints what it says; true when all agree.
    func reconcileAndPrint() throws -> Bool {
        let admin = AdminClient(port: plan.adminPort)
        var agrees = true
        print("\n对账 — each hub in its own way: 浙江 S · 江苏 N · 上海 F · 安徽 F")
        for region in RegionCode.federated {
            let text = try admin.post("/admin/reconcile/runs/\(region.text)")
            let report = try ReconReport.read(json: Array(text.utf8))
            if report.answer.verdict != .agrees { agrees = false }
            print(ReconcileText.report(report))
        }
        return agrees
    }

    private static func elements(_ text: String) -> [LedgerElement] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 6, let at = Int64(parts[1]), let version = Int(parts[2]) else { return nil }
            return LedgerElement(
                caseID: parts[0], version: version, status: parts[3], contentDigest: parts[4], nonce: parts[5],
                registeredAt: at)
        }
    }

    private static func describe(_ difference: CaseDifference) -> String {
        func side(_ element: LedgerElement?) -> String {
            element.map { "v\($0.version) \($0.status) \($0.contentDigest.prefix(19))" } ?? "—"
        }
        let found = difference.found.isEmpty ? "—" : difference.found.map { side($0.element) }.joined(separator: " + ")
        return "  \(difference.caseID): gateway \(side(difference.expected)), hub \(found)"
    }
}
