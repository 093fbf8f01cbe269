/// A day of the proleptic Gregorian calendar, 0001-01-01 to 9999-12-31, without time or zone.
///
/// Held as the number of days since 1970-01-01. Dates of birth are such days, never instants.
public struct CalendarDate: Hashable, Sendable, Comparable {
    private let days: Int32

    /// 0001-01-01.
    public static let min = CalendarDate(unchecked: -719_162)
    /// 9999-12-31.
    public static let max = CalendarDate(unchecked: 2_932_896)

    private init(unchecked days: Int32) { self.days = days }

    /// The day that many days after 1970-01-01; numbers outside the calendar give its first or last day.
    public init(daysSinceEpoch: Int) {
        days = Int32(Swift.min(Swift.max(daysSinceEpoch, Int(Self.min.days)), Int(Self.max.days)))
    }

    /// A day by year 1 to 9999, month 1 to 12 and day; `nil` when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9_999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.dayCount(year: year, month: month)
        else { return nil }
        days = Int32(Self.daysFromCivil(year: year, month: month, day: day))
    }

    /// A day from exactly `yyyy-MM-dd`.
    public init?(_ text: some StringProtocol) {
        guard let date = DateTimeFormat.date.parse(text)?.date else { return nil }
        self = date
    }

    /// A day from the bytes of exactly `yyyyMMdd`.
    public init?(compact bytes: some Sequence<UInt8>) {
        var value = 0
        var count = 0
        for byte in bytes {
            guard byte.isASCIIDigit, count < 8 else { return nil }
            value = value * 10 + Int(byte &- 0x30)
            count += 1
        }
        guard count == 8 else { return nil }
        self.init(year: value / 10_000, month: value / 100 % 100, day: value % 100)
    }

    /// Days since 1970-01-01, negative before.
    public var daysSinceEpoch: Int { Int(days) }

    /// Year, month 1 to 12, day 1 to 31.
    public var components: (year: Int, month: Int, day: Int) { Self.civil(fromDays: Int(days)) }

    /// Year, 1 to 9999.
    public var year: Int { components.year }

    /// Day of the week by ISO 8601: 1 Monday to 7 Sunday.
    public var weekday: Int { (Int(days) + 719_162) % 7 + 1 }

    /// The day that many days later, or earlier if negative; stops at the ends of the calendar.
    public func adding(days count: Int) -> CalendarDate {
        let (sum, overflow) = Int(days).addingReportingOverflow(count)
        return CalendarDate(daysSinceEpoch: overflow ? (count < 0 ? .min : .max) : sum)
    }

    /// `yyyy-MM-dd`.
    public var text: String { DateTimeFormat.date.format(LocalDateTime(date: self)) }

    /// `yyyyMMdd`.
    public var compact: String { DateTimeFormat.compactDate.format(LocalDateTime(date: self)) }

    /// Orders by time.
    public static func < (a: CalendarDate, b: CalendarDate) -> Bool { a.days < b.days }

    /// Days of a month, 28 to 31; the month must be 1 to 12.
    static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    // Both ways count in years that begin on 1 March, so that the leap day comes last; an era is 400 years.
    // Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

    private static func daysFromCivil(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension CalendarDate: CustomStringConvertible {
    /// `yyyy-MM-dd`.
    public var description: String { text }
}
