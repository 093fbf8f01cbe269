import Foundation
#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Plain HTTP to a program on this machine, for the command line and the demo.
struct AdminClient {
    let port: Int

    /// The body of a 2xx answer; anything else is a failure with what was said.
    func get(_ path: String) throws -> String { try exchange("GET", path) }

    /// The same for POST.
    func post(_ path: String, body: [UInt8] = []) throws -> String { try exchange("POST", path, body: body) }

    /// Whether a gateway runs.
    var isAnswered: Bool { (try? LoopbackHTTP.exchange("GET", "/healthz", port: port))?.status == 200 }

    private func exchange(_ method: String, _ path: String, body: [UInt8] = []) throws -> String {
        let answer = try LoopbackHTTP.exchange(method, path, body: body, port: port)
        guard (200..<300).contains(answer.status) else {
            throw CommandFailure(
                answer.body.trimmingCharacters(in: .whitespacesAndNewlines),
                help: "the gateway answered HTTP \(answer.status)")
        }
        return answer.body
    }

    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

/// One HTTP/1.1 exchange over a socket to 127.0.0.1; the answer ends with the connection.
enum LoopbackHTTP {
    static func exchange(
        _ method: String, _ path: String, body: [UInt8] = [], port: Int
    ) throws -> (status: Int, body: String) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw CommandFailure("no socket", help: "errno \(errno)") }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            throw CommandFailure(
                "nothing listens on 127.0.0.1:\(port)",
                help: "is the gateway running? its admin port is in the configuration")
        }
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        guard sendAll(descriptor, Array(head.utf8) + body) else {
            throw CommandFailure("127.0.0.1:\(port) closed the connection", help: "try again")
        }
        return try parse(receiveAll(descriptor))
    }

    private static func sendAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(65_536))
            let count = send(descriptor, part, part.count, Int32(MSG_NOSIGNAL))
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
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

    private static func parse(_ bytes: [UInt8]) throws -> (status: Int, body: String) {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let status = parts.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        guard let status, parts.count == 2 else { throw CommandFailure("no HTTP answer", help: "try again") }
        let isChunked = parts[0].lowercased().contains("transfer-encoding: chunked")
        return (status, isChunked ? unchunked(String(parts[1])) : String(parts[1]))
    }

    private static func unchunked(_ text: String) -> String {
        var rest = Array(text.utf8)[...]
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 13),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size > 0
        {
            let start = end + 2
            guard start + size <= rest.endIndex else { break }
            body += rest[start..<start + size]
            rest = rest[min(start + size + 2, rest.endIndex)...]
        }
        return String(decoding: body, as: UTF8.self)
    }
}
