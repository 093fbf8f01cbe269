/// The gateway's side of a comparison: one hub's ledger as the gateway expects it, unchanged while it is compared.
public protocol LedgerView: Sendable {
    /// Number and sum of the elements registered within some keys.
    func totals(in keys: Range<UInt32>) -> Accumulator

    /// The elements registered within some keys, in any order.
    ///
    /// - Throws: when they cannot be read.
    func elements(in keys: Range<UInt32>) throws(FeedError) -> [LedgerElement]

    /// Numbers of the days (``BucketWidth/day``) that have elements, ascending.
    var days: [Int] { get }
}

extension LedgerView {
    /// Number and sum of everything.
    public var total: Accumulator { totals(in: 0..<UInt32(BucketWidth.keyEnd)) }
}
