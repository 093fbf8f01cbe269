public import KuayuModel

/// The current state of one case in one ledger, as both sides must be able to write it down.
///
/// Its identity is the digest of `kuayu-recon-1` LF case LF version LF status LF content LF nonce LF. Texts are ASCII
/// without LF. The nonce, known to the parties only, keeps others from guessing what a digest stands for.
public struct LedgerElement: Hashable, Sendable {
    /// Federation id.
    public var caseID: String
    /// The last version told to, or by, the hub.
    public var version: Int
    /// The canonical state told to, or by, the hub.
    public var status: String
    /// Digest of the case as released to the hub, or `-` where it cannot say.
    public var contentDigest: String
    /// The case's nonce.
    public var nonce: String
    /// Unix seconds of the registration.
    public var registeredAt: Int64

    /// An element.
    public init(
        caseID: String, version: Int, status: String, contentDigest: String, nonce: String, registeredAt: Int64
    ) {
        self.caseID = caseID
        self.version = version
        self.status = status
        self.contentDigest = contentDigest
        self.nonce = nonce
        self.registeredAt = registeredAt
    }

    /// The bytes whose digest is the element's identity.
    public var signedBytes: [UInt8] {
        Array("kuayu-recon-1\n\(caseID)\n\(version)\n\(status)\n\(contentDigest)\n\(nonce)\n".utf8)
    }
}

/// Sum of element identities modulo 2²⁵⁶ with their number: equal sets have equal sums, in whatever order.
public struct Accumulator: Hashable, Sendable {
    /// How many elements.
    public private(set) var count: UInt64 = 0
    /// The sum, least significant word first.
    public private(set) var words: [UInt64] = [0, 0, 0, 0]

    /// The empty set.
    public init() {}

    /// Adds one identity: 32 bytes, read as a big-endian number.
    public mutating func add(_ identity: [UInt8]) {
        precondition(identity.count == 32, "an identity has 32 bytes")
        var carry: UInt64 = 0
        for word in 0..<4 {
            var value: UInt64 = 0
            for byte in 0..<8 { value = value << 8 | UInt64(identity[(3 - word) * 8 + byte]) }
            let (first, overflow1) = words[word].addingReportingOverflow(value)
            let (second, overflow2) = first.addingReportingOverflow(carry)
            words[word] = second
            carry = overflow1 || overflow2 ? 1 : 0
        }
        count += 1
    }

    /// The sum, 64 hexadecimal digits, most significant first.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for word in words.reversed() {
            for shift in stride(from: 60, through: 0, by: -4) { text.append(digits[Int(word >> UInt64(shift) & 15)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// First 16 bytes of SHA-256 over the sum (little-endian, 32 bytes) and the count (varint), as in negentropy v1.
    public func fingerprint(_ digester: some Digester) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in words {
            for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(word >> UInt64(shift) & 255)) }
        }
        bytes += varint(count)
        return Array(digester.digest(bytes).prefix(16))
    }

    /// Seven bits a byte, most significant first, high bit on all but the last.
    private func varint(_ value: UInt64) -> [UInt8] {
        var rest = value >> 7
        var bytes = [UInt8(value & 127)]
        while rest > 0 {
            bytes.insert(UInt8(rest & 127) | 128, at: 0)
            rest >>= 7
        }
        return bytes
    }
}
