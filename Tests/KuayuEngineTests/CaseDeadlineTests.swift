import KuayuEngine
import KuayuModel
import Testing

/// The case's own clock and the deadlines of its deliveries.
@Suite struct CaseDeadlineTests {
    private static let hour: Int64 = 3_600_000
    private static let ordinary = 72 * hour

    private func submit(
        _ bench: inout EngineBench, _ kind: CaseChange.Kind = .new, head: CaseHead? = nil,
        status: CaseState = .submitted,
        to hubs: [RegionCode] = [EngineBench.hub], due: Int64?, transfers: Bool = false
    ) throws -> CaseHead {
        var change = EngineBench.change(kind, head: head, status: status, to: hubs, transfers: transfers)
        change.deadline = due.map { bench.now.adding(milliseconds: $0) }
        bench.round(.submitted(bench.submission(change)))
        return try #require(bench.registrations.last?.head)
    }

    /// Milliseconds until the case is due, and until its new delivery is given up.
    @Test(
        arguments: [
            (nil, ordinary), (2 * hour, 2 * hour), (hour, hour), (hour + 1, hour + 1),
            // Never less than an hour, and the delivery's own limit at the most.
            (hour - 1, hour), (1, hour), (ordinary - 1, ordinary - 1), (ordinary, ordinary), (ordinary + 1, ordinary),
            (400 * hour, ordinary),
            // Overdue already: giving up sooner would gain nothing.
            (0, ordinary), (-1, ordinary), (-400 * hour, ordinary),
        ] as [(Int64?, Int64)])
    func theEarlierDeadlineCounts(due: Int64?, left: Int64) throws {
        var bench = EngineBench()
        _ = try submit(&bench, due: due)
        #expect(try bench.row(1).deadline == bench.now.adding(milliseconds: left))
    }

    @Test func aShorterLimitOfTheRouteStays() throws {
        var bench = EngineBench(RoutePolicy(retry: RetryPolicy(deadline: .seconds(600))))
        _ = try submit(&bench, due: 1)
        #expect(try bench.row(1).deadline == bench.now.adding(milliseconds: 600_000))
    }

    @Test func theTransferIsBoundToo() throws {
        var bench = EngineBench()
        _ = try submit(&bench, due: 2 * Self.hour, transfers: true)
        #expect(try bench.row(2).hub == EngineBench.origin)
        #expect(try bench.row(2).deadline == bench.now.adding(milliseconds: 2 * Self.hour))
    }

    /// When the case is due by its first event and by a later one an hour after, and what is then left of the first
    /// delivery's time, in hours from the later event.
    @Test(
        arguments: [
            (nil, 5, 5), (10, 5, 5), (5, 10, 10), (5, nil, 71), (5, -1, 71), (nil, nil, 71), (5, 400, 71), (10, 0, 71),
        ] as [(Int64?, Int64?, Int64)])
    func aLaterEventMovesWhatIsUnderWay(first: Int64?, later: Int64?, left: Int64) throws {
        var bench = EngineBench()
        let head = try submit(&bench, to: [EngineBench.hub, EngineBench.other], due: first.map { $0 * Self.hour })
        let unrelated = try submit(&bench, due: nil)
        let created = bench.now
        bench.pass(.seconds(3600))
        _ = try submit(
            &bench, .changed, head: head, status: .accepted, due: later.map { $0 * Self.hour })
        for id: DeliveryID in [1, 2] {
            let row = try bench.row(id)
            #expect(row.caseID == head.caseID && row.version == 1)
            #expect(row.deadline == bench.now.adding(milliseconds: left * Self.hour))
            #expect(row.deadline <= row.createdAt.adding(milliseconds: Self.ordinary))
        }
        #expect(try bench.row(3).caseID == unrelated.caseID)
        #expect(try bench.row(3).deadline == created.adding(milliseconds: Self.ordinary))
    }

