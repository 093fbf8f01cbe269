import Glibc
import KuayuGateway

/// Writes a file so that it appears whole or not at all.
enum FileWriter {
    /// Writes beside the target, syncs, renames, syncs the folder.
    static func write(_ bytes: [UInt8], to path: String) -> PartnerOutcome {
        let (folder, name) = split(path)
        let temporary = "\(folder)/.\(name).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { return notSent("create", errno) }
        if let code = writeAll(bytes, descriptor) ?? sync(descriptor) {
            close(descriptor)
            unlink(temporary)
            return notSent("write", code)
        }
        guard close(descriptor) == 0 else {
            let code = errno
            unlink(temporary)
            return notSent("close", code)
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            return notSent("rename", code)
        }
        if let code = syncFolder(of: path) {
            // It bears its name, but may lose it with the power.
            return .possiblySent(reason: "sync of the folder: \(String(cString: strerror(code)))")
        }
        return .answered(status: 201, headers: [], body: [])
    }

    /// Makes names in the folder of `path` durable.
    ///
    /// Returns the error, if any.
    static func syncFolder(of path: String) -> Int32? {
        let descriptor = open(split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return sync(descriptor)
    }

    private static func sync(_ descriptor: Int32) -> Int32? {
        fsync(descriptor) == 0 ? nil : errno
    }

    private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Int32? {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return errno }
            written += count
        }
        return nil
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private static func notSent(_ step: String, _ code: Int32) -> PartnerOutcome {
        .notSent(reason: "\(step): \(String(cString: strerror(code)))")
    }
}
