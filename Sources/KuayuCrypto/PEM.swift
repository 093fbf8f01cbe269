import COpenSSL

/// Reads and writes PEM (RFC 7468) and memory of libcrypto's `BIO`.
enum PEM {
    /// Largest PEM text that is read; a chain of ten RSA certificates has about 20 KiB.
    static let limitBytes = 1 << 20

    /// Reads an unencrypted private key.
    static func privateKey(_ text: String) throws(CryptoError) -> KeyHandle {
        // An encrypted key would make libcrypto ask on the terminal: the callback declines instead.
        let key = try read(text, "private key") { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
        return try KeyHandle(key, "PEM_read_bio_PrivateKey")
    }

    /// Reads a public key (`SubjectPublicKeyInfo`).
    static func publicKey(_ text: String) throws(CryptoError) -> KeyHandle {
        let key = try read(text, "public key") { PEM_read_bio_PUBKEY($0, nil, { _, _, _, _ in -1 }, nil) }
        return try KeyHandle(key, "PEM_read_bio_PUBKEY")
    }

    /// Reads the first certificate.
    static func certificate(_ text: String) throws(CryptoError) -> Owned<OpaquePointer> {
        let certificate = try read(text, "certificate") { PEM_read_bio_X509($0, nil, { _, _, _, _ in -1 }, nil) }
        return try Owned(certificate, "PEM_read_bio_X509", release: X509_free)
    }

    /// Writes a private key as unencrypted PKCS#8 (RFC 5958).
    static func text(privateKey key: KeyHandle) throws(CryptoError) -> String {
        try write("PEM_write_bio_PKCS8PrivateKey") {
            PEM_write_bio_PKCS8PrivateKey($0, key.pointer, nil, nil, 0, nil, nil)
        }
    }

    /// Writes a public key (`SubjectPublicKeyInfo`).
    static func text(publicKey key: KeyHandle) throws(CryptoError) -> String {
        try write("PEM_write_bio_PUBKEY") { PEM_write_bio_PUBKEY($0, key.pointer) }
    }

    /// Writes a certificate.
    static func text(certificate: borrowing Owned<OpaquePointer>) throws(CryptoError) -> String {
        let pointer = certificate.pointer
        return try write("PEM_write_bio_X509") { PEM_write_bio_X509($0, pointer) }
    }

    /// What a function of libcrypto writes into a memory `BIO`.
    static func write(_ operation: String, _ body: (OpaquePointer) -> CInt) throws(CryptoError) -> String {
        let bio = try Owned(BIO_new(BIO_s_mem()), "BIO_new") { _ = BIO_free($0) }
        try require(body(bio.pointer), operation)
        var start: UnsafeMutablePointer<CChar>?
        let count = kuayu_bio_bytes(bio.pointer, &start)
        guard let start, count > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Calls `body` with a `BIO` over the text.
    ///
    /// `nil` from it means that the text holds no such thing.
    static func read(
        _ text: String, _ what: String, _ body: (OpaquePointer) -> OpaquePointer?
    ) throws(CryptoError) -> OpaquePointer {
        let bytes = [UInt8](text.utf8)
        guard bytes.count <= limitBytes else {
            throw CryptoError.malformed(what: what, reason: "longer than \(limitBytes) bytes")
        }
        let found = bytes.withUnsafeBytes { buffer -> OpaquePointer? in
            guard let bio = BIO_new_mem_buf(buffer.baseAddress, CInt(buffer.count)) else { return nil }
            defer { BIO_free(bio) }
            return body(bio)
        }
        guard let found else { throw CryptoError.malformed(what: what, reason: drainErrorQueue()) }
        return found
    }
}
