import KuayuModel

/// A message and the case on record after it, as `.ack` and `.ok` files carry them.
public struct RegisteredMessage: Hashable, Sendable {
    /// Id of the message.
    public var messageID: String
    /// The case on record.
    public var registration: CaseRegistration

    /// A message with its case.
    public init(messageID: String, registration: CaseRegistration) {
        self.messageID = messageID
        self.registration = registration
    }
}

extension RegisteredMessage {
    static let columnCount = 7

    /// `message|case|version|at|nonce|status|content`.
    var columns: [String] {
        [
            messageID, registration.caseID.text, String(registration.version), String(registration.at),
            registration.nonce, registration.status.rawValue, registration.contentText,
        ]
    }

    /// Reads seven columns.
    init(_ columns: ArraySlice<String>, line: Int) throws(FileTextError) {
        let texts = Array(columns)
        guard texts.count == Self.columnCount else { throw FileTextError(.columnCount(texts.count), line: line) }
        guard !texts[0].isEmpty else { throw FileTextError(.column("message"), line: line) }
        guard let caseID = CaseID(texts[1]) else { throw FileTextError(.column("case"), line: line) }
        guard let version = Self.number(texts[2]), version >= 1 else {
            throw FileTextError(.column("version"), line: line)
        }
        guard let at = Self.number(texts[3]) else { throw FileTextError(.column("at"), line: line) }
        guard CaseRegistration.isNonce(texts[4]) else { throw FileTextError(.column("nonce"), line: line) }
        guard let status = CaseState(rawValue: texts[5]) else { throw FileTextError(.column("status"), line: line) }
        guard let content = CaseRegistration.content(texts[6]) else {
            throw FileTextError(.column("content"), line: line)
        }
        messageID = texts[0]
        registration = CaseRegistration(
            caseID: caseID, version: version, status: status, at: at, nonce: texts[4], contentDigest: content)
    }

    /// Digits only, at most 15.
    static func number(_ text: String) -> Int? {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber && text.utf8.count <= 15 ? Int(text) : nil
    }
}
