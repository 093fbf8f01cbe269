import Foundation

/// What `kuayu-bench` does: times the hot paths beside a named peer, in the same run.
enum Benchmark {
    static let usage = """
        kuayu-bench: times the hot paths on this machine, each beside a peer in the same run.

          kuayu-bench                  all of the below, one after another, each with its defaults
          kuayu-bench adapters         reading and writing every region's samples, one core
              --seconds S              shortest time of one measurement (1)
              --rounds N               measurements, the median counts (3)
              --region CODE            one region only
          kuayu-bench accepts          durable accepts per second, one core, SQLite FULL on disk
              --cases N                new cases per round (12000), half from 320000, half from 330000
              --submitters N           callers at once (64)
              --rounds N               rounds, the median counts (3)
              --peer-seconds S         time of each peer per round (1)
              --all-cores              do not bind the process to one core
          kuayu-bench endtoend         the real gateway between two hubs over mutual TLS, open loop
              --from CODE --to CODE    one direction (both: 320000 to 330000 and back)
              --rate R                 new cases per second (200)
              --seconds S              length of one run (10); its first fifth is warm-up
              --rounds N               runs per direction, the median counts (3)
              --sweep                  look for the highest rate with p99 within --target milliseconds (100)
              --connections N          connections of the sender (32)
              --slots N                deliveries under way per hub (what the region says)
              --kuayu PATH             the gateway's program (beside this one)
          kuayu-bench reconcile PART   comparing ledgers; PART is one of
              index                    the segment index of a lane (--rows 10000000)
              n                        negentropy, both sides in this process (--rows 10000000 --differences N)
              s                        SQL against PostgreSQL, beside pg_comparator and reladiff (--rows 2000000)
              f                        files, beside GNU comm and DuckDB (--lines 10000000)

          --json           results as JSON, a line per benchmark, and nothing else on standard output
          --regions DIR    adapters (regions)
          --folder DIR     where stores and certificates are made and removed again (/var/tmp/kuayu-bench-PID)

        Everything happens on 127.0.0.1 and below --folder. Exit code: 0 measured, 1 not, 2 wrong arguments.
        docs/performance.md says how to read the numbers.
        """

    /// Runs with these arguments and returns the exit code.
    static func run(_ arguments: [String]) async -> Int32 {
        do {
            try await dispatch(arguments)
            return 0
        } catch let error as UsageError {
            Progress.say("\(error.message)\n\n\(usage)")
            return 2
        } catch {
            Progress.say("kuayu-bench: \(error)")
            return 1
        }
    }

    private static func dispatch(_ arguments: [String]) async throws {
        let rest = arguments.dropFirst()
        switch arguments.first {
        case "adapters":
            try publish(AdapterBench(try Arguments(rest, names: AdapterBench.names)).run(), rest)
        case "accepts":
            let options = try Arguments(rest, names: AcceptBench.names, flags: ["--all-cores"])
            if !options.has("--all-cores") { OneCore.bind() }
            try publish(await AcceptBench(options).run(), rest)
        case "endtoend":
            let options = try Arguments(rest, names: EndToEndBench.names, flags: ["--sweep"])
            try publish(await EndToEndBench(options).run(), rest)
        case "reconcile": try await reconcile(rest)
        case "help", "--help", "-h": print(usage)
        case nil, "--json"?, "--regions"?, "--folder"?: try everything(arguments)
        case .some(let name): throw UsageError("there is no benchmark \(name)")
        }
    }

    private static func reconcile(_ arguments: ArraySlice<String>) async throws {
        let rest = arguments.dropFirst()
        switch arguments.first {
        case "index": try publish(await IndexBench(try Arguments(rest, names: IndexBench.names)).run(), rest)
        case "n": try publish(NegentropyBench(try Arguments(rest, names: NegentropyBench.names)).run(), rest)
        case "s": try publish(SQLBench(try Arguments(rest, names: SQLBench.names)).run(), rest)
        case "f":
            let options = try Arguments(rest, names: FeedBench.names)
            try publish(FeedBench(options, command: ["reconcile", "f"]).run(), rest)
        default: throw UsageError("reconcile what? index, n, s or f")
        }
    }

    private static func publish(_ reports: [Report], _ arguments: ArraySlice<String>) {
        let machine = MachineFacts.read()
        print(arguments.contains("--json") ? Report.json(machine, reports) : Report.text(machine, reports))
    }

    /// Each benchmark in a process of its own, so that none inherits the other's threads, memory or core.
    private static func everything(_ arguments: [String]) throws {
        _ = try Arguments(arguments[...], names: [])
        for name in ["adapters", "accepts", "endtoend"] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: OneCore.executable)
            process.arguments = [name] + arguments
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw BenchFailure("\(name) did not finish") }
        }
    }
}

/// The benchmark cannot be carried out.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What is going on, for the person who waits; on standard error.
enum Progress {
    static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
