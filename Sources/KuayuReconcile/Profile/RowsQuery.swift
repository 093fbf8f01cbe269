public import KuayuModel
import KuayuFormats

/// Asks for rows: body of `POST /recon/v1/rows`.
public struct RowsQuery: Hashable, Sendable {
    /// Which rows.
    public enum Selection: Hashable, Sendable {
        /// Those registered within some ranges (seconds of the range key, ascending and apart, 1 to 512).
        ///
        /// The answers give them ascending by time of registration, then by identity.
        case ranges([Range<Int>])
        /// Those with one of these identities, 1 to 4,096.
        case identities([ElementID])
        /// Those of one of these cases, 1 to 4,096.
        case cases([String])
        /// Those of every case that has more than one row.
        case duplicates
    }

    /// The lane.
    public var lane: Lane
    /// The view that is asked; nil asks for whatever stands now.
    public var snapshot: String?
    /// Which rows.
    public var selection: Selection
    /// Where the answer before ended; nil begins.
    public var after: String?
    /// Most rows of the answer, 1 to 10,000.
    public var limit: Int

    /// A question.
    public init(
        lane: Lane, snapshot: String?, selection: Selection, after: String? = nil, limit: Int = ProfileLimits.rows
    ) {
        self.lane = lane
        self.snapshot = snapshot
        self.selection = selection
        self.after = after
        self.limit = limit
    }

    /// The question's bytes.
    public func encoded() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        WireRanges.writeHead(lane, snapshot, to: &json)
        switch selection {
        case .ranges(let ranges): WireRanges.write(ranges, to: &json)
        case .identities(let ids): Self.write("ids", ids.map { HexText.encode($0.bytes) }, to: &json)
        case .cases(let cases): Self.write("cases", cases, to: &json)
        case .duplicates:
            json.name("duplicates")
            json.bool(true)
        }
        json.name("after")
        if let after { json.string(after) } else { json.null() }
        json.name("limit")
        json.integer(limit)
        json.endObject()
        return json.bytes
    }

    private static func write(_ name: String, _ texts: [String], to json: inout JSONWriter) {
        json.name(name)
        json.beginArray()
        for text in texts { json.string(text) }
        json.endArray()
    }

    /// Reads the question.
    ///
    /// `after` and `limit` may be missing.
    ///
    /// - Throws: `unreadable` with the path of what is wrong, `limit` for what is too large.
    public init(decoding bytes: [UInt8]) throws(FeedError) {
        let selections = ["ranges", "ids", "cases", "duplicates"]
        let object = try WireObject.document(
            bytes, limits: ProfileLimits.question, allowed: ["lane", "snapshot", "after", "limit"] + selections)
        (lane, snapshot) = try WireRanges.readHead(object)
        let given = selections.filter(object.has)
        guard given.count == 1 else { throw object.fault("ranges", "ids, cases or duplicates: exactly one must stand") }
        selection = try Self.selection(given[0], object)
        after = try object.optionalText("after", limit: ProfileLimits.tokenBytes)
        limit = try object.optionalInteger("limit", in: 1...ProfileLimits.rows) ?? ProfileLimits.rows
    }

    private static func selection(_ name: String, _ object: WireObject) throws(FeedError) -> Selection {
        switch name {
        case "ranges": return .ranges(try WireRanges.read(object))
        case "ids":
            let ids = try object.texts(name, limit: ProfileLimits.names) { (text, path) throws(FeedError) in
                try WireObject.identity(text, path)
            }
            guard !ids.isEmpty else { throw object.fault(name, "must name an identity") }
            return .identities(ids)
        case "cases":
            let cases = try object.texts(name, limit: ProfileLimits.names) { (text, path) throws(FeedError) in
                try WireObject.checkedName(text, path)
            }
            guard !cases.isEmpty else { throw object.fault(name, "must name a case") }
            return .cases(cases)
        default:
            try object.requireTrue(name)
            return .duplicates
        }
    }
}

