public import KuayuModel
public import KuayuRules

/// What a case may do, as this gateway applies it: clocks, obligations, bundles.
///
/// A value; a newly loaded calendar makes a new one.
public struct Rulebook: Sendable {
    /// Thresholds and lead times.
    public let policy: RulesPolicy
    /// The work calendar in force.
    public let calendar: WorkCalendar
    /// The themes of bundles.
    public let themes: Bundles
    /// Limits and warnings.
    public let clock: CaseClock
    /// What stands on a case, and when to look at it again.
    public let agenda: CaseAgenda

    /// Rules under a policy.
    public init(
        policy: RulesPolicy = RulesPolicy(), calendar: WorkCalendar = .standard, themes: Bundles = .standard
    ) {
        self.policy = policy
        self.calendar = calendar
        self.themes = themes
        clock = CaseClock(calendar: calendar, policy: policy)
        agenda = CaseAgenda(clock: clock)
    }

    /// The same rules by another calendar.
    public func with(calendar: WorkCalendar) -> Rulebook {
        Rulebook(policy: policy, calendar: calendar, themes: themes)
    }
}
