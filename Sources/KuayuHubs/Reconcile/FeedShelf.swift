import KuayuCrypto
import KuayuModel
import KuayuReconcile
import Synchronization

/// A file of one lane of a hub's ledger, with the manifest that is written after it.
struct HubFeed: Sendable {
    var name: FeedName
    /// The file as it lies there, packed where it is packed.
    var file: [UInt8]
    var manifest: [UInt8]
}

/// Makes the files of a hub's ledger, each lane's manifest linked to the one before.
final class FeedShelf: Sendable {
    /// Packs the bytes of a file.
    typealias Packer = @Sendable ([UInt8]) throws -> [UInt8]

    private let hub: RegionCode
    private let packer: Packer?
    private let last = Mutex<[Lane: HubFeed]>([:])

    /// A shelf of a hub; `packer` packs with gzip, nil leaves files as they are.
    init(hub: RegionCode, packer: Packer?) {
        self.hub = hub
        self.packer = packer
    }

    /// The feed of a lane that was made last.
    func last(_ lane: Lane) -> HubFeed? { last.withLock { $0[lane] } }

    /// A new feed of a lane.
    func make(_ lane: Lane, _ view: ToldView, now: Instant) async throws(FeedError) -> HubFeed {
        let claimed = Self.write(Self.sorted(try await view.claims.all(lane)))
        var rows = Self.sorted(try await view.answers.all(lane))
        if view.lie == .shuffle { rows.reverse() }
        var told = Self.write(rows)
        let file = try pack(told.take())
        let name = FeedName(
            hub: hub, at: now, lane: lane, compression: packer == nil ? .none : .gzip)
        return last.withLock { last in
            var manifest = claimed.manifest(
                hub: hub, lane: lane, file: name.file, compression: name.compression,
                snapshotAt: view.claims.watermark, digest: FeedManifest.digestText(SHA256.digest(file)),
                previous: last[lane].map { FeedManifest.link($0.manifest, SHA256()) })
            switch view.lie {
            case .wrongsum: manifest.total.subtract(Accumulator(count: 0, sum: ElementID(0, 0, 0, 1)))
            case .wrongmanifest: manifest.digest = FeedManifest.digestText(SHA256.digest(file.dropLast()))
            default: break
            }
            let feed = HubFeed(name: name, file: file, manifest: manifest.encode())
            last[lane] = feed
            return feed
        }
    }

    private static func sorted(_ rows: [ToldRow]) -> [ToldRow] {
        rows.sorted { $0.row.element.caseID < $1.row.element.caseID }
    }

    private static func write(_ rows: [ToldRow]) -> FeedWriter {
        var writer = FeedWriter()
        for told in rows { writer.append(told.row, id: told.id) }
        return writer
    }

    private func pack(_ csv: [UInt8]) throws(FeedError) -> [UInt8] {
        guard let packer else { return csv }
        do {
            return try packer(csv)
        } catch {
            throw FeedError(.unavailable, "the file cannot be packed: \(error)")
        }
    }
}
