public import KuayuEngine
public import KuayuModel
public import KuayuReconcile

/// Keeps cases, messages, events, deliveries and receipts.
///
/// One conformance suite runs on every driver.
///
/// All writes happen in ``write(_:)``, called from one thread of the gateway at a time; a return without error means
/// that everything is on stable storage. Look-ups inside a transaction see its own writes.
public protocol CaseStore: Sendable {
    /// Runs `body` in one transaction and makes it durable before returning.
    func write<T>(_ body: (any CaseTransaction) throws -> T) throws(StoreError) -> T

    /// A consistent view for look-ups; may run beside a write and does not see it until it is committed.
    func read<T: Sendable>(_ body: (any CaseReader) throws -> T) throws(StoreError) -> T

    /// What the engine needs at start.
    func recoveredState() throws(StoreError) -> RecoveredState
}

/// Why the store did not do what was asked.
public enum StoreError: Error, Hashable, Sendable {
    /// Not now: locked, unreachable. Nothing was written.
    case unavailable(String)
    /// No space left. Nothing was written.
    case full
    /// The commit itself reported an error: the rows may or may not be there.
    case outcomeUnknown(String)
    /// What is stored contradicts itself.
    case corrupt(String)
    /// What was asked does not fit what is stored, and never will. Nothing was written.
    case refused(String)
}

extension StoreError: CustomStringConvertible {
    /// For people.
    public var description: String {
        switch self {
        case .unavailable(let reason): "the store is not available: \(reason)"
        case .full: "the store is full: free space on its disk"
        case .outcomeUnknown(let reason): "whether the store took it is unknown: \(reason)"
        case .corrupt(let reason): "the store contradicts itself: \(reason); restore a backup"
        case .refused(let reason): "the store does not take it: \(reason)"
        }
    }
}

/// Writes of one transaction, with the look-ups that decide them.
public protocol CaseTransaction: CaseReader {
    /// Writes a message with its receipt; the sender and id must be new.
    func insert(_ message: MessageRecord) throws
    /// Writes an event and makes it the case in force.
    func insert(_ event: EventRecord) throws
    /// Writes a delivery, new or changed.
    func upsert(_ delivery: DeliveryRow) throws
    /// Writes an attempt, begun or ended; the start time of an attempt that is known stays.
    func upsert(_ attempt: AttemptRow) throws
    /// Writes what a hub was told, or told us, last of a case: its row in that hub's ledger. An older version changes
    /// nothing, and so does a row that says what is there already.
    ///
    /// The identity of the row and the sum of its day follow in the same transaction. Lane, nonce and time of
    /// registration stay as they were written first.
    func upsert(_ row: LedgerRow) throws
    /// Remembers the last document a region sent of a case.
    func upsert(_ document: RegionDocument) throws
    /// Makes a local number lead to a case. A number keeps the first case it led to.
    func insert(number: LocalNumber, caseID: CaseID) throws
    /// Writes a decision of a person.
    func insert(_ audit: AuditRow) throws
    /// Writes a notice, raised or cleared; its key is case, kind, subject and the time it was raised.
    func upsert(_ notice: NoticeRow) throws
    /// When the case has to be looked at again although nothing was reported; nil for never.
    func setNextLook(_ id: CaseID, at: Instant?) throws
    /// Lets every case that has not ended be looked at now: a rule or the calendar has changed.
    func lookAtEveryOpenCase(at now: Instant) throws
    /// Keeps a work calendar (CSV) in place of the one that is built in.
    func set(calendar: [UInt8], at now: Instant) throws
}

