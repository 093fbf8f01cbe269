public import KuayuReconcile

/// Compares what a hub dropped as a file with the gateway's ledger; the driver reads files of any size.
public protocol FeedComparing: Sendable {
    /// Compares one lane; blocks until it is done.
    ///
    /// - Parameters:
    ///   - file: the file as it came, compressed or not.
    ///   - expected: hands over the gateway's rows with their identities, in the order of the case ids.
    func compare(
        file: [UInt8], manifest: FeedManifest,
        expected: (_ row: (LedgerElement, ElementID) throws(FeedError) -> Void) throws -> Void
    ) throws(FeedError) -> LaneComparison
}
