import KuayuCrypto
import KuayuEngine
import KuayuGateway
import KuayuModel
import Logging
import Synchronization

/// One gateway over a fresh store, from the first case to the last delivery.
struct AcceptRound {
    let federation: Federation
    let path: String
    let signer: Ed25519Key
    let bases: [(region: RegionCode, url: String)]
    let submitters: Int

    /// What a round gave.
    struct Figures {
        var accepted = 0
        var acceptsPerSecond = 0.0
        var settledPerSecond = 0.0
        var commitsPerSecond = 0.0
        var acceptsPerCommit = 0.0
        var microseconds = 0.0
        var p50 = 0.0
        var p99 = 0.0
        var idle = 0.0
        var steal = 0.0
        /// What makes the round doubtful.
        var faults: [String] = []
    }

    /// Longest time for all cases, and again for their deliveries to settle.
    private static let limitSeconds = 120.0

    func run(_ payloads: [IntakePayload]) async throws -> Figures {
        let store = try CountingStore(path: path)
        let transport = NullTransport(bases: bases)
        let halt = Mutex(String?.none)
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let gateway = try Gateway(
            federation: federation, number: 1,
            ports: Gateway.Ports(
                store: store, transport: transport, signer: signer, crypto: LibCrypto(), clock: WallClock()),
            logger: logger, onHalt: { reason in halt.withLock { $0 = reason } })
        let before = Reading(store)
        let answers = await submit(payloads, to: gateway)
        let accepted = Reading(store)
        await settle(store, transport)
        let settled = Reading(store)
        var figures = figures(answers, before, accepted, settled)
        if let reason = halt.withLock({ $0 }) { figures.faults.append("the gateway stopped: \(reason)") }
        figures.faults += try unsettled(store)
        try store.close()
        return figures
    }

    // MARK: submitting

    /// What the callers saw.
    private struct Answers: Sendable {
        var latencies: [Int64] = []
        var accepted = 0
        var refused = 0
        var firstRefusal: String?

        mutating func add(_ other: Answers) {
            latencies += other.latencies
            accepted += other.accepted
            refused += other.refused
            firstRefusal = firstRefusal ?? other.firstRefusal
        }
    }

    private func submit(_ payloads: [IntakePayload], to gateway: Gateway) async -> Answers {
        let next = NextIndex(limit: payloads.count)
        let end = Nanoseconds.now + Int64(Self.limitSeconds * 1e9)
        return await withTaskGroup(of: Answers.self) { group in
            for _ in 0..<submitters {
                group.addTask {
                    var answers = Answers()
                    while let index = next.take(), Nanoseconds.now < end {
                        let start = Nanoseconds.now
                        let answer = await gateway.take(payloads[index])
                        answers.latencies.append(Nanoseconds.now - start)
                        Self.count(answer, &answers)
                    }
                    return answers
                }
            }
            return await group.reduce(into: Answers()) { $0.add($1) }
        }
    }

    private static func count(_ answer: IntakeAnswer, _ answers: inout Answers) {
        switch answer {
        case .unreadable(let issues):
            answers.refused += 1
            answers.firstRefusal = answers.firstRefusal ?? describe(issues)
        case .cases(let cases, _):
            for item in cases {
                if case .recorded(let registration) = item.answer, registration.outcome == .accepted {
                    answers.accepted += 1
                } else {
                    answers.refused += 1
                    answers.firstRefusal = answers.firstRefusal ?? "\(item.answer) \(describe(item.issues))"
                }
            }
        }
    }

    private static func describe(_ issues: [Issue]) -> String {
        issues.first.map { "\($0.code) \($0.path): \($0.message)" } ?? "no reason given"
    }

    // MARK: settling

    /// Waits until nothing is sent and nothing committed for a fifth of a second.
    ///
    /// Asking the store itself how far it is would cost more than what is measured.
    private func settle(_ store: CountingStore, _ transport: NullTransport) async {
        let end = Nanoseconds.now + Int64(Self.limitSeconds * 1e9)
        var last = (store.commitCount, transport.exchangeCount)
        var quietRounds = 0
        while quietRounds < 10, Nanoseconds.now < end {
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
            let this = (store.commitCount, transport.exchangeCount)
            quietRounds = this == last ? quietRounds + 1 : 0
            last = this
        }
    }

    private func unsettled(_ store: CountingStore) throws -> [String] {
        let settled: Set<DeliveryState> = [.delivered]
        let counts = try store.read { try $0.deliveryCounts() }
        return counts.filter { !settled.contains($0.state) }.map { count in
            "\(count.count) deliveries to \(count.hub.text) are \(count.state.rawValue)"
        }
    }

    // MARK: figures

    /// Clocks and counters at a moment.
    private struct Reading {
        let wall = Nanoseconds.now
        let processor = Nanoseconds.processor
        let system = SystemUse.now()
        let commits: Int

        init(_ store: CountingStore) { commits = store.commitCount }
    }

    private func figures(_ answers: Answers, _ before: Reading, _ accepted: Reading, _ settled: Reading) -> Figures {
        let seconds = Double(accepted.wall - before.wall) / 1e9
        // The quiet time at the end is waiting, not work.
        let whole = max(seconds, Double(settled.wall - before.wall) / 1e9 - 0.2)
        let count = Double(max(1, answers.accepted))
        let latencies = answers.latencies.map { Double($0) / 1e6 }.sorted()
        let use = accepted.system.share(since: before.system)
        var figures = Figures(
            accepted: answers.accepted, acceptsPerSecond: Double(answers.accepted) / seconds,
            settledPerSecond: Double(answers.accepted) / whole,
            commitsPerSecond: Double(accepted.commits - before.commits) / seconds,
            acceptsPerCommit: Double(answers.accepted) / Double(max(1, accepted.commits - before.commits)),
            microseconds: Double(settled.processor - before.processor) / 1e3 / count,
            p50: Ranks.percentile(latencies, 50), p99: Ranks.percentile(latencies, 99), idle: use.idle,
            steal: use.steal)
        if answers.refused > 0 {
            figures.faults.append("\(answers.refused) cases were refused, the first: \(answers.firstRefusal ?? "")")
        }
        return figures
    }
}

/// Hands out 0, 1, 2 … to many.
private final class NextIndex: Sendable {
    private let next = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func take() -> Int? {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < limit ? index : nil
    }
}
