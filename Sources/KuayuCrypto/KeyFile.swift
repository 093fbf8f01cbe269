import Glibc

/// Files that hold keys and certificates.
enum KeyFile {
    /// The text of a file of at most ``PEM/limitBytes`` bytes.
    static func read(_ path: String) throws(CryptoError) -> String {
        let file = try Descriptor(path, open(path, O_RDONLY | O_CLOEXEC))
        var bytes = [UInt8](repeating: 0, count: PEM.limitBytes + 1)
        var used = 0
        while used < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file.number, buffer.baseAddress?.advanced(by: used), buffer.count - used)
            }
            if count == 0 { break }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw systemError(path) }
            used += count
        }
        guard used <= PEM.limitBytes else {
            throw CryptoError.file(path: path, reason: "longer than \(PEM.limitBytes) bytes")
        }
        return String(decoding: bytes.prefix(used), as: UTF8.self)
    }

    /// Writes a new file, mode 0600, and forces it to stable storage.
    static func create(_ path: String, holding text: String) throws(CryptoError) {
        let file = try Descriptor(path, open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
        let bytes = [UInt8](text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(file.number, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw systemError(path) }
            written += count
        }
        guard fsync(file.number) == 0 else { throw systemError(path) }
    }

    private static func systemError(_ path: String) -> CryptoError {
        CryptoError.file(path: path, reason: String(cString: strerror(errno)))
    }

    /// An open file, closed when its scope ends.
    private struct Descriptor: ~Copyable {
        let number: CInt

        init(_ path: String, _ number: CInt) throws(CryptoError) {
            guard number >= 0 else { throw systemError(path) }
            self.number = number
        }

        deinit {
            close(number)
        }
    }
}
