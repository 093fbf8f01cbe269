public import KuayuEvidence

/// Digests and message authentication by the system's libcrypto.
public struct LibCrypto: EvidenceCrypto {
    /// No state.
    public init() {}

    /// SHA-256 (FIPS 180-4), 32 bytes.
    public func sha256(_ bytes: [UInt8]) -> [UInt8] { SHA256.digest(bytes) }

    /// SM3 (GB/T 32905-2016), 32 bytes.
    public func sm3(_ bytes: [UInt8]) -> [UInt8] { SM3.digest(bytes) }

    /// HMAC-SHA256 (RFC 2104), 32 bytes.
    public func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        do {
            return try HMACSHA256.code(of: message, key: key)
        } catch {
            // The self-test at start has shown that libcrypto can do it; anything else here is memory gone.
            preconditionFailure("HMAC-SHA256 failed: \(error)")
        }
    }
}
