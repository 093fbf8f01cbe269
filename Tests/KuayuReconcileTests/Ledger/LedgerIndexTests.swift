import KuayuModel
import KuayuReconcile
import Testing

/// Random entries that one seed repeats.
enum RandomEntries {
    static func id(_ chance: inout SeededGenerator) -> ElementID {
        ElementID(chance.next(), chance.next(), chance.next(), chance.next())
    }

    /// `count` entries whose keys lie in `keys`; few keys make many of the same second.
    static func make(_ count: Int, keys: Range<UInt32>, seed: UInt64) -> [LedgerEntry] {
        var chance = SeededGenerator(seed: seed)
        return (0..<count).map { row in
            LedgerEntry(key: UInt32.random(in: keys, using: &chance), id: id(&chance), row: UInt32(row))
        }
    }

    static func sum(_ entries: some Sequence<LedgerEntry>) -> Accumulator {
        var sum = Accumulator()
        for entry in entries { sum.add(entry.id) }
        return sum
    }
}

/// The index against the plain list that it stands for.
@Suite struct LedgerIndexTests {
    static let sizes = [0, 1, 2, 63, 64, 65, 127, 128, 129, 1000]
    static let spans: [Range<UInt32>] = [5..<6, 57_599..<57_602, 0..<700_000, 2_147_000_000..<(1 << 31)]

