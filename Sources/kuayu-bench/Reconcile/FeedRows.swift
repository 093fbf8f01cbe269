import Foundation
import KuayuCrypto
import KuayuFeeds
import KuayuModel
import KuayuReconcile

/// A ledger of any size that is made row by row, and a hub's ledger that differs from it here and there.
struct FeedRows {
    let count: Int
    /// One row in so many differs.
    private let faultEvery: Int

    static let states = ["accepted", "reviewing", "closed", "delivered", "submitted"]

    init(count: Int) {
        self.count = count
        // 1,000 differences, or one row in ten where there are few.
        faultEvery = max(10, count / 1_000)
    }

    /// 20,000 cases a day, from 2024-01-01 on: ascending by case id.
    func element(_ index: Int) -> LedgerElement {
        let (day, sequence) = index.quotientAndRemainder(dividingBy: 20_000)
        let date = CalendarDate(daysSinceEpoch: 19_723 + day)
        var random = SeededGenerator(seed: UInt64(index))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        for _ in 0..<6 { withUnsafeBytes(of: random.next()) { bytes.append(contentsOf: $0) } }
        return LedgerElement(
            caseID: CaseID.make(date: date, gateway: 7, sequence: sequence)?.text ?? "",
            version: 1 + random.next(below: 9), status: Self.states[random.next(below: Self.states.count)],
            contentDigest: "sha256:" + HexText.encode(bytes[..<32]), nonce: HexText.encode(bytes[32...]),
            registeredAt: Int64(19_723 + day) * 86_400 - 28_800 + Int64(sequence * 4))
    }

    /// What the hub has of a case: mostly one row that agrees.
    func rows(_ index: Int, _ element: LedgerElement) -> [HubRow] {
        let row = HubRow(element: element, stateAt: element.registeredAt + 3_600)
        guard isFault(index) else { return [row] }
        var other = row
        switch index / faultEvery % 5 {
        case 0: return []
        case 1: other.element.version += 1
        case 2: other.element.status = "voided"
        case 3: other.element.contentDigest = "sha256:" + String(repeating: "0", count: 64)
        default: return [row, row]
        }
        return [other]
    }

    func isFault(_ index: Int) -> Bool { index % faultEvery == faultEvery / 2 }

    var faultCount: Int { count / faultEvery + (count % faultEvery > faultEvery / 2 ? 1 : 0) }

    /// Another order of all indices: steps of a number that shares no factor with the count.
    func shuffled(_ place: Int) -> Int {
        var step = Int(Double(count) * 0.618_033_9) | 1
        while gcd(step, count) != 1 { step += 2 }
        return place * step % count
    }

    private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }
}

/// libcrypto's SHA-256 for a scanner.
struct LibraryDigest: StreamingDigest {
    private let digest = IncrementalSHA256()

    mutating func update(_ bytes: UnsafeRawBufferPointer) { digest.update(bytes) }

    mutating func finish() -> [UInt8] { digest.finish() }
}

/// The files of the measurement.
struct FeedFiles {
    let folder: String

    var ledger: String { folder + "/ledger.csv" }
    /// The gateway's ledger in the columns of the hub's file, for peers.
    var plain: String { folder + "/plain.csv" }
    var sorted: String { folder + "/sorted.csv" }
    var shuffled: String { folder + "/shuffled.csv" }

    func manifest(_ file: String) -> String { file + ".manifest.json" }

    /// Writes everything that does not stand there already.
    func make(_ rows: FeedRows) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let snapshot = try LedgerSnapshotWriter(path: ledger)
        var (plainFeed, sortedFeed) = (try Output(plain), try Output(sorted))
        for start in stride(from: 0, to: rows.count, by: 1_000) {
            let elements = (start..<min(rows.count, start + 1_000)).map(rows.element)
            let ids = SHA256.digest(many: elements.map(\.signedBytes)).compactMap { ElementID(bytes: $0) }
            for (offset, element) in elements.enumerated() {
                try snapshot.append(element, id: ids[offset])
                let row = HubRow(element: element, stateAt: element.registeredAt + 3_600)
                try plainFeed.append(row, ids[offset])
                for row in rows.rows(start + offset, element) {
                    try sortedFeed.append(row, id(row, element, ids[offset]))
                }
            }
        }
        _ = try snapshot.finish()
        try plainFeed.finish(manifest(plain))
        try sortedFeed.finish(manifest(sorted))
        var shuffledFeed = try Output(shuffled)
        for start in stride(from: 0, to: rows.count, by: 1_000) {
            let indices = (start..<min(rows.count, start + 1_000)).map(rows.shuffled)
            let elements = indices.map(rows.element)
            let ids = SHA256.digest(many: elements.map(\.signedBytes)).compactMap { ElementID(bytes: $0) }
            for (offset, element) in elements.enumerated() {
                for row in rows.rows(indices[offset], element) {
                    try shuffledFeed.append(row, id(row, element, ids[offset]))
                }
            }
        }
        try shuffledFeed.finish(manifest(shuffled))
    }

    private func id(_ row: HubRow, _ element: LedgerElement, _ id: ElementID) -> ElementID {
        row.element == element ? id : row.element.id(SHA256())
    }

    /// A feed under way.
    private struct Output {
        private var writer = FeedWriter(identities: false)
        private var digest = LibraryDigest()
        private let handle: FileHandle
        private let name: String
        private var pending = 0

        init(_ path: String) throws {
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let handle = FileHandle(forWritingAtPath: path)
            else { throw BenchFailure("cannot write \(path)") }
            self.handle = handle
            name = (path as NSString).lastPathComponent
        }

        mutating func append(_ row: HubRow, _ id: ElementID) throws {
            writer.append(row, id: id)
            pending += 1
            if pending == 10_000 { try flush() }
        }

        private mutating func flush() throws {
            pending = 0
            let bytes = writer.take()
            bytes.withUnsafeBytes { digest.update($0) }
            try handle.write(contentsOf: bytes)
        }

        mutating func finish(_ path: String) throws {
            try flush()
            try handle.close()
            let manifest = writer.manifest(
                hub: .anhui, lane: .in, file: name, snapshotAt: 1_800_000_000,
                digest: FeedManifest.digestText(digest.finish()), previous: nil)
            try Data(manifest.encode()).write(to: URL(fileURLWithPath: path))
        }
    }
}
