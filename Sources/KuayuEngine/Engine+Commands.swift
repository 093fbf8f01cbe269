import KuayuModel

// What operators decide, and what a start finds.
extension Engine {
    mutating func carryOut(_ command: OperatorCommand, ticket: Ticket, now: Instant) -> [EngineEffect] {
        switch command {
        case .retry(let id, let by):
            return decide(id, "retry", by: by, from: [.parked, .inDoubt, .retrying], ticket, now) { engine, entry in
                engine.backInLine(entry)
            }
        case .release(let id, let by):
            return decide(id, "release", by: by, from: [.parked], ticket, now) { engine, entry in
                engine.backInLine(entry)
            }
        case .park(let id, let reason, let by):
            return decide(id, "park", by: by, reason: reason, from: [.waiting, .retrying], ticket, now) {
                $0.parkEntry($1, reason: reason, now: now)
            }
        case .cancel(let id, let reason, let by):
            let states: [DeliveryState] = [.waiting, .retrying, .parked, .inDoubt]
            return decide(id, "cancel", by: by, reason: reason, from: states, ticket, now) {
                $0.close($1, as: .cancelled, reason: reason, now: now)
            }
        case .confirm(let id, let by):
            return decide(id, "confirm", by: by, from: [.inDoubt], ticket, now) {
                $0.close($1, as: .delivered, reason: "confirmed by \(by)", now: now)
            }
        case .stop(let hub, let by):
            return decide(hub, "stop", by: by, ticket, now) {
                $0.phase = .stopped
                $0.reason = "stopped by \(by)"
            }
        case .resume(let hub, let by):
            return decide(hub, "resume", by: by, ticket, now) {
                $0.phase = .normal
                $0.reason = nil
                $0.failures = 0
            }
        case .redeliver(let rows, let reason, let by):
            return redeliver(rows, reason: reason, by: by, ticket: ticket, now: now)
        case .reserve(let id, let reason, let by):
            return reserve(id, reason: reason, by: by, ticket: ticket, now: now)
        }
    }

    private mutating func decide(
        _ id: DeliveryID, _ action: String, by: String, reason: String? = nil, from states: [DeliveryState],
        _ ticket: Ticket, _ now: Instant, _ body: (inout Engine, Entry) -> [EngineEffect]
    ) -> [EngineEffect] {
        guard let entry = entries[id] else {
            held.append(.answer(ticket, .notApplicable(reason: "delivery \(id.value) is settled or unknown")))
            return []
        }
        guard states.contains(entry.row.state) else {
            let allowed = states.map(\.rawValue).joined(separator: ", ")
            let reason = "delivery \(id.value) is \(entry.row.state.rawValue); \(action) needs \(allowed)"
            held.append(.answer(ticket, .notApplicable(reason: reason)))
            return []
        }
        held.append(.answer(ticket, .done))
        let audit = AuditRow(action: action, subject: String(id.value), by: by, reason: reason, at: now)
        return [.persist(.audit(audit))] + body(&self, entry)
    }

    private mutating func decide(
        _ hub: RegionCode, _ action: String, by: String, _ ticket: Ticket, _ now: Instant,
        _ body: (inout Route) -> Void
    ) -> [EngineEffect] {
        guard let route = routeIndex[hub] else {
            held.append(.answer(ticket, .notApplicable(reason: "no hub \(hub.text) is configured")))
            return []
        }
        body(&routes[route])
        held.append(.answer(ticket, .done))
        return [.persist(.audit(AuditRow(action: action, subject: hub.text, by: by, reason: nil, at: now)))]
    }

    private mutating func backInLine(_ entry: Entry) -> [EngineEffect] {
        var entry = entry
        entry.row.state = .waiting
        entry.row.nextAttemptAt = nil
        entry.row.garbageCount = 0
        entry.row.reason = nil
        entries[entry.row.id] = entry
        let key = LineKey(caseID: entry.row.caseID, hub: entry.row.hub)
        if lines[key]?.first == entry.row.id { makeReady(entry.row.id) }
        return [.persist(.delivery(entry.row))]
    }

    /// Whether an earlier attempt may have arrived is not stored; asking once too often does no harm.
    private func mustAsk(_ row: DeliveryRow) -> Bool {
        row.attemptCount > 0 && routeIndex[row.hub].map { routes[$0].policy.capability } == .statusQueryable
    }

    /// Takes over what the store holds.
    ///
    /// An attempt that was under way has an unknown outcome.
    mutating func recover(
        _ state: RecoveredState, now: Instant, using rng: inout some RandomNumberGenerator
    ) -> [EngineEffect] {
        precondition(entries.isEmpty && lastDelivery == 0, "recovery comes first")
        lastDelivery = state.lastDelivery
        // A reply to a send of an earlier start must not pass for a reply to one of this start.
        lastSend = UInt64(max(0, now.epochMilliseconds)) << 20
        for index in routes.indices where state.stopped.contains(routes[index].hub) {
            routes[index].phase = .stopped
            routes[index].reason = "stopped by an operator"
        }
        for id in state.lastCases where id.gateway == configuration.gateway {
            lastCaseSequence[id.date] = max(lastCaseSequence[id.date, default: 0], id.sequence)
        }
        for row in state.deliveries where !row.state.isSettled {
            entries[row.id] = Entry(row: row, mustAsk: mustAsk(row))
            lines[LineKey(caseID: row.caseID, hub: row.hub), default: []].append(row.id)
        }
        var effects: [EngineEffect] = []
        for row in state.deliveries {
            guard let entry = entries[row.id] else { continue }
            switch row.state {
            case .sending:
                let outcome = AttemptOutcome.possiblyApplied(reason: "the gateway stopped during the attempt")
                effects.append(
                    .persist(
                        .attempt(
                            AttemptRow(
                                delivery: row.id, number: row.attemptCount, startedAt: now, endedAt: now,
                                outcome: outcome.name, detail: outcome.detail))))
                effects += apply(outcome, to: entry, now: now, using: &rng)
            case .retrying:
                if let route = routeIndex[row.hub] {
                    routes[route].delayed.insert(row.id, at: row.nextAttemptAt ?? now)
                    if row.nextAttemptAt == nil { entries[row.id]?.row.nextAttemptAt = now }
                }
            case .waiting:
                if lines[LineKey(caseID: row.caseID, hub: row.hub)]?.first == row.id { makeReady(row.id) }
            case .parked, .inDoubt, .delivered, .rejected, .cancelled: break
            }
        }
        return effects
    }
}
