import KuayuFeeds
import KuayuModel
import KuayuReconcile
import Testing

/// What a hub may do wrong, and what it is called; never a difference is drawn from such a file.
@Suite struct FeedLiesTests {
    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: FeedError.Kind
        /// Whether the manifest's digest is made to fit the changed file.
        var isSealed = true
        var compression = FeedManifest.Compression.none
        var change: @Sendable (inout [UInt8], inout FeedManifest) -> Void

        init(
            _ name: String, _ kind: FeedError.Kind, isSealed: Bool = true,
            compression: FeedManifest.Compression = .none,
            _ change: @escaping @Sendable (inout [UInt8], inout FeedManifest) -> Void
        ) {
            testDescription = name
            self.kind = kind
            self.isSealed = isSealed
            self.compression = compression
            self.change = change
        }
    }

    static let lies = [
        Lie("cut in a line", .count, isSealed: false) { csv, _ in csv.removeLast(csv.count / 2 + 7) },
        Lie("cut and sealed", .count) { csv, _ in csv.removeLast(csv.count / 2 + 7) },
        Lie("the last field cut", .unreadable) { csv, _ in csv.removeLast(2) },
        Lie("the last field cut, not sealed", .digest, isSealed: false) { csv, _ in csv.removeLast(2) },
        Lie("empty", .unreadable) { csv, _ in csv = [] },
        Lie("no header", .unreadable) { csv, _ in csv = drop(csv, 0) },
        Lie("a byte-order mark", .unreadable) { csv, _ in csv = [0xEF, 0xBB, 0xBF] + csv },
        Lie("CR LF", .unreadable) { csv, _ in csv = csv.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } },
        Lie("CR LF below the header", .unreadable) { csv, _ in
            csv = edit(csv) { $0.enumerated().map { $0.offset == 0 ? $0.element : $0.element + [0x0D] } }
        },
        Lie("a line less", .count) { csv, _ in csv = drop(csv, 5) },
        Lie("a line twice", .count) { csv, _ in csv = edit(csv) { $0 + [$0[$0.count - 1]] } },
        Lie("an empty line at the end, counted", .count) { csv, _ in csv.append(0x0A) },
        Lie("NUL", .unreadable) { csv, _ in csv[csv.count / 2] = 0 },
        Lie("not UTF-8", .unreadable) { csv, _ in csv = edit(csv) { replace($0, 9, [0xFF, 0xFE] + $0[9].dropFirst(2)) }
        },
        Lie("a long line", .limit) { csv, _ in
            csv = edit(csv) { replace($0, 9, $0[9] + [UInt8](repeating: 0x61, count: 600)) }
        },
        Lie("a line longer than a buffer", .limit) { csv, _ in
            csv = edit(csv) { replace($0, 9, $0[9] + [UInt8](repeating: 0x61, count: 600_000)) }
        },
        Lie("a line of nothing", .unreadable) { csv, _ in csv = edit(csv) { replace($0, 9, []) } },
        Lie("two lines changed places", .misplaced) { csv, manifest in
            manifest.isSorted = true
            csv = edit(csv) { replace(replace($0, 9, $0[30]), 30, $0[9]) }
        },
        Lie("backwards", .misplaced) { csv, manifest in
            manifest.isSorted = true
            csv = edit(csv) { [$0[0]] + $0.dropFirst().reversed() }
        },
        Lie("one digit changed", .digest, isSealed: false) { csv, _ in csv[csv.count - 5] ^= 1 },
        Lie("another digest", .digest, isSealed: false) { _, manifest in
            manifest.digest = "sha256:" + String(repeating: "0", count: 64)
        },
        Lie("more rows claimed", .count) { _, manifest in
            manifest.total = Accumulator(count: manifest.total.count + 1, sum: manifest.total.sum)
        },
        Lie("another sum", .sum) { _, manifest in
            manifest.total = Accumulator(count: manifest.total.count, sum: ElementID(1, 2, 3, 4))
        },
        Lie("other states", .count) { _, manifest in
            manifest.statuses["closed", default: 0] += 1
            manifest.statuses["accepted", default: 0] -= 1
        },
        Lie("a state nobody has", .count) { _, manifest in manifest.statuses["nobody"] = 1 },
        Lie("an earlier start", .misplaced) { _, manifest in
            manifest.registered = manifest.registered.map { $0.lowerBound - 1...$0.upperBound }
        },
        Lie("an earlier end", .misplaced) { _, manifest in
            manifest.registered = manifest.registered.map { $0.lowerBound...$0.upperBound - 1 }
        },
        Lie("an identity of another row", .sum) { csv, _ in
            csv = edit(csv) { replace($0, 12, $0[12].dropLast(64) + $0[40].suffix(64)) }
        },
        Lie("a version raised under the old identity", .identity) { csv, _ in
            csv = edit(csv) { lines in
                var fields = lines[12].split(separator: 0x2C, omittingEmptySubsequences: false).map(Array.init)
                fields[2] = Array("99".utf8)
                return replace(lines, 12, Array(fields.joined(separator: [0x2C])))
            }
        },
        Lie("gzip that is none", .unreadable, compression: .gzip) { _, _ in },
        Lie("gzip cut", .count, compression: .gzip) { csv, _ in csv = Array(Gzip.deflate(csv).dropLast(20)) },
        Lie("gzip without its trailer", .count, compression: .gzip) { csv, _ in
            csv = Array(Gzip.deflate(csv).dropLast(8))
        },
        Lie("gzip with a wrong checksum", .unreadable, compression: .gzip) { csv, _ in
            csv = Gzip.deflate(csv)
            csv[csv.count - 6] ^= 1
        },
        Lie("gzip with something behind it", .unreadable, compression: .gzip) { csv, _ in
            csv = Gzip.deflate(csv) + Array("more".utf8)
        },
        Lie("gzip that is not said to be", .unreadable) { csv, _ in csv = Gzip.deflate(csv) },
        Lie("gzip that grows too large", .limit, compression: .gzip) { csv, _ in
            csv = Gzip.deflate(csv + [UInt8](repeating: 0x61, count: 2_000_000))
        },
    ]

    private static func edit(_ csv: [UInt8], _ change: ([[UInt8]]) -> [[UInt8]]) -> [UInt8] {
        let lines = csv.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map(Array.init)
        return change(lines).flatMap { $0 + [0x0A] }
    }

    private static func drop(_ csv: [UInt8], _ index: Int) -> [UInt8] {
        edit(csv) { lines in Array(lines[..<index] + lines[(index + 1)...]) }
    }

    private static func replace(_ lines: [[UInt8]], _ index: Int, _ line: some Sequence<UInt8>) -> [[UInt8]] {
        var lines = lines
        lines[index] = Array(line)
        return lines
    }

    @Test(arguments: lies) func areCalledByTheirName(lie: Lie) throws {
        let world = FeedWorld(seed: 77, rows: 60, faults: 3)
        let limits = FeedLimits(plainBytes: 1_000_000)
        for isSorted in [true, false] {
            var (csv, manifest) = world.feed(identities: true)
            manifest.isSorted = isSorted
            lie.change(&csv, &manifest)
            manifest.compression = lie.compression
            if lie.isSealed { manifest = manifest.of(csv) }
            for bytes in [500, 1 << 20] {
                let scanner = FeedScanner.small(stretchBytes: bytes, limits: limits)
                let error = #expect(throws: FeedError.self) { try scanner.compare(world.mine, csv, manifest) }
                #expect(error?.kind == lie.kind, "\(error.map(String.init(describing:)) ?? "")")
            }
        }
    }

    @Test func aLedgerThatDiffersThroughoutIsAFlood() throws {
        let world = FeedWorld(seed: 1, rows: 100, faults: 0)
        let other = FeedWorld(seed: 2, rows: 100, faults: 0)
        for isSorted in [true, false] {
            var (csv, manifest) = other.feed(identities: true)
            manifest.isSorted = isSorted
            let scanner = FeedScanner.small(limits: FeedLimits(differingLines: 150))
            let error = #expect(throws: FeedError.self) { try scanner.compare(world.mine, csv, manifest) }
            #expect(error == FeedError(.flood, "more than 150 lines differ"))
            csv.removeAll()
        }
    }

    @Test func aFileLargerThanAllowedIsNotRead() throws {
        let world = FeedWorld(seed: 1, rows: 10, faults: 0)
        let (csv, manifest) = world.feed(identities: true)
        for (bytes, isAllowed) in [(csv.count - 1, false), (csv.count, true)] {
            let scanner = FeedScanner.small(limits: FeedLimits(fileBytes: bytes))
            let result = Result { try scanner.compare(world.mine, csv, manifest) }
            #expect((try? result.get()) != nil || !isAllowed)
            if case .failure(let error) = result { #expect(!isAllowed && (error as? FeedError)?.kind == .limit) }
        }
    }
}