/// Look-ups.
public protocol CaseReader: LedgerReader {
    /// A message by its sender and id.
    func message(sender: RegionCode, id: String) throws -> MessageRecord?
    /// When the last message of a hub was taken in.
    func lastReceived(sender: RegionCode) throws -> Instant?
    /// A message by its id alone, whoever sent it.
    func messages(id: String) throws -> [MessageRecord]
    /// The case in force.
    func caseInForce(_ id: CaseID) throws -> EventRecord?
    /// The case as it stood after one of its events.
    func event(_ id: CaseID, version: Int) throws -> EventRecord?
    /// Every event of a case, ascending.
    func events(_ id: CaseID) throws -> [EventRecord]
    /// The case that a region's own number leads to.
    func caseID(number: LocalNumber) throws -> CaseID?
    /// Every case that a number of any region leads to.
    func caseIDs(anyNumber value: String) throws -> [CaseID]
    /// The last document that a region sent of a case.
    func document(_ id: CaseID, region: RegionCode) throws -> RegionDocument?
    /// Messages about a case, oldest first.
    func messages(caseID: CaseID) throws -> [MessageRecord]
    /// Deliveries of a case, ascending.
    func deliveries(caseID: CaseID) throws -> [DeliveryRow]
    /// One delivery.
    func delivery(_ id: DeliveryID) throws -> DeliveryRow?
    /// Deliveries in some states, to a hub or to all, ascending, at most `limit` after `after`.
    func deliveries(
        states: Set<DeliveryState>, hub: RegionCode?, after: DeliveryID?, limit: Int
    ) throws -> [DeliveryRow]
    /// Attempts of a delivery, ascending.
    func attempts(_ id: DeliveryID) throws -> [AttemptRow]
    /// Cases, newest first, at most `limit` before `before`.
    func cases(_ filter: CaseFilter) throws -> [CaseSummary]
    /// What a hub was told last of every case, ascending by case, at most `limit` after `after`.
    func ledger(hub: RegionCode, after: CaseID?, limit: Int) throws -> [LedgerRow]
    /// Notices of a case that stand, oldest first.
    func openNotices(_ id: CaseID) throws -> [NoticeRow]
    /// Notices, newest first.
    func notices(_ filter: NoticeFilter) throws -> [NoticeRow]
    /// How many notices stand, by kind.
    func noticeCounts() throws -> [NoticeCount]
    /// Cases of a bundle (一件事), ascending; a bundle's number is its origin's own.
    func bundleMembers(_ bundleID: String, origin: RegionCode) throws -> [CaseID]
    /// How many bundles have a member that has not ended.
    func openBundleCount() throws -> Int
    /// Cases that have to be looked at by `now`, the longest overdue first.
    func casesToLookAt(by now: Instant, limit: Int) throws -> [CaseID]
    /// The work calendar that was loaded last; nil when it is the one that is built in.
    func calendar() throws -> [UInt8]?
    /// Counts per hub and state.
    func deliveryCounts() throws -> [DeliveryCount]
    /// How many cases there are per origin and state.
    func caseCounts() throws -> [CaseCount]
    /// Hubs that have a case or are owed a delivery, ascending, whether or not they are configured.
    func knownHubs() throws -> [KnownHub]
}

/// A message as stored.
public struct MessageRecord: Hashable, Sendable {
    /// The hub that sent it.
    public var sender: RegionCode
    /// Its id.
    public var id: String
    /// Digest of the bytes received.
    public var bodyDigest: [UInt8]
    /// The bytes of the case as received.
    public var payload: [UInt8]
    /// The case; nil when refused.
    public var caseID: CaseID?
    /// The case's version after the message.
    public var version: Int?
    /// What became of it.
    public var outcome: Registration.Outcome
    /// When it was taken in.
    public var receivedAt: Instant
    /// The signed receipt, served byte for byte for ever.
    public var receipt: [UInt8]

    /// A message.
    public init(
        sender: RegionCode, id: String, bodyDigest: [UInt8], payload: [UInt8], caseID: CaseID?, version: Int?,
        outcome: Registration.Outcome, receivedAt: Instant, receipt: [UInt8]
    ) {
        self.sender = sender
        self.id = id
        self.bodyDigest = bodyDigest
        self.payload = payload
        self.caseID = caseID
        self.version = version
        self.outcome = outcome
        self.receivedAt = receivedAt
        self.receipt = receipt
    }
}

/// An event with the case as it stands after it.
public struct EventRecord: Hashable, Sendable {
    /// The case after the event.
    public var head: CaseHead
    /// What kind of event.
    public var kind: EventRow.Kind
    /// Who reported it; nil for the gateway.
    public var author: RegionCode?
    /// The message it came from.
    public var messageID: String?
    /// When it was recorded.
    public var at: Instant
    /// The case, canonical JSON.
    public var canonical: [UInt8]
    /// Paths that changed, and those that were recorded without effect, for people.
    public var note: String
    /// The sender's own code of the state it reported, as it stood in its format; nil when it said none.
    public var raw: String?
    /// Catalogue code of the case's item, for lists; not kept with the event itself.
    public var catalogCode: String
    /// Number of the case's bundle; not kept with the event itself.
    public var bundleID: String?
    /// When the case has to be looked at again; not kept with the event itself.
    public var nextLookAt: Instant?

    /// An event.
    public init(
        head: CaseHead, kind: EventRow.Kind, author: RegionCode?, messageID: String?, at: Instant, canonical: [UInt8],
        note: String, raw: String? = nil, catalogCode: String = "", bundleID: String? = nil,
        nextLookAt: Instant? = nil
    ) {
        self.head = head
        self.kind = kind
        self.author = author
        self.messageID = messageID
        self.at = at
        self.canonical = canonical
        self.note = note
        self.raw = raw
        self.catalogCode = catalogCode
        self.bundleID = bundleID
        self.nextLookAt = nextLookAt
    }
}

