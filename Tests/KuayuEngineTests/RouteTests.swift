import KuayuEngine
import KuayuModel
import Testing

/// The health of the way to a hub.
@Suite struct RouteTests {
    private static let patient = RetryPolicy(base: .seconds(1), cap: .seconds(1))

    /// Fails one delivery again and again; returns the last send.
    private func failing(_ bench: inout EngineBench, times: Int, _ outcome: AttemptOutcome) throws -> EngineBench.Out {
        var out = try bench.register().out
        for number in 1...times {
            if number > 1 { out = try bench.sleep() }
            out = bench.reply(try #require(out.sends.first), outcome)
        }
        return out
    }

    /// Failures in a row, and whether they open the breaker.
    @Test(arguments: [(1, false), (4, false), (5, true)])
    func opensAtItsThreshold(failures: Int, opens: Bool) throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient))
        let out = try failing(&bench, times: failures, .notSent(reason: "refused"))
        #expect(bench.phase() == (opens ? "failing" : "open"))
        #expect(out.alerts == (opens ? [.routeFailing(EngineBench.hub, reason: "refused")] : []))
        #expect(bench.phase(EngineBench.other) == "open")
    }

    @Test(arguments: [
        AttemptOutcome.notSent(reason: "x"), .possiblyApplied(reason: "x"), .busy(reason: "x", retryAfter: nil),
        .garbage(excerpt: "x"),
    ])
    func countsFailuresOfTheWay(outcome: AttemptOutcome) throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient, breakerThreshold: 2, garbageLimit: 9))
        _ = try failing(&bench, times: 2, outcome)
        #expect(bench.phase() == "failing")
    }

    @Test(arguments: [AttemptOutcome.delivered, .rejected(reason: "no"), .absent, .split(reason: "count")])
    func anyProperAnswerStartsTheCountAnew(outcome: AttemptOutcome) throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient, breakerThreshold: 2))
        _ = try failing(&bench, times: 1, .notSent(reason: "refused"))
        bench.reply(try #require(try bench.register().out.sends.first), outcome)
        let next = try #require(try bench.register().out.sends.first)
        bench.reply(next, .notSent(reason: "refused"))
        #expect(bench.phase() == "open")
    }

    @Test func anOpenBreakerHoldsNewCasesAndProbesWithTheOldest() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient, breakerThreshold: 1))
        _ = try failing(&bench, times: 1, .notSent(reason: "refused"))
        #expect(try bench.register().out.sends.isEmpty)
        bench.pass(.seconds(2))
        #expect(bench.round(.wake).sends.isEmpty)
        bench.pass(.seconds(28) - .milliseconds(1))
        #expect(bench.round(.wake).sends.isEmpty)
        bench.pass(.milliseconds(1))
        let probe = bench.round(.wake)
        #expect(bench.phase() == "probing")
        #expect(probe.sends.count == 1 && probe.sends.first?.deliveries.count == 1)
        // Nothing else goes while the probe is under way.
        #expect(try bench.register().out.sends.isEmpty)
    }

    @Test func aProbeThatPassesClosesTheBreaker() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient, breakerThreshold: 1))
        _ = try failing(&bench, times: 1, .notSent(reason: "refused"))
        for _ in 0..<3 { try bench.register() }
        bench.pass(.seconds(30))
        let probe = try #require(bench.round(.wake).sends.first)
        let out = bench.reply(probe, .delivered)
        #expect(out.alerts == [.routeHealthy(EngineBench.hub)] && bench.phase() == "open")
        #expect(out.sends.count == 3)
    }

    @Test func thePauseDoublesUpToItsCap() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient, breakerThreshold: 1))
        _ = try failing(&bench, times: 1, .notSent(reason: "refused"))
        for seconds in [30, 60, 120, 240, 300, 300] as [Int64] {
            let wake = try #require(bench.engine.nextWake)
            #expect(wake.milliseconds(since: bench.now) == seconds * 1000)
            let out = try bench.sleep()
            #expect(bench.reply(try #require(out.sends.first), .notSent(reason: "refused")).alerts.isEmpty)
        }
    }

    @Test func aBatchProbesWithOneCase() throws {
        var bench = EngineBench(RoutePolicy(batch: 8, retry: Self.patient, breakerThreshold: 1))
        _ = try failing(&bench, times: 1, .notSent(reason: "refused"))
        for _ in 0..<4 { try bench.register() }
        #expect(try bench.sleep().sends.map(\.deliveries.count) == [1])
    }

    @Test func aRouteFaultBurnsNoAttempt() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient))
        let order = try #require(try bench.register().out.sends.first)
        let out = bench.reply(order, .routeFault(reason: "401"))
        #expect(out.alerts == [.routeFault(EngineBench.hub, reason: "401")])
        #expect(bench.phase() == "failing")
        for _ in 0..<5 {
            let wake = try #require(bench.engine.nextWake)
            #expect(wake.milliseconds(since: bench.now) == 300_000)
            let probe = try #require(try bench.sleep().sends.first)
            #expect(probe.deliveries.first?.attemptCount == 1)
            bench.reply(probe, .routeFault(reason: "401"))
        }
        #expect(try bench.row(1).attemptCount == 0)
        bench.reply(try #require(try bench.sleep().sends.first), .delivered)
        #expect(try bench.row(1).attemptCount == 1 && bench.phase() == "open")
    }

    @Test func repliesOfSendsUnderWayDoNotStretchThePause() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient, breakerThreshold: 1))
        for _ in 0..<3 { bench.step(.submitted(bench.submission(EngineBench.change()))) }
        let sends = bench.round().sends
        bench.reply(sends[0], .notSent(reason: "refused"))
        let until = try #require(bench.engine.nextWake)
        bench.reply(sends[1], .notSent(reason: "refused"))
        #expect(bench.engine.nextWake == until && bench.phase() == "failing")
        // One that got through shows that the hub is there.
        #expect(bench.reply(sends[2], .delivered).alerts == [.routeHealthy(EngineBench.hub)])
    }

    @Test func aStoppedHubGetsNothing() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient))
        let under = try #require(try bench.register().out.sends.first)
        #expect(try bench.command(.stop(EngineBench.hub, by: "li")).answer == .done)
        #expect(try bench.register().out.sends.isEmpty)
        bench.reply(under, .notSent(reason: "refused"))
        bench.pass(.seconds(100))
        #expect(bench.round(.wake).sends.isEmpty && bench.phase() == "stopped")
        let out = try bench.command(.resume(EngineBench.hub, by: "li")).out
        #expect(out.sends.count == 2 && bench.phase() == "open")
        #expect(bench.audits.map(\.action) == ["stop", "resume"] && bench.audits.allSatisfy { $0.subject == "330000" })
    }

    @Test(arguments: [AttemptOutcome.delivered, .routeFault(reason: "401"), .notSent(reason: "x")])
    func noReplyStartsAStoppedHub(outcome: AttemptOutcome) throws {
        var bench = EngineBench(RoutePolicy(breakerThreshold: 1))
        let under = try #require(try bench.register().out.sends.first)
        _ = try bench.command(.stop(EngineBench.hub, by: "li"))
        bench.reply(under, outcome)
        #expect(bench.phase() == "stopped")
    }

    @Test func resumingClosesABreakerAtOnce() throws {
        var bench = EngineBench(RoutePolicy(retry: Self.patient, breakerThreshold: 1))
        _ = try failing(&bench, times: 1, .notSent(reason: "refused"))
        bench.pass(.seconds(1))
        bench.round(.wake)
        #expect(try bench.command(.resume(EngineBench.hub, by: "li")).out.sends.count == 1)
    }

    @Test func theStatusShowsEveryHub() throws {
        var bench = EngineBench(RoutePolicy(slots: 1))
        for _ in 0..<3 { try bench.register() }
        let status = bench.engine.routeStatus
        #expect(status.map(\.hub) == RegionCode.federated)
        let hub = try #require(status.first { $0.hub == EngineBench.hub })
        #expect(hub.inFlight == 1 && hub.ready == 2 && hub.reason == nil && hub.phase == "open")
    }
}
