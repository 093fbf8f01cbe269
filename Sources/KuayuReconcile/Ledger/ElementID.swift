/// Identity of one element of a ledger: a 256-bit number, the digest of the element's bytes read big-endian.
///
/// Four words rather than an array, so that ten million of them need no allocation.
public struct ElementID: Hashable, Sendable {
    /// The most significant 64 bits.
    public var w3: UInt64
    /// Bits 128 to 191.
    public var w2: UInt64
    /// Bits 64 to 127.
    public var w1: UInt64
    /// The least significant 64 bits.
    public var w0: UInt64

    /// A number from its words, most significant first.
    public init(_ w3: UInt64, _ w2: UInt64, _ w1: UInt64, _ w0: UInt64) {
        self.w3 = w3
        self.w2 = w2
        self.w1 = w1
        self.w0 = w0
    }

    /// A number from 32 bytes, most significant first; nil for any other length.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var index = 0
        for byte in bytes {
            switch index / 8 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            default: words.3 = words.3 << 8 | UInt64(byte)
            }
            index += 1
        }
        self.init(words.0, words.1, words.2, words.3)
    }

    /// The 32 bytes, most significant first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [w3, w2, w1, w0] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return bytes
    }
}
