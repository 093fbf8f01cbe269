import KuayuModel

// What a reply does to a delivery, its line and its route.
extension Engine {
    mutating func settle(
        _ reply: SendReply, now: Instant, using rng: inout some RandomNumberGenerator
    ) -> [EngineEffect] {
        // A reply that comes after the program was started anew, or twice, belongs to no send under way.
        guard let order = sends.removeValue(forKey: reply.send), let route = routeIndex[order.hub] else { return [] }
        routes[route].inFlight -= 1
        var effects = judgeRoute(route, reply.results.map(\.outcome), now: now)
        for (id, outcome) in reply.results {
            guard let entry = entries[id] else { continue }
            effects.append(.persist(.attempt(ended(entry.row, outcome, note: reply.notes[id], now: now))))
            effects += apply(outcome, to: entry, now: now, using: &rng)
        }
        return effects
    }

    private func ended(_ row: DeliveryRow, _ outcome: AttemptOutcome, note: String?, now: Instant) -> AttemptRow {
        let details = [outcome.detail, note].compactMap { $0 }
        return AttemptRow(
            delivery: row.id, number: row.attemptCount, startedAt: now, endedAt: now, outcome: outcome.name,
            detail: details.isEmpty ? nil : details.joined(separator: "; "))
    }

    /// The one place where an outcome becomes a state.
    mutating func apply(
        _ outcome: AttemptOutcome, to entry: Entry, now: Instant, using rng: inout some RandomNumberGenerator
    ) -> [EngineEffect] {
        var entry = entry
        if case .garbage = outcome {} else { entry.row.garbageCount = 0 }
        switch outcome {
        case .delivered:
            return close(entry, as: .delivered, reason: nil, now: now)
        case .rejected(let reason):
            return close(entry, as: .rejected, reason: reason, now: now)
        case .busy(let reason, let retryAfter):
            return later(entry, reason: reason, retryAfter: retryAfter, now: now, using: &rng)
        case .notSent(let reason):
            return later(entry, reason: reason, retryAfter: nil, now: now, using: &rng)
        case .absent:
            entry.mustAsk = false
            return again(entry, reason: "the receiver does not have it")
        case .routeFault(let reason):
            // The attempt says nothing about the case: it is not counted against it.
            entry.row.attemptCount -= 1
            return again(entry, reason: reason)
        case .split(let reason):
            entry.isAlone = true
            return again(entry, reason: reason)
        case .possiblyApplied(let reason):
            return doubt(entry, route: entry.row.hub, reason: reason, now: now, using: &rng)
        case .garbage(let excerpt):
            entry.row.garbageCount += 1
            let limit = routeIndex[entry.row.hub].map { routes[$0].policy.garbageLimit } ?? 1
            return entry.row.garbageCount >= limit
                ? parkEntry(entry, reason: "unreadable reply: \(excerpt)", now: now)
                : later(entry, reason: "unreadable reply", retryAfter: nil, now: now, using: &rng)
        }
    }

    /// An unknown outcome: what the receiver can do about repetition decides.
    private mutating func doubt(
        _ entry: Entry, route hub: RegionCode, reason: String, now: Instant,
        using rng: inout some RandomNumberGenerator
    ) -> [EngineEffect] {
        var entry = entry
        switch routeIndex[hub].map({ routes[$0].policy.capability }) ?? .neither {
        case .dedupesByID:
            return later(entry, reason: reason, retryAfter: nil, now: now, using: &rng)
        case .statusQueryable:
            entry.mustAsk = true
            return later(entry, reason: reason, retryAfter: nil, now: now, using: &rng)
        case .neither:
            entry.row.state = .inDoubt
            entry.row.reason = reason
            entries[entry.row.id] = entry
            held.append(.alert(.inDoubt(entry.row)))
            return [.persist(.delivery(entry.row))]
        }
    }

