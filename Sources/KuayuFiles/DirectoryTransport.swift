import Glibc
public import KuayuGateway

/// Partners that are reached through directories of this machine: mounted exchanges, the demo, tests.
///
/// Calls block for as long as the file system does; files of an exchange are small. A file appears under its name at
/// once and whole (written under `.name.part`, synced, renamed, folder synced), as POSIX `rename` promises.
public struct DirectoryTransport: PartnerTransport {
    /// A transport; it holds nothing.
    public init() {}

    /// Directories answer no requests: always ``PartnerOutcome/notSent(reason:)``.
    public func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        completion(.notSent(reason: "the directory driver speaks no HTTP"))
    }

    /// Writes a file so that it appears whole and durable, or not at all; one of that name is replaced.
    public func put(
        _ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void
    ) {
        do throws(PartnerError) {
            let path = try resolve(file.path, at: place)
            completion(FileWriter.write(file.bytes, to: path))
        } catch {
            completion(.notSent(reason: error.reason))
        }
    }

    /// The names of the regular files in a folder, sorted, without those that begin with a dot.
    public func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String] {
        let path = try resolve(folder, at: place, allowsRoot: true)
        guard let directory = opendir(path) else { throw PartnerError(path: folder, code: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = FolderEntry.name(of: entry)
            if !name.hasPrefix("."), FolderEntry.isRegularFile(path + "/" + name) { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw PartnerError(path: folder, code: errno) }
        return names.sorted()
    }

    /// The bytes of a file; a symbolic link is refused.
    public func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8] {
        let resolved = try resolve(path, at: place)
        let descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw PartnerError(path: path, code: errno) }
        defer { close(descriptor) }
        return try FileReader.read(descriptor, path: path, limitBytes: limitBytes)
    }

    /// Renames a file; one of the target's name is replaced.
    public func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError) {
        let from = try resolve(path, at: place)
        let to = try resolve(target, at: place)
        guard rename(from, to) == 0 else { throw PartnerError(path: path, code: errno) }
        if let code = FileWriter.syncFolder(of: to) { throw PartnerError(path: target, code: code) }
    }

    /// The absolute path of a relative one.
    ///
    /// Refused: absolute paths, `.`, `..`, empty components, control characters.
    private func resolve(
        _ path: String, at place: PartnerPlace, allowsRoot: Bool = false
    ) throws(PartnerError) -> String {
        guard case .directory(let root) = place else { throw .unavailable("the directory driver knows no servers") }
        var relative = path[...]
        if allowsRoot, relative.hasSuffix("/"), relative != "/" { relative.removeLast() }
        if relative.isEmpty, allowsRoot { return root }
        let parts = relative.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
        guard isSafe else {
            throw .unavailable("the path is absolute, leaves its root or holds a control character")
        }
        return root + "/" + relative
    }
}

extension PartnerError {
    /// A failed call of the operating system.
    init(path: String, code: Int32) {
        let text = "\(path): \(String(cString: strerror(code)))"
        self = code == ENOENT || code == ENOTDIR ? .notFound(text) : .unavailable(text)
    }
}
