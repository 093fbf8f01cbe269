import Foundation
import KuayuCrypto
import KuayuModel
import KuayuReconcile

/// The gateway's index of a lane, built from rows: hashing by libcrypto on all cores, order, sums.
struct IndexBench {
    static let names: Set<String> = ["--rows", "--days", "--rounds", "--order"]

    private let rows: Int
    private let days: Int
    private let rounds: Int
    private let isShuffled: Bool
    private let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)

    init(_ arguments: Arguments) throws {
        rows = try arguments.whole("--rows", 10_000_000, in: 1...100_000_000)
        days = try arguments.whole("--days", 3_650, in: 1...24_000)
        rounds = try arguments.whole("--rounds", 3, in: 1...99)
        switch arguments.text("--order") ?? "registered" {
        case "registered": isShuffled = false
        case "shuffled": isShuffled = true
        default: throw UsageError("--order is registered or shuffled")
        }
    }

    func run() async throws -> [Report] {
        var report = Report(title: "reconcile index: rows to a summed index, hashed on \(workers) threads")
        let use = SystemUse.now()
        for round in 1...rounds {
            Progress.say("reconcile index: round \(round)")
            report.lines.append(try await line())
        }
        let share = SystemUse.now().share(since: use)
        report.notes = [
            "goal: 10,000,000 rows in 4 s and 450 MB; peak is VmHWM of the whole process, in MB of 10⁶ bytes",
            "rows are made while they are indexed; making them alone took the CPU in the column \"rows CPU s\"",
            "idle \(Cell.decimal(share.idle, 1).shown) %, steal \(Cell.decimal(share.steal, 1).shown) %",
        ]
        return [report]
    }

    private func line() async throws -> Report.Line {
        MemoryUse.resetPeak()
        let start = (wall: Nanoseconds.now, processor: Nanoseconds.processor)
        let index = await build()
        let wall = Double(Nanoseconds.now - start.wall) / 1e9
        let processor = Double(Nanoseconds.processor - start.processor) / 1e9
        let peak = MemoryUse.peakBytes
        guard index.count == rows else { throw BenchFailure("\(index.count) of \(rows) rows are in the index") }
        let before = Nanoseconds.now
        if let fault = index.check() { throw BenchFailure("the index is wrong: \(fault)") }
        let check = Double(Nanoseconds.now - before) / 1e9
        return [
            ("rows", .whole(rows)), ("days", .whole(days)), ("order", .text(isShuffled ? "shuffled" : "registered")),
            ("s", .decimal(wall, 2)), ("CPU s", .decimal(processor, 2)), ("rows CPU s", .decimal(rowsAlone(), 2)),
            ("peak MB", .decimal(Double(peak) / 1e6, 1)), ("scrub s", .decimal(check, 2)),
        ]
    }

    /// Each worker builds the index of its part; the parts have no day in common, or nearly none.
    private func build() async -> LedgerIndex {
        let (rows, days, isShuffled, workers) = (rows, days, isShuffled, workers)
        return await withTaskGroup(of: LedgerIndex.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    let part = (rows * worker / workers)..<(rows * (worker + 1) / workers)
                    return LedgerRows(rows: rows, days: days, isShuffled: isShuffled).index(part)
                }
            }
            var whole = LedgerIndex()
            for await part in group { _ = whole.absorb(part) }
            return whole
        }
    }

    /// Processor time of making the rows' bytes for as many rows, from a sample.
    private func rowsAlone() -> Double {
        let maker = LedgerRows(rows: rows, days: days, isShuffled: isShuffled)
        let sample = min(rows, 100_000)
        let start = Nanoseconds.processor
        var bytes = 0
        for number in 0..<sample { bytes += maker.element(number).nonce.utf8.count }
        guard bytes > 0 else { return 0 }
        return Double(Nanoseconds.processor - start) / 1e9 * Double(rows) / Double(sample)
    }
}

/// Rows of a made-up lane: any of them by its number, as quickly as possible.
struct LedgerRows: Sendable {
    private let rows: Int
    private let days: Int
    private let isShuffled: Bool
    private let contents: [String]
    private let nonces: [String]
    private static let states = ["submitted", "accepted", "reviewing", "decided", "closed"]
    private static let batch = 2_048

    init(rows: Int, days: Int, isShuffled: Bool) {
        (self.rows, self.days, self.isShuffled) = (rows, days, isShuffled)
        var chance = SeededGenerator(seed: 20_200_101)
        var digest: [UInt8] { (0..<32).map { _ in UInt8.random(in: 0...255, using: &chance) } }
        contents = (0..<1_024).map { _ in "sha256:" + HexText.encode(digest) }
        nonces = (0..<1_021).map { _ in HexText.encode(Array(digest.prefix(16))) }
    }

    /// Row `number` of the lane; the 19-digit case id makes each one its own.
    func element(_ number: Int) -> LedgerElement {
        let place = isShuffled ? Int(UInt64(number) &* 6_700_417 % UInt64(rows)) : number
        let seconds = Int64(place) * Int64(days) * 86_400 / Int64(rows)
        return LedgerElement(
            caseID: "CSJ01" + String(100_000_000_000_000 + number), version: number % 9 + 1,
            status: Self.states[number % Self.states.count], contentDigest: contents[number % contents.count],
            nonce: nonces[number % nonces.count], registeredAt: LedgerElement.keyEpoch + seconds)
    }

    /// The index of some of the rows.
    func index(_ numbers: Range<Int>) -> LedgerIndex {
        var builder = LedgerIndexBuilder()
        var start = numbers.lowerBound
        while start < numbers.upperBound {
            let end = min(start + Self.batch, numbers.upperBound)
            let elements = (start..<end).map(element)
            let digests = SHA256.digest(many: elements.map(\.signedBytes))
            for (offset, digest) in digests.enumerated() {
                guard let id = ElementID(bytes: digest), let key = elements[offset].key else { continue }
                builder.add(LedgerEntry(key: key, id: id, row: UInt32(start + offset)))
            }
            start = end
        }
        return builder.finish().index
    }
}

/// Memory of this process.
enum MemoryUse {
    /// The most that was resident since ``resetPeak()``, bytes.
    static var peakBytes: Int {
        let text = MachineFacts.field("VmHWM", in: "/proc/self/status") ?? ""
        return (Int(text.prefix { $0.isNumber }) ?? 0) * 1024
    }

    /// Forgets the peak so far (proc(5), `clear_refs`).
    static func resetPeak() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        file.write(Data("5".utf8))
        try? file.close()
    }
}
