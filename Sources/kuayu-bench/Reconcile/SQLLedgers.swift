import KuayuCrypto
import KuayuPostgreSQL
import KuayuReconcile

/// The gateway's side of the measurement: made-up cases of which each follows from its number.
///
/// Keys ascend with the number, about a thousand a day; running sums stand for the gateway's index.
struct NumberedLedger: LedgerView {
    let count: Int
    private let sums: [Accumulator]

    init(count: Int) {
        self.count = count
        var sums = [Accumulator()]
        sums.reserveCapacity(count + 1)
        for start in stride(from: 0, to: count, by: 4_096) {
            let elements = (start..<min(start + 4_096, count)).map(Self.element)
            for digest in SHA256.digest(many: elements.map(\.signedBytes)) {
                var sum = sums[sums.count - 1]
                if let id = ElementID(bytes: digest) { sum.add(id) }
                sums.append(sum)
            }
        }
        self.sums = sums
    }

    static let spacing = 86
    static let first: UInt32 = 57_600
    private static let states = ["submitted", "accepted", "reviewing", "decided", "issued", "closed"]

    static func element(_ number: Int) -> LedgerElement {
        let mixed = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        let digits = String(mixed | 1 << 63, radix: 16)
        return LedgerElement(
            caseID: "CSJ01" + String(100_000_000_000_000 + number), version: Int(mixed >> 61) + 1,
            status: states[Int(mixed >> 32) % states.count],
            contentDigest: "sha256:" + digits + digits + digits + digits, nonce: digits + digits,
            registeredAt: LedgerElement.keyEpoch + Int64(key(number)))
    }

    private static func key(_ number: Int) -> UInt32 {
        first + UInt32(number * spacing) + UInt32(truncatingIfNeeded: (UInt64(number) &* 0x9E37_79B9) >> 16)
            % UInt32(spacing)
    }

    private func index(_ key: UInt32) -> Int {
        guard key > Self.first else { return 0 }
        let guess = Int(key - Self.first) / Self.spacing
        return guess >= count ? count : Self.key(guess) < key ? guess + 1 : guess
    }

    func totals(in keys: Range<UInt32>) -> Accumulator {
        var total = sums[index(keys.upperBound)]
        total.subtract(sums[index(keys.lowerBound)])
        return total
    }

    func elements(in keys: Range<UInt32>) -> [LedgerElement] {
        (index(keys.lowerBound)..<index(keys.upperBound)).map(Self.element)
    }

    var days: [Int] {
        guard count > 0 else { return [] }
        return Array(BucketWidth.day.number(of: Self.key(0))...BucketWidth.day.number(of: Self.key(count - 1)))
    }

    /// The day of a case.
    static func day(_ number: Int) -> Int { BucketWidth.day.number(of: key(number)) }
}

/// The hub's side: a PostgreSQL with the published schema, and copies for the peers.
struct SQLStage {
    let server: PostgreSQLServer
    let connection: PostgreSQLConnection
    let count: Int

    init(count: Int, schema: String) throws {
        self.count = count
        server = try PostgreSQLServer(
            parent: "/var/tmp",
            settings: [
                "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=1h", "autovacuum=off",
                "synchronous_commit=off",
            ])
        connection = try PostgreSQLConnection(conninfo: server.conninfo)
        try connection.execute(schema)
        try load()
    }

