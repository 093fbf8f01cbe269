import KuayuEngine
import KuayuModel
import Testing

/// What a start makes of the rows of an earlier one.
@Suite struct RecoveryTests {
    /// A send under way when the program stopped, by what the receiver can do about repetition.
    @Test(
        arguments: [
            (.dedupesByID, .retrying, .push), (.statusQueryable, .retrying, .query), (.neither, .inDoubt, nil),
        ] as [(ReceiverCapability, DeliveryState, SendOrder.Kind?)])
    func aSendUnderWayHasAnUnknownOutcome(
        capability: ReceiverCapability, state: DeliveryState, next: SendOrder.Kind?
    ) throws {
        let policy = RoutePolicy(capability: capability)
        var old = EngineBench(policy)
        let sent = try #require(try old.register().out.sends.first)
        var bench = old.restarted(policy)
        let out = bench.round(.recovered(bench.recovered))
        let row = try bench.row(1)
        #expect(row.state == state && row.attemptCount == 1 && out.sends.isEmpty)
        let attempt = try #require(bench.attempts[1]?[1])
        #expect(attempt.outcome == "possiblyApplied" && attempt.startedAt == old.now && attempt.endedAt == bench.now)
        #expect(out.alerts == (state == .inDoubt ? [.inDoubt(row)] : []))
        guard let next else { return }
        let send = try #require(try bench.sleep().sends.first)
        #expect(send.kind == next && send.deliveries.first?.messageID == sent.deliveries.first?.messageID)
    }

    @Test func eachStateGoesOnWhereItWas() throws {
        let policy = RoutePolicy(slots: 1, garbageLimit: 1)
        var old = EngineBench(policy)
        let first = try #require(try old.register().out.sends.first)
        old.reply(first, .garbage(excerpt: "?"))
        let second = try #require(try old.register().out.sends.first)
        let third = try old.register().head
        try old.change(third, status: .accepted)
        old.reply(second, .busy(reason: "BUSY", retryAfter: .seconds(60)))
        // 1 parked, 2 retrying, 3 under way, 4 behind 3.
        var bench = old.restarted(policy)
        let out = bench.round(.recovered(bench.recovered))
        #expect(out.sends.isEmpty)
        #expect(try (1...4).map { try bench.row(DeliveryID($0)).state } == [.parked, .retrying, .retrying, .waiting])
        #expect(bench.engine.unsettled == bench.rows.values.sorted { $0.id < $1.id })
        let wake = try #require(try bench.row(3).nextAttemptAt)
        #expect(bench.engine.nextWake == wake)
        let next = try bench.sleep()
        #expect(next.sends.flatMap(\.deliveries).map(\.id) == [3])
        #expect(bench.reply(next.sends[0], .delivered).sends.flatMap(\.deliveries).map(\.id) == [4])
    }

    @Test func whatWaitedIsSentAtOnce() throws {
        var old = EngineBench()
        _ = try old.command(.stop(EngineBench.hub, by: "li"))
        try old.register()
        var bench = old.restarted(RoutePolicy())
        #expect(bench.round(.recovered(bench.recovered)).sends.flatMap(\.deliveries).map(\.id) == [1])
    }

    @Test func anUnansweredAttemptIsStillAskedAboutAfterTheNextStart() throws {
        let policy = RoutePolicy(capability: .statusQueryable)
        var old = EngineBench(policy)
        old.reply(try #require(try old.register().out.sends.first), .possiblyApplied(reason: "reset"))
        #expect(try old.row(1).state == .retrying)
        var bench = old.restarted(policy)
        bench.round(.recovered(bench.recovered))
        #expect(try bench.sleep().sends.first?.kind == .query)
    }

    @Test func numbersGoOn() throws {
        var old = EngineBench()
        let head = try old.register(to: [EngineBench.hub, EngineBench.other]).head
        var bench = old.restarted(RoutePolicy())
        bench.round(.recovered(bench.recovered))
        #expect(try bench.register().head.caseID.sequence == head.caseID.sequence + 1)
        #expect(bench.rows.keys.sorted() == [1, 2, 3])
    }

    /// Ids that the store holds, and the first sequence that gateway 1 gives on 2026-03-02.
    @Test(arguments: [
        ([], 1), (["CSJ202603020100007"], 8), (["CSJ202603020100007", "CSJ202603020200900"], 8),
        (["CSJ202603010100007"], 1), (["CSJ202603020100007", "CSJ202603030100002"], 8),
        (["CSJ202603020100009", "CSJ202603020100004"], 10),
    ])
    func eachGatewayAndDayHasItsOwnNumbers(stored: [String], next: Int) throws {
        var bench = EngineBench(gateway: 1)
        let ids = stored.compactMap { CaseID($0) }
        #expect(ids.count == stored.count)
        bench.round(.recovered(RecoveredState(deliveries: [], lastDelivery: 0, lastCases: ids)))
        #expect(try bench.register().head.caseID.sequence == next)
    }

    @Test func aReplyToAnEarlierStartIsIgnored() throws {
        var old = EngineBench()
        let sent = try #require(try old.register().out.sends.first)
        var bench = old.restarted(RoutePolicy())
        bench.round(.recovered(bench.recovered))
        let again = try #require(try bench.sleep().sends.first)
        #expect(again.id != sent.id)
        #expect(bench.step(.replied(EngineBench.reply(sent, .rejected(reason: "late")))).isEmpty)
        #expect(try bench.row(1).state == .sending)
        bench.reply(again, .delivered)
        #expect(try bench.row(1).state == .delivered)
    }

    @Test func aSecondReplyIsIgnored() throws {
        var bench = EngineBench()
        let sent = try #require(try bench.register().out.sends.first)
        bench.reply(sent, .delivered)
        #expect(bench.step(.replied(EngineBench.reply(sent, .rejected(reason: "late")))).isEmpty)
        #expect(try bench.row(1).state == .delivered)
    }

    @Test func settledRowsAreLeftAlone() throws {
        var bench = EngineBench()
        bench.reply(try #require(try bench.register().out.sends.first), .delivered)
        let settled = try bench.row(1)
        var next = bench.restarted(RoutePolicy())
        let state = RecoveredState(deliveries: [settled], lastDelivery: 1, lastCases: [])
        #expect(next.round(.recovered(state)).sends.isEmpty && next.engine.unsettledCount == 0)
        #expect(try next.row(1) == settled)
    }
}
