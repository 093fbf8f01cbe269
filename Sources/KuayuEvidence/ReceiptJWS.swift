import KuayuFormats

/// Signs receipts.
///
/// The driver keeps the private key.
public protocol ReceiptSigner: Sendable {
    /// Names the key; put into the header of what it signs.
    var keyID: String { get }

    /// The Ed25519 signature (RFC 8032) of some bytes.
    func sign(_ bytes: [UInt8]) throws(ReceiptSigningError) -> [UInt8]
}

/// A receipt could not be signed.
public struct ReceiptSigningError: Error, Hashable, Sendable {
    /// Why, for the log.
    public let reason: String

    /// A failure with its reason.
    public init(reason: String) { self.reason = reason }
}

/// What a verifier says of a signature.
public enum SignatureCheck: Hashable, Sendable {
    /// Made by the named key over exactly these bytes.
    case valid
    /// Not made by the named key over these bytes.
    case invalid
    /// No such key is known.
    case unknownKey
}

/// Checks signatures of receipts with the public keys that are believed.
public protocol ReceiptVerifier: Sendable {
    /// Whether `signature` is that of key `keyID` over `bytes`.
    func check(_ signature: [UInt8], of bytes: [UInt8], keyID: String) -> SignatureCheck
}

/// Receipts in the compact form of JSON Web Signature (RFC 7515, 7.1) with EdDSA (RFC 8037).
///
/// The protected header is always `{"alg":"EdDSA","kid":…,"typ":"kuayu-receipt+jws"}`, in these bytes; nothing in it is
/// negotiated, so no other algorithm can be slipped in.
public enum ReceiptJWS {
    /// Longest compact form that is read.
    public static let limitBytes = 256 * 1024

    /// Signs a receipt.
    public static func sign(
        _ receipt: Receipt, by signer: some ReceiptSigner
    ) throws(ReceiptSigningError) -> String {
        var text = Base64URL.encodedBytes(header(keyID: signer.keyID))
        text.append(dot)
        text += Base64URL.encodedBytes(receipt.canonicalBytes)
        let signature = try signer.sign(text)
        text.append(dot)
        text += Base64URL.encodedBytes(signature)
        return String(decoding: text, as: UTF8.self)
    }

    /// The receipt in a compact form, its signature unchecked: for receipts read from one's own store.
    public static func unverified(_ jws: String) -> Receipt? {
        let parts = jws.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decode(String(parts[1])) else { return nil }
        return try? Receipt(canonicalBytes: payload)
    }

    /// The receipt in a compact form whose signature is valid.
    ///
    /// The payload is not looked at before that.
    public static func verify(_ jws: String, with verifier: some ReceiptVerifier) throws(ReceiptError) -> Receipt {
        let text = Array(jws.utf8)
        guard text.count <= limitBytes else { throw ReceiptError.tooLong(limitBytes: limitBytes) }
        let parts = text.split(separator: dot, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw ReceiptError.notCompact }
        let header = try decode(parts[0], .header)
        let payload = try decode(parts[1], .payload)
        let signature = try decode(parts[2], .signature)
        let keyID = try self.keyID(in: header)
        switch verifier.check(signature, of: Array(text[..<parts[1].endIndex]), keyID: keyID) {
        case .valid: return try Receipt(canonicalBytes: payload)
        case .invalid: throw ReceiptError.badSignature
        case .unknownKey: throw ReceiptError.unknownKey(keyID)
        }
    }

    private static let dot = UInt8(ascii: ".")

    private static func header(keyID: String) -> [UInt8] {
        var bytes = Array("{\"alg\":\"EdDSA\",\"kid\":".utf8)
        CanonicalJSON.appendString(keyID, to: &bytes)
        return bytes + Array(",\"typ\":\"kuayu-receipt+jws\"}".utf8)
    }

    private static func keyID(in header: [UInt8]) throws(ReceiptError) -> String {
        var scanner = CanonicalScanner(header)
        let keyID: String
        do {
            try scanner.expect("{\"alg\":\"EdDSA\",\"kid\":")
            keyID = try scanner.string()
        } catch {
            throw ReceiptError.header(offset: error.offset)
        }
        if let offset = firstDifference(self.header(keyID: keyID), header) { throw ReceiptError.header(offset: offset) }
        return keyID
    }

    private static func decode(_ part: ArraySlice<UInt8>, _ name: ReceiptError.Part) throws(ReceiptError) -> [UInt8] {
        guard let bytes = Base64Alphabet.url.decode(part), !bytes.isEmpty else { throw ReceiptError.notBase64URL(name) }
        return bytes
    }
}
