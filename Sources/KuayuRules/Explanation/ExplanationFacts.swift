public import KuayuModel

/// What an explanation of a case is made from, besides the case itself.
public struct ExplanationFacts: Sendable {
    /// A report that changed nothing.
    public struct Report: Hashable, Sendable {
        /// The version that recorded it.
        public var version: Int
        /// Who sent it; nil for the gateway.
        public var author: RegionCode?
        /// When it was recorded.
        public var at: Instant
        /// Why it changed nothing, as the event says.
        public var note: String

        /// A report.
        public init(version: Int, author: RegionCode?, at: Instant, note: String) {
            self.version = version
            self.author = author
            self.at = at
            self.note = note
        }
    }

    /// A delivery that has not settled.
    public struct OpenDelivery: Hashable, Sendable {
        /// Its number.
        public var number: Int64
        /// The version it brings.
        public var version: Int
        /// To whom.
        public var hub: RegionCode
        /// Where it stands.
        public var state: String
        /// When it is tried again.
        public var nextAttemptAt: Instant?
        /// Why it stands where it stands.
        public var reason: String?

        /// A delivery.
        public init(
            number: Int64, version: Int, hub: RegionCode, state: String, nextAttemptAt: Instant?, reason: String?
        ) {
            self.number = number
            self.version = version
            self.hub = hub
            self.state = state
            self.nextAttemptAt = nextAttemptAt
            self.reason = reason
        }
    }

    /// What one receiver does not get.
    public struct Withheld: Hashable, Sendable {
        /// The receiver.
        public var hub: RegionCode
        /// The level up to which it gets the case.
        public var level: DataLevel
        /// Canonical paths of what it does not get.
        public var paths: [String]

        /// What a receiver does not get.
        public init(hub: RegionCode, level: DataLevel, paths: [String]) {
            self.hub = hub
            self.level = level
            self.paths = paths
        }
    }

    /// A notice that stands.
    public struct Notice: Hashable, Sendable {
        /// How urgent it is.
        public var severity: CaseNotice.Severity
        /// One sentence.
        public var chinese: String
        /// The same in English.
        public var english: String

        /// A notice.
        public init(severity: CaseNotice.Severity, chinese: String, english: String) {
            self.severity = severity
            self.chinese = chinese
            self.english = english
        }
    }

    /// The case.
    public var caseID: CaseID
    /// Its version.
    public var version: Int
    /// What it holds; no value of a person is read from it.
    public var record: CaseRecord
    /// What its clock shows.
    public var clock: ClockReading
    /// The bundle it belongs to.
    public var bundle: BundleView?
    /// Notices that stand.
    public var notices: [Notice] = []
    /// The last report that changed nothing.
    public var ineffective: Report?
    /// Deliveries that have not settled.
    public var deliveries: [OpenDelivery] = []
    /// What is withheld from whom.
    public var withheld: [Withheld] = []

    /// What is known of a case.
    public init(caseID: CaseID, version: Int, record: CaseRecord, clock: ClockReading) {
        self.caseID = caseID
        self.version = version
        self.record = record
        self.clock = clock
    }

    /// Its state; submitted when it says none.
    var state: CaseState { record[.status].flatMap(CaseState.init(rawValue:)) ?? .submitted }

    /// Its mode; online when it says none.
    var mode: ServiceItem.Mode { record[.mode].flatMap(ServiceItem.Mode.init(rawValue:)) ?? .online }

    /// How the case stands in its bundle.
    var standing: BundleView.Standing? { bundle?.standing(of: caseID) }

    /// Whether it is the main case of its bundle.
    var isMain: Bool { bundle?.main?.caseID == caseID }

    /// Provinces that handle it, the lead first.
    var handlingRegions: [String] {
        var regions: [String] = []
        for row in record[.handling] {
            guard let region = StatisticsGrouping.province(row[.handlingDivision]), !regions.contains(region) else {
                continue
            }
            regions.append(region)
        }
        return regions
    }
}
