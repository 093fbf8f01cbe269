import KuayuCLI
import KuayuCrypto
import KuayuGateway
import KuayuHubs
import KuayuModel

/// How many new cases a second become durable in one process on one core, deliveries included.
struct AcceptBench {
    static let names: Set<String> = ["--cases", "--submitters", "--rounds", "--peer-seconds"]

    private let folder: String
    private let regions: String
    private let cases: Int
    private let submitters: Int
    private let rounds: Int
    private let peerSeconds: Double

    init(_ arguments: Arguments) throws {
        folder = arguments.folder
        regions = arguments.regions
        cases = try arguments.whole("--cases", 12_000, in: 2...500_000)
        submitters = try arguments.whole("--submitters", 64, in: 1...10_000)
        rounds = try arguments.whole("--rounds", 3, in: 1...99)
        peerSeconds = try arguments.number("--peer-seconds", 1, in: 0.05...60)
    }

    func run() async throws -> [Report] {
        let stage = try Stage(folder: folder, regions: regions)
        defer { stage.remove() }
        // Nobody listens there: the transport tells the hubs apart by them.
        let ports: [RegionCode: Int] = [.jiangsu: 1, .zhejiang: 2]
        let configuration = try stage.writeConfiguration("accepts", listen: 0, admin: 0, ports: ports)
        let federation = try Workbench.federation(configuration: configuration)
        Progress.say("accepts: making \(cases) cases")
        let payloads = try makePayloads(federation)
        let peer = SQLitePeer(folder: folder, bodies: payloads.prefix(4_096).map(\.bytes))
        var single: [SQLitePeer.Figures] = []
        var batched: [SQLitePeer.Figures] = []
        var ours: [AcceptRound.Figures] = []
        for number in 1...rounds {
            Progress.say("accepts: round \(number) of \(rounds)")
            single.append(try peer.measure(rowsPerCommit: 1, seconds: peerSeconds))
            let round = AcceptRound(
                federation: federation, path: "\(folder)/round-\(number).sqlite",
                signer: try Ed25519Key.load(path: stage.certificates + "/receipts.key.pem"),
                bases: stage.hubs.map { ($0, stage.url($0, ports)) }, submitters: submitters)
            ours.append(try await round.run(payloads))
            batched.append(try peer.measure(rowsPerCommit: 32, seconds: peerSeconds))
        }
        return [report(ours, single, batched, payloads)]
    }

    /// Both directions in turn.
    private func makePayloads(_ federation: Federation) throws -> [IntakePayload] {
        var jiangsu = try Load.cases(from: .jiangsu, to: .zhejiang, in: federation, seed: 1)
        var zhejiang = try Load.cases(from: .zhejiang, to: .jiangsu, in: federation, seed: 1)
        let clock = WallClock()
        return (0..<cases).map { index in
            let isJiangsu = index % 2 == 0
            let (key, bytes) = isJiangsu ? jiangsu.next(now: clock.now) : zhejiang.next(now: clock.now)
            return IntakePayload(sender: isJiangsu ? .jiangsu : .zhejiang, bytes: bytes, key: key)
        }
    }

    // MARK: report

    private func report(
        _ ours: [AcceptRound.Figures], _ single: [SQLitePeer.Figures], _ batched: [SQLitePeer.Figures],
        _ payloads: [IntakePayload]
    ) -> Report {
        let disk = MachineFacts.fileSystem(of: folder)
        var report = Report(title: "accepts: durable accepts on one core, SQLite FULL on \(disk)")
        for (index, figures) in ours.enumerated() {
            report.lines.append(line("gateway, round \(index + 1)", [figures]))
        }
        if ours.count > 1 { report.lines.append(line("gateway, median", ours)) }
        report.lines.append(line("bare inserts, 1 a commit", single))
        report.lines.append(line("bare inserts, 32 a commit", batched))
        report.notes = notes(ours, single, batched, payloads)
        return report
    }

    private func line(_ name: String, _ rounds: [AcceptRound.Figures]) -> Report.Line {
        func median(_ value: (AcceptRound.Figures) -> Double) -> Double { Ranks.median(rounds.map(value)) }
        return [
            ("what", .text(name)), ("cases/s", .decimal(median(\.acceptsPerSecond), 0)),
            ("settled/s", .decimal(median(\.settledPerSecond), 0)),
            ("commits/s", .decimal(median(\.commitsPerSecond), 0)),
            ("cases/commit", .decimal(median(\.acceptsPerCommit), 1)),
            ("CPU µs/case", .decimal(median(\.microseconds), 1)), ("p50 ms", .decimal(median(\.p50), 2)),
            ("p99 ms", .decimal(median(\.p99), 2)), ("idle %", .decimal(median(\.idle), 0)),
            ("steal %", .decimal(median(\.steal), 1)),
        ]
    }

    private func line(_ name: String, _ rounds: [SQLitePeer.Figures]) -> Report.Line {
        func median(_ value: (SQLitePeer.Figures) -> Double) -> Double { Ranks.median(rounds.map(value)) }
        return [
            ("what", .text(name)), ("cases/s", .decimal(median(\.rowsPerSecond), 0)), ("settled/s", .none),
            ("commits/s", .decimal(median { Double($0.commits) / max($0.wall, 1e-9) }, 0)),
            ("cases/commit", .decimal(median { Double($0.rows) / Double(max(1, $0.commits)) }, 1)),
            ("CPU µs/case", .decimal(median(\.microseconds), 1)), ("p50 ms", .none), ("p99 ms", .none),
            ("idle %", .none), ("steal %", .none),
        ]
    }

    private func notes(
        _ ours: [AcceptRound.Figures], _ single: [SQLitePeer.Figures], _ batched: [SQLitePeer.Figures],
        _ payloads: [IntakePayload]
    ) -> [String] {
        let bytes = payloads.reduce(0) { $0 + $1.bytes.count } / payloads.count
        let toSingle = Ranks.median(zip(ours, single).map { $0.acceptsPerSecond / max($1.rowsPerSecond, 1e-9) })
        let toBatched = Ranks.median(zip(ours, batched).map { $0.acceptsPerSecond / max($1.rowsPerSecond, 1e-9) })
        var notes = [
            "\(payloads.count) new cases of \(bytes) bytes, \(submitters) callers at once; "
                + "each case makes two deliveries, which partners take at once without a network",
            "ratio of cases/s to bare inserts: \(Cell.decimal(toSingle, 2).shown) (1 a commit), "
                + "\(Cell.decimal(toBatched, 2).shown) (32 a commit)",
            "settled/s and CPU µs/case run until the last delivery is on disk; cases/s until the last case is accepted",
        ]
        for (index, figures) in ours.enumerated() {
            notes += figures.faults.map { "round \(index + 1): \($0)" }
            if figures.steal > SystemUse.stealLimit { notes.append("round \(index + 1): steal over 3 %, discard it") }
        }
        return notes
    }
}
