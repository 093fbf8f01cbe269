import KuayuModel
import KuayuReconcile
import Testing

/// What runs make of breaks.
@Suite struct BreakBookRunTests {
    typealias F = BreakFixture

    /// A book with the steps that led to it.
    struct Story {
        var book: BreakBook
        var events: [BreakEvent] = []
        var number = 0

        init(_ breaks: [Break] = []) { book = BreakBook(hub: F.hub, breaks: breaks) }

        /// A run at a time of day, whose cut is a quarter of an hour before unless it is told.
        @discardableResult
        mutating func run(
            _ hour: Int, _ findings: [Finding], scope: RunScope = .everything, cut: ReconciliationCut? = nil,
            startedAt: Instant? = nil, id: String? = nil
        ) -> BreakChanges {
            number += 1
            let now = F.at(hour)
            let changes = book.take(
                RunFindings(
                    run: id ?? "R\(number)", startedAt: startedAt ?? now, now: now,
                    cut: cut ?? ReconciliationCut(hubWatermark: now, gatewayWatermark: now), findings: findings,
                    scope: scope), digester: F.digester)
            events += changes.events
            return changes
        }

        mutating func order(_ command: BreakOrder.Command, by: String, reason: ReasonCode = .gatewayConfirmed) throws {
            let id = try #require(book.breaks.first?.id)
            let order = BreakOrder(command, by: by, reason: reason, evidence: "seen in the receipt")
            events += try book.decide(order, on: id, history: events, now: F.at(12)).events
        }

        mutating func repair(_ repair: BreakRepair, at hour: Int = 12) throws {
            let id = try #require(book.breaks.first?.id)
            events += try book.repair(repair, of: id, run: nil, now: F.at(hour)).events
        }

        var states: [BreakState] { book.breaks.map(\.state) }
        var path: [BreakState] { events.map(\.to) }
    }

    @Test func opensAtOnceWhatNothingExplains() {
        var story = Story()
        let changes = story.run(10, [F.finding(.behind)])
        #expect(story.path == [.detected, .open])
        #expect(changes.breaks.map(\.state) == [.open])
        #expect(changes.breaks[0].firstSeenAt == F.at(10))
        #expect(changes.breaks[0].seenCount == 1)
    }

    @Test func opensWhatIsInFlightInTwoRunsAndOlderThanTheGrace() {
        var story = Story()
        story.run(10, [F.finding(.behind, inFlight: true)])
        #expect(story.states == [.inFlight])
        story.run(11, [F.finding(.behind, inFlight: true)])
        #expect(story.path == [.detected, .inFlight, .open])
        #expect(story.book.breaks[0].firstSeenAt == F.at(10))
    }

    @Test func doesNotOpenWhatIsYoungerThanTheGrace() {
        var story = Story()
        story.run(10, [F.finding(.behind, inFlight: true)])
        let cut = ReconciliationCut(hubWatermark: F.at(10, 15), gatewayWatermark: F.at(11))
        story.run(11, [F.finding(.behind, inFlight: true)], cut: cut)
        #expect(story.states == [.inFlight])
        story.run(
            12, [F.finding(.behind, inFlight: true)],
            cut: ReconciliationCut(hubWatermark: F.at(10, 16), gatewayWatermark: F.at(12)))
        #expect(story.states == [.open])
    }

    /// A hub that shows the same old file again has not been given the time to catch up.
    @Test func doesNotOpenOnASnapshotThatStandsStill() {
        var story = Story()
        let cut = ReconciliationCut(hubWatermark: F.at(9), gatewayWatermark: F.at(9))
        for hour in 10...20 { story.run(hour, [F.finding(.behind, inFlight: true)], cut: cut) }
        #expect(story.states == [.inFlight])
    }

    /// Each run sees another event under way; none of them is late.
    @Test func doesNotOpenABusyCase() {
        var story = Story()
        for version in 1...8 { story.run(9 + version, [F.finding(.behind, version: version, inFlight: true)]) }
        #expect(!story.path.contains(.open))
        #expect(story.book.breaks.count { $0.state == .inFlight } == 1)
    }

    @Test func closesWhatArrived() {
        var story = Story()
        story.run(10, [F.finding(.behind, inFlight: true)])
        story.run(11, [])
        #expect(story.states == [.closed])
        #expect(story.book.breaks[0].closeReason == "arrived")
        #expect(story.book.breaks[0].closedAt == F.at(11))
    }

    @Test func beginsAnewWhatHadArrived() {
        var story = Story()
        story.run(10, [F.finding(.behind, inFlight: true)])
        story.run(11, [])
        story.run(12, [F.finding(.behind)])
        #expect(story.path == [.detected, .inFlight, .closed, .detected, .open])
        #expect(story.book.breaks[0].firstSeenAt == F.at(12))
    }

