import KuayuFormats
import KuayuModel

extension Receipt {
    /// The receipt as canonical JSON (RFC 8785): members in order, no spaces.
    ///
    /// The bytes that are signed.
    public var canonicalBytes: [UInt8] {
        var object = ObjectWriter()
        if let registration {
            object.member("case", registration.caseID.text)
            object.member("content", registration.contentText)
        }
        object.member("digest", digest.text)
        if !issues.isEmpty { object.member("issues", issues.map(\.canonicalBytes)) }
        object.member("message", messageID)
        if let registration { object.member("nonce", registration.nonce) }
        object.member("outcome", outcome.rawValue)
        object.member("receivedAt", receivedAt)
        if let registration { object.member("registeredAt", registration.at) }
        object.member("sender", sender.text)
        if let registration { object.member("status", registration.status.rawValue) }
        object.member("v", Self.layoutVersion)
        if let registration { object.member("version", registration.version) }
        return object.finished()
    }

    /// Reads a receipt from its canonical bytes.
    ///
    /// Throws `.payload(offset:)` for bytes that ``canonicalBytes`` would not have written, and `.member` for a value
    /// that a member cannot have.
    public init(canonicalBytes bytes: [UInt8]) throws(ReceiptError) {
        let members: Members
        do {
            members = try Members(bytes)
        } catch {
            throw ReceiptError.payload(offset: error.offset)
        }
        try self.init(members)
        if let offset = firstDifference(canonicalBytes, bytes) { throw ReceiptError.payload(offset: offset) }
    }

    private init(_ members: Members) throws(ReceiptError) {
        guard members.layout == Self.layoutVersion else { throw ReceiptError.member("v") }
        guard !members.message.isEmpty else { throw ReceiptError.member("message") }
        guard let digest = ContentDigest(text: members.digest) else { throw ReceiptError.member("digest") }
        guard let sender = RegionCode(members.sender) else { throw ReceiptError.member("sender") }
        guard let outcome = Outcome(rawValue: members.outcome) else { throw ReceiptError.member("outcome") }
        guard members.caseID != nil || outcome == .refused else { throw ReceiptError.member("case") }
        self.init(
            messageID: members.message, registration: try members.registration(), digest: digest, sender: sender,
            receivedAt: members.receivedAt, outcome: outcome, issues: members.issues)
    }
}

/// The members of a receipt in canonical order, not yet understood.
private struct Members {
    var caseID: String?
    var content = ""
    let digest: String
    var issues: [ReceiptIssue] = []
    let message: String
    var nonce = ""
    let outcome: String
    let receivedAt: Int
    var registeredAt = 0
    let sender: String
    var status = ""
    let layout: Int
    var version = 0

    init(_ bytes: [UInt8]) throws(CanonicalScanner.Failure) {
        var scanner = CanonicalScanner(bytes)
        try scanner.expect("{")
        if scanner.takes("\"case\":") {
            caseID = try scanner.string()
            content = try scanner.string(after: ",\"content\":")
            try scanner.expect(",")
        }
        // The data of the registration stand together or not at all.
        let isRegistered = caseID != nil
        digest = try scanner.string(after: "\"digest\":")
        if scanner.takes(",\"issues\":[") { issues = try Self.issues(&scanner) }
        message = try scanner.string(after: ",\"message\":")
        if isRegistered { nonce = try scanner.string(after: ",\"nonce\":") }
        outcome = try scanner.string(after: ",\"outcome\":")
        receivedAt = try scanner.integer(after: ",\"receivedAt\":")
        if isRegistered { registeredAt = try scanner.integer(after: ",\"registeredAt\":") }
        sender = try scanner.string(after: ",\"sender\":")
        if isRegistered { status = try scanner.string(after: ",\"status\":") }
        layout = try scanner.integer(after: ",\"v\":")
        if isRegistered { version = try scanner.integer(after: ",\"version\":") }
        try scanner.expect("}")
        guard scanner.isAtEnd else { throw CanonicalScanner.Failure(offset: scanner.offset) }
    }

    func registration() throws(ReceiptError) -> CaseRegistration? {
        guard let text = caseID else { return nil }
        guard let caseID = CaseID(text) else { throw ReceiptError.member("case") }
        guard let contentDigest = CaseRegistration.content(content) else { throw ReceiptError.member("content") }
        guard let status = CaseState(rawValue: status) else { throw ReceiptError.member("status") }
        guard CaseRegistration.isNonce(nonce) else { throw ReceiptError.member("nonce") }
        guard version >= 1 else { throw ReceiptError.member("version") }
        return CaseRegistration(
            caseID: caseID, version: version, status: status, at: registeredAt, nonce: nonce,
            contentDigest: contentDigest)
    }

    private static func issues(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Failure) -> [ReceiptIssue] {
        var issues: [ReceiptIssue] = []
        repeat { issues.append(try issue(&scanner)) } while scanner.takes(",")
        try scanner.expect("]")
        return issues
    }

    private static func issue(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Failure) -> ReceiptIssue {
        let code = try scanner.string(after: "{\"code\":")
        let column = scanner.takes(",\"column\":") ? try scanner.integer() : nil
        let line = scanner.takes(",\"line\":") ? try scanner.integer() : nil
        let message = try scanner.string(after: ",\"message\":")
        let path = try scanner.string(after: ",\"path\":")
        try scanner.expect("}")
        return ReceiptIssue(code: code, path: path, line: line, column: column, message: message)
    }
}

extension ReceiptIssue {
    /// The finding as canonical JSON.
    fileprivate var canonicalBytes: [UInt8] {
        var object = ObjectWriter()
        object.member("code", code)
        if let column { object.member("column", column) }
        if let line { object.member("line", line) }
        object.member("message", message)
        object.member("path", path)
        return object.finished()
    }
}

/// Writes one object; the caller names the members in the order of RFC 8785, 3.2.3.
private struct ObjectWriter {
    private var bytes: [UInt8] = []

    mutating func member(_ name: String, _ value: String) {
        begin(name)
        CanonicalJSON.appendString(value, to: &bytes)
    }

    mutating func member(_ name: String, _ value: Int) {
        begin(name)
        bytes += Array(String(value).utf8)
    }

    mutating func member(_ name: String, _ objects: [[UInt8]]) {
        begin(name)
        bytes.append(UInt8(ascii: "["))
        bytes += objects.joined(separator: [UInt8(ascii: ",")])
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func finished() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ name: String) {
        bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
        CanonicalJSON.appendString(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }
}

/// Offset of the first byte in which two texts differ; `nil` when they do not.
func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> Int? {
    if left == right { return nil }
    return zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(left.count, right.count)
}
