import KuayuModel
import KuayuPostgreSQL
import KuayuReconcile
import Synchronization
import Testing

@Suite struct PostgreSQLLedgerTests {
    static let vectors = [
        (
            "KY-330000-20240101-0000001", 3, "ACCEPTED",
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
        ),
        (
            "KY-330000-20240101-0000002", 1, "SUBMITTED",
            "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"
        ),
        ("KY-340000-20240101-0000003", 7, "CLOSED", "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6"),
    ]
    static let nonces = [
        "000102030405060708090a0b0c0d0e0f", "101112131415161718191a1b1c1d1e1f", "202122232425262728292a2b2c2d2e2f",
    ]

    static func vectorRows() -> [HubRow] {
        zip(vectors, nonces).map { vector, nonce in
            HubRow(
                element: LedgerElement(
                    caseID: vector.0, version: vector.1, status: vector.2, contentDigest: "sha256:" + vector.3,
                    nonce: nonce, registeredAt: 1_704_067_200))
        }
    }

    @Test func computesTheAgreedIdentitiesAndSums() throws {
        let conninfo = try Databases.makeLedger()
        let connection = try PostgreSQLConnection(conninfo: conninfo)
        try Databases.insert(Self.vectorRows(), lane: .out, into: connection)
        let rows = try connection.query("SELECT eid FROM kuayu_ledger ORDER BY case_id")
        #expect(
            (0..<3).map { rows[$0, 0] } == [
                "1f6eb50158beebeb51d0397eb2da87b28d1fdbcf5873eaa913e4c8372d76d5d1",
                "b5b9329e82b11311e23084d2c3a61c427642d03d1401cd16ecc2344fe966b69f",
                "c3672c5a6825b6aa2a4aa9c8b83a4a138c1249cf8d06c39fa8eab4f5935f9cc9",
            ])
        let ledger = PostgreSQLLedger(conninfo: conninfo, options: .init(countsDuplicates: true)) { 0 }
        for totals in [PostgreSQLLedger.Totals.kept, .computed] {
            let meta = try ledger.meta(totals: totals)
            #expect(meta.out.total.count == 3)
            #expect(
                meta.out.total.hexadecimal == "988f13fa4395b5a75e4b681a2ebaee088f74f5dbf97c7b5fa991b17caa3d2939")
            #expect(meta.out.statuses == ["ACCEPTED": 1, "SUBMITTED": 1, "CLOSED": 1])
            #expect(meta.out.duplicates == 0)
            #expect(meta.out.keySum == 3 * 126_230_400)
            #expect(meta.in == HubMeta.LaneTotals(duplicates: 0, keySum: 0))
            #expect(meta.watermark > 1_704_067_200)
        }
    }

    @Test func whatTheHubWritesAsIdentityDoesNotCount() throws {
        let conninfo = try Databases.makeLedger()
        let connection = try PostgreSQLConnection(conninfo: conninfo)
        try Databases.insert(Self.vectorRows(), into: connection)
        try connection.execute("UPDATE kuayu_ledger_entry SET eid = 'lie', s0 = 7")
        #expect(try connection.query("SELECT count(*) FROM kuayu_ledger WHERE eid ~ '^[0-9a-f]{64}$'")[0, 0] == "3")
        #expect(try connection.query("SELECT count(*) FROM kuayu_ledger_check()")[0, 0] == "0")
    }

    @Test func keptSumsFollowEveryChange() throws {
        let conninfo = try Databases.makeLedger()
        let connection = try PostgreSQLConnection(conninfo: conninfo)
        let pair = LedgerSample(seed: 5, count: 80, days: 4, rarity: 3)
        try Databases.insert(pair.found, into: connection)
        let ledger = PostgreSQLLedger(conninfo: conninfo) { 0 }
        for change in [
            "SELECT 1", "UPDATE kuayu_ledger_entry SET version = version + 1 WHERE entry % 3 = 0",
            "UPDATE kuayu_ledger_entry SET status = 'closed', lane = 'out' WHERE entry % 5 = 0",
            "DELETE FROM kuayu_ledger_entry WHERE entry % 7 = 0", "SELECT kuayu_ledger_fold()",
            "UPDATE kuayu_ledger_entry SET registered_at = 5 WHERE entry % 11 = 0", "SELECT kuayu_ledger_fold()",
            "TRUNCATE kuayu_ledger_entry",
        ] {
            try connection.execute(change)
            var kept = try ledger.meta(totals: .kept)
            let computed = try ledger.meta(totals: .computed)
            kept.snapshot = computed.snapshot
            kept.watermark = computed.watermark
            #expect(kept == computed, "\(change)")
            // TRUNCATE waits for every snapshot to end.
            ledger.endAll()
            #expect(try connection.query("SELECT count(*) FROM kuayu_ledger_check()")[0, 0] == "0")
        }
    }

    @Test func theCheckFindsDaysWhoseSumsAreWrong() throws {
        let connection = try PostgreSQLConnection(conninfo: try Databases.makeLedger())
        try Databases.insert(Self.vectorRows(), into: connection)
        try connection.execute(
            """
            ALTER TABLE kuayu_ledger_entry DISABLE TRIGGER USER;
            DELETE FROM kuayu_ledger_entry WHERE status = 'CLOSED'
            """)
        let rows = try connection.query("SELECT * FROM kuayu_ledger_check()")
        #expect(rows.count == 1)
        #expect((0..<3).map { rows[0, $0] } == ["in", "1461", "CLOSED"])
    }

    @Test(arguments: 0..<8 as Range<UInt64>, [PostgreSQLLedger.Totals.kept, .computed])
    func theDescentFindsWhatTheFullJoinFinds(seed: UInt64, totals: PostgreSQLLedger.Totals) throws {
        let sample = LedgerSample(seed: seed, count: 300, days: seed % 2 == 0 ? 2 : 40, rarity: 12)
        let conninfo = try Databases.makeLedger()
        try Databases.insert(sample.found, into: try PostgreSQLConnection(conninfo: conninfo))
        let wanted = FullJoin.compare(
            lane: .in, expected: sample.expected, found: sample.found, digester: PortableDigester())
        let ledger = PostgreSQLLedger(conninfo: conninfo) { 0 }
        let meta = try ledger.meta(totals: totals)
        for limits in [
            DescentLimits(), DescentLimits(directRows: 0, smallBucket: 0), DescentLimits(directRows: .max, page: 7),
        ] {
            for dirtyDays in [nil, [0, 3]] {
                var descent = SQLDescent(
                    lane: .in, meta: meta, ledger: SampleLedger(sample.expected), digester: PortableDigester(),
                    dirtyDays: dirtyDays, limits: limits)
                var step = try descent.begin()
                while case .ask(let questions) = step {
                    step = try descent.take(
                        questions.map { question in
                            // There and back as on the wire.
                            switch try ledger.answer(question) {
                            case .fingerprints(let answer): try question.answer(decoding: answer.encoded())
                            case .rows(let answer): try question.answer(decoding: answer.encoded())
                            }
                        })
                }
                guard case .done(var comparison) = step else { continue }
                comparison.cost = ComparisonCost()
                #expect(comparison == wanted)
            }
        }
    }

    @Test func aSnapshotDoesNotSeeWhatIsWrittenLater() throws {
        let conninfo = try Databases.makeLedger()
        let connection = try PostgreSQLConnection(conninfo: conninfo)
        let rows = Self.vectorRows()
        try Databases.insert(Array(rows[..<2]), into: connection)
        let ledger = PostgreSQLLedger(conninfo: conninfo) { 0 }
        let before = try ledger.meta()
        try Databases.insert([rows[2]], into: connection)
        let after = try ledger.meta()
        let everything = [BucketWidth.day.whole]
        let hour = [126_230_400..<126_234_000]
        for (meta, count) in [(before, 2), (after, 3)] {
            #expect(meta.in.total.count == UInt64(count))
            let days = FingerprintQuery(lane: .in, snapshot: meta.snapshot, width: .day, ranges: everything)
            #expect(try ledger.fingerprints(days).buckets.map(\.count) == [count])
            let hours = FingerprintQuery(lane: .in, snapshot: meta.snapshot, width: .hour, ranges: hour)
            let answer = try ledger.fingerprints(hours)
            #expect(answer.buckets.map(\.count) == [count])
            #expect(answer.buckets.map(\.start) == [126_230_400])
            #expect(answer.buckets.first?.total == meta.in.total)
            let listed = try ledger.rows(
                RowsQuery(lane: .in, snapshot: meta.snapshot, selection: .ranges(everything)))
            #expect(listed.rows.count == count)
            #expect(listed.after == nil)
        }
    }

    @Test func endsSnapshotsBeyondTheirNumberAndTime() throws {
        let time = Clock()
        let ledger = PostgreSQLLedger(
            conninfo: try Databases.makeLedger(), options: .init(snapshotLimit: 2, idleSeconds: 100)
        ) { time.now }
        let tokens = try (0..<3).map { _ in
            time.advance(1)
            return try ledger.meta().snapshot
        }
        #expect(isGone(tokens[0], ledger))
        #expect(!isGone(tokens[1], ledger))
        time.advance(99)
        #expect(!isGone(tokens[2], ledger))
        time.advance(2)
        #expect(isGone(tokens[1], ledger))
        #expect(!isGone(tokens[2], ledger))
        ledger.end(tokens[2])
        #expect(isGone(tokens[2], ledger))
        #expect(isGone("0123", ledger))
    }

    @Test func aBrokenConnectionIsASnapshotGone() throws {
        let conninfo = try Databases.makeLedger()
        let ledger = PostgreSQLLedger(conninfo: conninfo) { 0 }
        let token = try ledger.meta().snapshot
        try PostgreSQLConnection(conninfo: conninfo).query(
            """
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
        #expect(isGone(token, ledger))
        #expect(try ledger.meta().in.total.count == 0)
    }

    @Test func findsRowsByCaseByIdentityAndDuplicates() throws {
        let conninfo = try Databases.makeLedger()
        let rows = Self.vectorRows()
        try Databases.insert(rows + [rows[1], rows[1]], into: try PostgreSQLConnection(conninfo: conninfo))
        let ledger = PostgreSQLLedger(conninfo: conninfo, options: .init(countsDuplicates: true)) { 0 }
        let meta = try ledger.meta()
        #expect(meta.in.duplicates == 2)
        let id = rows[0].element.id(PortableDigester())
        let asked: [(RowsQuery.Selection, [HubRow])] = [
            (.cases([rows[2].element.caseID, "no\"body\\"]), [rows[2]]), (.identities([id]), [rows[0]]),
            (.duplicates, [rows[1], rows[1], rows[1]]),
        ]
        for (selection, wanted) in asked {
            for limit in [1, 2, 3, 10] {
                var query = RowsQuery(lane: .in, snapshot: meta.snapshot, selection: selection, limit: limit)
                var found: [HubRow] = []
                repeat {
                    let answer = try ledger.rows(query)
                    #expect(answer.rows.count <= limit)
                    found += try answer.verified(PortableDigester())
                    query.after = answer.after
                } while query.after != nil
                #expect(found == wanted)
            }
        }
    }

    @Test(arguments: ["x", "5.00.1", "", "-1"])
    func refusesACursorOfSomebodyElse(cursor: String) throws {
        let ledger = PostgreSQLLedger(conninfo: try Databases.makeLedger()) { 0 }
        for selection in [RowsQuery.Selection.ranges([0..<5]), .duplicates] {
            #expect(throws: PostgreSQLLedger.Fault.badCursor) {
                try ledger.rows(RowsQuery(lane: .in, snapshot: nil, selection: selection, after: cursor))
            }
        }
    }

    @Test func theReadingRoleCanReadAndNothingElse() throws {
        let conninfo = try Databases.makeLedger()
        let connection = try PostgreSQLConnection(conninfo: conninfo)
        let name = try connection.query("SELECT current_database()")[0, 0]
        let role = "r" + (try #require(name))
        try connection.execute("CREATE ROLE \(role) LOGIN IN ROLE kuayu_recon")
        let reading = conninfo.replacing("user=postgres", with: "user=\(role)")
        let ledger = PostgreSQLLedger(conninfo: reading) { 0 }
        #expect(try ledger.meta().in.total.count == 0)
        let reader = try PostgreSQLConnection(conninfo: reading)
        for statement in ["SELECT * FROM kuayu_ledger_entry", "DELETE FROM kuayu_ledger", "CREATE TABLE x (a int)"] {
            #expect(throws: PostgreSQLError.self) { try reader.query(statement) }
        }
    }

    private func isGone(_ token: String, _ ledger: PostgreSQLLedger) -> Bool {
        do {
            _ = try ledger.rows(RowsQuery(lane: .in, snapshot: token, selection: .duplicates))
            return false
        } catch {
            return error == .snapshotGone
        }
    }
}

/// A clock that the test advances.
final class Clock: Sendable {
    private let seconds = Mutex<Int64>(0)
    var now: Int64 { seconds.withLock { $0 } }
    func advance(_ count: Int64) { seconds.withLock { $0 += count } }
}
