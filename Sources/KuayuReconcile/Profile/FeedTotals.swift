/// What a ledger adds up to: number and sum, rows in each state, the range of registrations.
public struct FeedTotals: Hashable, Sendable {
    /// Number and sum of the rows.
    public private(set) var total = Accumulator()
    /// Number of rows in each state; no zeros.
    public private(set) var statuses: [String: Int] = [:]
    /// Earliest and latest registration, Unix seconds; nil of an empty ledger.
    ///
    /// Taking rows away does not narrow it: it is the range of all that was ever added.
    public private(set) var registered: ClosedRange<Int64>?

    /// An empty ledger.
    public init() {}

    /// What a manifest claims.
    public init(of manifest: FeedManifest) {
        total = manifest.total
        statuses = manifest.statuses.filter { $0.value != 0 }
        registered = manifest.registered
    }

    /// Adds a row.
    public mutating func add(_ element: LedgerElement, _ id: ElementID) {
        total.add(id)
        statuses[element.status, default: 0] += 1
        let at = element.registeredAt
        registered = registered.map { min($0.lowerBound, at)...max($0.upperBound, at) } ?? at...at
    }

    /// Takes a row away again.
    mutating func remove(_ element: LedgerElement, _ id: ElementID) {
        total.subtract(id)
        let rest = statuses[element.status, default: 0] - 1
        statuses[element.status] = rest == 0 ? nil : rest
    }

    /// From the smallest to the largest; nil of nothing.
    static func range(_ times: [Int64]) -> ClosedRange<Int64>? {
        guard let low = times.min(), let high = times.max() else { return nil }
        return low...high
    }
}
