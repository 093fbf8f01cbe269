import Glibc
import KuayuGateway

/// Reads a regular file up to a limit.
enum FileReader {
    /// All bytes of an open file.
    ///
    /// A file that grows while it is read stays within the limit.
    static func read(_ descriptor: Int32, path: String, limitBytes: Int) throws(PartnerError) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw PartnerError(path: path, code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notFound("\(path): not a regular file") }
        guard status.st_size <= limitBytes else { throw .tooLarge(limitBytes: limitBytes) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw PartnerError(path: path, code: errno) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limitBytes else { throw .tooLarge(limitBytes: limitBytes) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}

/// Entries of a folder.
enum FolderEntry {
    /// The name of an entry.
    static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                String(cString: $0)
            }
        }
    }

    /// Whether a path names a regular file; a link to one is none.
    static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
