public import KuayuModel

/// The name of a ledger file: `{region}_DZ_{yyyyMMddHHmmss}_{lane}.csv`, `.csv.gz` where it is packed.
public struct FeedName: Hashable, Sendable {
    /// The hub whose ledger it is.
    public var hub: RegionCode
    /// When it was made, 14 digits, at +08:00.
    public var stamp: String
    /// Which part of the ledger.
    public var lane: Lane
    /// How the file is packed.
    public var compression: FeedManifest.Compression

    /// A name for a file made at `instant`.
    public init(hub: RegionCode, at instant: Instant, lane: Lane, compression: FeedManifest.Compression) {
        let local = instant.local
        let time = [local.hour, local.minute, local.second].map { $0 < 10 ? "0\($0)" : String($0) }
        self.hub = hub
        stamp = DateTimeFormat.compactDate.format(local) + time.joined()
        self.lane = lane
        self.compression = compression
    }

    /// Reads the name of a file; nil when it is none of these.
    public init?(_ file: String) {
        let isPacked = file.hasSuffix(".csv.gz")
        guard isPacked || file.hasSuffix(".csv") else { return nil }
        let parts = file.dropLast(isPacked ? 7 : 4).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1] == "DZ", let hub = RegionCode(parts[0]),
            let lane = Lane(rawValue: String(parts[3])),
            parts[2].utf8.count == 14, parts[2].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.hub = hub
        stamp = String(parts[2])
        self.lane = lane
        compression = isPacked ? .gzip : .none
    }

    /// The name of the file.
    public var file: String {
        "\(hub.text)_DZ_\(stamp)_\(lane.rawValue).csv\(compression == .gzip ? ".gz" : "")"
    }

    /// The name of its manifest, which is written after it.
    public var manifest: String { file + ".manifest.json" }
}
