import Dispatch
public import KuayuModel
public import KuayuReconcile

/// What a file may cost.
public struct FeedLimits: Hashable, Sendable {
    /// Largest file as it lies there, bytes.
    public var fileBytes: Int
    /// Largest file unpacked, bytes.
    public var plainBytes: Int
    /// Most lines of both sides that may differ; nil: 10,000 and a twenty-fifth of the ledger.
    public var differingLines: Int?

    /// Limits.
    public init(fileBytes: Int = 16 << 30, plainBytes: Int = 16 << 30, differingLines: Int? = nil) {
        self.fileBytes = fileBytes
        self.plainBytes = plainBytes
        self.differingLines = differingLines
    }
}

/// Compares a hub's ledger file with the gateway's ledger, as fast as both can be read.
///
/// Lines that say the same are settled by comparing bytes; only the others are parsed, by ``FeedComparison``. A sorted
/// file is merged with the ledger, one in any order goes through a table of hashes (24 bytes a line of the ledger).
/// Calls block their thread until the comparison is done.
public struct FeedScanner: Sendable {
    /// What a file may cost.
    public var limits: FeedLimits
    /// Threads at work at the same time, 1 or more.
    public var threads: Int
    /// Where a packed file is unpacked to, under no name.
    public var scratchFolder: String
    /// Bytes that a thread takes at a time; small in tests.
    package var stretchBytes = Stretches.standardBytes
    /// Bits of a line's hash; few in tests.
    package var hashBits = 64

    /// A scanner.
    public init(limits: FeedLimits = FeedLimits(), threads: Int = 2, scratchFolder: String = "/var/tmp") {
        self.limits = limits
        self.threads = max(1, threads)
        self.scratchFolder = scratchFolder
    }

    /// The comparison, or the first reason why nothing can be concluded.
    ///
    /// `digest` makes a SHA-256 of nothing yet; `digester` makes the identities of the rows that differ. What is checked, in
    /// this order: number of rows and digest of the file, each line that differs, the order of lines, rows in each
    /// state, range of registrations, the sum. Whether the manifest is the right one is ``FeedCheck``'s to say.
    ///
    /// - Throws: ``FeedError``.
    public func compare(
        ledger: LedgerSnapshot, feed: FeedBytes, manifest: FeedManifest, digest: @Sendable () -> some StreamingDigest,
        digester: some Digester
    ) throws(FeedError) -> LaneComparison {
        let start = DispatchTime.now()
        guard feed.count <= limits.fileBytes else {
            throw FeedError(.limit, "the file has \(feed.count) bytes; \(limits.fileBytes) are allowed")
        }
        let pair = try FilePair(ledger, try unpack(feed, manifest), self)
        var comparison: LaneComparison
        do throws(FeedError) {
            comparison = try compare(pair, manifest, feed, digest, digester)
        } catch  where !manifest.isSorted && Self.mayBeCollision.contains(error.kind) {
            // Two lines may have had the same hash; under another key they have not.
            comparison = try compare(pair, manifest, feed, digest, digester)
        }
        comparison.cost.bytesReceived = feed.count
        comparison.cost.milliseconds = Int64(
            (DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1_000_000)
        return comparison
    }

    /// What a difference that was hidden, or attributed to another case, makes of the totals.
    private static let mayBeCollision: Set<FeedError.Kind> = [.sum, .count, .misplaced, .identity]

    private func unpack(_ feed: FeedBytes, _ manifest: FeedManifest) throws(FeedError) -> FeedBytes {
        guard manifest.compression == .gzip else { return feed }
        if let bytes = feed.inMemory { return FeedBytes(try Gzip.inflate(bytes, limit: limits.plainBytes)) }
        return try Gzip.inflate(feed, limit: limits.plainBytes, folder: scratchFolder)
    }

    private func compare(
        _ pair: FilePair, _ manifest: FeedManifest, _ feed: FeedBytes, _ digest: @Sendable () -> some StreamingDigest,
        _ digester: some Digester
    ) throws(FeedError) -> LaneComparison {
        let (findings, value) = try pair.scan(isSorted: manifest.isSorted, feed, digest)
        if let fault = findings.fault { throw fault }
        try FeedCheck.verify(rows: findings.lineCount, digest: value, against: manifest)
        if let number = findings.misplaced { throw misplaced(findings, number, pair.hasIdentities) }
        guard !findings.isFlooded else {
            throw FeedError(.flood, "more than \(pair.differingLines) lines differ")
        }
        return try FeedComparison(manifest: manifest, ledger: pair.ledger.totals, hasIdentities: pair.hasIdentities)
            .compare(
                ledgerLines: findings.ledgerLines, feedLines: findings.feedLines, registered: findings.registered,
                digester: digester)
    }

    /// A line that cannot be read is called that rather than misplaced.
    private func misplaced(_ findings: ScanFindings, _ number: Int, _ hasIdentities: Bool) -> FeedError {
        for line in findings.feedLines where line.number <= number {
            do throws(FeedError) {
                _ = try FeedLine.parse(line.bytes, number: line.number, hasIdentities: hasIdentities)
            } catch {
                return error
            }
        }
        return FeedError(.misplaced, "line \(number): its case comes before that of the line before")
    }
}