    @Test func anEntryTakesFortyBytes() { #expect(MemoryLayout<LedgerEntry>.stride == 40) }

    @Test(arguments: sizes, spans)
    func keepsWhatItWasBuiltFrom(count: Int, keys: Range<UInt32>) {
        let entries = RandomEntries.make(count, keys: keys, seed: UInt64(count) + 7)
        let index = LedgerIndex(entries)
        #expect(index.check() == nil)
        #expect(index.total == RandomEntries.sum(entries))
        #expect(index.entries(0..<(1 << 31)) == entries.sorted())
        #expect(LedgerIndex(entries.reversed()) == index)
        #expect(LedgerIndex(entries.sorted()) == index)
        for entry in entries { #expect(index.row(key: entry.key, id: entry.id) == entry.row) }
    }

    @Test(arguments: sizes, spans)
    func sumsAnyRangeOfKeys(count: Int, keys: Range<UInt32>) {
        let entries = RandomEntries.make(count, keys: keys, seed: UInt64(count) + 11)
        let index = LedgerIndex(entries)
        var chance = SeededGenerator(seed: 3)
        for _ in 0..<50 {
            let (a, b) = (UInt32.random(in: keys, using: &chance), UInt32.random(in: keys, using: &chance))
            let range = min(a, b)..<max(a, b)
            let within = entries.filter { range.contains($0.key) }
            #expect(index.total(range) == RandomEntries.sum(within))
            #expect(index.entries(range) == within.sorted())
        }
        #expect(index.total(0..<UInt32.max) == index.total)
    }

    @Test func daysBeginAtMidnightOfPlusEight() {
        // 2020-01-01T15:59:59Z and one second later: 23:59:59 and 00:00:00 at +08:00.
        #expect(LedgerDay.of(57_599) == 0)
        #expect(LedgerDay.of(57_600) == 1)
        #expect(LedgerDay.of((1 << 31) - 1) == 24_855)
        #expect(LedgerDay.keys(0) == 0..<57_600)
        #expect(LedgerDay.keys(1) == 57_600..<144_000)
        #expect(LedgerDay.keys(-1).isEmpty)
        #expect(LedgerDay.keys(24_855).upperBound == 1 << 31)
        #expect(LedgerDay.keys(24_856).isEmpty)
    }

    @Test(arguments: [300, 3600, 86_400] as [UInt32])
    func bucketsAreTheSumsOfTheirSeconds(width: UInt32) {
        let entries = RandomEntries.make(2000, keys: 0..<400_000, seed: 5)
        let buckets = LedgerIndex(entries).buckets(width: width)
        let groups = Dictionary(grouping: entries) { (Int64($0.key) + 28_800) / Int64(width) }
        #expect(buckets.map(\.lower) == groups.keys.sorted().map { $0 * Int64(width) - 28_800 })
        for bucket in buckets {
            #expect(bucket.total == RandomEntries.sum(groups[(bucket.lower + 28_800) / Int64(width)] ?? []))
        }
        if width == 86_400 {
            #expect(LedgerIndex(entries).days.map(\.total) == buckets.map(\.total))
        }
    }

    @Test func bucketsKeepToTheirRange() {
        let index = LedgerIndex([3, 299, 300, 650].map { LedgerEntry(key: $0, id: ElementID(0, 0, 0, 1), row: 0) })
        #expect(index.buckets(width: 300, 299..<301).map(\.lower) == [0, 300])
        #expect(index.buckets(width: 300, 4..<299).isEmpty)
        #expect(index.buckets(width: 300, 7..<7).isEmpty)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func changesLikeTheListItStandsFor(seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        var list: [LedgerEntry] = []
        var index = LedgerIndex()
        let span: UInt32 = seed.isMultiple(of: 2) ? 3 : 300_000
        for step in 0..<600 {
            if !list.isEmpty, Int.random(in: 0..<3, using: &chance) == 0 {
                let victim = list.remove(at: Int.random(in: list.indices, using: &chance))
                let removed = index.remove(key: victim.key, id: victim.id)
                #expect(removed == victim.row)
                let removedAgain = index.remove(key: victim.key, id: victim.id)
                #expect(removedAgain == nil)
            } else {
                let key = UInt32.random(in: 0..<span, using: &chance)
                let entry = LedgerEntry(key: key, id: RandomEntries.id(&chance), row: UInt32(step))
                list.append(entry)
                let added = index.insert(entry)
                #expect(added)
                let addedAgain = index.insert(entry)
                #expect(!addedAgain)
            }
            if step.isMultiple(of: 37) { #expect(index.check() == nil) }
        }
        #expect(index.check() == nil)
        #expect(index == LedgerIndex(list))
    }

    @Test func replacesOneStateByTheNext() {
        let entries = RandomEntries.make(300, keys: 10..<20, seed: 1)
        var index = LedgerIndex(entries)
        let (old, other) = (entries[17], entries[18])
        let new = LedgerEntry(key: old.key, id: ElementID(1, 2, 3, 4), row: old.row)
        let replacedByAnother = index.replace(key: old.key, id: old.id, by: other)
        #expect(!replacedByAnother)
        let replacedUnknown = index.replace(key: old.key, id: new.id, by: new)
        #expect(!replacedUnknown)
        #expect(index.count == 300)
        let replaced = index.replace(key: old.key, id: old.id, by: new)
        #expect(replaced)
        #expect(index.check() == nil)
        #expect(index == LedgerIndex(entries.filter { $0 != old } + [new]))
    }

    @Test func aCopyStaysAsItWas() {
        let entries = RandomEntries.make(500, keys: 0..<900_000, seed: 2)
        let before = LedgerIndex(entries)
        var after = before
        for entry in entries.prefix(100) { _ = after.remove(key: entry.key, id: entry.id) }
        #expect(before == LedgerIndex(entries))
        #expect(after == LedgerIndex(entries.dropFirst(100)))
    }

    @Test func reportsElementsThatAreThereTwice() {
        let entries = RandomEntries.make(200, keys: 0..<200_000, seed: 4)
        let again = entries.prefix(30).map { LedgerEntry(key: $0.key, id: $0.id, row: $0.row + 1000) }
        for order in [entries + again, again + entries] {
            var builder = LedgerIndexBuilder()
            for entry in order { builder.add(entry) }
            let (index, repeats) = builder.finish()
            #expect(index == LedgerIndex(entries))
            #expect(repeats == again.sorted())
        }
    }

    @Test func absorbsPartsBuiltSideBySide() {
        let entries = RandomEntries.make(3000, keys: 0..<1_000_000, seed: 6)
        var apart = LedgerIndex(entries.filter { $0.key < 400_000 })
        let repeatsApart = apart.absorb(LedgerIndex(entries.filter { $0.key >= 400_000 }))
        #expect(repeatsApart.isEmpty)
        #expect(apart == LedgerIndex(entries))
        var mixed = LedgerIndex(entries.prefix(1600))
        let repeatsMixed = mixed.absorb(LedgerIndex(entries.dropFirst(1500)))
        #expect(repeatsMixed == entries[1500..<1600].sorted())
        #expect(mixed == LedgerIndex(entries))
        #expect(mixed.check() == nil)
    }

    @Test func walksARangeUntilToldToStop() {
        let entries = RandomEntries.make(1000, keys: 0..<300_000, seed: 8)
        let sorted = entries.sorted().filter { (1000..<250_000).contains($0.key) }
        var seen: [LedgerEntry] = []
        LedgerIndex(entries).forEach(1000..<250_000) { entry in
            seen.append(entry)
            return seen.count < 40
        }
        #expect(seen == Array(sorted.prefix(40)))
        seen = []
        LedgerIndex(entries).forEach(1000..<250_000) { entry in
            seen.append(entry)
            return true
        }
        #expect(seen == sorted)
    }
}

/// Sums of identities are a group.
@Suite struct AccumulatorLawTests {
    static let edges = [
        ElementID(0, 0, 0, 0), ElementID(0, 0, 0, 1), ElementID(.max, .max, .max, .max), ElementID(0, .max, .max, .max),
        ElementID(1 << 63, 0, 0, 0), ElementID(0, 0, 0, .max),
    ]

    private func one(_ id: ElementID) -> Accumulator { Accumulator(count: 1, sum: id) }

    private func plus(_ a: Accumulator, _ b: Accumulator) -> Accumulator {
        var sum = a
        sum.add(b)
        return sum
    }

    @Test func addingIsAssociativeCommutativeAndCanBeUndone() {
        var chance = SeededGenerator(seed: 12)
        let ids = Self.edges + (0..<6).map { _ in RandomEntries.id(&chance) }
        for a in ids.map(one) {
            #expect(plus(a, Accumulator()) == a)
            for b in ids.map(one) {
                #expect(plus(a, b) == plus(b, a))
                var back = plus(a, b)
                back.subtract(b)
                #expect(back == a)
                for c in ids.map(one) { #expect(plus(plus(a, b), c) == plus(a, plus(b, c))) }
            }
        }
    }

    @Test func carriesThroughEveryWord() {
        let top = one(ElementID(.max, .max, .max, .max))
        #expect(plus(top, one(ElementID(0, 0, 0, 1))).sum == ElementID(0, 0, 0, 0))
        #expect(plus(one(ElementID(0, .max, .max, .max)), one(ElementID(0, 0, 0, 1))).sum == ElementID(1, 0, 0, 0))
        var zero = Accumulator()
        zero.subtract(ElementID(0, 0, 0, 1))
        #expect(zero.sum == top.sum)
    }

    @Test func bytesAndTheirReverseAreTheSameNumber() {
        var chance = SeededGenerator(seed: 13)
        for _ in 0..<20 {
            let id = RandomEntries.id(&chance)
            #expect(ElementID(bytes: id.bytes) == id)
            #expect(id.reversedBytes == id.bytes.reversed())
        }
        #expect(ElementID(bytes: [UInt8](repeating: 1, count: 31)) == nil)
        #expect(ElementID(bytes: [UInt8](repeating: 1, count: 33)) == nil)
    }
}
