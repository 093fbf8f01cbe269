public import KuayuReconcile

/// Where a hub's answers to reconciliation come from: its book, a database, a file.
public protocol HubLedgerSource: Sendable {
    /// A view of the whole ledger as it stands now, which does not change while it is asked.
    ///
    /// - Throws: `unavailable` when the ledger cannot be read now.
    func view() async throws(FeedError) -> any HubLedgerView
}

/// One unchanging view of both lanes of a hub's ledger.
public protocol HubLedgerView: Sendable {
    /// Unix seconds until which the view holds every change.
    var watermark: Int64 { get }

    /// A lane as a whole.
    func totals(_ lane: Lane) async throws(FeedError) -> HubMeta.LaneTotals

    /// The sums of every bucket that has rows, ascending.
    func buckets(_ query: FingerprintQuery) async throws(FeedError) -> [BucketSum]

    /// Rows, ascending by second of registration and then by identity, and where they go on.
    ///
    /// - Throws: `unreadable` for a cursor that this view never gave.
    func rows(_ query: RowsQuery) async throws(FeedError) -> (rows: [ToldRow], after: String?)

    /// Every row of a lane, in the same order.
    func all(_ lane: Lane) async throws(FeedError) -> [ToldRow]

    /// Nobody asks this view any more.
    func close() async
}

extension HubLedgerView {
    /// Nothing is held.
    public func close() async {}
}
