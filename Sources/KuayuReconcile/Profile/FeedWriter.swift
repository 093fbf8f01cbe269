public import KuayuModel

/// Writes a ledger as a file for the gateway, and the manifest that goes with it: the hub's side.
///
/// Bytes can be taken while rows are still added, so that a large ledger never lies in memory.
public struct FeedWriter: Sendable {
    /// What was added so far.
    public private(set) var totals = FeedTotals()
    /// Whether the rows so far ascend by the bytes of the case id.
    public private(set) var isSorted = true
    private let hasIdentities: Bool
    private var bytes: [UInt8]
    private var last = ""

    /// A file with its header; without identities it is a third smaller, and repeated nonces cannot be found out.
    public init(identities hasIdentities: Bool = true) {
        self.hasIdentities = hasIdentities
        bytes = Array((hasIdentities ? FeedLine.header : FeedLine.headerWithoutIdentities).utf8) + [0x0A]
    }

    /// Adds a row with its identity.
    public mutating func append(_ row: HubRow, id: ElementID) {
        totals.add(row.element, id)
        // ASCII texts compare by their bytes.
        if isSorted { isSorted = last <= row.element.caseID }
        last = row.element.caseID
        FeedLine(row: row, eid: hasIdentities ? id : nil).append(to: &bytes)
    }

    /// The bytes since this was last called.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// The manifest of all rows added, given the digest of the file as it will lie there (`sha256:…`).
    public func manifest(
        hub: RegionCode, lane: Lane, file: String, compression: FeedManifest.Compression = .none, snapshotAt: Int64,
        digest: String, previous: String?
    ) -> FeedManifest {
        FeedManifest(
            hub: hub, lane: lane, file: file, compression: compression, isSorted: isSorted, total: totals.total,
            statuses: totals.statuses, registered: totals.registered, snapshotAt: snapshotAt, digest: digest,
            previous: previous)
    }

    /// A whole ledger at once, unpacked, with its manifest.
    public static func write(
        _ rows: [HubRow], hub: RegionCode, lane: Lane, file: String, snapshotAt: Int64, previous: String?,
        identities: Bool = true, digester: some Digester
    ) -> (csv: [UInt8], manifest: FeedManifest) {
        var writer = FeedWriter(identities: identities)
        for row in rows { writer.append(row, id: row.element.id(digester)) }
        let csv = writer.take()
        let manifest = writer.manifest(
            hub: hub, lane: lane, file: file, snapshotAt: snapshotAt,
            digest: FeedManifest.digestText(digester.digest(csv)), previous: previous)
        return (csv, manifest)
    }
}
