import KuayuEngine
import KuayuModel
import Testing

/// Order within a case, independence between cases, and what travels together.
@Suite struct LineTests {
    private func ids(_ out: EngineBench.Out) -> [[Int64]] { out.sends.map { $0.deliveries.map(\.id.value) } }

    /// What settles an event lets the next one go.
    @Test(arguments: [AttemptOutcome.delivered, .rejected(reason: "no")])
    func theNextEventWaitsForTheLast(outcome: AttemptOutcome) throws {
        var bench = EngineBench()
        let (head, out) = try bench.register()
        #expect(ids(out) == [[1]])
        try bench.change(head, status: .accepted)
        #expect(try bench.row(2).state == .waiting)
        #expect(ids(bench.reply(try #require(out.sends.first), outcome)) == [[2]])
    }

    @Test func aParkedEventHoldsItsLineAndNoOther() throws {
        var bench = EngineBench(RoutePolicy(garbageLimit: 1))
        let (head, out) = try bench.register(to: [EngineBench.hub, EngineBench.other])
        #expect(out.sends.count == 2)
        let toHub = try #require(out.sends.first { $0.hub == EngineBench.hub })
        let toOther = try #require(out.sends.first { $0.hub == EngineBench.other })
        try bench.change(head, status: .accepted, to: [EngineBench.hub, EngineBench.other])
        #expect(bench.reply(toHub, .garbage(excerpt: "?")).sends.isEmpty)
        // The same case at another hub, and another case at the same hub, go on.
        #expect(bench.reply(toOther, .delivered).sends.map(\.hub) == [EngineBench.other])
        let another = try bench.register().out
        #expect(another.sends.map(\.hub) == [EngineBench.hub])
        let released = try bench.command(.release(toHub.deliveries[0].id, by: "li"))
        #expect(ids(released.out) == [[toHub.deliveries[0].id.value]])
    }

