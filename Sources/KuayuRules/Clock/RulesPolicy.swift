/// What the offices have agreed about warnings; everything else about clocks follows from the case and the calendar.
public struct RulesPolicy: Hashable, Sendable {
    /// 黄灯: yellow when at most this share of the limit is left, in thousandths, 0 to 1000; default 200.
    ///
    /// The share is rounded down, but is never less than one unit of the limit.
    public var yellowPermille: Int
    /// How long before something owed is due its reminder is given; default 3 working days.
    public var reminderLead: TimeLimit
    /// 一次告知: working days, the day of receipt excluded, in which the handling region must have accepted or have said
    /// completely what is missing; from 0, default 5 (行政许可法, article 32).
    public var noticeWorkdays: Int

    /// The defaults.
    public static let standard = RulesPolicy()

    /// A policy; numbers outside their range are taken as its nearest end.
    public init(
        yellowPermille: Int = 200, reminderLead: TimeLimit = TimeLimit(3, .workday), noticeWorkdays: Int = 5
    ) {
        self.yellowPermille = min(max(yellowPermille, 0), 1_000)
        self.reminderLead = TimeLimit(min(max(reminderLead.amount, 0), 3_650), reminderLead.unit)
        self.noticeWorkdays = min(max(noticeWorkdays, 0), 3_650)
    }

    /// Units that may be left of a limit when yellow begins.
    func yellowUnits(of limit: Int) -> Int { max(1, limit * yellowPermille / 1_000) }
}
