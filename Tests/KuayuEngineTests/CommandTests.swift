import KuayuEngine
import KuayuModel
import Testing

/// What operators may decide in which state, and what comes of it.
@Suite struct CommandTests {
    enum Action: String, CaseIterable, Sendable {
        case retry, park, release, cancel, confirm

        func command(_ id: DeliveryID) -> OperatorCommand {
            switch self {
            case .retry: .retry(id, by: "li")
            case .park: .park(id, reason: "hold", by: "li")
            case .release: .release(id, by: "li")
            case .cancel: .cancel(id, reason: "by hand", by: "li")
            case .confirm: .confirm(id, by: "li")
            }
        }
    }

    /// The state after each command (before anything is sent again); what is missing does not apply.
    static let table: [DeliveryState: [Action: DeliveryState]] = [
        .waiting: [.park: .parked, .cancel: .cancelled],
        .sending: [:],
        .retrying: [.retry: .waiting, .park: .parked, .cancel: .cancelled],
        .parked: [.retry: .waiting, .release: .waiting, .cancel: .cancelled],
        .inDoubt: [.retry: .waiting, .cancel: .cancelled, .confirm: .delivered],
        .delivered: [:], .rejected: [:], .cancelled: [:],
    ]

    /// Brings delivery 1 into a state.
    private func bench(_ state: DeliveryState) throws -> EngineBench {
        var bench = EngineBench(RoutePolicy(capability: .neither, garbageLimit: 1))
        if state == .waiting { _ = try bench.command(.stop(EngineBench.hub, by: "li")) }
        let sends = try bench.register().out.sends
        let outcome: AttemptOutcome? =
            switch state {
            case .waiting, .sending, .cancelled: nil
            case .retrying: .busy(reason: "BUSY", retryAfter: .seconds(60))
            case .parked: .garbage(excerpt: "?")
            case .inDoubt: .possiblyApplied(reason: "reset")
            case .delivered: .delivered
            case .rejected: .rejected(reason: "no")
            }
        if state == .cancelled {
            bench.reply(try #require(sends.first), .garbage(excerpt: "?"))
            _ = try bench.command(.cancel(1, reason: "by hand", by: "li"))
        }
        if let outcome { bench.reply(try #require(sends.first), outcome) }
        bench.audits.removeAll()
        #expect(try bench.row(1).state == state)
        return bench
    }

    @Test(arguments: DeliveryState.allCases, Action.allCases)
    func followsTheTable(state: DeliveryState, action: Action) throws {
        var bench = try bench(state)
        let before = try bench.row(1)
        let ticket = bench.ticket()
        bench.step(.command(ticket, action.command(1)))
        let after = try bench.row(1)
        let answer = try #require(EngineBench.Out(bench.step(.committed)).answers[ticket])
        guard let wanted = Self.table[state]?[action] else {
            guard case .notApplicable = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(after == before && bench.audits.isEmpty)
            return
        }
        #expect(answer == .done && after.state == wanted)
        #expect(after.settledAt == (wanted.isSettled ? bench.now : nil) && after.nextAttemptAt == nil)
        #expect(after.attemptCount == before.attemptCount)
        let reason: String? = action == .park ? "hold" : action == .cancel ? "by hand" : nil
        let audit = AuditTrace(action.rawValue, "1", "li", reason)
        #expect(bench.audits.map(AuditTrace.init) == [audit] && bench.audits.first?.at == bench.now)
    }

    private struct AuditTrace: Hashable {
        let action: String
        let subject: String
        let by: String
        let reason: String?

        init(_ action: String, _ subject: String, _ by: String, _ reason: String?) {
            self.action = action
            self.subject = subject
            self.by = by
            self.reason = reason
        }

        init(_ row: AuditRow) { self.init(row.action, row.subject, row.by, row.reason) }
    }

    @Test(arguments: [
        (DeliveryState.retrying, Action.retry), (.parked, .retry), (.parked, .release), (.inDoubt, .retry),
    ])
    func whatGoesBackInLineIsSentOnce(state: DeliveryState, action: Action) throws {
        var bench = try bench(state)
        let out = try bench.command(action.command(1)).out
        #expect(out.sends.count == 1 && out.sends.first?.deliveries.map(\.attemptCount) == [2])
        // The time that had been set for a retry is void.
        bench.pass(.seconds(120))
        #expect(bench.round(.wake).sends.isEmpty)
    }

    @Test func aCommandMayBeRepeated() throws {
        var bench = try bench(.parked)
        let first = bench.ticket()
        let second = bench.ticket()
        let out = bench.round(.command(first, .release(1, by: "li")), .command(second, .release(1, by: "li")))
        #expect(out.answers[first] == .done)
        #expect(out.answers[second] == .notApplicable(reason: "delivery 1 is waiting; release needs parked"))
        #expect(out.sends.count == 1)
    }

    @Test(arguments: Action.allCases)
    func anUnknownDeliveryIsSaidToBe(action: Action) throws {
        var bench = EngineBench()
        let answer = try bench.command(action.command(99)).answer
        #expect(answer == .notApplicable(reason: "delivery 99 is settled or unknown"))
    }

    @Test func anUnknownHubIsSaidToBe() throws {
        var bench = EngineBench()
        let beijing = try #require(RegionCode("110000"))
        for command in [OperatorCommand.stop(beijing, by: "li"), .resume(beijing, by: "li")] {
            #expect(try bench.command(command).answer == .notApplicable(reason: "no hub 110000 is configured"))
        }
        #expect(bench.audits.isEmpty)
    }

    @Test func aConfirmedDoubtNamesWhoSaidSo() throws {
        var bench = try bench(.inDoubt)
        _ = try bench.command(.confirm(1, by: "li"))
        #expect(try bench.row(1).reason == "confirmed by li")
    }

    @Test func theAnswerWaitsForTheCommit() throws {
        var bench = try bench(.parked)
        let effects = bench.step(.command(bench.ticket(), .release(1, by: "li")))
        for effect in effects {
            guard case .persist = effect else {
                Issue.record("\(effect) came before the commit")
                continue
            }
        }
    }

    @Test func aRetryForgivesGarbage() throws {
        var bench = EngineBench(RoutePolicy(garbageLimit: 2))
        bench.reply(try #require(try bench.register().out.sends.first), .garbage(excerpt: "?"))
        let out = try bench.command(.retry(1, by: "li")).out
        bench.reply(try #require(out.sends.first), .garbage(excerpt: "?"))
        #expect(try bench.row(1).state == .retrying)
    }
}
