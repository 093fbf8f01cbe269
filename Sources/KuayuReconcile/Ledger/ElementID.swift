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

    /// A number from 32 bytes, most significant first; nil for any other length.
    ///
    /// The same for the array that a digester returns: a night hashes ten million of them.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.init(Self.word(bytes, 0), Self.word(bytes, 8), Self.word(bytes, 16), Self.word(bytes, 24))
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<(start + 8) { word = word << 8 | UInt64(bytes[index]) }
        return word
    }

    /// The 32 bytes, most significant first.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [w3, w2, w1, w0] { Self.append(word.byteSwapped, to: &bytes) }
        return bytes
    }

    /// The 32 bytes, least significant first, as negentropy spells an item's id.
    public var reversedBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        appendReversed(to: &bytes)
        return bytes
    }

    /// Appends ``reversedBytes``.
    func appendReversed(to bytes: inout [UInt8]) {
        Self.append(w0, to: &bytes)
        Self.append(w1, to: &bytes)
        Self.append(w2, to: &bytes)
        Self.append(w3, to: &bytes)
    }

    /// A number from up to 32 bytes at `offset`, least significant first; what is missing is 0.
    init(reversed bytes: some RandomAccessCollection<UInt8>) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for (index, byte) in bytes.prefix(32).enumerated() {
            let shifted = UInt64(byte) << UInt64(index % 8 * 8)
            switch index / 8 {
            case 0: words.0 |= shifted
            case 1: words.1 |= shifted
            case 2: words.2 |= shifted
            default: words.3 |= shifted
            }
        }
        self.init(words.3, words.2, words.1, words.0)
    }

    /// Order of the reversed bytes, compared one after the other: the order of items in negentropy.
    @inline(__always)
    func precedesReversed(_ other: ElementID) -> Bool {
        if w0 != other.w0 { return w0.byteSwapped < other.w0.byteSwapped }
        if w1 != other.w1 { return w1.byteSwapped < other.w1.byteSwapped }
        if w2 != other.w2 { return w2.byteSwapped < other.w2.byteSwapped }
        return w3.byteSwapped < other.w3.byteSwapped
    }

    /// How many of the reversed bytes are the same from the beginning, at most 32.
    func sharedReversedPrefix(_ other: ElementID) -> Int {
        if w0 != other.w0 { return (w0 ^ other.w0).trailingZeroBitCount / 8 }
        if w1 != other.w1 { return 8 + (w1 ^ other.w1).trailingZeroBitCount / 8 }
        if w2 != other.w2 { return 16 + (w2 ^ other.w2).trailingZeroBitCount / 8 }
        if w3 != other.w3 { return 24 + (w3 ^ other.w3).trailingZeroBitCount / 8 }
        return 32
    }

    /// The sum modulo 2²⁵⁶.
    @inline(__always)
    static func &+= (a: inout ElementID, b: ElementID) {
        let (s0, c0) = a.w0.addingReportingOverflow(b.w0)
        let (s1, c1) = plus(a.w1, b.w1, c0)
        let (s2, c2) = plus(a.w2, b.w2, c1)
        a = ElementID(a.w3 &+ b.w3 &+ (c2 ? 1 : 0), s2, s1, s0)
    }

    /// The difference modulo 2²⁵⁶.
    @inline(__always)
    static func &-= (a: inout ElementID, b: ElementID) {
        let (s0, c0) = a.w0.subtractingReportingOverflow(b.w0)
        let (s1, c1) = minus(a.w1, b.w1, c0)
        let (s2, c2) = minus(a.w2, b.w2, c1)
        a = ElementID(a.w3 &- b.w3 &- (c2 ? 1 : 0), s2, s1, s0)
    }

    @inline(__always)
    private static func plus(_ a: UInt64, _ b: UInt64, _ carry: Bool) -> (UInt64, Bool) {
        let (first, overflow1) = a.addingReportingOverflow(b)
        let (second, overflow2) = first.addingReportingOverflow(carry ? 1 : 0)
        return (second, overflow1 || overflow2)
    }

    @inline(__always)
    private static func minus(_ a: UInt64, _ b: UInt64, _ borrow: Bool) -> (UInt64, Bool) {
        let (first, overflow1) = a.subtractingReportingOverflow(b)
        let (second, overflow2) = first.subtractingReportingOverflow(borrow ? 1 : 0)
        return (second, overflow1 || overflow2)
    }

    private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
