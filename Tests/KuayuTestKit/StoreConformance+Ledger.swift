import KuayuGateway
import KuayuModel
import KuayuReconcile

extension StoreConformance {
    /// A lane as its rows say it is: entries in order, and days.
    private static func rows(_ reader: any CaseReader, _ lane: Lane) throws -> [LedgerRow] {
        try reader.ledger(hub: .zhejiang, after: nil, limit: .max).filter { $0.lane == lane }
            .sorted { a, b in
                let (x, y) = (a.element.id(PortableDigester()).bytes, b.element.id(PortableDigester()).bytes)
                return a.key == b.key ? x.lexicographicallyPrecedes(y) : a.key < b.key
            }
    }

    private static func entries(
        _ reader: any CaseReader, _ lane: Lane, _ keys: Range<UInt32> = 0..<(1 << 31)
    ) throws -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        try reader.ledgerEntries(hub: .zhejiang, lane: lane, keys: keys) { entries.append($0) }
        return entries
    }

    /// What is kept beside the rows follows from the rows.
    private static func checkLanes(_ reader: any CaseReader) throws {
        for lane in Lane.allCases {
            let rows = try Self.rows(reader, lane)
            let entries = try Self.entries(reader, lane)
            try expect(entries.map(\.key), rows.map(\.key), "keys")
            try expect(entries.map(\.id), rows.map { $0.element.id(PortableDigester()) }, "identities")
            try expect(entries.map(\.row), Array(0..<UInt32(rows.count)), "numbers")
            var days: [Int: Accumulator] = [:]
            for entry in entries { days[LedgerDay.of(entry.key), default: Accumulator()].add(entry.id) }
            let kept = try reader.ledgerDays(hub: .zhejiang, lane: lane)
            try expect(kept.map(\.day), days.keys.sorted(), "days")
            for day in kept { try expect(day.total, days[day.day] ?? Accumulator(), "sum of \(day.date.text)") }
            var counts: [String: Int] = [:]
            for row in rows { counts[row.status.rawValue, default: 0] += 1 }
            let told = try reader.ledgerStatusCounts(hub: .zhejiang, lane: lane)
            try expect(told.map(\.status.rawValue), counts.keys.sorted(), "states")
            try expect(told.map(\.count), counts.sorted { $0.key < $1.key }.map(\.value), "counts")
        }
    }

    private static func randomRow(_ random: inout SeededGenerator) -> LedgerRow {
        let number = random.next(below: 40)
        let states: [CaseState] = [.submitted, .accepted, .closed]
        // Of a case, lane and time of registration never change; several cases share a second, and days have edges.
        let seconds = [-1, 0, 57_599, 57_600, 86_400 * 3][number % 5] - 36_000
        return SampleRows.ledger(
            SampleRows.caseID(number), hub: number % 7 == 0 ? .anhui : .zhejiang, version: 1 + random.next(below: 5),
            status: states[random.next(below: 3)], digest: ["-", "sha256:aa", "sha256:bb"][random.next(below: 3)],
            lane: number % 3 == 0 ? .out : .in,
            registeredAt: SampleRows.start.adding(milliseconds: Int64(seconds) * 1000),
            toldAt: SampleRows.start.adding(milliseconds: Int64(random.next(below: 1_000))))
    }

    static let lanes = [
        Check("identities and sums of days follow every change of a ledger") { store in
            for seed in 1...8 {
                var random = SeededGenerator(seed: UInt64(seed))
                for _ in 0..<10 {
                    try store.write { transaction in
                        for _ in 0..<random.next(below: 12) { try transaction.upsert(randomRow(&random)) }
                        try checkLanes(transaction)
                    }
                    try store.read { try checkLanes($0) }
                }
            }
        },
        Check("a write that fails leaves the sums as they were") { store in
            struct Broken: Error {}
            try store.write { try $0.upsert(SampleRows.ledger(SampleRows.caseID(1))) }
            let before = try store.read { try $0.ledgerDays(hub: .zhejiang, lane: .in) }
            _ = try failure(of: store) { transaction in
                try transaction.upsert(SampleRows.ledger(SampleRows.caseID(1), version: 2, status: .closed))
                try transaction.upsert(SampleRows.ledger(SampleRows.caseID(2)))
                _ = try transaction.ledgerDays(hub: .zhejiang, lane: .in)
                throw Broken()
            }
            try expect(try store.read { try $0.ledgerDays(hub: .zhejiang, lane: .in) }, before, "days")
        },
        Check("a day counts as changed when its sum changed") { store in
            func told(_ seconds: Int64) -> Instant { SampleRows.start.adding(milliseconds: seconds * 1000) }
            let id = SampleRows.caseID(1)
            let later = SampleRows.start.adding(milliseconds: 86_400_000)
            try store.write { transaction in
                try transaction.upsert(SampleRows.ledger(id, toldAt: told(1)))
                try transaction.upsert(
                    SampleRows.ledger(SampleRows.caseID(2), lane: .out, registeredAt: later, toldAt: told(2)))
            }
            // The same again, and an older version, change nothing.
            try store.write { try $0.upsert(SampleRows.ledger(id, toldAt: told(50))) }
            try store.write { try $0.upsert(SampleRows.ledger(id, version: 2, status: .closed, toldAt: told(60))) }
            try store.write { try $0.upsert(SampleRows.ledger(id, toldAt: told(70))) }
            let first = LedgerDay.of(SampleRows.ledger(id).key)
            let rows: [(Int64, [Int])] = [
                (0, [first, first + 1]), (2, [first, first + 1]), (3, [first]), (60, [first]), (61, []),
            ]
            for (seconds, wanted) in rows {
                let found = try store.read { try $0.ledgerDays(hub: .zhejiang, changedSince: told(seconds)) }
                try expect(found.map(\.day), wanted, "changed since \(seconds)")
            }
            let row = try store.read { try $0.ledgerRows(hub: .zhejiang, cases: [id]).first }
            try expect(row?.toldAt, told(60), "told at")
        },
        Check("rows of a lane are read by key, a page at a time, by entry and by case") { store in
            let all = (1...7).map { number in
                SampleRows.ledger(
                    SampleRows.caseID(number), lane: number == 7 ? .out : .in,
                    registeredAt: SampleRows.start.adding(milliseconds: Int64(number / 3) * 1000))
            }
            try store.write { transaction in for row in all { try transaction.upsert(row) } }
            try store.read { reader in
                let wanted = try rows(reader, .in)
                try expect(wanted.count, 6, "rows")
                let whole: Range<UInt32> = 0..<(1 << 31)
                var paged: [LedgerRow] = []
                while let page = try Optional(
                    reader.ledgerRows(
                        hub: .zhejiang, lane: .in, keys: whole,
                        after: paged.last.map { LedgerEntry(after: $0, digester: PortableDigester()) }, limit: 2)),
                    !page.isEmpty
                { paged += page }
                try expect(paged, wanted, "pages")
                let middle = wanted[2].key..<(wanted[2].key + 1)
                let second = wanted.filter { middle.contains($0.key) }
                try expect(
                    try reader.ledgerRows(hub: .zhejiang, lane: .in, keys: middle, after: nil, limit: .max), second,
                    "a range")
                let entries = try StoreConformance.entries(reader, .in, middle)
                try expect(entries.count, second.count, "entries of a range")
                let stray = LedgerEntry(key: middle.lowerBound, id: ElementID(0, 0, 0, 1), row: 0)
                try expect(
                    try reader.ledgerRows(
                        hub: .zhejiang, lane: .in, entries: [stray] + entries.reversed()), second.reversed(), "by entry"
                )
                try expect(
                    try reader.ledgerRows(hub: .zhejiang, lane: .out, entries: entries), [], "by entry in another lane")
                let ids = [7, 1, 9, 1].map { SampleRows.caseID($0) }
                try expect(try reader.ledgerRows(hub: .zhejiang, cases: ids), [all[0], all[6]], "by case")
                try expect(try reader.ledgerRows(hub: .anhui, cases: ids), [], "of another hub")
                try expect(
                    try reader.ledgerRows(hub: .zhejiang, lane: .in, keys: 0..<0, after: nil, limit: 9), [], "nothing")
            }
        },
    ]
}
