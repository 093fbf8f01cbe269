import GRDB
public import KuayuGateway
public import KuayuModel
import KuayuReconcile

extension SQLiteStore: LedgerKeeper {
    /// Computes every identity and every sum anew and compares them with those that are kept; changes nothing.
    ///
    /// Reads one consistent state and may run beside the gateway; hashes every row of every ledger.
    public func scrubLedgers() throws(StoreError) -> LedgerScrub {
        do {
            return try pool.read { try LedgerCheck(database: $0, digester: digester).run() }
        } catch {
            throw Self.translate(error)
        }
    }

    /// Puts right what ``scrubLedgers()`` finds, in one transaction.
    ///
    /// Writes of the gateway wait meanwhile: about ten seconds for a million rows.
    ///
    /// - Parameter now: from when on the days that were wrong count as changed.
    /// - Returns: what was put right.
    public func rebuildLedgers(at now: Instant) throws(StoreError) -> LedgerScrub {
        try commit { database in
            try LedgerCheck(database: database, digester: digester).run { wrong in
                try wrong.write(to: database, at: now)
            }
        }
    }
}

/// Rows and days that are kept wrongly, as they should be.
struct LedgerCorrections {
    struct Row {
        let hub: Int
        let caseID: String
        let lane: Lane
        let key: UInt32
        let id: ElementID
    }

    var rows: [Row] = []
    /// Nothing for a day that should not be there.
    var days: [(key: LedgerDayChanges.Key, total: Accumulator?)] = []

    func write(to database: Database, at now: Instant) throws {
        for row in rows {
            try database.cachedStatement(
                sql: "UPDATE ledger SET lane = ?, ts = ?, eid = ? WHERE hub = ? AND case_id = ?"
            ).execute(arguments: [row.lane.rawValue, row.key, Blob(row.id.bytes), row.hub, row.caseID])
        }
        for (key, total) in days {
            let sum = total ?? Accumulator()
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO ledger_day (hub, lane, day, n, a, changed_at) VALUES (?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [
                key.hub, key.lane, key.day, Int64(bitPattern: sum.count), Blob(sum.sum.bytes), now.epochMilliseconds,
            ])
        }
    }
}

/// One pass over all ledgers.
struct LedgerCheck {
    let database: Database
    let digester: any Digester
    private var scrub = LedgerScrub()
    private var sums: [LedgerDayChanges.Key: Accumulator] = [:]
    private var wrong = LedgerCorrections()
    private var repairs = false

    init(database: Database, digester: any Digester) {
        self.database = database
        self.digester = digester
    }

    /// - Parameter repair: takes what is wrong; without it, nothing of that is kept in memory.
    consuming func run(_ repair: ((LedgerCorrections) throws -> Void)? = nil) throws -> LedgerScrub {
        repairs = repair != nil
        try checkRows()
        try checkDays()
        try repair?(wrong)
        return scrub
    }

    private mutating func checkRows() throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT ledger.*, case_head.origin FROM ledger LEFT JOIN case_head USING (case_id)
                ORDER BY hub, case_id
                """)
        while let row = try rows.next() {
            scrub.rows += 1
            try check(row)
        }
    }

    private mutating func check(_ row: Row) throws {
        let fields = IndexedFields(row)
        let origin: Int? = row["origin"]
        let kept: String = row["lane"]
        // A ledger row without its case is another invariant's affair; it stays where it is.
        let lane = try origin.map { $0 == fields.hub ? Lane.out : .in } ?? Decode.lane(kept)
        let key = fields.key
        let id = fields.identity(digester)
        let day = LedgerDayChanges.Key(hub: fields.hub, lane: lane, key: key)
        sums[day, default: Accumulator()].add(id)
        let keptID: Blob = row["eid"]
        let keptKey: Int64 = row["ts"]
        var faults: [LedgerScrub.Disagreement.Kind] = []
        if keptID.bytes != id.bytes { faults.append(.identity) }
        if keptKey != Int64(key) { faults.append(.key) }
        if kept != lane.rawValue { faults.append(.lane) }
        for kind in faults { try note(kind, day, fields.caseID) }
        if repairs && !faults.isEmpty {
            wrong.rows.append(
                LedgerCorrections.Row(hub: fields.hub, caseID: fields.caseID, lane: lane, key: key, id: id))
        }
    }

    private mutating func checkDays() throws {
        var faults: [LedgerDayChanges.Key] = []
        var left = sums
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM ledger_day")
        while let row = try rows.next() {
            scrub.days += 1
            let key = LedgerDayChanges.Key(row)
            let wanted = left.removeValue(forKey: key) ?? Accumulator()
            let count: Int64 = row["n"]
            let sum: Blob = row["a"]
            if count != Int64(bitPattern: wanted.count) || sum.bytes != wanted.sum.bytes { faults.append(key) }
        }
        faults += left.keys
        for key in faults.sorted(by: { ($0.hub, $0.lane, $0.day) < ($1.hub, $1.lane, $1.day) }) {
            try note(.sum, key, nil)
            if repairs { wrong.days.append((key, sums[key])) }
        }
    }

    private mutating func note(
        _ kind: LedgerScrub.Disagreement.Kind, _ key: LedgerDayChanges.Key, _ caseID: String?
    ) throws {
        scrub.note(
            LedgerScrub.Disagreement(
                kind: kind, hub: try Decode.region(key.hub), lane: try Decode.lane(key.lane), day: key.day,
                caseID: caseID))
    }
}
