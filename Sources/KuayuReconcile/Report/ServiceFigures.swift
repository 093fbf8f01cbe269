public import KuayuModel

/// What the service is measured by: plain numbers, gathered from the cases in force.
///
/// Lengths of time are in tenths of a working day, so that no number is a fraction.
public struct ServiceFigures: Hashable, Sendable {
    /// Cases of one group.
    public struct Count: Hashable, Sendable {
        /// The group: a mode, or the catalogue code of an item; `-` where cases do not say it.
        public var key: String
        /// Its Chinese name.
        public var name: String
        /// Cases.
        public var cases: Int
        /// Those that have ended.
        public var ended: Int
        /// Those that ended well: granted or done.
        public var granted: Int

        /// A group.
        public init(key: String, name: String, cases: Int, ended: Int, granted: Int) {
            self.key = key
            self.name = name
            self.cases = cases
            self.ended = ended
            self.granted = granted
        }
    }

    /// Cases that went from one region to another.
    public struct Direction: Hashable, Sendable {
        /// Where the applicant applied.
        public var from: RegionCode
        /// The lead among the regions that handle it.
        public var to: RegionCode
        /// The mode: `online`, `collect` or `joint`; `-` where cases do not say it.
        public var mode: String
        /// Cases.
        public var cases: Int

        /// A direction.
        public init(from: RegionCode, to: RegionCode, mode: String, cases: Int) {
            self.from = from
            self.to = to
            self.mode = mode
            self.cases = cases
        }
    }

    /// Clocks of the cases that a region handles.
    public struct Clocks: Hashable, Sendable {
        /// The region that handles them.
        public var region: RegionCode
        /// Running, with time left.
        public var running: Int
        /// Running, with little time left (黄灯).
        public var yellow: Int
        /// Run out (红灯).
        public var overdue: Int
        /// Standing still for a supplement (补正).
        public var pausedForSupplement: Int
        /// Standing still for a special procedure (特别程序).
        public var pausedForProcedure: Int

        /// Clocks.
        public init(
            region: RegionCode, running: Int, yellow: Int, overdue: Int, pausedForSupplement: Int,
            pausedForProcedure: Int
        ) {
            self.region = region
            self.running = running
            self.yellow = yellow
            self.overdue = overdue
            self.pausedForSupplement = pausedForSupplement
            self.pausedForProcedure = pausedForProcedure
        }
    }

    /// Materials that are owed (容缺) to a region, by the working days since acceptance.
    public struct Owed: Hashable, Sendable {
        /// The region that waits for them.
        public var region: RegionCode
        /// Accepted 0 to 5 working days ago.
        public var upTo5: Int
        /// 6 to 10.
        public var upTo10: Int
        /// 11 to 20.
        public var upTo20: Int
        /// More.
        public var more: Int
        /// Those among them whose promised time is over.
        public var overdue: Int

        /// Materials.
        public init(region: RegionCode, upTo5: Int, upTo10: Int, upTo20: Int, more: Int, overdue: Int) {
            self.region = region
            self.upTo5 = upTo5
            self.upTo10 = upTo10
            self.upTo20 = upTo20
            self.more = more
            self.overdue = overdue
        }

        /// All of them.
        public var total: Int { upTo5 + upTo10 + upTo20 + more }

        /// Counts one material by its age in working days.
        public mutating func add(ageWorkdays age: Int, isOverdue: Bool) {
            switch age {
            case ...5: upTo5 += 1
            case 6...10: upTo10 += 1
            case 11...20: upTo20 += 1
            default: more += 1
            }
            if isOverdue { overdue += 1 }
        }
    }

    /// Bundles (一件事) of one theme.
    public struct Bundle: Hashable, Sendable {
        /// The theme; `-` where cases do not say it.
        public var theme: String
        /// Its Chinese name.
        public var name: String
        /// Bundles.
        public var bundles: Int
        /// Those whose cases have all ended.
        public var closed: Int
        /// Those handled in more than one province.
        public var acrossRegions: Int
        /// Cases in them.
        public var children: Int
        /// Those that have ended.
        public var ended: Int

        /// A theme.
        public init(
            theme: String, name: String, bundles: Int, closed: Int, acrossRegions: Int, children: Int, ended: Int
        ) {
            self.theme = theme
            self.name = name
            self.bundles = bundles
            self.closed = closed
            self.acrossRegions = acrossRegions
            self.children = children
            self.ended = ended
        }

        /// Bundles that are not closed yet.
        public var open: Int { max(0, bundles - closed) }
    }

    /// What the reform saved by one measure.
    public struct Saving: Hashable, Sendable {
        /// The measure: `steps`, `materials`, `limit` (working days) or `visits`.
        public var measure: String
        /// Cases that say what it was and what it is.
        public var cases: Int
        /// Cases that say one of them only, and are not counted.
        public var incomplete: Int
        /// Sum of what it was.
        public var before: Int
        /// Sum of what it is.
        public var after: Int

        /// A measure.
        public init(measure: String, cases: Int, incomplete: Int, before: Int, after: Int) {
            self.measure = measure
            self.cases = cases
            self.incomplete = incomplete
            self.before = before
            self.after = after
        }

        /// What was saved; negative where it became more.
        public var saved: Int { before - after }
    }

    /// Up to when the cases were looked at.
    public var asOf: Instant
    /// Cases by mode.
    public var byMode: [Count]
    /// Cases by item.
    public var byItem: [Count]
    /// Cases by direction and mode.
    public var directions: [Direction]
    /// Time from application to decision against the promise, by region.
    public var decisions: [Decision]
    /// Clocks by region.
    public var clocks: [Clocks]
    /// Materials owed by region.
    public var owed: [Owed]
    /// Bundles by theme.
    public var bundles: [Bundle]
    /// What was saved, by measure.
    public var savings: [Saving]

    /// Figures; by default there are none.
    public init(
        asOf: Instant, byMode: [Count] = [], byItem: [Count] = [], directions: [Direction] = [],
        decisions: [Decision] = [], clocks: [Clocks] = [], owed: [Owed] = [], bundles: [Bundle] = [],
        savings: [Saving] = []
    ) {
        self.asOf = asOf.wholeSecond
        self.byMode = byMode
        self.byItem = byItem
        self.directions = directions
        self.decisions = decisions
        self.clocks = clocks
        self.owed = owed
        self.bundles = bundles
        self.savings = savings
    }
}
