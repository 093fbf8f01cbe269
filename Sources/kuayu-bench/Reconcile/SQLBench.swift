import Foundation
import KuayuCrypto
import KuayuPostgreSQL
import KuayuReconcile

/// How long it takes to compare a ledger with a hub's PostgreSQL by sums of columns, beside tools that do the same.
struct SQLBench {
    static let names: Set<String> = ["--rows", "--differences", "--rounds", "--peer-rounds", "--schema"]

    private let rows: Int
    private let differences: Int
    private let rounds: Int
    private let peerRounds: Int
    private let schema: String

    init(_ arguments: Arguments) throws {
        rows = try arguments.whole("--rows", 2_000_000, in: 10_000...20_000_000)
        differences = try arguments.whole("--differences", 195, in: 0...1_000)
        rounds = try arguments.whole("--rounds", 5, in: 1...99)
        peerRounds = try arguments.whole("--peer-rounds", 1, in: 0...9)
        let path = arguments.text("--schema") ?? "docs/reconciliation/sql/postgresql.sql"
        guard let schema = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw UsageError("\(path) cannot be read; name the schema by --schema")
        }
        self.schema = schema
    }

    /// What one comparison took.
    private struct Figures {
        var wall = 0.0
        var processor = 0.0
        var questions = 0
        var rounds = 0
        var bytes = 0
        var found = 0
    }

    func run() throws -> [Report] {
        Progress.say("reconcile S: loading \(rows) rows")
        let ledger = NumberedLedger(count: rows)
        let stage = try SQLStage(count: rows, schema: schema)
        defer { stage.server.stop() }
        var report = Report(title: "reconcile S: PostgreSQL, \(rows) rows, \(differences) differences")
        let scattered = (0..<differences).map { $0 * (rows / max(1, differences)) + 7 }
        // One day has about a thousand rows.
        let dayStart = (rows / 2..<rows).first { NumberedLedger.day($0) != NumberedLedger.day($0 - 1) } ?? rows / 2
        let dirty = (0..<min(differences, rows / 4)).map { dayStart + $0 * 2 }
        let days = Array(Set(dirty.map(NumberedLedger.day))).sorted()

        try stage.change(dirty, by: 1)
        report.lines += try measure("one dirty day, kept sums", stage, ledger, .kept, days, dirty.count)
        report.lines += try measure("one dirty day, sums computed", stage, ledger, .computed, days, dirty.count)
        try stage.change(dirty, by: -1)
        try stage.change(scattered, by: 1)
        report.lines += try measure("scattered, sums computed", stage, ledger, .computed, nil, scattered.count)
        report.lines += try measure("scattered, kept sums", stage, ledger, .kept, nil, scattered.count)
        report.lines += try peers(stage, scattered, &report.notes)
        report.notes += notes(days)
        return [report]
    }

    private func notes(_ days: [Int]) -> [String] {
        [
            "each comparison opens a snapshot, asks for the totals, descends and reads the rows; questions and answers "
                + "are written and read as JSON, there is no network",
            "sums computed: every row is read once; kept sums: the totals of days come from kuayu_ledger_day",
            "one dirty day: \(days.count) day(s) looked at, the others by their rest; the median counts",
            "goals: scattered 1.5 s, one dirty day 0.3 s; CPU is of this process, not of the server",
        ]
    }

    private func measure(
        _ name: String, _ stage: SQLStage, _ ledger: NumberedLedger, _ totals: PostgreSQLLedger.Totals,
        _ days: [Int]?, _ wanted: Int
    ) throws -> [Report.Line] {
        let hub = PostgreSQLLedger(conninfo: stage.server.conninfo) { Nanoseconds.now / 1_000_000_000 }
        defer { hub.endAll() }
        var figures: [Figures] = []
        for round in 1...rounds {
            Progress.say("reconcile S: \(name), round \(round) of \(rounds)")
            figures.append(try compare(hub, ledger, totals, days))
        }
        guard figures.allSatisfy({ $0.found == wanted }) else {
            throw BenchFailure("\(name): \(figures.map(\.found)) differences found where \(wanted) are")
        }
        let walls = figures.map(\.wall).sorted()
        return [
            line(
                name, seconds: Ranks.median(walls), best: walls.first, Ranks.median(figures.map(\.processor)),
                figures.last)
        ]
    }

    private func compare(
        _ hub: PostgreSQLLedger, _ ledger: NumberedLedger, _ totals: PostgreSQLLedger.Totals, _ days: [Int]?
    ) throws -> Figures {
        var figures = Figures()
        let start = (wall: Nanoseconds.now, processor: Nanoseconds.processor)
        let told = try hub.meta(totals: totals).encoded()
        figures.bytes += told.count
        let meta = try HubMeta(decoding: told)
        var descent = SQLDescent(lane: .in, meta: meta, ledger: ledger, digester: SHA256(), dirtyDays: days)
        var step = try descent.begin()
        while case .ask(let questions) = step {
            figures.rounds += 1
            step = try descent.take(
                questions.map { question in
                    let bytes =
                        switch try hub.answer(question) {
                        case .fingerprints(let answer): answer.encoded()
                        case .rows(let answer): answer.encoded()
                        }
                    figures.questions += 1
                    figures.bytes += bytes.count + question.encoded().count
                    return try question.answer(decoding: bytes)
                })
        }
        hub.end(meta.snapshot)
        figures.wall = Double(Nanoseconds.now - start.wall) / 1e9
        figures.processor = Double(Nanoseconds.processor - start.processor) / 1e9
        if case .done(let comparison) = step { figures.found = comparison.differences.count }
        return figures
    }

    private func line(_ name: String, seconds: Double, best: Double?, _ processor: Double?, _ figures: Figures?)
        -> Report.Line
    {
        [
            ("what", .text(name)), ("seconds", .decimal(seconds, 3)),
            ("best", best.map { .decimal($0, 3) } ?? .none), ("CPU s", processor.map { .decimal($0, 3) } ?? .none),
            ("rounds", figures.map { .whole($0.rounds) } ?? .none),
            ("questions", figures.map { .whole($0.questions) } ?? .none),
            ("KB", figures.map { .decimal(Double($0.bytes) / 1_000, 1) } ?? .none),
        ]
    }

    // MARK: peers

    private func peers(_ stage: SQLStage, _ changed: [Int], _ notes: inout [String]) throws -> [Report.Line] {
        guard peerRounds > 0 else { return [] }
        let folder = stage.server.folder
        let comparator = "/usr/bin/pg_comparator"
        let url = { (table: String, columns: String) in
            "pgsql://postgres@/postgres/\(table)?\(columns)"
        }
        let columns = "entry:case_id,version,status,content_digest,nonce"
        let search = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let reladiff = search.split(separator: ":").map { "\($0)/reladiff" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        Progress.say("reconcile S: tables for the peers")
        try stage.makePeerTables(changed: changed)
        var lines: [Report.Line] = []
        if FileManager.default.isExecutableFile(atPath: comparator) {
            let pair = [url("peer_hub", columns), url("peer_gateway", columns)]
            let kept = [
                "--use-key", "--tuple-checksum=tcs", url("peer_hub", "entry:tcs"), url("peer_gateway", "entry:tcs"),
            ]
            for (name, arguments) in [("pg_comparator", pair), ("pg_comparator, kept checksums", kept)] {
                lines += peer(
                    name, [comparator, "--max-report=100000"] + arguments, folder, changed.count, &notes)
            }
        } else {
            notes.append("pg_comparator is not installed (apt: postgresql-comparator): skipped")
        }
        if let reladiff {
            let database = "postgresql://postgres@/postgres?host=\(folder)"
            let tables = [reladiff, database, "peer_hub", database, "peer_gateway", "-k", "entry", "-j", "2"]
            let fields = ["case_id", "version", "status", "content_digest", "nonce"].flatMap { ["-c", $0] }
            for (name, columns) in [("reladiff", fields), ("reladiff, kept identities", ["-c", "eid"])] {
                lines += peer(name, tables + columns, folder, changed.count * 2, &notes)
            }
        } else {
            notes.append("reladiff is not installed (pip: reladiff): skipped")
        }
        return lines
    }

    /// Runs a peer so many times; a peer that fails, or finds another number of differences, is said so.
    private func peer(
        _ name: String, _ arguments: [String], _ socketFolder: String, _ wanted: Int, _ notes: inout [String]
    ) -> [Report.Line] {
        var walls: [Double] = []
        for round in 1...peerRounds {
            Progress.say("reconcile S: \(name), round \(round) of \(peerRounds)")
            let start = Nanoseconds.now
            guard let output = Self.output(arguments, socketFolder) else {
                notes.append("\(name) cannot be started")
                return []
            }
            walls.append(Double(Nanoseconds.now - start) / 1e9)
            let found = output.split(separator: "\n").count
            if round == 1 { notes.append("\(name) printed \(found) lines, \(wanted) differences are expected") }
        }
        return [line(name, seconds: Ranks.median(walls), best: walls.min(), nil, nil)]
    }

    private static func output(_ arguments: [String], _ socketFolder: String) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(["PGHOST": socketFolder]) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
