/// One element as the index keeps it: range key, identity, and the row of the ledger that has its fields.
///
/// 40 bytes. Ordered by key, then by the reversed bytes of the identity, which is the order of negentropy; the row
/// decides last, so that the order of equal elements does not depend on how they came.
public struct LedgerEntry: Hashable, Sendable {
    /// The key in the upper half, the row in the lower, because a structure of two 32-bit fields beside four words would
    /// be padded no less.
    private let place: UInt64
    /// The element's identity.
    public let id: ElementID

    /// An entry; `key` is ``LedgerElement/key``.
    public init(key: UInt32, id: ElementID, row: UInt32) {
        place = UInt64(key) << 32 | UInt64(row)
        self.id = id
    }

    /// Seconds of the registration since ``LedgerElement/keyEpoch``.
    public var key: UInt32 { UInt32(truncatingIfNeeded: place >> 32) }

    /// The row of the ledger that has the element's fields; its meaning is the ledger's.
    public var row: UInt32 { UInt32(truncatingIfNeeded: place) }

    /// Whether this is the same element, in whatever row.
    func isSameElement(_ other: LedgerEntry) -> Bool { key == other.key && id == other.id }

    /// Whether this entry stands before an element.
    @inline(__always)
    func precedes(key otherKey: UInt32, id otherID: ElementID) -> Bool {
        key != otherKey ? key < otherKey : id.precedesReversed(otherID)
    }
}

extension LedgerEntry: Comparable {
    /// By key, reversed identity, row.
    @inline(__always)
    public static func < (a: LedgerEntry, b: LedgerEntry) -> Bool {
        let (x, y) = (a.place >> 32, b.place >> 32)
        if x != y { return x < y }
        return a.id == b.id ? a.place < b.place : a.id.precedesReversed(b.id)
    }
}

/// Days of a ledger: whole days at +08:00, counted from the one in which the range key begins.
public enum LedgerDay {
    /// Seconds that +08:00 is ahead of UTC.
    public static let offset: UInt32 = 28_800
    /// Seconds of a day.
    public static let width: UInt32 = 86_400

    /// The day of a key, at most 24,855.
    @inline(__always)
    public static func of(_ key: UInt32) -> Int { Int((key &+ offset) / width) }

    /// The keys of a day, cut to 0 ..< 2³¹; empty for a day that has none.
    public static func keys(_ day: Int) -> Range<UInt32> {
        let lower = min(max(Int64(day) * Int64(width) - Int64(offset), 0), 1 << 31)
        let upper = min(max(Int64(day + 1) * Int64(width) - Int64(offset), 0), 1 << 31)
        return UInt32(lower)..<UInt32(upper)
    }
}
