import Foundation
import KuayuFeeds
import KuayuModel
import KuayuReconcile
import Testing

/// The example in docs/reconciliation/file-profile.md is one that the gateway takes.
@Suite struct FileProfileDocumentTests {
    private static let mark = "```"

    private func example(_ name: String) throws -> [UInt8] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent("docs/reconciliation/file-profile.md")
        let text = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        let start = "<!-- example:\(name) -->\n\(Self.mark)"
        let rest = try #require(text.components(separatedBy: start).dropFirst().first)
        let block = try #require(rest.components(separatedBy: Self.mark).first)
        return Array(block.drop { $0 != "\n" }.dropFirst().utf8)
    }

    @Test func hasAnExampleThatAgrees() throws {
        let (csv, manifest) = (try example("csv"), try FeedManifest.decode(try example("manifest")))
        #expect(FeedName(manifest.file)?.file == manifest.file)
        let written = try example("manifest")
        #expect(manifest.encode() == written)
        let nonces = [
            "000102030405060708090a0b0c0d0e0f", "101112131415161718191a1b1c1d1e1f", "202122232425262728292a2b2c2d2e2f",
        ]
        let lines = csv.split(separator: 0x0A).dropFirst()
        let mine = try zip(lines, nonces).enumerated().map { place, pair in
            var element = try FeedLine.parse(pair.0, number: place + 2, hasIdentities: true).row.element
            element.nonce = pair.1
            return element
        }
        #expect(mine.count == 3)
        let comparison = try FeedScanner().compare(mine, csv, manifest)
        #expect(comparison.differences.isEmpty && comparison.found == comparison.expected)
    }
}
