/// Computes digests of 32 bytes; the ledgers, receipts and keyed hashes are built on it.
///
/// The program uses an implementation of the crypto library; tests and the simulation use ``PortableDigester``.
public protocol Digester: Sendable {
    /// The digest of some bytes.
    func digest(_ bytes: [UInt8]) -> [UInt8]

    /// The digests of several inputs, in their order.
    func digest(many inputs: [[UInt8]]) -> [[UInt8]]
}

extension Digester {
    /// One digest after the other.
    public func digest(many inputs: [[UInt8]]) -> [[UInt8]] { inputs.map { digest($0) } }
}

/// SHA-256 without any library.
public struct PortableDigester: Digester, Hashable {
    /// A digester; it has no state.
    public init() {}

    /// SHA-256 of some bytes, 32 bytes.
    public func digest(_ bytes: [UInt8]) -> [UInt8] { SHA256Digest.digest(bytes) }
}

/// SHA-256 (FIPS 180-4) in plain Swift, for tests and the simulation.
///
/// Not hardened against side channels.
public struct SHA256Digest: Sendable {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var schedule = [UInt32](repeating: 0, count: 64)
    private var pending: [UInt8] = []
    private var byteCount: UInt64 = 0

    /// A digest of nothing yet.
    public init() { pending.reserveCapacity(64) }

    /// SHA-256 of some bytes, 32 bytes.
    public static func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var digest = SHA256Digest()
        digest.update(bytes)
        return digest.finish()
    }

    /// Takes further bytes.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            pending.append(byte)
            byteCount &+= 1
            if pending.count == 64 { compress() }
        }
    }

    /// The digest of all bytes taken, 32 bytes.
    ///
    /// Ends the use of this value.
    public consuming func finish() -> [UInt8] {
        let bitCount = byteCount &* 8
        pending.append(0x80)
        if pending.count > 56 {
            pending += [UInt8](repeating: 0, count: 64 - pending.count)
            compress()
        }
        pending += [UInt8](repeating: 0, count: 56 - pending.count)
        pending += Self.bigEndian(bitCount, byteCount: 8)
        compress()
        return state.flatMap { Self.bigEndian(UInt64($0), byteCount: 4) }
    }

    private static func bigEndian(_ value: UInt64, byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> UInt64((byteCount - 1 - $0) * 8)) }
    }

    /// FIPS 180-4, 6.2.2, on the 64 pending bytes.
    private mutating func compress() {
        expand()
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<64 {
            let s1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
            let choice = (e & f) ^ (~e & g)
            let t1 = h &+ s1 &+ choice &+ Self.constants[round] &+ schedule[round]
            let s0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            (h, g, f, e) = (g, f, e, d &+ t1)
            (d, c, b, a) = (c, b, a, t1 &+ s0 &+ majority)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func expand() {
        for index in 0..<16 {
            let start = index * 4
            let high = UInt32(pending[start]) << 24 | UInt32(pending[start + 1]) << 16
            schedule[index] = high | UInt32(pending[start + 2]) << 8 | UInt32(pending[start + 3])
        }
        for index in 16..<64 {
            let (w15, w2) = (schedule[index - 15], schedule[index - 2])
            let s0 = Self.rotate(w15, 7) ^ Self.rotate(w15, 18) ^ (w15 >> 3)
            let s1 = Self.rotate(w2, 17) ^ Self.rotate(w2, 19) ^ (w2 >> 10)
            schedule[index] = schedule[index - 16] &+ s0 &+ schedule[index - 7] &+ s1
        }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
