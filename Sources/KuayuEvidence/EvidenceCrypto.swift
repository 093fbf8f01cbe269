/// Digests and message authentication that receipts, files and signed headers need; a driver implements them.
public protocol EvidenceCrypto: Sendable {
    /// SHA-256 (FIPS 180-4), 32 bytes.
    func sha256(_ bytes: [UInt8]) -> [UInt8]
    /// SM3 (GB/T 32905-2016), 32 bytes.
    func sm3(_ bytes: [UInt8]) -> [UInt8]
    /// HMAC-SHA256 (RFC 2104), 32 bytes.
    func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8]
}
