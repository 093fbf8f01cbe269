import GRDB
public import KuayuGateway
import KuayuModel
import KuayuReconcile

extension SQLiteStore: ReconcileStore {
    /// One transaction, immediate; durable when it returns.
    public func writeReconciliation<T>(
        _ body: (any ReconcileTransaction) throws -> T
    ) throws(StoreError) -> T {
        try commit { try body(SQLiteReconciliation(database: $0, digester: digester)) }
    }

    /// A snapshot on one of the reading connections.
    public func readReconciliation<T: Sendable>(
        _ body: (any ReconcileReader) throws -> T
    ) throws(StoreError) -> T {
        do {
            return try pool.read { try body(SQLiteReconciliation(database: $0, digester: digester)) }
        } catch {
            throw Self.translate(error)
        }
    }
}

/// Look-ups and writes of reconciliation on one connection.
///
/// Only for the duration of the call that made it.
struct SQLiteReconciliation: ReconcileTransaction {
    let database: Database
    let digester: any Digester

    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func rows<T>(_ sql: String, _ arguments: StatementArguments, _ make: (Row) throws -> T) throws -> [T] {
        try SQLiteReader(database: database).rows(sql, arguments, make)
    }

    // MARK: runs

    func run(_ id: String) throws -> RunRecord? {
        try rows("SELECT body FROM reconcile_run WHERE id = ?", [id], Decode.run).first
    }

    func runs(_ filter: RunFilter) throws -> [RunRecord] {
        try rows(
            """
            SELECT body FROM reconcile_run WHERE (? IS NULL OR hub = ?) AND (? IS NULL OR kind = ?)
                AND (? IS NULL OR state = ?) AND (? IS NULL OR day = ?) AND started_at < ?
            ORDER BY started_at DESC, id DESC LIMIT ?
            """,
            [
                filter.hub?.stored, filter.hub?.stored, filter.kind?.rawValue, filter.kind?.rawValue,
                filter.state?.rawValue, filter.state?.rawValue, filter.day?.daysSinceEpoch, filter.day?.daysSinceEpoch,
                filter.before?.epochMilliseconds ?? Int64.max, SQLiteReader.limit(filter.limit),
            ], Decode.run)
    }

    func latestRun(hub: RegionCode, states: Set<RunRecord.State>?) throws -> RunRecord? {
        let condition = states.map { "AND state IN \(Self.list($0.map(\.rawValue)))" } ?? ""
        return try rows(
            """
            SELECT body FROM reconcile_run WHERE hub = ? \(condition) ORDER BY started_at DESC, id DESC LIMIT 1
            """, [hub.stored], Decode.run
        ).first
    }

    func insert(_ run: RunRecord) throws {
        if try self.run(run.id) != nil { throw StoreError.refused("run \(run.id) is stored already") }
        try self.run(
            "INSERT INTO reconcile_run (id, hub, kind, state, day, started_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                run.id, run.hub.stored, run.kind.rawValue, run.state.rawValue, run.day?.daysSinceEpoch,
                run.startedAt.epochMilliseconds, Blob(run.encoded),
            ])
    }

    func update(_ run: RunRecord) throws {
        try RunRule.check(run, after: try self.run(run.id))
        try self.run(
            "UPDATE reconcile_run SET state = ?, day = ?, body = ? WHERE id = ?",
            [run.state.rawValue, run.day?.daysSinceEpoch, Blob(run.encoded), run.id])
    }

    // MARK: days that agreed

    func agreedDays(hub: RegionCode, lane: Lane) throws -> [AgreedDay] {
        try rows(
            "SELECT * FROM agreed_day WHERE hub = ? AND lane = ? ORDER BY day", [hub.stored, lane.rawValue],
            Decode.agreedDay)
    }

    func upsert(_ days: [AgreedDay]) throws {
        for day in days {
            try run(
                "INSERT OR REPLACE INTO agreed_day (hub, lane, day, n, a, run, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    day.hub.stored, day.lane.rawValue, day.day, Int64(bitPattern: day.total.count),
                    Blob(day.total.sum.bytes), day.run, day.at.epochMilliseconds,
                ])
        }
    }

    /// Words as a list in SQL.
    static func list(_ words: [String]) -> String {
        let quoted = words.sorted().map { word in
            "'" + word.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
        }
        return "(" + quoted.joined(separator: ", ") + ")"
    }
}