    @Test func whatHasSettledStaysAsItWas() throws {
        var bench = EngineBench()
        let out = try bench.register().out
        bench.reply(try #require(out.sends.first), .delivered)
        let settled = try bench.row(1)
        let head = try #require(bench.registrations.first?.head)
        _ = try submit(&bench, .changed, head: head, status: .accepted, due: 2 * Self.hour)
        #expect(try bench.row(1) == settled)
    }

    /// Kinds of message that change nothing move nothing.
    @Test(arguments: [CaseChange.Kind.unchanged, .noEffect])
    func onlyAChangeMoves(kind: CaseChange.Kind) throws {
        var bench = EngineBench()
        let head = try submit(&bench, due: nil)
        _ = try submit(&bench, kind, head: head, due: 2 * Self.hour)
        #expect(try bench.row(1).deadline == bench.now.adding(milliseconds: Self.ordinary))
    }

    @Test func aParkedDeliveryMovesAsWell() throws {
        var bench = EngineBench(RoutePolicy(slots: 1))
        let head = try submit(&bench, due: nil)
        _ = try submit(&bench, .changed, head: head, status: .accepted, due: nil)
        _ = try bench.command(.park(2, reason: "hold", by: "li"))
        _ = try submit(&bench, .changed, head: bench.registrations.last?.head, status: .reviewing, due: 3 * Self.hour)
        for id: DeliveryID in [1, 2, 3] {
            #expect(try bench.row(id).deadline == bench.now.adding(milliseconds: 3 * Self.hour))
        }
        #expect(try bench.row(2).state == .parked && bench.row(1).state == .sending)
    }

    /// An attempt that was planned for after the new deadline comes at the deadline, and is the last.
    @Test func theLastAttemptComesAtTheDeadline() throws {
        let day = Duration.seconds(86_400)
        var bench = EngineBench(RoutePolicy(retry: RetryPolicy(base: day / 2, cap: day), breakerThreshold: 99))
        let (head, out) = try bench.register()
        bench.reply(try #require(out.sends.first), .notSent(reason: "refused"))
        #expect(try #require(bench.row(1).nextAttemptAt) > bench.now.adding(milliseconds: 11 * Self.hour))
        _ = try submit(&bench, .changed, head: head, status: .accepted, due: 2 * Self.hour)
        let due = bench.now.adding(milliseconds: 2 * Self.hour)
        #expect(try bench.row(1).nextAttemptAt == due && bench.row(1).deadline == due)
        let last = try bench.sleep()
        #expect(bench.now == due)
        bench.reply(try #require(last.sends.first), .notSent(reason: "refused"))
        #expect(try bench.row(1).state == .parked)
        #expect(try bench.row(1).reason == "deadline reached: refused")
    }

    @Test func aMovedDeadlineSurvivesARestart() throws {
        var bench = EngineBench()
        let head = try submit(&bench, due: nil)
        _ = try submit(&bench, .changed, head: head, status: .accepted, due: 2 * Self.hour)
        let moved = try bench.row(1).deadline
        var fresh = bench.restarted(RoutePolicy())
        fresh.round(.recovered(bench.recovered))
        #expect(fresh.engine.unsettled.first { $0.id == 1 }?.deadline == moved)
    }

    /// What was noted of an attempt is recorded whatever became of it.
    @Test(
        arguments: [
            (.delivered, "withheld: form[]"), (.notSent(reason: "refused"), "refused; withheld: form[]"),
        ] as [(AttemptOutcome, String)])
    func anAttemptKeepsWhatWasNoted(outcome: AttemptOutcome, detail: String) throws {
        var bench = EngineBench()
        let order = try #require(try bench.register().out.sends.first)
        bench.round(
            .replied(SendReply(send: order.id, results: [(1, outcome)], notes: [1: "withheld: form[]", 9: "other"])))
        #expect(bench.attempts[1]?[1]?.detail == detail)
    }
}
