import KuayuGateway
import KuayuModel
import KuayuReconcile

extension MemoryContents {
    struct DayKey: Hashable, Sendable {
        let hub: RegionCode
        let lane: Lane
        let day: Int
    }

    /// Remembers that a row changed the sum of its day.
    mutating func touch(_ row: LedgerRow) {
        let key = DayKey(hub: row.hub, lane: row.lane, day: LedgerDay.of(row.key))
        changedDays[key] = max(changedDays[key] ?? row.toldAt, row.toldAt)
    }
}

/// The ledgers by lane, day and identity; sums are made anew each time.
extension MemoryReading {
    private func lane(_ hub: RegionCode, _ lane: Lane) -> [(entry: LedgerEntry, row: LedgerRow)] {
        contents.ledger.values.filter { $0.hub == hub && $0.lane == lane }
            .map { (LedgerEntry(key: $0.key, id: $0.element.id(PortableDigester()), row: 0), $0) }
            .sorted { Self.precedes($0.0, $1.0) }
    }

    /// By key, then by identity as a number.
    private static func precedes(_ a: LedgerEntry, _ b: LedgerEntry) -> Bool {
        a.key == b.key ? a.id.bytes.lexicographicallyPrecedes(b.id.bytes) : a.key < b.key
    }

    private func days(_ hub: RegionCode) -> [LedgerDayTotal] {
        let keys = contents.changedDays.filter { $0.key.hub == hub }
        return keys.map { key, at in
            var total = Accumulator()
            for (entry, _) in lane(hub, key.lane) where LedgerDay.of(entry.key) == key.day { total.add(entry.id) }
            return LedgerDayTotal(hub: hub, lane: key.lane, day: key.day, total: total, changedAt: at)
        }.sorted { ($0.lane.rawValue, $0.day) < ($1.lane.rawValue, $1.day) }
    }

    func ledgerDays(hub: RegionCode, lane: Lane) -> [LedgerDayTotal] { days(hub).filter { $0.lane == lane } }

    func ledgerDays(hub: RegionCode, changedSince instant: Instant) -> [LedgerDayTotal] {
        days(hub).filter { $0.changedAt >= instant }
    }

    func ledgerEntries(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, _ body: (LedgerEntry) throws -> Void
    ) throws {
        let wanted = self.lane(hub, lane).filter { keys.contains($0.entry.key) }
        for (number, item) in wanted.enumerated() {
            try body(LedgerEntry(key: item.entry.key, id: item.entry.id, row: UInt32(number)))
        }
    }

    func ledgerRows(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, after: LedgerEntry?, limit: Int
    ) -> [LedgerRow] {
        let wanted = self.lane(hub, lane).filter { entry, _ in
            keys.contains(entry.key) && (after.map { Self.precedes($0, entry) } ?? true)
        }
        return wanted.prefix(min(max(limit, 1), 10_000)).map(\.row)
    }

    func ledgerRows(hub: RegionCode, lane: Lane, entries: [LedgerEntry]) -> [LedgerRow] {
        let rows = self.lane(hub, lane)
        return entries.flatMap { wanted in
            rows.filter { $0.entry.key == wanted.key && $0.entry.id == wanted.id }.map(\.row)
        }
    }

    func ledgerRows(hub: RegionCode, cases: [CaseID]) -> [LedgerRow] {
        Set(cases).sorted().compactMap { contents.ledger[MemoryContents.RegionKey(region: hub, caseID: $0)] }
    }

    func ledgerStatusCounts(hub: RegionCode, lane: Lane) -> [LedgerStatusCount] {
        Dictionary(grouping: self.lane(hub, lane).map(\.row), by: \.status)
            .map { LedgerStatusCount(status: $0.key, count: $0.value.count) }
            .sorted { $0.status.rawValue < $1.status.rawValue }
    }
}
