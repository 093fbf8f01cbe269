public import KuayuModel

/// 减环节、减材料、减时限、减跑动: what the reform saved, by item, mode or region.
///
/// A case counts for a measure only when it says both what it was before and what it is now; cases that say one of them
/// are counted as incomplete, never guessed. The region is that of the lead among those that handle the case.
public struct SavingsStatistics: Hashable, Sendable {
    /// What is measured.
    public enum Measure: String, Hashable, Sendable, CaseIterable {
        /// 环节.
        case steps
        /// 材料.
        case materials
        /// 时限, in working days.
        case limit
        /// 跑动次数.
        case visits

        /// Chinese name.
        public var chinese: String {
            switch self {
            case .steps: "环节"
            case .materials: "材料"
            case .limit: "时限"
            case .visits: "跑动"
            }
        }

        fileprivate var fields: (before: Field, after: Field) { Self.all[self] ?? Self.read(self) }

        private static let all = Dictionary(uniqueKeysWithValues: allCases.map { ($0, read($0)) })

        private static func read(_ measure: Measure) -> (before: Field, after: Field) {
            (.named("savings.\(measure.rawValue)Before"), .named("savings.\(measure.rawValue)After"))
        }
    }

    /// Sums of one measure.
    public struct Sums: Hashable, Sendable {
        /// Cases that say both numbers.
        public var cases = 0
        /// Cases that say one of them.
        public var incomplete = 0
        /// Sum of what it was.
        public var before = 0
        /// Sum of what it is.
        public var after = 0

        /// What was saved; negative where it became more.
        public var saved: Int { before - after }

        /// What was saved per case in hundredths, rounded half away from zero; nil without cases.
        public var savedPerCaseHundredths: Int? {
            guard cases > 0 else { return nil }
            let doubled = saved.magnitude * 200 + UInt(cases)
            let rounded = Int(doubled / (2 * UInt(cases)))
            return saved < 0 ? -rounded : rounded
        }

        mutating func add(_ other: Sums) {
            cases += other.cases
            incomplete += other.incomplete
            before += other.before
            after += other.after
        }
    }

    /// One group.
    public struct Group: Hashable, Sendable {
        /// Its name: a catalogue code, a mode or a region code; `-` where cases do not say it.
        public var key: String
        /// Every case of it, whether or not it says what it saved.
        public var cases = 0
        /// Cases that say something of any measure.
        public var reporting = 0
        /// The sums by measure.
        public var sums: [Measure: Sums] = [:]

        /// A group without cases.
        public init(key: String) { self.key = key }

        /// The sums of one measure.
        public subscript(measure: Measure) -> Sums { sums[measure] ?? Sums() }
    }

    /// What the cases are put together by; nil for all in one.
    public let grouping: StatisticsGrouping?
    private var byKey: [String: Group] = [:]

    /// Statistics without cases.
    public init(by grouping: StatisticsGrouping?) { self.grouping = grouping }

    /// Counts one case in force.
    public mutating func add(_ record: CaseRecord) {
        let division = record[.handling].first?[.handlingDivision]
        let key = grouping?.key(of: record, region: division) ?? "*"
        var group = byKey[key] ?? Group(key: key)
        group.cases += 1
        var says = false
        for measure in Measure.allCases {
            guard let sums = Self.sums(of: measure, in: record) else { continue }
            says = true
            group.sums[measure, default: Sums()].add(sums)
        }
        if says { group.reporting += 1 }
        byKey[key] = group
    }

    /// The groups by key.
    public var groups: [Group] { byKey.values.sorted { $0.key < $1.key } }

    /// All groups together.
    public var total: Group {
        var total = Group(key: "*")
        for group in groups {
            total.cases += group.cases
            total.reporting += group.reporting
            for (measure, sums) in group.sums { total.sums[measure, default: Sums()].add(sums) }
        }
        return total
    }

    private static func sums(of measure: Measure, in record: CaseRecord) -> Sums? {
        let fields = measure.fields
        let before = record[fields.before].flatMap { Int($0) }
        let after = record[fields.after].flatMap { Int($0) }
        if before == nil && after == nil { return nil }
        var sums = Sums()
        if let before, let after {
            sums.cases = 1
            sums.before = before
            sums.after = after
        } else {
            sums.incomplete = 1
        }
        return sums
    }
}
