import KuayuModel
import KuayuReconcile
import Testing

/// Which breaks become steps, and which steps.
@Suite struct RepairPlannerTests {
    private func plan(
        _ breaks: [Break], scope: RepairPlanner.Scope = .automatic, cap: Int = 1_000,
        facts: CaseFacts = RepairBench.facts([(1, "delivered"), (3, "delivered"), (4, "delivered"), (5, "delivered")])
    ) -> RepairPlanner.Planning {
        RepairPlanner(cap: cap).plan(
            run: "RC-330000-20260302100000-0001", hub: RepairBench.hub, breaks: breaks, scope: scope,
            digester: RepairBench.digester, facts: { _ in facts })
    }

    // MARK: what is sent again

    /// Expected and found versions, deliveries that were made, and the versions that are sent again.
    @Test(arguments: [
        (RepairAction.redeliver, BreakCode.behind, 5, [3], [1, 3, 4, 5], [4, 5]),
        (.redeliver, .behind, 5, [4], [1, 3, 4, 5], [5]),
        // Version 2 was the hub's own, or told to the origin only.
        (.redeliver, .behind, 3, [1], [1, 3], [3]),
        (.redeliver, .missingAtHub, 5, [], [1, 3, 4, 5], [1, 3, 4, 5]),
        // What the ledger does not expect yet is not sent.
        (.redeliver, .behind, 4, [3], [1, 3, 4, 5], [4]),
        (.resync, .keySkew, 5, [5], [1, 3, 5], [5]),
        // The last event was the hub's own: the last one told brings the registration data.
        (.resync, .keySkew, 5, [5], [1, 3], [3]),
    ])
    func sendsAgainWhatIsLacking(
        action: RepairAction, code: BreakCode, expected: Int, found: [Int], told: [Int], sent: [Int]
    ) throws {
        let item = RepairBench.item(RepairBench.finding(1, code, action, expected: expected, found: found))
        let planning = plan([item], facts: RepairBench.facts(told.map { ($0, "delivered") }, attempts: 2))
        let step = try #require(planning.plan.steps.first)
        #expect(step.sendings.map(\.version) == sent)
        #expect(step.sendings.map(\.messageID) == sent.map { "\(RepairBench.caseID(1))-v\($0)-330000" })
        #expect(step.sendings.allSatisfy { $0.attemptCount == 2 })
        #expect(step.expected?.version == expected && step.found.map(\.element.version) == found)
        #expect(planning.omitted.isEmpty)
    }

    @Test(arguments: [
        (RepairPlanner.Scope.automatic, [3]), (.approved, [2, 3, 4]),
    ])
    func whatWasRefusedOrCancelledGoesAgainOnlyWhenPersonsSaySo(scope: RepairPlanner.Scope, sent: [Int]) throws {
        let finding = RepairBench.finding(1, .missingAtHub, .redeliver, expected: 4, found: [])
        let item = RepairBench.item(finding, state: scope == .automatic ? .open : .approved)
        let facts = RepairBench.facts([(2, "rejected"), (3, "delivered"), (4, "cancelled")])
        let step = try #require(plan([item], scope: scope, facts: facts).plan.steps.first)
        #expect(step.sendings.map(\.version) == sent)
    }

    @Test(arguments: ["waiting", "sending", "retrying", "inDoubt", "parked"])
    func whatIsUnderWayIsWaitedFor(state: String) {
        let item = RepairBench.item(RepairBench.finding(1, .behind, .redeliver, expected: 3, found: [1]))
        let planning = plan([item], facts: RepairBench.facts([(1, "delivered"), (3, state)]))
        #expect(planning.plan.steps.isEmpty && planning.omitted == [item.id: .underWay])
    }

    @Test func theHubsOwnEventIsNotToldToIt() {
        let item = RepairBench.item(RepairBench.finding(1, .behind, .redeliver, expected: 3, found: [1]))
        let planning = plan([item], facts: RepairBench.facts([(1, "delivered")]))
        #expect(planning.omitted == [item.id: .nothingToSend])
    }

    @Test(
        arguments: [
            (BreakCode.ahead, RepairAction.pull, 3, [4], "v4"), (.missingAtGateway, .register, nil, [2], "v2"),
        ] as [(BreakCode, RepairAction, Int?, [Int], String)])
    func takesInUnderAnIDOfTheVersion(code: BreakCode, action: RepairAction, expected: Int?, found: [Int], id: String)
        throws
    {
        let item = RepairBench.item(RepairBench.finding(1, code, action, expected: expected, found: found))
        let step = try #require(plan([item]).plan.steps.first)
        #expect(step.intakeID == "recon-\(RepairBench.caseID(1))-\(id)" && step.sendings.isEmpty)
    }

