import KuayuEngine
import KuayuModel
import Testing

/// Settled deliveries go once more, under their own ids, in their order, and never beside what is under way.
@Suite struct RedeliveryTests {
    /// A case with events 1 to 3, all delivered to the hub.
    private func bench(_ policy: RoutePolicy = RoutePolicy()) throws -> EngineBench {
        var bench = EngineBench(policy)
        var (head, out) = try bench.register()
        for status in [CaseState.accepted, .reviewing] {
            bench.reply(try #require(out.sends.first), .delivered)
            let change = EngineBench.change(.changed, head: head, status: status)
            out = bench.round(.submitted(bench.submission(change)))
            head = try #require(bench.registrations.last?.head)
        }
        bench.reply(try #require(out.sends.first), .delivered)
        #expect(bench.rows.values.map(\.state) == [.delivered, .delivered, .delivered])
        bench.audits.removeAll()
        return bench
    }

    private func rows(_ bench: EngineBench, _ ids: [Int64]) throws -> [DeliveryRow] {
        try ids.map { try bench.row(DeliveryID($0)) }
    }

    private func redeliver(_ bench: EngineBench, _ ids: [Int64]) throws -> OperatorCommand {
        .redeliver(try rows(bench, ids), reason: "plan ab", by: "gateway")
    }

    @Test func goesOnceMoreUnderItsOwnID() throws {
        var bench = try bench()
        let before = try bench.row(3)
        bench.pass(.seconds(3600))
        let (answer, out) = try bench.command(try redeliver(bench, [3]))
        #expect(answer == .done)
        let sent = try #require(out.sends.first?.deliveries.first)
        #expect(out.sends.count == 1 && sent.id == before.id && sent.messageID == before.messageID)
        #expect(sent.attemptCount == 2 && sent.createdAt == before.createdAt && sent.settledAt == nil)
        #expect(sent.deadline == bench.now.adding(milliseconds: 72 * 3_600_000))
        let audits = bench.audits.map { [$0.action, $0.subject, $0.by, $0.reason] }
        #expect(audits == [["redeliver", "3", "gateway", "plan ab"]])
        bench.reply(try #require(out.sends.first), .delivered)
        let after = try bench.row(3)
        #expect(after.state == .delivered && after.settledAt == bench.now && bench.attempts[3]?.count == 2)
        #expect(bench.engine.unsettledCount == 0)
    }

    @Test func severalGoInTheirOrder() throws {
        var bench = try bench()
        let out = try bench.command(try redeliver(bench, [1, 2, 3])).out
        #expect(out.sends.map { $0.deliveries.map(\.version) } == [[1]])
        let second = bench.reply(try #require(out.sends.first), .delivered)
        #expect(second.sends.map { $0.deliveries.map(\.version) } == [[2]])
        let third = bench.reply(try #require(second.sends.first), .rejected(reason: "no"))
        #expect(third.sends.map { $0.deliveries.map(\.version) } == [[3]])
        bench.reply(try #require(third.sends.first), .delivered)
        #expect(try rows(bench, [1, 2, 3]).map(\.state) == [.delivered, .rejected, .delivered])
        #expect(bench.audits.map(\.subject) == ["1", "2", "3"])
    }

    @Test(arguments: [DeliveryState.delivered, .rejected, .cancelled])
    func everySettledStateMayGoAgain(state: DeliveryState) throws {
        var bench = try bench()
        var row = try bench.row(3)
        row.state = state
        row.garbageCount = 2
        row.reason = "no"
        let (answer, out) = try bench.command(.redeliver([row], reason: "r", by: "li"))
        #expect(answer == .done && out.sends.first?.deliveries.first?.garbageCount == 0)
        #expect(try bench.row(3).reason == nil)
    }

    @Test(arguments: [DeliveryState.waiting, .sending, .retrying, .inDoubt, .parked])
    func whatIsNotSettledIsLeftAlone(state: DeliveryState) throws {
        var bench = try bench()
        var row = try bench.row(3)
        row.state = state
        let (answer, out) = try bench.command(.redeliver([row], reason: "r", by: "li"))
        guard case .notApplicable = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(out.sends.isEmpty && bench.audits.isEmpty && bench.engine.unsettledCount == 0)
    }

    @Test func nothingIsPutBesideWhatIsUnderWay() throws {
        var bench = try bench()
        let rows = try rows(bench, [1, 2])
        _ = try bench.command(.redeliver(rows, reason: "r", by: "li"))
        // The same again, before it has arrived, changes nothing.
        let (answer, out) = try bench.command(.redeliver(rows, reason: "r", by: "li"))
        guard case .notApplicable(let reason) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(reason.hasSuffix("to 330000 is not settled") && out.sends.isEmpty && bench.audits.count == 2)
    }

    @Test func aNewEventStandsBehindWhatGoesOnceMore() throws {
        var bench = try bench()
        let out = try bench.command(try redeliver(bench, [3])).out
        let head = try #require(bench.registrations.last?.head)
        let next = bench.round(
            .submitted(bench.submission(EngineBench.change(.changed, head: head, status: .decided))))
        #expect(next.sends.isEmpty)
        let after = bench.reply(try #require(out.sends.first), .delivered)
        #expect(after.sends.map { $0.deliveries.map(\.version) } == [[4]])
    }

    @Test func mixedOrUnorderedDeliveriesAreRefused() throws {
        var bench = try bench()
        bench.reply(try #require(try bench.register().out.sends.first), .delivered)
        bench.reply(
            try #require(try bench.register(to: [EngineBench.other]).out.sends.first), .delivered)
        for ids in [[2, 1], [1, 1], [1, 4], [1, 5], []] as [[Int64]] {
            let (answer, out) = try bench.command(try redeliver(bench, ids))
            guard case .notApplicable = answer else {
                Issue.record("\(ids): \(answer)")
                continue
            }
            #expect(out.sends.isEmpty)
        }
        #expect(bench.audits.isEmpty && bench.engine.unsettledCount == 0)
    }

    @Test func aHubThatIsNotConfiguredGetsNothing() throws {
        var bench = try bench()
        let row = try bench.row(1)
        let beijing = try #require(RegionCode("110000"))
        let foreign = DeliveryRow(
            id: row.id, caseID: row.caseID, version: 1, hub: beijing, messageID: "x", createdAt: row.createdAt,
            deadline: row.deadline, state: .delivered)
        #expect(try bench.command(.redeliver([foreign], reason: "r", by: "li")).answer != .done)
    }

    /// A crash at any moment of a redelivery: what was put in line is brought, under its own id.
    @Test(arguments: [ReceiverCapability.dedupesByID, .statusQueryable])
    func survivesACrash(capability: ReceiverCapability) throws {
        let policy = RoutePolicy(capability: capability)
        var bench = try bench(policy)
        _ = try bench.command(try redeliver(bench, [2, 3]))
        var again = bench.restarted(policy)
        again.round(.recovered(bench.recovered))
        let out = try again.sleep()
        // Of a hub that can be asked, it is asked whether the attempt that was under way arrived.
        let order = try #require(out.sends.first)
        #expect(order.deliveries.map(\.version) == [2])
        #expect(order.kind == (capability == .statusQueryable ? .query : .push))
        let next = again.reply(order, .delivered)
        again.reply(try #require(next.sends.first), .delivered)
        #expect(try rows(again, [2, 3]).map(\.state) == [.delivered, .delivered])
        #expect(again.engine.unsettledCount == 0)
    }

    @Test func aLaterDeadlineOfTheCaseCountsFromTheRedelivery() throws {
        var bench = try bench()
        bench.pass(.seconds(100 * 3600))
        _ = try bench.command(.stop(EngineBench.hub, by: "li"))
        _ = try bench.command(try redeliver(bench, [3]))
        let deadline = try bench.row(3).deadline
        let head = try #require(bench.registrations.last?.head)
        try bench.change(head, status: .decided)
        #expect(try bench.row(3).deadline == deadline)
    }

    // MARK: numbers

    @Test func aReservedNumberIsNotGivenAgain() throws {
        var bench = EngineBench()
        let first = try bench.register().head.caseID
        let lost = try #require(CaseID.make(date: first.date, gateway: 1, sequence: 7))
        #expect(try bench.command(.reserve(lost, reason: "r", by: "li")).answer == .done)
        #expect(try bench.register().head.caseID.sequence == 8)
        // A lower number changes nothing.
        #expect(try bench.command(.reserve(first, reason: "r", by: "li")).answer == .done)
        #expect(try bench.register().head.caseID.sequence == 9)
        #expect(bench.audits.map(\.subject) == [lost.text, first.text])
    }

    @Test func aNumberOfAnotherGatewayIsNotOurs() throws {
        var bench = EngineBench()
        let foreign = try #require(CaseID.make(date: EngineBench.start.date, gateway: 2, sequence: 7))
        #expect(try bench.command(.reserve(foreign, reason: "r", by: "li")).answer != .done)
        #expect(bench.audits.isEmpty)
    }
}
