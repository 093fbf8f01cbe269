import KuayuModel
import KuayuSimulation
import Testing

/// Random lives of cases and bundles by the real rules.
@Suite struct CaseSimulationTests {
    /// Lives that every gate runs.
    static let count: UInt64 = 20_000

    @Test func theRulesHoldInTwentyThousandLives() {
        let simulation = CaseSimulation(seed: 1)
        let report = simulation.run(Self.count)
        let trace = report.failed.map { simulation.trace($0).joined(separator: "\n") } ?? ""
        #expect(report.violation == nil, "life \(report.failed ?? 0):\n\(trace)")
        #expect(report.sequences == Int(Self.count))
        // Lives in which something never happened prove nothing about it.
        for state in CaseState.allCases where state != .draft { #expect(report.ends[state] ?? 0 > 0, "\(state)") }
        #expect(report.events > report.sequences * 3)
    }

    @Test(arguments: CaseMutant.allCases)
    func catchesBrokenRules(mutant: CaseMutant) {
        #expect(CaseSimulation(seed: 1, mutant: mutant).run(Self.count).violation != nil)
    }

    @Test(arguments: [2, 3] as [UInt64])
    func oneSeedGivesOneRun(seed: UInt64) {
        let first = CaseSimulation(seed: seed).run(500)
        #expect(first == CaseSimulation(seed: seed).run(500))
        #expect(first.digest != CaseSimulation(seed: seed + 10).run(500).digest)
        #expect(CaseSimulation(seed: seed).trace(7) == CaseSimulation(seed: seed).trace(7))
    }

    @Test(
        arguments: [
            (["--sequences", "50"], 0), (["--mutants", "--sequences", "5000"], 0), (["--mutant", "goesBack"], 1),
            (["--help"], 0), (["--number", "3"], 0), (["--sequences"], 2), (["--what"], 2),
        ] as [([String], Int32)])
    func theCommandSaysWhatItFound(arguments: [String], code: Int32) {
        var lines: [String] = []
        #expect(SimulationCommand.run(["cases"] + arguments) { lines.append($0) } == code)
        #expect(!lines.isEmpty)
    }
}
