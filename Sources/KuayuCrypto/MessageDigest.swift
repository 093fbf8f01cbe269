import COpenSSL

/// A digest algorithm of libcrypto, fetched once: a fetch by name for each digest would cost more than the digest of a
/// short case.
///
/// `@unchecked Sendable`: `algorithm` is set once; a fetched `EVP_MD` is never changed and may be shared between
/// threads (openssl-threads(7)); each digest uses a context of its own.
final class MessageDigest: @unchecked Sendable {
    static let sha256 = MessageDigest("SHA256")
    static let sm3 = MessageDigest("SM3")

    /// Size of a digest.
    let byteCount: Int
    private let algorithm: OpaquePointer

    private init(_ name: String) {
        guard let algorithm = EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("libcrypto has no \(name); CryptoSelfTest.run() reports this at start-up")
        }
        self.algorithm = algorithm
        byteCount = Int(EVP_MD_get_size(algorithm))
    }

    deinit {
        EVP_MD_free(algorithm)
    }

    /// Whether libcrypto as configured here has the algorithm.
    static func isAvailable(_ name: String) -> Bool {
        let algorithm = EVP_MD_fetch(nil, name, nil)
        EVP_MD_free(algorithm)
        drainErrorQueue()
        return algorithm != nil
    }

    func digest(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let context = Context()
        return context.digest(bytes, algorithm, byteCount)
    }

    /// Digests in the order of the inputs, with one context for all.
    func digest(many inputs: [[UInt8]]) -> [[UInt8]] {
        let context = Context()
        return inputs.map { context.digest($0, algorithm, byteCount) }
    }

    /// One digest context.
    ///
    /// Its calls fail only when memory is exhausted, where Swift's own allocations end the program too; that is why
    /// digests do not throw.
    private struct Context: ~Copyable {
        private let pointer: OpaquePointer

        init() {
            guard let pointer = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest context") }
            self.pointer = pointer
        }

        deinit {
            EVP_MD_CTX_free(pointer)
        }

        func digest(_ bytes: some Collection<UInt8>, _ algorithm: OpaquePointer, _ byteCount: Int) -> [UInt8] {
            let digest = bytes.withContiguousStorageIfAvailable { digestBuffer($0, algorithm, byteCount) }
            return digest ?? Array(bytes).withUnsafeBufferPointer { digestBuffer($0, algorithm, byteCount) }
        }

        private func digestBuffer(
            _ bytes: UnsafeBufferPointer<UInt8>, _ algorithm: OpaquePointer, _ byteCount: Int
        ) -> [UInt8] {
            [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
                let isDone =
                    EVP_DigestInit_ex(pointer, algorithm, nil) == 1
                    && EVP_DigestUpdate(pointer, bytes.baseAddress, bytes.count) == 1
                    && EVP_DigestFinal_ex(pointer, output.baseAddress, nil) == 1
                precondition(isDone, "libcrypto failed to compute a digest")
                count = byteCount
            }
        }
    }
}
