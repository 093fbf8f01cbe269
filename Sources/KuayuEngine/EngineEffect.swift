public import KuayuModel

/// Number of one send.
public struct SendID: Hashable, Comparable, Sendable {
    /// The number, ascending; no start gives a number that an earlier start gave.
    public let value: UInt64

    /// A number.
    public init(_ value: UInt64) { self.value = value }

    /// In the order in which they were given.
    public static func < (a: SendID, b: SendID) -> Bool { a.value < b.value }
}

/// What the engine asks of the shell, in order.
public enum EngineEffect: Sendable {
    /// Write a row in the open transaction.
    case persist(StoreWrite)
    /// Answer a hub. Comes only after the commit of the rows it speaks of.
    case answer(Ticket, Answer)
    /// Send. Comes only after the commit of the attempts it consists of.
    case send(SendOrder)
    /// Tell operators.
    case alert(Alert)
    /// The store can no longer be trusted: stop, and recover from disk.
    case halt(reason: String)
}

/// A row to write.
public enum StoreWrite: Sendable {
    /// A message with what became of it.
    case message(Registration)
    /// An event of a case; `transfer` marks the gateway's own.
    case event(EventRow)
    /// A delivery, new or changed.
    case delivery(DeliveryRow)
    /// An attempt, begun or ended.
    case attempt(AttemptRow)
    /// A decision of a person.
    case audit(AuditRow)
}

/// What became of a message: the facts of its receipt.
public struct Registration: Hashable, Sendable {
    /// What became of a message.
    public enum Outcome: String, Hashable, Sendable {
        /// Registered a case, or changed one.
        case accepted
        /// Said what was already so.
        case unchanged
        /// Recorded, without effect on the case.
        case noEffect
        /// Not taken.
        case refused
    }

    /// Whose submission it was.
    public var ticket: Ticket
    /// The hub that sent it.
    public var sender: RegionCode
    /// Its id.
    public var messageID: String
    /// Digest of the bytes received.
    public var bodyDigest: [UInt8]
    /// What became of it.
    public var outcome: Outcome
    /// The case with its version after the message; nil when refused.
    public var head: CaseHead?
    /// When it was taken in.
    public var receivedAt: Instant
}

/// One event of a case.
public struct EventRow: Hashable, Sendable {
    /// What kind of event.
    public enum Kind: String, Hashable, Sendable {
        /// The case was registered (version 1).
        case registered
        /// A region's message changed it.
        case changed
        /// A region's message was recorded without effect.
        case noEffect
        /// The gateway routed it.
        case transferred
        /// The gateway tells the origin that a receiver did not take an event.
        case notice
        /// A region took back what it had said last.
        case takenBack
    }

    /// The submission it came from.
    public var ticket: Ticket
    /// The case as it stands after the event.
    public var head: CaseHead
    /// What kind.
    public var kind: Kind
    /// The region that reported it; nil for the gateway's own.
    public var author: RegionCode?
    /// When it was recorded.
    public var at: Instant

    /// An event.
    public init(ticket: Ticket, head: CaseHead, kind: Kind, author: RegionCode?, at: Instant) {
        self.ticket = ticket
        self.head = head
        self.kind = kind
        self.author = author
        self.at = at
    }
}

/// A decision of a person.
public struct AuditRow: Hashable, Sendable {
    /// What was decided: `retry`, `park`, `release`, `cancel`, `confirm`, `stop`, `resume`, `redeliver`, `reserve`,
    /// `calendar`, `archive`.
    public var action: String
    /// On what: a delivery number, a region code or a case id.
    public var subject: String
    /// By whom.
    public var by: String
    /// Why, if said.
    public var reason: String?
    /// When.
    public var at: Instant

    /// A decision.
    public init(action: String, subject: String, by: String, reason: String?, at: Instant) {
        self.action = action
        self.subject = subject
        self.by = by
        self.reason = reason
        self.at = at
    }
}

/// What a hub is answered.
public enum Answer: Hashable, Sendable {
    /// Recorded; the receipt says what became of it.
    case recorded(Registration)
    /// Known already, same body: the original receipt again.
    case duplicate
    /// Known already with another body.
    case conflict
    /// Not taken; come back later with the same id.
    case unavailable(reason: String)
    /// An operator's command was carried out.
    case done
    /// An operator's command does not fit the state of its subject.
    case notApplicable(reason: String)
}

/// What to send, and to whom.
public struct SendOrder: Hashable, Sendable {
    /// What is wanted of the receiver.
    public enum Kind: Hashable, Sendable {
        /// Take these events.
        case push
        /// Say whether you have this one; after an unknown outcome.
        case query
    }

    /// Its number.
    public var id: SendID
    /// The receiver.
    public var hub: RegionCode
    /// What is wanted.
    public var kind: Kind
    /// The deliveries, in payload order.
    public var deliveries: [DeliveryRow]
}

/// Something an operator should know.
public enum Alert: Hashable, Sendable {
    /// A route opened its breaker.
    case routeFailing(RegionCode, reason: String)
    /// A route is wrong and waits for a person.
    case routeFault(RegionCode, reason: String)
    /// A route works again.
    case routeHealthy(RegionCode)
    /// A delivery waits for a person.
    case parked(DeliveryRow)
    /// A delivery may or may not have been applied.
    case inDoubt(DeliveryRow)
}
