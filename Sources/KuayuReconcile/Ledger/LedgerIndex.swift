/// The gateway's index of one lane of one hub: every element by range key, so that number and sum of any range, day or
/// bucket are a few additions away.
///
/// Kept day by day (``LedgerDay``); hashing happens when a row is written, never when ledgers are compared. A set: an
/// element is in it once. A copy shares its days with the original until one of them changes, so that a run can keep
/// the state it began with at no cost. Memory: about 40.5 bytes an element.
public struct LedgerIndex: Sendable {
    /// Number and sum of all elements.
    public private(set) var total = Accumulator()
    /// Ascending by day, none empty.
    private(set) var segments: [LedgerSegment] = []

    /// An index of nothing.
    public init() {}

    /// An index of days that are ascending and not empty.
    init(segments: [LedgerSegment]) {
        self.segments = segments
        for segment in segments { total.add(segment.total) }
    }

    /// An index of entries in any order; of equal elements the one of the lowest row stays.
    ///
    /// For large ledgers ``LedgerIndexBuilder`` takes them one by one.
    public init(_ entries: some Sequence<LedgerEntry>) {
        var builder = LedgerIndexBuilder()
        for entry in entries { builder.add(entry) }
        self = builder.finish().index
    }

    /// How many elements.
    public var count: Int { Int(total.count) }

    /// Adds an element; false, and nothing changes, when it is there already.
    ///
    /// Costs a search and a move within its day.
    public mutating func insert(_ entry: LedgerEntry) -> Bool {
        let day = LedgerDay.of(entry.key)
        let index = segmentIndex(day)
        if index < segments.count, segments[index].day == day {
            guard segments[index].insert(entry) else { return false }
        } else {
            segments.insert(LedgerSegment(day: day, sorted: [entry]), at: index)
        }
        total.add(entry.id)
        return true
    }

    /// Takes an element out and returns its row; nil, and nothing changes, when it is not there.
    public mutating func remove(key: UInt32, id: ElementID) -> UInt32? {
        guard let (index, position) = place(key, id) else { return nil }
        let entry = segments[index].remove(at: position)
        if segments[index].entries.isEmpty { segments.remove(at: index) }
        total.subtract(id)
        return entry.row
    }

    /// Puts an element in the place of another, as when a case reaches a new state; false, and nothing changes, when the
    /// old one is not there or the new one is already.
    public mutating func replace(key: UInt32, id: ElementID, by entry: LedgerEntry) -> Bool {
        guard place(key, id) != nil, place(entry.key, entry.id) == nil else { return false }
        _ = remove(key: key, id: id)
        return insert(entry)
    }

    /// The row of an element; nil when it is not there.
    public func row(key: UInt32, id: ElementID) -> UInt32? {
        guard let (index, position) = place(key, id) else { return nil }
        return segments[index].entries[position].row
    }

    /// Every day that has elements, ascending, with number and sum.
    public var days: [(day: Int, total: Accumulator)] { segments.map { ($0.day, $0.total) } }

    /// Number and sum of one day.
    public func total(day: Int) -> Accumulator {
        let index = segmentIndex(day)
        guard index < segments.count, segments[index].day == day else { return Accumulator() }
        return segments[index].total
    }

    /// Number and sum of the elements whose keys lie in a range.
    public func total(_ keys: Range<UInt32>) -> Accumulator {
        var total = Accumulator()
        forEachPart(keys) { segment, positions in
            total.add(positions.count == segment.entries.count ? segment.total : segment.total(positions))
        }
        return total
    }

