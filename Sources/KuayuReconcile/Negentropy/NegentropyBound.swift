/// An element as negentropy sees it: a timestamp, and an id of 32 bytes, which is the identity's bytes reversed.
public struct NegentropyItem: Hashable, Sendable {
    /// The range key.
    public var timestamp: UInt64
    /// The identity.
    public var id: ElementID

    /// An item.
    public init(timestamp: UInt64, id: ElementID) {
        self.timestamp = timestamp
        self.id = id
    }
}

extension NegentropyItem: Comparable {
    /// By timestamp, then by the bytes of the id.
    public static func < (a: NegentropyItem, b: NegentropyItem) -> Bool {
        a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.id.precedesReversed(b.id)
    }
}

/// Where a range ends, itself not included: a timestamp and the beginning of an id, what is missing being zeros.
public struct NegentropyBound: Hashable, Sendable {
    /// The first item that is not in the range any more, at the earliest.
    public let item: NegentropyItem
    /// How many bytes of the id are given, at most 32.
    public let prefixLength: Int

    /// After everything.
    public static let infinity = NegentropyBound(timestamp: .max)

    /// Before the first item of a timestamp.
    public init(timestamp: UInt64) {
        item = NegentropyItem(timestamp: timestamp, id: ElementID(0, 0, 0, 0))
        prefixLength = 0
    }

    /// Before an item.
    public init(_ item: NegentropyItem) {
        self.item = item
        prefixLength = 32
    }

    /// A timestamp and the first bytes of an id, at most 32.
    init(timestamp: UInt64, prefix: ArraySlice<UInt8>) {
        item = NegentropyItem(timestamp: timestamp, id: ElementID(reversed: prefix))
        prefixLength = prefix.count
    }

    /// The shortest bound that parts two neighbours.
    public init(between previous: NegentropyItem, and next: NegentropyItem) {
        guard previous.timestamp == next.timestamp else {
            self.init(timestamp: next.timestamp)
            return
        }
        let length = min(previous.id.sharedReversedPrefix(next.id) + 1, 32)
        self.init(NegentropyItem(timestamp: next.timestamp, id: next.id.reversedPrefix(length)), length)
    }

    private init(_ item: NegentropyItem, _ prefixLength: Int) {
        self.item = item
        self.prefixLength = prefixLength
    }
}

extension ElementID {
    /// The first bytes of the reversed identity, zeros after them.
    fileprivate func reversedPrefix(_ length: Int) -> ElementID {
        func mask(_ word: UInt64, _ before: Int) -> UInt64 {
            let kept = min(max(length - before, 0), 8)
            return kept == 8 ? word : word & ((1 << UInt64(kept * 8)) - 1)
        }
        return ElementID(mask(w3, 24), mask(w2, 16), mask(w1, 8), mask(w0, 0))
    }
}
