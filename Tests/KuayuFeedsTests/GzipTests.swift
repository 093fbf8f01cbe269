import Foundation
import KuayuFeeds
import KuayuModel
import KuayuReconcile
import Testing

@Suite struct GzipTests {
    @Test(arguments: [0, 1, 65_536, 262_144, 262_145, 1_000_000]) func givesBackWhatItTook(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(random.next(below: 7)) }
        #expect(try Gzip.inflate(Gzip.deflate(bytes), limit: count) == bytes)
        #expect(
            try Gzip.inflate(Gzip.deflate(bytes, level: 1) + Gzip.deflate(bytes), limit: 2 * count) == bytes + bytes)
        guard count > 0 else { return }
        let error = #expect(throws: FeedError.self) { try Gzip.inflate(Gzip.deflate(bytes), limit: count - 1) }
        #expect(error?.kind == .limit)
    }

    /// Made by gzip 1.12: `printf 'kuayu' | gzip -n | base64`.
    @Test func readsWhatGzipWrites() throws {
        let packed = try #require(Data(base64Encoded: "H4sIAAAAAAAAA8suTawsBQD0B6bjBQAAAA=="))
        #expect(try Gzip.inflate(Array(packed), limit: 5) == Array("kuayu".utf8))
    }

    @Test func findsEveryCut() {
        let packed = Gzip.deflate(Array("a ledger that is cut somewhere".utf8))
        for count in 0..<packed.count {
            let error = #expect(throws: FeedError.self) { try Gzip.inflate(Array(packed.prefix(count)), limit: 100) }
            #expect(error?.kind == .count)
        }
    }
}
