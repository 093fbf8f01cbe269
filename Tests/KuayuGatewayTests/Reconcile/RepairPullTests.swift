import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuTestKit
import Testing

/// What a hub knows and the gateway does not is fetched, once, and only when it speaks of the case.
@Suite struct RepairPullTests {
    /// A case at Zhejiang that is one event ahead, and the step that fetches it.
    private func bench() async throws -> (bench: RepairGatewayBench, id: CaseID, step: RepairStep) {
        let first = try RepairGatewayBench()
        let id = try await first.register().id
        try first.settle()
        let bench = try first.restarted()
        let version = try #require(try bench.store.read { try $0.caseInForce(id) }).head.version
        let found = try bench.zhejiangAccepts(id, version: version + 1)
        let step = RepairGatewayBench.step(
            id, .pull, expected: try bench.expected(id, .zhejiang), found: [found])
        return (bench, id, step)
    }

    private func accepted(_ bench: RepairGatewayBench, _ id: CaseID) throws -> [EventRecord] {
        try bench.store.read { try $0.events(id) }.filter { $0.author == .zhejiang }
    }

    @Test(arguments: [RepairAction.pull, .adjustGateway, .register])
    func takesTheHubsEventIn(action: RepairAction) async throws {
        let (bench, id, planned) = try await bench()
        var step = planned
        step.action = action
        #expect(try await bench.carryOut(step) == .done)
        let event = try #require(try accepted(bench, id).first)
        #expect(event.head.status == .accepted && event.messageID == step.intakeID)
        #expect(event.head.version == step.found.first?.element.version)
        #expect(try bench.expected(id, .zhejiang)?.version == event.head.version)
    }

    @Test func twiceIsAsOnce() async throws {
        let (bench, id, step) = try await bench()
        #expect(try await bench.carryOut(step) == .done)
        #expect(try await bench.carryOut(step) == .already)
        #expect(try await bench.restarted().carryOut(step) == .already)
        #expect(try accepted(bench, id).count == 1)
        #expect(bench.transport.asked.count == 1)
    }

    @Test func anotherDocumentOfTheSameVersionIsNotMistakenForTheFirst() async throws {
        let (bench, id, planned) = try await bench()
        var step = planned
        #expect(try await bench.carryOut(step) == .done)
        // The hub says something else of the same version; the gateway has moved on with the first.
        let found = try bench.zhejiangAccepts(id, version: try #require(step.found.first).element.version)
        step = RepairGatewayBench.step(id, .adjustGateway, expected: try bench.expected(id, .zhejiang), found: [found])
        guard case .askRegion? = try await bench.carryOut(step) else {
            Issue.record("the second document was taken for the first, or made an event")
            return
        }
        let count = try accepted(bench, id).count
        #expect(count == 1)
        #expect(bench.transport.asked.count == 2)
    }

    // MARK: what forbids it

    @Test func theHubMustStillSayWhatWasFound() async throws {
        let (bench, id, planned) = try await bench()
        var step = planned
        step.found[0].element.version += 1
        step.intakeID = RepairStep.intakeID(caseID: id.text, version: step.found[0].element.version)
        guard case .stale = try await bench.carryOut(step) else {
            Issue.record("another version was taken")
            return
        }
        #expect(try accepted(bench, id).isEmpty)
    }

    @Test func theGatewayMustStillExpectWhatItDid() async throws {
        let (bench, id, planned) = try await bench()
        var step = planned
        step.expected?.version += 1
        #expect(try await bench.carryOut(step) == .stale("the gateway's ledger has moved on"))
        #expect(try accepted(bench, id).isEmpty)
        #expect(bench.transport.asked.isEmpty)
    }

    @Test(arguments: [
        (404, RepairOutcome.stale("the hub no longer has the case")), (503, .failed("asked for the case, HTTP 503")),
        (302, .failed("asked for the case, HTTP 302")), (200, .failed("the hub does not say which version it has")),
    ])
    func theHubMustAnswer(status: Int, outcome: RepairOutcome) async throws {
        let (bench, id, step) = try await bench()
        bench.transport.say(id, status)
        #expect(try await bench.carryOut(step) == outcome)
        #expect(try accepted(bench, id).isEmpty)
    }

    @Test func aDocumentOfAnotherCaseIsNotTaken() async throws {
        let (bench, id, step) = try await bench()
        let other = try await bench.register(2).id
        _ = try bench.zhejiangAccepts(id, version: try #require(step.found.first).element.version, of: other)
        #expect(try await bench.carryOut(step) == .askRegion("the hub's document does not speak of this case"))
        #expect(try accepted(bench, id).isEmpty)
        #expect(try accepted(bench, other).isEmpty)
    }

    @Test func garbageIsNotTaken() async throws {
        let (bench, id, step) = try await bench()
        let registration = CaseRegistration(
            caseID: id, version: try #require(step.found.first).element.version, status: .accepted, at: 1, nonce: "00",
            contentDigest: nil)
        bench.transport.say(
            id, 200, [(CaseHeader.name, try CaseHeader.write([registration]))], Array("<html>".utf8))
        #expect(try await bench.carryOut(step) == .failed("the hub's document cannot be read"))
    }

    @Test func aHubThatServesNoCasesIsAskedByPersons() async throws {
        let bench = try RepairGatewayBench()
        let id = try await bench.register(1, handling: "340100").id
        try bench.settle()
        let again = try bench.restarted()
        let expected = try again.expected(id, .anhui)
        var found = try #require(expected)
        found.version += 1
        let step = RepairGatewayBench.step(id, .pull, expected: expected, found: [found])
        #expect(try await again.carryOut(step, at: .anhui) == .askRegion("the hub cannot be asked for a case"))
    }

    @Test(arguments: [RepairAction.quarantine, .escalate, .askRegion, .incident, .retry])
    func whatIsNotTheGatewaysIsLeft(action: RepairAction) async throws {
        let (bench, _, planned) = try await bench()
        var step = planned
        step.action = action
        #expect(try await bench.carryOut(step) == .askRegion("\(action.rawValue) is not done by the gateway"))
    }

    /// A hub that fails at every n-th case: what it gives is taken, and the plan stops when it is too much.
    @Test(arguments: [2, 5, 20, 25])
    func everyNthFailing(n: Int) async throws {
        let bench = try RepairGatewayBench()
        var ids: [CaseID] = []
        for number in 1...50 { ids.append(try await bench.register(number).id) }
        try bench.settle()
        let again = try bench.restarted()
        var steps: [RepairStep] = []
        for (index, id) in ids.enumerated() {
            let version = try #require(try again.store.read { try $0.caseInForce(id) }).head.version
            let found = try again.zhejiangAccepts(id, version: version + 1)
            if (index + 1) % n == 0 { again.transport.say(id, 503) }
            steps.append(
                RepairGatewayBench.step(id, .pull, expected: try again.expected(id, .zhejiang), found: [found]))
        }
        let plan = RepairGatewayBench.plan(.zhejiang, steps)
        let execution = try await again.executor().carryOut(plan, by: "gateway")
        // One in twenty is not more than five in a hundred.
        #expect((execution.next == .finished) == (n >= 20))
        var taken = 0
        for id in ids { taken += try accepted(again, id).count }
        #expect(taken == execution.tally.done && execution.tally.attempted == taken + execution.tally.failed)
        // The same plan once more: nothing.
        let second = try await again.executor().carryOut(plan, by: "gateway")
        #expect(second.outcomes == execution.outcomes)
    }
}
