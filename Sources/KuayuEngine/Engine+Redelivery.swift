import KuayuModel

// What a reconciliation decides: events that a hub has lost go once more, ids that a store has lost are not given
// again.
extension Engine {
    /// Puts settled deliveries back in line, each under its own number and message id, with a new deadline.
    ///
    /// Their attempts go on being counted, so that no attempt is recorded twice.
    mutating func redeliver(
        _ rows: [DeliveryRow], reason: String, by: String, ticket: Ticket, now: Instant
    ) -> [EngineEffect] {
        guard let first = rows.first, let route = routeIndex[first.hub] else {
            held.append(.answer(ticket, .notApplicable(reason: "nothing to bring, or to no hub that is configured")))
            return []
        }
        if let fault = fault(in: rows, first) {
            held.append(.answer(ticket, .notApplicable(reason: fault)))
            return []
        }
        held.append(.answer(ticket, .done))
        var effects: [EngineEffect] = []
        for settled in rows {
            let subject = String(settled.id.value)
            effects.append(
                .persist(.audit(AuditRow(action: "redeliver", subject: subject, by: by, reason: reason, at: now))))
            effects.append(putBack(settled, deadline: now.adding(routes[route].policy.retry.deadline)))
        }
        makeReady(first.id)
        return effects
    }

    /// Why these rows cannot go once more; nil when they can.
    private func fault(in rows: [DeliveryRow], _ first: DeliveryRow) -> String? {
        let key = LineKey(caseID: first.caseID, hub: first.hub)
        // Its events reach a hub in their order: nothing is put in front of, or behind, what is under way.
        if let open = lines[key]?.first {
            return "delivery \(open.value) of \(first.caseID.text) to \(first.hub.text) is not settled"
        }
        for (index, row) in rows.enumerated() {
            let isOfOne = row.caseID == first.caseID && row.hub == first.hub
            if !isOfOne { return "the deliveries are not of one case and hub" }
            if !row.state.isSettled { return "delivery \(row.id.value) is \(row.state.rawValue), not settled" }
            if index > 0, row.version <= rows[index - 1].version { return "the deliveries are not in their order" }
        }
        return nil
    }

    private mutating func putBack(_ settled: DeliveryRow, deadline: Instant) -> EngineEffect {
        var row = settled
        row.state = .waiting
        row.deadline = deadline
        row.garbageCount = 0
        row.nextAttemptAt = nil
        row.reason = nil
        row.settledAt = nil
        entries[row.id] = Entry(row: row)
        lines[LineKey(caseID: row.caseID, hub: row.hub), default: []].append(row.id)
        return .persist(.delivery(row))
    }

    /// Makes sure that the number of a case is not given to another.
    mutating func reserve(
        _ id: CaseID, reason: String, by: String, ticket: Ticket, now: Instant
    ) -> [EngineEffect] {
        guard id.gateway == configuration.gateway else {
            held.append(.answer(ticket, .notApplicable(reason: "\(id.text) was given by another gateway")))
            return []
        }
        lastCaseSequence[id.date] = max(lastCaseSequence[id.date, default: 0], id.sequence)
        held.append(.answer(ticket, .done))
        return [
            .persist(.audit(AuditRow(action: "reserve", subject: id.text, by: by, reason: reason, at: now)))
        ]
    }
}
