import Foundation
import KuayuCrypto
import KuayuFeeds
import KuayuReconcile

/// How fast a hub's ledger file is compared with the gateway's ledger, beside GNU comm and DuckDB.
///
/// Every measurement is a process of its own: its peak of memory is nobody else's.
struct FeedBench {
    static let names: Set<String> = ["--lines", "--rounds", "--part"]

    private let folder: String
    private let lines: Int
    private let rounds: Int
    /// What a child does: make the files, or compare one.
    private let part: String?
    /// The words that lead here again.
    private let command: [String]

    init(_ arguments: Arguments, command: [String]) throws {
        folder = arguments.folder
        lines = try arguments.whole("--lines", 10_000_000, in: 1...100_000_000)
        rounds = try arguments.whole("--rounds", 3, in: 1...99)
        part = arguments.text("--part")
        self.command = command
    }

    func run() throws -> [Report] {
        if let part { return try run(part) }
        let files = FeedFiles(folder: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        Progress.say("reconcile F: making three files of \(lines) lines")
        _ = try child("files")
        var runs: [(name: String, runs: [ChildRun])] = []
        for round in 1...rounds {
            Progress.say("reconcile F: round \(round) of \(rounds)")
            for (name, measure) in measurements(files) {
                guard let run = try measure() else { continue }
                if let place = runs.firstIndex(where: { $0.name == name }) {
                    runs[place].runs.append(run)
                } else {
                    runs.append((name, [run]))
                }
            }
        }
        return [report(files, runs)]
    }

    private func measurements(_ files: FeedFiles) -> [(String, () throws -> ChildRun?)] {
        [
            ("kuayu, sorted", { try child("sorted") }),
            ("GNU comm -3, sorted", { try comm(files) }),
            ("kuayu, any order", { try child("shuffled") }),
            ("DuckDB full outer join, 2 threads", { try duckDB(files) }),
        ]
    }

    // MARK: what is measured

    /// This program again; its figures come from itself, so that its start does not count.
    private func child(_ part: String) throws -> ChildRun {
        let words =
            [OneCore.executable] + command + [
                "--part", part, "--lines", String(lines), "--folder", folder,
            ]
        let run = try ChildRun.shell(words.map { "'\($0)'" }.joined(separator: " ") + " >/dev/null")
        guard run.status == 0 else { throw BenchFailure("part \(part) did not finish") }
        return run
    }

    private func run(_ part: String) throws -> [Report] {
        let (files, rows) = (FeedFiles(folder: folder), FeedRows(count: lines))
        guard part != "files" else {
            try files.make(rows)
            return []
        }
        let file = part == "sorted" ? files.sorted : files.shuffled
        let manifest = try FeedManifest.decode(bytes(files.manifest(file)))
        let claims = try FeedManifest.decode(bytes(files.manifest(files.plain)))
        let ledger = LedgerSnapshot(bytes: try FeedBytes(path: files.ledger), totals: FeedTotals(of: claims))
        let comparison = try FeedScanner(scratchFolder: folder).compare(
            ledger: ledger, feed: try FeedBytes(path: file), manifest: manifest, digest: { LibraryDigest() },
            digester: SHA256())
        guard comparison.differences.count == rows.faultCount else {
            throw BenchFailure("\(comparison.differences.count) differences instead of \(rows.faultCount)")
        }
        return []
    }

    private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    // MARK: peers

    private func comm(_ files: FeedFiles) throws -> ChildRun? {
        let output = folder + "/comm.out"
        let run = try ChildRun.shell(
            "LC_ALL=C exec comm -3 --nocheck-order '\(files.plain)' '\(files.sorted)' >'\(output)'")
        guard run.status == 0, try !bytes(output).isEmpty else { return nil }
        return run
    }

    private func duckDB(_ files: FeedFiles) throws -> ChildRun? {
        let columns = FeedLine.headerWithoutIdentities.split(separator: ",")
        let types = columns.map { "'\($0)':'VARCHAR'" }.joined(separator: ",")
        let read = "read_csv('%s', header=true, auto_detect=false, delim=',', columns={\(types)})"
        let unequal = columns.dropFirst().map { "a.\($0) IS DISTINCT FROM b.\($0)" }.joined(separator: " OR ")
        let script = """
            import duckdb, sys
            c = duckdb.connect()
            c.execute("SET threads=2")
            c.execute("SET preserve_insertion_order=false")
            read = "\(read)"
            rows = c.execute("SELECT a.*, b.* FROM " + read % sys.argv[1] + " a FULL OUTER JOIN " + read % sys.argv[2]
                + " b USING (case_id) WHERE \(unequal)").fetchall()
            sys.exit(0 if rows else 1)
            """
        let path = folder + "/join.py"
        try Data(script.utf8).write(to: URL(fileURLWithPath: path))
        let run = try ChildRun.shell("exec python3 '\(path)' '\(files.plain)' '\(files.shuffled)' 2>/dev/null")
        return run.status == 0 ? run : nil
    }

    // MARK: report

    private func report(_ files: FeedFiles, _ runs: [(name: String, runs: [ChildRun])]) -> Report {
        var report = Report(title: "reconcile F: \(lines) lines against the ledger, every difference found")
        for (name, runs) in runs {
            func median(_ value: (ChildRun) -> Double) -> Double { Ranks.median(runs.map(value)) }
            report.lines.append([
                ("what", .text(name)), ("seconds", .decimal(median(\.wall), 2)),
                ("CPU seconds", .decimal(median(\.processor), 2)),
                ("peak MB", .decimal(median(\.peakMegabytes), 0)),
                ("lines/µs", .decimal(Double(lines) / 1e6 / max(median(\.wall), 1e-9), 2)),
            ])
        }
        report.notes = notes(files, runs)
        return report
    }

    private func notes(_ files: FeedFiles, _ runs: [(name: String, runs: [ChildRun])]) -> [String] {
        let size = (try? FileManager.default.attributesOfItem(atPath: files.sorted)[.size] as? Int) ?? 0
        var notes = [
            "the hub's file has \(size) bytes, \(FeedRows(count: lines).faultCount) cases differ; kuayu also makes the "
                + "file's SHA-256, checks number, states, range and sum, and tells every difference by case",
            "comm needs both files sorted and says neither which case nor what differs; DuckDB reads the file in any order",
        ]
        let missing = measurements(files).map(\.0).filter { name in !runs.contains { $0.name == name } }
        notes += missing.map { "left out, because it is not here or failed: \($0)" }
        func median(_ name: String) -> Double? {
            runs.first { $0.name.hasPrefix(name) }.map { Ranks.median($0.runs.map(\.wall)) }
        }
        for (ours, peer) in [("kuayu, sorted", "GNU comm"), ("kuayu, any order", "DuckDB")] {
            guard let mine = median(ours), let theirs = median(peer) else { continue }
            notes.append("\(ours): \(Cell.decimal(theirs / max(mine, 1e-9), 1).shown) times as fast as \(peer)")
        }
        return notes
    }
}
