/// One day of an index: its entries in order, with the running sum noted at every 64th.
///
/// The sum of any range is then the difference of two running sums, each at most 63 additions away.
struct LedgerSegment: Sendable {
    /// Entries from one note of the running sum to the next.
    static let step = 64

    /// The day.
    let day: Int
    /// In order; no element twice.
    private(set) var entries: ContiguousArray<LedgerEntry>
    /// At index k the sum of the first 64 × (k + 1) entries.
    private(set) var marks: ContiguousArray<ElementID>
    /// Number and sum of all.
    private(set) var total: Accumulator

    /// A day of entries that are in order.
    init(day: Int, sorted entries: ContiguousArray<LedgerEntry>) {
        self.day = day
        self.entries = entries
        marks = []
        total = Accumulator()
        recount()
    }

    /// Sum of the first `position` entries.
    func sum(below position: Int) -> ElementID {
        let block = position / Self.step
        var sum = block == 0 ? ElementID(0, 0, 0, 0) : marks[block - 1]
        var index = block * Self.step
        while index < position {
            sum &+= entries[index].id
            index += 1
        }
        return sum
    }

    /// Number and sum of the entries at some positions.
    func total(_ positions: Range<Int>) -> Accumulator {
        var sum = ElementID(0, 0, 0, 0)
        if positions.count <= Self.step {
            for index in positions { sum &+= entries[index].id }
        } else {
            sum = self.sum(below: positions.upperBound)
            sum &-= self.sum(below: positions.lowerBound)
        }
        return Accumulator(count: UInt64(positions.count), sum: sum)
    }

    /// The first position whose entry does not stand before an element.
    func lowerBound(key: UInt32, id: ElementID) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].precedes(key: key, id: id) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The same, not before `start`; quick when the position is near it.
    func lowerBound(key: UInt32, id: ElementID, from start: Int) -> Int {
        var low = start
        var step = 8
        while low + step < entries.count, entries[low + step - 1].precedes(key: key, id: id) {
            low += step
            step *= 2
        }
        var high = min(low + step, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].precedes(key: key, id: id) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first position whose entry has at least this key.
    func lowerBound(key: UInt32) -> Int { lowerBound(key: key, id: ElementID(0, 0, 0, 0)) }

    /// The position of an element; nil when it is not there.
    func position(key: UInt32, id: ElementID) -> Int? {
        let position = lowerBound(key: key, id: id)
        guard position < entries.count else { return nil }
        let entry = entries[position]
        return entry.key == key && entry.id == id ? position : nil
    }

    /// Adds an entry; false, and nothing changes, when its element is there already.
    mutating func insert(_ entry: LedgerEntry) -> Bool {
        let position = lowerBound(key: entry.key, id: entry.id)
        if position < entries.count, entries[position].isSameElement(entry) { return false }
        // What stood last in each later block moves over into the next one.
        for block in (position / Self.step)..<marks.count {
            marks[block] &+= entry.id
            marks[block] &-= entries[(block + 1) * Self.step - 1].id
        }
        entries.insert(entry, at: position)
        total.add(entry.id)
        if entries.count.isMultiple(of: Self.step) { marks.append(total.sum) }
        return true
    }

    /// Takes the entry at a position out.
    mutating func remove(at position: Int) -> LedgerEntry {
        if entries.count.isMultiple(of: Self.step) { marks.removeLast() }
        let entry = entries.remove(at: position)
        for block in (position / Self.step)..<max(marks.count, position / Self.step) {
            marks[block] &-= entry.id
            marks[block] &+= entries[(block + 1) * Self.step - 1].id
        }
        total.subtract(entry.id)
        return entry
    }

    private mutating func recount() {
        marks.reserveCapacity(entries.count / Self.step)
        var sum = ElementID(0, 0, 0, 0)
        var index = 0
        for entry in entries {
            sum &+= entry.id
            index += 1
            if index.isMultiple(of: Self.step) { marks.append(sum) }
        }
        total = Accumulator(count: UInt64(entries.count), sum: sum)
    }
}

extension LedgerSegment {
    /// What is wrong with this day, computed anew from its entries; nil when nothing is.
    func fault() -> LedgerIndexFault? {
        if entries.isEmpty { return .empty(day: day) }
        for index in entries.indices {
            if LedgerDay.of(entries[index].key) != day { return .wrongDay(day: day, position: index) }
            guard index > 0 else { continue }
            if entries[index - 1].isSameElement(entries[index]) { return .repeated(day: day, position: index) }
            if entries[index] < entries[index - 1] { return .order(day: day, position: index) }
        }
        let fresh = LedgerSegment(day: day, sorted: entries)
        return fresh.marks == marks && fresh.total == total ? nil : .sum(day: day)
    }
}

/// An invariant of an index that does not hold.
public enum LedgerIndexFault: Error, Hashable, Sendable {
    /// A day without entries is kept.
    case empty(day: Int)
    /// Days are not ascending.
    case dayOrder(day: Int)
    /// An entry stands in a day that is not its own.
    case wrongDay(day: Int, position: Int)
    /// Two entries are not in order.
    case order(day: Int, position: Int)
    /// An element is there twice.
    case repeated(day: Int, position: Int)
    /// A running sum or the sum of a day is not the sum of the entries.
    case sum(day: Int)
    /// The sum of all days is not the sum kept.
    case total
}
