import KuayuFormats

/// Asks for the sums of every bucket within some ranges: body of `POST /recon/v1/fingerprints`.
public struct FingerprintQuery: Hashable, Sendable {
    /// The lane.
    public var lane: Lane
    /// The view that is asked; nil asks for whatever stands now.
    public var snapshot: String?
    /// Width of the buckets.
    public var width: BucketWidth
    /// Ranges in seconds of the range key, ascending and apart, 1 to 512; only rows within them count.
    public var ranges: [Range<Int>]

    /// A question.
    public init(lane: Lane, snapshot: String?, width: BucketWidth, ranges: [Range<Int>]) {
        self.lane = lane
        self.snapshot = snapshot
        self.width = width
        self.ranges = ranges
    }

    /// The question's bytes.
    public func encoded() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        WireRanges.writeHead(lane, snapshot, to: &json)
        json.name("width")
        json.integer(width.rawValue)
        WireRanges.write(ranges, to: &json)
        json.endObject()
        return json.bytes
    }

    /// Reads the question.
    ///
    /// - Throws: `unreadable` with the path of what is wrong, `limit` for what is too large.
    public init(decoding bytes: [UInt8]) throws(FeedError) {
        let object = try WireObject.document(
            bytes, limits: ProfileLimits.question, allowed: ["lane", "snapshot", "width", "ranges"])
        (lane, snapshot) = try WireRanges.readHead(object)
        guard let width = BucketWidth(rawValue: try object.integer("width", in: 1...86_400)) else {
            throw object.fault("width", "must be 86400, 3600 or 300")
        }
        self.width = width
        ranges = try WireRanges.read(object)
        let buckets = ranges.reduce(0) { $0 + ($1.count - 1) / width.rawValue + 2 }
        guard buckets <= ProfileLimits.buckets else {
            throw FeedError(.limit, "ranges: more than \(ProfileLimits.buckets) buckets")
        }
    }
}

/// The sums of every bucket that has rows: answer of `POST /recon/v1/fingerprints`.
public struct FingerprintAnswer: Hashable, Sendable {
    /// The view that was asked.
    public var snapshot: String
    /// Buckets with rows, ascending; empty ones are left out.
    public var buckets: [BucketSum]

    /// An answer.
    public init(snapshot: String, buckets: [BucketSum]) {
        self.snapshot = snapshot
        self.buckets = buckets
    }

    /// The answer's bytes.
    public func encoded() -> [UInt8] {
        var json = JSONWriter(capacity: 64 + buckets.count * 112)
        json.beginObject()
        json.name("snapshot")
        json.string(snapshot)
        json.name("buckets")
        json.beginArray()
        for bucket in buckets {
            json.beginArray()
            json.integer(bucket.start)
            json.integer(bucket.count)
            for limb in bucket.limbs { json.number(literal: String(limb)) }
            json.endArray()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// Reads the answer.
    ///
    /// - Throws: `unreadable` with the path of what is wrong, `limit` for what is too large, `sum` for sums that so many
    ///   rows cannot have.
    public init(decoding bytes: [UInt8]) throws(FeedError) {
        let object = try WireObject.document(
            bytes, limits: ProfileLimits.answer, allowed: ["snapshot", "buckets"])
        snapshot = try object.text("snapshot", limit: ProfileLimits.tokenBytes)
        buckets = try object.numberLists("buckets", limit: ProfileLimits.buckets, count: 10) {
            (numbers, path) throws(FeedError) in
            guard numbers[1] > 0, numbers[2...].allSatisfy({ $0 >= 0 }) else {
                throw WireObject.fault(path, "must count at least one row and have no negative sum")
            }
            guard
                let bucket = BucketSum(
                    start: numbers[0], count: numbers[1], limbs: numbers[2...].map { UInt64($0) })
            else { throw FeedError(.sum, "\(path): \(numbers[1]) rows cannot have such sums") }
            return bucket
        }
    }
}

/// Members that the questions share.
enum WireRanges {
    static func writeHead(_ lane: Lane, _ snapshot: String?, to json: inout JSONWriter) {
        json.name("lane")
        json.string(lane.rawValue)
        if let snapshot {
            json.name("snapshot")
            json.string(snapshot)
        }
    }

    static func readHead(_ object: WireObject) throws(FeedError) -> (Lane, String?) {
        guard let lane = Lane(rawValue: try object.text("lane", limit: 8)) else {
            throw object.fault("lane", "must be in or out")
        }
        return (lane, try object.optionalText("snapshot", limit: ProfileLimits.tokenBytes))
    }

    static func write(_ ranges: [Range<Int>], to json: inout JSONWriter) {
        json.name("ranges")
        json.beginArray()
        for range in ranges {
            json.beginArray()
            json.integer(range.lowerBound)
            json.integer(range.upperBound)
            json.endArray()
        }
        json.endArray()
    }

    static func read(_ object: WireObject) throws(FeedError) -> [Range<Int>] {
        let whole = BucketWidth.day.whole
        var last = whole.lowerBound
        let ranges = try object.numberLists("ranges", limit: ProfileLimits.ranges, count: 2) {
            (numbers, path) throws(FeedError) in
            guard numbers[0] >= last, numbers[1] > numbers[0], numbers[1] <= whole.upperBound else {
                throw WireObject.fault(path, "must be a range of the key, ascending and apart from the one before")
            }
            last = numbers[1]
            return numbers[0]..<numbers[1]
        }
        guard !ranges.isEmpty else { throw object.fault("ranges", "must name a range") }
        return ranges
    }
}
