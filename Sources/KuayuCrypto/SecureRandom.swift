import COpenSSL

/// Random bytes that nobody can foretell, from libcrypto's generator.
public enum SecureRandom {
    /// Largest number of bytes for one call.
    public static let limitBytes = 1 << 20

    /// `count` random bytes, 0 … ``limitBytes``.
    ///
    /// Throws `failed` when the system has no entropy, `notAllowed` outside the range.
    public static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        guard (0...limitBytes).contains(count) else {
            throw CryptoError.notAllowed(what: "number of random bytes", reason: "\(count) is not in 0…\(limitBytes)")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        try require(RAND_bytes(&bytes, CInt(count)), "RAND_bytes")
        return bytes
    }
}
