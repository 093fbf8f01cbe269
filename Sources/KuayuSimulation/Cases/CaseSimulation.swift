public import KuayuModel
import KuayuRules

/// Random lives of cases and bundles, each from a seed of its own.
public struct CaseSimulation {
    /// What many lives came to.
    public struct Report: Hashable, Sendable {
        /// Lives.
        public var sequences = 0
        /// Events of all lives.
        public var events = 0
        /// Lives that ended in each state; a bundle counts by its main case.
        public var ends: [CaseState: Int] = [:]
        /// Digest of every end, in order: equal for equal runs.
        public var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        /// The first life in which something did not hold, by its number.
        public var failed: UInt64?
        /// What did not hold.
        public var violation: String?
    }

    private let seed: UInt64
    private let mutant: CaseMutant?
    private let judge = CaseJudge()

    /// Lives of one seed, by the real rules or by broken ones.
    public init(seed: UInt64, mutant: CaseMutant? = nil) {
        self.seed = seed
        self.mutant = mutant
    }

    /// Lives number 0 to `count` − 1, up to the first that fails.
    public func run(_ count: UInt64) -> Report {
        var report = Report()
        for number in 0..<count {
            let life = live(number, keepsTrace: false)
            report.sequences += 1
            report.events += life.events
            report.ends[life.end, default: 0] += 1
            report.digest = (report.digest ^ UInt64(life.end.progress * 1_000 + life.events)) &* 0x100_0000_01b3
            if let violation = life.violation {
                report.failed = number
                report.violation = violation
                break
            }
        }
        return report
    }

    /// One life step by step.
    public func trace(_ number: UInt64) -> [String] { live(number, keepsTrace: true).trace }

    private struct Life {
        let events: Int
        let end: CaseState
        let violation: String?
        let trace: [String]
    }

    private func live(_ number: UInt64, keepsTrace: Bool) -> Life {
        let chance = SeededGenerator(seed: seed &* 0x9e37_79b9_7f4a_7c15 &+ number)
        // Every tenth is a bundle, of half a dozen cases.
        if number % 10 == 9 {
            var life = BundleLife(chance: chance, judge: judge, mutant: mutant, keepsTrace: keepsTrace)
            life.run()
            return Life(
                events: life.events, end: CaseJudge.state(life.main), violation: life.violation, trace: life.trace)
        }
        var life = CaseLife(chance: chance, judge: judge, mutant: mutant, keepsTrace: keepsTrace)
        life.run()
        return Life(
            events: life.events, end: CaseJudge.state(life.record), violation: life.violation, trace: life.trace)
    }
}
