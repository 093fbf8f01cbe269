public import KuayuModel

/// How wide the buckets of profile S are: one row of sums stands for all cases registered within one bucket.
///
/// Buckets begin at midnight of UTC+8, so that a bucket of a day is a day of the people who read the report. The range
/// key begins at 08:00 of that clock; the bucket of the first day therefore starts at −28,800.
public enum BucketWidth: Int, Hashable, Sendable, CaseIterable {
    /// A day of UTC+8.
    case day = 86_400
    /// An hour.
    case hour = 3_600
    /// Five minutes, the finest.
    case fiveMinutes = 300

    /// Seconds by which UTC+8 is ahead of the range key's clock.
    static let offsetSeconds = 28_800
    /// First key that no element has: 2³¹.
    static let keyEnd = 1 << 31

    /// Seconds of one bucket.
    public var seconds: Int { rawValue }

    /// The next finer width; nil for the finest.
    public var finer: BucketWidth? {
        switch self {
        case .day: .hour
        case .hour: .fiveMinutes
        case .fiveMinutes: nil
        }
    }

    /// The number of the bucket that holds a key, from 0.
    public func number(of key: UInt32) -> Int { (Int(key) + Self.offsetSeconds) / rawValue }

    /// Where a bucket begins, in seconds of the range key; −28,800 for the first day.
    public func start(of number: Int) -> Int { number * rawValue - Self.offsetSeconds }

    /// The keys of a bucket, cut at 0 and 2³¹.
    public func keys(of number: Int) -> Range<UInt32> {
        Self.clipped(start(of: number)..<start(of: number) + rawValue)
    }

    /// The number of the bucket that begins at `start`; nil when none begins there.
    public func number(startingAt start: Int) -> Int? {
        let shifted = start + Self.offsetSeconds
        return shifted >= 0 && shifted < Self.keyEnd + Self.offsetSeconds && shifted % rawValue == 0
            ? shifted / rawValue : nil
    }

    /// The whole of the range key from the first bucket to the last.
    public var whole: Range<Int> { start(of: 0)..<start(of: number(of: UInt32(Self.keyEnd - 1)) + 1) }

    /// The number of the bucket of a day, 0 for 2020-01-01; negative before.
    public static func dayNumber(of date: CalendarDate) -> Int { date.daysSinceEpoch - firstDay }

    /// The day of a bucket of ``day``.
    public static func date(ofDay number: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: number + firstDay) }

    /// The keys of a range of seconds, cut at 0 and 2³¹.
    static func clipped(_ range: Range<Int>) -> Range<UInt32> {
        let low = min(max(range.lowerBound, 0), keyEnd)
        let high = min(max(range.upperBound, low), keyEnd)
        return UInt32(low)..<UInt32(high)
    }

    /// 2020-01-01 as days since 1970-01-01.
    private static let firstDay = 18_262
}
