public import KuayuReconcile
import Synchronization

/// Answers the questions of profile S from a hub's PostgreSQL, by SQL over the view `kuayu_ledger` alone.
///
/// A snapshot that holds over several questions is a transaction of a connection of its own, REPEATABLE READ and READ
/// ONLY, left open between the questions: PostgreSQL's own means, which asks nothing of the hub's tables. Because such
/// a transaction keeps old row versions from being cleaned away, there are few of them, and one that is not asked for
/// a while is ended, by this class and, should the process hang, by the server. A question about an ended snapshot
/// gets ``Fault/snapshotGone``, and the gateway begins anew.
///
/// Calls block until the database has answered; make them from threads of your own. Questions about one snapshot are
/// answered one after another, those about several at once.
public final class PostgreSQLLedger: Sendable {
    /// How many snapshots, for how long.
    public struct Options: Hashable, Sendable {
        /// Most snapshots open at once; one more ends the one that was asked least recently.
        ///
        /// Default 8.
        public var snapshotLimit: Int
        /// A snapshot that was not asked for so many seconds ends.
        ///
        /// Default 600.
        public var idleSeconds: Int64
        /// Most seconds of one statement.
        ///
        /// Default 60.
        public var statementSeconds: Int
        /// Whether ``meta(totals:)`` counts rows beyond the first of their case, which needs a sort of the table.
        ///
        /// Default false: the sums of profile S count duplicates as they are.
        public var countsDuplicates: Bool

        /// Options; each has the default named at its property.
        public init(
            snapshotLimit: Int = 8, idleSeconds: Int64 = 600, statementSeconds: Int = 60,
            countsDuplicates: Bool = false
        ) {
            self.snapshotLimit = max(1, snapshotLimit)
            self.idleSeconds = max(1, idleSeconds)
            self.statementSeconds = max(1, statementSeconds)
            self.countsDuplicates = countsDuplicates
        }
    }

    /// Where totals and sums of days come from.
    public enum Totals: Hashable, Sendable {
        /// From the view `kuayu_ledger_day`, which the hub keeps when it writes; computed where there is none.
        case kept
        /// From every row, whatever is kept.
        case computed
    }

    /// Why there is no answer.
    public enum Fault: Error, Hashable, Sendable {
        /// The snapshot ended, or never was.
        case snapshotGone
        /// The cursor is none of ours.
        case badCursor
        /// The view holds something that no row of a ledger can be; which column.
        case unusableRow(String)
        /// The database failed.
        case database(PostgreSQLError)
    }

    private struct Held {
        var snapshot: PostgreSQLSnapshot
        var usedAt: Int64
    }

    private let conninfo: String
    private let options: Options
    private let now: @Sendable () -> Int64
    private let held = Mutex<[Held]>([])

    /// A ledger; nothing is connected before the first question.
    ///
    /// - Parameters:
    ///   - conninfo: how to reach the database, see ``PostgreSQLConnection/init(conninfo:)``.
    ///   - now: seconds of a clock that does not jump.
    public init(conninfo: String, options: Options = Options(), now: @escaping @Sendable () -> Int64) {
        self.conninfo = conninfo
        self.options = options
        self.now = now
    }

    /// Opens a snapshot and says what it holds: the answer to `GET /recon/v1/meta`.
    public func meta(totals: Totals = .kept) throws(Fault) -> HubMeta {
        let snapshot = try open()
        do {
            return try snapshot.meta(totals: totals, countsDuplicates: options.countsDuplicates)
        } catch {
            // Nobody knows its name yet.
            end(snapshot.token)
            throw error
        }
    }

    /// Sums of buckets: the answer to `POST /recon/v1/fingerprints`.
    public func fingerprints(_ query: FingerprintQuery) throws(Fault) -> FingerprintAnswer {
        let snapshot = try find(query.snapshot)
        return try answered(snapshot) { () throws(Fault) in try snapshot.fingerprints(query) }
    }

    /// Rows: the answer to `POST /recon/v1/rows`.
    public func rows(_ query: RowsQuery) throws(Fault) -> RowsAnswer {
        let snapshot = try find(query.snapshot)
        return try answered(snapshot) { () throws(Fault) in try snapshot.rows(query) }
    }

    /// The answer to either.
    public func answer(_ question: HubQuestion) throws(Fault) -> HubAnswer {
        switch question {
        case .fingerprints(let query): .fingerprints(try fingerprints(query))
        case .rows(let query): .rows(try rows(query))
        }
    }

    /// Ends a snapshot that nobody will ask again; one that is gone already is none.
    public func end(_ token: String) { drop { $0.token == token } }

    /// Ends every snapshot.
    public func endAll() { drop { _ in true } }

    private func open() throws(Fault) -> PostgreSQLSnapshot {
        do {
            let snapshot = try PostgreSQLSnapshot(
                conninfo: conninfo, idleSeconds: options.idleSeconds, statementSeconds: options.statementSeconds)
            hold(snapshot)
            return snapshot
        } catch {
            throw .database(error)
        }
    }

    private func find(_ token: String?) throws(Fault) -> PostgreSQLSnapshot {
        guard let token else { return try open() }
        let time = now()
        let ended = held.withLock { held in
            Self.remove(from: &held) { time - $0.usedAt > options.idleSeconds }
        }
        for snapshot in ended { snapshot.close() }
        let found: PostgreSQLSnapshot? = held.withLock { held in
            guard let index = held.firstIndex(where: { $0.snapshot.token == token }) else { return nil }
            held[index].usedAt = time
            return held[index].snapshot
        }
        guard let found else { throw .snapshotGone }
        return found
    }

    private func hold(_ snapshot: PostgreSQLSnapshot) {
        let time = now()
        let ended = held.withLock { held in
            var ended = Self.remove(from: &held) { time - $0.usedAt > options.idleSeconds }
            while held.count >= options.snapshotLimit,
                let oldest = held.indices.min(by: { held[$0].usedAt < held[$1].usedAt })
            {
                ended.append(held.remove(at: oldest).snapshot)
            }
            held.append(Held(snapshot: snapshot, usedAt: time))
            return ended
        }
        for snapshot in ended { snapshot.close() }
    }

    /// Runs a question; a snapshot whose connection failed is dropped and gone.
    private func answered<Value>(
        _ snapshot: PostgreSQLSnapshot, _ body: () throws(Fault) -> Value
    ) throws(Fault) -> Value {
        do {
            return try body()
        } catch {
            guard case .database(let cause) = error else { throw error }
            // A failed statement has aborted the transaction: the snapshot is lost either way.
            end(snapshot.token)
            throw cause.kind == .statement ? error : .snapshotGone
        }
    }

    private func drop(_ isDropped: (PostgreSQLSnapshot) -> Bool) {
        let ended = held.withLock { held in Self.remove(from: &held) { isDropped($0.snapshot) } }
        for snapshot in ended { snapshot.close() }
    }

    private static func remove(from held: inout [Held], _ isRemoved: (Held) -> Bool) -> [PostgreSQLSnapshot] {
        let removed = held.filter(isRemoved).map(\.snapshot)
        held.removeAll(where: isRemoved)
        return removed
    }
}
