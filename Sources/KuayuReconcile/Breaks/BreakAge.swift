public import KuayuModel

/// How long a break has been there, in working days of the Chinese calendar.
public struct BreakAge: Hashable, Sendable {
    /// Steps in which ages are reported.
    public enum Bucket: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Seen first today, or on a day off since then.
        case today = "T+0"
        /// One working day.
        case one = "T+1"
        /// Two or three.
        case few = "T+2–3"
        /// Four to seven.
        case week = "T+4–7"
        /// Eight to thirty.
        case month = "T+8–30"
        /// More.
        case more = "T+31+"

        /// The bucket of a number of working days; below zero counts as zero.
        public init(workdays: Int) {
            switch workdays {
            case ...0: self = .today
            case 1: self = .one
            case 2...3: self = .few
            case 4...7: self = .week
            case 8...30: self = .month
            default: self = .more
            }
        }

        /// The Chinese words.
        public var chinese: String {
            switch self {
            case .today: "当日"
            case .one: "1 个工作日"
            case .few: "2–3 个工作日"
            case .week: "4–7 个工作日"
            case .month: "8–30 个工作日"
            case .more: "超过 30 个工作日"
            }
        }

        /// Younger before older.
        public static func < (a: Bucket, b: Bucket) -> Bool { a.ordinal < b.ordinal }

        private var ordinal: Int {
            switch self {
            case .today: 0
            case .one: 1
            case .few: 2
            case .week: 3
            case .month: 4
            case .more: 5
            }
        }
    }

    /// Working days after the day on which it was seen first, up to and including the day of the count; from 0.
    public var workdays: Int
    /// Whether a day that was counted lies outside the announced calendar.
    public var isProvisional: Bool

    /// The age from one instant to another, days at +08:00; 0 when the end comes first.
    public init(from start: Instant, to end: Instant, calendar: WorkCalendar = .standard) {
        let (count, isProvisional) = calendar.workdays(from: start.date, to: end.date)
        workdays = max(0, count)
        self.isProvisional = isProvisional
    }

    /// The age of a break: until now, or until it was over.
    public init(of item: Break, at now: Instant, calendar: WorkCalendar = .standard) {
        self.init(from: item.firstSeenAt, to: item.closedAt ?? now, calendar: calendar)
    }

    /// The step in which it is reported.
    public var bucket: Bucket { Bucket(workdays: workdays) }
}