    /// Loads without triggers, checks and indexes, for speed; identities and sums come along, indexes come after.
    private func load() throws {
        try connection.execute(
            """
            ALTER TABLE kuayu_ledger_entry DISABLE TRIGGER USER;
            DROP INDEX kuayu_ledger_entry_time, kuayu_ledger_entry_case;
            ALTER TABLE kuayu_ledger_entry DROP CONSTRAINT kuayu_ledger_entry_case_id_check,
                DROP CONSTRAINT kuayu_ledger_entry_status_check, DROP CONSTRAINT kuayu_ledger_entry_nonce_check,
                DROP CONSTRAINT kuayu_ledger_entry_content_digest_check
            """)
        var number = 0
        try connection.copyIn(
            """
            COPY kuayu_ledger_entry (lane, case_id, registered_at, version, status, state_at, content_digest, nonce,
                local_number, eid, s0, s1, s2, s3, s4, s5, s6, s7) FROM STDIN
            """
        ) {
            guard number < count else { return nil }
            let elements = (number..<min(number + 2_048, count)).map(NumberedLedger.element)
            number += elements.count
            var lines: [UInt8] = []
            for (element, digest) in zip(elements, SHA256.digest(many: elements.map(\.signedBytes))) {
                Self.append(element, digest, to: &lines)
            }
            return lines
        }
        try connection.execute(
            """
            ALTER TABLE kuayu_ledger_entry ENABLE TRIGGER USER;
            CREATE INDEX kuayu_ledger_entry_time ON kuayu_ledger_entry (lane, registered_at);
            CREATE INDEX kuayu_ledger_entry_case ON kuayu_ledger_entry (case_id)
            """)
        let sums = (0..<8).map { "sum(s\($0))" }.joined(separator: ", ")
        try connection.execute(
            """
            INSERT INTO kuayu_ledger_day_entry SELECT lane, kuayu_day(registered_at), status, count(*), \(sums), sum(registered_at)
            FROM kuayu_ledger_entry GROUP BY 1, 2, 3
            """)
        try connection.execute("VACUUM (FREEZE, ANALYZE) kuayu_ledger_entry")
        try connection.execute("VACUUM (FREEZE, ANALYZE) kuayu_ledger_day_entry")
    }

    private static func append(_ element: LedgerElement, _ digest: [UInt8], to lines: inout [UInt8]) {
        var fields = [
            "in", element.caseID, String(element.registeredAt), String(element.version), element.status,
            String(element.registeredAt + 3_600), element.contentDigest, element.nonce, "N" + element.caseID,
            Self.hexadecimal(digest),
        ]
        for part in 0..<8 {
            fields.append(String(digest[part * 4..<part * 4 + 4].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
        }
        lines += Array(fields.joined(separator: "\t").utf8) + [10]
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        var accumulator = Accumulator()
        if let id = ElementID(bytes: bytes) { accumulator.add(id) }
        return accumulator.hexadecimal
    }

    /// Sets cases one version on at the hub, or back again.
    func change(_ numbers: [Int], by step: Int) throws {
        for number in numbers {
            try connection.query(
                "UPDATE kuayu_ledger_entry SET version = version + \(step) WHERE case_id = $1",
                [NumberedLedger.element(number).caseID])
        }
    }

    /// Two tables for peers, which compare tables with a key: the hub's ledger as it is, and one without the changes.
    ///
    /// `tcs` is the checksum of a row, kept in a column as the sums are kept for us.
    func makePeerTables(changed numbers: [Int]) throws {
        try connection.execute(
            """
            CREATE EXTENSION IF NOT EXISTS pgcmp;
            CREATE TABLE peer_hub AS SELECT entry, case_id, version, status, content_digest, nonce, eid,
                ('x' || substr(eid, 1, 16))::bit(64)::bigint AS tcs FROM kuayu_ledger_entry ORDER BY entry;
            CREATE TABLE peer_gateway AS TABLE peer_hub;
            """)
        for number in numbers {
            try connection.query(
                """
                UPDATE peer_gateway SET version = version - 1, tcs = tcs + 1,
                    eid = kuayu_eid(case_id, version - 1, status, content_digest, nonce) WHERE entry = $1
                """, [String(number + 1)])
        }
        for table in ["peer_hub", "peer_gateway"] {
            try connection.execute("ALTER TABLE \(table) ADD PRIMARY KEY (entry)")
            try connection.execute("VACUUM (FREEZE, ANALYZE) \(table)")
        }
    }
}
