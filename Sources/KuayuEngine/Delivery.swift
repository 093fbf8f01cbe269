public import KuayuModel

/// Number of a delivery, given by the engine, ascending.
public struct DeliveryID: Hashable, Comparable, Sendable {
    /// The number, from 1.
    public let value: Int64

    /// A number.
    public init(_ value: Int64) { self.value = value }

    /// In the order in which they were given.
    public static func < (a: DeliveryID, b: DeliveryID) -> Bool { a.value < b.value }
}

/// Where a delivery stands.
///
/// Each state lists the events that leave it.
public enum DeliveryState: String, Hashable, Sendable, CaseIterable {
    /// Not tried yet, or put back: leaves when a slot of its route is free and its predecessor has settled.
    case waiting
    /// An attempt is under way: leaves on its reply or on recovery.
    case sending
    /// Failed, will be tried again at a set time: leaves on wake, retry, park or cancel.
    case retrying
    /// The receiver has it, with a verified reply. Settled: leaves only when it is decided to bring it once more.
    case delivered
    /// The receiver, or its format, refused it for a reason that a repetition would not change. Settled, as above.
    case rejected
    /// May or may not have been applied; the receiver can neither deduplicate nor tell. Leaves by an operator.
    case inDoubt
    /// Will not be tried again until somebody decides. Leaves by retry, release or cancel.
    case parked
    /// Given up by a named person. Settled, as above.
    case cancelled

    /// Whether nothing more will happen by itself, so that the next event of the same case may go.
    public var isSettled: Bool { self == .delivered || self == .rejected || self == .cancelled }
}

/// The obligation to bring one event of one case to one hub.
public struct DeliveryRow: Hashable, Sendable {
    /// Its number.
    public let id: DeliveryID
    /// The case.
    public let caseID: CaseID
    /// The event: the case's version.
    public let version: Int
    /// The receiver.
    public let hub: RegionCode
    /// The id under which the receiver knows it; the same in every attempt, for ever.
    public let messageID: String
    /// When it was created.
    public let createdAt: Instant
    /// When it is parked at the latest.
    ///
    /// A later event of its case may move it: see ``RetryPolicy/deadline(of:now:caseDeadline:)``.
    public var deadline: Instant
    /// Where it stands.
    public var state: DeliveryState
    /// Attempts begun so far.
    public var attemptCount: Int
    /// How many replies in a row could not be read.
    public var garbageCount: Int
    /// When it is tried again; only while retrying.
    public var nextAttemptAt: Instant?
    /// Why it stands where it stands; for people, without personal data.
    public var reason: String?
    /// When it reached a settled state.
    public var settledAt: Instant?

    /// A new delivery, or one read from the store.
    public init(
        id: DeliveryID, caseID: CaseID, version: Int, hub: RegionCode, messageID: String, createdAt: Instant,
        deadline: Instant, state: DeliveryState = .waiting, attemptCount: Int = 0, garbageCount: Int = 0,
        nextAttemptAt: Instant? = nil, reason: String? = nil, settledAt: Instant? = nil
    ) {
        self.id = id
        self.caseID = caseID
        self.version = version
        self.hub = hub
        self.messageID = messageID
        self.createdAt = createdAt
        self.deadline = deadline
        self.state = state
        self.attemptCount = attemptCount
        self.garbageCount = garbageCount
        self.nextAttemptAt = nextAttemptAt
        self.reason = reason
        self.settledAt = settledAt
    }

    /// The immutable id of the message that brings one event of one case to one hub.
    public static func messageID(caseID: CaseID, version: Int, hub: RegionCode) -> String {
        "\(caseID.text)-v\(version)-\(hub.text)"
    }
}

/// One try at a delivery; recorded before anything is sent.
public struct AttemptRow: Hashable, Sendable {
    /// The delivery.
    public let delivery: DeliveryID
    /// 1, 2, 3 … within the delivery.
    public let number: Int
    /// When it was recorded.
    public let startedAt: Instant
    /// When its outcome was known.
    public var endedAt: Instant?
    /// Name of the outcome: see ``AttemptOutcome/name``.
    public var outcome: String?
    /// What the receiver or the network said; without personal data.
    public var detail: String?

    /// An attempt.
    public init(
        delivery: DeliveryID, number: Int, startedAt: Instant, endedAt: Instant? = nil, outcome: String? = nil,
        detail: String? = nil
    ) {
        self.delivery = delivery
        self.number = number
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.detail = detail
    }
}

/// What came of an attempt, for one delivery.
public enum AttemptOutcome: Hashable, Sendable {
    /// The receiver has it (or had it already), by its region's reply rule.
    case delivered
    /// The receiver, or the outward adapter, refuses it for good.
    case rejected(reason: String)
    /// The receiver asks to come back later; `retryAfter` is a floor under the next delay.
    case busy(reason: String, retryAfter: Duration?)
    /// No byte left.
    case notSent(reason: String)
    /// Bytes left, no answer came.
    case possiblyApplied(reason: String)
    /// The receiver, asked, does not have it.
    case absent
    /// The route is wrong (identity, address, authorisation): no case can pass until somebody mends it.
    case routeFault(reason: String)
    /// The answer could not be understood.
    case garbage(excerpt: String)
    /// A payload of several cases was refused as a whole: each goes alone under its own id.
    case split(reason: String)

    /// Stable name for rows, metrics and pages.
    public var name: String {
        switch self {
        case .delivered: "delivered"
        case .rejected: "rejected"
        case .busy: "busy"
        case .notSent: "notSent"
        case .possiblyApplied: "possiblyApplied"
        case .absent: "absent"
        case .routeFault: "routeFault"
        case .garbage: "garbage"
        case .split: "split"
        }
    }

    /// What is recorded beside the name.
    public var detail: String? {
        switch self {
        case .delivered, .absent: nil
        case .rejected(let reason), .busy(let reason, _), .notSent(let reason), .possiblyApplied(let reason),
            .routeFault(let reason), .split(let reason):
            reason
        case .garbage(let excerpt): excerpt
        }
    }
}
