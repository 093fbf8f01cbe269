import CZlib
import Glibc
public import KuayuReconcile

/// gzip (RFC 1952): unpacking with a limit, packing.
public enum Gzip {
    private static let bufferBytes = 1 << 18
    /// Window of 32 KiB, gzip framing (zlib.h, inflateInit2).
    private static let windowBits: CInt = 15 + 16

    /// Unpacks; several members one behind the other count as one file.
    ///
    /// - Throws: ``FeedError`` of kind `limit` when more than `limit` bytes come out, `count` when the input ends too
    ///   early, `unreadable` when it is not gzip, its checksum fails or something follows it.
    public static func inflate(_ bytes: [UInt8], limit: Int) throws(FeedError) -> [UInt8] {
        var plain: [UInt8] = []
        try inflate(FeedBytes(bytes), limit: limit) { part throws(FeedError) in plain.append(contentsOf: part) }
        return plain
    }

    /// Packs.
    public static func deflate(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        var encoder = GzipEncoder(level: level)
        return encoder.append(bytes) + encoder.finish()
    }

    /// Unpacks into a file without a name in `folder`, which is gone when the last copy of the result is.
    static func inflate(_ packed: FeedBytes, limit: Int, folder: String) throws(FeedError) -> FeedBytes {
        let descriptor = try temporaryFile(folder)
        do throws(FeedError) {
            try inflate(packed, limit: limit) { part throws(FeedError) in try write(descriptor, part) }
        } catch {
            close(descriptor)
            throw error
        }
        return FeedBytes(try OpenFile(descriptor))
    }

    private static func temporaryFile(_ folder: String) throws(FeedError) -> CInt {
        var template = Array((folder + "/.kuayu-feed-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw FeedError(.unavailable, "no file can be made to unpack into (errno \(errno))")
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func write(_ descriptor: CInt, _ part: UnsafeBufferPointer<UInt8>) throws(FeedError) {
        var rest = UnsafeRawBufferPointer(part)
        while let base = rest.baseAddress, !rest.isEmpty {
            let size = Glibc.write(descriptor, base, rest.count)
            if size < 0, errno == EINTR { continue }
            guard size > 0 else { throw FeedError(.unavailable, "a file cannot be unpacked (errno \(errno))") }
            rest = UnsafeRawBufferPointer(rebasing: rest[size...])
        }
    }

    /// Unpacks piece by piece.
    static func inflate(
        _ packed: FeedBytes, limit: Int, _ take: (UnsafeBufferPointer<UInt8>) throws(FeedError) -> Void
    ) throws(FeedError) {
        var decoder = try Decoder(packed, limit)
        try decoder.run(take)
    }

    private struct Decoder: ~Copyable {
        private let packed: FeedBytes
        private var rest: Int
        private var offset = 0
        private let stream: UnsafeMutablePointer<z_stream>
        private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferBytes, alignment: 16)
        private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bufferBytes)

        init(_ packed: FeedBytes, _ limit: Int) throws(FeedError) {
            self.packed = packed
            rest = limit
            stream = .allocate(capacity: 1)
            stream.initialize(to: z_stream())
            let size = CInt(MemoryLayout<z_stream>.size)
            guard inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK else {
                throw FeedError(.unavailable, "zlib cannot be started")
            }
        }

        deinit {
            inflateEnd(stream)
            stream.deallocate()
            input.deallocate()
            output.deallocate()
        }

        mutating func run(_ take: (UnsafeBufferPointer<UInt8>) throws(FeedError) -> Void) throws(FeedError) {
            var isBetweenMembers = false
            while true {
                if stream.pointee.avail_in == 0, try !fill() {
                    guard isBetweenMembers else { throw FeedError(.count, "the packed file ends too early") }
                    return
                }
                if isBetweenMembers { inflateReset(stream) }
                isBetweenMembers = try step(take)
            }
        }

        private mutating func fill() throws(FeedError) -> Bool {
            let size = try packed.read(at: offset, into: input)
            offset += size
            stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_in = UInt32(size)
            return size > 0
        }

        /// One call of zlib; true at the end of a member.
        private mutating func step(
            _ take: (UnsafeBufferPointer<UInt8>) throws(FeedError) -> Void
        ) throws(FeedError) -> Bool {
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            let code = CZlib.inflate(stream, Z_NO_FLUSH)
            guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                throw FeedError(.unreadable, "the packed file is no gzip, or is damaged at byte \(place)")
            }
            let size = output.count - Int(stream.pointee.avail_out)
            guard size <= rest else { throw FeedError(.limit, "the file unpacks to more bytes than allowed") }
            rest -= size
            try take(UnsafeBufferPointer(rebasing: output[..<size]))
            return code == Z_STREAM_END
        }

        private var place: Int { offset - Int(stream.pointee.avail_in) }
    }
}

/// Packs piece by piece into one gzip member.
public struct GzipEncoder: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)

    /// An encoder; `level` 1 is fast, 9 is small.
    public init(level: Int32 = 6) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 + 16: window of 32 KiB, gzip framing; 8: the usual memory (zlib.h, deflateInit2).
        let code = deflateInit2_(
            stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size))
        precondition(code == Z_OK, "zlib takes levels 0 to 9, and needs memory")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Takes bytes; returns what is packed so far and was not returned before.
    public mutating func append(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = []
        bytes.withUnsafeBufferPointer { input in
            // zlib does not change its input, its header only fails to say so.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            run(Z_NO_FLUSH, &packed)
        }
        return packed
    }

    /// The end of the file; nothing can be appended after it.
    public mutating func finish() -> [UInt8] {
        var packed: [UInt8] = []
        stream.pointee.avail_in = 0
        run(Z_FINISH, &packed)
        return packed
    }

    private func run(_ flush: CInt, _ packed: inout [UInt8]) {
        repeat {
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = UInt32(output.count)
            // Fails only when called against its protocol; nothing comes out then, which ends the loop.
            CZlib.deflate(stream, flush)
            packed.append(contentsOf: output[..<(output.count - Int(stream.pointee.avail_out))])
        } while stream.pointee.avail_out == 0
    }
}
