import Foundation

/// One HTTP/1.1 message as it stood on the wire.
struct HTTPMessage: Hashable, Sendable {
    /// Start line and header lines, without the empty line.
    let head: String
    let body: [UInt8]

    /// Head, empty line, body.
    var bytes: [UInt8] { Array(head.utf8) + Array("\r\n\r\n".utf8) + body }

    var startLine: String { head.components(separatedBy: "\r\n").first ?? "" }

    /// The status of an answer.
    var status: Int? {
        let parts = startLine.split(separator: " ")
        return parts.count > 1 && parts[0].hasPrefix("HTTP/") ? Int(parts[1]) : nil
    }

    func header(_ name: String) -> String? {
        for line in head.components(separatedBy: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                continue
            }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    /// The first message of a stream and what follows it; nil while it is incomplete.
    ///
    /// Lengths come from `Content-Length`; without one there is no body, or a chunked one.
    static func first(in stream: ArraySlice<UInt8>) -> (message: HTTPMessage, rest: ArraySlice<UInt8>)? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard let end = stream.indices.first(where: { stream[$0...].starts(with: mark) }) else { return nil }
        let head = String(decoding: stream[stream.startIndex..<end], as: UTF8.self)
        let rest = stream[(end + mark.count)...]
        let bare = HTTPMessage(head: head, body: [])
        if bare.header("Transfer-Encoding")?.lowercased() == "chunked" { return chunked(head, rest) }
        let length = bare.header("Content-Length").flatMap { Int($0) } ?? 0
        guard rest.count >= length else { return nil }
        return (HTTPMessage(head: head, body: Array(rest.prefix(length))), rest.dropFirst(length))
    }

    private static func chunked(
        _ head: String, _ stream: ArraySlice<UInt8>
    ) -> (message: HTTPMessage, rest: ArraySlice<UInt8>)? {
        var rest = stream
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 13),
            let size = Int(String(decoding: rest[rest.startIndex..<end], as: UTF8.self), radix: 16),
            rest.endIndex >= end + 4 + size
        {
            body += rest[(end + 2)..<(end + 2 + size)]
            rest = rest[(end + 4 + size)...]
            if size == 0 { return (HTTPMessage(head: head, body: body), rest) }
        }
        return nil
    }

    /// All complete messages of a stream.
    static func all(in stream: [UInt8]) -> [HTTPMessage] {
        var messages: [HTTPMessage] = []
        var rest = stream[...]
        while let (message, after) = first(in: rest) {
            messages.append(message)
            rest = after
        }
        return messages
    }
}
