import KuayuFeeds
import Foundation
import KuayuModel
import KuayuReconcile
import Testing

@Suite struct FeedScannerTests {
    /// Number of rows, faults, bytes of a stretch.
    static let sizes = [
        (0, 0, 700), (0, 1, 700), (1, 0, 700), (1, 1, 700), (2, 2, 150), (3, 3, 1), (40, 6, 300), (200, 20, 700),
        (200, 150, 2_000), (200, 0, 1 << 20), (150, 60, 97),
    ]

    @Test(arguments: sizes, [1, 2, 3, 4] as [UInt64])
    func findsWhatTheFullJoinFinds(size: (rows: Int, faults: Int, bytes: Int), seed: UInt64) throws {
        var world = FeedWorld(seed: seed, rows: size.rows, faults: size.faults)
        let scanner = FeedScanner.small(stretchBytes: size.bytes)
        for isShuffled in [false, true] {
            if isShuffled { world.shuffle() }
            for identities in [false, true] {
                let (csv, manifest) = world.feed(identities: identities)
                let comparison = try scanner.compare(world.mine, csv, manifest)
                #expect(comparison.bare == world.oracle())
                // Nobody is made to promise an order.
                var modest = manifest
                modest.isSorted = false
                #expect(try scanner.compare(world.mine, csv, modest).bare == world.oracle())
            }
        }
    }

    @Test func takesFilesPackedAndNot() throws {
        let folder = NSTemporaryDirectory() + "/kuayu-feeds-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = FeedWorld(seed: 9, rows: 300, faults: 12)
        let writer = try LedgerSnapshotWriter(path: folder + "/ledger.csv")
        for element in world.mine { try writer.append(element, id: element.id(PortableDigester())) }
        let ledger = try writer.finish()
        let (csv, manifest) = world.feed(identities: true)
        var scanner = FeedScanner.small()
        scanner.scratchFolder = folder
        for compression in FeedManifest.Compression.allCases {
            let bytes = compression == .gzip ? Gzip.deflate(csv) : csv
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/feed"))
            var claim = manifest.of(bytes)
            claim.compression = compression
            for feed in [try FeedBytes(path: folder + "/feed"), FeedBytes(bytes)] {
                let comparison = try scanner.compare(
                    ledger: ledger, feed: feed, manifest: claim, digest: { PortableStream() },
                    digester: PortableDigester())
                #expect(comparison.bare == world.oracle())
                #expect(comparison.cost.bytesReceived == bytes.count)
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["feed", "ledger.csv"])
    }

    @Test func theLastLineMayLackItsLineFeed() throws {
        let world = FeedWorld(seed: 5, rows: 20, faults: 3)
        var (csv, manifest) = world.feed(identities: false)
        csv.removeLast()
        #expect(try FeedScanner.small().compare(world.mine, csv, manifest.of(csv)).bare == world.oracle())
    }

    /// Lines whose hashes collide must not hide a difference: either it is found, or the sum says that one is missing.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func collisionsHideNothing(seed: UInt64) throws {
        var world = FeedWorld(seed: seed, rows: 60, faults: 8)
        world.shuffle()
        var (csv, manifest) = world.feed(identities: true)
        manifest.isSorted = false
        do throws(FeedError) {
            let comparison = try FeedScanner.small(hashBits: 11).compare(world.mine, csv, manifest)
            #expect(comparison.bare == world.oracle())
        } catch {
            // States and registrations are compared before the sum.
            #expect([.sum, .count, .misplaced].contains(error.kind))
        }
        csv.removeAll()
    }

    @Test func readsTheLinesThatAnotherNonceMakes() throws {
        var world = FeedWorld(seed: 3, rows: 80, faults: 0)
        world.theirs[41].element.nonce = String(repeating: "f", count: 32)
        for isSorted in [true, false] {
            var (csv, manifest) = world.feed(identities: true)
            manifest.isSorted = isSorted
            let comparison = try FeedScanner.small().compare(world.mine, csv, manifest)
            #expect(comparison.differences.map(\.caseID) == [world.mine[41].caseID])
            #expect(comparison.differences.first?.found.map(\.element.nonce) == ["-"])
            csv.removeAll()
        }
    }
}
