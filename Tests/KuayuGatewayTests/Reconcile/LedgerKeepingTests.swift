import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuSQLite
import KuayuTestKit
import Testing

/// Identities and sums beside the rows of the ledgers: brought along from older stores, checked, put right.
@Suite struct LedgerKeepingTests {
    private static let one = SampleRows.caseID(1).text
    private static let two = SampleRows.caseID(2).text

    private static func fill(_ store: SQLiteStore) throws {
        try store.write { transaction in
            for number in 1...3 {
                let head = SampleRows.head(SampleRows.caseID(number), origin: number == 3 ? .zhejiang : .shanghai)
                try transaction.insert(SampleRows.event(head, author: nil))
                try transaction.upsert(SampleRows.ledger(head.caseID, lane: number == 3 ? .out : .in))
            }
        }
    }

    /// The first two migrations, with rows of then: by hand, because today's writer knows the third.
    private static func makeOlder(_ path: String, rows: Int) throws {
        let store = try SQLiteStore(path: path, upTo: "0002-case-rules")
        var sql = ""
        for number in 1...rows {
            let id = SampleRows.caseID(number).text
            let origin = number % 3 == 0 ? 330_000 : 310_000
            let at = SampleRows.start.epochMilliseconds + Int64(number) * 3_600_000
            sql += """
                INSERT INTO case_head VALUES ('\(id)', 2, 'accepted', \(at), \(origin), 'n\(number)', 'c', \(at + 5), NULL, NULL);
                INSERT INTO ledger VALUES (330000, '\(id)', 2, 'accepted', 'sha256:aa', \(at), 'n\(number)');

                """
        }
        try store.execute(sql: sql + "INSERT INTO ledger VALUES (340000, '\(one)', 1, 'submitted', '-', 1000, 'x');")
        try store.close()
    }

    @Test(arguments: [1, 100])
    func anOlderStoreGetsItsIdentitiesAndSums(rows: Int) throws {
        let folder = try TemporaryFolder()
        try Self.makeOlder(folder.file(), rows: rows)
        let store = try SQLiteStore(path: folder.file())
        #expect(try store.scrubLedgers().isSound)
        #expect(try store.scrubLedgers().rows == rows + 1)
        try store.read { reader in
            let out = try reader.ledgerDays(hub: .zhejiang, lane: .out).map(\.total.count).reduce(0, +)
            let inward = try reader.ledgerDays(hub: .zhejiang, lane: .in).map(\.total.count).reduce(0, +)
            #expect(Int(out) == rows / 3 && Int(inward) == rows - rows / 3)
            let row = try #require(try reader.ledgerRows(hub: .zhejiang, cases: [SampleRows.caseID(1)]).first)
            #expect(row.toldAt == row.registeredAt.adding(milliseconds: 5) && row.lane == .in && row.version == 2)
            var entries: [LedgerEntry] = []
            try reader.ledgerEntries(hub: .zhejiang, lane: .in, keys: 0..<(1 << 31)) { entries.append($0) }
            #expect(entries.first?.id == row.element.id(PortableDigester()))
            // A clock before 2020 is held within the keys.
            let early = try reader.ledgerRows(hub: .anhui, cases: [SampleRows.caseID(1)])
            #expect(early.map(\.key) == [0] && early.map(\.lane) == [.in])
        }
        try store.write { try $0.upsert(SampleRows.ledger(SampleRows.caseID(1), version: 3, status: .closed)) }
        #expect(try store.scrubLedgers().isSound)
        try store.close()
    }

    /// A defect, and the disagreements that must be told: kind, lane, case.
    struct Defect: CustomTestStringConvertible, Sendable {
        let sql: String
        let wanted: [String]
        var testDescription: String { sql }

        init(_ sql: String, _ wanted: [String]) {
            self.sql = sql
            self.wanted = wanted
        }
    }

