import Glibc

/// Keyed hash of a line's parts, 128 bits wide.
///
/// Two lanes of multiply-and-fold over 16 bytes at a time. Not for secrets: with a key drawn for each comparison nobody
/// can make lines that collide, and what collides by chance shows in the sum.
struct LineHash {
    /// Chooses the place in the table.
    let place: UInt64
    /// Tells lines with the same place apart.
    let check: UInt64

    /// Four words drawn anew for each comparison.
    struct Key: Sendable {
        let words: (UInt64, UInt64, UInt64, UInt64)

        init(using generator: inout some RandomNumberGenerator) {
            // Odd, so that no multiplication loses everything.
            words = (generator.next() | 1, generator.next() | 1, generator.next() | 1, generator.next() | 1)
        }
    }

}

/// A hash under way.
struct LineHasher {
    private let key: LineHash.Key
    private var place: UInt64
    private var check: UInt64

    /// The hash of what was taken so far.
    var hash: LineHash { LineHash(place: place, check: check) }

    init(_ key: LineHash.Key) {
        self.key = key
        place = key.words.0
        check = key.words.2
    }

    /// Takes a part of the line; its length counts.
    @inline(__always)
    mutating func take(_ part: UnsafePointer<UInt8>, _ count: Int) {
        let bytes = UnsafeRawPointer(part)
        var offset = 0
        while offset + 16 <= count {
            mix(Self.load(bytes + offset), Self.load(bytes + offset + 8))
            offset += 16
        }
        if offset < count { takeTail(bytes, count, offset) }
        mix(UInt64(count), 0)
    }

    @inline(__always)
    private mutating func takeTail(_ bytes: UnsafeRawPointer, _ count: Int, _ offset: Int) {
        if count >= 16 {
            mix(Self.load(bytes + count - 16), Self.load(bytes + count - 8))
        } else if count >= 8 {
            mix(Self.load(bytes), Self.load(bytes + count - 8))
        } else {
            var word: UInt64 = 0
            for index in 0..<count { word = word << 8 | UInt64(bytes.load(fromByteOffset: index, as: UInt8.self)) }
            mix(word, 1)
        }
    }

    @inline(__always)
    private mutating func mix(_ a: UInt64, _ b: UInt64) {
        place = Self.fold(place ^ a, b ^ key.words.1)
        check = Self.fold(check ^ b ^ key.words.3, a ^ key.words.0) &+ place
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func load(_ bytes: UnsafeRawPointer) -> UInt64 { bytes.loadUnaligned(as: UInt64.self) }
}
