import KuayuReconcile
import Synchronization

/// One open transaction that sees one state of the ledger.
final class PostgreSQLSnapshot: Sendable {
    typealias Fault = PostgreSQLLedger.Fault

    /// Its name: 128 random bits.
    let token: String
    private let connection: PostgreSQLConnection
    private let watermark: Int64
    /// Sums of every day once they were computed: the snapshot does not change, so they hold as long as it does.
    private let days = Mutex<[Lane: [BucketSum]]?>(nil)

    /// Connects and fixes the state.
    init(conninfo: String, idleSeconds: Int64, statementSeconds: Int) throws(PostgreSQLError) {
        var generator = SystemRandomNumberGenerator()
        token = (0..<4).map { _ in
            let part = String(UInt32.random(in: 0...UInt32.max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - part.count) + part
        }.joined()
        connection = try PostgreSQLConnection(conninfo: conninfo)
        // Compiling a plan takes longer than these plans run.
        try connection.execute("SET jit = off; SET statement_timeout = '\(statementSeconds)s'")
        try connection.execute("SET idle_in_transaction_session_timeout = '\(idleSeconds + 60)s'")
        // Before the snapshot: who writes now may commit what the snapshot does not see, under an earlier time.
        let rows = try connection.query(
            """
            SELECT floor(extract(epoch FROM least(clock_timestamp(), (
                SELECT min(xact_start) FROM pg_stat_activity
                WHERE datname = current_database() AND backend_xid IS NOT NULL))))::bigint
            """)
        guard let seconds = rows.count == 1 ? rows[0, 0].flatMap({ Int64($0) }) : nil else {
            throw PostgreSQLError(.statement, "the server does not tell the time")
        }
        watermark = seconds
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        // The first statement fixes the state.
        try connection.query("SELECT 1 FROM kuayu_ledger LIMIT 1")
    }

    /// Ends the transaction.
    func close() { connection.close() }

    func run(_ sql: String, _ parameters: [String?] = []) throws(Fault) -> PostgreSQLRows {
        do {
            return try connection.query(sql, parameters)
        } catch {
            throw .database(error)
        }
    }

    // MARK: Totals

    func meta(totals: PostgreSQLLedger.Totals, countsDuplicates: Bool) throws(Fault) -> HubMeta {
        let canKeep = try run("SELECT to_regclass('kuayu_ledger_day') IS NOT NULL")[0, 0] == "t"
        let rows = try run(canKeep && totals == .kept ? Self.keptTotals : Self.computedTotals)
        var lanes: [Lane: HubMeta.LaneTotals] = [:]
        var days: [Lane: [BucketSum]] = [:]
        for row in 0..<rows.count {
            guard let lane = rows[row, 1].flatMap({ Lane(rawValue: $0) }) else { throw .unusableRow("lane") }
            let count = try Self.integer(rows[row, 3], "n")
            // Kept sums may be without any row, when the hub only ever took rows away from them; the rest is checked.
            if count == 0 { continue }
            if rows[row, 0] == "status" {
                lanes[lane, default: HubMeta.LaneTotals()].statuses[rows[row, 2] ?? ""] = count
                continue
            }
            let day = try Self.integer(rows[row, 2], "registered_at")
            let sum = try Self.sum(start: BucketWidth.day.start(of: max(0, day)), rows, row, from: 3)
            lanes[lane, default: HubMeta.LaneTotals()].total.add(sum.total)
            // Rows outside of the range key are in the total and in no bucket: the gateway will notice.
            if day < 0 { continue }
            days[lane, default: []].append(sum)
            let seconds = try Self.integer(rows[row, 12], "registered_at")
            // Sums that somebody kept wrongly may be anything: they wrap rather than stop the service.
            let keys = UInt64(bitPattern: Int64(seconds &- count &* Int(LedgerElement.keyEpoch)))
            lanes[lane, default: HubMeta.LaneTotals()].addKeys(keys)
        }
        for lane in Lane.allCases {
            days[lane, default: []].sort { $0.start < $1.start }
            lanes[lane, default: HubMeta.LaneTotals()].addKeys(0)
        }
        let sorted = days
        self.days.withLock { $0 = sorted }
        if countsDuplicates { try countDuplicates(&lanes) }
        return HubMeta(
            snapshot: token, watermark: watermark, profiles: [.sql], out: lanes[.out] ?? HubMeta.LaneTotals(),
            in: lanes[.in] ?? HubMeta.LaneTotals())
    }

    private func countDuplicates(_ lanes: inout [Lane: HubMeta.LaneTotals]) throws(Fault) {
        let rows = try run(
            """
            SELECT lane, sum(n - 1) FROM (SELECT lane, case_id, count(*) AS n FROM kuayu_ledger GROUP BY 1, 2) AS c
            GROUP BY lane
            """)
        for row in 0..<rows.count {
            guard let lane = rows[row, 0].flatMap({ Lane(rawValue: $0) }) else { throw .unusableRow("lane") }
            lanes[lane, default: HubMeta.LaneTotals()].duplicates = try Self.integer(rows[row, 1], "n")
        }
        for lane in Lane.allCases where lanes[lane]?.duplicates == nil {
            lanes[lane, default: HubMeta.LaneTotals()].duplicates = 0
        }
    }

    private static let limbs = (0..<8).map { "sum(s\($0))" }.joined(separator: ", ")
    private static let rollUp = """
        SELECT 'day', lane, day::text, sum(n), \(limbs), sum(t) FROM d GROUP BY lane, day
        UNION ALL SELECT 'status', lane, status, sum(n), 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM d GROUP BY lane, status
        """
    private static let keptTotals = "WITH d AS MATERIALIZED (SELECT * FROM kuayu_ledger_day) " + rollUp
    private static let computedTotals = """
        WITH d AS MATERIALIZED (
            SELECT lane, CASE WHEN registered_at >= 1577836800 AND registered_at < 3725320448
                THEN (registered_at - 1577808000) / 86400 ELSE -1 END AS day, status, count(*) AS n,
                \((0..<8).map { "sum(s\($0)) AS s\($0)" }.joined(separator: ", ")), sum(registered_at) AS t
            FROM kuayu_ledger GROUP BY 1, 2, 3)
        """ + rollUp

    // MARK: Sums

    func fingerprints(_ query: FingerprintQuery) throws(Fault) -> FingerprintAnswer {
        if let buckets = keptDays(query) { return FingerprintAnswer(snapshot: token, buckets: buckets) }
        // Range by range, so that each is one walk along the index.
        let rows = try run(
            """
            SELECT b.number, sum(b.n), \(Self.limbs.replacing("sum(s", with: "sum(b.s"))
            FROM unnest($2::bigint[], $3::bigint[]) AS r(low, high) CROSS JOIN LATERAL (
                SELECT (registered_at - 1577808000) / $4::bigint AS number, count(*) AS n,
                    \((0..<8).map { "sum(s\($0)) AS s\($0)" }.joined(separator: ", "))
                FROM kuayu_ledger WHERE lane = $1 AND registered_at >= r.low AND registered_at < r.high
                GROUP BY 1) AS b
            GROUP BY 1 ORDER BY 1
            """, [query.lane.rawValue] + Self.bounds(query.ranges) + [String(query.width.seconds)])
        var buckets: [BucketSum] = []
        for row in 0..<rows.count {
            let number = try Self.integer(rows[row, 0], "registered_at")
            buckets.append(try Self.sum(start: query.width.start(of: number), rows, row, from: 1))
        }
        return FingerprintAnswer(snapshot: token, buckets: buckets)
    }

    /// The sums of days that are known already; nil when something else is asked.
    private func keptDays(_ query: FingerprintQuery) -> [BucketSum]? {
        let width = BucketWidth.day
        let isAligned = query.ranges.allSatisfy { range in
            width.number(startingAt: range.lowerBound) != nil
                && (range.upperBound == width.whole.upperBound || width.number(startingAt: range.upperBound) != nil)
        }
        guard query.width == width, isAligned else { return nil }
        return days.withLock { days in
            days.map { days in
                (days[query.lane] ?? []).filter { bucket in query.ranges.contains { $0.contains(bucket.start) } }
            }
        }
    }

    /// Two arrays of Unix seconds, cut where the range key ends.
    static func bounds(_ ranges: [Range<Int>]) -> [String] {
        let cut = ranges.map { range in
            (low: max(0, range.lowerBound), high: min(1 << 31, range.upperBound))
        }
        let epoch = Int(LedgerElement.keyEpoch)
        return [
            "{" + cut.map { String($0.low + epoch) }.joined(separator: ",") + "}",
            "{" + cut.map { String($0.high + epoch) }.joined(separator: ",") + "}",
        ]
    }

    static func integer(_ text: String?, _ column: String) throws(Fault) -> Int {
        guard let number = text.flatMap({ Int($0) }) else { throw .unusableRow(column) }
        return number
    }

    /// A count and the eight sums behind it.
    private static func sum(
        start: Int, _ rows: PostgreSQLRows, _ row: Int, from column: Int
    ) throws(Fault) -> BucketSum {
        let count = try integer(rows[row, column], "n")
        let limbs = (1...8).compactMap { rows[row, column + $0].flatMap { UInt64($0) } }
        guard let sum = BucketSum(start: start, count: count, limbs: limbs) else { throw .unusableRow("s0 to s7") }
        return sum
    }
}

extension HubMeta.LaneTotals {
    /// Adds keys to their sum, modulo 2⁶³.
    fileprivate mutating func addKeys(_ keys: UInt64) {
        keySum = ((keySum ?? 0) &+ keys) & UInt64(Int.max)
    }
}
