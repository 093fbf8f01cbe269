import Foundation
import KuayuCLI
import KuayuCurl
import KuayuGateway
import KuayuHubs
import KuayuModel

/// The real gateway between two hubs: latency at a rate, or the highest rate at a latency.
struct EndToEndBench {
    static let names: Set<String> = [
        "--from", "--to", "--rate", "--seconds", "--rounds", "--target", "--connections", "--slots", "--kuayu",
    ]

    struct Direction {
        let origin: RegionCode
        let target: RegionCode

        var text: String { "\(origin.text) → \(target.text)" }
    }

    private let folder: String
    private let regions: String
    private let directions: [Direction]
    private let rate: Double
    private let seconds: Double
    private let rounds: Int
    private let sweeps: Bool
    private let targetMilliseconds: Double
    private let connections: Int
    private let slots: Int?
    private let program: String

    /// Most messages of one run: they are made before it and held in memory.
    private static let messageLimit = 300_000.0
    private static let peerSeconds = 3.0

    init(_ arguments: Arguments) throws {
        folder = arguments.folder
        regions = arguments.regions
        rate = try arguments.number("--rate", 200, in: 1...50_000)
        seconds = try arguments.number("--seconds", 10, in: 1...600)
        rounds = try arguments.whole("--rounds", 3, in: 1...99)
        sweeps = arguments.has("--sweep")
        targetMilliseconds = try arguments.number("--target", 100, in: 1...60_000)
        connections = try arguments.whole("--connections", 32, in: 1...512)
        slots = arguments.text("--slots") == nil ? nil : try arguments.whole("--slots", 1, in: 1...256)
        program = arguments.text("--kuayu") ?? Self.programBeside(OneCore.executable)
        directions = try Self.directions(arguments)
        guard rate * seconds <= Self.messageLimit else {
            throw UsageError("--rate times --seconds is at most \(Int(Self.messageLimit)) cases")
        }
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw UsageError("\(program) is no program: build it (--product kuayu), or name it with --kuayu")
        }
    }

    private static func programBeside(_ executable: String) -> String {
        URL(fileURLWithPath: executable).deletingLastPathComponent().path + "/kuayu"
    }

    private static func directions(_ arguments: Arguments) throws(UsageError) -> [Direction] {
        guard arguments.text("--from") != nil || arguments.text("--to") != nil else {
            return [Direction(origin: .jiangsu, target: .zhejiang), Direction(origin: .zhejiang, target: .jiangsu)]
        }
        func region(_ name: String) throws(UsageError) -> RegionCode {
            let code = arguments.text(name).flatMap { RegionCode($0) }
            guard let code, code == .jiangsu || code == .zhejiang else {
                throw UsageError("--from and --to are 320000 and 330000: the regions that push")
            }
            return code
        }
        let direction = Direction(origin: try region("--from"), target: try region("--to"))
        guard direction.origin != direction.target else { throw UsageError("--from and --to are two regions") }
        return [direction]
    }

    // MARK: running

    func run() async throws -> [Report] {
        let stage = try Stage(folder: folder, regions: regions)
        defer { stage.remove() }
        let transport = try CurlTransport(configuration: CurlConfiguration(slots: connections))
        let jiangsu = Arrivals()
        let zhejiang = Arrivals()
        let reports = try await Servers.serving(
            Receiver(.jiangsu, arrivals: jiangsu), tls: stage.serverFiles("hub-320000")
        ) { first in
            try await Servers.serving(
                Receiver(.zhejiang, arrivals: zhejiang), tls: stage.serverFiles("hub-330000")
            ) { second in
                try await Servers.serving(BareResponder(), tls: stage.serverFiles("gateway")) { bare in
                    let ground = Ground(
                        stage: stage, transport: transport, ports: [.jiangsu: first, .zhejiang: second],
                        arrivals: [.jiangsu: jiangsu, .zhejiang: zhejiang], bare: "https://127.0.0.1:\(bare)")
                    return try await measure(ground)
                }
            }
        }
        await transport.shutdown(grace: .seconds(1))
        return reports
    }

    /// What stands while directions and rates change.
    private struct Ground {
        let stage: Stage
        let transport: CurlTransport
        let ports: [RegionCode: Int]
        let arrivals: [RegionCode: Arrivals]
        /// Where the peer listens.
        let bare: String
    }

    private func measure(_ ground: Ground) async throws -> [Report] {
        let configuration = try ground.stage.writeConfiguration("federation", listen: 0, admin: 0, ports: ground.ports)
        let federation = try Workbench.federation(configuration: configuration)
        var reports: [Report] = []
        for direction in directions {
            reports.append(
                sweeps
                    ? try await sweep(direction, federation, ground)
                    : try await repeated(direction, federation, ground))
        }
        return reports
    }

    private func oneRun(
        _ direction: Direction, _ federation: Federation, _ ground: Ground, rate: Double, name: String
    ) async throws -> RunFigures {
        let run = EndToEndRun(
            stage: ground.stage, program: program, transport: ground.transport, ports: ground.ports,
            arrivals: ground.arrivals, slots: slots, target: direction.target)
        let ammunition = try ammunition(direction, federation, ground.stage, count: Int(rate * seconds))
        return try await run.run(name: name, ammunition, rate: rate)
    }

    private func ammunition(
        _ direction: Direction, _ federation: Federation, _ stage: Stage, count: Int
    ) throws -> Ammunition {
        var cases = try Load.cases(from: direction.origin, to: direction.target, in: federation, seed: 1)
        let now = WallClock().now
        return Ammunition(
            messages: (0..<max(1, count)).map { _ in cases.next(now: now) }, contentType: cases.contentType,
            origin: direction.origin, tls: stage.identity(direction.origin))
    }

    private func peer(
        _ direction: Direction, _ federation: Federation, _ ground: Ground
    ) async throws -> ClosedLoop.Figures {
        let ammunition = try ammunition(direction, federation, ground.stage, count: 1_000)
        return await ClosedLoop.run(
            ammunition, to: ground.bare, over: ground.transport, seconds: Self.peerSeconds, connections: connections)
    }

    // MARK: one rate, several times

    private func repeated(_ direction: Direction, _ federation: Federation, _ ground: Ground) async throws -> Report {
        var report = Report(title: title(direction, "\(Cell.decimal(rate, 0).shown) cases/s, open loop"))
        var runs: [RunFigures] = []
        var peers: [ClosedLoop.Figures] = []
        for number in 1...rounds {
            Progress.say("endtoend: \(direction.text), round \(number) of \(rounds)")
            peers.append(try await peer(direction, federation, ground))
            let figures = try await oneRun(
                direction, federation, ground, rate: rate, name: "run-\(direction.origin.text)-\(number)")
            report.lines.append(Self.line("\(number)", figures))
            report.notes += figures.faults.map { "round \(number): \($0)" }
            runs.append(figures)
        }
        let counted = runs.filter { !$0.isDisturbed }
        let median = RunFigures.median(counted.isEmpty ? runs : counted)
        if runs.count > 1 { report.lines.append(Self.line("median", median)) }
        report.notes += notes(peers, median)
        return report
    }

    // MARK: the highest rate

    /// Doubles the rate until it is too much, then halves the gap.
    private func sweep(_ direction: Direction, _ federation: Federation, _ ground: Ground) async throws -> Report {
        var report = Report(
            title: title(direction, "highest rate with p99 ≤ \(Cell.decimal(targetMilliseconds, 0).shown) ms"))
        let peers = [try await peer(direction, federation, ground), try await peer(direction, federation, ground)]
        var search = RateSearch(first: rate, limit: min(50_000, Self.messageLimit / seconds))
        var best: RunFigures?
        while let next = search.next {
            let figures = try await undisturbed(direction, federation, ground, rate: next, step: report.lines.count)
            let holds = figures.p99 <= targetMilliseconds && figures.faults.isEmpty && figures.achieved >= 0.95 * next
            report.lines.append(Self.line(holds ? "holds" : "too much", figures))
            report.notes += figures.faults.map { "\(Cell.decimal(next, 0).shown) cases/s: \($0)" }
            if holds, figures.offered > best?.offered ?? 0 { best = figures }
            search.learn(next, holds: holds)
        }
        if let best {
            report.lines.append(Self.line("highest", best))
            report.notes += notes(peers, best)
        } else {
            report.notes.append("no rate held; begin lower with --rate")
        }
        return report
    }

    /// A run that the host left alone, or the third that it did not.
    private func undisturbed(
        _ direction: Direction, _ federation: Federation, _ ground: Ground, rate: Double, step: Int
    ) async throws -> RunFigures {
        var figures = RunFigures()
        for attempt in 0..<3 {
            Progress.say("endtoend: \(direction.text), \(Cell.decimal(rate, 0).shown) cases/s")
            figures = try await oneRun(
                direction, federation, ground, rate: rate, name: "sweep-\(direction.origin.text)-\(step)-\(attempt)")
            if !figures.isDisturbed { break }
        }
        return figures
    }

    // MARK: report

    private func title(_ direction: Direction, _ what: String) -> String {
        "endtoend: \(direction.text), \(what), runs of \(Cell.decimal(seconds, 0).shown) s, mutual TLS, "
            + "SQLite FULL on \(MachineFacts.fileSystem(of: folder))"
    }

    private static func line(_ name: String, _ figures: RunFigures) -> Report.Line {
        [
            ("run", .text(name)), ("offered/s", .decimal(figures.offered, 0)),
            ("achieved/s", .decimal(figures.achieved, 1)), ("p50 ms", .decimal(figures.p50, 1)),
            ("p90 ms", .decimal(figures.p90, 1)), ("p99 ms", .decimal(figures.p99, 1)),
            ("max ms", .decimal(figures.longest, 1)), ("receipt p99 ms", .decimal(figures.receiptP99, 1)),
            ("gateway µs/case", .decimal(figures.gateway, 0)), ("bench µs/case", .decimal(figures.bench, 0)),
            ("idle %", .decimal(figures.idle, 1)), ("steal %", .decimal(figures.steal, 1)),
            ("note", .text(remark(figures))),
        ]
    }

    private static func remark(_ figures: RunFigures) -> String {
        if figures.isDisturbed { return "steal over 3 %: discard" }
        return figures.faults.isEmpty ? "" : "see below"
    }

    private func notes(_ peers: [ClosedLoop.Figures], _ figures: RunFigures) -> [String] {
        let perSecond = Ranks.median(peers.map(\.perSecond))
        let microseconds = Ranks.median(peers.map(\.microseconds))
        let failures = peers.reduce(0) { $0 + $1.failures }
        var notes = [
            "peer, the same bodies to a bare server that answers 202, closed loop, \(connections) connections: "
                + "\(Cell.decimal(perSecond, 0).shown) exchanges/s, \(Cell.decimal(microseconds, 0).shown) µs CPU each, "
                + "both ends together",
            "achieved cases/s to the peer's exchanges/s: "
                + "\(Cell.decimal(figures.achieved / max(perSecond, 1e-9), 3).shown); CPU of gateway and bench together "
                + "to the peer's: \(Cell.decimal((figures.gateway + figures.bench) / max(microseconds, 1e-9), 1).shown)",
            "latency runs from the intended send time to the receiver's 2xx for version 1; each case also makes a "
                + "delivery of version 2 (transferred) to its origin, so a case is three exchanges",
        ]
        if failures > 0 { notes.append("\(failures) exchanges of the peer failed") }
        return notes
    }
}

/// Which rate to try next.
struct RateSearch {
    /// The next rate; nil when the answer is near enough.
    private(set) var next: Double?
    private var holding = 0.0
    private var failing: Double?
    private var stepsLeft = 16
    private let limit: Double

    /// Begins at `first` and never goes beyond `limit`.
    init(first: Double, limit: Double) {
        next = min(first, limit)
        self.limit = limit
    }

    /// Takes in whether a rate held.
    ///
    /// Ends when the highest that holds and the lowest that does not are within a tenth.
    mutating func learn(_ rate: Double, holds: Bool) {
        if holds { holding = max(holding, rate) } else { failing = min(failing ?? rate, rate) }
        stepsLeft -= 1
        guard stepsLeft > 0 else { return next = nil }
        guard let failing else {
            next = holding < limit ? min(holding * 2, limit) : nil
            return
        }
        let isNear = failing - holding <= max(1, failing * 0.1)
        next = isNear ? nil : ((failing + holding) / 2).rounded()
    }
}
