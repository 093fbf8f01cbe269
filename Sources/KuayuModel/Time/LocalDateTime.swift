/// Date and time of day at +08:00, to the millisecond, as the local formats write it.
public struct LocalDateTime: Hashable, Sendable, Comparable {
    /// The day.
    public let date: CalendarDate
    /// Milliseconds since midnight, 0 to 86,399,999.
    public let millisecondOfDay: Int

    /// Midnight at the beginning of a day.
    public init(date: CalendarDate) {
        self.date = date
        millisecondOfDay = 0
    }

    /// A time by its fields; `nil` when there is no such day or time.
    ///
    /// Hour 24 and second 60 are refused.
    public init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0
    ) {
        guard let date = CalendarDate(year: year, month: month, day: day), (0..<24).contains(hour),
            (0..<60).contains(minute), (0..<60).contains(second), (0..<1_000).contains(millisecond)
        else { return nil }
        self.date = date
        millisecondOfDay = ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond
    }

    /// What the clock at +08:00 shows at an instant; stops at the ends of the calendar.
    public init(_ instant: Instant) {
        let milliseconds = Int(instant.epochMilliseconds)
        let offset = Instant.zoneOffsetSeconds * 1_000
        let (shifted, overflow) = milliseconds.addingReportingOverflow(offset)
        let (day, rest) = (overflow ? Int.max : shifted).flooringDivided(by: Self.millisecondsPerDay)
        switch day {
        case ..<CalendarDate.min.daysSinceEpoch: self.init(date: .min, millisecondOfDay: 0)
        case (CalendarDate.max.daysSinceEpoch + 1)...:
            self.init(date: .max, millisecondOfDay: Self.millisecondsPerDay - 1)
        default: self.init(date: CalendarDate(daysSinceEpoch: day), millisecondOfDay: rest)
        }
    }

    private init(date: CalendarDate, millisecondOfDay: Int) {
        self.date = date
        self.millisecondOfDay = millisecondOfDay
    }

    /// Hour, 0 to 23.
    public var hour: Int { millisecondOfDay / 3_600_000 }
    /// Minute, 0 to 59.
    public var minute: Int { millisecondOfDay / 60_000 % 60 }
    /// Second, 0 to 59.
    public var second: Int { millisecondOfDay / 1_000 % 60 }
    /// Millisecond, 0 to 999.
    public var millisecond: Int { millisecondOfDay % 1_000 }

    /// The instant at which the clock at +08:00 shows this.
    public var instant: Instant {
        let local = date.daysSinceEpoch * Self.millisecondsPerDay + millisecondOfDay
        return Instant(epochMilliseconds: Int64(local - Instant.zoneOffsetSeconds * 1_000))
    }

    /// Orders by time.
    public static func < (a: LocalDateTime, b: LocalDateTime) -> Bool {
        (a.date, a.millisecondOfDay) < (b.date, b.millisecondOfDay)
    }

    private static let millisecondsPerDay = 86_400_000
}

extension Int {
    /// Quotient rounded down and remainder from 0 to `divisor` − 1; the divisor must be positive.
    fileprivate func flooringDivided(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
