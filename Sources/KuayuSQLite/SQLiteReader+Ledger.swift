import GRDB
import KuayuGateway
import KuayuModel
import KuayuReconcile

/// The ledgers by lane, day and identity.
extension SQLiteReader {
    func ledgerDays(hub: RegionCode, lane: Lane) throws -> [LedgerDayTotal] {
        try rows(
            "SELECT * FROM ledger_day WHERE hub = ? AND lane = ? AND n != 0 ORDER BY day",
            [hub.stored, lane.rawValue], Decode.ledgerDay)
    }

    func ledgerDays(hub: RegionCode, changedSince instant: Instant) throws -> [LedgerDayTotal] {
        try rows(
            "SELECT * FROM ledger_day WHERE hub = ? AND changed_at >= ? ORDER BY lane, day",
            [hub.stored, instant.epochMilliseconds], Decode.ledgerDay)
    }

    func ledgerEntries(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, _ body: (LedgerEntry) throws -> Void
    ) throws {
        // A statement of its own: `body` may read another lane meanwhile.
        let statement = try database.makeStatement(
            sql: """
                SELECT ts, eid FROM ledger WHERE hub = ? AND lane = ? AND ts >= ? AND ts < ? ORDER BY ts, eid
                """)
        let cursor = try Row.fetchCursor(
            statement, arguments: [hub.stored, lane.rawValue, keys.lowerBound, keys.upperBound])
        var number: UInt32 = 0
        while let row = try cursor.next() {
            try body(LedgerEntry(key: row[0], id: try Decode.elementID(row, "eid"), row: number))
            number += 1
        }
    }

    func ledgerRows(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, after: LedgerEntry?, limit: Int
    ) throws -> [LedgerRow] {
        let start = max(keys.lowerBound, after?.key ?? 0)
        // The key alone leads to the place in the index; the identity only settles what is within one second.
        return try rows(
            """
            SELECT * FROM ledger WHERE hub = ? AND lane = ? AND ts >= ? AND ts < ? AND (ts > ? OR eid > ?)
            ORDER BY ts, eid LIMIT ?
            """,
            [
                hub.stored, lane.rawValue, start, keys.upperBound, after.map { Int64($0.key) } ?? -1,
                Blob(after?.id.bytes ?? []), Self.limit(limit),
            ], Decode.ledger)
    }

    func ledgerRows(hub: RegionCode, lane: Lane, entries: [LedgerEntry]) throws -> [LedgerRow] {
        try entries.flatMap { entry in
            try rows(
                "SELECT * FROM ledger WHERE hub = ? AND lane = ? AND ts = ? AND eid = ?",
                [hub.stored, lane.rawValue, entry.key, Blob(entry.id.bytes)], Decode.ledger)
        }
    }

    func ledgerRows(hub: RegionCode, cases: [CaseID]) throws -> [LedgerRow] {
        try Set(cases).sorted().flatMap { id in
            try rows("SELECT * FROM ledger WHERE hub = ? AND case_id = ?", [hub.stored, id.text], Decode.ledger)
        }
    }

    func ledgerStatusCounts(hub: RegionCode, lane: Lane) throws -> [LedgerStatusCount] {
        try rows(
            "SELECT status, count(*) FROM ledger WHERE hub = ? AND lane = ? GROUP BY status ORDER BY status",
            [hub.stored, lane.rawValue]
        ) { LedgerStatusCount(status: try Decode.status($0[0]), count: $0[1]) }
    }

    /// What a caller asks for, within what a port allows.
    static func limit(_ wanted: Int) -> Int { min(max(wanted, 1), 10_000) }
}
