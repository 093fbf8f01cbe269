import KuayuModel

// From ready to sent.
extension Engine {
    /// Puts a delivery that stands first in its line into its route's ready list.
    mutating func makeReady(_ id: DeliveryID) {
        guard let entry = entries[id], !entry.isReady, let route = routeIndex[entry.row.hub] else { return }
        entries[id]?.isReady = true
        routes[route].ready.append(id)
    }

    /// Starts as many attempts as the routes allow; each is recorded now and sent after the commit.
    mutating func startAttempts(now: Instant) -> [EngineEffect] {
        var effects: [EngineEffect] = []
        for route in routes.indices {
            while routes[route].freeSlots > 0 {
                let ids = nextPayload(route)
                if ids.isEmpty { break }
                effects += start(ids, route: route, now: now)
            }
        }
        return effects
    }

    /// The deliveries of the next payload: one, or as many as the route lets travel together.
    private mutating func nextPayload(_ route: Int) -> [DeliveryID] {
        var payload: [DeliveryID] = []
        while payload.count < routes[route].policy.batch, let id = routes[route].ready.popFirst() {
            // An operator may have parked or cancelled it while it stood in the list.
            guard let entry = entries[id], entry.isReady, mayStart(entry.row.state) else { continue }
            let isSingle = entry.isAlone || entry.mustAsk || isProbing(route)
            if isSingle && !payload.isEmpty {
                routes[route].ready.putBack(id)
                break
            }
            // At once: parked and released, it may stand in the list a second time.
            entries[id]?.isReady = false
            payload.append(id)
            if isSingle { break }
        }
        return payload
    }

    private func isProbing(_ route: Int) -> Bool {
        if case .probing = routes[route].phase { true } else { false }
    }

    private func mayStart(_ state: DeliveryState) -> Bool { state == .waiting || state == .retrying }

    private mutating func start(_ ids: [DeliveryID], route: Int, now: Instant) -> [EngineEffect] {
        var effects: [EngineEffect] = []
        var rows: [DeliveryRow] = []
        var asks = false
        for id in ids {
            guard var entry = entries[id] else { continue }
            asks = entry.mustAsk
            entry.row.state = .sending
            entry.row.attemptCount += 1
            entry.row.nextAttemptAt = nil
            entries[id] = entry
            rows.append(entry.row)
            effects.append(.persist(.delivery(entry.row)))
            effects.append(
                .persist(.attempt(AttemptRow(delivery: id, number: entry.row.attemptCount, startedAt: now))))
        }
        lastSend += 1
        let order = SendOrder(
            id: SendID(lastSend), hub: routes[route].hub, kind: asks ? .query : .push, deliveries: rows)
        sends[order.id] = order
        routes[route].inFlight += 1
        held.append(.send(order))
        return effects
    }

    /// Moves what has become due into the ready lists and lets open breakers probe.
    mutating func wake(now: Instant) -> [EngineEffect] {
        for route in routes.indices {
            if case .failing(let until, let pause) = routes[route].phase, until <= now {
                routes[route].phase = .probing(pause: pause)
                makeProbeReady(route)
            }
            while let item = routes[route].delayed.first, item.at <= now {
                _ = routes[route].delayed.popFirst()
                // A later decision may have replaced the time: only the one in force counts.
                if let row = entries[item.id]?.row, row.state == .retrying, row.nextAttemptAt == item.at {
                    makeReady(item.id)
                }
            }
        }
        return []
    }

    /// A probe needs something to send: when nothing is ready, the delivery that is due first.
    private mutating func makeProbeReady(_ route: Int) {
        while routes[route].ready.isEmpty, let item = routes[route].delayed.popFirst() {
            if let row = entries[item.id]?.row, row.state == .retrying, row.nextAttemptAt == item.at {
                makeReady(item.id)
            }
        }
    }
}
