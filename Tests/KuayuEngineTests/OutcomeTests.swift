import KuayuEngine
import KuayuModel
import Testing

/// Every outcome of an attempt, at every kind of receiver.
@Suite struct OutcomeTests {
    /// What is expected right after the reply.
    struct Expectation: CustomTestStringConvertible, Sendable {
        var outcome: AttemptOutcome
        var state: DeliveryState
        /// How long until the next attempt, at least and at most; nil when none is planned.
        var delay: ClosedRange<Int64>?
        var attempts = 1
        var garbage = 0
        /// What the next send is, and after which it comes; nil when none comes.
        var next: SendOrder.Kind?
        var phase = "open"
        var detail: String?

        var testDescription: String { "\(outcome)" }
    }

    static let policy = RetryPolicy(base: .seconds(2), cap: .seconds(60))

    /// Outcomes that mean the same at every receiver.
    static let common = [
        Expectation(outcome: .delivered, state: .delivered),
        Expectation(outcome: .rejected(reason: "no such item"), state: .rejected, detail: "no such item"),
        Expectation(
            outcome: .busy(reason: "BUSY", retryAfter: nil), state: .retrying, delay: 2000...2000, next: .push,
            detail: "BUSY"),
        Expectation(
            outcome: .busy(reason: "503", retryAfter: .seconds(30)), state: .retrying, delay: 30_000...30_000,
            next: .push, detail: "503"),
        Expectation(
            outcome: .busy(reason: "503", retryAfter: .seconds(7200)), state: .retrying, delay: 3_600_000...3_600_000,
            next: .push, detail: "503"),
        Expectation(
            outcome: .notSent(reason: "refused"), state: .retrying, delay: 2000...2000, next: .push, detail: "refused"),
        Expectation(outcome: .absent, state: .waiting, next: .push),
        Expectation(
            outcome: .routeFault(reason: "401"), state: .waiting, attempts: 0, next: .push, phase: "failing",
            detail: "401"),
        Expectation(
            outcome: .garbage(excerpt: "<html>"), state: .retrying, delay: 2000...2000, garbage: 1, next: .push,
            detail: "<html>"),
        Expectation(outcome: .split(reason: "batch refused"), state: .waiting, next: .push, detail: "batch refused"),
    ]

    static func doubt(_ capability: ReceiverCapability) -> Expectation {
        let outcome = AttemptOutcome.possiblyApplied(reason: "timeout")
        switch capability {
        case .dedupesByID:
            return Expectation(
                outcome: outcome, state: .retrying, delay: 2000...2000, next: .push, detail: "timeout")
        case .statusQueryable:
            return Expectation(
                outcome: outcome, state: .retrying, delay: 2000...2000, next: .query, detail: "timeout")
        case .neither:
            return Expectation(outcome: outcome, state: .inDoubt, detail: "timeout")
        }
    }

    @Test(arguments: common, ReceiverCapability.allCases)
    func becomesAState(expectation: Expectation, capability: ReceiverCapability) throws {
        try check(expectation, capability)
    }

    @Test(arguments: ReceiverCapability.allCases)
    func anUnknownOutcomeIsTheReceiversMatter(capability: ReceiverCapability) throws {
        try check(Self.doubt(capability), capability)
    }

    private func check(_ expectation: Expectation, _ capability: ReceiverCapability) throws {
        var bench = EngineBench(RoutePolicy(capability: capability, retry: Self.policy))
        let order = try #require(try bench.register().out.sends.first)
        let sent = bench.now
        bench.pass(.milliseconds(80))
        bench.step(.replied(EngineBench.reply(order, expectation.outcome)))
        try checkRow(bench, expectation)
        let attempt = try #require(bench.attempts[1]?[1])
        #expect(attempt.outcome == expectation.outcome.name && attempt.detail == expectation.detail)
        #expect(attempt.startedAt == sent && attempt.endedAt == bench.now)
        bench.round()
        #expect(bench.phase() == expectation.phase)
        try checkNext(&bench, order, expectation)
    }

    private func checkRow(_ bench: EngineBench, _ expectation: Expectation) throws {
        let row = try bench.row(1)
        #expect(row.state == expectation.state)
        #expect(row.attemptCount == expectation.attempts && row.garbageCount == expectation.garbage)
        #expect(row.settledAt == (expectation.state.isSettled ? bench.now : nil))
        #expect(bench.engine.unsettledCount == (expectation.state.isSettled ? 0 : 1))
        if let delay = expectation.delay {
            let at = try #require(row.nextAttemptAt)
            #expect(delay.contains(at.milliseconds(since: bench.now)))
        } else {
            #expect(row.nextAttemptAt == nil)
        }
    }