    private mutating func later(
        _ entry: Entry, reason: String, retryAfter: Duration?, now: Instant,
        using rng: inout some RandomNumberGenerator
    ) -> [EngineEffect] {
        guard let route = routeIndex[entry.row.hub] else { return [] }
        var entry = entry
        let delay = routes[route].policy.retry.delay(
            afterFailures: max(1, entry.row.attemptCount), retryAfter: retryAfter, using: &rng)
        let at = now.adding(delay)
        if at > entry.row.deadline { return parkEntry(entry, reason: "deadline reached: \(reason)", now: now) }
        entry.row.state = .retrying
        entry.row.reason = reason
        entry.row.nextAttemptAt = at
        entries[entry.row.id] = entry
        routes[route].delayed.insert(entry.row.id, at: at)
        return [.persist(.delivery(entry.row))]
    }

    /// Back in line without a delay.
    private mutating func again(_ entry: Entry, reason: String) -> [EngineEffect] {
        var entry = entry
        entry.row.state = .waiting
        entry.row.reason = reason
        entries[entry.row.id] = entry
        makeReady(entry.row.id)
        return [.persist(.delivery(entry.row))]
    }

    mutating func parkEntry(_ entry: Entry, reason: String, now: Instant) -> [EngineEffect] {
        var entry = entry
        entry.row.state = .parked
        entry.row.reason = reason
        entry.row.nextAttemptAt = nil
        entry.isReady = false
        entries[entry.row.id] = entry
        held.append(.alert(.parked(entry.row)))
        return [.persist(.delivery(entry.row))]
    }

    /// Settles a delivery and lets the next event of its case go.
    mutating func close(
        _ entry: Entry, as state: DeliveryState, reason: String?, now: Instant
    ) -> [EngineEffect] {
        precondition(state.isSettled)
        var row = entry.row
        row.state = state
        row.reason = reason
        row.nextAttemptAt = nil
        row.settledAt = now
        entries[row.id] = nil
        let key = LineKey(caseID: row.caseID, hub: row.hub)
        lines[key]?.removeAll { $0 == row.id }
        if let next = lines[key]?.first {
            if entries[next]?.row.state == .waiting { makeReady(next) }
        } else {
            lines[key] = nil
        }
        return [.persist(.delivery(row))]
    }

    // MARK: the route's health

    /// Counts failures of the way itself, opens or closes its breaker.
    private mutating func judgeRoute(_ route: Int, _ outcomes: [AttemptOutcome], now: Instant) -> [EngineEffect] {
        var fault: String?
        var failure: String?
        for outcome in outcomes {
            switch outcome {
            case .routeFault(let reason): fault = reason
            case .notSent(let reason), .possiblyApplied(let reason), .busy(let reason, _): failure = reason
            case .garbage: failure = "unreadable reply"
            case .delivered, .rejected, .absent, .split: break
            }
        }
        if let fault { return openBreaker(route, reason: fault, isFault: true, now: now) }
        guard let failure else { return closeBreaker(route) }
        routes[route].failures += 1
        if isProbingNow(route) || routes[route].failures >= routes[route].policy.breakerThreshold {
            return openBreaker(route, reason: failure, isFault: false, now: now)
        }
        return []
    }

    private func isProbingNow(_ route: Int) -> Bool {
        if case .probing = routes[route].phase { true } else { false }
    }

    private mutating func openBreaker(_ route: Int, reason: String, isFault: Bool, now: Instant) -> [EngineEffect] {
        let policy = routes[route].policy
        let pause: Duration
        switch routes[route].phase {
        case .normal: pause = isFault ? policy.probeCap : policy.probeBase
        case .probing(let last): pause = min(policy.probeCap, max(policy.probeBase, last * 2))
        case .failing, .stopped: return []  // replies of sends that were under way when it opened
        }
        let wasNormal = routes[route].phase == .normal
        routes[route].phase = .failing(until: now.adding(pause), pause: pause)
        routes[route].reason = reason
        if isFault {
            held.append(.alert(.routeFault(routes[route].hub, reason: reason)))
        } else if wasNormal {
            held.append(.alert(.routeFailing(routes[route].hub, reason: reason)))
        }
        return []
    }

    private mutating func closeBreaker(_ route: Int) -> [EngineEffect] {
        routes[route].failures = 0
        guard routes[route].phase != .normal, routes[route].phase != .stopped else { return [] }
        routes[route].phase = .normal
        routes[route].reason = nil
        held.append(.alert(.routeHealthy(routes[route].hub)))
        return []
    }
}
