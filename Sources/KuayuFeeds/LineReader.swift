import Glibc
import KuayuReconcile

/// The lines of a stretch of bytes, one after the other, without copying any.
///
/// The line before the current one stays readable, because repeated rows are noticed only when the second comes.
struct LineReader: ~Copyable {
    private let source: FeedBytes
    /// Where in the source the next bytes come from, and where they end.
    private var position: Int
    private let end: Int
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var filled = 0
    private var next = 0

    private var start = 0
    private(set) var count = 0
    private var previousStart = 0
    private(set) var previousCount = 0
    /// Lines so far, the current one included.
    private(set) var number = 0

    /// Bytes behind a line that may be loaded along with it; what they hold is undefined.
    static let slack = 16

    init(_ source: FeedBytes, _ range: Range<Int>, capacity: Int = 1 << 18) {
        self.source = source
        self.capacity = capacity
        position = range.lowerBound
        end = range.upperBound
        base = .allocate(capacity: capacity + Self.slack)
        base.initialize(repeating: 0, count: capacity + Self.slack)
    }

    deinit { base.deallocate() }

    /// The current line, without its line feed; valid until the next ``advance()`` or ``refill()``.
    var line: UnsafePointer<UInt8> { UnsafePointer(base + start) }
    /// The line before.
    var previous: UnsafePointer<UInt8> { UnsafePointer(base + previousStart) }
    /// Where the current line begins in the source.
    var offset: Int { position - filled + start }
    /// Where the line before begins in the source.
    var previousOffset: Int { position - filled + previousStart }

    /// Goes to the next line; false when there is none, and the line before is then the last one.
    mutating func advance() throws(FeedError) -> Bool {
        if advanceInBuffer() { return true }
        while try refill() {
            if advanceInBuffer() { return true }
        }
        (previousStart, previousCount) = (start, count)
        count = 0
        return false
    }

    /// Goes to the next line where it lies in the buffer whole.
    @inline(__always)
    mutating func advanceInBuffer() -> Bool {
        guard next < filled else { return false }
        let size: Int
        if let found = memchr(base + next, 0x0A, filled - next) {
            size = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(base + next)
        } else if position == end {
            size = filled - next
        } else {
            return false
        }
        (previousStart, previousCount) = (start, count)
        (start, count) = (next, size)
        next = min(filled, next + size + 1)
        number += 1
        return true
    }

    /// Reads on; false at the end.
    ///
    /// - Throws: ``FeedError`` of kind `limit` when a line does not fit into the buffer.
    mutating func refill() throws(FeedError) -> Bool {
        guard position < end else { return false }
        // The current line becomes the one before.
        let kept = filled - start
        guard start > 0 || filled < capacity else {
            throw FeedError(.limit, "a line is longer than \(capacity) bytes")
        }
        memmove(base, base + start, kept)
        next -= start
        previousStart = 0
        previousCount = 0
        start = 0
        filled = kept
        let room = min(capacity - filled, end - position)
        let target = UnsafeMutableRawBufferPointer(start: base + filled, count: room)
        let size = try source.read(at: position, into: target)
        filled += size
        position += size
        return size > 0
    }
}
