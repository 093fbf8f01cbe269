import KuayuModel

/// The course of a case's clock, as far as the case tells: everything but the moment.
struct ClockCourse {
    let facts: ClockFacts
    /// The last second in time by the limit; see ``ClockReading/dueAt``.
    private(set) var dueAt: Instant?
    /// When the case should be decided; see ``ClockReading/deadline``, but kept after the end.
    private(set) var deadline: Instant?
    private(set) var yellowAt: Instant?
    private(set) var redAt: Instant?
    private let count: UnitCount?

    init(_ facts: ClockFacts, by clock: CaseClock) {
        self.facts = facts
        guard let start = facts.start else {
            count = nil
            return
        }
        let unit = facts.limit?.unit ?? .workday
        let count = UnitCount(unit, from: start, pauses: facts.pauses, calendar: clock.calendar)
        self.count = count
        if let limit = facts.limit {
            dueAt = count.end(of: limit.amount)
            deadline = dueAt
            let free = limit.amount - clock.policy.yellowUnits(of: limit.amount)
            yellowAt = free > 0 ? count.beginning(of: free) : start
        } else if let declared = facts.declaredDueAt, isReached(declared) {
            deadline = declared
            yellowAt = max(start, Self.lastWorkday(before: declared.date, in: clock.calendar).beginning)
        }
        redAt = deadline?.adding(milliseconds: 1_000)
        // A limit that is over at once has no yellow time.
        if let redAt, let yellow = yellowAt { yellowAt = min(yellow, redAt) }
    }

    func reading(at now: Instant) -> ClockReading {
        let state = state(at: now)
        let moment = facts.isEnded ? facts.end ?? facts.latest ?? facts.start ?? now : now
        let used = used(at: moment)
        let isLit = state != .notStarted && state != .stopped
        return ClockReading(
            state: state, limit: facts.limit, ignoredExtensions: facts.ignoredExtensions, startedAt: facts.start,
            stoppedAt: facts.end, dueAt: dueAt, declaredDueAt: facts.declaredDueAt, used: used,
            remaining: facts.limit.map { $0.amount - used }, isProvisional: isProvisional(at: moment),
            warning: isLit ? warning(at: now) : .none, yellowAt: yellowAt, redAt: redAt,
            nextChangeAt: isLit ? nextChange(after: now) : nil, deadline: isLit ? deadline : nil)
    }

    private func state(at now: Instant) -> ClockReading.State {
        if facts.isEnded { return .stopped }
        guard facts.start != nil else { return .notStarted }
        let pause = facts.pauses.filter { $0.contains(now) }.max { $0.from < $1.from }
        return pause.map { .paused($0.cause) } ?? .running
    }

    private func warning(at now: Instant) -> ClockReading.Warning {
        if let redAt, redAt <= now { return .red }
        if let yellowAt, yellowAt <= now { return .yellow }
        return .none
    }

    /// Units begun; the first beyond the limit counts as soon as it is overdue, even if no further day is worked yet.
    private func used(at moment: Instant) -> Int {
        guard let count else { return 0 }
        let begun = count.begun(at: moment)
        guard let limit = facts.limit, let redAt, redAt <= moment else { return begun }
        return max(begun, limit.amount + 1)
    }

    private func isProvisional(at moment: Instant) -> Bool {
        let stop = facts.pauses.filter { $0.to == nil }.map(\.from).min() ?? moment
        return count?.isProvisional(upTo: dueAt ?? min(moment, stop)) ?? false
    }

    private func nextChange(after now: Instant) -> Instant? {
        [count?.beginning(of: (count?.begun(at: now) ?? 0) + 1), yellowAt, redAt]
            .compactMap { $0 }.filter { $0 > now }.min()
    }

    /// A declared date does not bind while a pause of unknown end lies before it.
    private func isReached(_ declared: Instant) -> Bool {
        !facts.pauses.contains { $0.to == nil && $0.from <= declared }
    }

    private static func lastWorkday(before date: CalendarDate, in calendar: WorkCalendar) -> CalendarDate {
        (try? calendar.subtracting(workdays: 1, from: date)) ?? date
    }
}
