/// What a reader takes before it refuses: sizes are checked before the work, and the error names the limit.
public struct FormatLimits: Hashable, Sendable {
    /// The largest document in bytes.
    ///
    /// Default 5 MiB; never more than 2 GiB − 1, whatever is written here.
    public var bytes: Int
    /// The deepest nesting of containers or elements; the root counts 1.
    ///
    /// Default 64.
    public var depth: Int
    /// The most nodes of a tape; also bounds the lines of delimited text.
    ///
    /// Default 200,000.
    public var nodes: Int
    /// The longest single text, name or number in bytes as written.
    ///
    /// Default 4 MiB.
    public var textBytes: Int
    /// The most attributes of one XML element, namespace declarations included.
    ///
    /// Also the most namespace prefixes in force at once. Default 64.
    public var attributes: Int

    /// Limits; each has the default named at its property.
    public init(
        bytes: Int = 5 << 20, depth: Int = 64, nodes: Int = 200_000, textBytes: Int = 4 << 20, attributes: Int = 64
    ) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
        self.textBytes = textBytes
        self.attributes = attributes
    }

    /// The defaults.
    public static let standard = FormatLimits()

    /// Refuses a document that is too long.
    func checkSize(_ count: Int) throws(FormatError) {
        // Spans are 32-bit; a table appends its column names, hence the room at the end.
        let limit = min(bytes, Int(Int32.max) - (1 << 20))
        if count > limit { throw FormatError(.tooLarge(limit: limit), at: max(0, limit)) }
    }
}
