public import KuayuModel

/// Handle by which the shell finds whom to answer.
public struct Ticket: Hashable, Comparable, Sendable {
    /// A number the shell chose.
    public let value: UInt64

    /// A handle.
    public init(_ value: UInt64) { self.value = value }

    /// In the order in which they were given.
    public static func < (a: Ticket, b: Ticket) -> Bool { a.value < b.value }
}

/// What the engine is told.
///
/// Each is followed by effects; see ``Engine/step(_:now:using:)``.
public enum EngineEvent: Sendable {
    /// A hub handed in one case of a payload, already read, checked and compared with the case in force.
    case submitted(Submission)
    /// The shell is about to commit: start what can be started.
    case flush
    /// All writes since the last commit are on stable storage.
    case committed
    /// The commit reported an error: whether its rows are there is unknown.
    case commitFailed(reason: String)
    /// The outcome of one send, per delivery.
    case replied(SendReply)
    /// The time announced by ``Engine/nextWake`` has come.
    case wake
    /// An operator decided something.
    case command(Ticket, OperatorCommand)
    /// What the store held when the program started.
    case recovered(RecoveredState)
}

/// One case of a payload on its way in.
public struct Submission: Sendable {
    /// Whom to answer.
    public var ticket: Ticket
    /// The hub that sent it.
    public var sender: RegionCode
    /// The id its sender chose, or that was derived for it.
    public var messageID: String
    /// Digest of the bytes received.
    public var bodyDigest: [UInt8]
    /// Digest stored under the same sender and id, if the store knows the message.
    public var storedDigest: [UInt8]?
    /// What it asks for.
    public var content: Content

    /// What a submission asks for.
    public enum Content: Sendable {
        /// It cannot be taken; the issues are recorded and told.
        case refused
        /// A case to register or change.
        case change(CaseChange)
    }

    /// A submission.
    public init(
        ticket: Ticket, sender: RegionCode, messageID: String, bodyDigest: [UInt8], storedDigest: [UInt8]?,
        content: Content
    ) {
        self.ticket = ticket
        self.sender = sender
        self.messageID = messageID
        self.bodyDigest = bodyDigest
        self.storedDigest = storedDigest
        self.content = content
    }
}

/// The case in force, as far as the engine needs it.
public struct CaseHead: Hashable, Sendable {
    /// Federation id.
    public var caseID: CaseID
    /// Number of its last event.
    public var version: Int
    /// Its state.
    public var status: CaseState
    /// 128 random bits, 32 hexadecimal digits, known to the parties only.
    public var nonce: String
    /// When it was registered, to the second.
    public var registeredAt: Instant
    /// The region where it was applied for.
    public var origin: RegionCode

    /// A head.
    public init(
        caseID: CaseID, version: Int, status: CaseState, nonce: String, registeredAt: Instant, origin: RegionCode
    ) {
        self.caseID = caseID
        self.version = version
        self.status = status
        self.nonce = nonce
        self.registeredAt = registeredAt
        self.origin = origin
    }
}

/// What a readable submission does to a case.
public struct CaseChange: Hashable, Sendable {
    /// What happens to it.
    public enum Kind: String, Hashable, Sendable {
        /// Registers a new case.
        case new
        /// Changes the case in force: one event, one version.
        case changed
        /// Says what is already so: a receipt, no event.
        case unchanged
        /// Recorded as an event that leaves the case as it is.
        case noEffect
    }

    /// What happens.
    public var kind: Kind
    /// The case in force; nil for a new one.
    public var head: CaseHead?
    /// The state after the change.
    public var status: CaseState
    /// The region where the case was applied for.
    public var origin: RegionCode
    /// The hubs that are told, without the author; in order.
    public var recipients: [RegionCode]
    /// Whether the gateway records a transfer of its own after the registration, told to the origin only.
    public var transfers: Bool
    /// The day, +08:00, that a new case's id bears.
    public var day: CalendarDate
    /// When the case is due by its own clock after the change; nil where its clock does not run or is not known.
    public var deadline: Instant?

    /// A change.
    public init(
        kind: Kind, head: CaseHead?, status: CaseState, origin: RegionCode, recipients: [RegionCode], transfers: Bool,
        day: CalendarDate, deadline: Instant? = nil
    ) {
        self.kind = kind
        self.head = head
        self.status = status
        self.origin = origin
        self.recipients = recipients
        self.transfers = transfers
        self.day = day
        self.deadline = deadline
    }
}

/// The outcome of one send.
public struct SendReply: Sendable {
    /// The send.
    public var send: SendID
    /// One outcome per delivery of the send.
    public var results: [(delivery: DeliveryID, outcome: AttemptOutcome)]
    /// What else is to be recorded with an attempt, whatever its outcome: what was withheld; without personal data.
    public var notes: [DeliveryID: String]

    /// An outcome.
    public init(
        send: SendID, results: [(delivery: DeliveryID, outcome: AttemptOutcome)], notes: [DeliveryID: String] = [:]
    ) {
        self.send = send
        self.results = results
        self.notes = notes
    }
}

/// What an operator can decide.
public enum OperatorCommand: Hashable, Sendable {
    /// Try a parked, doubtful or retrying delivery now.
    case retry(DeliveryID, by: String)
    /// Stop trying a delivery.
    case park(DeliveryID, reason: String, by: String)
    /// Put a parked delivery back in line.
    case release(DeliveryID, by: String)
    /// Give a delivery up for good.
    case cancel(DeliveryID, reason: String, by: String)
    /// The receiver was asked and has it: settles a delivery in doubt.
    case confirm(DeliveryID, by: String)
    /// Send nothing to a hub until resumed.
    case stop(RegionCode, by: String)
    /// Send to a hub again.
    case resume(RegionCode, by: String)
    /// Bring settled deliveries of one case to one hub once more, under their own ids; as the store holds them, ascending
    /// by version. Applies only when no delivery of the case to the hub is open.
    case redeliver([DeliveryRow], reason: String, by: String)
    /// A case is on record under an id that this gateway gave and lost: the number is not given again.
    case reserve(CaseID, reason: String, by: String)
}

/// What the store holds for the engine at start.
public struct RecoveredState: Sendable {
    /// Every delivery that has not settled, ascending by id.
    public var deliveries: [DeliveryRow]
    /// The highest delivery number ever given.
    public var lastDelivery: Int64
    /// The highest case id of each gateway and day.
    public var lastCases: [CaseID]

    /// Hubs that an operator stopped and nobody resumed.
    public var stopped: Set<RegionCode>

    /// What the store holds.
    public init(
        deliveries: [DeliveryRow], lastDelivery: Int64, lastCases: [CaseID], stopped: Set<RegionCode> = []
    ) {
        self.deliveries = deliveries
        self.lastDelivery = lastDelivery
        self.lastCases = lastCases
        self.stopped = stopped
    }
}
