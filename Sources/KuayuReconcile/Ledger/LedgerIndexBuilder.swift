/// Builds an index of many rows, in little more memory than the index itself.
///
/// Rows that come day after day go straight into their day. Rows of a day that is closed already wait in blocks until
/// all days are counted; then every day is made in its exact size and the blocks are given back one after the other.
public struct LedgerIndexBuilder: Sendable {
    /// Entries of a block: just above the 32 MiB from which glibc's malloc always maps memory of its own and gives it
    /// back when it is freed (mallopt(3), `M_MMAP_THRESHOLD`).
    private static let blockCapacity = 840_000

    private var closed: [LedgerSegment] = []
    private var open: ContiguousArray<LedgerEntry> = []
    private var openDay = -1
    private var late: [ContiguousArray<LedgerEntry>] = []
    private var repeats: [LedgerEntry] = []

    /// A builder of nothing yet.
    public init() {}

    /// Takes an entry, in any order; an order by key is quickest.
    public mutating func add(_ entry: LedgerEntry) {
        let day = LedgerDay.of(entry.key)
        if day == openDay {
            open.append(entry)
        } else if day > openDay {
            close()
            openDay = day
            open.append(entry)
        } else {
            addLate(entry)
        }
    }

    /// The index, and the entries whose element was there already; of equal elements the one of the lowest row is in
    /// the index.
    public consuming func finish() -> (index: LedgerIndex, repeats: [LedgerEntry]) {
        close()
        open = []
        distribute()
        repeats.sort()
        return (LedgerIndex(segments: closed), repeats)
    }

    private mutating func close() {
        guard !open.isEmpty else { return }
        repeats += Self.tidy(&open)
        // A copy that has the exact size; the buffer serves the next day. (To make an array of the whole slice would
        // share the buffer, spare room and all.)
        var exact: ContiguousArray<LedgerEntry> = []
        exact.reserveCapacity(open.count)
        exact.append(contentsOf: open)
        closed.append(LedgerSegment(day: openDay, sorted: exact))
        open.removeAll(keepingCapacity: true)
    }

    private mutating func addLate(_ entry: LedgerEntry) {
        if late.last.map({ $0.count < Self.blockCapacity }) != true {
            var block: ContiguousArray<LedgerEntry> = []
            // The first block may stay small.
            if !late.isEmpty { block.reserveCapacity(Self.blockCapacity) }
            late.append(block)
        }
        late[late.count - 1].append(entry)
    }

    /// Gives the late entries to their days.
    private mutating func distribute() {
        guard !late.isEmpty else { return }
        var days = counted()
        for segment in closed { days[segment.day].append(contentsOf: segment.entries) }
        closed = []
        late.reverse()
        while let block = late.popLast() {
            for entry in block { days[LedgerDay.of(entry.key)].append(entry) }
        }
        for day in days.indices where !days[day].isEmpty {
            var entries: ContiguousArray<LedgerEntry> = []
            swap(&entries, &days[day])
            repeats += Self.tidy(&entries)
            closed.append(LedgerSegment(day: day, sorted: entries))
        }
    }

    /// Empty days with room for exactly what they will hold.
    private func counted() -> [ContiguousArray<LedgerEntry>] {
        var counts = [Int](repeating: 0, count: openDay + 1)
        for segment in closed { counts[segment.day] += segment.entries.count }
        for block in late {
            for entry in block { counts[LedgerDay.of(entry.key)] += 1 }
        }
        return counts.map { count in
            var day: ContiguousArray<LedgerEntry> = []
            if count > 0 { day.reserveCapacity(count) }
            return day
        }
    }

    /// Brings entries into order, and takes repeated elements out and returns them.
    private static func tidy(_ entries: inout ContiguousArray<LedgerEntry>) -> [LedgerEntry] {
        LedgerSort.sort(&entries)
        var repeats: [LedgerEntry] = []
        guard entries.indices.dropFirst().contains(where: { entries[$0].isSameElement(entries[$0 - 1]) }) else {
            return repeats
        }
        var kept = 1
        for index in 1..<entries.count {
            if entries[index].isSameElement(entries[kept - 1]) {
                repeats.append(entries[index])
            } else {
                entries[kept] = entries[index]
                kept += 1
            }
        }
        entries.removeLast(entries.count - kept)
        return repeats
    }
}

/// Puts entries of one day into order.
enum LedgerSort {
    /// Ascending; entries that are in order already cost one look at each.
    static func sort(_ entries: inout ContiguousArray<LedgerEntry>) {
        for index in entries.indices.dropFirst() where entries[index] < entries[index - 1] {
            entries.sort()
            return
        }
    }
}

extension LedgerIndex {
    /// Takes the elements of another index in, as when parts were built side by side; returns the entries, of the higher
    /// rows, whose element was in both.
    public mutating func absorb(_ other: consuming LedgerIndex) -> [LedgerEntry] {
        // Both are taken out of their indexes, first day last, so that a day's memory is free again when it is merged.
        var mine = Array(takeSegments().reversed())
        var theirs = Array(other.takeSegments().reversed())
        var merged: [LedgerSegment] = []
        var repeats: [LedgerEntry] = []
        while let next = [mine.last?.day, theirs.last?.day].compactMap({ $0 }).min() {
            let left = mine.last?.day == next ? mine.popLast() : nil
            let right = theirs.last?.day == next ? theirs.popLast() : nil
            if let left, let right {
                let (index, twice) = Self.merge(left.entries, right.entries)
                merged += index.segments
                repeats += twice
            } else if let one = left ?? right {
                merged.append(one)
            }
        }
        self = LedgerIndex(segments: merged)
        return repeats
    }

    private static func merge(
        _ a: ContiguousArray<LedgerEntry>, _ b: ContiguousArray<LedgerEntry>
    ) -> (index: LedgerIndex, repeats: [LedgerEntry]) {
        var builder = LedgerIndexBuilder()
        for entry in a { builder.add(entry) }
        for entry in b { builder.add(entry) }
        return builder.finish()
    }
}
