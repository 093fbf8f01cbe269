/// When a descent asks for rows instead of finer sums, and when it gives up.
public struct DescentLimits: Hashable, Sendable {
    /// When no more rows than this are left in all buckets that differ, they are asked for at once.
    ///
    /// Default 512.
    public var directRows: Int
    /// A bucket with no more rows than this is asked for its rows: finer sums would be longer than they.
    ///
    /// Default 8.
    public var smallBucket: Int
    /// Most rows that a hub is asked for in one comparison of a lane.
    ///
    /// Default 1,000,000; beyond it the comparison ends with `limit`.
    public var rows: Int
    /// Rows of one answer, at most ``ProfileLimits/rows``.
    ///
    /// Default 10,000.
    public var page: Int

    /// Limits; each has the default named at its property.
    public init(directRows: Int = 512, smallBucket: Int = 8, rows: Int = 1_000_000, page: Int = ProfileLimits.rows) {
        self.directRows = directRows
        self.smallBucket = smallBucket
        self.rows = rows
        self.page = min(max(page, 1), ProfileLimits.rows)
    }
}
