import Foundation
import Synchronization

/// Ports of 127.0.0.1.
enum Ports {
    private static let last = Atomic<Int>(Int(getpid()) % 12_000)

    struct NoneFree: Error {}

    /// A port that nobody listens on; below those that the system gives to clients, and none twice in a run.
    static func free() throws -> Int {
        for _ in 0..<2_000 {
            let port = 20_000 + last.wrappingAdd(1, ordering: .relaxed).newValue % 12_000
            if canBind(port) { return port }
        }
        throw NoneFree()
    }

    private static func canBind(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Loopback.withAddress(port) { bind(descriptor, $0, $1) } == 0
    }
}

/// Plain HTTP to a program on this machine.
enum Loopback {
    struct Reply: Sendable {
        let status: Int
        let body: String
    }

    struct NoReply: Error, CustomStringConvertible {
        let description: String
    }

    static func get(_ path: String, port: Int) async throws -> Reply { try await exchange("GET", path, port: port) }

    static func post(_ path: String, port: Int) async throws -> Reply { try await exchange("POST", path, port: port) }

    /// One exchange on a thread of its own, so that nobody else waits for it.
    private static func exchange(_ method: String, _ path: String, port: Int) async throws -> Reply {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try blockingExchange(method, path, port: port) })
            }
        }
    }

    private static func blockingExchange(_ method: String, _ path: String, port: Int) throws -> Reply {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw NoReply(description: "no socket") }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
            throw NoReply(description: "nothing listens on \(port)")
        }
        let request = Array(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw NoReply(description: "\(port) closed the connection")
        }
        return try parse(receiveAll(descriptor))
    }

    private static func receiveAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    private static func parse(_ bytes: [UInt8]) throws -> Reply {
        guard let message = HTTPMessage.first(in: bytes[...])?.message, let status = message.status else {
            throw NoReply(description: "no HTTP answer in \(bytes.count) bytes")
        }
        return Reply(status: status, body: String(decoding: message.body, as: UTF8.self))
    }

    fileprivate static func withAddress(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
