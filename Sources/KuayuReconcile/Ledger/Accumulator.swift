public import KuayuModel

/// Sum of element identities modulo 2²⁵⁶ with their number: equal sets have equal sums, in whatever order.
///
/// A group: what is added can be taken away again, so that the sum over a range is the difference of two running sums.
public struct Accumulator: Hashable, Sendable {
    /// How many elements.
    public private(set) var count: UInt64
    /// The sum.
    public private(set) var sum: ElementID

    /// The empty set.
    public init() {
        count = 0
        sum = ElementID(0, 0, 0, 0)
    }

    /// A sum and a number that somebody claims.
    public init(count: UInt64, sum: ElementID) {
        self.count = count
        self.sum = sum
    }

    /// Adds one identity.
    @inlinable
    public mutating func add(_ id: ElementID) { add(Accumulator(count: 1, sum: id)) }

    /// Takes one identity away.
    @inlinable
    public mutating func subtract(_ id: ElementID) { subtract(Accumulator(count: 1, sum: id)) }

    /// Adds every element of another set.
    public mutating func add(_ other: Accumulator) {
        count &+= other.count
        var carry: UInt64 = 0
        sum.w0 = Self.plus(sum.w0, other.sum.w0, &carry)
        sum.w1 = Self.plus(sum.w1, other.sum.w1, &carry)
        sum.w2 = Self.plus(sum.w2, other.sum.w2, &carry)
        sum.w3 = Self.plus(sum.w3, other.sum.w3, &carry)
    }

    /// Takes every element of another set away.
    public mutating func subtract(_ other: Accumulator) {
        count &-= other.count
        var borrow: UInt64 = 0
        sum.w0 = Self.minus(sum.w0, other.sum.w0, &borrow)
        sum.w1 = Self.minus(sum.w1, other.sum.w1, &borrow)
        sum.w2 = Self.minus(sum.w2, other.sum.w2, &borrow)
        sum.w3 = Self.minus(sum.w3, other.sum.w3, &borrow)
    }

    private static func plus(_ a: UInt64, _ b: UInt64, _ carry: inout UInt64) -> UInt64 {
        let (first, overflow1) = a.addingReportingOverflow(b)
        let (second, overflow2) = first.addingReportingOverflow(carry)
        carry = overflow1 || overflow2 ? 1 : 0
        return second
    }

    private static func minus(_ a: UInt64, _ b: UInt64, _ borrow: inout UInt64) -> UInt64 {
        let (first, overflow1) = a.subtractingReportingOverflow(b)
        let (second, overflow2) = first.subtractingReportingOverflow(borrow)
        borrow = overflow1 || overflow2 ? 1 : 0
        return second
    }

    /// The sum, 64 hexadecimal digits, most significant first.
    public var hexadecimal: String { HexText.encode(sum.bytes) }

    /// First 16 bytes of SHA-256 over the sum (little-endian, 32 bytes) and the count (varint), as in negentropy v1.
    public func fingerprint(_ digester: some Digester) -> [UInt8] {
        Array(digester.digest(sum.bytes.reversed() + Self.varint(count)).prefix(16))
    }

    /// Seven bits a byte, most significant first, high bit on all but the last.
    static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value >> 7
        var bytes = [UInt8(value & 127)]
        while rest > 0 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return bytes.reversed()
    }
}
