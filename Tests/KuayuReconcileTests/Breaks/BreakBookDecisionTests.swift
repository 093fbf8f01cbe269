import KuayuModel
import KuayuReconcile
import Testing

/// What persons may do to breaks, and what they may not.
@Suite struct BreakBookDecisionTests {
    typealias F = BreakFixture
    typealias Story = BreakBookRunTests.Story

    static func story(_ code: BreakCode = .statusConflict) -> Story {
        var story = Story()
        story.run(10, [F.finding(code)])
        return story
    }

    static let day = F.at(12).date
    static let until = day.adding(days: 30)

    @Test func repairsWhatTwoPersonsDecided() throws {
        var story = Self.story()
        try story.order(.assign(to: "王敏"), by: "李强", reason: .assignment)
        #expect(story.book.breaks[0].assignee == "王敏")
        try story.order(.propose(.repair(.adjustGateway)), by: "王敏", reason: .hubConfirmed)
        #expect(story.book.breaks[0].finding.action == .adjustGateway)
        try story.order(.approve, by: "李强", reason: .documentsReviewed)
        try story.repair(.begun)
        try story.repair(.carriedOut)
        try story.repair(.agreed)
        #expect(story.path == [.detected, .open, .assigned, .proposed, .approved, .repairing, .verifying, .closed])
        #expect(story.events.map(\.by).suffix(5) == ["王敏", "李强", "gateway", "gateway", "gateway"])
    }

    @Test func keepsWhatWasDecidedWhenTheNextRunSeesTheSameRows() throws {
        var story = Self.story()
        try story.order(.propose(.repair(.adjustGateway)), by: "王敏")
        try story.order(.approve, by: "李强")
        story.run(13, [F.finding(.statusConflict)])
        #expect(story.states == [.approved])
        #expect(story.book.breaks[0].finding.action == .adjustGateway)
    }

    @Test func takesTheApprovalBackWhenTheRowsChange() throws {
        var story = Self.story()
        try story.order(.propose(.repair(.adjustGateway)), by: "王敏")
        try story.order(.approve, by: "李强")
        story.run(13, [F.finding(.statusConflict, found: [F.row(5, "closed")])])
        #expect(story.states == [.open])
        #expect(story.book.breaks[0].finding.action == .redeliver)
    }

    @Test(arguments: [
        BreakProposal.repair(.adjustHub), .repair(.adjustGateway), .accept(until: until), .void,
    ])
    func needsTwoPersons(proposal: BreakProposal) throws {
        var story = Self.story()
        try story.order(.propose(proposal), by: "王敏")
        #expect(throws: BreakRefusal.samePerson("王敏")) { try story.order(.approve, by: "王敏") }
        try story.order(.approve, by: "李强")
    }

    @Test(arguments: [
        (BreakCode.behind, RepairAction.redeliver), (.keySkew, .resync), (.ahead, .pull),
        (.missingAtGateway, .register),
    ])
    func needsOnePersonToSendAgainWhatWasSent(code: BreakCode, action: RepairAction) throws {
        var story = Self.story(code)
        try story.order(.propose(.repair(action)), by: "王敏")
        try story.order(.approve, by: "王敏")
        #expect(story.states == [.approved])
    }

    @Test func livesWithABreakUntilADay() throws {
        var story = Self.story()
        try story.order(.propose(.accept(until: Self.day.adding(days: 1))), by: "王敏", reason: .regionAtWork)
        try story.order(.approve, by: "李强", reason: .regionAtWork)
        #expect(story.book.breaks[0].acceptedUntil == Self.day.adding(days: 1))
        story.run(47, [F.finding(.statusConflict)])
        #expect(story.states == [.accepted])
        story.run(48, [F.finding(.statusConflict)])
        #expect(story.states == [.reopened])
        #expect(story.book.breaks[0].acceptedUntil == nil)
    }

    @Test func reopensAnAcceptedBreakThatNobodyLooksAt() throws {
        var story = Self.story()
        try story.order(.propose(.accept(until: Self.day)), by: "王敏")
        try story.order(.approve, by: "李强")
        story.run(23, [], scope: RunScope())
        #expect(story.states == [.accepted])
        story.run(24, [], scope: RunScope())
        #expect(story.states == [.reopened])
    }

    @Test func endsAnAcceptanceWithTheBreakOrWithOtherRows() throws {
        for (findings, state) in [
            ([Finding](), BreakState.closed),
            ([F.finding(.statusConflict, found: [F.row(5, "voided")])], .reopened),
            ([F.finding(.statusConflict, version: 5)], .accepted),
        ] {
            var story = Self.story()
            try story.order(.propose(.accept(until: Self.until)), by: "王敏")
            try story.order(.approve, by: "李强")
            story.run(13, findings)
            #expect(story.states == [state])
        }
    }

    @Test func treatsAsNoBreakWhatTwoPersonsVoided() throws {
        var story = Self.story()
        try story.order(.propose(.void), by: "王敏", reason: .test)
        try story.order(.approve, by: "李强", reason: .test)
        #expect(story.states == [.closed])
        #expect(story.book.breaks[0].closeReason == "voided:test | void | evidence: seen in the receipt")
        story.run(13, [F.finding(.statusConflict)])
        #expect(story.states == [.reopened])
    }

    @Test(arguments: [BreakProposal.repair(.adjustHub), .void])
    func takesAProposalBack(proposal: BreakProposal) throws {
        var story = Self.story()
        try story.order(.propose(proposal), by: "王敏")
        try story.order(.decline, by: "王敏", reason: .insufficientEvidence)
        #expect(story.states == [.open])
    }

