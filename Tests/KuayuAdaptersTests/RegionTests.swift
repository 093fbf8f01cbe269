import KuayuAdapters
import KuayuFormats
import KuayuModel
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The regions' own folders: goldens, bad samples, laws, pairs.
@Suite struct RegionTests {
    @Test(arguments: Regions.names) func compilesWithoutErrors(_ region: String) {
        let made = Adapter.compile(Regions.files(region))
        let errors = made.diagnostics.filter { $0.severity == .error }.map { $0.rendered() }.joined()
        #expect(made.adapter != nil, "\n\(errors)")
    }

    @Test(arguments: Regions.samples) func samplesGiveTheirGoldens(_ sample: Regions.Sample) throws {
        let adapter = try Regions.adapter(sample.region)
        let reading = adapter.read(sample.bytes)
        #expect(reading.lines.filter { $0.contains(" error ") } == [])
        let text = reading.cases.compactMap(\.record).map {
            String(decoding: CaseDocument.encode($0), as: UTF8.self) + "\n"
        }
        .joined()
        try Regions.expect(text, at: "\(sample.region)/\(SampleNames.golden(of: sample.path))")
    }

    @Test(arguments: Regions.samples) func threePassesAreStable(_ sample: Regions.Sample) throws {
        let adapter = try Regions.adapter(sample.region)
        for item in adapter.read(sample.bytes).cases {
            let record = try #require(item.record)
            let echo = MiniAdapter.write(adapter, record, original: item.bytes)
            #expect(echo.isVerbatim == [true], "\(echo.declared)")
            let first = MiniAdapter.write(adapter, record)
            let bytes = try #require(first.bytes, "\(first.refusals)")
            let once = try #require(adapter.read(bytes).cases.first)
            if first.declared == [[]] { #expect(once.record == record) }
            let second = MiniAdapter.write(adapter, try #require(once.record))
            #expect(second.bytes == first.bytes)
        }
    }

    @Test(arguments: Regions.bad) func badSamplesGiveTheirIssues(_ sample: Regions.Sample) throws {
        let adapter = try Regions.adapter(sample.region)
        let reading = adapter.read(sample.bytes)
        #expect(!reading.lines.isEmpty)
        try Regions.expect(
            reading.lines.joined(separator: "\n") + "\n", at: "\(sample.region)/\(SampleNames.issues(of: sample.path))")
    }

    @Test(arguments: Regions.samples) func everySampleArrivesInEveryOtherRegion(_ sample: Regions.Sample) throws {
        let adapter = try Regions.adapter(sample.region)
        var lines: [String] = []
        for other in Regions.names where other != sample.region {
            let receiver = try Regions.adapter(other)
            for record in adapter.read(sample.bytes).cases.compactMap(\.record) {
                let writing = MiniAdapter.write(receiver, record)
                let bytes = try #require(writing.bytes, "\(other): \(writing.refusals[0].map(\.message))")
                let reading = receiver.read(bytes)
                let arrived = try #require(reading.cases.first?.record, "\(other): \(reading.lines)")
                if writing.declared == [[]] { #expect(arrived == record, "\(other)") }
                for path in writing.declared[0] { lines.append("\(other): \(path)") }
            }
        }
        // What a sample loses on its way to the others is written down beside it.
        try Regions.expectLosses(lines, sample)
    }

    @Test(arguments: Regions.names) func lawsHold(_ region: String) throws {
        let adapter = try Regions.adapter(region)
        let violations = AdapterLaws.check(adapter, seed: 20_261_124, count: 150, limit: 4)
        let text = violations.map(Regions.describe).joined(separator: "\n")
        #expect(text == "")
    }

    @Test(arguments: Regions.pairs) func pairLawsHold(_ pair: Regions.Pair) throws {
        let violations = AdapterLaws.checkPair(
            from: try Regions.adapter(pair.first), to: try Regions.adapter(pair.second), seed: 20_261_125, count: 60,
            limit: 3)
        let text = violations.map(Regions.describe).joined(separator: "\n")
        #expect(text == "")
    }

    @Test(arguments: Regions.names) func damagedPayloadsNeverCrash(_ region: String) throws {
        let adapter = try Regions.adapter(region)
        var chance = AdapterLaws.Chance(seed: 99)
        for sample in Regions.samples.filter({ $0.region == region }).prefix(8) {
            for _ in 0..<60 {
                var bytes = sample.bytes
                for _ in 0..<Int.random(in: 1...6, using: &chance) where !bytes.isEmpty {
                    let place = Int.random(in: 0..<bytes.count, using: &chance)
                    switch Int.random(in: 0..<3, using: &chance) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
                    }
                }
                let reading = adapter.read(bytes)
                for item in reading.cases { #expect(item.span.upperBound <= bytes.count) }
            }
        }
    }
}

/// The folders under `regions/`, read from the disk.
enum Regions {
    struct Sample: Sendable, CustomTestStringConvertible {
        let region: String
        let path: String
        let bytes: [UInt8]
        var testDescription: String { "\(region)/\(path)" }
    }

    struct Pair: Sendable, CustomTestStringConvertible {
        let first: String
        let second: String
        var testDescription: String { "\(first) to \(second)" }
    }

    struct Missing: Error {
        let text: String
    }

    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/regions"
    }()

    static let names: [String] = Disk.list(root).filter { name in
        name.utf8.count == 6 && Disk.read("\(root)/\(name)/adapter.yaml") != nil
    }

    static let all: [String: AdapterFiles] = {
        var all: [String: AdapterFiles] = [:]
        for name in names {
            var files: [String: [UInt8]] = [:]
            for path in Disk.tree("\(root)/\(name)") { files[path] = Disk.read("\(root)/\(name)/\(path)") }
            all[name] = AdapterFiles(files: files)
        }
        return all
    }()

    static let compiled: [String: Adapter] = all.compactMapValues { Adapter.compile($0).adapter }

    static func files(_ region: String) -> AdapterFiles { all[region] ?? AdapterFiles(files: [:]) }

    static func adapter(_ region: String) throws -> Adapter {
        guard let adapter = compiled[region] else { throw Missing(text: "\(region) does not compile") }
        return adapter
    }

    static let samples: [Sample] = names.flatMap { name in
        files(name).samples.compactMap { path in
            files(name).files[path].map { Sample(region: name, path: path, bytes: $0) }
        }
    }

    static let bad: [Sample] = names.flatMap { name in
        files(name).paths(under: "samples/bad/").filter { path in
            !path.hasSuffix(".issues.txt") && !path.hasSuffix(".note")
        }.compactMap { path in files(name).files[path].map { Sample(region: name, path: path, bytes: $0) } }
    }

    static let pairs: [Pair] = names.flatMap { first in
        names.filter { $0 != first }.map { Pair(first: first, second: $0) }
    }

    /// `samples/NAME.losses.txt`: what the sample's way to other regions cannot carry, even with the extension.
    static func expectLosses(_ lines: [String], _ sample: Sample) throws {
        let path = SampleNames.golden(of: sample.path).replacing(".case.json", with: ".losses.txt")
        if lines.isEmpty, Disk.read("\(root)/\(sample.region)/\(path)") == nil { return }
        try expect(lines.map { $0 + "\n" }.joined(), at: "\(sample.region)/\(path)")
    }

    /// Compares with a golden file, or writes it.
    static func expect(_ text: String, at path: String) throws {
        if Disk.updatesGoldens {
            Disk.write(Array(text.utf8), "\(root)/\(path)")
            return
        }
        let golden = try #require(Disk.read("\(root)/\(path)"), "\(path) is missing; run with KUAYU_UPDATE_GOLDEN=1")
        #expect(text == String(decoding: golden, as: UTF8.self))
    }

    static func describe(_ violation: LawViolation) -> String {
        let record = String(decoding: CaseDocument.encode(violation.counterexample), as: UTF8.self)
        return "\(violation.law.rawValue) #\(violation.number): \(violation.explanation)\n  \(record)"
    }
}

/// Files, by the C library: the tests need no Foundation.
enum Disk {
    static let updatesGoldens = getenv("KUAYU_UPDATE_GOLDEN") != nil

    static func list(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Files below a folder, by their path in it.
    static func tree(_ path: String) -> [String] {
        list(path).flatMap { name -> [String] in
            let inner = list("\(path)/\(name)")
            return inner.isEmpty ? [name] : tree("\(path)/\(name)").map { "\(name)/\($0)" }
        }
    }

    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func write(_ bytes: [UInt8], _ path: String) {
        guard let file = fopen(path, "wb") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