/// A region's own number of a case.
public struct LocalNumber: Hashable, Sendable {
    /// Whose number.
    public var region: RegionCode
    /// The number.
    public var value: String

    /// A number.
    public init(region: RegionCode, value: String) {
        self.region = region
        self.value = value
    }
}

/// The last document that a region sent of a case: the complement when a document is written back to it.
public struct RegionDocument: Hashable, Sendable {
    /// The case.
    public var caseID: CaseID
    /// The region.
    public var region: RegionCode
    /// Its bytes, in the region's own encoding.
    public var bytes: [UInt8]
    /// The sender's own data version, if its format has one.
    public var dataVersion: String?

    /// A document.
    public init(caseID: CaseID, region: RegionCode, bytes: [UInt8], dataVersion: String?) {
        self.caseID = caseID
        self.region = region
        self.bytes = bytes
        self.dataVersion = dataVersion
    }
}

/// A case as a hub should have it: one row of that hub's ledger.
public struct LedgerRow: Hashable, Sendable {
    /// The hub.
    public var hub: RegionCode
    /// The part of the hub's ledger: out when the hub's region registered the case.
    public var lane: Lane
    /// The case.
    public var caseID: CaseID
    /// The last version told to, or by, the hub.
    public var version: Int
    /// The canonical state told.
    public var status: CaseState
    /// Digest of the case as released to the hub, `sha256:…`, or `-`.
    public var contentDigest: String
    /// When the case was registered.
    public var registeredAt: Instant
    /// The case's nonce.
    public var nonce: String
    /// When the row came to say what it says.
    public var toldAt: Instant

    /// A row.
    public init(
        hub: RegionCode, lane: Lane, caseID: CaseID, version: Int, status: CaseState, contentDigest: String,
        registeredAt: Instant, nonce: String, toldAt: Instant
    ) {
        self.hub = hub
        self.lane = lane
        self.caseID = caseID
        self.version = version
        self.status = status
        self.contentDigest = contentDigest
        self.registeredAt = registeredAt
        self.nonce = nonce
        self.toldAt = toldAt
    }

    /// The row as both sides of a reconciliation write it down.
    public var element: LedgerElement {
        LedgerElement(
            caseID: caseID.text, version: version, status: status.rawValue, contentDigest: contentDigest, nonce: nonce,
            registeredAt: registeredAt.epochSeconds)
    }
}

/// Which cases are wanted.
public struct CaseFilter: Hashable, Sendable {
    /// Only of this origin.
    public var origin: RegionCode?
    /// Only in this state.
    public var status: CaseState?
    /// Only those registered before this case (for the next page).
    public var before: CaseID?
    /// At most so many, 1 to 10,000.
    ///
    /// Default 50.
    public var limit: Int

    /// A filter.
    public init(origin: RegionCode? = nil, status: CaseState? = nil, before: CaseID? = nil, limit: Int = 50) {
        self.origin = origin
        self.status = status
        self.before = before
        self.limit = limit
    }
}

/// A line of a case list.
public struct CaseSummary: Hashable, Sendable {
    /// The case in force.
    public var head: CaseHead
    /// Catalogue code of its item.
    public var catalogCode: String
    /// When its last event was recorded.
    public var changedAt: Instant

    /// A line.
    public init(head: CaseHead, catalogCode: String, changedAt: Instant) {
        self.head = head
        self.catalogCode = catalogCode
        self.changedAt = changedAt
    }
}

/// How many deliveries a hub has in a state.
public struct DeliveryCount: Hashable, Sendable {
    /// The hub.
    public var hub: RegionCode
    /// The state.
    public var state: DeliveryState
    /// How many.
    public var count: Int

    /// A count.
    public init(hub: RegionCode, state: DeliveryState, count: Int) {
        self.hub = hub
        self.state = state
        self.count = count
    }
}

/// A hub that has a case in the store, in its ledger, or is owed a delivery.
public struct KnownHub: Hashable, Sendable {
    /// The hub.
    public var region: RegionCode
    /// How many deliveries to it have not settled.
    public var openCount: Int

    /// A hub.
    public init(region: RegionCode, openCount: Int) {
        self.region = region
        self.openCount = openCount
    }
}

/// How many cases an origin has in a state.
public struct CaseCount: Hashable, Sendable {
    /// The origin.
    public var origin: RegionCode
    /// The state.
    public var status: CaseState
    /// How many.
    public var count: Int

    /// A count.
    public init(origin: RegionCode, status: CaseState, count: Int) {
        self.origin = origin
        self.status = status
        self.count = count
    }
}
