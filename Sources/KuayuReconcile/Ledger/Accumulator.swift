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
        sum &+= other.sum
    }

    /// Takes every element of another set away.
    public mutating func subtract(_ other: Accumulator) {
        count &-= other.count
        sum &-= other.sum
    }

    /// The sum, 64 hexadecimal digits, most significant first.
    public var hexadecimal: String { HexText.encode(sum.bytes) }

    /// First 16 bytes of SHA-256 over the sum (little-endian, 32 bytes) and the count (varint), as in negentropy v1.
    public func fingerprint(_ digester: some Digester) -> [UInt8] {
        Array(digester.digest(fingerprintInput).prefix(16))
    }

    /// What ``fingerprint(_:)`` is the digest of.
    var fingerprintInput: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(42)
        sum.appendReversed(to: &bytes)
        bytes += Self.varint(count)
        return bytes
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
