import Foundation
import Glibc
import KuayuModel

/// What the numbers were measured on.
struct MachineFacts {
    /// Name and value, in order.
    let facts: [(name: String, value: String)]

    static func read() -> MachineFacts {
        var facts: [(name: String, value: String)] = [
            ("date", WallClock().now.canonical),
            ("command", CommandLine.arguments.joined(separator: " ")),
            ("cores", String(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
            ("cores allowed", field("Cpus_allowed_list", in: "/proc/self/status") ?? "?"),
            ("model", field("model name", in: "/proc/cpuinfo") ?? "?"),
            ("kernel", text("/proc/sys/kernel/osrelease")),
            ("load", text("/proc/loadavg")),
            ("scheduling group", text("/proc/self/autogroup")),
        ]
        #if DEBUG
            facts.append(("build", "DEBUG: the numbers mean nothing"))
        #else
            facts.append(("build", "release"))
        #endif
        return MachineFacts(facts: facts)
    }

    /// `/dev/vda ext4`: what the folder lies on.
    static func fileSystem(of path: String) -> String {
        var best = (length: -1, text: "?")
        for line in text("/proc/self/mounts").split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count > 2 else { continue }
            let point = parts[1] == "/" ? "/" : parts[1] + "/"
            if (path + "/").hasPrefix(point), parts[1].count > best.length {
                best = (parts[1].count, "\(parts[0]) \(parts[2])")
            }
        }
        return best.text
    }

    static func field(_ name: String, in path: String) -> String? {
        for line in text(path).split(separator: "\n") where line.hasPrefix(name) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { return parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return nil
    }

    static func text(_ path: String) -> String {
        let data = FileManager.default.contents(atPath: path) ?? Data()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// What all processors of the machine did, from `/proc/stat`.
struct SystemUse {
    private var idle = 0.0
    private var steal = 0.0
    private var total = 0.0

    static func now() -> SystemUse {
        var use = SystemUse()
        let line = MachineFacts.text("/proc/stat").split(separator: "\n").first ?? ""
        // user nice system idle iowait irq softirq steal; guests are counted in user already.
        let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        guard ticks.count == 8 else { return use }
        use.idle = ticks[3] + ticks[4]
        use.steal = ticks[7]
        use.total = ticks.reduce(0, +)
        return use
    }

    /// Percent of the time since `earlier` in which processors had nothing to do, or were taken by the host.
    func share(since earlier: SystemUse) -> (idle: Double, steal: Double) {
        let span = max(1, total - earlier.total)
        return ((idle - earlier.idle) / span * 100, (steal - earlier.steal) / span * 100)
    }

    /// A run in which the host took more than this, percent, says nothing.
    static let stealLimit = 3.0
}

/// Processor time of another process.
enum ProcessUse {
    /// Seconds, user and system, all threads; 0 when there is no such process.
    ///
    /// Resolution 10 ms.
    static func seconds(of process: Int32) -> Double {
        let text = MachineFacts.text("/proc/\(process)/stat")
        // The name in parentheses may hold anything; what follows the last one is numbers (proc(5): 3 is the state).
        guard let end = text.lastIndex(of: ")") else { return 0 }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }
}

/// Binds this process to one core.
enum OneCore {
    /// The program that runs.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// Starts the program anew under `taskset`, in the same process, before it has any thread; returns when it is bound
    /// already, or when that cannot be done (the report then shows more than one core allowed).
    static func bind() {
        let allowed = MachineFacts.field("Cpus_allowed_list", in: "/proc/self/status") ?? "0"
        let isBound = !allowed.contains { $0 == "-" || $0 == "," }
        guard !isBound, getenv(mark) == nil else { return }
        setenv(mark, "1", 1)
        let first = String(allowed.prefix { $0.isNumber })
        let arguments = ["taskset", "-c", first, executable] + CommandLine.arguments.dropFirst()
        var pointers = arguments.map { strdup($0) } + [nil]
        execvp("taskset", &pointers)
        Progress.say("taskset cannot be run: not bound to one core")
        for pointer in pointers { free(pointer) }
    }

    /// Set once it was tried, so that a core list that stays long does not start the program for ever.
    private static let mark = "KUAYU_BENCH_BOUND"
}
