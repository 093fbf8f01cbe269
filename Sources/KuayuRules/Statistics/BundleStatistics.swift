public import KuayuModel

/// 一件事统计: bundles by theme, from the cases that belong to one.
///
/// A bundle is told by its number and the region where it was applied for. Grouped by region it counts where it was
/// applied for; by item or mode it counts its children of that item or mode, so that one bundle may stand in several
/// groups.
public struct BundleStatistics: Sendable {
    /// What the bundles are counted by.
    public struct Key: Hashable, Sendable, Comparable {
        /// The group, by item, mode or region; `*` for all in one.
        public var group: String
        /// Theme of the bundle; `-` where cases do not say it.
        public var theme: String

        /// A group of a theme.
        public init(group: String, theme: String) {
            self.group = group
            self.theme = theme
        }

        /// By group and theme.
        public static func < (a: Key, b: Key) -> Bool { (a.group, a.theme) < (b.group, b.theme) }
    }

    /// What became of the bundles.
    public struct Counts: Hashable, Sendable {
        /// Bundles.
        public var bundles = 0
        /// Those whose children have all ended.
        public var closed = 0
        /// Those handled in more than one province.
        public var acrossRegions = 0
        /// Children.
        public var children = 0
        /// Children that have ended.
        public var ended = 0
        /// Children that ended well: granted or done.
        public var granted = 0
        /// Children that ended otherwise.
        public var failed = 0
    }

    private struct Parts {
        var counts = Counts()
        var regions: Set<String> = []
    }

    /// What the bundles are put together by; nil for all in one.
    public let grouping: StatisticsGrouping?
    private let bundles: Bundles
    private var parts: [BundleKey: [String: Parts]] = [:]
    private var themes: [BundleKey: String] = [:]

    /// Statistics without bundles.
    public init(by grouping: StatisticsGrouping?, themes: Bundles = .standard) {
        self.grouping = grouping
        bundles = themes
    }

    /// Counts one case in force; a case that belongs to no bundle changes nothing.
    ///
    /// The main case stands for its bundle and is no child.
    public mutating func add(_ record: CaseRecord) {
        guard let bundle = BundleKey(of: record, themes: bundles) else { return }
        let isMain = bundles.isMain(record)
        if let theme = theme(of: record, isMain: isMain) { themes[bundle] = theme }
        if isMain {
            // Its own item and mode say nothing of the children.
            if grouping == nil || grouping == .region {
                let group = grouping == nil ? "*" : bundle.region.text
                parts[bundle, default: [:]][group, default: Parts()].counts.bundles = 1
            }
            return
        }
        let group = grouping?.key(of: record, region: record[.appliedDivision]) ?? "*"
        var part = parts[bundle]?[group] ?? Parts()
        part.counts.bundles = 1
        Self.count(record, in: &part.counts)
        part.regions.formUnion(
            record[.handling].compactMap { StatisticsGrouping.province($0[.handlingDivision]) })
        parts[bundle, default: [:]][group] = part
    }

    /// The theme that a case names by id or name, or that its item belongs to if only one has it; some formats have no
    /// element for the theme.
    private func theme(of record: CaseRecord, isMain: Bool) -> String? {
        if let named = record[BundleField.theme] { return bundles.theme(named: named)?.id ?? named }
        if isMain { return bundles.theme(ofMain: record)?.id }
        let fitting = bundles.all.filter { $0.child(of: record) != nil }
        return fitting.count == 1 ? fitting[0].id : nil
    }

    private static func count(_ record: CaseRecord, in counts: inout Counts) {
        counts.children += 1
        guard record[.status].flatMap(CaseState.init(rawValue:))?.isFinal ?? false else { return }
        counts.ended += 1
        if ["granted", "done"].contains(record[.outcome]) { counts.granted += 1 } else { counts.failed += 1 }
    }

    /// The counts by group and theme.
    public var rows: [(key: Key, counts: Counts)] {
        var result: [Key: Counts] = [:]
        for (bundle, groups) in parts {
            let theme = themes[bundle] ?? StatisticsGrouping.unknown
            for (group, part) in groups {
                var counts = result[Key(group: group, theme: theme)] ?? Counts()
                counts.bundles += part.counts.bundles
                counts.children += part.counts.children
                counts.ended += part.counts.ended
                counts.granted += part.counts.granted
                counts.failed += part.counts.failed
                if part.regions.count > 1 { counts.acrossRegions += 1 }
                if part.counts.children > 0 && part.counts.ended == part.counts.children { counts.closed += 1 }
                result[Key(group: group, theme: theme)] = counts
            }
        }
        return result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
