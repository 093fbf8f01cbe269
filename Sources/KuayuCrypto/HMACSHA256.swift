import COpenSSL

/// HMAC-SHA256 (RFC 2104) by libcrypto, and the signature headers that are made with it.
public enum HMACSHA256 {
    /// The 32-byte code of `bytes` under `key`.
    ///
    /// Throws `failed` when libcrypto does. A key of any length is taken; longer than 64 bytes it is digested first.
    public static func code(of bytes: [UInt8], key: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard key.count <= Int(CInt.max) else {
            throw CryptoError.notAllowed(what: "key", reason: "longer than \(CInt.max) bytes")
        }
        var code = [UInt8](repeating: 0, count: 32)
        let result = HMAC(EVP_sha256(), key, CInt(key.count), bytes, bytes.count, &code, nil)
        guard result != nil else { throw CryptoError.failed(operation: "HMAC", reason: drainErrorQueue()) }
        return code
    }

    /// The code as Base64 with padding (RFC 4648, 4).
    public static func base64(of bytes: [UInt8], key: [UInt8]) throws(CryptoError) -> String {
        base64Text(try code(of: bytes, key: key))
    }

    /// Whether `base64` is the code of `bytes` under `key`, compared in constant time.
    public static func isValid(_ base64: String, for bytes: [UInt8], key: [UInt8]) throws(CryptoError) -> Bool {
        let expected = try self.base64(of: bytes, key: key)
        return ConstantTime.areEqual([UInt8](expected.utf8), [UInt8](base64.utf8))
    }
}

/// Comparison that takes as long for a wrong value as for the right one, so that time does not tell how much was right.
public enum ConstantTime {
    /// Whether both hold the same bytes.
    ///
    /// Only a difference in length shows in the time it takes.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}

/// Base64 with padding (RFC 4648, 4) by libcrypto.
func base64Text(_ bytes: [UInt8]) -> String {
    // EVP_EncodeBlock ends its text with a zero byte.
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&text, bytes, CInt(bytes.count))
    return String(decoding: text.prefix(Int(count)), as: UTF8.self)
}
