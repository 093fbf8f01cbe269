import Foundation
import KuayuFormats
import KuayuModel

/// Looks at the hubs and the gateway and shows where things stand.
struct DemoWatch {
    let plan: DemoPlan
    let processes: DemoProcesses
    let settings: Demo.Settings
    private let isTerminal = isatty(STDOUT_FILENO) == 1

    init(plan: DemoPlan, processes: DemoProcesses, settings: Demo.Settings) {
        self.plan = plan
        self.processes = processes
        self.settings = settings
    }

    /// Where things stand.
    struct State {
        var hubs: [(region: RegionCode, stats: [String: Int])]
        /// Deliveries by receiver and state; nil while the gateway does not answer.
        var deliveries: [String: [String: Int]]?

        /// Everything made, sent, handled, delivered.
        var isFinished: Bool {
            guard let deliveries, hubs.count == 4 else { return false }
            let isSettled = deliveries.values.allSatisfy { states in
                states.allSatisfy { ["delivered", "rejected", "cancelled"].contains($0.key) || $0.value == 0 }
            }
            return isSettled
                && hubs.allSatisfy { hub in
                    (hub.stats["created"] ?? 0) >= (hub.stats["limit"] ?? .max) && hub.stats["unfinished"] == 0
                        && hub.stats["waiting"] == 0
                }
        }
    }

    func look() -> State {
        var hubs: [(region: RegionCode, stats: [String: Int])] = []
        for region in RegionCode.federated {
            if let text = try? plan.control(region.text)?.get("/control/stats") {
                hubs.append((region, Self.numbers(text)))
            }
        }
        return State(
            hubs: hubs, deliveries: (try? AdminClient(port: plan.adminPort).get("/metrics")).map(Self.deliveries))
    }

    private static func numbers(_ json: String) -> [String: Int] {
        guard let tape = try? JSONReader.read(Array(json.utf8)) else { return [:] }
        var result: [String: Int] = [:]
        for child in tape.children(of: 0) { result[tape.name(child)] = Int(tape.text(child)) }
        return result
    }

    /// Reads lines like `kuayu_deliveries{hub="320000",state="delivered"} 12`.
    private static func deliveries(_ metrics: String) -> [String: [String: Int]] {
        var result: [String: [String: Int]] = [:]
        for line in metrics.split(separator: "\n") where line.hasPrefix("kuayu_deliveries{") {
            let parts = line.split(separator: "\"")
            guard parts.count == 5, let count = Int(parts[4].dropFirst(2)) else { continue }
            result[String(parts[1]), default: [:]][String(parts[3])] = count
        }
        return result
    }

    // MARK: showing

    func show(_ state: State, elapsed: Double) {
        let step = Int(elapsed * 4)
        guard isTerminal || step % 8 == 0 else { return }
        var table = TextTable(["区域", "新办件", "已报送", "已回执", "已接收", "投递:送达", "在途", "重试", "挂起", "待核"])
        for (region, stats) in state.hubs {
            let counts = state.deliveries?[region.text] ?? [:]
            let underWay = (counts["waiting"] ?? 0) + (counts["sending"] ?? 0)
            table.add([
                "\(region.text) \(region.name)", "\(stats["created"] ?? 0)/\(stats["limit"] ?? 0)",
                "\(stats["sent"] ?? 0)",
                "\(stats["acknowledged"] ?? 0)", "\(stats["received"] ?? 0)", "\(counts["delivered"] ?? 0)",
                "\(underWay)",
                "\(counts["retrying"] ?? 0)", "\(counts["parked"] ?? 0)", "\(counts["inDoubt"] ?? 0)",
            ])
        }
        let heading =
            String(format: "%5.1f s ", elapsed) + (state.deliveries == nil ? "网关无应答 — the gateway does not answer" : "")
        if isTerminal {
            print(
                "\u{1B}[2K\(heading)\n"
                    + table.text.split(separator: "\n").map { "\u{1B}[2K\($0)" }.joined(separator: "\n"))
            print("\u{1B}[\(state.hubs.count + 2)A", terminator: "")
        } else {
            print(heading + "\n" + table.text)
        }
        Terminal.flush()
    }

    /// Leaves the last table standing.
    func finish() { if isTerminal { print("\u{1B}[6B") } }
}
