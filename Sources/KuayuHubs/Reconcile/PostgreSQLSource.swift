import KuayuPostgreSQL
import KuayuReconcile

/// Ledgers outside of a hub's book.
public enum HubLedgers {
    /// The view `kuayu_ledger` of a PostgreSQL database, asked by SQL alone.
    ///
    /// - Parameter conninfo: keywords and values or a URI, as libpq reads them.
    public static func postgreSQL(conninfo: String) -> any HubLedgerSource {
        PostgreSQLSource(conninfo: conninfo)
    }
}

/// A ledger in PostgreSQL; every question runs on a thread of its own.
struct PostgreSQLSource: HubLedgerSource {
    private let ledger: PostgreSQLLedger

    init(conninfo: String) {
        let start = ContinuousClock.now
        ledger = PostgreSQLLedger(
            conninfo: conninfo, options: PostgreSQLLedger.Options(countsDuplicates: true),
            now: { (ContinuousClock.now - start).components.seconds })
    }

    func view() async throws(FeedError) -> any HubLedgerView {
        try await view(completeUntil: .max)
    }

    /// A view that claims to be complete up to a moment at most, Unix seconds.
    func view(completeUntil limit: Int64) async throws(FeedError) -> any HubLedgerView {
        let meta = try await Self.ask(ledger) { (ledger) throws(PostgreSQLLedger.Fault) in try ledger.meta() }
        return PostgreSQLView(ledger: ledger, meta: meta, watermark: min(meta.watermark, limit))
    }

    static func ask<Answer: Sendable>(
        _ ledger: PostgreSQLLedger,
        _ body: @escaping @Sendable (PostgreSQLLedger) throws(PostgreSQLLedger.Fault) -> Answer
    ) async throws(FeedError) -> Answer {
        try await OwnThread.run { () throws(FeedError) in
            do throws(PostgreSQLLedger.Fault) {
                return try body(ledger)
            } catch {
                throw error.feedError
            }
        }
    }
}

/// One snapshot of a ledger in PostgreSQL.
private struct PostgreSQLView: HubLedgerView {
    let ledger: PostgreSQLLedger
    let meta: HubMeta
    let watermark: Int64

    func totals(_ lane: Lane) async throws(FeedError) -> HubMeta.LaneTotals { meta[lane] }

    func buckets(_ query: FingerprintQuery) async throws(FeedError) -> [BucketSum] {
        var query = query
        query.snapshot = meta.snapshot
        let asked = query
        return try await PostgreSQLSource.ask(ledger) { (ledger) throws(PostgreSQLLedger.Fault) in
            try ledger.fingerprints(asked).buckets
        }
    }

    func rows(_ query: RowsQuery) async throws(FeedError) -> (rows: [ToldRow], after: String?) {
        var query = query
        query.snapshot = meta.snapshot
        let asked = query
        let answer = try await PostgreSQLSource.ask(ledger) { (ledger) throws(PostgreSQLLedger.Fault) in
            try ledger.rows(asked)
        }
        return (answer.rows, answer.after)
    }

    func all(_ lane: Lane) async throws(FeedError) -> [ToldRow] {
        var rows: [ToldRow] = []
        var query = RowsQuery(lane: lane, snapshot: nil, selection: .ranges([BucketWidth.day.whole]))
        repeat {
            let (more, after) = try await self.rows(query)
            rows += more
            query.after = after
        } while query.after != nil
        return rows
    }

    func close() async {
        let token = meta.snapshot
        _ = try? await PostgreSQLSource.ask(ledger) { (ledger) throws(PostgreSQLLedger.Fault) in ledger.end(token) }
    }
}

extension PostgreSQLLedger.Fault {
    /// What the one who asked is told.
    fileprivate var feedError: FeedError {
        switch self {
        case .snapshotGone: FeedError(.changed, "the snapshot has ended")
        case .badCursor: FeedError(.unreadable, "after: no such cursor")
        case .unusableRow(let column): FeedError(.unavailable, "the ledger holds a row with an unusable \(column)")
        case .database(let error): FeedError(.unavailable, "\(error)")
        }
    }
}
