public import KuayuModel

/// SHA-256 (FIPS 180-4) by libcrypto.
public struct SHA256: Digester, Hashable {
    /// The algorithm as a value, to be passed as a digester.
    public init() {}

    /// The 32-byte digest.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] { MessageDigest.sha256.digest(bytes) }

    /// The 32-byte digest of a part of a message.
    public static func digest(_ bytes: ArraySlice<UInt8>) -> [UInt8] { MessageDigest.sha256.digest(bytes) }

    /// The digests of many messages, in their order; cheaper than one call for each.
    public static func digest(many inputs: [[UInt8]]) -> [[UInt8]] { MessageDigest.sha256.digest(many: inputs) }

    /// The digest as 64 lower-case hexadecimal digits.
    public static func hex(_ bytes: [UInt8]) -> String { HexText.encode(digest(bytes)) }

    /// The 32-byte digest.
    public func digest(_ bytes: [UInt8]) -> [UInt8] { Self.digest(bytes) }

    /// The digests of many messages, in their order; cheaper than one call for each.
    public func digest(many inputs: [[UInt8]]) -> [[UInt8]] { Self.digest(many: inputs) }
}

/// SM3 (GB/T 32905-2016) by libcrypto.
public struct SM3: Digester, Hashable {
    /// The algorithm as a value, to be passed as a digester.
    public init() {}

    /// The 32-byte digest.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] { MessageDigest.sm3.digest(bytes) }

    /// The digests of many messages, in their order; cheaper than one call for each.
    public static func digest(many inputs: [[UInt8]]) -> [[UInt8]] { MessageDigest.sm3.digest(many: inputs) }

    /// The digest as 64 lower-case hexadecimal digits.
    public static func hex(_ bytes: [UInt8]) -> String { HexText.encode(digest(bytes)) }

    /// The 32-byte digest.
    public func digest(_ bytes: [UInt8]) -> [UInt8] { Self.digest(bytes) }

    /// The digests of many messages, in their order; cheaper than one call for each.
    public func digest(many inputs: [[UInt8]]) -> [[UInt8]] { Self.digest(many: inputs) }
}
