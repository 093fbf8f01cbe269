public import KuayuModel

extension ReconReport {
    /// One day of one hub.
    public struct TrendPoint: Hashable, Sendable {
        /// The day at +08:00.
        public var day: CalendarDate
        /// The hub.
        public var hub: RegionCode
        /// Differences that the last run of the day found; nil when no run came to a conclusion that day.
        public var differences: Int?
        /// Breaks that were open at the end of the day.
        public var openBreaks: Int

        /// A day.
        public init(day: CalendarDate, hub: RegionCode, differences: Int?, openBreaks: Int) {
            self.day = day
            self.hub = hub
            self.differences = differences
            self.openBreaks = openBreaks
        }
    }

    /// One repair plan that was carried out, or is being carried out.
    public struct RepairLine: Hashable, Sendable {
        /// Id of the plan.
        public var plan: String
        /// The hub.
        public var hub: RegionCode
        /// What was done.
        public var action: RepairAction
        /// When it began.
        public var startedAt: Instant
        /// When it ended; nil while it goes on.
        public var endedAt: Instant?
        /// Steps of the plan.
        public var steps: Int
        /// Steps done.
        public var done: Int
        /// Steps left out because something had changed meanwhile.
        public var skipped: Int
        /// Steps that failed.
        public var failed: Int
        /// Who proposed it: `gateway`, or a person.
        public var proposedBy: String
        /// Who approved it; nil where nobody need.
        public var approvedBy: String?
        /// Why it was stopped before its end; nil when it was not.
        public var stopReason: String?

        /// A repair.
        public init(
            plan: String, hub: RegionCode, action: RepairAction, startedAt: Instant, endedAt: Instant? = nil,
            steps: Int, done: Int, skipped: Int = 0, failed: Int = 0, proposedBy: String = "gateway",
            approvedBy: String? = nil, stopReason: String? = nil
        ) {
            self.plan = plan
            self.hub = hub
            self.action = action
            self.startedAt = startedAt.wholeSecond
            self.endedAt = endedAt?.wholeSecond
            self.steps = steps
            self.done = done
            self.skipped = skipped
            self.failed = failed
            self.proposedBy = proposedBy
            self.approvedBy = approvedBy
            self.stopReason = stopReason
        }
    }

    /// One signature.
    public struct Signature: Hashable, Sendable {
        /// Who.
        public var by: String
        /// When.
        public var at: Instant

        /// A signature.
        public init(by: String, at: Instant) {
            self.by = by
            self.at = at.wholeSecond
        }
    }

    /// The signatures under the day of one hub; with both of them the day is frozen.
    public struct SignOff: Hashable, Sendable {
        /// The hub.
        public var hub: RegionCode
        /// The day.
        public var day: CalendarDate
        /// Digest of the report that was signed, `sha256:…`; nil until somebody signs.
        public var reportDigest: String?
        /// The first signature (编制).
        public var first: Signature?
        /// The second, by another person (复核).
        public var second: Signature?

        /// Signatures.
        public init(
            hub: RegionCode, day: CalendarDate, reportDigest: String? = nil, first: Signature? = nil,
            second: Signature? = nil
        ) {
            self.hub = hub
            self.day = day
            self.reportDigest = reportDigest
            self.first = first
            self.second = second
        }

        /// The signatures as they are kept.
        public init(_ kept: KuayuReconcile.SignOff) {
            self.init(
                hub: kept.hub, day: kept.day, reportDigest: kept.reportDigest,
                first: kept.first.map { Signature(by: $0.by, at: $0.at) },
                second: kept.second.map { Signature(by: $0.by, at: $0.at) })
        }

        /// Whether two different persons signed.
        public var isComplete: Bool {
            if let first, let second { KuayuReconcile.SignOff.areDifferent(first.by, second.by) } else { false }
        }
    }

    /// One notice: breaks of one kind at one hub, told once.
    public struct NoticeLine: Hashable, Sendable {
        /// Its id.
        public var id: String
        /// The hub.
        public var hub: RegionCode
        /// The kind of break it is about; nil when it is about something else.
        public var code: BreakCode?
        /// What it says, in Chinese.
        public var chinese: String
        /// The same in English.
        public var english: String
        /// How many breaks it stands for.
        public var count: Int
        /// When it was opened.
        public var openedAt: Instant
        /// When it was closed; nil while it is open.
        public var closedAt: Instant?

        /// A notice.
        public init(
            id: String, hub: RegionCode, code: BreakCode?, chinese: String, english: String, count: Int,
            openedAt: Instant, closedAt: Instant? = nil
        ) {
            self.id = id
            self.hub = hub
            self.code = code
            self.chinese = chinese
            self.english = english
            self.count = count
            self.openedAt = openedAt.wholeSecond
            self.closedAt = closedAt?.wholeSecond
        }
    }
}
