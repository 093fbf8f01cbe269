import KuayuEvidence
import KuayuModel
import KuayuReconcile

/// A random look at single cases: whether the receipts that both sides keep still hold.
struct ReconcileAudit {
    let reconciler: Reconciler
    let hub: FederatedHub
    let plan: ReconciliationPlan

    /// Draws cases of both lanes, checks their receipts, and writes what it found (R13).
    func carryOut(_ run: RunRecord) async throws -> RunRecord {
        var generator = SystemRandomNumberGenerator()
        let sample = try draw(reconciler.settings.auditSize, using: &generator)
        let cut = ReconciliationCut(
            hubWatermark: reconciler.now, gatewayWatermark: reconciler.now, graceMilliseconds: plan.grace.milliseconds)
        var findings: [Finding] = []
        for row in sample {
            guard let reason = try await fault(row) else { continue }
            let difference = CaseDifference(
                lane: row.lane, caseID: row.caseID.text, expected: row.element, found: [HubRow(element: row.element)])
            findings.append(
                Classifier().evidence(of: difference, reason: reason, cut: cut, hub: hub.region))
        }
        var run = run
        run.cut = cut
        run.endedAt = reconciler.now
        run.state = findings.isEmpty ? .agreed : .differs
        let scope = RunScope(audited: Set(sample.map(\.caseID.text)))
        try reconciler.take(
            RunFindings(
                run: run.id, startedAt: run.startedAt, now: reconciler.now, cut: cut, findings: findings, scope: scope),
            of: run, agreed: [])
        return run
    }

    /// So many rows of the hub's ledger, each as likely as any other.
    private func draw(_ size: Int, using generator: inout some RandomNumberGenerator) throws -> [LedgerRow] {
        var drawn: [LedgerRow] = []
        var seen = 0
        var after: CaseID?
        while true {
            let page = try reconciler.store.read { try $0.ledger(hub: hub.region, after: after, limit: 10_000) }
            for row in page {
                seen += 1
                if drawn.count < size {
                    drawn.append(row)
                } else {
                    let place = Int.random(in: 0..<seen, using: &generator)
                    if place < size { drawn[place] = row }
                }
            }
            guard page.count == 10_000, let last = page.last else { return drawn }
            after = last.caseID
        }
    }

    /// What fails of a case's receipts; nil when all of them hold.
    private func fault(_ row: LedgerRow) async throws -> String? {
        let messages = try reconciler.store.read { try $0.messages(caseID: row.caseID) }
        for message in messages where message.sender == hub.region {
            let text = String(decoding: message.receipt, as: UTF8.self)
            do throws(ReceiptError) {
                _ = try ReceiptJWS.verify(text, with: reconciler.verifier)
            } catch {
                return "the gateway's own receipt of message \(message.id): \(error)"
            }
        }
        let client = HubCaseClient(
            hub: hub, transport: reconciler.gateway.transport, verifier: reconciler.verifier)
        guard case .found(let hubCase) = await client.read(row.caseID.text) else { return nil }
        if case .invalid(let reason) = hubCase.standing { return "the hub's receipt: \(reason)" }
        return nil
    }
}
