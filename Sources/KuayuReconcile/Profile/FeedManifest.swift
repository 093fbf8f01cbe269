import KuayuFormats
public import KuayuModel

/// What a hub says about a file of its ledger before anybody reads the file: every part of it is checked.
public struct FeedManifest: Hashable, Sendable {
    /// How the file is packed.
    public enum Compression: String, Hashable, Sendable, CaseIterable {
        /// Not at all.
        case none
        /// gzip (RFC 1952).
        case gzip
    }

    /// The value of `v`.
    public static let schema = "kuayu-recon-manifest-1"
    /// Largest manifest that is read, bytes.
    public static let byteLimit = 65_536
    /// Most states that a manifest may count.
    public static let statusLimit = 256

    /// The hub whose ledger it is.
    public var hub: RegionCode
    /// Which part of the ledger.
    public var lane: Lane
    /// Name of the file, without folder.
    public var file: String
    /// How the file is packed.
    public var compression: Compression
    /// Whether its lines ascend by the bytes of the case id.
    public var isSorted: Bool
    /// Number and sum of every row, repeated ones included.
    public var total: Accumulator
    /// Number of rows in each state.
    public var statuses: [String: Int]
    /// The earliest and the latest registration, Unix seconds; nil of an empty ledger.
    public var registered: ClosedRange<Int64>?
    /// Up to when the ledger is complete, Unix seconds.
    public var snapshotAt: Int64
    /// `sha256:` and 64 hexadecimal digits: digest of the file as it lies there, packed where it is packed.
    public var digest: String
    /// Digest of the bytes of the lane's manifest before this one; nil of the first.
    public var previous: String?

    /// A manifest.
    public init(
        hub: RegionCode, lane: Lane, file: String, compression: Compression = .none, isSorted: Bool,
        total: Accumulator, statuses: [String: Int], registered: ClosedRange<Int64>?, snapshotAt: Int64,
        digest: String, previous: String?
    ) {
        self.hub = hub
        self.lane = lane
        self.file = file
        self.compression = compression
        self.isSorted = isSorted
        self.total = total
        self.statuses = statuses
        self.registered = registered
        self.snapshotAt = snapshotAt
        self.digest = digest
        self.previous = previous
    }

    /// How digests of files and manifests are written, given 32 bytes.
    public static func digestText(_ digest: [UInt8]) -> String { "sha256:" + HexText.encode(digest) }

    /// The digest that the next manifest must name, given this one's bytes.
    public static func link(_ bytes: [UInt8], _ digester: some Digester) -> String {
        digestText(digester.digest(bytes))
    }
}

// JSON.
extension FeedManifest {
    private static let members = [
        "v", "hub", "lane", "file", "compression", "sorted", "rows", "a", "statuses", "minRegisteredAt",
        "maxRegisteredAt", "snapshotAt", "digest", "previous",
    ]

