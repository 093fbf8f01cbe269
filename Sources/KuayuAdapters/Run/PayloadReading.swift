public import KuayuModel

/// What reading a payload gives.
public struct PayloadReading: Sendable {
    /// What is wrong with the payload as a whole.
    ///
    /// When there is any, nothing of it is to be stored.
    public var envelopeIssues: [Issue] = []
    /// What somebody should look at; the cases are taken all the same.
    public var warnings: [Issue] = []
    /// Its cases in their order.
    public var cases: [CaseReading] = []
    /// How many cases the payload claims to hold, where its format says so.
    public var claimedCount: Int?
    /// Whether fewer or more cases arrived than the payload claims.
    public var hasCountMismatch: Bool {
        envelopeIssues.isEmpty && claimedCount.map { $0 != cases.count } ?? false
    }

    /// The payload's own key, where its format has one.
    public var key: String?
    /// The payload's batch number, where its format has one.
    public var batch: String?

    init() {}
}

/// One case of a payload.
public struct CaseReading: Sendable {
    /// What the sender wants done with it.
    public enum Operation: String, Sendable, Hashable {
        /// A new case.
        case new
        /// A change of a known case.
        case change
        /// The message that it repeats is taken back.
        case takeBack
        /// The format does not say.
        case unknown
    }

    /// The canonical case; `nil` when any issue is an error.
    ///
    /// Fields that the gateway completes may be missing.
    public var record: CaseRecord?
    /// Every problem, in the order of the rules.
    public var issues: [Issue]
    /// Where the case stands in the payload's original bytes.
    public var span: Range<Int>
    /// The case as a document of its own, in the encoding of the wire; what ``CaseToWrite/original`` takes later.
    public var bytes: [UInt8]
    /// The federation id, if the sender knows it.
    public var federationID: String?
    /// The sender's own number, with the name of its scheme.
    public var ownNumber: LocalNumber?
    /// What the sender wants done.
    public var operation: Operation
    /// The sender's data version, which orders its own messages.
    public var dataVersion: String?
    /// Whether the local status says exactly the canonical one, and not several finer ones.
    public var isStatusExact: Bool
    /// Whether a later case of the same payload replaces this one.
    public var isSuperseded: Bool
    /// The key by which repeated cases of one payload meet.
    var repeatKey: String?
    /// The status in the sender's own code: `45`, `6|不予许可`; parts that stand in several fields joined by `|`.
    ///
    /// At most 60 characters; nil when the sender writes none.
    public var rawStatus: String?
    /// Whether the case carries an extension block that could be read.
    ///
    /// What only the block says may be an echo of what the sender was told.
    public var hasExtension = false
}

extension CaseReading {
    /// A case that the gateway itself speaks of: nothing was read.
    public init(notice record: CaseRecord) {
        self.init(
            record: record, issues: [], span: 0..<0, bytes: [], federationID: nil, ownNumber: nil, operation: .change,
            dataVersion: nil, isStatusExact: true, isSuperseded: false, repeatKey: nil)
    }
}

/// A number that a region gives to a case.
public struct LocalNumber: Sendable, Hashable {
    /// Name of the number in the region's format: `suid`, `ProjectNo`.
    public let scheme: String
    /// The number.
    public let value: String

    /// A number.
    public init(scheme: String, value: String) {
        self.scheme = scheme
        self.value = value
    }
}

/// One case for a region.
public struct CaseToWrite: Sendable {
    /// The case as it may be shown to the region.
    public var record: CaseRecord
    /// The last document that this region sent for the case (``CaseReading/bytes``), if it did.
    public var original: [UInt8]?
    /// Whether the hub takes the extension block.
    public var allowsExtension: Bool
    /// What is wanted.
    public var operation: CaseReading.Operation

    /// A case for a region.
    public init(
        record: CaseRecord, original: [UInt8]? = nil, allowsExtension: Bool,
        operation: CaseReading.Operation = .new
    ) {
        self.record = record
        self.original = original
        self.allowsExtension = allowsExtension
        self.operation = operation
    }
}

/// What writing cases gives; the lists have one entry per case.
public struct PayloadWriting: Sendable {
    /// The payload; `nil` when every case was refused.
    public var bytes: [UInt8]?
    /// Why a case is not in the payload; empty = it is.
    public var refusals: [[Issue]]
    /// Canonical paths that do not arrive, or arrive coarsened.
    public var declared: [[String]]
    /// Whether a case went out as the region itself had sent it, byte for byte.
    public var isVerbatim: [Bool]
}

/// What a payload's envelope says beside its cases.
public struct EnvelopeValues: Sendable {
    /// Number of the batch.
    public var batch: String
    /// The moment of writing.
    public var now: Instant
    /// Key of the payload.
    public var key: String
    /// Beginning of the window that the payload answers; by default ``now``.
    public var from: Instant
    /// End of that window; by default ``now``.
    public var to: Instant

    /// Envelope values.
    public init(batch: String, now: Instant, key: String, from: Instant? = nil, to: Instant? = nil) {
        self.batch = batch
        self.now = now
        self.key = key
        self.from = from ?? now
        self.to = to ?? now
    }
}
