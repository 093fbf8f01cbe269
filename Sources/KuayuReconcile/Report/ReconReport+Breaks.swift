public import KuayuModel

extension ReconReport {
    /// How long a break has been there, in working days.
    public enum AgeBucket: String, Hashable, Sendable, CaseIterable {
        /// The day it was seen first.
        case today = "T+0"
        /// One working day.
        case one = "T+1"
        /// Two or three.
        case few = "T+2-3"
        /// Four to seven.
        case week = "T+4-7"
        /// Eight to thirty.
        case month = "T+8-30"
        /// More than thirty.
        case more = "T+31"

        /// The bucket of an age; a negative age counts as 0.
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
    }

    /// What one side says of a case.
    public struct Standing: Hashable, Sendable {
        /// The version.
        public var version: Int
        /// The state, as that side spells it.
        public var status: String
        /// The hub's own number of the case; nil at the gateway and where it says none.
        public var localNumber: String?

        /// What one side says.
        public init(version: Int, status: String, localNumber: String? = nil) {
            self.version = version
            self.status = status
            self.localNumber = localNumber
        }
    }

    /// One break as a line of the report.
    public struct BreakLine: Hashable, Sendable {
        /// Its id.
        public var id: String
        /// The hub.
        public var hub: RegionCode
        /// The lane.
        public var lane: Lane
        /// The case; for R14 the name of the source.
        public var caseID: String
        /// What kind.
        public var code: BreakCode
        /// How many events the hub is behind or ahead.
        public var lag: Int
        /// Where it stands.
        public var state: BreakState
        /// When it was seen first.
        public var firstSeenAt: Instant
        /// When it was seen last.
        public var lastSeenAt: Instant
        /// Its age in working days when the report was made.
        public var ageWorkdays: Int
        /// Who did what and why it differs, in Chinese.
        public var chinese: String
        /// The same in English.
        public var english: String
        /// What is proposed.
        public var action: RepairAction
        /// Whether the gateway may do it without a person.
        public var isAutomatic: Bool
        /// What the gateway expects; nil when nothing.
        public var expected: Standing?
        /// What the hub has; empty when it has nothing.
        public var found: [Standing]
        /// Who looks after it.
        public var assignee: String?
        /// Until when two persons live with it.
        public var acceptedUntil: CalendarDate?
        /// When it was over.
        public var closedAt: Instant?
        /// Why it is over.
        public var closeReason: String?

        /// A line of a break, its age counted up to a moment.
        public init(_ found: Break, at now: Instant, calendar: WorkCalendar = .standard) {
            let finding = found.finding
            id = found.id
            hub = found.hub
            lane = finding.lane
            caseID = finding.caseID
            code = finding.code
            lag = finding.lag
            state = found.state
            firstSeenAt = found.firstSeenAt.wholeSecond
            lastSeenAt = found.lastSeenAt.wholeSecond
            let end = found.closedAt ?? now
            ageWorkdays = max(0, calendar.workdays(from: found.firstSeenAt.date, to: end.date).count)
            chinese = finding.chinese
            english = finding.english
            action = finding.action
            isAutomatic = finding.isAutomatic
            expected = finding.expected.map { Standing(version: $0.version, status: $0.status) }
            self.found = finding.found.map {
                Standing(version: $0.element.version, status: $0.element.status, localNumber: $0.localNumber)
            }
            assignee = found.assignee
            acceptedUntil = found.acceptedUntil
            closedAt = found.closedAt?.wholeSecond
            closeReason = found.closeReason
        }

        /// The bucket of its age.
        public var bucket: AgeBucket { AgeBucket(workdays: ageWorkdays) }

        /// The sentence in a language.
        public func sentence(_ language: ReportLanguage) -> String { language == .chinese ? chinese : english }

        /// By hub, code, first seen and id.
        static func isBefore(_ a: BreakLine, _ b: BreakLine) -> Bool {
            (a.hub, a.code, a.firstSeenAt, a.id) < (b.hub, b.code, b.firstSeenAt, b.id)
        }
    }

    /// Open breaks of one hub by age.
    public struct Ageing: Hashable, Sendable {
        /// The hub.
        public var hub: RegionCode
        /// Number of open breaks in each bucket, in the order of ``AgeBucket``.
        public var counts: [Int]

        /// A row.
        public init(hub: RegionCode, counts: [Int]) {
            self.hub = hub
            self.counts = counts
        }

        /// All of them.
        public var total: Int { counts.reduce(0, +) }

        /// The rows of some breaks; hubs without any get a row of zeros.
        public static func rows(hubs: [RegionCode], breaks: [BreakLine]) -> [Ageing] {
            var counts: [RegionCode: [Int]] = [:]
            let none = AgeBucket.allCases.map { _ in 0 }
            for hub in hubs { counts[hub] = none }
            for line in breaks where line.state.isOpen {
                guard let place = AgeBucket.allCases.firstIndex(of: line.bucket) else { continue }
                counts[line.hub, default: none][place] += 1
            }
            return counts.sorted { $0.key < $1.key }.map { Ageing(hub: $0.key, counts: $0.value) }
        }
    }
}
