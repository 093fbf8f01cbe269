import KuayuFormats

/// What a hub says of its ledger before anything is compared: it commits itself to numbers and sums.
///
/// Answer to `GET /recon/v1/meta`.
public struct HubMeta: Hashable, Sendable {
    /// One lane as a whole.
    public struct LaneTotals: Hashable, Sendable {
        /// Number and sum of every row, duplicates included.
        public var total: Accumulator
        /// Rows beyond the first of their case; nil where the hub did not count them.
        public var duplicates: Int?
        /// Sum of the keys (seconds since 2020-01-01Z) of every row, modulo 2⁶³; nil where the hub does not tell it.
        ///
        /// Identities do not cover the time of registration; this does.
        public var keySum: UInt64?
        /// Rows by canonical state; empty where the hub does not tell them.
        public var statuses: [String: Int]

        /// A lane.
        public init(
            total: Accumulator = Accumulator(), duplicates: Int? = nil, keySum: UInt64? = nil,
            statuses: [String: Int] = [:]
        ) {
            self.total = total
            self.duplicates = duplicates
            self.keySum = keySum.map { $0 & UInt64(Int.max) }
            self.statuses = statuses
        }
    }

    /// Format of the answer.
    public static let format = "kuayu-recon-meta-1"

    /// Opaque name of a view of the ledger that does not change; later questions pass it.
    public var snapshot: String
    /// Unix seconds until which the view holds every change.
    public var watermark: Int64
    /// Profiles that the hub speaks.
    public var profiles: [ReconcileProfile]
    /// Cases that the region registered.
    public var out: LaneTotals
    /// Cases of other regions that it takes part in.
    public var `in`: LaneTotals

    /// What a hub says.
    public init(
        snapshot: String, watermark: Int64, profiles: [ReconcileProfile], out: LaneTotals, in lane: LaneTotals
    ) {
        self.snapshot = snapshot
        self.watermark = watermark
        self.profiles = profiles
        self.out = out
        self.in = lane
    }

    /// One lane.
    public subscript(lane: Lane) -> LaneTotals {
        switch lane {
        case .out: out
        case .in: self.in
        }
    }

    /// The answer's bytes.
    public func encoded() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.name("v")
        json.string(Self.format)
        json.name("snapshot")
        json.string(snapshot)
        json.name("watermark")
        json.integer(Int(watermark))
        json.name("profiles")
        json.beginArray()
        for profile in profiles { json.string(profile.rawValue) }
        json.endArray()
        json.name("lanes")
        json.beginObject()
        for lane in Lane.allCases.sorted() {
            json.name(lane.rawValue)
            Self.write(self[lane], to: &json)
        }
        json.endObject()
        json.endObject()
        return json.bytes
    }

    private static func write(_ lane: LaneTotals, to json: inout JSONWriter) {
        json.beginObject()
        json.name("rows")
        json.number(literal: String(lane.total.count))
        json.name("a")
        json.string(lane.total.hexadecimal)
        if let duplicates = lane.duplicates {
            json.name("duplicates")
            json.integer(duplicates)
        }
        if let keySum = lane.keySum {
            json.name("keys")
            json.integer(Int(keySum))
        }
        json.name("statuses")
        json.beginObject()
        for (status, count) in lane.statuses.sorted(by: { $0.key < $1.key }) {
            json.name(status)
            json.integer(count)
        }
        json.endObject()
        json.endObject()
    }

    /// Reads the answer.
    ///
    /// - Throws: `unreadable` with the path of what is wrong, `limit` for what is too large, `count` when the states of
    ///   a lane add up to another number than its rows.
    public init(decoding bytes: [UInt8]) throws(FeedError) {
        let object = try WireObject.document(
            bytes, limits: ProfileLimits.answer, allowed: ["v", "snapshot", "watermark", "profiles", "lanes"])
        guard try object.text("v", limit: 64) == Self.format else {
            throw object.fault("v", "must be \(Self.format)")
        }
        snapshot = try object.text("snapshot", limit: ProfileLimits.tokenBytes)
        watermark = Int64(try object.integer("watermark", in: 0...Int(Int32.max) * 16))
        profiles = try object.texts("profiles", limit: 8) { (text, path) throws(FeedError) in
            guard let profile = ReconcileProfile(rawValue: text) else {
                throw WireObject.fault(path, "must be S, F or N")
            }
            return profile
        }
        let lanes = try object.object("lanes", allowed: ["in", "out"])
        out = try Self.readLane("out", of: lanes)
        self.in = try Self.readLane("in", of: lanes)
    }

    private static func readLane(_ name: String, of lanes: WireObject) throws(FeedError) -> LaneTotals {
        let object = try lanes.object(name, allowed: ["rows", "a", "duplicates", "keys", "statuses"])
        let rows = try object.integer("rows", in: 0...Int(ProfileLimits.claimedRows))
        let total = Accumulator(count: UInt64(rows), sum: try object.identity("a"))
        let duplicates = try object.optionalInteger("duplicates", in: 0...rows)
        let statuses = object.has("statuses") ? try object.counts("statuses", limit: 64) : [:]
        guard statuses.isEmpty || statuses.values.reduce(0, +) == rows else {
            throw FeedError(.count, "lanes.\(name): the states do not add up to \(rows) rows")
        }
        let keySum = try object.optionalInteger("keys", in: 0...Int.max)
        return LaneTotals(
            total: total, duplicates: duplicates, keySum: keySum.map { UInt64($0) }, statuses: statuses)
    }
}