    @Test func closesWhatVanishedAndReopensIt() {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        story.run(11, [])
        #expect(story.book.breaks[0].closeReason == "vanished")
        story.run(12, [F.finding(.behind)])
        #expect(story.path == [.detected, .open, .closed, .reopened])
        #expect(story.book.breaks[0].firstSeenAt == F.at(10))
        #expect(story.book.breaks[0].closedAt == nil)
        #expect(story.book.breaks[0].closeReason == nil)
    }

    @Test func keepsTheNameOfAnOpenBreakWhileTheCaseGoesOn() {
        var story = Story()
        story.run(10, [F.finding(.behind, version: 5)])
        let id = story.book.breaks[0].id
        story.run(11, [F.finding(.behind, version: 7)])
        #expect(story.book.breaks.map(\.id) == [id])
        #expect(story.book.breaks[0].finding.firstVersion == 5)
        #expect(story.book.breaks[0].finding.expected?.version == 7)
        #expect(story.book.breaks[0].seenCount == 2)
    }

    @Test func saysWhatABreakBecame() {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        story.run(11, [F.finding(.contentMismatch)])
        #expect(story.book.breaks.first { $0.finding.code == .behind }?.closeReason == "vanished:R07")
    }

    /// While the case is under way, the run cannot say that its open break is gone.
    @Test func keepsAnOpenBreakWhileAnotherDifferenceOfTheCaseIsInFlight() {
        var story = Story()
        story.run(10, [F.finding(.contentMismatch)])
        story.run(11, [F.finding(.behind, version: 6, inFlight: true)])
        #expect(Set(story.states) == [.open, .inFlight])
        story.run(12, [F.finding(.contentMismatch, version: 6)])
        #expect(story.book.breaks.first { $0.finding.code == .contentMismatch }?.seenCount == 2)
        #expect(story.book.breaks.first { $0.finding.code == .behind }?.state == .closed)
    }

    @Test func keepsLanesAndHubsApart() {
        var story = Story()
        story.run(10, [F.finding(.duplicate, lane: .in), F.finding(.duplicate, lane: .out)])
        #expect(story.book.breaks.count == 2)
        story.run(11, [F.finding(.duplicate, lane: .out)])
        #expect(story.book.breaks.count { $0.state == .closed } == 1)
        #expect(BreakBook(hub: .shanghai, breaks: story.book.breaks).breaks.isEmpty)
    }

    @Test func takesTheSameRunInTwice() {
        var story = Story()
        story.run(10, [F.finding(.behind, inFlight: true), F.finding(.overdue)], id: "R1")
        let book = story.book.breaks
        let changes = story.run(10, [F.finding(.behind, inFlight: true), F.finding(.overdue)], id: "R1")
        #expect(changes.events.isEmpty)
        #expect(story.book.breaks == book)
    }

    @Test func takesAFindingThatComesTwiceOnce() {
        var story = Story()
        story.run(10, [F.finding(.behind), F.finding(.behind)])
        #expect(story.path == [.detected, .open])
    }

    // What a run did not look at.

    @Test(arguments: [
        RunScope(compared: [:]),
        RunScope(compared: [.out: .everything], aged: .everything),
        RunScope(compared: [.in: .cases(["CSJ0"])]),
        RunScope(compared: [.in: .days([])]),
    ])
    func closesNothingOutsideWhatWasLookedAt(scope: RunScope) {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        story.run(11, [], scope: scope)
        #expect(story.states == [.open])
    }

    @Test(arguments: [
        RunScope(compared: [.in: .everything]),
        RunScope(compared: [.in: .cases([F.caseID])]),
        RunScope(compared: [.in: .days([F.at(0).date])]),
    ])
    func closesInsideWhatWasLookedAt(scope: RunScope) {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        story.run(11, [], scope: scope)
        #expect(story.states == [.closed])
    }

    /// The two sides say different days: a look at one of them proves nothing.
    @Test func closesASkewedCaseOnlyWhenBothDaysWereLookedAt() {
        let row = F.row(5, "decided", registeredAt: F.at(33).epochSeconds)
        var story = Story()
        story.run(10, [F.finding(.keySkew, found: [row])])
        story.run(11, [], scope: RunScope(compared: [.in: .days([F.at(0).date])]))
        #expect(story.states == [.open])
        story.run(12, [], scope: RunScope(compared: [.in: .days([F.at(0).date, F.at(33).date])]))
        #expect(story.states == [.closed])
    }

    @Test func keepsAContentMismatchThatCannotBeCheckedNow() {
        var story = Story()
        story.run(10, [F.finding(.contentMismatch)])
        var scope = RunScope.everything
        scope.unchecked = [F.caseID]
        story.run(11, [], scope: scope)
        #expect(story.states == [.open])
    }