    // MARK: which breaks

    @Test(arguments: BreakCode.allCases)
    func onlyFiveClassesAreAutomaticWhateverAFindingSays(code: BreakCode) {
        let item = RepairBench.item(RepairBench.finding(1, code, .redeliver, expected: 5, found: [3]))
        let automatic: Set<BreakCode> = [.missingAtHub, .missingAtGateway, .behind, .ahead, .keySkew]
        #expect(plan([item]).omitted == (automatic.contains(code) ? [:] : [item.id: .notAutomatic]))
    }

    @Test(arguments: BreakState.allCases)
    func onlyBreaksThatStandOpenAreRepaired(state: BreakState) {
        let finding = RepairBench.finding(1, .behind, .redeliver, expected: 5, found: [3])
        let item = RepairBench.item(finding, state: state)
        let automatic: Set<BreakState> = [.open, .reopened, .autoRepairing]
        let approved: Set<BreakState> = [.approved, .repairing]
        #expect(plan([item]).plan.steps.isEmpty != automatic.contains(state))
        #expect(plan([item], scope: .approved).plan.steps.isEmpty != approved.contains(state))
    }

    @Test func aFindingThatIsNotAutomaticOrInFlightIsLeft() {
        let manual = RepairBench.item(
            RepairBench.finding(1, .behind, .redeliver, expected: 5, found: [3], isAutomatic: false))
        let flying = RepairBench.item(
            RepairBench.finding(2, .behind, .redeliver, expected: 5, found: [3], isInFlight: true))
        let foreign = RepairBench.item(
            RepairBench.finding(3, .behind, .redeliver, expected: 5, found: [3]), hub: .anhui)
        let planning = plan([manual, flying, foreign])
        #expect(planning.plan.steps.isEmpty)
        #expect(planning.omitted == [manual.id: .notAutomatic, flying.id: .notNow, foreign.id: .notNow])
    }

    @Test(arguments: [RepairAction.quarantine, .escalate, .askRegion, .incident, .retry])
    func whatTheGatewayCannotDoIsLeftToPersons(action: RepairAction) {
        let item = RepairBench.item(
            RepairBench.finding(1, .orphan, action, expected: nil, found: [3]), state: .approved)
        #expect(plan([item], scope: .approved).omitted == [item.id: .notByGateway])
    }

    @Test(
        arguments: [(RepairAction.adjustHub, [5], nil), (.adjustGateway, [], "recon-CSJ202603020000001-v5")]
            as [(RepairAction, [Int], String?)])
    func adjustsWhatTwoPersonsApproved(action: RepairAction, sent: [Int], id: String?) throws {
        let finding = RepairBench.finding(
            1, .statusConflict, action, expected: 5, found: [5], isAutomatic: false)
        let step = try #require(plan([RepairBench.item(finding, state: .approved)], scope: .approved).plan.steps.first)
        #expect(step.sendings.map(\.version) == sent && step.intakeID == id)
    }

    // MARK: cap and order

    @Test(arguments: [(0, 1, 0), (1, 1, 1), (2, 2, 2), (3, 2, 2), (1_001, 1_000, 1_000)])
    func aRunHasACap(breaks: Int, cap: Int, steps: Int) {
        let items = (0..<breaks).map {
            RepairBench.item(RepairBench.finding($0, .behind, .redeliver, expected: 5, found: [3]))
        }
        let planning = plan(items, cap: cap)
        #expect(planning.plan.steps.count == steps)
        #expect(planning.omitted.count == breaks - steps && planning.omitted.values.allSatisfy { $0 == .cap })
        #expect(planning.plan.steps.map(\.index) == Array(0..<steps))
    }

    @Test func aBreakThatCannotBePlannedTakesNoPlaceUnderTheCap() {
        let left = RepairBench.item(RepairBench.finding(1, .ahead, .pull, expected: 5, found: []))
        let good = RepairBench.item(RepairBench.finding(2, .behind, .redeliver, expected: 5, found: [3]))
        #expect(plan([left, good], cap: 1).plan.steps.map(\.breakID) == [good.id])
    }

    @Test func theOrderOfTheBreaksDoesNotMatter() {
        var generator = SeededGenerator(seed: 7)
        let items = (0..<40).map {
            RepairBench.item(RepairBench.finding($0, .behind, .redeliver, expected: 5, found: [3]))
        }
        let wanted = plan(items)
        for _ in 0..<20 { #expect(plan(items.shuffled(using: &generator)) == wanted) }
    }
}
