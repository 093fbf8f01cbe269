public import KuayuModel

/// How a hub answers reconciliation.
public enum ReconcileProfile: String, Hashable, Sendable, CaseIterable {
    /// SQL sums behind HTTP.
    case sql = "S"
    /// A file with a manifest.
    case file = "F"
    /// negentropy v1.
    case negentropy = "N"
}

/// One reconciliation of one hub: both lanes, one cut.
public struct RunRecord: Hashable, Sendable {
    /// What started it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Every few minutes, days that changed.
        case continuous
        /// Once a day at the region's cut-off, everything.
        case daily
        /// A person asked.
        case onDemand
        /// Once a week, a random sample of cases with their content and receipts.
        case audit
        /// After a repair, what it touched.
        case verification
    }

    /// Where it stands.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Under way; found so at a start it is begun anew under the same id.
        case running
        /// Nothing differs, or what differs is in flight.
        case agreed
        /// There are breaks.
        case differs
        /// Nothing could be concluded (R14).
        case feedError
    }

    /// Number of cases in a state on both sides.
    public struct StatusCount: Hashable, Sendable {
        /// Canonical state.
        public var status: String
        /// At the gateway.
        public var expected: Int
        /// At the hub; nil where the profile does not tell it.
        public var found: Int?

        /// A count.
        public init(status: String, expected: Int, found: Int?) {
            self.status = status
            self.expected = expected
            self.found = found
        }
    }

    /// One day of registration.
    public struct DayCount: Hashable, Sendable {
        /// The day, at +08:00.
        public var day: CalendarDate
        /// Cases at the gateway.
        public var expected: Int
        /// Cases that differ.
        public var differing: Int

        /// A count.
        public init(day: CalendarDate, expected: Int, differing: Int) {
            self.day = day
            self.expected = expected
            self.differing = differing
        }
    }

    /// What was found in one lane.
    public struct LaneRecord: Hashable, Sendable {
        /// The lane.
        public var lane: Lane
        /// Number and sum of the gateway's side.
        public var expected: Accumulator
        /// Number and sum of the hub's side.
        public var found: Accumulator
        /// Cases that agree.
        public var matched: Int
        /// Differences that something under way explains.
        public var inFlight: Int
        /// Cases that agree as far as a hub that cannot say its content can tell.
        public var unchecked: Int
        /// Breaks that this run saw.
        public var breaks: Int
        /// By state, in the order of the states.
        public var byStatus: [StatusCount]
        /// By day of registration, ascending; days without cases are left out.
        public var byDay: [DayCount]
        /// What it took.
        public var cost: ComparisonCost

        /// A lane.
        public init(
            lane: Lane, expected: Accumulator, found: Accumulator, matched: Int, inFlight: Int, unchecked: Int,
            breaks: Int, byStatus: [StatusCount] = [], byDay: [DayCount] = [], cost: ComparisonCost = ComparisonCost()
        ) {
            self.lane = lane
            self.expected = expected
            self.found = found
            self.matched = matched
            self.inFlight = inFlight
            self.unchecked = unchecked
            self.breaks = breaks
            self.byStatus = byStatus
            self.byDay = byDay
            self.cost = cost
        }
    }

    /// Its id: `RC-` region `-` start as yyyyMMddHHmmss `-` 4 digits of a counter.
    public var id: String
    /// The hub.
    public var hub: RegionCode
    /// How the hub answered.
    public var profile: ReconcileProfile
    /// What started it.
    public var kind: Kind
    /// The day that a daily run closes.
    public var day: CalendarDate?
    /// When it began.
    public var startedAt: Instant
    /// When it ended; nil while it runs.
    public var endedAt: Instant?
    /// Where it stands.
    public var state: State
    /// Up to when both ledgers were complete; nil until the hub has said so.
    public var cut: ReconciliationCut?
    /// The lanes, `in` before `out`; empty when nothing could be concluded.
    public var lanes: [LaneRecord]
    /// Why nothing could be concluded.
    public var fault: FeedError?

    /// A run.
    public init(
        id: String, hub: RegionCode, profile: ReconcileProfile, kind: Kind, day: CalendarDate? = nil,
        startedAt: Instant, endedAt: Instant? = nil, state: State = .running, cut: ReconciliationCut? = nil,
        lanes: [LaneRecord] = [], fault: FeedError? = nil
    ) {
        self.id = id
        self.hub = hub
        self.profile = profile
        self.kind = kind
        self.day = day
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.state = state
        self.cut = cut
        self.lanes = lanes
        self.fault = fault
    }
}
