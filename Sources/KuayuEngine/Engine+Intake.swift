import KuayuModel

// What becomes of a message that a hub hands in.
extension Engine {
    mutating func take(
        _ submission: Submission, now: Instant, using rng: inout some RandomNumberGenerator
    ) -> [EngineEffect] {
        if let stored = submission.storedDigest {
            held.append(.answer(submission.ticket, stored == submission.bodyDigest ? .duplicate : .conflict))
            return []
        }
        switch submission.content {
        case .refused:
            return record(submission, outcome: .refused, head: nil, now: now)
        case .change(let change):
            guard let head = nextHead(change, now: now, using: &rng) else {
                held.append(.answer(submission.ticket, .unavailable(reason: "the day's case numbers are used up")))
                return []
            }
            return register(submission, change: change, head: head, now: now)
        }
    }

    /// The case as it stands after the change, with its new version; nil when no number is left for a new case.
    private mutating func nextHead(
        _ change: CaseChange, now: Instant, using rng: inout some RandomNumberGenerator
    ) -> CaseHead? {
        if var head = change.head {
            if change.kind == .changed || change.kind == .noEffect { head.version += 1 }
            if change.kind == .changed { head.status = change.status }
            return head
        }
        let sequence = lastCaseSequence[change.day, default: 0] + 1
        guard let id = CaseID.make(date: change.day, gateway: configuration.gateway, sequence: sequence) else {
            return nil
        }
        lastCaseSequence[change.day] = sequence
        let second = now.epochMilliseconds - now.epochMilliseconds % 1000
        return CaseHead(
            caseID: id, version: 1, status: change.status, nonce: nonce(using: &rng),
            registeredAt: Instant(epochMilliseconds: second), origin: change.origin)
    }

    private mutating func register(
        _ submission: Submission, change: CaseChange, head: CaseHead, now: Instant
    ) -> [EngineEffect] {
        var effects: [EngineEffect] = []
        let outcome: Registration.Outcome
        switch change.kind {
        case .new, .changed:
            outcome = .accepted
            let kind: EventRow.Kind = change.kind == .new ? .registered : .changed
            effects.append(event(kind, head: head, submission: submission, now: now))
            if change.kind == .changed { effects += moveDeadlines(of: head.caseID, to: change.deadline, now: now) }
            for hub in change.recipients {
                effects += create(head: head, hub: hub, caseDeadline: change.deadline, now: now)
            }
            if change.transfers { effects += transfer(head, change, submission: submission, now: now) }
        case .noEffect:
            outcome = .noEffect
            effects.append(event(.noEffect, head: head, submission: submission, now: now))
        case .unchanged:
            outcome = .unchanged
        }
        return record(submission, outcome: outcome, head: head, now: now) + effects
    }

    /// The gateway's own event: the case went on to the region in charge; told to the origin only.
    private mutating func transfer(
        _ head: CaseHead, _ change: CaseChange, submission: Submission, now: Instant
    ) -> [EngineEffect] {
        var moved = head
        moved.version += 1
        moved.status = .transferred
        let row = EventRow(ticket: submission.ticket, head: moved, kind: .transferred, author: nil, at: now)
        return [.persist(.event(row))]
            + create(head: moved, hub: head.origin, caseDeadline: change.deadline, now: now)
    }

    private func event(
        _ kind: EventRow.Kind, head: CaseHead, submission: Submission, now: Instant
    ) -> EngineEffect {
        .persist(
            .event(EventRow(ticket: submission.ticket, head: head, kind: kind, author: submission.sender, at: now)))
    }

    private mutating func record(
        _ submission: Submission, outcome: Registration.Outcome, head: CaseHead?, now: Instant
    ) -> [EngineEffect] {
        let registration = Registration(
            ticket: submission.ticket, sender: submission.sender, messageID: submission.messageID,
            bodyDigest: submission.bodyDigest, outcome: outcome, head: head, receivedAt: now)
        held.append(.answer(submission.ticket, .recorded(registration)))
        return [.persist(.message(registration))]
    }

    /// Puts a new delivery at the end of its line.
    private mutating func create(
        head: CaseHead, hub: RegionCode, caseDeadline: Instant?, now: Instant
    ) -> [EngineEffect] {
        // A hub that was taken out of the configuration gets nothing more.
        guard let route = routeIndex[hub] else { return [] }
        lastDelivery += 1
        let row = DeliveryRow(
            id: DeliveryID(lastDelivery), caseID: head.caseID, version: head.version, hub: hub,
            messageID: DeliveryRow.messageID(caseID: head.caseID, version: head.version, hub: hub), createdAt: now,
            deadline: routes[route].policy.retry.deadline(of: now, now: now, caseDeadline: caseDeadline))
        entries[row.id] = Entry(row: row)
        let key = LineKey(caseID: head.caseID, hub: hub)
        lines[key, default: []].append(row.id)
        if lines[key]?.first == row.id { makeReady(row.id) }
        return [.persist(.delivery(row))]
    }

    /// The case's own clock has moved: what is still under way for it is given up earlier or later with it.
    ///
    /// A next attempt that would come too late comes at the deadline, as the last one.
    private mutating func moveDeadlines(of caseID: CaseID, to caseDeadline: Instant?, now: Instant) -> [EngineEffect] {
        var effects: [EngineEffect] = []
        for route in routes.indices {
            let policy = routes[route].policy.retry
            for id in lines[LineKey(caseID: caseID, hub: routes[route].hub)] ?? [] {
                guard var row = entries[id]?.row else { continue }
                // A delivery that was put back in line counts from then.
                let base = max(row.createdAt, row.deadline.adding(.zero - policy.deadline))
                let deadline = policy.deadline(of: base, now: now, caseDeadline: caseDeadline)
                if deadline == row.deadline { continue }
                row.deadline = deadline
                if row.state == .retrying, let next = row.nextAttemptAt, next > max(deadline, now) {
                    row.nextAttemptAt = max(deadline, now)
                    routes[route].delayed.insert(id, at: max(deadline, now))
                }
                entries[id]?.row = row
                effects.append(.persist(.delivery(row)))
            }
        }
        return effects
    }

    private func nonce(using rng: inout some RandomNumberGenerator) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(32)
        for _ in 0..<2 {
            let word = UInt64.random(in: .min ... .max, using: &rng)
            for shift in stride(from: 60, through: 0, by: -4) { text.append(digits[Int(word >> UInt64(shift) & 15)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
