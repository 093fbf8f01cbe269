import KuayuModel

/// What `kuayu-sim cases` does.
public enum CaseSimulationCommand {
    /// How to call it.
    public static let usage = """
        kuayu-sim cases: random lives of cases and bundles by the real rules, every step judged.

          kuayu-sim cases [--sequences N] [--seed S]   N lives of seed S (default 20000 of 1)
          kuayu-sim cases --number K [--seed S]        one life, step by step
          kuayu-sim cases --mutants [--sequences N]    every broken set of rules must be caught within N lives
          --mutant NAME                                run with one broken set of rules
        """

    /// Runs with the arguments behind `cases` and returns the exit code.
    ///
    /// `seconds` tells the time of a clock that never goes back, so that a rate can be shown; nil shows none.
    public static func run(
        _ arguments: [String], seconds: (() -> Double)? = nil, print: (String) -> Void
    ) -> Int32 {
        guard let options = Options(arguments) else {
            print(usage)
            return 2
        }
        if options.isHelp {
            print(usage)
            return 0
        }
        if options.runsMutants { return mutants(options, print) }
        let simulation = CaseSimulation(seed: options.seed, mutant: options.mutant)
        if let number = options.number {
            let lines = simulation.trace(number)
            for line in lines { print(line) }
            return lines.last?.hasPrefix("violated") == true ? 1 : 0
        }
        let start = seconds?()
        let report = simulation.run(options.sequences)
        show(report, print)
        if let start, let end = seconds?(), end > start {
            print("  \(Int(Double(report.sequences) / (end - start))) sequences/s, \(Int(end - start)) s")
        }
        guard let failed = report.failed else { return 0 }
        for line in simulation.trace(failed) { print("  " + line) }
        return 1
    }

    private static func show(_ report: CaseSimulation.Report, _ print: (String) -> Void) {
        let digest = String(report.digest, radix: 16)
        print(
            "\(report.sequences) sequences, \(report.events) events, digest \(digest), "
                + (report.failed.map { "FAILED at \($0)" } ?? "all held"))
        for state in CaseState.allCases {
            if let count = report.ends[state] { print("  \(state.rawValue): \(count)") }
        }
    }

    private static func mutants(_ options: Options, _ print: (String) -> Void) -> Int32 {
        var escaped = 0
        for mutant in CaseMutant.allCases {
            let report = CaseSimulation(seed: options.seed, mutant: mutant).run(options.sequences)
            if let number = report.failed {
                print("\(mutant.rawValue): caught by \(number), \(report.violation ?? "")")
            } else {
                escaped += 1
                print("\(mutant.rawValue): NOT caught")
            }
        }
        return escaped == 0 ? 0 : 1
    }

    private struct Options {
        var sequences: UInt64 = 20_000
        var seed: UInt64 = 1
        var number: UInt64?
        var mutant: CaseMutant?
        var runsMutants = false
        var isHelp = false

        init?(_ arguments: [String]) {
            var rest = arguments[...]
            while let name = rest.popFirst() {
                switch name {
                case "--help", "-h": isHelp = true
                case "--mutants": runsMutants = true
                case "--mutant":
                    guard let value = rest.popFirst().flatMap(CaseMutant.init(rawValue:)) else { return nil }
                    mutant = value
                case "--sequences", "--seed", "--number":
                    guard let value = rest.popFirst().flatMap(UInt64.init) else { return nil }
                    if name == "--sequences" {
                        sequences = value
                    } else if name == "--seed" {
                        seed = value
                    } else {
                        number = value
                    }
                default: return nil
                }
            }
        }
    }
}
