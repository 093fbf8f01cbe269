public import KuayuModel

/// 归档内容: everything that is known of one case, as an archive package is made from it.
///
/// Nothing in it is masked: the archive is the legal record of the case.
public struct ArchiveSource: Sendable {
    /// The case.
    public var caseID: CaseID
    /// The region where it was applied for.
    public var origin: RegionCode
    /// When the gateway registered it.
    public var registeredAt: Instant
    /// Every version, ascending from 1.
    public var versions: [Version]
    /// Every message about it, oldest first.
    public var messages: [Message]
    /// Every delivery of it, ascending.
    public var deliveries: [Delivery]
    /// Public keys of every receipt among the messages.
    public var keys: [Key]
    /// The program that writes the package and the layouts it speaks.
    public var program: String

    /// What is known of a case.
    public init(
        caseID: CaseID, origin: RegionCode, registeredAt: Instant, versions: [Version], messages: [Message],
        deliveries: [Delivery], keys: [Key], program: String
    ) {
        self.caseID = caseID
        self.origin = origin
        self.registeredAt = registeredAt
        self.versions = versions
        self.messages = messages
        self.deliveries = deliveries
        self.keys = keys
        self.program = program
    }

    /// 版本: the case after one event, with the event.
    public struct Version: Sendable {
        /// Number of the event.
        public var number: Int
        /// What kind of event.
        public var kind: String
        /// Who reported it; nil for the gateway.
        public var author: RegionCode?
        /// The message it came from.
        public var messageID: String?
        /// The state after it.
        public var status: CaseState
        /// When it was recorded.
        public var at: Instant
        /// What changed, for people.
        public var note: String
        /// The sender's own code of the state it reported, if it said one.
        public var raw: String?
        /// The case as it is stored: canonical JSON (RFC 8785).
        public var canonical: [UInt8]
        /// The same, read.
        public var record: CaseRecord

        /// A version.
        public init(
            number: Int, kind: String, author: RegionCode?, messageID: String?, status: CaseState, at: Instant,
            note: String, raw: String?, canonical: [UInt8], record: CaseRecord
        ) {
            self.number = number
            self.kind = kind
            self.author = author
            self.messageID = messageID
            self.status = status
            self.at = at
            self.note = note
            self.raw = raw
            self.canonical = canonical
            self.record = record
        }
    }

    /// 报文: what a hub sent, with the receipt it was given.
    public struct Message: Sendable {
        /// Who sent it.
        public var sender: RegionCode
        /// Its id.
        public var id: String
        /// What became of it.
        public var outcome: String
        /// The version of the case after it; nil when refused.
        public var version: Int?
        /// When it was taken in.
        public var receivedAt: Instant
        /// SHA-256 of the bytes that the receipt speaks of: of the whole payload where it held one case only.
        public var digest: [UInt8]
        /// The case's document as it was received.
        public var bytes: [UInt8]
        /// The receipt, compact JWS.
        public var receipt: String

        /// A message.
        public init(
            sender: RegionCode, id: String, outcome: String, version: Int?, receivedAt: Instant, digest: [UInt8],
            bytes: [UInt8], receipt: String
        ) {
            self.sender = sender
            self.id = id
            self.outcome = outcome
            self.version = version
            self.receivedAt = receivedAt
            self.digest = digest
            self.bytes = bytes
            self.receipt = receipt
        }
    }

    /// 投递: the obligation to bring one version to one hub, and what came of it.
    public struct Delivery: Sendable {
        /// Its number.
        public var number: Int64
        /// The version it carries.
        public var version: Int
        /// The receiver.
        public var hub: RegionCode
        /// The id under which the receiver knows it.
        public var messageID: String
        /// Where it stands.
        public var state: String
        /// When it was created.
        public var createdAt: Instant
        /// When it was settled.
        public var settledAt: Instant?
        /// Why it stands where it stands.
        public var reason: String?
        /// Its attempts, ascending.
        public var attempts: [Attempt]

        /// A delivery.
        public init(
            number: Int64, version: Int, hub: RegionCode, messageID: String, state: String, createdAt: Instant,
            settledAt: Instant?, reason: String?, attempts: [Attempt]
        ) {
            self.number = number
            self.version = version
            self.hub = hub
            self.messageID = messageID
            self.state = state
            self.createdAt = createdAt
            self.settledAt = settledAt
            self.reason = reason
            self.attempts = attempts
        }
    }

    /// 尝试: one try at a delivery.
    public struct Attempt: Sendable {
        /// 1, 2, 3 … within the delivery.
        public var number: Int
        /// When it began.
        public var startedAt: Instant
        /// When its outcome was known.
        public var endedAt: Instant?
        /// Name of the outcome.
        public var outcome: String?
        /// What the receiver or the network said.
        public var detail: String?

        /// An attempt.
        public init(number: Int, startedAt: Instant, endedAt: Instant?, outcome: String?, detail: String?) {
            self.number = number
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.outcome = outcome
            self.detail = detail
        }
    }

    /// 公钥: what receipts are checked with.
    public struct Key: Hashable, Sendable {
        /// Its name in the header of a receipt.
        public var keyID: String
        /// The key as a JSON Web Key (RFC 8037).
        public var jwk: String
        /// The key as PEM, for openssl.
        public var pem: String

        /// A public key.
        public init(keyID: String, jwk: String, pem: String) {
            self.keyID = keyID
            self.jwk = jwk
            self.pem = pem
        }
    }
}
