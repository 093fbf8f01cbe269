import Glibc
import KuayuAdapters
import KuayuCLI
import KuayuFormats
import KuayuModel

/// One repetition of ours, of a peer and of a plain copy, all over the same cases.
struct SampleWork {
    let cases: Int
    let bytes: Int
    let ours: () -> Void
    let peer: (name: String, run: () -> Void)?
    let copy: () -> Void
}

/// The good samples of a region, ready to be read and written again and again.
struct RegionSamples {
    let reading: SampleWork
    let writing: SampleWork
    let notes: [String]

    init(region: RegionCode, folder: String) throws {
        let files = try Workbench.adapterFiles(folder)
        guard let adapter = Adapter.compile(files).adapter else {
            throw BenchFailure("the adapter of \(region.text) does not compile: kuayu adapter check \(folder)")
        }
        let all = files.samples.compactMap { files.files[$0] }
        let good = all.filter { Self.isGood(adapter.read($0)) }
        let writable = good.flatMap { adapter.read($0).cases }.compactMap { Self.writable($0, adapter) }
        guard !good.isEmpty, !writable.isEmpty else { throw BenchFailure("\(folder) has no good samples") }
        reading = Self.reading(adapter, good)
        writing = Self.writing(adapter, writable)
        var notes: [String] = []
        if good.count < all.count {
            notes.append("\(region.text): \(all.count - good.count) of \(all.count) samples are not whole, left out")
        }
        if writable.count < reading.cases {
            let count = reading.cases - writable.count
            notes.append("\(region.text): \(count) of \(reading.cases) cases cannot be written back, left out")
        }
        self.notes = notes
    }

    private static func isGood(_ reading: PayloadReading) -> Bool {
        reading.envelopeIssues.isEmpty && !reading.cases.isEmpty && reading.cases.allSatisfy { $0.record != nil }
    }

    // MARK: reading

    private static func reading(_ adapter: Adapter, _ samples: [[UInt8]]) -> SampleWork {
        let cases = samples.reduce(0) { $0 + adapter.read($1).cases.count }
        return SampleWork(
            cases: cases, bytes: samples.reduce(0) { $0 + $1.count },
            ours: { for sample in samples { Sink.take(adapter.read(sample).cases.count) } },
            peer: ParsingPeer.make(samples.map { PeerSample($0, contentType: adapter.profile.contentType) }),
            copy: copying(samples))
    }

    // MARK: writing

    private static let envelope = EnvelopeValues(
        batch: "1", now: Instant(epochSeconds: 1_772_414_108), key: "bench-0001")

    /// A case that the region's format takes, as a new one for a hub that has not seen it.
    private static func writable(_ reading: CaseReading, _ adapter: Adapter) -> CaseToWrite? {
        guard let record = reading.record else { return nil }
        let item = CaseToWrite(record: record, allowsExtension: adapter.profile.takesExtension)
        return adapter.write([item], envelope: envelope).bytes == nil ? nil : item
    }

    private static func writing(_ adapter: Adapter, _ cases: [CaseToWrite]) -> SampleWork {
        let outputs = cases.compactMap { adapter.write([$0], envelope: envelope).bytes }
        return SampleWork(
            cases: cases.count, bytes: outputs.reduce(0) { $0 + $1.count },
            ours: {
                for item in cases { Sink.take(adapter.write([item], envelope: envelope).bytes?.count ?? 0) }
            },
            peer: PrintingPeer.make(outputs.map { PeerSample($0, contentType: adapter.profile.contentType) }),
            copy: copying(outputs))
    }

    // MARK: the bound that nothing beats

    private static func copying(_ samples: [[UInt8]]) -> () -> Void {
        let target = Buffer(samples.map(\.count).max() ?? 0)
        return { for sample in samples { target.copy(sample) } }
    }
}

/// Where results go, so that no work is optimised away.
enum Sink {
    @inline(never)
    static func take(_ count: Int) {
        guard count >= 0 else { return Progress.say("a count below zero") }
    }
}

/// Memory to copy into.
private final class Buffer {
    private var bytes: [UInt8]

    init(_ size: Int) { bytes = [UInt8](repeating: 0, count: max(1, size)) }

    @inline(never)
    func copy(_ source: [UInt8]) {
        source.withUnsafeBytes { from in
            bytes.withUnsafeMutableBytes { to in
                if let target = to.baseAddress, let origin = from.baseAddress { memcpy(target, origin, from.count) }
            }
        }
    }
}
