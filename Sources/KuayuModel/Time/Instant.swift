/// A point in time, in milliseconds since 1970-01-01T00:00:00Z; leap seconds are not counted.
public struct Instant: Hashable, Sendable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z, negative before.
    public let epochMilliseconds: Int64

    /// The zone of everything that is shown or written: +08:00, without summer time.
    public static let zoneOffsetSeconds = 8 * 3_600

    /// A point in time by milliseconds.
    public init(epochMilliseconds: Int64) { self.epochMilliseconds = epochMilliseconds }

    /// A point in time by whole seconds; outside what milliseconds can say it stops at the end.
    public init(epochSeconds: Int64) {
        let (product, overflow) = epochSeconds.multipliedReportingOverflow(by: 1_000)
        epochMilliseconds = overflow ? (epochSeconds < 0 ? .min : .max) : product
    }

    /// A point in time from exactly `yyyy-MM-ddTHH:mm:ss+08:00`, the canonical text (RFC 3339).
    public init?(canonical text: some StringProtocol) {
        guard let local = DateTimeFormat.canonical.parse(text) else { return nil }
        self = local.instant
    }

    /// The same for the type that is read most, specialised.
    public init?(canonical text: String) {
        guard let local = DateTimeFormat.canonical.parse(text) else { return nil }
        self = local.instant
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    public var epochSeconds: Int64 {
        let quotient = epochMilliseconds / 1_000
        return epochMilliseconds % 1_000 < 0 ? quotient - 1 : quotient
    }

    /// `yyyy-MM-ddTHH:mm:ss+08:00`; milliseconds are left off.
    public var canonical: String { DateTimeFormat.canonical.format(local) }

    /// Date and time of day at +08:00; years outside 1 to 9999 give the first or last moment of the calendar.
    public var local: LocalDateTime { LocalDateTime(self) }

    /// The day at +08:00.
    public var date: CalendarDate { local.date }

    /// The same point without its milliseconds, rounded down.
    public var wholeSecond: Instant { Instant(epochSeconds: epochSeconds) }

    /// The point that many milliseconds later, or earlier if negative; stops at the ends.
    public func adding(milliseconds: Int64) -> Instant {
        let (sum, overflow) = epochMilliseconds.addingReportingOverflow(milliseconds)
        return Instant(epochMilliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// Milliseconds from `other` to this point; stops at the ends.
    public func milliseconds(since other: Instant) -> Int64 {
        let (difference, overflow) = epochMilliseconds.subtractingReportingOverflow(other.epochMilliseconds)
        return overflow ? (epochMilliseconds < other.epochMilliseconds ? .min : .max) : difference
    }

    /// Orders by time.
    public static func < (a: Instant, b: Instant) -> Bool { a.epochMilliseconds < b.epochMilliseconds }
}

extension Instant: CustomStringConvertible {
    /// The canonical text.
    public var description: String { canonical }
}