    @Test func closesWhatAnAuditFoundOnlyByAnAudit() {
        var story = Story()
        story.run(10, [F.finding(.evidence)])
        story.run(11, [])
        #expect(story.states == [.open])
        var scope = RunScope.everything
        scope.audited = [F.caseID]
        story.run(12, [], scope: scope)
        #expect(story.states == [.closed])
    }

    @Test func agesCasesApartFromComparing() {
        var story = Story()
        story.run(10, [F.finding(.stuck)])
        story.run(11, [], scope: RunScope(compared: [.in: .everything, .out: .everything]))
        #expect(story.states == [.open])
        story.run(12, [], scope: RunScope(aged: .everything))
        #expect(story.states == [.closed])
    }

    // What could not be concluded.

    static let fault = FeedError(.sum, "the rows give another sum")

    @Test func drawsNothingFromALaneThatFailed() {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        story.run(
            11, [F.finding(.missingAtHub, caseID: "CSJ2"), F.finding(.overdue)],
            scope: RunScope(compared: [.in: .everything], faults: [.in: Self.fault], aged: .everything))
        #expect(story.book.breaks.map(\.finding.code).sorted() == [.behind, .overdue, .feedError])
        #expect(story.states == [.open, .open, .open])
    }

    @Test func hasOneFaultForALaneAndClosesItWithTheNextGoodRun() {
        var story = Story()
        let failed = RunScope(compared: [.out: .everything], faults: [.in: Self.fault])
        story.run(10, [], scope: failed)
        story.run(34, [], scope: failed)
        #expect(story.book.breaks.map(\.finding.code) == [.feedError])
        #expect(story.book.breaks[0].seenCount == 2)
        story.run(35, [], scope: RunScope(compared: [.out: .everything]))
        #expect(story.states == [.open])
        story.run(36, [], scope: RunScope(compared: [.in: .cases([])]))
        #expect(story.states == [.closed])
        story.run(60, [], scope: failed)
        #expect(story.book.breaks.count == 2, "a fault of another day is another break")
    }

    // What a settled refusal explains.

    @Test func neverOpensWhatASettledRefusalExplains() {
        var story = Story()
        for hour in 10...15 { story.run(hour, [F.finding(.behind, explained: true)]) }
        #expect(story.path == [.detected, .inFlight])
        story.run(16, [F.finding(.behind)])
        #expect(story.states == [.open])
    }

    @Test func takesAnOpenBreakBackWhenItIsExplained() {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        story.run(11, [F.finding(.behind, explained: true)])
        #expect(story.states == [.inFlight])
        story.run(12, [])
        #expect(story.states == [.closed])
    }

    // Repairs.

    @Test func closesARepairedBreakWhenItIsGone() throws {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        try story.repair(.begun)
        try story.repair(.begun)
        try story.repair(.carriedOut)
        story.run(13, [])
        #expect(story.path == [.detected, .open, .autoRepairing, .verifying, .closed])
        #expect(story.book.breaks[0].closeReason == "repaired")
    }

    @Test func opensAgainWhatTheRepairDidNotHelp() throws {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        try story.repair(.begun)
        try story.repair(.carriedOut)
        story.run(13, [F.finding(.behind)])
        #expect(story.states == [.open])
    }

    /// A run that read the rows before the repair, and one that sees the repair under way.
    @Test func waitsForARunThatCanJudgeTheRepair() throws {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        try story.repair(.begun)
        try story.repair(.carriedOut)
        story.run(13, [F.finding(.behind)], startedAt: F.at(11))
        #expect(story.states == [.verifying])
        let cut = ReconciliationCut(hubWatermark: F.at(12, 10), gatewayWatermark: F.at(12, 10))
        story.run(13, [F.finding(.behind, inFlight: true)], cut: cut)
        #expect(story.states == [.verifying])
        story.run(14, [F.finding(.behind, inFlight: true)])
        #expect(story.states == [.open])
    }

    @Test func opensWhatFailedToBeRepaired() throws {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        try story.repair(.begun)
        try story.repair(.failed("503 of 13812345678\n"))
        #expect(story.states == [.open])
        #expect(story.events.last?.reason == "503 of *** ")
    }

    @Test func judgesByWhatWasReadAgain() throws {
        for (verdict, state) in [(BreakRepair.agreed, BreakState.closed), (.differed("still 3"), .open)] {
            var story = Story()
            story.run(10, [F.finding(.behind)])
            try story.repair(.begun)
            try story.repair(.carriedOut)
            try story.repair(verdict)
            #expect(story.states == [state])
        }
    }

    @Test func refusesARepairOutOfTurn() throws {
        var story = Story()
        story.run(10, [F.finding(.behind)])
        #expect(throws: BreakRefusal.wrongState(.open, .carriedOut)) { try story.repair(.carriedOut) }
        #expect(throws: BreakRefusal.unknown("x")) {
            try story.book.repair(.begun, of: "x", run: nil, now: F.at(12))
        }
    }
}
