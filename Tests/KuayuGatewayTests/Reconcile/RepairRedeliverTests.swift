import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuTestKit
import Testing

/// What a hub has lost is put in line once, and only while everything is as it was planned for.
@Suite struct RepairRedeliverTests {
    /// A gateway with one case that Zhejiang was told of.
    private func bench() async throws -> (bench: RepairGatewayBench, id: CaseID) {
        let first = try RepairGatewayBench()
        let id = try await first.register().id
        try first.settle()
        return (try first.restarted(), id)
    }

    @Test(arguments: [RepairAction.redeliver, .resync, .adjustHub])
    func putsTheEventsBackInLine(action: RepairAction) async throws {
        let (bench, id) = try await bench()
        let before = try bench.deliveries(id, .zhejiang)
        #expect(before.allSatisfy { $0.state == .delivered } && !before.isEmpty)
        let step = try bench.redelivery(id, .zhejiang, action)
        #expect(try await bench.carryOut(step) == .done)
        let after = try bench.deliveries(id, .zhejiang)
        #expect(after.map(\.messageID) == before.map(\.messageID) && after.map(\.id) == before.map(\.id))
        #expect(after.allSatisfy { !$0.state.isSettled && $0.settledAt == nil })
        let audits = bench.store.audits.filter { $0.action == "redeliver" }
        #expect(audits.map(\.subject) == before.map { String($0.id.value) } && audits.allSatisfy { $0.by == "gateway" })
    }

    @Test func twiceIsAsOnce() async throws {
        let (bench, id) = try await bench()
        let step = try bench.redelivery(id)
        let plan = RepairGatewayBench.plan(.zhejiang, [step])
        #expect(try await bench.executor().carryOut(plan, by: "gateway").outcomes == [0: .done])
        let rows = try bench.deliveries(id, .zhejiang)
        // By the journal, and without it.
        #expect(try await bench.executor().carryOut(plan, by: "gateway").outcomes == [0: .done])
        #expect(try await bench.carryOut(step) == .already)
        // Also after it has arrived.
        try bench.settle()
        let again = try bench.restarted()
        #expect(try await again.carryOut(step) == .already)
        #expect(bench.store.audits.filter { $0.action == "redeliver" }.count == rows.count)
        #expect(try await bench.journal.openPlans().isEmpty)
    }

    /// Everything that may have changed since the plan was made.
    @Test(arguments: ["ledger version", "ledger nonce", "ledger row", "message", "version", "nothing"])
    func isSkippedWhenItIsOutOfDate(change: String) async throws {
        let (bench, id) = try await bench()
        var step = try bench.redelivery(id)
        switch change {
        case "ledger version": step.expected?.version += 1
        case "ledger nonce": step.expected?.nonce = "00"
        case "ledger row": step.expected = nil
        case "message": step.sendings[0].messageID += "x"
        case "version": step.sendings[0].version += 7
        default: step.sendings = []
        }
        guard case .stale = try await bench.carryOut(step) else {
            Issue.record("\(change) was not noticed")
            return
        }
        #expect(try bench.deliveries(id, .zhejiang).allSatisfy { $0.state == .delivered })
        #expect(bench.store.audits.isEmpty)
    }

    @Test func theHubsSideIsLookedAtToo() async throws {
        let (bench, id) = try await bench()
        let step = try bench.redelivery(id)
        let plan = RepairGatewayBench.plan(.zhejiang, [step])
        // It was found absent; by now the hub has it.
        let there = FixedRows([id.text: [HubRow(element: try bench.element(id, version: 1, .zhejiang))]])
        let journal = MemoryJournal()
        let stale = try await bench.executor(journal: journal, rows: there).carryOut(plan, by: "gateway")
        #expect(stale.outcomes == [0: .stale("the hub's ledger has moved on")])
        let gone = FixedRows([:])
        let done = try await bench.executor(rows: gone).carryOut(plan, by: "gateway")
        #expect(done.outcomes == [0: .done] && gone.askedCount == 1)
    }

    @Test func aHubThatCannotBeAskedFailsTheStepsAndStopsThePlan() async throws {
        let bench = try RepairGatewayBench()
        var ids: [CaseID] = []
        for number in 1...10 { ids.append(try await bench.register(number).id) }
        try bench.settle()
        let again = try bench.restarted()
        let plan = RepairGatewayBench.plan(.zhejiang, try ids.map { try again.redelivery($0) })
        let down = FixedRows([:], failure: FeedError(.unavailable, "down"))
        let execution = try await again.executor(rows: down).carryOut(plan, by: "gateway")
        #expect(execution.next == .stopped(failed: 3, attempted: 3) && again.store.audits.isEmpty)
    }

    @Test func aStoreThatFailsFailsTheStep() async throws {
        let (bench, id) = try await bench()
        let step = try bench.redelivery(id)
        bench.store.failNextCommit(.full)
        #expect(try await bench.carryOut(step) == .failed("the store did not take it"))
        #expect(try bench.deliveries(id, .zhejiang).allSatisfy { $0.state == .delivered })
        #expect(try await bench.carryOut(step) == .done)
    }

    /// Killed at every step, before and after its outcome was kept: every case goes once more, and once only.
    @Test(arguments: 0..<8, [false, true])
    func isGoneOnWithWhereItWasKilled(step: Int, keepsOutcome: Bool) async throws {
        let bench = try RepairGatewayBench()
        var ids: [CaseID] = []
        for number in 1...8 { ids.append(try await bench.register(number).id) }
        try bench.settle()
        let first = try bench.restarted()
        let plan = RepairGatewayBench.plan(.zhejiang, try ids.map { try first.redelivery($0) })
        let journal = MemoryJournal()
        journal.die(afterRecords: step, keepsLast: keepsOutcome)
        await #expect(throws: StoreError.unavailable("killed")) {
            try await first.executor(journal: journal).carryOut(plan, by: "gateway")
        }
        journal.die(afterRecords: .max, keepsLast: true)
        let second = try first.restarted()
        let executions = try await second.executor(journal: journal).resume()
        let execution = try #require(executions.first)
        #expect(executions.count == 1 && execution.next == .finished)
        #expect(execution.tally.done + execution.tally.already == 8)
        #expect(execution.tally.already == (keepsOutcome ? 0 : 1))
        for id in ids { #expect(try second.deliveries(id, .zhejiang).allSatisfy { !$0.state.isSettled }) }
        let sent = bench.store.audits.filter { $0.action == "redeliver" }.map(\.subject)
        #expect(Set(sent).count == sent.count && sent.count == plan.steps.flatMap(\.sendings).count)
        #expect(try await second.executor(journal: journal).resume().isEmpty)
    }
}
