/// An index as it stood, by position: what an exchange of negentropy looks at.
///
/// Shares the days with the index until those change.
public struct LedgerSnapshot: NegentropyStorage {
    /// The index as it stood.
    public let index: LedgerIndex
    /// Position of the first element of each day, then the number of all.
    private let starts: [Int]
    /// Sum of the days before each, then of all.
    private let sums: [ElementID]
    /// For each day that may be the first segment not before it, then the number of segments.
    private let firstSegment: [Int]

    /// The state of an index at this moment.
    public init(_ index: LedgerIndex) {
        self.index = index
        var starts = [0]
        var sums = [ElementID(0, 0, 0, 0)]
        var firstSegment: [Int] = []
        var sum = ElementID(0, 0, 0, 0)
        for (number, segment) in index.segments.enumerated() {
            while firstSegment.count <= segment.day { firstSegment.append(number) }
            starts.append(starts[number] + segment.entries.count)
            sum &+= segment.total.sum
            sums.append(sum)
        }
        firstSegment.append(index.segments.count)
        self.starts = starts
        self.sums = sums
        self.firstSegment = firstSegment
    }

    /// How many elements.
    public var count: Int { index.count }

    /// The element at a position.
    public func item(_ position: Int) -> NegentropyItem {
        let segment = segment(of: position)
        return Self.item(index.segments[segment].entries[position - starts[segment]])
    }

    /// The elements at some positions.
    public func items(_ positions: Range<Int>) -> [NegentropyItem] {
        var items: [NegentropyItem] = []
        items.reserveCapacity(positions.count)
        var segment = segment(of: positions.lowerBound)
        var position = positions.lowerBound
        while position < positions.upperBound {
            let end = min(positions.upperBound, starts[segment + 1])
            for entry in index.segments[segment].entries[(position - starts[segment])..<(end - starts[segment])] {
                items.append(Self.item(entry))
            }
            position = end
            segment += 1
        }
        return items
    }

    /// The first position, not before `start`, whose element is not below a bound.
    public func lowerBound(_ bound: NegentropyBound, from start: Int) -> Int {
        guard bound.item.timestamp < 1 << 31 else { return count }
        let key = UInt32(bound.item.timestamp)
        let day = LedgerDay.of(key)
        guard day < firstSegment.count else { return count }
        let segment = firstSegment[day]
        guard segment < index.segments.count, index.segments[segment].day == day else {
            return max(start, starts[segment])
        }
        let inside = max(start - starts[segment], 0)
        let position = index.segments[segment].lowerBound(key: key, id: bound.item.id, from: inside)
        return max(start, starts[segment] + position)
    }

    /// Number and sum of the elements at some positions.
    public func total(_ positions: Range<Int>) -> Accumulator {
        guard !positions.isEmpty else { return Accumulator() }
        let first = segment(of: positions.lowerBound)
        if positions.upperBound <= starts[first + 1] {
            return index.segments[first].total(
                (positions.lowerBound - starts[first])..<(positions.upperBound - starts[first]))
        }
        var sum = sum(below: positions.upperBound)
        sum &-= self.sum(below: positions.lowerBound)
        return Accumulator(count: UInt64(positions.count), sum: sum)
    }

    private func sum(below position: Int) -> ElementID {
        let segment = segment(of: position)
        var sum = sums[segment]
        if position > starts[segment] { sum &+= index.segments[segment].sum(below: position - starts[segment]) }
        return sum
    }

    /// The segment that has a position; one after the last for the end.
    private func segment(of position: Int) -> Int {
        var (low, high) = (0, starts.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle + 1] <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func item(_ entry: LedgerEntry) -> NegentropyItem {
        NegentropyItem(timestamp: UInt64(entry.key), id: entry.id)
    }
}
