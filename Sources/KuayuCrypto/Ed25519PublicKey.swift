import COpenSSL
public import KuayuEvidence

/// The public half of an Ed25519 key (RFC 8032); verifies receipts signed with that key.
public struct Ed25519PublicKey: Sendable {
    /// Size of a raw public key.
    public static let byteCount = 32
    /// Size of a signature.
    public static let signatureByteCount = 64

    /// The key as RFC 8032 encodes it, 32 bytes.
    public let rawBytes: [UInt8]
    /// The thumbprint of the key (RFC 7638, RFC 8037 A.3): the `kid` of what it signs.
    public let keyID: String
    private let handle: KeyHandle

    /// A key from its 32 raw bytes.
    ///
    /// Throws `malformed` for another number of bytes. Bytes that are no point of the curve are found at the first
    /// verification, which then fails.
    public init(rawBytes: [UInt8]) throws(CryptoError) {
        guard rawBytes.count == Self.byteCount else {
            throw CryptoError.malformed(what: "Ed25519 public key", reason: "\(rawBytes.count) bytes instead of 32")
        }
        let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, rawBytes, rawBytes.count)
        try self.init(handle: KeyHandle(key, "EVP_PKEY_new_raw_public_key"))
    }

    /// A key from PEM (`-----BEGIN PUBLIC KEY-----`).
    public init(pem: String) throws(CryptoError) {
        try self.init(handle: PEM.publicKey(pem))
    }

    /// A key from the member `x` of its JWK (RFC 8037, 2): base64url of the raw bytes.
    public init(x: String) throws(CryptoError) {
        guard let bytes = Base64URL.decode(x) else {
            throw CryptoError.malformed(what: "Ed25519 public key", reason: "x is not base64url without padding")
        }
        try self.init(rawBytes: bytes)
    }

    init(handle: KeyHandle) throws(CryptoError) {
        guard EVP_PKEY_get_id(handle.pointer) == EVP_PKEY_ED25519 else {
            throw CryptoError.wrongKeyType(expected: "ED25519", found: handle.typeName)
        }
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        var count = bytes.count
        try require(EVP_PKEY_get_raw_public_key(handle.pointer, &bytes, &count), "EVP_PKEY_get_raw_public_key")
        self.handle = handle
        rawBytes = bytes
        // The members in the order and spelling that RFC 7638, 3.2 prescribes for the digest.
        let members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"\(Base64URL.encode(bytes))\"}"
        keyID = Base64URL.encode(SHA256.digest([UInt8](members.utf8)))
    }

    /// The raw bytes as base64url: the member `x` of the JWK.
    public var x: String { Base64URL.encode(rawBytes) }

    /// The key as a JSON Web Key (RFC 8037, 2) with its `kid`, members sorted.
    public var jwk: String { "{\"crv\":\"Ed25519\",\"kid\":\"\(keyID)\",\"kty\":\"OKP\",\"x\":\"\(x)\"}" }

    /// The key as PEM.
    public func pem() throws(CryptoError) -> String { try PEM.text(publicKey: handle) }

    /// Whether `signature` is this key's signature of `message`.
    ///
    /// Anything that cannot be verified is not valid.
    public func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == Self.signatureByteCount, let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            drainErrorQueue()
        }
        return EVP_DigestVerifyInit(context, nil, nil, nil, handle.pointer) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

extension Ed25519PublicKey: Hashable {
    /// Two keys are the same when their bytes are.
    public static func == (left: Self, right: Self) -> Bool { left.rawBytes == right.rawBytes }

    /// Feeds the raw bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawBytes) }
}

extension Ed25519PublicKey: ReceiptVerifier {
    /// Checks a signature made under this key's own id; any other id is unknown.
    public func check(_ signature: [UInt8], of bytes: [UInt8], keyID: String) -> SignatureCheck {
        guard keyID == self.keyID else { return .unknownKey }
        return isValid(signature, for: bytes) ? .valid : .invalid
    }
}

/// The public keys whose receipts are believed: several at once, so that a key can be replaced without a gap.
public struct Ed25519KeyRing: ReceiptVerifier {
    private let keys: [String: Ed25519PublicKey]

    /// A ring of keys, found by their ``Ed25519PublicKey/keyID``.
    public init(_ keys: [Ed25519PublicKey]) {
        self.keys = Dictionary(keys.map { ($0.keyID, $0) }) { first, _ in first }
    }

    /// Checks a signature with the key of that id.
    public func check(_ signature: [UInt8], of bytes: [UInt8], keyID: String) -> SignatureCheck {
        keys[keyID]?.check(signature, of: bytes, keyID: keyID) ?? .unknownKey
    }
}
