import COpenSSL

/// Why a cryptographic operation failed.
///
/// Carries libcrypto's own words and never key material.
public enum CryptoError: Error, Hashable, Sendable {
    /// libcrypto refused or failed; `reason` is its error text.
    case failed(operation: String, reason: String)
    /// Text or bytes that should hold a key or certificate do not.
    case malformed(what: String, reason: String)
    /// A key of another kind than the operation needs.
    case wrongKeyType(expected: String, found: String)
    /// An argument is outside what the operation allows.
    case notAllowed(what: String, reason: String)
    /// A key file could not be read or written; `reason` is the system's error text.
    case file(path: String, reason: String)
}

extension CryptoError: CustomStringConvertible {
    /// One sentence for the log.
    public var description: String {
        switch self {
        case .failed(let operation, let reason): "\(operation) failed: \(reason)"
        case .malformed(let what, let reason): "\(what) cannot be read: \(reason)"
        case .wrongKeyType(let expected, let found): "an \(expected) key is needed, this is \(found)"
        case .notAllowed(let what, let reason): "\(what) is not allowed: \(reason)"
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}

/// Checks one return code of libcrypto, where 1 and only 1 is success.
func require(_ code: CInt, _ operation: String) throws(CryptoError) {
    guard code == 1 else { throw CryptoError.failed(operation: operation, reason: drainErrorQueue()) }
}

/// Empties the error queue of this thread and returns its texts, oldest first.
///
/// Whatever is left in the queue would be reported with the next failure, so every failing call ends here.
@discardableResult
func drainErrorQueue() -> String {
    var reasons: [String] = []
    while true {
        let code = ERR_get_error()
        guard code != 0 else { break }
        reasons.append(errorText(code))
    }
    return reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; ")
}

private func errorText(_ code: CUnsignedLong) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let start = buffer.baseAddress else { return "error \(code)" }
        ERR_error_string_n(code, start, buffer.count)
        return String(cString: start)
    }
}
