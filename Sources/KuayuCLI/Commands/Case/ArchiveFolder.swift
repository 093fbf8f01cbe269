import Foundation
import KuayuEvidence

/// Archive packages on disk: folders 0700, files 0600.
enum ArchiveFolder {
    /// Largest file of a package that is read: 256 MiB.
    private static let limitBytes = 256 << 20

    /// Throws unless a folder can be made here without touching anything.
    static func requireEmpty(_ folder: String) throws {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { return }
        let isEmpty = try isFolder.boolValue && FileManager.default.contentsOfDirectory(atPath: folder).isEmpty
        guard isEmpty else { throw CommandFailure("\(folder) is not empty", help: "name a folder that does not exist") }
    }

    /// Writes a package under a temporary name beside its own and renames it: it is there as a whole or not at all.
    static func write(_ files: [ArchiveFile], to folder: String) throws {
        let target = URL(fileURLWithPath: folder).standardizedFileURL.path
        let part = "\(target).part-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try writeAll(files, below: part)
            guard rename(part, target) == 0 else {
                throw CommandFailure(
                    "\(folder) cannot be made: \(String(cString: strerror(errno)))", help: "is it empty?")
            }
        } catch {
            try? FileManager.default.removeItem(atPath: part)
            throw error
        }
    }

    private static func writeAll(_ files: [ArchiveFile], below folder: String) throws {
        try makeFolder(folder)
        for file in files {
            let path = folder + "/" + file.path
            try makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
            guard
                FileManager.default.createFile(
                    atPath: path, contents: Data(file.bytes), attributes: [.posixPermissions: 0o600])
            else { throw CommandFailure("\(path) cannot be written", help: "check space and permissions") }
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            try handle.synchronize()
            try handle.close()
        }
    }

    private static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Every regular file below a folder; links are not followed and not taken.
    static func read(_ folder: String) throws -> [ArchiveFile] {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandFailure("there is no folder \(folder)", help: "name the folder of an archive package")
        }
        return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().compactMap { name in
            let path = folder + "/" + name
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
            if let size = attributes[.size] as? NSNumber, size.intValue > limitBytes {
                throw CommandFailure("\(path) is larger than \(limitBytes) bytes", help: "it is no file of a package")
            }
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure("\(path) cannot be read", help: "check its permissions")
            }
            return ArchiveFile(path: name, bytes: Array(data))
        }
    }

    /// The text of a file that the command line names.
    static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) cannot be read", help: "does it exist?")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