    /// One JSON object, members always in the same order, a line feed at the end.
    public func encode() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for (name, text) in [
            ("v", Self.schema), ("hub", hub.text), ("lane", lane.rawValue), ("file", file),
            ("compression", compression.rawValue),
        ] {
            json.name(name)
            json.string(text)
        }
        json.name("sorted")
        json.bool(isSorted)
        json.name("rows")
        json.number(literal: String(total.count))
        json.name("a")
        json.string(total.hexadecimal)
        encodeStatuses(&json)
        json.name("minRegisteredAt")
        Self.encode(registered?.lowerBound, &json)
        json.name("maxRegisteredAt")
        Self.encode(registered?.upperBound, &json)
        json.name("snapshotAt")
        Self.encode(snapshotAt, &json)
        json.name("digest")
        json.string(digest)
        json.name("previous")
        if let previous { json.string(previous) } else { json.null() }
        json.endObject()
        return json.bytes + [0x0A]
    }

    private func encodeStatuses(_ json: inout JSONWriter) {
        json.name("statuses")
        json.beginObject()
        for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
            json.name(status)
            json.integer(count)
        }
        json.endObject()
    }

    private static func encode(_ seconds: Int64?, _ json: inout JSONWriter) {
        if let seconds { json.number(literal: String(seconds)) } else { json.null() }
    }

    /// Reads a manifest strictly: every member once and of its kind, none besides, and no contradiction in itself.
    ///
    /// - Throws: ``FeedError`` of kind `unreadable` or `limit`; `count` where the states do not add up to the rows.
    public static func decode(_ bytes: [UInt8]) throws(FeedError) -> FeedManifest {
        let limits = FormatLimits(bytes: byteLimit)
        let object = try WireObject.document(bytes, limits: limits, allowed: members)
        guard try object.text("v", limit: 64) == schema else { throw object.fault("v", "must be \(schema)") }
        let seconds = 0...FeedLine.secondsLimit
        let rows = try object.integer("rows", in: 0...FeedLine.rowLimit)
        let manifest = FeedManifest(
            hub: try hub(object), lane: try value(object, "lane", Lane.init(rawValue:)), file: try file(object),
            compression: try value(object, "compression", Compression.init(rawValue:)),
            isSorted: try isSorted(bytes, object),
            total: Accumulator(count: UInt64(rows), sum: try object.identity("a")),
            statuses: try object.counts("statuses", limit: statusLimit),
            registered: try registered(object, seconds),
            snapshotAt: Int64(try object.integer("snapshotAt", in: seconds)),
            digest: try digest(object, "digest"),
            previous: object.has("previous") ? try digest(object, "previous") : nil)
        try manifest.checkItself()
        return manifest
    }

    /// What can be seen without the file.
    private func checkItself() throws(FeedError) {
        let sum = statuses.values.reduce(0) { $0 + min($1, FeedLine.rowLimit) }
        guard UInt64(sum) == total.count else {
            throw FeedError(.count, "manifest: the states add up to \(sum), not to \(total.count) rows")
        }
        guard (registered == nil) == (total.count == 0) else {
            throw FeedError(.count, "manifest: the range of registrations does not go with \(total.count) rows")
        }
    }

    private static func value<Value>(
        _ object: WireObject, _ name: String, _ make: (String) -> Value?
    ) throws(FeedError) -> Value {
        guard let value = make(try object.text(name, limit: 64)) else { throw object.fault(name, "is not known") }
        return value
    }

    private static func hub(_ object: WireObject) throws(FeedError) -> RegionCode {
        try value(object, "hub") { RegionCode($0) }
    }

    /// A plain name: nothing that leads into another folder.
    private static func file(_ object: WireObject) throws(FeedError) -> String {
        let name = try object.name("file")
        guard !name.utf8.contains(UInt8(ascii: "/")), !name.hasPrefix(".") else {
            throw object.fault("file", "must be a name without folder")
        }
        return name
    }

    private static func digest(_ object: WireObject, _ name: String) throws(FeedError) -> String {
        let text = try object.text(name, limit: 71)
        guard FeedLine.isDigest(text.utf8) else {
            throw object.fault(name, "must be sha256: and 64 hexadecimal digits in lower case")
        }
        return text
    }

    /// Read from the document once more: ``WireObject`` tells only whether a member is `true`.
    private static func isSorted(_ bytes: [UInt8], _ object: WireObject) throws(FeedError) -> Bool {
        guard let tape = try? JSONReader.read(bytes), let node = tape.child(of: 0, named: Array("sorted".utf8)),
            tape.nodes[node].kind == .bool
        else { throw object.fault("sorted", "must be true or false") }
        return tape.text(node) == "true"
    }

    private static func registered(
        _ object: WireObject, _ bounds: ClosedRange<Int>
    ) throws(FeedError) -> ClosedRange<Int64>? {
        let low = try object.optionalInteger("minRegisteredAt", in: bounds)
        let high = try object.optionalInteger("maxRegisteredAt", in: bounds)
        switch (low, high) {
        case (nil, nil): return nil
        case (let low?, let high?) where low <= high: return Int64(low)...Int64(high)
        default: throw object.fault("minRegisteredAt", "and maxRegisteredAt are no range")
        }
    }
}
