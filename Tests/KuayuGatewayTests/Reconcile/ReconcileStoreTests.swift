import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuSQLite
import KuayuTestKit
import Testing

/// One suite for every driver of what reconciliation keeps.
@Suite struct ReconcileStoreTests {
    @Test(arguments: ReconcileStoreConformance.checks)
    func memoryConforms(check: ReconcileStoreConformance.Check) throws {
        try check.run(on: MemoryReconcileStore())
    }

    @Test(arguments: ReconcileStoreConformance.checks)
    func sqliteConforms(check: ReconcileStoreConformance.Check) throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try check.run(on: store)
        #expect(try store.verify().findings == [])
        try store.close()
    }

    private func journals(_ check: (any RepairJournal) async throws -> Void) async throws {
        try await check(MemoryReconcileStore())
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try await check(store)
        try store.close()
    }

    @Test func aRepairGoesOnWhereItWas() async throws {
        try await journals { journal in
            let plan = SampleReconciliation.plan("RC-1").plan
            let at = SampleReconciliation.at()
            try await journal.begin(plan, by: "li", at: at)
            try await journal.record(.failed("timeout"), step: 0, of: plan.id, at: at)
            try await journal.record(.done, step: 0, of: plan.id, at: at)
            try await journal.begin(plan, by: "wang", at: at)
            #expect(try await journal.outcomes(of: plan.id) == [0: .failed("timeout")])
            #expect(try await journal.outcomes(of: "x") == [:])
            let open = try await journal.openPlans()
            #expect(open.map(\.plan) == [plan] && open.map(\.by) == ["li"])
            try await journal.end(plan.id, at: at)
            #expect(try await journal.openPlans().isEmpty)
        }
    }

    @Test func everythingIsThereWhenReopened() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        let item = SampleReconciliation.item(1)
        try store.writeReconciliation { transaction in
            try transaction.insert(SampleReconciliation.fullRun(1))
            try transaction.apply(breaks: [item], events: [SampleReconciliation.event(item)])
        }
        try store.close()
        let again = try SQLiteStore(path: folder.file())
        let run = try again.readReconciliation { try $0.run("RC-1") }
        let standing = try again.readReconciliation { try $0.standingBreaks(hub: .zhejiang) }
        #expect(run == SampleReconciliation.fullRun(1) && standing == [item])
        try again.close()
    }

    /// What is kept as JSON is read back strictly.
    @Test(arguments: [
        "UPDATE ledger_break SET body = x'7B7D'", "UPDATE ledger_break SET body = x''",
        "UPDATE ledger_break SET body = CAST(replace(CAST(body AS TEXT), '\"seenCount\":2', '\"seenCount\":\"2\"') AS BLOB)",
        "UPDATE ledger_break SET body = CAST(replace(CAST(body AS TEXT), '\"R04\"', '\"R99\"') AS BLOB)",
        "UPDATE ledger_break SET body = CAST(replace(CAST(body AS TEXT), '\"lag\":2', '\"lag\":2,\"x\":1') AS BLOB)",
    ])
    func whatCannotBeReadIsCorruption(sql: String) throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        let item = SampleReconciliation.item(1)
        try store.writeReconciliation {
            try $0.apply(breaks: [item], events: [SampleReconciliation.event(item)])
        }
        try store.execute(sql: sql)
        let error = #expect(throws: StoreError.self) {
            try store.readReconciliation { try $0.standingBreaks(hub: .zhejiang) }
        }
        guard case .corrupt = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try store.close()
    }
}