    /// What is sent next carries the same message id, in a new attempt.
    private func checkNext(_ bench: inout EngineBench, _ order: SendOrder, _ expectation: Expectation) throws {
        guard let kind = expectation.next else {
            #expect(bench.engine.nextWake == nil)
            return
        }
        var row = try bench.row(1)
        if row.state != .sending {
            let sends = try bench.sleep().sends
            #expect(sends.count == 1 && sends.first?.kind == kind)
            row = try #require(sends.first?.deliveries.first)
        }
        #expect(row.state == .sending && row.attemptCount == expectation.attempts + 1)
        #expect(row.messageID == order.deliveries.first?.messageID && row.nextAttemptAt == nil)
    }

    @Test func whatIsAskedForAndAbsentIsSent() throws {
        var bench = EngineBench(RoutePolicy(capability: .statusQueryable))
        let push = try #require(try bench.register().out.sends.first)
        #expect(push.kind == .push)
        bench.reply(push, .possiblyApplied(reason: "reset"))
        let query = try #require(try bench.sleep().sends.first)
        #expect(query.kind == .query)
        // Still no answer: it goes on asking.
        bench.reply(query, .possiblyApplied(reason: "reset"))
        let second = try #require(try bench.sleep().sends.first)
        #expect(second.kind == .query)
        let again = try #require(bench.reply(second, .absent).sends.first)
        #expect(again.kind == .push && again.deliveries.first?.messageID == push.deliveries.first?.messageID)
        bench.reply(again, .delivered)
        #expect(try bench.row(1).state == .delivered && bench.attempts[1]?.count == 4)
    }

    @Test func whatIsAskedForAndThereIsDelivered() throws {
        var bench = EngineBench(RoutePolicy(capability: .statusQueryable))
        bench.reply(try #require(try bench.register().out.sends.first), .possiblyApplied(reason: "reset"))
        bench.reply(try #require(try bench.sleep().sends.first), .delivered)
        #expect(try bench.row(1).state == .delivered)
    }

    /// Attempts so far and the longest pause that may follow.
    @Test func thePauseGrowsWithTheAttempts() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.policy, breakerThreshold: 1000))
        var order = try #require(try bench.register().out.sends.first)
        for ceiling in [2, 4, 8, 16, 32, 60, 60, 60] as [Int64] {
            bench.reply(order, .notSent(reason: "refused"))
            let pause = try #require(try bench.row(1).nextAttemptAt).milliseconds(since: bench.now)
            #expect((2000...ceiling * 1000).contains(pause))
            order = try #require(try bench.sleep().sends.first)
        }
    }

    /// Unreadable replies in a row, and whether they park the delivery.
    @Test(arguments: [(1, false), (2, false), (3, true)])
    func garbageParksAtItsLimit(count: Int, parks: Bool) throws {
        var bench = EngineBench(RoutePolicy(garbageLimit: 3))
        var out = try bench.register().out
        for number in 1...count {
            if number > 1 { out = try bench.sleep() }
            out = bench.reply(try #require(out.sends.first), .garbage(excerpt: "PK\\x03"))
        }
        let row = try bench.row(1)
        #expect(row.state == (parks ? .parked : .retrying))
        #expect(out.alerts == (parks ? [.parked(row)] : []))
        if parks { #expect(row.reason == "unreadable reply: PK\\x03" && bench.engine.nextWake == nil) }
    }

    @Test func aReadableReplyForgivesGarbage() throws {
        var bench = EngineBench(RoutePolicy(garbageLimit: 2))
        bench.reply(try #require(try bench.register().out.sends.first), .garbage(excerpt: "?"))
        bench.reply(try #require(try bench.sleep().sends.first), .busy(reason: "BUSY", retryAfter: nil))
        bench.reply(try #require(try bench.sleep().sends.first), .garbage(excerpt: "?"))
        let row = try bench.row(1)
        #expect(row.state == .retrying && row.garbageCount == 1)
    }

    /// The time left, and whether another attempt still fits before the deadline.
    @Test(arguments: [(2000, .retrying), (2001, .retrying), (1999, .parked), (0, .parked)] as [(Int64, DeliveryState)])
    func theDeadlineParks(left: Int64, state: DeliveryState) throws {
        let deadline = Duration.seconds(3600)
        var bench = EngineBench(RoutePolicy(retry: RetryPolicy(deadline: deadline)))
        let out = try bench.register().out
        #expect(try bench.row(1).deadline == bench.now.adding(milliseconds: deadline.milliseconds))
        bench.pass(deadline - .milliseconds(left))
        bench.reply(try #require(out.sends.first), .notSent(reason: "refused"))
        let row = try bench.row(1)
        #expect(row.state == state)
        if state == .parked { #expect(row.reason == "deadline reached: refused" && row.nextAttemptAt == nil) }
    }
}
