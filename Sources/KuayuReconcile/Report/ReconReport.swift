public import KuayuModel

/// What reconciliation found in one period: the source of every page, table and file about it.
///
/// Holds ids, codes, numbers and sentences, never data of a person who applied. Times are kept to the second.
public struct ReconReport: Hashable, Sendable {
    /// The name of the schema, the first member of the document.
    public static let schema = "kuayu-recon-report-1"

    /// What the report is about.
    public enum Period: Hashable, Sendable {
        /// One day at +08:00.
        case day(CalendarDate)
        /// One run, by its id.
        case run(String)

        /// The day, or the run's id.
        public var text: String {
            switch self {
            case .day(let day): day.text
            case .run(let id): id
            }
        }
    }

    /// One hub and what was done with it.
    public struct HubSection: Hashable, Sendable {
        /// The hub.
        public var hub: RegionCode
        /// Its Chinese name.
        public var name: String
        /// The runs of the period, by their beginning.
        public var runs: [RunRecord]

        /// A hub; by default named as its region.
        public init(hub: RegionCode, name: String? = nil, runs: [RunRecord]) {
            self.hub = hub
            self.name = name ?? hub.name
            self.runs = runs
        }

        /// The run that speaks for the hub: the last that has ended and compared whole lanes; else the last of all.
        ///
        /// Audits and verifications look at a part only.
        public var decisive: RunRecord? {
            let whole = runs.filter { $0.kind != .audit && $0.kind != .verification }
            return whole.last { $0.state != .running } ?? whole.last
        }

        /// Name in a language.
        public func name(in language: ReportLanguage) -> String {
            let translated = language.name(of: hub)
            return language == .chinese || translated == hub.name ? name : translated
        }
    }

    /// What the report is about.
    public var period: Period
    /// When it was made.
    public var madeAt: Instant
    /// The hubs, by code.
    public var hubs: [HubSection]
    /// How the open breaks became what they are, by hub and code; rows of zeros are left out.
    public var rollForward: [RollForward]
    /// Open breaks by hub and age.
    public var ageing: [Ageing]
    /// Breaks that are not over, and those that were closed in the period; by hub, code, first seen and id.
    public var breaks: [BreakLine]
    /// The last days of each hub, ascending by day and hub.
    public var trend: [TrendPoint]
    /// Repairs of the period.
    public var repairs: [RepairLine]
    /// Signatures under the day, by hub.
    public var signOffs: [SignOff]
    /// Notices that are open, or were closed in the period.
    public var notices: [NoticeLine]
    /// What the service is measured by; nil where it was not computed.
    public var service: ServiceFigures?

    /// A report; ageing follows from the breaks.
    public init(
        period: Period, madeAt: Instant, hubs: [HubSection], rollForward: [RollForward] = [],
        breaks: [BreakLine] = [], trend: [TrendPoint] = [], repairs: [RepairLine] = [], signOffs: [SignOff] = [],
        notices: [NoticeLine] = [], service: ServiceFigures? = nil
    ) {
        self.period = period
        self.madeAt = madeAt.wholeSecond
        self.hubs = hubs.sorted { $0.hub < $1.hub }
        self.rollForward = rollForward.sorted { ($0.hub, $0.code) < ($1.hub, $1.code) }
        self.breaks = breaks.sorted(by: BreakLine.isBefore)
        self.ageing = Ageing.rows(hubs: self.hubs.map(\.hub), breaks: self.breaks)
        self.trend = trend.sorted { ($0.day, $0.hub) < ($1.day, $1.hub) }
        self.repairs = repairs
        self.signOffs = signOffs.sorted { $0.hub < $1.hub }
        self.notices = notices
        self.service = service
    }

    /// Whether every row of the roll-forward holds and no hub's source failed: only then the day may be signed.
    public var canBeSigned: Bool {
        rollForward.allSatisfy(\.holds)
            && hubs.allSatisfy { $0.decisive.map { $0.state == .agreed || $0.state == .differs } ?? false }
    }
}
