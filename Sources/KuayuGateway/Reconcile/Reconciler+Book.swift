import KuayuModel
import KuayuReconcile

// What becomes of breaks, always with the issues that are told about them, in one transaction.
extension Reconciler {
    /// Takes in what a run found.
    func take(_ findings: RunFindings, of run: RunRecord, agreed: [AgreedDay]) throws {
        try store.writeReconciliation { transaction in
            let revived = BreakBook.identities(of: findings, hub: run.hub, digester: digester)
            let standing = try transaction.standingBreaks(hub: run.hub)
            let others = try transaction.breaks(ids: revived).filter { other in
                !standing.contains { $0.id == other.id }
            }
            var book = BreakBook(hub: run.hub, breaks: standing + others)
            let changes = book.take(findings, digester: digester)
            try transaction.update(run)
            try transaction.upsert(agreed)
            try keep(changes, in: book, transaction)
        }
    }

    /// Changes breaks of a hub.
    func change(
        _ hub: RegionCode, _ body: (inout BreakBook, any ReconcileTransaction) throws -> BreakChanges
    ) throws {
        try store.writeReconciliation { transaction in
            var book = BreakBook(hub: hub, breaks: try transaction.standingBreaks(hub: hub))
            let changes = try body(&book, transaction)
            try keep(changes, in: book, transaction)
        }
    }

    private func keep(
        _ changes: BreakChanges, in book: BreakBook, _ transaction: any ReconcileTransaction
    ) throws {
        if !changes.breaks.isEmpty || !changes.events.isEmpty {
            try transaction.apply(breaks: changes.breaks, events: changes.events)
        }
        var open: [BreakCode: Int] = [:]
        for item in book.breaks where item.state.isOpen { open[item.finding.code, default: 0] += 1 }
        let groups = try transaction.openIssueGroups(hub: book.hub)
        let issues = IssueBook.update(groups, hub: book.hub, open: open, now: now)
        for group in issues.groups { try transaction.upsert(group) }
        for notice in issues.notices { try transaction.insert(notice) }
    }
}
