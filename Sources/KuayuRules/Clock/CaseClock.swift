public import KuayuModel

/// The clock of a case: started by acceptance, stopped by supplements and special procedures, ended by the decision.
///
/// Counting follows 行政许可法 (articles 42, 45 and 82) and 民法典 (article 201): the day of the start does not count;
/// time for supplements and special procedures does not count; working days are those of the announced calendar, moved
/// weekends included. Of working and calendar days every day counts that no pause touches: neither the day on which a
/// pause begins, because the clock stands at its end, nor the day on which it ends, because that day starts the clock
/// anew. A limit of days ends with the last second of its last day at +08:00. Hours are hours elapsed, pauses taken off
/// to the second.
public struct CaseClock: Sendable {
    /// The calendar.
    public let calendar: WorkCalendar
    /// The thresholds.
    public let policy: RulesPolicy

    /// A clock by one calendar.
    public init(calendar: WorkCalendar = .standard, policy: RulesPolicy = .standard) {
        self.calendar = calendar
        self.policy = policy
    }

    /// What the clock of a case shows at a moment; parts of a second are ignored.
    public func reading(of record: CaseRecord, now: Instant) -> ClockReading {
        course(of: record).reading(at: now.wholeSecond)
    }

    /// The value of the case's `calendar` field: the edition, and ` provisional` when a date lies beyond it.
    public func calendarField(for record: CaseRecord, now: Instant) -> String {
        reading(of: record, now: now).isProvisional ? calendar.edition + " provisional" : calendar.edition
    }

    /// Everything about the clock that does not depend on the moment.
    func course(of record: CaseRecord) -> ClockCourse { ClockCourse(ClockFacts(record), by: self) }
}
