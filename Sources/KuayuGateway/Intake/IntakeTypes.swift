import KuayuAdapters
public import KuayuEngine
public import KuayuEvidence
public import KuayuModel
import KuayuRules

/// One payload of a hub on its way in.
public struct IntakePayload: Sendable {
    /// The hub, by its proven identity.
    public var sender: RegionCode
    /// The bytes as received.
    public var bytes: [UInt8]
    /// The payload's key chosen by the sender (`Idempotency-Key`); nil where the key is derived case by case.
    public var key: String?

    /// A payload.
    public init(sender: RegionCode, bytes: [UInt8], key: String?) {
        self.sender = sender
        self.bytes = bytes
        self.key = key
    }
}

/// What became of a payload.
public enum IntakeAnswer: Sendable {
    /// It could not be read as a payload at all: nothing is stored.
    case unreadable([Issue])
    /// One answer per case, in payload order.
    case cases([CaseAnswer], count: PayloadCount)
}

/// How many cases a payload claimed to hold and how many were in it.
public struct PayloadCount: Hashable, Sendable {
    /// What the payload claims; nil where its format does not say.
    public var claimed: Int?
    /// What arrived, lines that a later one replaced included.
    public var arrived: Int

    /// Whether the claim does not fit.
    public var isWrong: Bool { claimed.map { $0 != arrived } ?? false }
}

/// What became of one case of a payload.
public struct CaseAnswer: Sendable {
    /// The message's id.
    public var messageID: String
    /// What the engine decided.
    public var answer: Answer
    /// What became of the message: now, or when it came first; nil when it was not taken.
    public var outcome: Registration.Outcome?
    /// The signed receipt: the original one for a duplicate; nil for a conflict and when unavailable.
    public var receipt: String?
    /// The sender's own number of the case, if it has one.
    public var ownNumber: String?
    /// Registration data of the case, if it was taken.
    public var head: CaseHead?
    /// Digest of the case as released to the sender.
    public var contentDigest: ContentDigest?
    /// What was wrong, when refused; warnings otherwise.
    public var issues: [Issue]
}

/// One case of a payload as the adapter read it, ready to be looked up and merged.
struct IncomingCase: Sendable {
    var ticket: Ticket
    var sender: RegionCode
    var messageID: String
    var bytes: [UInt8]
    var bodyDigest: [UInt8]
    var reading: CaseReading
    /// What libraries say about the materials that need not be submitted.
    var exempt = ExemptMaterials()
}

/// An incoming case with everything that will be written about it, by ticket until the commit.
struct PreparedCase: Sendable {
    var incoming: IncomingCase
    var issues: [Issue]
    /// The case after the message, still without the version the engine gives; nil when refused.
    var record: CaseRecord?
    var change: CaseChange?
    var note = ""
    /// What kind of event it makes, where that is not the engine's word.
    var kind: EventRow.Kind?
    /// Said by the gateway, not by a hub: no message, no receipt, and its ledger is as it was.
    var isOwn = false
    var outcome: Registration.Outcome?
    var receipt = ""
    var head: CaseHead?
    var contentDigest: ContentDigest?
}
