import KuayuReconcile

/// A ledger and a feed whose headers were read.
struct FilePair: Sendable {
    let ledger: LedgerSnapshot
    let feed: FeedBytes
    let hasIdentities: Bool
    /// Most lines that may differ.
    let differingLines: Int
    private let ledgerRange: Range<Int>
    private let feedRange: Range<Int>
    private let scanner: FeedScanner

    init(_ ledger: LedgerSnapshot, _ feed: FeedBytes, _ scanner: FeedScanner) throws(FeedError) {
        self.ledger = ledger
        self.feed = feed
        self.scanner = scanner
        let (mine, ledgerStart) = try Self.header(ledger.bytes)
        guard mine.elementsEqual(FeedLedgerLine.header.utf8) else {
            throw FeedError(.unavailable, "the snapshot of the gateway's own ledger has another header")
        }
        let (theirs, feedStart) = try Self.header(feed)
        hasIdentities = try FeedLine.readHeader(theirs)
        ledgerRange = ledgerStart..<ledger.bytes.count
        feedRange = feedStart..<feed.count
        let rows = min(Int(ledger.totals.total.count), FeedLine.rowLimit)
        differingLines = scanner.limits.differingLines ?? 10_000 + rows / 25
    }

    /// The first line, and where the second begins.
    private static func header(_ bytes: FeedBytes) throws(FeedError) -> (line: [UInt8], next: Int) {
        let start = FeedBytes(try bytes.prefix(FeedLine.byteLimit * 2))
        var reader = LineReader(start, 0..<start.count, capacity: FeedLine.byteLimit * 2 + 1)
        guard try reader.advance() else { return ([], bytes.count) }
        return (Lines.copy(reader.line, reader.count), min(bytes.count, reader.count + 1))
    }

    /// Scans, and makes the digest of `packed` beside it.
    func scan(
        isSorted: Bool, _ packed: FeedBytes, _ digest: @Sendable () -> some StreamingDigest
    ) throws(FeedError) -> (ScanFindings, [UInt8]) {
        isSorted ? try scanSorted(packed, digest) : try scanUnsorted(packed, digest)
    }

    private enum Part: Sendable {
        case digest(Result<[UInt8], FeedError>)
        case lines(ScanFindings)
    }

    private func digestPart(
        _ packed: FeedBytes, _ make: () -> some StreamingDigest
    ) -> Result<[UInt8], FeedError> {
        var digest = make()
        do throws(FeedError) {
            try packed.update(&digest)
            return .success(digest.finish())
        } catch {
            return .failure(error)
        }
    }

    // MARK: sorted

    /// The digest is the first task, since it is the longest that cannot be divided.
    private func scanSorted(
        _ packed: FeedBytes, _ digest: @Sendable () -> some StreamingDigest
    ) throws(FeedError) -> (ScanFindings, [UInt8]) {
        let bytes = scanner.stretchBytes
        guard let pairs = try Stretches.pairs(ledger.bytes, ledgerRange, feed, feedRange, bytes: bytes) else {
            return try countOnly(packed, digest)
        }
        let scan = SortedScan(
            ledger: ledger.bytes, feed: feed, hasIdentities: hasIdentities, budget: LineBudget(differingLines))
        let parts = Workers.run(pairs.count + 1, threads: scanner.threads) { task -> Part in
            task == 0 ? .digest(digestPart(packed, digest)) : .lines(scan.scan(pairs[task - 1]))
        }
        return try join(parts)
    }

    /// The order is wrong already; only a file that is cut, or another one altogether, would be a better answer.
    private func countOnly(
        _ packed: FeedBytes, _ digest: @Sendable () -> some StreamingDigest
    ) throws(FeedError) -> (ScanFindings, [UInt8]) {
        let value = digestPart(packed, digest)
        return try join([.digest(value), .lines(SortedScan.count(feed, feedRange))])
    }

    private func join(_ parts: [Part]) throws(FeedError) -> (ScanFindings, [UInt8]) {
        var stretches: [ScanFindings] = []
        var value: [UInt8] = []
        for part in parts {
            switch part {
            case .digest(let result): value = try result.get()
            case .lines(let findings): stretches.append(findings)
            }
        }
        return (ScanFindings.join(stretches), value)
    }

    // MARK: unsorted

    private func scanUnsorted(
        _ packed: FeedBytes, _ digest: @Sendable () -> some StreamingDigest
    ) throws(FeedError) -> (ScanFindings, [UInt8]) {
        var generator = SystemRandomNumberGenerator()
        let scan = UnsortedScan(
            ledger: ledger.bytes, ledgerRange: ledgerRange,
            ledgerCount: min(Int(ledger.totals.total.count), FeedLine.rowLimit), feed: feed, feedRange: feedRange,
            hasIdentities: hasIdentities, budget: LineBudget(differingLines), threads: scanner.threads,
            stretchBytes: scanner.stretchBytes, key: LineHash.Key(using: &generator), hashBits: scanner.hashBits)
        return try scan.scan { digestPart(packed, digest) }
    }
}
