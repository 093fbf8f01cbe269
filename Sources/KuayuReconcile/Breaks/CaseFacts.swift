public import KuayuModel

/// What the gateway's history says of a case and a hub: everything that explains a difference.
public struct CaseFacts: Hashable, Sendable {
    /// One event of the case.
    public struct Event: Hashable, Sendable {
        /// Its number.
        public var version: Int
        /// The state after it, as it was told to the hub: in a joint case that of its branch.
        public var status: String
        /// Who reported it; nil for the gateway.
        public var author: RegionCode?
        /// When it was recorded.
        public var at: Instant
        /// Digest of the case after it, as released to the hub; `-` where content is not compared.
        public var contentDigest: String

        /// An event.
        public init(version: Int, status: String, author: RegionCode?, at: Instant, contentDigest: String) {
            self.version = version
            self.status = status
            self.author = author
            self.at = at
            self.contentDigest = contentDigest
        }
    }

    /// One delivery of an event to the hub.
    public struct Delivery: Hashable, Sendable {
        /// The event's number.
        public var version: Int
        /// The delivery's state: waiting, sending, retrying, delivered, rejected, inDoubt, parked or cancelled.
        public var state: String
        /// When it was made.
        public var createdAt: Instant
        /// When it was settled; nil while it is not.
        public var settledAt: Instant?
        /// How often it was tried.
        public var attemptCount: Int
        /// What the last attempt ended with, or why it is where it is; no personal data.
        public var reason: String?

        /// A delivery.
        public init(
            version: Int, state: String, createdAt: Instant, settledAt: Instant?, attemptCount: Int, reason: String?
        ) {
            self.version = version
            self.state = state
            self.createdAt = createdAt
            self.settledAt = settledAt
            self.attemptCount = attemptCount
            self.reason = reason
        }

        /// Whether nothing more comes of it by itself.
        public var isSettled: Bool { ["delivered", "rejected", "cancelled"].contains(state) }
    }

    /// What a receipt that the hub shows for the case is worth.
    public enum ReceiptStanding: Hashable, Sendable {
        /// It shows none, or was not asked.
        case none
        /// Ours, and the signature holds.
        case valid
        /// The signature fails, or it speaks of something else; why.
        case invalid(String)
    }

    /// Every event of the case, ascending; empty when the gateway has no such case.
    public var events: [Event]
    /// Deliveries of the case to the hub, ascending by event.
    public var deliveries: [Delivery]
    /// The region that registered the case.
    public var origin: RegionCode?
    /// Whether the hub takes part in the case, by history.
    public var isParty: Bool
    /// The case that the hub's own number leads to at the gateway; nil when it leads to none.
    public var caseOfLocalNumber: String?
    /// The receipt that the hub shows, where one was asked for.
    public var receipt: ReceiptStanding

    /// Facts; by default nothing is known.
    public init(
        events: [Event] = [], deliveries: [Delivery] = [], origin: RegionCode? = nil, isParty: Bool = false,
        caseOfLocalNumber: String? = nil, receipt: ReceiptStanding = .none
    ) {
        self.events = events
        self.deliveries = deliveries
        self.origin = origin
        self.isParty = isParty
        self.caseOfLocalNumber = caseOfLocalNumber
        self.receipt = receipt
    }
}

/// Up to when both ledgers were complete: what happened later is in flight.
public struct ReconciliationCut: Hashable, Sendable {
    /// Until when the hub's answer holds every change.
    public var hubWatermark: Instant
    /// Until when the gateway's ledger holds every change.
    public var gatewayWatermark: Instant
    /// How long a change may take to arrive, milliseconds.
    ///
    /// Default 15 minutes.
    public var graceMilliseconds: Int64

    /// A cut.
    public init(hubWatermark: Instant, gatewayWatermark: Instant, graceMilliseconds: Int64 = 900_000) {
        self.hubWatermark = hubWatermark
        self.gatewayWatermark = gatewayWatermark
        self.graceMilliseconds = graceMilliseconds
    }

    /// The earlier of the two watermarks, less the grace.
    public var at: Instant {
        Instant(epochMilliseconds: min(hubWatermark.epochMilliseconds, gatewayWatermark.epochMilliseconds))
            .adding(milliseconds: -graceMilliseconds)
    }
}
