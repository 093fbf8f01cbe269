import GRDB
import KuayuGateway
import KuayuModel
import KuayuReconcile

extension SQLiteReconciliation {
    func standingBreaks(hub: RegionCode) throws -> [Break] {
        try rows(
            "SELECT body FROM ledger_break WHERE hub = ? AND state != 'closed' ORDER BY id", [hub.stored],
            Decode.break)
    }

    func breaks(ids: [String]) throws -> [Break] {
        try Set(ids).sorted().flatMap { id in
            try rows("SELECT body FROM ledger_break WHERE id = ?", [id], Decode.break)
        }
    }

    func breaks(_ filter: BreakFilter) throws -> [Break] {
        let states = filter.states.map { "AND state IN \(Self.list($0.map(\.rawValue)))" } ?? ""
        return try rows(
            """
            SELECT body FROM ledger_break WHERE (first_seen_at, id) > (?, ?) AND (? IS NULL OR hub = ?)
                AND (? IS NULL OR code = ?) AND (? IS NULL OR case_id = ?) \(states)
            ORDER BY first_seen_at, id LIMIT ?
            """,
            [
                filter.after?.firstSeenAt.epochMilliseconds ?? Int64.min, filter.after?.id ?? "",
                filter.hub?.stored, filter.hub?.stored, filter.code?.rawValue, filter.code?.rawValue,
                filter.caseID, filter.caseID, SQLiteReader.limit(filter.limit),
            ], Decode.break)
    }

    func breakCounts() throws -> [BreakCount] {
        try rows(
            """
            SELECT hub, code, state, count(*) FROM ledger_break GROUP BY hub, code, state ORDER BY hub, code, state
            """, []
        ) { row in
            BreakCount(
                hub: try Decode.region(row[0]), code: try Decode.word(row[1], "break code"),
                state: try Decode.word(row[2], "break state"), count: row[3])
        }
    }

    func breakEvents(of id: String) throws -> [RecordedBreakEvent] {
        try rows("SELECT * FROM break_event WHERE break_id = ? ORDER BY number", [id], Decode.breakEvent)
    }

    func breakEvents(_ filter: BreakEventFilter) throws -> [RecordedBreakEvent] {
        try rows(
            """
            SELECT * FROM break_event WHERE number > ? AND (? IS NULL OR hub = ?) AND at >= ? AND at < ?
            ORDER BY number LIMIT ?
            """,
            [
                filter.after ?? Int64.min, filter.hub?.stored, filter.hub?.stored,
                filter.from?.epochMilliseconds ?? Int64.min, filter.until?.epochMilliseconds ?? Int64.max,
                SQLiteReader.limit(filter.limit),
            ], Decode.breakEvent)
    }

    func lastBreakEvents(hub: RegionCode?, before instant: Instant) throws -> [RecordedBreakEvent] {
        try rows(
            """
            SELECT * FROM break_event WHERE number IN (
                SELECT max(number) FROM break_event WHERE at < ? AND (? IS NULL OR hub = ?) GROUP BY break_id
            ) ORDER BY break_id
            """, [instant.epochMilliseconds, hub?.stored, hub?.stored], Decode.breakEvent)
    }

    func apply(breaks: [Break], events: [BreakEvent]) throws {
        var known: [String: Break] = [:]
        for item in try self.breaks(ids: breaks.map(\.id) + events.map(\.breakID)) { known[item.id] = item }
        try BreakRule.check(breaks: breaks, events: events, known: known)
        for item in breaks { try write(item) }
        for item in breaks { known[item.id] = item }
        for event in events { if let owner = known[event.breakID] { try append(event, of: owner) } }
    }

    private func write(_ item: Break) throws {
        try run(
            """
            INSERT INTO ledger_break (id, hub, code, case_id, state, first_seen_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET case_id = excluded.case_id, state = excluded.state,
                first_seen_at = excluded.first_seen_at, body = excluded.body
            """,
            [
                item.id, item.hub.stored, item.finding.code.rawValue, item.finding.caseID, item.state.rawValue,
                item.firstSeenAt.epochMilliseconds, Blob(item.encoded),
            ])
    }

    private func append(_ event: BreakEvent, of owner: Break) throws {
        try run(
            """
            INSERT INTO break_event (break_id, hub, code, at, run, from_state, to_state, by, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event.breakID, owner.hub.stored, owner.finding.code.rawValue, event.at.epochMilliseconds, event.run,
                event.from?.rawValue, event.to.rawValue, event.by, event.reason,
            ])
    }
}
