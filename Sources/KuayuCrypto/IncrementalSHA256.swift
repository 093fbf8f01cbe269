import COpenSSL

/// SHA-256 (FIPS 180-4) by libcrypto over input that comes piece by piece.
///
/// For one thread at a time. Calls fail only when memory is exhausted, where Swift's own allocations end the program
/// too; that is why they do not throw.
public final class IncrementalSHA256 {
    private let context: OpaquePointer

    /// A digest of nothing yet.
    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest context") }
        self.context = context
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto failed to start a digest")
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes further bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "libcrypto failed to digest")
    }

    /// The 32-byte digest of all bytes taken; ends the use of the value.
    public func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            precondition(EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1, "libcrypto failed to digest")
            count = 32
        }
    }
}
