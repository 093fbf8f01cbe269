/// Makes a failing run smaller: fault after fault is taken out, and the world made smaller, as long as it still fails.
public enum Shrinking {
    /// The smallest world found in which the seed still fails, with its report.
    public static func shrink(
        seed: UInt64, parameters: SimulationParameters, mutant: Mutant?
    ) -> (parameters: SimulationParameters, report: Simulator.Report) {
        var best = parameters
        var report = run(seed, best, mutant)
        guard !report.violations.isEmpty else { return (best, report) }
        var candidates = SimulationParameters.Fault.allCases.filter { best.chance($0) > 0 }.map { best.without($0) }
        while !candidates.isEmpty {
            let candidate = candidates.removeFirst()
            let result = run(seed, candidate, mutant)
            guard !result.violations.isEmpty else { continue }
            best = candidate
            report = result
            candidates = smaller(best)
        }
        return (best, report)
    }

    private static func smaller(_ parameters: SimulationParameters) -> [SimulationParameters] {
        var list = SimulationParameters.Fault.allCases.filter { parameters.chance($0) > 0 }.map {
            parameters.without($0)
        }
        if parameters.caseCount > 1 {
            var half = parameters
            half.caseCount /= 2
            list.append(half)
        }
        if parameters.eventsPerCase > 0 {
            var fewer = parameters
            fewer.eventsPerCase -= 1
            list.append(fewer)
        }
        return list
    }

    private static func run(_ seed: UInt64, _ parameters: SimulationParameters, _ mutant: Mutant?) -> Simulator.Report {
        var simulator = Simulator(seed: seed, parameters: parameters, mutant: mutant, keepsTrace: true)
        return simulator.run()
    }
}
