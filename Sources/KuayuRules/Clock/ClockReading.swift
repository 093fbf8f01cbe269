public import KuayuModel

/// Why a clock stands still.
public enum PauseCause: String, Hashable, Sendable, CaseIterable {
    /// 补正: the applicant is completing the papers.
    case supplement
    /// 特别程序: hearing, test, expert review and the like.
    case special
}

/// What the clock of a case shows at one moment.
///
/// A pure function of the case, the calendar and the moment. For one and the same case ``used`` and ``warning`` never go
/// back as time passes.
public struct ClockReading: Hashable, Sendable {
    /// Whether the clock runs.
    public enum State: Hashable, Sendable {
        /// The case has not been accepted by the handling region. → running, stopped
        case notStarted
        /// It runs. → paused, stopped
        case running
        /// It stands still until the pause ends. → running, stopped
        case paused(PauseCause)
        /// The case was decided or ended otherwise. Final.
        case stopped
    }

    /// The lamp.
    public enum Warning: String, Hashable, Sendable, CaseIterable, Comparable {
        /// No lamp.
        case none
        /// 黄灯: little is left.
        case yellow
        /// 红灯: overdue.
        case red

        private var rank: Int { self == .none ? 0 : self == .yellow ? 1 : 2 }

        /// Orders by urgency.
        public static func < (a: Warning, b: Warning) -> Bool { a.rank < b.rank }
    }

    /// Whether the clock runs.
    public var state: State
    /// The promised limit, else the statutory one, with the extensions of the same unit; nil when the case names none.
    public var limit: TimeLimit?
    /// Extensions in another unit than the limit's; they cannot be added and change nothing.
    public var ignoredExtensions: Int
    /// When it started: acceptance by the handling region; nil before.
    public var startedAt: Instant?
    /// When it ended: the decision, or how the case ended otherwise; nil before.
    public var stoppedAt: Instant?
    /// The last second that is in time, by the limit, the calendar and the pauses.
    ///
    /// Nil without a limit or a start, and while a pause of which the end is not known lies before it.
    public var dueAt: Instant?
    /// What the handling region declared, `dueAt` of the case.
    public var declaredDueAt: Instant?
    /// Units used, in ``unit``; a unit counts from its beginning, from 0.
    ///
    /// The first unit beyond the limit counts from the moment after ``dueAt``.
    public var used: Int
    /// ``limit`` less ``used``; negative exactly when it is overdue, or was when it ended; nil without a limit.
    public var remaining: Int?
    /// Whether ``dueAt`` (or ``used``, where there is none) rests on days that are not announced yet.
    public var isProvisional: Bool
    /// The lamp; none before the start and after the end.
    public var warning: Warning
    /// When the lamp turns or turned yellow if nothing else happens; nil when it will not.
    public var yellowAt: Instant?
    /// When the lamp turns or turned red if nothing else happens; nil when it will not.
    public var redAt: Instant?
    /// The first moment after now at which ``warning`` or ``used`` could differ if nothing else happens; nil when never.
    public var nextChangeAt: Instant?

    /// What is counted: the unit of the limit, working days without one.
    public var unit: TimeLimit.Unit { limit?.unit ?? .workday }

    /// Until when the case should be decided: ``dueAt``, or what was declared where there is no limit.
    ///
    /// Nil before the start, after the end, and while a pause of unknown end lies before it.
    public var deadline: Instant?
}