    static let defects = [
        Defect("UPDATE ledger SET eid = zeroblob(32) WHERE case_id = '\(one)'", ["identity in \(one)"]),
        Defect("UPDATE ledger SET eid = x'00' WHERE case_id = '\(one)'", ["identity in \(one)"]),
        Defect("UPDATE ledger SET status = 'closed' WHERE case_id = '\(one)'", ["identity in \(one)", "sum in -"]),
        Defect("UPDATE ledger SET nonce = 'ff' WHERE case_id = '\(two)'", ["identity in \(two)", "sum in -"]),
        Defect("UPDATE ledger SET ts = ts + 1 WHERE case_id = '\(one)'", ["key in \(one)"]),
        Defect("UPDATE ledger SET lane = 'out' WHERE case_id = '\(one)'", ["lane in \(one)"]),
        Defect("UPDATE ledger_day SET n = n + 1 WHERE lane = 'in'", ["sum in -"]),
        Defect("UPDATE ledger_day SET a = zeroblob(32) WHERE lane = 'out'", ["sum out -"]),
        Defect("DELETE FROM ledger_day", ["sum in -", "sum out -"]),
        Defect("DELETE FROM ledger WHERE case_id = '\(one)'", ["sum in -"]),
        Defect("UPDATE ledger_day SET day = day + 1 WHERE lane = 'in'", ["sum in -", "sum in -"]),
    ]

    @Test(arguments: defects)
    func aScrubFindsADefectAndARebuildPutsItRight(defect: Defect) throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try Self.fill(store)
        #expect(try store.scrubLedgers().isSound)
        try store.execute(sql: defect.sql)
        let found = try store.scrubLedgers()
        let told = found.disagreements.map { "\($0.kind.rawValue) \($0.lane.rawValue) \($0.caseID ?? "-")" }
        #expect(told == defect.wanted)
        #expect(found.disagreements.allSatisfy { $0.hub == .zhejiang } && found.count == defect.wanted.count)
        #expect(found.disagreements.contains { $0.subject.contains("2026-03-02") })
        let findings = try store.verify().findings.filter { $0.invariant == .ledgerIndex }
        #expect(findings.map(\.subject) == found.disagreements.map(\.subject))
        let later = SampleRows.start.adding(milliseconds: 9_000_000)
        #expect(try store.rebuildLedgers(at: later) == found)
        #expect(try store.scrubLedgers().isSound)
        let changed = try store.read { try $0.ledgerDays(hub: .zhejiang, changedSince: later) }
        #expect(changed.isEmpty == !found.disagreements.contains { $0.kind == .sum })
        try store.close()
    }

    @Test func aRebuildOfASoundStoreChangesNothing() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try Self.fill(store)
        let before = try store.read { try $0.ledgerDays(hub: .zhejiang, lane: .in) }
        #expect(try store.rebuildLedgers(at: SampleRows.start.adding(milliseconds: 1)).isSound)
        #expect(try store.read { try $0.ledgerDays(hub: .zhejiang, lane: .in) } == before)
        try store.close()
    }

    @Test func longListsOfDisagreementsAreCounted() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try store.write { transaction in
            for number in 1...1_001 { try transaction.upsert(SampleRows.ledger(SampleRows.caseID(number))) }
        }
        try store.execute(sql: "UPDATE ledger SET eid = zeroblob(32)")
        let found = try store.scrubLedgers()
        #expect(found.disagreements.count == LedgerScrub.limit && found.count == 1_001)
        try store.close()
    }

    /// Number 0 is the first day, which began at 08:00; the last key is of 2088-01-19.
    @Test(
        arguments: [
            (0, 0, "2020-01-01"), (57_599, 0, "2020-01-01"), (57_600, 1, "2020-01-02"),
            (2_147_483_647, 24_855, "2088-01-19"),
        ] as [(UInt32, Int, String)])
    func daysAreThoseOfTheKey(key: UInt32, day: Int, date: String) {
        #expect(LedgerDay.of(key) == day && LedgerDay.keys(day).contains(key))
        #expect(LedgerDayTotal.date(day: day).text == date)
        #expect(LedgerDayTotal.day(date: LedgerDayTotal.date(day: day)) == day)
    }
}
