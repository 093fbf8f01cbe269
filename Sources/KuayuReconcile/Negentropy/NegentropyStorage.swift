/// A set of items in order, as an exchange looks at it: it must not change while the exchange goes on.
public protocol NegentropyStorage: Sendable {
    /// How many items.
    var count: Int { get }

    /// The item at a position, 0 ..< count.
    func item(_ position: Int) -> NegentropyItem

    /// The items at some positions.
    func items(_ positions: Range<Int>) -> [NegentropyItem]

    /// The first position, not before `start`, whose item is not below a bound.
    func lowerBound(_ bound: NegentropyBound, from start: Int) -> Int

    /// Number and sum of the items at some positions.
    func total(_ positions: Range<Int>) -> Accumulator
}

/// Items in a plain array, with the sum up to each.
public struct NegentropyItems: NegentropyStorage {
    private let items: [NegentropyItem]
    private let sums: [ElementID]

    /// Items in any order; repeated ones count once.
    public init(_ unordered: some Sequence<NegentropyItem>) {
        var items: [NegentropyItem] = []
        var sums = [ElementID(0, 0, 0, 0)]
        var sum = ElementID(0, 0, 0, 0)
        for item in unordered.sorted() where item != items.last {
            items.append(item)
            sum &+= item.id
            sums.append(sum)
        }
        self.items = items
        self.sums = sums
    }

    /// How many items.
    public var count: Int { items.count }

    /// The item at a position.
    public func item(_ position: Int) -> NegentropyItem { items[position] }

    /// The items at some positions.
    public func items(_ positions: Range<Int>) -> [NegentropyItem] { Array(items[positions]) }

    /// The first position, not before `start`, whose item is not below a bound.
    public func lowerBound(_ bound: NegentropyBound, from start: Int) -> Int {
        var (low, high) = (start, items.count)
        while low < high {
            let middle = (low + high) / 2
            if items[middle] < bound.item { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Number and sum of the items at some positions.
    public func total(_ positions: Range<Int>) -> Accumulator {
        var sum = sums[positions.upperBound]
        sum &-= sums[positions.lowerBound]
        return Accumulator(count: UInt64(positions.count), sum: sum)
    }
}