    static let refusals: [(BreakOrder, BreakRefusal)] = [
        (order(.approve), .wrongState(.open, .approveRepair)),
        (order(.decline), .wrongState(.open, .decline)),
        (order(.propose(.repair(.redeliver))), .actionUnfit(.redeliver, .statusConflict)),
        (order(.propose(.repair(.askRegion))), .actionUnfit(.askRegion, .statusConflict)),
        (order(.propose(.accept(until: day.adding(days: -1)))), .dayUnfit(day.adding(days: -1))),
        (order(.propose(.accept(until: day.adding(days: 93)))), .dayUnfit(day.adding(days: 93))),
        (order(.propose(.void), by: ""), .badName),
        (order(.propose(.void), by: " 王敏"), .badName),
        (order(.propose(.void), by: "gateway"), .badName),
        (order(.propose(.void), by: "a|b"), .badName),
        (order(.propose(.void), by: "a\nb"), .badName),
        (order(.propose(.void), by: String(repeating: "王", count: 65)), .badName),
        (order(.assign(to: "")), .badName),
        (order(.propose(.void), evidence: ""), .evidenceMissing),
        (order(.propose(.void), evidence: "已核实"), .evidenceMissing),
        (order(.propose(.void), evidence: "     "), .evidenceMissing),
        (order(.propose(.void), evidence: String(repeating: "x", count: 1_001)), .evidenceUnusable),
        (order(.propose(.void), evidence: "line\nline"), .evidenceUnusable),
        (order(.propose(.void), reason: .assignment), .reasonUnfit(.assignment)),
        (order(.propose(.repair(.adjustHub)), reason: .formatLimit), .reasonUnfit(.formatLimit)),
        (order(.propose(.repair(.adjustHub)), reason: .falseAlarm), .reasonUnfit(.falseAlarm)),
    ]

    static func order(
        _ command: BreakOrder.Command, by: String = "王敏", reason: ReasonCode = .gatewayConfirmed,
        evidence: String = "回执与原件一致"
    ) -> BreakOrder {
        BreakOrder(command, by: by, reason: reason, evidence: evidence)
    }

    @Test(arguments: refusals)
    func refuses(order: BreakOrder, refusal: BreakRefusal) throws {
        var story = Self.story()
        let before = story.book.breaks
        let id = try #require(before.first?.id)
        #expect(throws: refusal) { try story.book.decide(order, on: id, history: story.events, now: F.at(12)) }
        #expect(story.book.breaks == before)
    }

    @Test func takesNamesAndEvidenceOfTheLongestKind() throws {
        var story = Self.story()
        let id = try #require(story.book.breaks.first?.id)
        let order = Self.order(
            .propose(.accept(until: Self.day.adding(days: 92))), by: String(repeating: "王", count: 64),
            evidence: String(repeating: "x", count: 1_000))
        _ = try story.book.decide(order, on: id, history: [], now: F.at(12))
        #expect(story.states == [.proposed])
    }

    @Test func refusesToApproveWhatTheHistoryDoesNotShow() throws {
        var story = Self.story()
        try story.order(.propose(.void), by: "王敏")
        let id = try #require(story.book.breaks.first?.id)
        for history in [[], Array(story.events.dropLast())] {
            #expect(throws: BreakRefusal.proposalUnknown) {
                try story.book.decide(Self.order(.approve, by: "李强"), on: id, history: history, now: F.at(12))
            }
        }
    }

    @Test func refusesToDecideAboutWhatIsInFlight() throws {
        var story = Story()
        story.run(10, [F.finding(.statusConflict, inFlight: true)])
        #expect(throws: BreakRefusal.wrongState(.inFlight, .propose)) {
            try story.order(.propose(.void), by: "王敏")
        }
    }

    @Test(arguments: BreakCode.allCases)
    func letsPersonsProposeOnlyWhatHelps(code: BreakCode) {
        let never: Set<RepairAction> = [.escalate, .askRegion, .incident, .retry]
        #expect(never.isDisjoint(with: code.proposableActions))
    }

    // Notes.

    @Test(arguments: [
        (
            DecisionNote(reason: .assignment, assignee: "Wang Min", evidence: ""),
            "assignment | to Wang Min | evidence: "
        ),
        (
            DecisionNote(reason: .hubConfirmed, proposal: .repair(.adjustHub), evidence: "a | b | evidence: c"),
            "hubConfirmed | adjustHub | evidence: a | b | evidence: c"
        ),
        (
            DecisionNote(reason: .legacy, proposal: .accept(until: until), evidence: "to x"),
            "legacy | accept until 2026-12-24 | evidence: to x"
        ),
        (DecisionNote(reason: .test, proposal: .void, evidence: "测试"), "test | void | evidence: 测试"),
        (DecisionNote(reason: .falseAlarm, evidence: "…"), "falseAlarm | evidence: …"),
    ])
    func writesNotesThatCanBeReadAgain(note: DecisionNote, text: String) {
        #expect(note.text == text)
        #expect(DecisionNote(text: text) == note)
    }

    @Test(arguments: [
        "", "test", "nothing | evidence: x", "test | jump | evidence: x", "test | accept until never | evidence: x",
        "still there after the repair",
    ])
    func readsNoNoteFromAnythingElse(text: String) {
        #expect(DecisionNote(text: text) == nil)
    }

    @Test(arguments: [
        (CloseReason.repaired, "repaired"), (.arrived, "arrived"), (.vanished(nil), "vanished"),
        (.vanished(.contentMismatch), "vanished:R07"), (.voided("test: x"), "voided:test: x"),
    ])
    func writesReasonsThatCanBeReadAgain(reason: CloseReason, text: String) {
        #expect(reason.text == text)
        #expect(CloseReason(text: text) == reason)
        #expect(CloseReason(text: text + "?") == nil || text.hasPrefix("voided"))
    }
}
