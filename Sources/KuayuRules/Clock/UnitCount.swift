import KuayuModel

/// Counts the units of a limit from a start, leaving out the pauses.
///
/// A unit counts from its beginning: the first from the beginning of the first day that counts, or from the first second
/// of the first hour.
enum UnitCount {
    case days(DayCount)
    case hours(HourCount)

    init(_ unit: TimeLimit.Unit, from start: Instant, pauses: [ClockFacts.Pause], calendar: WorkCalendar) {
        switch unit {
        case .workday: self = .days(DayCount(from: start, pauses: pauses, workdaysOf: calendar))
        case .day: self = .days(DayCount(from: start, pauses: pauses, workdaysOf: nil))
        case .hour: self = .hours(HourCount(from: start, pauses: pauses))
        }
    }

    /// Units that have begun at a moment.
    func begun(at moment: Instant) -> Int {
        switch self {
        case .days(let count): count.begun(on: moment.date)
        case .hours(let count): count.begun(at: moment)
        }
    }

    /// The beginning of the `number`-th unit, from 1; nil when it never begins.
    func beginning(of number: Int) -> Instant? {
        switch self {
        case .days(let count): count.day(number)?.beginning
        case .hours(let count): count.beginning(of: number)
        }
    }

    /// The last second of a limit of that many units; nil when it never ends.
    func end(of limit: Int) -> Instant? {
        switch self {
        case .days(let count): count.lastDay(of: limit)?.end
        case .hours(let count): count.beginning(of: limit + 1)?.adding(milliseconds: -1_000)
        }
    }

    /// Whether counting up to a moment uses days that are not announced.
    func isProvisional(upTo moment: Instant) -> Bool {
        switch self {
        case .days(let count): count.isProvisional(upTo: moment.date)
        case .hours: false
        }
    }
}

/// Counts working or calendar days that no pause touches, the day of the start left out.
struct DayCount {
    private let start: CalendarDate
    private let calendar: WorkCalendar?
    /// Days that count if they are worked, each span from its first to its last day.
    private let spans: [ClosedRange<CalendarDate>]
    /// The last day of a limit of zero: that of the start, or the end of the pause that touches it.
    private let zeroDay: CalendarDate?

    /// Days after the day of `start`: those that `calendar` says are worked, all days without one.
    init(from start: Instant, pauses: [ClockFacts.Pause], workdaysOf calendar: WorkCalendar?) {
        self.start = start.date
        self.calendar = calendar
        var spans: [ClosedRange<CalendarDate>] = []
        var next = start.date.adding(days: 1)
        var zero: CalendarDate? = start.date
        var isOpen = false
        for pause in pauses.sorted(by: { $0.from < $1.from }) where !isOpen {
            let last = pause.from.date.adding(days: -1)
            if next <= last { spans.append(next...last) }
            if let day = zero, last < day { zero = pause.to.map { max(day, $0.date) } }
            if let to = pause.to { next = max(next, to.date.adding(days: 1)) } else { isOpen = true }
        }
        if !isOpen { spans.append(next...(.max)) }
        self.spans = spans
        zeroDay = zero
    }

    func begun(on date: CalendarDate) -> Int {
        spans.reduce(0) { sum, span in
            span.lowerBound > date ? sum : sum + count(span.lowerBound...min(span.upperBound, date))
        }
    }

    /// The `number`-th day that counts, from 1; nil when there is none.
    func day(_ number: Int) -> CalendarDate? {
        guard number > 0 else { return nil }
        var left = number
        for span in spans {
            let inside = count(span)
            if left <= inside { return day(left, of: span) }
            left -= inside
        }
        return nil
    }

    /// The last day of a limit; nil when it is never reached.
    func lastDay(of limit: Int) -> CalendarDate? { limit > 0 ? day(limit) : zeroDay }

    func isProvisional(upTo date: CalendarDate) -> Bool {
        guard let calendar else { return false }
        return date > start
            ? !(calendar.covers(start.adding(days: 1)) && calendar.covers(date)) : !calendar.covers(start)
    }

    private func count(_ span: ClosedRange<CalendarDate>) -> Int {
        let before = span.lowerBound.adding(days: -1)
        guard let calendar else { return span.upperBound.daysSinceEpoch - before.daysSinceEpoch }
        return calendar.workdays(from: before, to: span.upperBound).count
    }

    private func day(_ number: Int, of span: ClosedRange<CalendarDate>) -> CalendarDate? {
        let before = span.lowerBound.adding(days: -1)
        guard let calendar else { return before.adding(days: number) }
        return try? calendar.adding(workdays: number, to: before).date
    }
}

/// Counts hours of running time, begun ones whole.
struct HourCount {
    private let start: Int64
    /// Seconds in which the clock runs, each span from its first moment to its last; the last one may have no end.
    private let spans: [(from: Int64, to: Int64?)]

    private static let secondsPerHour: Int64 = 3_600

    init(from start: Instant, pauses: [ClockFacts.Pause]) {
        self.start = start.epochSeconds
        var spans: [(from: Int64, to: Int64?)] = []
        var next = start.epochSeconds
        var isOpen = false
        for pause in pauses.sorted(by: { $0.from < $1.from }) where !isOpen {
            let from = pause.from.epochSeconds
            if next < from { spans.append((next, from)) }
            if let to = pause.to { next = max(next, to.epochSeconds) } else { isOpen = true }
        }
        if !isOpen { spans.append((next, nil)) }
        self.spans = spans
    }

    func begun(at moment: Instant) -> Int {
        let now = moment.epochSeconds
        let elapsed = spans.reduce(Int64(0)) { sum, span in
            sum + max(0, min(span.to ?? now, now) - span.from)
        }
        return Int((elapsed + Self.secondsPerHour - 1) / Self.secondsPerHour)
    }

    /// The first second at which `number` hours have begun, from 1; nil when that never happens.
    func beginning(of number: Int) -> Instant? {
        guard number > 0 else { return nil }
        var left = Int64(number - 1) * Self.secondsPerHour + 1
        for span in spans {
            guard let to = span.to, to - span.from < left else { return Instant(epochSeconds: span.from + left) }
            left -= to - span.from
        }
        return nil
    }
}

extension CalendarDate {
    /// Its first moment at +08:00.
    var beginning: Instant { LocalDateTime(date: self).instant }

    /// Its last second at +08:00.
    var end: Instant { beginning.adding(milliseconds: 86_399_000) }
}