/// A row with the identity that the hub computed for it.
public struct ToldRow: Hashable, Sendable {
    /// The row.
    public var row: HubRow
    /// The identity as told; believed only after it was computed again.
    public var id: ElementID

    /// A row.
    public init(_ row: HubRow, id: ElementID) {
        self.row = row
        self.id = id
    }
}

/// Rows, and where they go on: answer of `POST /recon/v1/rows`.
public struct RowsAnswer: Hashable, Sendable {
    /// The view that was asked.
    public var snapshot: String
    /// The rows.
    public var rows: [ToldRow]
    /// What the next question passes as `after`; nil when nothing is left.
    public var after: String?

    /// An answer.
    public init(snapshot: String, rows: [ToldRow], after: String? = nil) {
        self.snapshot = snapshot
        self.rows = rows
        self.after = after
    }

    /// The answer's bytes.
    public func encoded() -> [UInt8] {
        var json = JSONWriter(capacity: 128 + rows.count * 400)
        json.beginObject()
        json.name("snapshot")
        json.string(snapshot)
        json.name("rows")
        json.beginArray()
        for row in rows { Self.write(row, to: &json) }
        json.endArray()
        json.name("after")
        if let after { json.string(after) } else { json.null() }
        json.endObject()
        return json.bytes
    }

    private static func write(_ told: ToldRow, to json: inout JSONWriter) {
        let element = told.row.element
        json.beginObject()
        json.name("case")
        json.string(element.caseID)
        json.name("registeredAt")
        json.integer(Int(element.registeredAt))
        json.name("version")
        json.integer(element.version)
        json.name("status")
        json.string(element.status)
        if let stateAt = told.row.stateAt {
            json.name("stateAt")
            json.integer(Int(stateAt))
        }
        json.name("content")
        json.string(element.contentDigest)
        json.name("nonce")
        json.string(element.nonce)
        json.name("eid")
        json.string(HexText.encode(told.id.bytes))
        if let number = told.row.localNumber {
            json.name("number")
            json.string(number)
        }
        json.endObject()
    }

    private static let members = [
        "case", "registeredAt", "version", "status", "stateAt", "content", "nonce", "eid", "number",
    ]

    /// Reads the answer.
    ///
    /// - Throws: `unreadable` with the path of what is wrong, `limit` for what is too large.
    public init(decoding bytes: [UInt8]) throws(FeedError) {
        let object = try WireObject.document(
            bytes, limits: ProfileLimits.answer, allowed: ["snapshot", "rows", "after"])
        snapshot = try object.text("snapshot", limit: ProfileLimits.tokenBytes)
        rows = try object.objects("rows", limit: ProfileLimits.rows, allowed: Self.members) {
            (row) throws(FeedError) in try Self.read(row)
        }
        after = try object.optionalText("after", limit: ProfileLimits.tokenBytes)
    }

    private static func read(_ object: WireObject) throws(FeedError) -> ToldRow {
        let seconds = Int(-(1 << 40))...(1 << 40)
        let element = LedgerElement(
            caseID: try object.name("case"), version: try object.integer("version", in: 0...Int(Int32.max)),
            status: try object.name("status"), contentDigest: try object.name("content"),
            nonce: try object.name("nonce"), registeredAt: Int64(try object.integer("registeredAt", in: seconds)))
        let stateAt = try object.optionalInteger("stateAt", in: seconds)
        return ToldRow(
            HubRow(
                element: element, stateAt: stateAt.map { Int64($0) },
                localNumber: try object.optionalText("number", limit: ProfileLimits.localNumberBytes)),
            id: try object.identity("eid"))
    }

    /// The rows after every identity was computed again from the row's fields.
    ///
    /// - Throws: `identity` when one does not follow; names the case.
    public func verified(_ digester: some Digester) throws(FeedError) -> [HubRow] {
        let digests = digester.digest(many: rows.map(\.row.element.signedBytes))
        for (told, digest) in zip(rows, digests) where ElementID(bytes: digest) != told.id {
            throw FeedError(.identity, "the identity of \(told.row.element.caseID) does not follow from its row")
        }
        return rows.map(\.row)
    }
}
