/// The work calendar of China: which days are worked, by the announced holidays and moved weekends.
///
/// Inside ``years`` the table decides, and Monday to Friday where it is silent. Outside, before as after, nothing is
/// announced: Monday to Friday is assumed and the answer is marked *provisional*, never silently a plain week.
public struct WorkCalendar: Hashable, Sendable {
    /// Why a count of working days is refused.
    public enum CountError: Error, Hashable, Sendable {
        /// Limits do not run backwards.
        case negative(Int)
        /// More than ``countLimit``.
        case tooMany(Int, limit: Int)
    }

    /// A date reached by counting.
    public struct DueDate: Hashable, Sendable {
        /// The date.
        public let date: CalendarDate
        /// Whether a day that was counted lies outside the announced calendar.
        public let isProvisional: Bool
    }

    /// The largest number of working days that can be added or taken off.
    public static let countLimit = 10_000

    /// The calendar that is built in.
    public static let standard = embedded("workdays.csv") { () throws(ReferenceError) in
        try WorkCalendar(csv: PackageResources.workdays_csv)
    }

    /// The years that are announced.
    public let years: ClosedRange<Int>
    private let firstDay: Int
    /// Number of worked days before each day of the table; one entry more than there are days.
    private let workedBefore: [Int32]

    /// A calendar from a table with the columns `date`, `kind` (`holiday` or `workday`) and `name`.
    ///
    /// The table covers whole years, from that of its first to that of its last row; a year between them without any row
    /// is refused, because every announced year has holidays.
    public init(csv: [UInt8]) throws(ReferenceError) {
        let table = try CSVTable(csv, name: "workdays.csv")
        let exceptions = try Self.exceptions(in: table)
        guard let first = exceptions.keys.min()?.year, let last = exceptions.keys.max()?.year,
            let start = CalendarDate(year: first, month: 1, day: 1),
            let end = CalendarDate(year: last, month: 12, day: 31)
        else { throw ReferenceError(file: "workdays.csv", line: 1, reason: "no rows") }
        let present = Set(exceptions.keys.map(\.year))
        if let gap = (first...last).first(where: { !present.contains($0) }) {
            let line = table.rows.last?.line ?? 1
            throw ReferenceError(file: "workdays.csv", line: line, reason: "no rows of the year \(gap)")
        }
        years = first...last
        firstDay = start.daysSinceEpoch
        var before: [Int32] = [0]
        for day in start.daysSinceEpoch...end.daysSinceEpoch {
            let date = CalendarDate(daysSinceEpoch: day)
            before.append(before[before.count - 1] + (exceptions[date] ?? (date.weekday <= 5) ? 1 : 0))
        }
        workedBefore = before
    }

    /// Name of this edition, as a case records it: `CN-2018-2026`.
    public var edition: String { "CN-\(years.lowerBound)-\(years.upperBound)" }

    /// Whether a day lies inside the announced calendar.
    public func covers(_ date: CalendarDate) -> Bool { index(of: date) != nil }

    /// Whether a day is worked, and whether that is only assumed.
    public func isWorkday(_ date: CalendarDate) -> (isWorkday: Bool, isProvisional: Bool) {
        guard let index = index(of: date) else { return (date.weekday <= 5, true) }
        return (workedBefore[index + 1] > workedBefore[index], false)
    }

    /// The day on which a limit of `count` working days from `start` ends.
    ///
    /// The start day does not count.
    ///
    /// Zero gives the start day itself, worked or not; it is provisional only when the start day is.
    public func adding(workdays count: Int, to start: CalendarDate) throws(CountError) -> DueDate {
        guard count >= 0 else { throw .negative(count) }
        guard count <= Self.countLimit else { throw .tooMany(count, limit: Self.countLimit) }
        var date = start
        var isProvisional = count == 0 && !covers(start)
        var left = count
        while left > 0, date < .max {
            date = date.adding(days: 1)
            let day = isWorkday(date)
            isProvisional = isProvisional || day.isProvisional
            if day.isWorkday { left -= 1 }
        }
        return DueDate(date: date, isProvisional: isProvisional)
    }

    /// The working day from which `count` working days lead to `end`, which itself counts if it is worked.
    ///
    /// Zero gives `end`, or the last working day before it. Stops at the beginning of the calendar.
    public func subtracting(workdays count: Int, from end: CalendarDate) throws(CountError) -> CalendarDate {
        guard count >= 0 else { throw .negative(count) }
        guard count <= Self.countLimit else { throw .tooMany(count, limit: Self.countLimit) }
        var date = end
        var left = count
        while date > .min {
            let isWorked = isWorkday(date).isWorkday
            if left == 0 && isWorked { break }
            if isWorked { left -= 1 }
            date = date.adding(days: -1)
        }
        return date
    }

    /// Working days after `start` up to and including `end`; negative when `end` is earlier.
    ///
    /// For every `n`, counting from a day to the day that ``adding(workdays:to:)`` gives is `n`.
    public func workdays(from start: CalendarDate, to end: CalendarDate) -> (count: Int, isProvisional: Bool) {
        if end < start {
            let reverse = workdays(from: end, to: start)
            return (-reverse.count, reverse.isProvisional)
        }
        let isProvisional = start < end && !(covers(start.adding(days: 1)) && covers(end))
        return (workedThrough(end.daysSinceEpoch) - workedThrough(start.daysSinceEpoch), isProvisional)
    }

    private var lastDay: Int { firstDay + workedBefore.count - 2 }

    private func index(of date: CalendarDate) -> Int? {
        let index = date.daysSinceEpoch - firstDay
        return index >= 0 && index < workedBefore.count - 1 ? index : nil
    }

    /// Worked days up to and including a day, counted from a fixed point long before the calendar begins.
    private func workedThrough(_ day: Int) -> Int {
        if day < firstDay { return Self.plainWorkdays(through: day) }
        let before = Self.plainWorkdays(through: firstDay - 1)
        if day <= lastDay { return before + Int(workedBefore[day - firstDay + 1]) }
        let inside = Int(workedBefore[workedBefore.count - 1])
        return before + inside + Self.plainWorkdays(through: day) - Self.plainWorkdays(through: lastDay)
    }

    /// Days from Monday 0001-01-01 to `day` that are Monday to Friday.
    private static func plainWorkdays(through day: Int) -> Int {
        let count = day - CalendarDate.min.daysSinceEpoch + 1
        return count / 7 * 5 + Swift.min(count % 7, 5)
    }

    private static func exceptions(in table: CSVTable) throws(ReferenceError) -> [CalendarDate: Bool] {
        var result: [CalendarDate: Bool] = [:]
        for row in table.rows {
            guard let date = CalendarDate(try row["date"]) else { throw row.error("no date") }
            let isWorked: Bool
            switch try row["kind"] {
            case "holiday": isWorked = false
            case "workday": isWorked = true
            default: throw row.error("kind is neither holiday nor workday")
            }
            guard result.updateValue(isWorked, forKey: date) == nil else { throw row.error("date occurs twice") }
        }
        return result
    }
}
