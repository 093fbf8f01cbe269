public import KuayuModel

/// What ageing needs to know of one of the gateway's own cases.
public struct CaseProgress: Hashable, Sendable {
    /// Federation id.
    public var caseID: String
    /// The region whose turn it is: the finding is its hub's.
    public var inCharge: RegionCode
    /// The lane of that hub in which the case is.
    public var lane: Lane
    /// Number of the last event.
    public var version: Int
    /// Canonical state after it.
    public var status: String
    /// When it was recorded.
    public var lastEventAt: Instant
    /// When the time limit ran out; nil while it runs, is paused, or there is none.
    public var clockRanOutAt: Instant?

    /// How a case stands.
    public init(
        caseID: String, inCharge: RegionCode, lane: Lane, version: Int, status: String, lastEventAt: Instant,
        clockRanOutAt: Instant? = nil
    ) {
        self.caseID = caseID
        self.inCharge = inCharge
        self.lane = lane
        self.version = version
        self.status = status
        self.lastEventAt = lastEventAt
        self.clockRanOutAt = clockRanOutAt
    }
}

/// Finds the gateway's own cases in which nothing happens (R10) or whose time limit ran out (R11).
///
/// Both ledgers may agree on such a case; it is the citizen who waits.
public struct AgeingRules: Hashable, Sendable {
    /// From how many working days without an event an unfinished case is stuck, at least 1.
    ///
    /// Default 10.
    public var stuckDays: Int
    /// The calendar in which days are counted.
    public var calendar: WorkCalendar

    /// Rules.
    public init(stuckDays: Int = 10, calendar: WorkCalendar = .standard) {
        self.stuckDays = max(1, stuckDays)
        self.calendar = calendar
    }

    /// What is to be said of a case now: nothing, R10, R11 or both, in this order.
    ///
    /// A finished case is neither; a decided one is no longer overdue, but may be stuck on its way to the applicant. A
    /// state that is no canonical one counts as unfinished.
    public func findings(of progress: CaseProgress, now: Instant) -> [Finding] {
        let state = CaseState(rawValue: progress.status)
        if state?.isFinal == true { return [] }
        var findings: [Finding] = []
        let days = calendar.workdays(from: progress.lastEventAt.date, to: now.date).count
        if days >= stuckDays {
            let words = Sentences.stuck(progress, days: days, limit: stuckDays, now: now)
            findings.append(finding(.stuck, progress, words))
        }
        if let end = progress.clockRanOutAt, end <= now, state?.isDecided != true {
            findings.append(finding(.overdue, progress, Sentences.overdue(progress, ranOutAt: end, now: now)))
        }
        return findings
    }

    private func finding(_ code: BreakCode, _ progress: CaseProgress, _ words: Sentences.Words) -> Finding {
        Finding(
            code: code, lane: progress.lane, caseID: progress.caseID, isInFlight: false,
            firstVersion: progress.version, expected: nil, found: [], chinese: words.chinese, english: words.english,
            action: .escalate, isAutomatic: false)
    }
}