    @Test func aCancelledEventLetsTheNextGo() throws {
        var bench = EngineBench(RoutePolicy(garbageLimit: 1))
        let (head, out) = try bench.register()
        try bench.change(head, status: .accepted)
        bench.reply(try #require(out.sends.first), .garbage(excerpt: "?"))
        let cancelled = try bench.command(.cancel(1, reason: "sent by hand", by: "li"))
        #expect(ids(cancelled.out) == [[2]])
    }

    @Test func anEventInDoubtHoldsItsLine() throws {
        var bench = EngineBench(RoutePolicy(capability: .neither))
        let (head, out) = try bench.register()
        try bench.change(head, status: .accepted)
        let doubtful = bench.reply(try #require(out.sends.first), .possiblyApplied(reason: "reset"))
        let row = try bench.row(1)
        #expect(doubtful.sends.isEmpty && doubtful.alerts == [.inDoubt(row)])
        let confirmed = try bench.command(.confirm(1, by: "li")).out
        #expect(ids(confirmed) == [[2]])
    }

    @Test func aParkedSuccessorIsNotWokenByItsPredecessor() throws {
        var bench = EngineBench()
        let (head, out) = try bench.register()
        try bench.change(head, status: .accepted)
        _ = try bench.command(.park(2, reason: "hold", by: "li"))
        #expect(bench.reply(try #require(out.sends.first), .delivered).sends.isEmpty)
        let released = try bench.command(.release(2, by: "li")).out
        #expect(ids(released) == [[2]])
    }

    // MARK: slots and payloads

    @Test(arguments: [(1, 3, [1]), (2, 3, [1, 1]), (8, 3, [1, 1, 1])])
    func sendsAsManyAsThereAreSlots(slots: Int, cases: Int, sizes: [Int]) throws {
        var bench = EngineBench(RoutePolicy(slots: slots))
        for _ in 0..<cases { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        let out = bench.round()
        #expect(out.sends.map(\.deliveries.count) == sizes)
    }

    /// Cases that wait, how many may travel together, and the payloads of one slot after another.
    @Test(arguments: [
        (1, 32, [1]), (31, 32, [31]), (32, 32, [32]), (33, 32, [32, 1]), (5, 2, [2, 2, 1]), (3, 1, [1, 1, 1]),
    ])
    func casesTravelTogether(cases: Int, batch: Int, sizes: [Int]) throws {
        var bench = EngineBench(RoutePolicy(batch: batch))
        for _ in 0..<cases { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        let out = bench.round()
        #expect(out.sends.map(\.deliveries.count) == sizes)
        #expect(out.sends.flatMap(\.deliveries).map(\.id.value) == (1...Int64(cases)).map { $0 })
    }

    @Test func twoEventsOfOneCaseNeverTravelTogether() throws {
        var bench = EngineBench(RoutePolicy(batch: 32))
        bench.step(.submitted(bench.submission(EngineBench.change())))
        let head = try #require(bench.registrations.last?.head)
        bench.step(.submitted(bench.submission(EngineBench.change(.changed, head: head, status: .accepted))))
        #expect(ids(bench.round()) == [[1]])
    }

    @Test func aPayloadHasOneOutcomePerCase() throws {
        var bench = EngineBench(RoutePolicy(batch: 3))
        for _ in 0..<3 { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        let order = try #require(bench.round().sends.first)
        let results: [(delivery: DeliveryID, outcome: AttemptOutcome)] = [
            (1, .delivered), (2, .rejected(reason: "no")), (3, .busy(reason: "BUSY", retryAfter: nil)),
        ]
        bench.round(.replied(SendReply(send: order.id, results: results)))
        #expect(try (1...3).map { try bench.row(DeliveryID($0)).state } == [.delivered, .rejected, .retrying])
    }

    @Test func whatWasRefusedTogetherGoesAloneUnderItsOwnID() throws {
        var bench = EngineBench(RoutePolicy(slots: 4, batch: 3))
        for _ in 0..<3 { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        let order = try #require(bench.round().sends.first)
        let out = bench.reply(order, .split(reason: "count wrong"))
        #expect(ids(out) == [[1], [2], [3]])
        #expect(out.sends.flatMap(\.deliveries).map(\.messageID) == order.deliveries.map(\.messageID))
        #expect(bench.phase() == "open")
        // Alone also in later attempts, while others travel together.
        for send in out.sends { bench.step(.replied(EngineBench.reply(send, .busy(reason: "BUSY", retryAfter: nil)))) }
        bench.round()
        bench.pass(.seconds(5))
        for _ in 0..<2 { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        let later = ids(bench.round(.wake))
        #expect(later.first == [4, 5] && Set(later.dropFirst()) == [[1], [2], [3]])
    }

    @Test func aCaseThatGoesAloneKeepsItsPlace() throws {
        var bench = EngineBench(RoutePolicy(slots: 1, batch: 2))
        for _ in 0..<2 { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        let pair = try #require(bench.round().sends.first)
        let alone = bench.reply(pair, .split(reason: "count wrong"))
        #expect(ids(alone) == [[1]])
        for _ in 0..<3 { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        // 1 comes back behind 2; 3 may not overtake 2.
        #expect(ids(bench.reply(try #require(alone.sends.first), .delivered)) == [[2]])
    }

    @Test func aDeliveryThatWasParkedAndReleasedTravelsOnce() throws {
        var bench = EngineBench(RoutePolicy(batch: 8))
        _ = try bench.command(.stop(EngineBench.hub, by: "li"))
        try bench.register()
        for _ in 0..<2 {
            _ = try bench.command(.park(1, reason: "hold", by: "li"))
            _ = try bench.command(.release(1, by: "li"))
        }
        let resumed = try bench.command(.resume(EngineBench.hub, by: "li")).out
        #expect(ids(resumed) == [[1]])
        #expect(try bench.row(1).attemptCount == 1)
    }
}
