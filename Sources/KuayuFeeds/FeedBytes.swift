import Glibc
public import KuayuReconcile

/// Bytes that are read by position: in memory, or a file.
public struct FeedBytes: Sendable {
    private enum Storage: Sendable {
        case memory([UInt8])
        case file(OpenFile)
    }

    /// How many.
    ///
    /// Of a file, its size when it was opened.
    public let count: Int
    private let storage: Storage

    /// Bytes in memory.
    public init(_ bytes: [UInt8]) {
        count = bytes.count
        storage = .memory(bytes)
    }

    /// A file, kept open until the last copy of this value is gone.
    ///
    /// - Throws: ``FeedError`` of kind `unavailable` when it is no regular file or cannot be opened.
    public init(path: String) throws(FeedError) {
        self.init(try OpenFile(path: path))
    }

    init(_ file: OpenFile) {
        count = file.count
        storage = .file(file)
    }

    /// The bytes, where they are in memory.
    var inMemory: [UInt8]? {
        if case .memory(let bytes) = storage { bytes } else { nil }
    }

    /// The first bytes, fewer where there are not so many.
    func prefix(_ count: Int) throws(FeedError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(count, self.count))
        var fault: FeedError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(FeedError) {
                _ = try read(at: 0, into: buffer)
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return bytes
    }

    /// Fills `buffer` from `offset` on, less only at the end; returns how many bytes.
    ///
    /// - Throws: ``FeedError`` of kind `unavailable` when the file cannot be read or has become shorter.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FeedError) -> Int {
        let wanted = min(buffer.count, count - offset)
        guard wanted > 0, let target = buffer.baseAddress else { return 0 }
        switch storage {
        case .memory(let bytes):
            bytes.withUnsafeBytes { source in
                guard let start = source.baseAddress else { return }
                target.copyMemory(from: start + offset, byteCount: wanted)
            }
        case .file(let file): try file.read(at: offset, into: target, wanted)
        }
        return wanted
    }

    /// Gives every byte to a digest.
    func update(_ digest: inout some StreamingDigest) throws(FeedError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < count {
            let size = try read(at: offset, into: buffer)
            digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<size]))
            offset += size
        }
    }
}

/// An open file.
final class OpenFile: Sendable {
    let count: Int
    private let descriptor: Int32

    convenience init(path: String) throws(FeedError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FeedError(.unavailable, "a file cannot be opened (errno \(errno))") }
        try self.init(descriptor)
    }

    /// Takes over a descriptor.
    init(_ descriptor: Int32) throws(FeedError) {
        var facts = stat()
        let isFile = fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        self.descriptor = descriptor
        count = isFile ? Int(facts.st_size) : 0
        // `descriptor` is closed by deinit.
        guard isFile else { throw FeedError(.unavailable, "a file cannot be read: it is no regular file") }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit { close(descriptor) }

    func read(at offset: Int, into target: UnsafeMutableRawPointer, _ count: Int) throws(FeedError) {
        var done = 0
        while done < count {
            let size = pread(descriptor, target + done, count - done, off_t(offset + done))
            if size < 0, errno == EINTR { continue }
            guard size > 0 else { throw FeedError(.unavailable, "a file cannot be read, or was cut while it was read") }
            done += size
        }
    }
}
