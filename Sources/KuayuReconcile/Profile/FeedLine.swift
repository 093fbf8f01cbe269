import KuayuModel

/// One line of a hub's ledger file: a row, and the identity that the hub claims for it.
///
/// `case_id,registered_at,version,status,state_at,content_digest[,eid]` (a subset of RFC 4180: no quotes, lines end
/// with LF alone). A file has no nonces: the row's nonce is `-` until it is set to the one that the gateway gave.
public struct FeedLine: Hashable, Sendable {
    /// A column.
    public enum Column: String, Hashable, Sendable, CaseIterable {
        /// Federation id, 1 to 64 bytes.
        case caseID = "case_id"
        /// Unix seconds of the registration.
        case registeredAt = "registered_at"
        /// Version, 0 to 2³¹ − 1.
        case version
        /// Canonical state, 1 to 64 bytes.
        case status
        /// Unix seconds at which the case reached the state; may be empty.
        case stateAt = "state_at"
        /// `sha256:` and 64 hexadecimal digits, or `-`.
        case contentDigest = "content_digest"
        /// 64 hexadecimal digits; the whole column may be left out.
        case eid
        /// The gateway's own files only: the nonce, 1 to 64 bytes.
        case nonce
    }

    /// The header of a file with identities, without its line feed.
    public static let header = "case_id,registered_at,version,status,state_at,content_digest,eid"
    /// The header of a file without identities.
    public static let headerWithoutIdentities = "case_id,registered_at,version,status,state_at,content_digest"
    /// Longest line that is read, bytes without the line feed.
    public static let byteLimit = 512
    /// Longest name (case id, state, nonce), bytes.
    public static let nameLimit = 64
    /// Latest second: the end of the year 9999.
    public static let secondsLimit = 253_402_300_799
    /// Most rows of a file.
    public static let rowLimit = 1_000_000_000

    /// The row; its nonce is `-`.
    public var row: HubRow
    /// The identity that the hub claims; nil in files without that column.
    public var eid: ElementID?

    /// A line.
    public init(row: HubRow, eid: ElementID?) {
        self.row = row
        self.eid = eid
    }

