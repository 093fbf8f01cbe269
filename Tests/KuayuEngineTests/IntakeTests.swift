import KuayuEngine
import KuayuModel
import Testing

/// What becomes of a message, and when it is answered.
@Suite struct IntakeTests {
    @Test func registersACase() throws {
        var bench = EngineBench()
        let submission = bench.submission(EngineBench.change(to: [EngineBench.other, EngineBench.hub]))
        let out = bench.round(.submitted(submission))
        let registration = try #require(bench.registrations.first)
        let head = try #require(registration.head)
        #expect(out.answers == [submission.ticket: .recorded(registration)])
        #expect(registration.outcome == .accepted && registration.messageID == submission.messageID)
        #expect(registration.sender == EngineBench.origin && registration.bodyDigest == [1])
        #expect(registration.receivedAt == bench.now)
        #expect(head.caseID.text == "CSJ202603020100001" && head.version == 1 && head.status == .submitted)
        #expect(head.origin == EngineBench.origin && head.registeredAt == bench.now.wholeSecond)
        #expect(bench.events.map(\.kind) == [.registered] && bench.events.first?.author == EngineBench.origin)
        #expect(bench.rows.values.map(\.hub).sorted() == [EngineBench.other, EngineBench.hub])
        #expect(try bench.row(1).messageID == "CSJ202603020100001-v1-320000")
    }

    @Test func theNonceIs32HexDigitsAndNeverTheSame() throws {
        var bench = EngineBench()
        var nonces: Set<String> = []
        for _ in 0..<200 {
            let nonce = try bench.register().head.nonce
            #expect(nonce.utf8.count == 32 && nonce.allSatisfy { "0123456789abcdef".contains($0) })
            nonces.insert(nonce)
        }
        #expect(nonces.count == 200)
        #expect(Set(nonces.map { $0.prefix(16) }).count == 200 && Set(nonces.map { $0.suffix(16) }).count == 200)
    }

    @Test func theTransferIsTheGatewaysOwnEventAndToldToTheOriginOnly() throws {
        var bench = EngineBench()
        bench.round(.submitted(bench.submission(EngineBench.change(transfers: true))))
        #expect(bench.events.map(\.head.version) == [1, 2] && bench.events.map(\.kind) == [.registered, .transferred])
        #expect(bench.events.map(\.author) == [EngineBench.origin, nil])
        #expect(bench.events.map(\.head.status) == [.submitted, .transferred])
        #expect(try bench.row(1).hub == EngineBench.hub && bench.row(1).version == 1)
        #expect(try bench.row(2).hub == EngineBench.origin && bench.row(2).version == 2)
        #expect(bench.rows.count == 2)
        // The sender is told of version 1, the one its message made.
        #expect(bench.registrations.first?.head?.version == 1)
    }

    /// What a message does to a case in force: outcome, version and state after it, kind of event, deliveries.
    @Test(
        arguments: [
            (.changed, .accepted, 2, .accepted, .changed, 1), (.noEffect, .noEffect, 2, .submitted, .noEffect, 0),
            (.unchanged, .unchanged, 1, .submitted, nil, 0),
        ] as [(CaseChange.Kind, Registration.Outcome, Int, CaseState, EventRow.Kind?, Int)])
    func changesACase(
        kind: CaseChange.Kind, outcome: Registration.Outcome, version: Int, status: CaseState, event: EventRow.Kind?,
        deliveries: Int
    ) throws {
        var bench = EngineBench()
        let head = try bench.register(to: []).head
        bench.events.removeAll()
        bench.round(.submitted(bench.submission(EngineBench.change(kind, head: head, status: .accepted))))
        let registration = try #require(bench.registrations.last)
        #expect(registration.outcome == outcome)
        #expect(registration.head?.version == version && registration.head?.status == status)
        #expect(registration.head?.nonce == head.nonce && registration.head?.registeredAt == head.registeredAt)
        #expect(bench.events.map(\.kind) == (event.map { [$0] } ?? []) && bench.rows.count == deliveries)
    }

