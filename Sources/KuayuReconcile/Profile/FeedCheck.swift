public import KuayuModel

/// Holds what a file has against what its manifest claims; anything that does not fit stops the comparison.
public enum FeedCheck {
    /// Whether a manifest is the one that was asked for, and follows the one before.
    ///
    /// `previous` is the link (``FeedManifest/link(_:_:)``) of the last manifest that was taken of this lane; nil takes
    /// any, as at the first file of a hub.
    ///
    /// - Throws: ``FeedError`` of kind `misplaced` (another hub, lane or file) or `digest` (the chain is broken).
    public static func verify(
        _ manifest: FeedManifest, hub: RegionCode, lane: Lane, file: String, previous: String?
    ) throws(FeedError) {
        guard manifest.hub == hub else { throw FeedError(.misplaced, "manifest: it is of hub \(manifest.hub.text)") }
        guard manifest.lane == lane else {
            throw FeedError(.misplaced, "manifest: it is of lane \(manifest.lane.rawValue)")
        }
        guard manifest.file == file else { throw FeedError(.misplaced, "manifest: it is of another file than \(file)") }
        guard let previous, previous != manifest.previous else { return }
        throw FeedError(.digest, "manifest: the one before it is not the last that was taken")
    }

    /// Number of lines, then digest of the file: a file cut short is called that, not merely "changed".
    ///
    /// - Throws: ``FeedError`` of kind `count` or `digest`.
    public static func verify(rows: Int, digest: [UInt8], against manifest: FeedManifest) throws(FeedError) {
        guard UInt64(rows) == manifest.total.count else {
            throw FeedError(.count, "\(rows) rows instead of \(manifest.total.count)")
        }
        guard FeedManifest.digestText(digest) == manifest.digest else {
            throw FeedError(.digest, "the file's digest is not the manifest's")
        }
    }

    /// Rows in each state, range of registrations, and the sum where it is known.
    ///
    /// - Throws: ``FeedError`` of kind `count`, `misplaced` or `sum`.
    public static func verify(
        statuses: [String: Int], registered: ClosedRange<Int64>?, total: Accumulator?, against manifest: FeedManifest
    ) throws(FeedError) {
        for status in Set(statuses.keys).union(manifest.statuses.keys).sorted() {
            let (found, claimed) = (statuses[status] ?? 0, manifest.statuses[status] ?? 0)
            guard found == claimed else {
                throw FeedError(.count, "\(found) rows in state \(status) instead of \(claimed)")
            }
        }
        guard registered == manifest.registered else {
            throw FeedError(.misplaced, "the registrations span another time than claimed")
        }
        guard let total, total != manifest.total else { return }
        throw FeedError(.sum, "the rows' sum is \(total.hexadecimal) instead of \(manifest.total.hexadecimal)")
    }

    /// So many breaks are never too many, however small the ledger.
    public static let floodFloor = 20

    /// Stops a run with more breaks than can be believed: a broken export, not broken cases.
    ///
    /// The limit is the largest of 1 % of `rows`, ten times the median of the last seven days' breaks, and `floor`.
    ///
    /// - Throws: ``FeedError`` of kind `flood`.
    public static func verifyFlood(
        breaks: Int, rows: Int, sevenDayMedian: Int, floor: Int = floodFloor
    ) throws(FeedError) {
        let limit = max(rows / 100, sevenDayMedian.multipliedReportingOverflow(by: 10).partialValue, floor)
        guard breaks > limit else { return }
        throw FeedError(.flood, "\(breaks) breaks of \(rows) rows; more than \(limit) are not believed")
    }
}
