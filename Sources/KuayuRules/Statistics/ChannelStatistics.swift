public import KuayuModel

/// 渠道统计: which ways in were used, by kind and site (网点).
///
/// The region is that where the applicant applied.
public struct ChannelStatistics: Hashable, Sendable {
    /// One way in.
    public struct Key: Hashable, Sendable, Comparable {
        /// The group, by item, mode or region; `*` for all in one.
        public var group: String
        /// Kind of channel; `-` where cases do not say it.
        public var kind: String
        /// Site of the window, terminal or outlet; `-` where cases do not say it.
        public var site: String

        /// A way in.
        public init(group: String, kind: String, site: String) {
            self.group = group
            self.kind = kind
            self.site = site
        }

        /// By group, kind and site.
        public static func < (a: Key, b: Key) -> Bool { (a.group, a.kind, a.site) < (b.group, b.kind, b.site) }
    }

    /// What came that way.
    public struct Counts: Hashable, Sendable {
        /// Cases.
        public var cases = 0
        /// Those that have ended.
        public var ended = 0
        /// Those that were granted or done.
        public var granted = 0
        /// Those that were rated.
        public var rated = 0
        /// Sum of the ratings, 1 very satisfied … 5 very dissatisfied (GB/T 39046 A.8).
        public var ratingSum = 0
    }

    /// What the cases are put together by; nil for all in one.
    public let grouping: StatisticsGrouping?
    private var byKey: [Key: Counts] = [:]

    /// Statistics without cases.
    public init(by grouping: StatisticsGrouping?) { self.grouping = grouping }

    /// Counts one case in force.
    public mutating func add(_ record: CaseRecord) {
        let key = Key(
            group: grouping?.key(of: record, region: record[.appliedDivision]) ?? "*",
            kind: record[Self.kind] ?? StatisticsGrouping.unknown, site: record[Self.site] ?? StatisticsGrouping.unknown
        )
        var counts = byKey[key] ?? Counts()
        counts.cases += 1
        if record[.status].flatMap(CaseState.init(rawValue:))?.isFinal ?? false { counts.ended += 1 }
        if ["granted", "done"].contains(record[.outcome]) { counts.granted += 1 }
        if let score = record[Self.score].flatMap({ Int($0) }) {
            counts.rated += 1
            counts.ratingSum += score
        }
        byKey[key] = counts
    }

    /// The ways in by group, kind and site.
    public var rows: [(key: Key, counts: Counts)] {
        byKey.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static let kind = Field.named("channel.kind")
    private static let site = Field.named("channel.site")
    private static let score = Field.named("rating.score")
}