    /// Appends the line with its line feed.
    ///
    /// Fields must be such that ``parse(_:number:hasIdentities:)`` takes them.
    public func append(to bytes: inout [UInt8]) {
        Self.append(row.element, stateAt: row.stateAt, to: &bytes)
        if let eid {
            bytes.append(UInt8(ascii: ","))
            Self.append(hexadecimal: eid, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Reads one line, without its line feed.
    ///
    /// - Throws: ``FeedError`` of kind `unreadable`, or `limit` when the line is too long; the detail names the line and
    ///   the column.
    public static func parse(
        _ bytes: some Collection<UInt8>, number: Int, hasIdentities: Bool
    ) throws(FeedError) -> FeedLine {
        let columns = Array(Column.allCases.prefix(hasIdentities ? 7 : 6))
        var fields = try FeedFields(Array(bytes), columns: columns, number: number)
        let row = try fields.row()
        return FeedLine(row: row, eid: hasIdentities ? try fields.identity() : nil)
    }

    /// Whether a header is the one with, or the one without identities.
    ///
    /// - Throws: ``FeedError`` of kind `unreadable` for any other, a byte-order mark before it included.
    public static func readHeader(_ bytes: some Collection<UInt8>) throws(FeedError) -> Bool {
        if bytes.elementsEqual(header.utf8) { return true }
        if bytes.elementsEqual(headerWithoutIdentities.utf8) { return false }
        let hint =
            bytes.starts(with: [0xEF, 0xBB, 0xBF])
            ? " (a byte-order mark stands before it)"
            : bytes.reversed().first == 0x0D ? " (the line ends with CR LF)" : ""
        throw FeedError(.unreadable, "line 1: the header must be \(header) or the same without eid\(hint)")
    }
}

extension FeedLine {
    static func append(_ element: LedgerElement, stateAt: Int64?, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: element.caseID.utf8)
        bytes.append(UInt8(ascii: ","))
        append(decimal: element.registeredAt, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        append(decimal: Int64(element.version), to: &bytes)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: element.status.utf8)
        bytes.append(UInt8(ascii: ","))
        if let stateAt { append(decimal: stateAt, to: &bytes) }
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: element.contentDigest.utf8)
    }

    private static func append(decimal value: Int64, to bytes: inout [UInt8]) {
        guard value >= 10 else { return bytes.append(contentsOf: String(value).utf8) }
        let start = bytes.count
        var rest = value
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    static func append(hexadecimal id: ElementID, to bytes: inout [UInt8]) {
        append(hexadecimal: id.w3, to: &bytes)
        append(hexadecimal: id.w2, to: &bytes)
        append(hexadecimal: id.w1, to: &bytes)
        append(hexadecimal: id.w0, to: &bytes)
    }

    private static func append(hexadecimal word: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
        }
    }

    /// Bytes of case ids, states and nonces: printable ASCII behind the comma, so that lines ascend as their ids do.
    static func isName(_ bytes: some Collection<UInt8>) -> Bool {
        (1...nameLimit).contains(bytes.count) && bytes.allSatisfy { (0x2D...0x7E).contains($0) }
    }

    static func isHexadecimal(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// `sha256:` and 64 digits.
    static func isDigest(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.count == 71 && bytes.starts(with: "sha256:".utf8) && isHexadecimal(bytes.dropFirst(7))
    }
}

/// The fields of one line, read in the order of the columns.
struct FeedFields {
    private let columns: [FeedLine.Column]
    private let fields: [ArraySlice<UInt8>]
    private let number: Int
    private var next = 0

    init(_ bytes: [UInt8], columns: [FeedLine.Column], number: Int) throws(FeedError) {
        guard bytes.count <= FeedLine.byteLimit else {
            throw FeedError(.limit, "line \(number): longer than \(FeedLine.byteLimit) bytes")
        }
        fields = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        self.columns = columns
        self.number = number
        guard fields.count == columns.count else {
            throw FeedError(.unreadable, "line \(number): \(fields.count) columns instead of \(columns.count)")
        }
    }

    /// The first six columns.
    mutating func row() throws(FeedError) -> HubRow {
        let caseID = try name()
        let registeredAt = try integer(in: LedgerElement.keyEpoch...LedgerElement.keyEpoch + (1 << 31) - 1)
        let version = try integer(in: 0...Int64(Int32.max))
        let status = try name()
        let stateAt = fields[next].isEmpty ? skip() : try integer(in: 0...Int64(FeedLine.secondsLimit))
        let element = LedgerElement(
            caseID: caseID, version: Int(version), status: status, contentDigest: try content(), nonce: "-",
            registeredAt: registeredAt)
        return HubRow(element: element, stateAt: stateAt)
    }

    private mutating func skip() -> Int64? {
        next += 1
        return nil
    }

    mutating func name() throws(FeedError) -> String {
        guard FeedLine.isName(fields[next]) else { throw fault("must be 1 to \(FeedLine.nameLimit) bytes of ASCII") }
        return take()
    }

    private mutating func integer(in bounds: ClosedRange<Int64>) throws(FeedError) -> Int64 {
        let field = fields[next]
        guard (1...12).contains(field.count), field.allSatisfy({ (0x30...0x39).contains($0) }),
            field.count == 1 || field.first != 0x30
        else { throw fault("must be digits without sign or leading zero") }
        let value = field.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        guard bounds.contains(value) else { throw fault("must be \(bounds.lowerBound) to \(bounds.upperBound)") }
        next += 1
        return value
    }

    private mutating func content() throws(FeedError) -> String {
        let field = fields[next]
        guard FeedLine.isDigest(field) || field.elementsEqual([UInt8(ascii: "-")]) else {
            throw fault("must be sha256: and 64 hexadecimal digits in lower case, or -")
        }
        return take()
    }

    mutating func identity() throws(FeedError) -> ElementID {
        let field = fields[next]
        guard field.count == 64, FeedLine.isHexadecimal(field),
            let bytes = HexText.decode(String(decoding: field, as: UTF8.self)), let id = ElementID(bytes: bytes)
        else { throw fault("must be 64 hexadecimal digits in lower case") }
        next += 1
        return id
    }

    private mutating func take() -> String {
        next += 1
        return String(decoding: fields[next - 1], as: UTF8.self)
    }

    /// The value itself is never repeated: a shifted column may hold anything.
    private func fault(_ what: String) -> FeedError {
        FeedError(.unreadable, "line \(number), column \(columns[next].rawValue): \(what)")
    }
}
