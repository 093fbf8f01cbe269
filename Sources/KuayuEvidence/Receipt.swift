public import KuayuModel

/// 回执: what the gateway did with one case of a message.
///
/// Signed, stored and served byte for byte for ever.
public struct Receipt: Hashable, Sendable {
    /// What became of the case.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// Taken in; it made one event.
        case accepted
        /// Understood; it says what is already so.
        case unchanged
        /// Recorded as an event that changes nothing: too late, or not the sender's to say.
        case noEffect
        /// Not taken in; ``Receipt/issues`` say why.
        case refused
    }

    /// Version of the layout.
    public static let layoutVersion = 1

    /// Id of the message, chosen by its sender.
    public var messageID: String
    /// The case on record after the message; only a refused message may be without.
    public var registration: CaseRegistration?
    /// Digest of the bytes received for this case.
    public var digest: ContentDigest
    /// The hub that sent it.
    public var sender: RegionCode
    /// When it was received, Unix seconds.
    public var receivedAt: Int
    /// What became of it.
    public var outcome: Outcome
    /// What was found wrong, or should be looked at; may be empty.
    public var issues: [ReceiptIssue]

    /// A receipt.
    public init(
        messageID: String, registration: CaseRegistration?, digest: ContentDigest, sender: RegionCode, receivedAt: Int,
        outcome: Outcome, issues: [ReceiptIssue] = []
    ) {
        self.messageID = messageID
        self.registration = registration
        self.digest = digest
        self.sender = sender
        self.receivedAt = receivedAt
        self.outcome = outcome
        self.issues = issues
    }
}

/// One finding in a receipt.
///
/// Values of persons are masked before they come here.
public struct ReceiptIssue: Hashable, Sendable {
    /// Stable code: `code.unknown`.
    public var code: String
    /// Where in the sender's format.
    public var path: String
    /// Line in the sender's bytes from 1, if it stands at a place.
    public var line: Int?
    /// Column in characters from 1, if it stands at a place.
    public var column: Int?
    /// What is wrong and why.
    public var message: String

    /// A finding.
    public init(code: String, path: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.code = code
        self.path = path
        self.line = line
        self.column = column
        self.message = message
    }

    /// The part of an issue that its sender sees in a receipt.
    public init(_ issue: Issue) {
        self.init(
            code: issue.code, path: issue.path, line: issue.position?.line, column: issue.position?.column,
            message: issue.message)
    }
}

/// Why a receipt is not believed.
public enum ReceiptError: Error, Hashable, Sendable {
    /// A part of the compact form.
    public enum Part: String, Hashable, Sendable {
        /// Protected header.
        case header
        /// The receipt itself.
        case payload
        /// The signature.
        case signature
    }

    /// Longer than ``ReceiptJWS/limitBytes``.
    case tooLong(limitBytes: Int)
    /// Not three parts with two dots between them.
    case notCompact
    /// A part is not base64url without padding.
    case notBase64URL(Part)
    /// The protected header is not exactly that of a receipt; `offset` in the decoded header.
    case header(offset: Int)
    /// Nobody is known by that key id.
    case unknownKey(String)
    /// The signature is not that key's over these bytes.
    case badSignature
    /// The payload is not the canonical JSON of a receipt; `offset` in the decoded payload.
    case payload(offset: Int)
    /// The payload is a receipt's, but this member has a value that it cannot have, or is missing.
    case member(String)
}