    /// The elements whose keys lie in a range, in order.
    public func entries(_ keys: Range<UInt32>) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        forEachPart(keys) { segment, positions in entries += segment.entries[positions] }
        return entries
    }

    /// Calls `body` with every element whose key lies in a range, in order, until it returns false.
    public func forEach<Failure: Error>(
        _ keys: Range<UInt32> = 0..<UInt32.max, _ body: (LedgerEntry) throws(Failure) -> Bool
    ) throws(Failure) {
        for index in segmentIndex(LedgerDay.of(keys.lowerBound))..<segments.count {
            let segment = segments[index]
            for position in segment.lowerBound(key: keys.lowerBound)..<segment.entries.count {
                let entry = segment.entries[position]
                guard entry.key < keys.upperBound, try body(entry) else { return }
            }
        }
    }

    /// Number and sum of every bucket of `width` seconds that has elements, ascending; buckets begin at multiples of the
    /// width at +08:00, so that 86,400 gives days.
    ///
    /// `lower` is the bucket's first key; negative for the first bucket, which begins before the keys do. `width` is a
    /// divisor of 86,400.
    public func buckets(width: UInt32, _ keys: Range<UInt32> = 0..<UInt32.max) -> [LedgerBucket] {
        var buckets: [LedgerBucket] = []
        forEachPart(keys) { segment, positions in
            var position = positions.lowerBound
            while position < positions.upperBound {
                let number = (UInt64(segment.entries[position].key) + UInt64(LedgerDay.offset)) / UInt64(width)
                let lower = Int64(number * UInt64(width)) - Int64(LedgerDay.offset)
                let next = UInt32(truncatingIfNeeded: lower + Int64(width))
                let end = min(segment.lowerBound(key: next), positions.upperBound)
                buckets.append(LedgerBucket(lower: lower, total: segment.total(position..<end)))
                position = end
            }
        }
        return buckets
    }

    /// The first invariant that does not hold, every sum computed anew; nil when all hold.
    public func check() -> LedgerIndexFault? {
        var sum = Accumulator()
        for (index, segment) in segments.enumerated() {
            if index > 0, segments[index - 1].day >= segment.day { return .dayOrder(day: segment.day) }
            if let fault = segment.fault() { return fault }
            sum.add(segment.total)
        }
        return sum == total ? nil : .total
    }

    /// Empties the index and returns its days.
    mutating func takeSegments() -> [LedgerSegment] {
        var taken: [LedgerSegment] = []
        swap(&taken, &segments)
        total = Accumulator()
        return taken
    }

    /// The first segment of at least this day.
    private func segmentIndex(_ day: Int) -> Int {
        var (low, high) = (0, segments.count)
        // Most changes concern the last day.
        if let last = segments.last, last.day < day { return high }
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].day < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func place(_ key: UInt32, _ id: ElementID) -> (segment: Int, position: Int)? {
        let day = LedgerDay.of(key)
        let index = segmentIndex(day)
        guard index < segments.count, segments[index].day == day,
            let position = segments[index].position(key: key, id: id)
        else { return nil }
        return (index, position)
    }

    /// Calls `body` with the days that a range of keys touches and the positions in them, leaving out empty ones.
    private func forEachPart(_ keys: Range<UInt32>, _ body: (LedgerSegment, Range<Int>) -> Void) {
        guard !keys.isEmpty else { return }
        for index in segmentIndex(LedgerDay.of(keys.lowerBound))..<segments.count {
            let segment = segments[index]
            let span = LedgerDay.keys(segment.day)
            if span.lowerBound >= keys.upperBound { return }
            let lower = keys.lowerBound <= span.lowerBound ? 0 : segment.lowerBound(key: keys.lowerBound)
            let upper =
                keys.upperBound >= span.upperBound ? segment.entries.count : segment.lowerBound(key: keys.upperBound)
            if lower < upper { body(segment, lower..<upper) }
        }
    }
}

extension LedgerIndex: Equatable {
    /// Whether the same elements are in the same rows.
    public static func == (a: LedgerIndex, b: LedgerIndex) -> Bool {
        a.total == b.total && a.segments.elementsEqual(b.segments) { $0.day == $1.day && $0.entries == $1.entries }
    }
}

/// Number and sum of the elements of some seconds.
public struct LedgerBucket: Hashable, Sendable {
    /// The first key of the bucket; negative for the one in which the keys begin.
    public var lower: Int64
    /// Its elements.
    public var total: Accumulator

    /// A bucket.
    public init(lower: Int64, total: Accumulator) {
        self.lower = lower
        self.total = total
    }
}
