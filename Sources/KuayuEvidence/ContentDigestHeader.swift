/// The header `Content-Digest` (RFC 9530): digests of the body as it travels, a dictionary by algorithm.
public enum ContentDigestHeader {
    /// Name of the header.
    public static let name = "Content-Digest"

    /// Writes the header with one SHA-256 digest: `sha-256=:…:`.
    public static func write(_ digest: ContentDigest) -> String {
        let text = String(decoding: Base64Alphabet.standard.encode(digest.bytes, padded: true), as: UTF8.self)
        return "sha-256=:\(text):"
    }

    /// Reads the header and returns its SHA-256 digest; `nil` when it holds other algorithms only.
    ///
    /// Throws ``StructuredFieldError``, with `.member` when `sha-256` is not 32 bytes.
    public static func parse(_ value: String) throws(StructuredFieldError) -> ContentDigest? {
        let members = try StructuredField.dictionary(value)
        guard let member = members.first(where: { $0.key == "sha-256" })?.member else { return nil }
        guard case .item(let item) = member else { throw StructuredFieldError(.member, offset: 0) }
        guard case .bytes(let bytes) = item.value, bytes.count == ContentDigest.byteCount else {
            throw StructuredFieldError(.member, offset: item.offset)
        }
        return ContentDigest(bytes)
    }
}
