import KuayuModel
import KuayuSimulation
import Testing

@Suite struct SimulationTests {
    /// Worlds that every gate runs.
    static let seedCount: UInt64 = 1000

    @Test func invariantsHoldInAThousandWorlds() {
        var probes: [String: Int] = [:]
        for seed in 1...Self.seedCount {
            var simulator = Simulator(seed: seed)
            let report = simulator.run()
            #expect(report.violations.isEmpty, "seed \(seed)")
            probes.merge(report.probes) { $0 + $1 }
        }
        // A run in which something never happened proves nothing about it.
        let wanted =
            SimulationParameters.Fault.allCases.map(\.rawValue) + [
                "recorded", "duplicate answered", "conflict answered", "unavailable answered", "breaker opened",
                "breaker closed", "parked", "in doubt", "query", "operator releases", "operator decides a doubt",
                "operator redelivers", "redelivery refused",
            ]
        for probe in wanted { #expect(probes[probe, default: 0] > 0, "\(probe) never happened") }
    }

    @Test(arguments: Mutant.allCases)
    func catchesABrokenEngine(mutant: Mutant) {
        let caught = (1...Self.seedCount).first { seed in
            var simulator = Simulator(seed: seed, mutant: mutant)
            return !simulator.run().violations.isEmpty
        }
        #expect(caught != nil)
    }

    @Test(arguments: [1, 17, 400] as [UInt64])
    func oneSeedGivesOneTrace(seed: UInt64) {
        var first = Simulator(seed: seed, keepsTrace: true)
        var second = Simulator(seed: seed, keepsTrace: true)
        let one = first.run()
        let two = second.run()
        #expect(one.trace == two.trace)
        #expect(one.traceDigest == two.traceDigest)
        #expect(!one.trace.isEmpty)
    }

    @Test func differentSeedsGiveDifferentTraces() {
        let digests = (1...50 as ClosedRange<UInt64>).map { seed in
            var simulator = Simulator(seed: seed)
            return simulator.run().traceDigest
        }
        #expect(Set(digests).count == 50)
    }

    @Test func shrinkingKeepsTheFailure() throws {
        let seed = try #require(
            (1...200 as ClosedRange<UInt64>).first { seed in
                var simulator = Simulator(seed: seed, mutant: .forgetsMessages)
                return !simulator.run().violations.isEmpty
            })
        var generator = SeededGenerator(seed: seed)
        let parameters = SimulationParameters(using: &generator)
        let small = Shrinking.shrink(seed: seed, parameters: parameters, mutant: .forgetsMessages)
        #expect(!small.report.violations.isEmpty)
        #expect(small.parameters.caseCount <= parameters.caseCount)
    }
}