    @Test func aRefusalIsRecordedWithoutACase() throws {
        var bench = EngineBench()
        let submission = bench.submission(nil)
        let out = bench.round(.submitted(submission))
        let registration = try #require(bench.registrations.first)
        #expect(registration.outcome == .refused && registration.head == nil)
        #expect(out.answers == [submission.ticket: .recorded(registration)])
        #expect(bench.events.isEmpty && bench.rows.isEmpty)
    }

    /// The digest stored under the same id, and the answer.
    @Test(arguments: [([1], .duplicate), ([2], .conflict), ([], .conflict)] as [([UInt8], Answer)])
    func aKnownIDIsNotTakenTwice(stored: [UInt8], answer: Answer) {
        var bench = EngineBench()
        let submission = bench.submission(EngineBench.change(), stored: stored)
        let effects = bench.step(.submitted(submission))
        #expect(effects.isEmpty)
        #expect(EngineBench.Out(bench.step(.committed)).answers == [submission.ticket: answer])
        #expect(bench.registrations.isEmpty && bench.rows.isEmpty && bench.events.isEmpty)
    }

    @Test func theDaysNumbersCanBeUsedUp() throws {
        var bench = EngineBench()
        let day = EngineBench.start.date
        let last = try #require(CaseID.make(date: day, gateway: 1, sequence: 99_998))
        bench.round(.recovered(RecoveredState(deliveries: [], lastDelivery: 0, lastCases: [last])))
        #expect(try bench.register().head.caseID.sequence == 99_999)
        let submission = bench.submission(EngineBench.change())
        let out = bench.round(.submitted(submission))
        #expect(out.answers == [submission.ticket: .unavailable(reason: "the day's case numbers are used up")])
        #expect(bench.registrations.count == 1 && out.sends.isEmpty)
        // A change needs no number, and the next day has its own.
        let head = try #require(bench.registrations.first?.head)
        #expect(try bench.change(head, status: .accepted).version == 2)
        bench.round(.submitted(bench.submission(EngineBench.change(day: day.adding(days: 1)))))
        #expect(bench.registrations.last?.head?.caseID.sequence == 1)
    }

    // MARK: nothing before the commit

    @Test func answersAndSendsComeOnlyAfterTheCommit() throws {
        var bench = EngineBench()
        let submission = bench.submission(EngineBench.change())
        let before = bench.step(.submitted(submission)) + bench.step(.flush)
        #expect(!before.isEmpty)
        for effect in before {
            guard case .persist = effect else {
                Issue.record("\(effect) came before the commit")
                continue
            }
        }
        // What will be sent is recorded as under way first.
        #expect(try bench.row(1).state == .sending && bench.attempts[1]?[1]?.outcome == nil)
        let out = EngineBench.Out(bench.step(.committed))
        #expect(out.answers.count == 1 && out.sends.count == 1)
        #expect(EngineBench.Out(bench.step(.committed)).answers.isEmpty)
    }

    @Test func aFailedCommitAcknowledgesNothingAndEndsTheEngine() throws {
        var bench = EngineBench()
        let first = bench.submission(EngineBench.change())
        let second = bench.submission(EngineBench.change())
        bench.step(.submitted(first))
        bench.step(.submitted(second))
        bench.step(.flush)
        let out = EngineBench.Out(bench.step(.commitFailed(reason: "fsync")))
        let unavailable = Answer.unavailable(reason: "fsync")
        #expect(out.answers == [first.ticket: unavailable, second.ticket: unavailable])
        #expect(out.sends.isEmpty && out.alerts.isEmpty && out.halt == "fsync")
        let later = bench.submission(EngineBench.change())
        for event in [.submitted(later), .flush, .committed, .wake, .command(later.ticket, .retry(1, by: "li"))]
            as [EngineEvent]
        {
            #expect(bench.step(event).isEmpty)
        }
    }

    @Test func theSameSeedGivesTheSameEffects() throws {
        func run() throws -> [DeliveryRow] {
            var bench = EngineBench(RoutePolicy(batch: 4))
            for index in 0..<20 {
                let out = try bench.register(to: [EngineBench.hub, EngineBench.other]).out
                for send in out.sends where index % 3 != 0 { bench.reply(send, .notSent(reason: "x")) }
            }
            return bench.rows.values.sorted { $0.id < $1.id }
        }
        #expect(try run() == run())
    }
}
