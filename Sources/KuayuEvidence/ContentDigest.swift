import KuayuModel

/// A SHA-256 digest (FIPS 180-4) with its text form `sha256:` and 64 lower-case hexadecimal digits.
public struct ContentDigest: Hashable, Sendable {
    /// Size of the digest.
    public static let byteCount = 32

    /// The 32 bytes.
    public let bytes: [UInt8]

    /// A digest that has been computed, 32 bytes: another number is the caller's mistake and ends the program.
    public init(_ bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a SHA-256 digest has 32 bytes")
        self.bytes = bytes
    }

    /// A digest from its text form; `nil` for anything else, upper-case digits included.
    public init?(text: String) {
        guard text.utf8.count == Self.prefix.utf8.count + 2 * Self.byteCount, text.hasPrefix(Self.prefix) else {
            return nil
        }
        guard let bytes = HexText.decode(text.dropFirst(Self.prefix.count)) else { return nil }
        self.bytes = bytes
        guard self.text == text else { return nil }
    }

    /// The text form: `sha256:ba7816bf…`.
    public var text: String { Self.prefix + HexText.encode(bytes) }

    private static let prefix = "sha256:"
}
