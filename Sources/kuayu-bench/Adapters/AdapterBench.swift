import KuayuAdapters
import KuayuCLI
import KuayuModel

/// Reading and writing the samples of every region, on one thread, beside a parser that only parses.
struct AdapterBench {
    static let names: Set<String> = ["--seconds", "--rounds", "--region"]

    private let folder: String
    private let regions: [RegionCode]
    private let seconds: Double
    private let rounds: Int

    init(_ arguments: Arguments) throws {
        folder = arguments.regions
        seconds = try arguments.number("--seconds", 1, in: 0.01...60)
        rounds = try arguments.whole("--rounds", 3, in: 1...99)
        if let text = arguments.text("--region") {
            guard let region = RegionCode(text) else { throw UsageError("\(text) is not a region code") }
            regions = [region]
        } else {
            regions = RegionCode.federated
        }
    }

    func run() throws -> [Report] {
        var report = Report(title: "adapters: local bytes to canonical case and back, one thread")
        let start = SystemUse.now()
        for region in regions {
            Progress.say("adapters: \(region.text)")
            let samples = try RegionSamples(region: region, folder: folder + "/" + region.text)
            report.lines.append(line(region, "read", measure(samples.reading)))
            report.lines.append(line(region, "write", measure(samples.writing)))
            report.notes += samples.notes
        }
        let use = SystemUse.now().share(since: start)
        report.notes += [
            "idle \(Cell.decimal(use.idle, 1).shown) %, steal \(Cell.decimal(use.steal, 1).shown) %"
                + (use.steal > SystemUse.stealLimit ? ": over 3 %, discard it" : ""),
            "MB/s counts the bytes of the regional format, as they travel; ratios compare processor time",
            "the peers only parse or print, what we read is decoded, checked, mapped and canonical as well",
        ]
        return [report]
    }

    /// Ours, the peer and the copy in turn, so that all see the same moments of the machine.
    private func measure(_ work: SampleWork) -> Figures {
        // Warms caches, tables and the allocator.
        _ = Timing.measure(seconds: seconds / 5, work.ours)
        work.peer.map { _ = Timing.measure(seconds: seconds / 5, $0.run) }
        var figures = Figures(cases: work.cases, bytes: work.bytes, peer: work.peer?.name)
        for _ in 0..<rounds {
            figures.ours.append(Timing.measure(seconds: seconds, work.ours))
            if let peer = work.peer { figures.theirs.append(Timing.measure(seconds: seconds, peer.run)) }
            figures.copies.append(Timing.measure(seconds: seconds / 5, work.copy))
        }
        return figures
    }

    private func line(_ region: RegionCode, _ direction: String, _ figures: Figures) -> Report.Line {
        [
            ("region", .text("\(region.text) \(region.name)")), ("direction", .text(direction)),
            ("cases", .whole(figures.cases)),
            ("bytes/case", .whole(figures.cases == 0 ? 0 : figures.bytes / figures.cases)),
            ("MB/s", .decimal(figures.megabytes(figures.ours), 1)),
            ("cases/s", .decimal(figures.casesPerSecond, 0)),
            ("CPU µs/case", .decimal(figures.microseconds, 2)),
            ("peer", .text(figures.peer ?? "–")),
            ("peer MB/s", figures.peer == nil ? .none : .decimal(figures.megabytes(figures.theirs), 1)),
            ("ours/peer", figures.peer == nil ? .none : .decimal(figures.ratio(to: figures.theirs), 2)),
            ("memcpy MB/s", .decimal(figures.megabytes(figures.copies), 0)),
            ("ours/memcpy", .decimal(figures.ratio(to: figures.copies), 4)),
        ]
    }
}

/// Measurements of one direction of one region.
private struct Figures {
    let cases: Int
    let bytes: Int
    let peer: String?
    var ours: [Timing] = []
    var theirs: [Timing] = []
    var copies: [Timing] = []

    func megabytes(_ timings: [Timing]) -> Double {
        Ranks.median(timings.map { Double($0.repetitions * bytes) / 1e6 / max($0.wall, 1e-9) })
    }

    var casesPerSecond: Double {
        Ranks.median(ours.map { Double($0.repetitions * cases) / max($0.wall, 1e-9) })
    }

    var microseconds: Double { Ranks.median(ours.map { $0.microseconds(per: cases) }) }

    /// How many times as fast as another we are in the same round; above 1 is faster.
    func ratio(to others: [Timing]) -> Double {
        Ranks.median(zip(ours, others).map { $1.microseconds(per: bytes) / max($0.microseconds(per: bytes), 1e-12) })
    }
}
