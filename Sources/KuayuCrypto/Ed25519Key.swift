import COpenSSL
public import KuayuEvidence

/// An Ed25519 key pair (RFC 8032); signs receipts.
public struct Ed25519Key: Sendable {
    /// The public half.
    public let publicKey: Ed25519PublicKey
    private let handle: KeyHandle

    /// A new key from libcrypto's generator.
    public static func generate() throws(CryptoError) -> Ed25519Key {
        try Ed25519Key(handle: KeyHandle(kuayu_generate_ed25519(), "EVP_PKEY_Q_keygen"))
    }

    /// A key from its 32-byte seed, which RFC 8032 calls the private key.
    public init(seed: [UInt8]) throws(CryptoError) {
        guard seed.count == 32 else {
            throw CryptoError.malformed(what: "Ed25519 seed", reason: "\(seed.count) bytes instead of 32")
        }
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        try self.init(handle: KeyHandle(key, "EVP_PKEY_new_raw_private_key"))
    }

    /// A key from unencrypted PKCS#8 PEM (`-----BEGIN PRIVATE KEY-----`, RFC 8410).
    public init(pem: String) throws(CryptoError) {
        try self.init(handle: PEM.privateKey(pem))
    }

    /// A key from a PEM file.
    public static func load(path: String) throws(CryptoError) -> Ed25519Key {
        try Ed25519Key(pem: KeyFile.read(path))
    }

    private init(handle: KeyHandle) throws(CryptoError) {
        publicKey = try Ed25519PublicKey(handle: handle)
        self.handle = handle
    }

    /// The key as unencrypted PKCS#8 PEM.
    public func pem() throws(CryptoError) -> String { try PEM.text(privateKey: handle) }

    /// Writes the key as PEM to a new file that only its owner can read.
    ///
    /// Throws `file` when something exists there already: a signing key is never overwritten.
    public func save(path: String) throws(CryptoError) { try KeyFile.create(path, holding: pem()) }

    /// The 64-byte signature of a message; the same message always has the same one.
    public func signature(of message: [UInt8]) throws(CryptoError) -> [UInt8] {
        let context = try Owned(EVP_MD_CTX_new(), "EVP_MD_CTX_new", release: EVP_MD_CTX_free)
        try require(EVP_DigestSignInit(context.pointer, nil, nil, nil, handle.pointer), "EVP_DigestSignInit")
        var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureByteCount)
        var count = signature.count
        try require(EVP_DigestSign(context.pointer, &signature, &count, message, message.count), "EVP_DigestSign")
        return signature
    }
}

extension Ed25519Key: ReceiptSigner {
    /// The thumbprint of the public half.
    public var keyID: String { publicKey.keyID }

    /// The 64-byte signature; `ReceiptSigningError` carries libcrypto's reason.
    public func sign(_ bytes: [UInt8]) throws(ReceiptSigningError) -> [UInt8] {
        do {
            return try signature(of: bytes)
        } catch {
            throw ReceiptSigningError(reason: error.description)
        }
    }
}
