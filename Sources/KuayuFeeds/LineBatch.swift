/// A few hashed lines whose places in the table are loaded together: the loads then wait for memory at the same time.
struct LineBatch: ~Copyable {
    /// A hashed line; `line` is valid until its reader reads on.
    struct Entry {
        let hash: LineHash
        let offset: Int
        let line: UnsafePointer<UInt8>
        let count: Int
        let number: Int
    }

    private static let capacity = 32
    private let entries: UnsafeMutablePointer<Entry>
    private(set) var count = 0
    /// Where what was loaded early goes, so that the loads are not dropped.
    private var sink: UInt64 = 0

    init() { entries = .allocate(capacity: Self.capacity) }

    deinit { entries.deallocate() }

    var isFull: Bool { count == Self.capacity }

    @inline(__always)
    mutating func append(_ entry: Entry) {
        (entries + count).initialize(to: entry)
        count += 1
    }

    /// Hands out every entry, after the first load of each, and is empty then.
    @inline(__always)
    mutating func drain(_ table: LineTable, _ take: (Entry) -> Void) {
        for index in 0..<count { sink ^= table.touch(entries[index].hash) }
        for index in 0..<count { take(entries[index]) }
        count = 0
    }
}
