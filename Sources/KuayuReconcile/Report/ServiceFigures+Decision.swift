public import KuayuModel

extension ServiceFigures {
    /// How long one decided case took.
    public struct DecisionSample: Hashable, Sendable {
        /// From application to decision, tenths of a working day.
        public var takenTenths: Int
        /// What was promised, tenths of a working day; nil when nothing was.
        public var promisedTenths: Int?

        /// A case.
        public init(takenTenths: Int, promisedTenths: Int?) {
            self.takenTenths = takenTenths
            self.promisedTenths = promisedTenths
        }
    }

    /// Time from application to decision in one region, against what it promised.
    public struct Decision: Hashable, Sendable {
        /// The region that decides.
        public var region: RegionCode
        /// Cases decided.
        public var decided: Int
        /// Half of them took no longer than this, tenths of a working day.
        public var medianTenths: Int
        /// Nine of ten took no longer than this, tenths of a working day.
        public var p90Tenths: Int
        /// Those for which something was promised.
        public var promised: Int
        /// Those of them that were decided in time.
        public var within: Int
        /// Half of the promises are no longer than this, tenths of a working day; nil without any.
        public var promiseMedianTenths: Int?

        /// Numbers of a region.
        public init(
            region: RegionCode, decided: Int, medianTenths: Int, p90Tenths: Int, promised: Int, within: Int,
            promiseMedianTenths: Int?
        ) {
            self.region = region
            self.decided = decided
            self.medianTenths = medianTenths
            self.p90Tenths = p90Tenths
            self.promised = promised
            self.within = within
            self.promiseMedianTenths = promiseMedianTenths
        }

        /// The numbers of some cases, by nearest rank; nil without cases.
        public init?(region: RegionCode, samples: [DecisionSample]) {
            let taken = samples.map(\.takenTenths).sorted()
            guard let median = Self.rank(50, of: taken), let ninety = Self.rank(90, of: taken) else { return nil }
            let promises = samples.compactMap(\.promisedTenths).sorted()
            let within = samples.filter { sample in sample.promisedTenths.map { sample.takenTenths <= $0 } ?? false }
            self.init(
                region: region, decided: taken.count, medianTenths: median, p90Tenths: ninety,
                promised: promises.count, within: within.count, promiseMedianTenths: Self.rank(50, of: promises))
        }

        /// Share decided in time, thousandths; nil when nothing was promised.
        public var withinPermille: Int? { promised > 0 ? within * 1_000 / promised : nil }

        private static func rank(_ percent: Int, of sorted: [Int]) -> Int? {
            guard !sorted.isEmpty else { return nil }
            return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
        }
    }
}
