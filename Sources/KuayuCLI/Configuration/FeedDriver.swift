import KuayuCrypto
import KuayuFeeds
import KuayuGateway
import KuayuReconcile

/// Compares files of hubs by the scanner of feeds.
struct FeedDriver: FeedComparing {
    func compare(
        file: [UInt8], manifest: FeedManifest,
        expected: (_ row: (LedgerElement, ElementID) throws(FeedError) -> Void) throws -> Void
    ) throws(FeedError) -> LaneComparison {
        let writer = LedgerSnapshotWriter()
        do {
            try expected { (element, id) throws(FeedError) in try writer.append(element, id: id) }
        } catch let error as FeedError {
            throw error
        } catch {
            throw FeedError(.unavailable, "the gateway's own ledger: \(error)")
        }
        return try FeedScanner().compare(
            ledger: try writer.finish(), feed: FeedBytes(file), manifest: manifest, digest: { FileDigest() },
            digester: SHA256())
    }
}

/// libcrypto's SHA-256 for a scanner.
private struct FileDigest: StreamingDigest {
    private let digest = IncrementalSHA256()

    mutating func update(_ bytes: UnsafeRawBufferPointer) { digest.update(bytes) }

    mutating func finish() -> [UInt8] { digest.finish() }
}
