import KuayuCrypto
import KuayuModel
import KuayuReconcile

/// Two ledgers with scattered differences, compared by negentropy in one process: bytes, round trips, processor time.
struct NegentropyBench {
    static let names: Set<String> = ["--rows", "--differences", "--rounds", "--frame", "--days"]

    private let rows: Int
    private let differences: [Int]
    private let rounds: Int
    private let frameLimit: Int
    private let days: Int

    init(_ arguments: Arguments) throws {
        rows = try arguments.whole("--rows", 10_000_000, in: 1...50_000_000)
        if arguments.text("--differences") != nil {
            differences = [try arguments.whole("--differences", 0, in: 0...(rows / 2))]
        } else {
            let top = rows / 2
            differences = [0, 10, 1_000, 10_000, 100_000].filter { $0 <= top }
        }
        rounds = try arguments.whole("--rounds", 3, in: 1...99)
        days = try arguments.whole("--days", 365, in: 1...24_000)
        frameLimit = try arguments.whole("--frame", 1 << 20, in: 0...(1 << 30))
    }

    func run() throws -> [Report] {
        var report = Report(title: "reconcile N: \(rows) rows against \(rows) by negentropy, one thread")
        let use = SystemUse.now()
        Progress.say("reconcile N: making \(rows) rows")
        let whole = ledger()
        for count in differences {
            Progress.say("reconcile N: \(count) differences")
            report.lines.append(try line(whole, count))
        }
        let share = SystemUse.now().share(since: use)
        report.notes = [
            "identities that differ: a quarter on each side only, half in rows that changed; \(days) days; frames of "
                + (frameLimit == 0 ? "any size" : "\(frameLimit) bytes"),
            "goals at 10,000,000 rows: 0.4 KB, 12 KB, 756 KB (3 rounds, 0.15 s CPU), 5.6 MB, 36 MB; 1 KB is 1000 bytes",
            "the C++ reference of negentropy, measured elsewhere at 1,000 differences: 755 KB, 1.16 s",
            "idle \(Cell.decimal(share.idle, 1).shown) %, steal \(Cell.decimal(share.steal, 1).shown) %",
        ]
        return [report]
    }

    /// Of the identities that differ, a quarter is only on one side, a quarter only on the other, and half belongs to
    /// rows that both have in different states.
    private func line(_ whole: LedgerIndex, _ count: Int) throws -> Report.Line {
        var (ours, theirs) = (whole, whole)
        var chance = SeededGenerator(seed: UInt64(count) + 1)
        var numbers: [Int] = []
        var taken: Set<Int> = []
        while numbers.count < count - count / 4 {
            let number = Int.random(in: 0..<rows, using: &chance)
            if taken.insert(number).inserted { numbers.append(number) }
        }
        for (position, number) in numbers.enumerated() {
            let entry = entry(number)
            let isDone: Bool
            switch position {
            case ..<(count / 4):
                let changed = LedgerEntry(key: entry.key, id: ElementID(0, 0, 0, UInt64(number)), row: entry.row)
                isDone = theirs.replace(key: entry.key, id: entry.id, by: changed)
            case ..<(count / 2): isDone = ours.remove(key: entry.key, id: entry.id) != nil
            default: isDone = theirs.remove(key: entry.key, id: entry.id) != nil
            }
            guard isDone else { throw BenchFailure("row \(number) is not in the ledger") }
        }
        let runs = try (0..<rounds).map { _ in try exchange(ours, theirs, count) }
        guard let first = runs.first else { throw BenchFailure("no run") }
        let client = Ranks.median(runs.map(\.clientSeconds))
        let server = Ranks.median(runs.map(\.serverSeconds))
        return [
            ("identities", .whole(count)), ("round trips", .whole(first.roundTrips)),
            ("sent B", .whole(first.sent)), ("received B", .whole(first.received)),
            ("KB", .decimal(Double(first.sent + first.received) / 1e3, 1)),
            ("asking CPU ms", .decimal(client * 1e3, 1)), ("answering CPU ms", .decimal(server * 1e3, 1)),
            ("CPU ms", .decimal((client + server) * 1e3, 1)),
        ]
    }

    private struct Run {
        var roundTrips = 0
        var sent = 0
        var received = 0
        var clientSeconds = 0.0
        var serverSeconds = 0.0
    }

    private func exchange(_ ours: LedgerIndex, _ theirs: LedgerIndex, _ count: Int) throws -> Run {
        var run = Run()
        var found = 0
        var mark = Nanoseconds.processor
        func lap() -> Double {
            let now = Nanoseconds.processor
            defer { mark = now }
            return Double(now - mark) / 1e9
        }
        let server = NegentropyServer(LedgerSnapshot(theirs), digester: SHA256(), frameLimit: frameLimit)
        run.serverSeconds += lap()
        var client = NegentropyClient(LedgerSnapshot(ours), digester: SHA256(), frameLimit: frameLimit)
        var next: [UInt8]? = try client.initiate()
        run.clientSeconds += lap()
        while let message = next {
            let answer = try server.answer(message)
            run.serverSeconds += lap()
            let step = try client.reconcile(answer)
            run.clientSeconds += lap()
            run.roundTrips += 1
            run.sent += message.count
            run.received += answer.count
            found += step.have.count + step.need.count
            next = step.next
        }
        guard found == count else { throw BenchFailure("\(found) of \(count) differences were found") }
        return run
    }

    private func ledger() -> LedgerIndex {
        var builder = LedgerIndexBuilder()
        for number in 0..<rows { builder.add(entry(number)) }
        return builder.finish().index
    }

    /// A row, its identity as even as a digest is.
    private func entry(_ number: Int) -> LedgerEntry {
        var chance = SeededGenerator(seed: UInt64(number))
        let id = ElementID(chance.next(), chance.next(), chance.next(), chance.next())
        return LedgerEntry(key: UInt32(number * days * 86_400 / rows), id: id, row: UInt32(number))
    }
}
