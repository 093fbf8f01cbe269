/// A digest that takes its input piece by piece, so that a large file need not lie in memory.
///
/// The caller brings one; this target knows no cryptographic library.
public protocol StreamingDigest: SendableMetatype {
    /// Takes further bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer)

    /// The digest of all bytes taken; ends the use of the value.
    mutating func finish() -> [UInt8]
}
