import Glibc
import KuayuReconcile
import Synchronization

/// Which lines of the ledger there are, by hash, and where the feed has each of them; threads share it without locks.
///
/// Open addressing, 16 bytes a place: the hash's first word, 0 for a free place; then 1 bit *matched*, 23 further bits
/// of the hash, 40 bits of offset. A place is taken once by exchanging its first word, and matched once by exchanging
/// its second, so that of two equal lines of the feed exactly one finds it unmatched.
///
/// `@unchecked Sendable`: `words` is set once and points to memory that this object alone owns and gives back in
/// `deinit`; all of that memory is atomic words, which are read and written by atomic operations only.
final class LineTable: @unchecked Sendable {
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let places: UInt64
    private let byteCount: Int
    /// Bits of the first hash word that count; fewer in tests, so that lines collide.
    private let mask: UInt64

    private static let matched: UInt64 = 1 << 63
    private static let offsetMask: UInt64 = (1 << 40) - 1
    private static let checkMask: UInt64 = ((1 << 23) - 1) << 40
    /// Offsets must be smaller.
    static let offsetLimit = 1 << 40

    /// A table for so many lines.
    init(_ count: Int, hashBits: Int = 64) throws(FeedError) {
        places = UInt64(count + count / 2 + 64)
        byteCount = Int(places) * 16
        mask = hashBits >= 64 ? .max : ~(.max << UInt64(hashBits))
        // Zero pages; an atomic word of zero bytes holds 0.
        let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages, pages != MAP_FAILED else {
            throw FeedError(.unavailable, "no memory for \(count) lines of the ledger")
        }
        madvise(pages, byteCount, MADV_HUGEPAGE)
        words = pages.bindMemory(to: Atomic<UInt64>.self, capacity: Int(places) * 2)
    }

    deinit { munmap(UnsafeMutableRawPointer(words), byteCount) }

    /// The first word as it is kept: never 0.
    @inline(__always)
    private func tag(_ hash: LineHash) -> UInt64 { max(1, hash.place & mask) }

    /// Even in the top bits of the hash; in a test with few bits simply the first places.
    @inline(__always)
    private func start(_ tag: UInt64) -> Int {
        Int(mask == .max ? tag.multipliedFullWidth(by: places).high : tag % places)
    }

    @inline(__always)
    private func check(_ hash: LineHash) -> UInt64 { mask == .max ? hash.check & Self.checkMask : 0 }

    /// Loads a place into the cache; returns what stands there so that the load is not dropped.
    @inline(__always)
    func touch(_ hash: LineHash) -> UInt64 { words[start(tag(hash)) * 2].load(ordering: .relaxed) }

    /// Notes a line of the ledger; false when the table is full.
    @inline(__always)
    func insert(_ hash: LineHash, offset: Int) -> Bool {
        let tag = tag(hash)
        var place = start(tag)
        for _ in 0..<places {
            if words[place * 2].compareExchange(expected: 0, desired: tag, ordering: .relaxed).exchanged {
                words[place * 2 + 1].store(check(hash) | UInt64(offset), ordering: .relaxed)
                return true
            }
            place = place + 1 == places ? 0 : place + 1
        }
        return false
    }

    /// Matches a line of the feed with a line of the ledger that no other one was matched with; false when there is none.
    @inline(__always)
    func match(_ hash: LineHash, offset: Int) -> Bool {
        let (tag, check) = (tag(hash), check(hash))
        var place = start(tag)
        for _ in 0..<places {
            let found = words[place * 2].load(ordering: .relaxed)
            if found == 0 { return false }
            if found == tag {
                let second = words[place * 2 + 1].load(ordering: .relaxed)
                if second & (Self.matched | Self.checkMask) == check {
                    let new = Self.matched | check | UInt64(offset)
                    let exchange = words[place * 2 + 1].compareExchange(
                        expected: second, desired: new, ordering: .relaxed)
                    if exchange.exchanged { return true }
                }
            }
            place = place + 1 == places ? 0 : place + 1
        }
        return false
    }

    /// Where the feed has a line of the ledger; nil when it was not matched.
    func feedOffset(_ hash: LineHash) -> Int? {
        let (tag, check) = (tag(hash), check(hash))
        var place = start(tag)
        for _ in 0..<places {
            let found = words[place * 2].load(ordering: .relaxed)
            if found == 0 { return nil }
            let second = words[place * 2 + 1].load(ordering: .relaxed)
            if found == tag, second & (Self.matched | Self.checkMask) == Self.matched | check {
                return Int(second & Self.offsetMask)
            }
            place = place + 1 == places ? 0 : place + 1
        }
        return nil
    }

    /// Where the ledger has the lines that nothing in the feed was matched with; nil when there are more than `limit`.
    func unmatched(limit: Int) -> [Int]? {
        var offsets: [Int] = []
        for place in 0..<Int(places) where words[place * 2].load(ordering: .relaxed) != 0 {
            let second = words[place * 2 + 1].load(ordering: .relaxed)
            guard second & Self.matched == 0 else { continue }
            guard offsets.count < limit else { return nil }
            offsets.append(Int(second & Self.offsetMask))
        }
        return offsets
    }
}
