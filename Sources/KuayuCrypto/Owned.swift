import COpenSSL

/// One reference to an object of libcrypto, released when its scope ends.
///
/// The pointer is never stored elsewhere.
struct Owned<Pointer>: ~Copyable {
    /// Valid as long as this value lives.
    let pointer: Pointer
    private let release: (Pointer?) -> Void

    /// Takes over a reference that a constructor of libcrypto returned; `nil` is its way to fail.
    init(_ pointer: Pointer?, _ operation: String, release: @escaping (Pointer?) -> Void) throws(CryptoError) {
        guard let pointer else { throw CryptoError.failed(operation: operation, reason: drainErrorQueue()) }
        self.pointer = pointer
        self.release = release
    }

    deinit {
        release(pointer)
    }
}

/// A key pair or public key that several threads may use at once.
///
/// `@unchecked Sendable`: the pointer is set once and the key never changed. libcrypto allows concurrent use of an
/// object that nobody modifies, its reference count is atomic and its provider cache has a lock of its own
/// (openssl-threads(7)); every signature and verification has a context of its own.
final class KeyHandle: @unchecked Sendable {
    /// Valid as long as this object lives.
    let pointer: OpaquePointer

    /// Takes over a reference to an `EVP_PKEY`; `nil` is libcrypto's way to fail.
    init(_ pointer: OpaquePointer?, _ operation: String) throws(CryptoError) {
        guard let pointer else { throw CryptoError.failed(operation: operation, reason: drainErrorQueue()) }
        self.pointer = pointer
    }

    deinit {
        EVP_PKEY_free(pointer)
    }

    /// The kind of key as libcrypto names it: `ED25519`, `EC`, `RSA`.
    var typeName: String {
        guard let name = EVP_PKEY_get0_type_name(pointer) else { return "unknown" }
        return String(cString: name)
    }
}
