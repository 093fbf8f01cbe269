public import KuayuModel
public import KuayuReconcile

/// Which runs are wanted.
public struct RunFilter: Hashable, Sendable {
    /// Only of this hub.
    public var hub: RegionCode?
    /// Only started by this.
    public var kind: RunRecord.Kind?
    /// Only in this state.
    public var state: RunRecord.State?
    /// Only those that close this day.
    public var day: CalendarDate?
    /// Only those that started before this instant (for the next page).
    public var before: Instant?
    /// At most so many, 1 to 10,000.
    ///
    /// Default 50.
    public var limit: Int

    /// A filter.
    public init(
        hub: RegionCode? = nil, kind: RunRecord.Kind? = nil, state: RunRecord.State? = nil, day: CalendarDate? = nil,
        before: Instant? = nil, limit: Int = 50
    ) {
        self.hub = hub
        self.kind = kind
        self.state = state
        self.day = day
        self.before = before
        self.limit = limit
    }
}

/// Which breaks are wanted.
public struct BreakFilter: Hashable, Sendable {
    /// Where a page ends: the next one begins behind it.
    public struct Position: Hashable, Sendable {
        /// When the last break of the page was seen first.
        public var firstSeenAt: Instant
        /// Its id.
        public var id: String

        /// A position.
        public init(firstSeenAt: Instant, id: String) {
            self.firstSeenAt = firstSeenAt
            self.id = id
        }

        /// The position of a break.
        public init(_ last: Break) { self.init(firstSeenAt: last.firstSeenAt, id: last.id) }
    }

    /// Only of this hub.
    public var hub: RegionCode?
    /// Only of this kind.
    public var code: BreakCode?
    /// Only in these states; nil for any.
    public var states: Set<BreakState>?
    /// Only of this case, as the break spells it.
    public var caseID: String?
    /// Only those behind this one (for the next page).
    public var after: Position?
    /// At most so many, 1 to 10,000.
    ///
    /// Default 100.
    public var limit: Int

    /// A filter.
    public init(
        hub: RegionCode? = nil, code: BreakCode? = nil, states: Set<BreakState>? = nil, caseID: String? = nil,
        after: Position? = nil, limit: Int = 100
    ) {
        self.hub = hub
        self.code = code
        self.states = states
        self.caseID = caseID
        self.after = after
        self.limit = limit
    }
}

/// How many breaks of a hub and kind are in a state.
public struct BreakCount: Hashable, Sendable {
    /// The hub.
    public var hub: RegionCode
    /// The kind.
    public var code: BreakCode
    /// The state.
    public var state: BreakState
    /// How many.
    public var count: Int

    /// A count.
    public init(hub: RegionCode, code: BreakCode, state: BreakState, count: Int) {
        self.hub = hub
        self.code = code
        self.state = state
        self.count = count
    }
}

/// Which steps in the life of breaks are wanted.
public struct BreakEventFilter: Hashable, Sendable {
    /// Only of breaks of this hub.
    public var hub: RegionCode?
    /// Only at this instant or later.
    public var from: Instant?
    /// Only before this instant.
    public var until: Instant?
    /// Only behind the step with this number (for the next page).
    public var after: Int64?
    /// At most so many, 1 to 10,000.
    ///
    /// Default 1,000.
    public var limit: Int

    /// A filter.
    public init(
        hub: RegionCode? = nil, from: Instant? = nil, until: Instant? = nil, after: Int64? = nil, limit: Int = 1_000
    ) {
        self.hub = hub
        self.from = from
        self.until = until
        self.after = after
        self.limit = limit
    }
}

/// A step in the life of a break as stored, with what one counts by.
public struct RecordedBreakEvent: Hashable, Sendable {
    /// Its number: ascending in the order of writing, over all breaks.
    public var number: Int64
    /// The break's hub.
    public var hub: RegionCode
    /// The break's kind.
    public var code: BreakCode
    /// The step.
    public var event: BreakEvent

    /// A step.
    public init(number: Int64, hub: RegionCode, code: BreakCode, event: BreakEvent) {
        self.number = number
        self.hub = hub
        self.code = code
        self.event = event
    }
}

/// A day of a lane that agreed: it need not be compared again while neither sum changes.
public struct AgreedDay: Hashable, Sendable {
    /// The hub.
    public var hub: RegionCode
    /// The lane.
    public var lane: Lane
    /// The day, as in ``LedgerDayTotal``.
    public var day: Int
    /// Number and sum on both sides.
    public var total: Accumulator
    /// The run that found it.
    public var run: String
    /// When.
    public var at: Instant

    /// A day.
    public init(hub: RegionCode, lane: Lane, day: Int, total: Accumulator, run: String, at: Instant) {
        self.hub = hub
        self.lane = lane
        self.day = day
        self.total = total
        self.run = run
        self.at = at
    }
}

/// A report as it was computed: its JSON is kept byte for byte.
public struct StoredReport: Hashable, Sendable {
    /// The hub; nil for the report of all.
    public var hub: RegionCode?
    /// The day it reports on.
    public var day: CalendarDate
    /// Digest of ``bytes``, `sha256:…`.
    public var digest: String
    /// When it was computed.
    public var computedAt: Instant
    /// The JSON; empty in lists.
    public var bytes: [UInt8]

    /// A report.
    public init(hub: RegionCode?, day: CalendarDate, digest: String, computedAt: Instant, bytes: [UInt8]) {
        self.hub = hub
        self.day = day
        self.digest = digest
        self.computedAt = computedAt
        self.bytes = bytes
    }
}

/// A repair plan as kept, with who ordered it.
public struct KeptRepairPlan: Hashable, Sendable {
    /// The plan.
    public var plan: RepairPlan
    /// Who ordered it: `gateway`, or a person.
    public var by: String
    /// When it was begun.
    public var begunAt: Instant
    /// When it came to its end or stopped itself; nil while it is to be gone on with.
    public var endedAt: Instant?

    /// A plan.
    public init(plan: RepairPlan, by: String, begunAt: Instant, endedAt: Instant? = nil) {
        self.plan = plan
        self.by = by
        self.begunAt = begunAt
        self.endedAt = endedAt
    }
}

/// What came of one step of a repair plan.
public struct KeptRepairStep: Hashable, Sendable {
    /// The step's place in the plan, from 0.
    public var step: Int
    /// What came of it.
    public var outcome: RepairOutcome
    /// When.
    public var at: Instant

    /// An outcome.
    public init(step: Int, outcome: RepairOutcome, at: Instant) {
        self.step = step
        self.outcome = outcome
        self.at = at
    }
}
