/// What `kuayu-sim` does: runs seeds, checks the invariants, shows one run.
public enum SimulationCommand {
    /// How to call it.
    public static let usage = """
        kuayu-sim: runs the delivery engine in a simulated federation and checks its invariants.

          kuayu-sim [--seeds N] [--first S]       N worlds from seed S on (default 1000 from 1)
          kuayu-sim --seed S [--trace]            one world; --trace prints every step
          kuayu-sim --mutants [--seeds N]         every broken engine must be caught within N seeds
          --mutant NAME                           run with one broken engine
          kuayu-sim cases …                       the rules of the case; see kuayu-sim cases --help

        Exit code: 0 all held (or every broken engine was caught), 1 not, 2 wrong arguments.
        """

    /// Runs with these arguments and returns the exit code.
    ///
    /// `seconds` tells the time of a clock that never goes back, so that a rate can be shown; nil shows none.
    public static func run(
        _ arguments: [String], seconds: (() -> Double)? = nil, print: (String) -> Void
    ) -> Int32 {
        if arguments.first == "cases" {
            return CaseSimulationCommand.run(Array(arguments.dropFirst()), seconds: seconds, print: print)
        }
        guard let options = Options(arguments) else {
            print(usage)
            return 2
        }
        if options.isHelp {
            print(usage)
            return 0
        }
        if let seed = options.seed { return one(seed, options, print) }
        return options.runsMutants ? mutants(options, print) : many(options, print)
    }

    private struct Options {
        var seeds: UInt64 = 1000
        var first: UInt64 = 1
        var seed: UInt64?
        var showsTrace = false
        var runsMutants = false
        var isHelp = false
        var mutant: Mutant?

        init?(_ arguments: [String]) {
            var rest = arguments[...]
            while let name = rest.popFirst() {
                switch name {
                case "--help", "-h": isHelp = true
                case "--trace": showsTrace = true
                case "--mutants": runsMutants = true
                case "--mutant":
                    guard let value = rest.popFirst().flatMap(Mutant.init(rawValue:)) else { return nil }
                    mutant = value
                case "--seeds", "--first", "--seed":
                    guard let value = rest.popFirst().flatMap(UInt64.init) else { return nil }
                    if name == "--seeds" {
                        seeds = value
                    } else if name == "--first" {
                        first = value
                    } else {
                        seed = value
                    }
                default: return nil
                }
            }
        }
    }

    private static func one(_ seed: UInt64, _ options: Options, _ print: (String) -> Void) -> Int32 {
        var simulator = Simulator(seed: seed, mutant: options.mutant, keepsTrace: options.showsTrace)
        let report = simulator.run()
        for line in report.trace { print(line) }
        for violation in report.violations { print("violated: \(violation)") }
        print(
            "seed \(seed): \(report.steps) steps, \(report.elapsedMilliseconds) ms of virtual time, trace "
                + "\(report.traceDigest), " + (report.violations.isEmpty ? "all invariants held" : "FAILED"))
        return report.violations.isEmpty ? 0 : 1
    }

    private static func many(_ options: Options, _ print: (String) -> Void) -> Int32 {
        var failed: [UInt64] = []
        var probes: [String: Int] = [:]
        var steps = 0
        for seed in options.first..<options.first + options.seeds {
            var simulator = Simulator(seed: seed, mutant: options.mutant)
            let report = simulator.run()
            steps += report.steps
            probes.merge(report.probes) { $0 + $1 }
            if !report.violations.isEmpty { failed.append(seed) }
        }
        print("\(options.seeds) seeds, \(steps) steps, \(failed.count) failed")
        for (name, count) in probes.sorted(by: { $0.key < $1.key }) { print("  \(name): \(count)") }
        if let seed = failed.first { explain(seed, options, print) }
        return failed.isEmpty ? 0 : 1
    }

    private static func explain(_ seed: UInt64, _ options: Options, _ print: (String) -> Void) {
        let world = Simulator(seed: seed, mutant: options.mutant)
        let small = Shrinking.shrink(seed: seed, parameters: world.parameters, mutant: options.mutant)
        print("seed \(seed), shrunk to \(small.parameters.caseCount) cases:")
        for line in small.report.trace.suffix(60) { print("  " + line) }
        for violation in small.report.violations { print("  violated: " + violation) }
    }

    private static func mutants(_ options: Options, _ print: (String) -> Void) -> Int32 {
        var escaped = 0
        for mutant in Mutant.allCases {
            let seed = (options.first..<options.first + options.seeds).first { seed in
                var simulator = Simulator(seed: seed, mutant: mutant)
                return !simulator.run().violations.isEmpty
            }
            if let seed {
                print("\(mutant.rawValue): caught by seed \(seed)")
            } else {
                escaped += 1
                print("\(mutant.rawValue): NOT caught")
            }
        }
        return escaped == 0 ? 0 : 1
    }
}
