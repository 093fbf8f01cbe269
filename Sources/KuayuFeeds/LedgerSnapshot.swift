import Glibc
public import KuayuModel
public import KuayuReconcile

/// The gateway's side of a comparison: lines sorted by case, and what they add up to.
public struct LedgerSnapshot: Sendable {
    /// The lines, as ``LedgerSnapshotWriter`` writes them.
    public let bytes: FeedBytes
    /// What they add up to.
    public let totals: FeedTotals

    /// A snapshot that was written before.
    public init(bytes: FeedBytes, totals: FeedTotals) {
        self.bytes = bytes
        self.totals = totals
    }

    /// A small ledger, in any order, in memory.
    ///
    /// - Throws: ``FeedError`` of kind `unavailable` when an element cannot be written, or a case comes twice.
    public init(_ elements: [LedgerElement], digester: some Digester) throws(FeedError) {
        let writer = LedgerSnapshotWriter()
        for element in elements.sorted(by: { $0.caseID < $1.caseID }) {
            try writer.append(element, id: element.id(digester))
        }
        self = try writer.finish()
    }
}

/// Writes the gateway's ledger row by row, ascending by the bytes of the case id.
public final class LedgerSnapshotWriter {
    private var totals = FeedTotals()
    private var pending: [UInt8]
    private var last = ""
    private let path: String?
    private let descriptor: CInt
    private static let flushBytes = 1 << 20

    /// Writes into memory.
    public init() {
        path = nil
        descriptor = -1
        pending = Array(FeedLedgerLine.header.utf8) + [0x0A]
    }

    /// Writes into a file, which is made anew and can be read by its owner only.
    ///
    /// - Throws: ``FeedError`` of kind `unavailable`.
    public init(path: String) throws(FeedError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        pending = Array(FeedLedgerLine.header.utf8) + [0x0A]
        guard descriptor >= 0 else { throw FeedError(.unavailable, "no snapshot can be written (errno \(errno))") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Adds a row with its identity.
    ///
    /// - Throws: ``FeedError`` of kind `unavailable` when the row is out of order or has a field that no file can hold.
    public func append(_ element: LedgerElement, id: ElementID) throws(FeedError) {
        guard FeedLedgerLine.canWrite(element) else {
            throw FeedError(.unavailable, "the gateway's ledger has a row that no file can hold: \(element.caseID)")
        }
        // ASCII texts compare by their bytes.
        guard last < element.caseID else {
            throw FeedError(.unavailable, "the gateway's ledger does not ascend at \(element.caseID)")
        }
        last = element.caseID
        totals.add(element, id)
        FeedLedgerLine(element: element, id: id).append(to: &pending)
        if path != nil, pending.count >= Self.flushBytes { try flush() }
    }

    /// Ends the snapshot; nothing can be added after it.
    ///
    /// - Throws: ``FeedError`` of kind `unavailable`.
    public func finish() throws(FeedError) -> LedgerSnapshot {
        guard let path else { return LedgerSnapshot(bytes: FeedBytes(pending), totals: totals) }
        try flush()
        return LedgerSnapshot(bytes: try FeedBytes(path: path), totals: totals)
    }

    private func flush() throws(FeedError) {
        var done = 0
        while done < pending.count {
            let size = pending.withUnsafeBytes { bytes in
                bytes.baseAddress.map { write(descriptor, $0 + done, bytes.count - done) } ?? 0
            }
            if size < 0, errno == EINTR { continue }
            guard size > 0 else { throw FeedError(.unavailable, "a snapshot cannot be written (errno \(errno))") }
            done += size
        }
        pending.removeAll(keepingCapacity: true)
    }
}
