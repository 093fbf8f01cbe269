import Foundation
import KuayuCurl
import KuayuGateway
import KuayuModel

/// What a run gave; times in milliseconds, processor time in microseconds a case.
struct RunFigures {
    var offered = 0.0
    var achieved = 0.0
    var p50 = 0.0
    var p90 = 0.0
    var p99 = 0.0
    var longest = 0.0
    /// From the intended send time to the answer with the receipt.
    var receiptP99 = 0.0
    var gateway = 0.0
    var bench = 0.0
    var idle = 0.0
    var steal = 0.0
    /// Why the run does not count, or what else went wrong.
    var faults: [String] = []

    /// Whether the host took so much that the run says nothing.
    var isDisturbed: Bool { steal > SystemUse.stealLimit }

    /// The middle of each figure by itself.
    static func median(_ runs: [RunFigures]) -> RunFigures {
        var result = RunFigures()
        let fields: [WritableKeyPath<RunFigures, Double>] = [
            \.offered, \.achieved, \.p50, \.p90, \.p99, \.longest, \.receiptP99, \.gateway, \.bench, \.idle, \.steal,
        ]
        for field in fields { result[keyPath: field] = Ranks.median(runs.map { $0[keyPath: field] }) }
        return result
    }
}

/// One run in one direction: a gateway over a fresh store, a rate, a time.
struct EndToEndRun {
    let stage: Stage
    let program: String
    let transport: CurlTransport
    let ports: [RegionCode: Int]
    let arrivals: [RegionCode: Arrivals]
    let slots: Int?
    let target: RegionCode

    /// The first part of a run warms caches and connections; its cases are sent and not counted.
    private static let warmUp = 0.2
    /// Longest wait for what is under way at the end of a run.
    private static let drainSeconds = 45.0

    func run(name: String, _ ammunition: Ammunition, rate: Double) async throws -> RunFigures {
        for hub in arrivals.values { hub.clear() }
        let gateway = try await GatewayProcess.start(
            program: program, stage: stage, name: name, ports: ports, slots: slots, transport: transport)
        let shooting = Shooting(ammunition, to: gateway.base, over: transport)
        let start = (gateway: gateway.processorSeconds, bench: Nanoseconds.processor, system: SystemUse.now())
        await shooting.shoot(perSecond: rate)
        await drain(shooting, gateway, ammunition)
        let use = SystemUse.now().share(since: start.system)
        let spent = (gateway: gateway.processorSeconds - start.gateway, bench: Nanoseconds.processor - start.bench)
        var figures = try figures(shooting, rate)
        let count = Double(max(1, shooting.acceptedCount))
        figures.gateway = spent.gateway * 1e6 / count
        figures.bench = Double(spent.bench) / 1e3 / count
        (figures.idle, figures.steal) = (use.idle, use.steal)
        if !gateway.isRunning { figures.faults.append("the gateway ended: \(stage.folder)/\(name).log") }
        await gateway.stop()
        removeStore(name)
        return figures
    }

    private func removeStore(_ name: String) {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(stage.folder)/\(name).sqlite\(suffix)")
        }
    }

    /// Waits until everything is answered, and everything accepted has reached both hubs.
    private func drain(_ shooting: Shooting, _ gateway: GatewayProcess, _ ammunition: Ammunition) async {
        let end = Nanoseconds.now + Int64(Self.drainSeconds * 1e9)
        while Nanoseconds.now < end, gateway.isRunning {
            if shooting.answeredCount == ammunition.messages.count {
                let accepted = shooting.acceptedCount
                if arrivals.values.allSatisfy({ $0.caseCount >= accepted }) { return }
            }
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
        }
    }

    // MARK: figures

    private func figures(_ shooting: Shooting, _ rate: Double) throws -> RunFigures {
        let times = try arrivals[target]?.firstTimes() ?? [:]
        let shots = shooting.shots
        let measured = shots.dropFirst(Int(Double(shots.count) * Self.warmUp))
        var latencies: [Double] = []
        var last = Int64.min
        var refused = 0
        var missing = 0
        for shot in measured where shot.isAccepted {
            guard let id = shot.caseID else {
                refused += 1
                continue
            }
            guard let at = times[id]?[1] else {
                missing += 1
                continue
            }
            latencies.append(Double(at - shot.intended) / 1e6)
            last = max(last, at)
        }
        latencies.sort()
        var figures = RunFigures(offered: rate)
        figures.p50 = Ranks.percentile(latencies, 50)
        figures.p90 = Ranks.percentile(latencies, 90)
        figures.p99 = Ranks.percentile(latencies, 99)
        figures.longest = latencies.last ?? 0
        let answers = measured.filter(\.isAccepted).map { Double($0.answered - $0.intended) / 1e6 }.sorted()
        figures.receiptP99 = Ranks.percentile(answers, 99)
        if let first = measured.first, !latencies.isEmpty {
            // From the first appointment to the end of the last one, or to the last arrival if that is later.
            let span = max(Double(last - first.intended) / 1e9, Double(latencies.count) / rate)
            figures.achieved = Double(latencies.count) / span
        }
        figures.faults = faults(shooting, refused: refused, missing: missing, failed: measured.count { !$0.isAccepted })
        return figures
    }

    private func faults(_ shooting: Shooting, refused: Int, missing: Int, failed: Int) -> [String] {
        var faults: [String] = []
        if failed > 0 {
            faults.append("\(failed) messages were not accepted, the first: \(shooting.firstFault ?? "no answer")")
        }
        if refused > 0 { faults.append("\(refused) cases were refused by the adapter or the agreements") }
        if missing > 0 { faults.append("\(missing) accepted cases did not arrive in time") }
        return faults
    }
}
