import Foundation
import KuayuFormats

/// One file of a recorded exchange: an HTTP message as it stood on the wire, or a file that was exchanged.
struct ExchangeFile: Hashable, Sendable {
    /// Path below `docs/exchange`: `zj-js/1-message-request.http`.
    let path: String
    let bytes: [UInt8]

    init(_ path: String, _ bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    init(_ path: String, _ text: String) { self.init(path, Array(text.utf8)) }

    init(_ path: String, _ message: HTTPMessage) { self.init(path, message.bytes) }

    /// The message, for what was on the wire.
    var message: HTTPMessage? { path.hasSuffix(".http") ? HTTPMessage.first(in: bytes[...])?.message : nil }

    /// As text in Unicode: the bytes of a region that writes GB 18030 are decoded.
    var text: String {
        guard let message else { return isGB18030 ? Self.decoded(bytes) : String(decoding: bytes, as: UTF8.self) }
        let isDecoded = message.header("Content-Type")?.uppercased().contains("GB18030") ?? false
        let body = isDecoded ? Self.decoded(message.body) : String(decoding: message.body, as: UTF8.self)
        return message.head.replacing("\r\n", with: "\n") + "\n\n" + body
    }

    /// Files of Anhui; the `.ok` and the `.rcp` have nothing but ASCII.
    private var isGB18030: Bool { path.hasPrefix("ah-sh/") && (path.hasSuffix(".txt") || path.hasSuffix(".ack")) }

    private static func decoded(_ bytes: [UInt8]) -> String {
        (try? GB18030.decode(bytes)).map { String(decoding: $0.bytes, as: UTF8.self) } ?? "(not GB 18030)"
    }

    /// Compact receipts in it, in order.
    var receipts: [String] {
        String(decoding: bytes, as: UTF8.self).matches(of: /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/)
            .map { String($0.output) }
    }
}

/// The recorded exchanges that are in the repository.
enum ExchangeFolder {
    static let path = Program.repository + "/docs/exchange"

    /// The files of one exchange, by name.
    static func read(_ exchange: String) throws -> [ExchangeFile] {
        let folder = path + "/" + exchange
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            return ExchangeFile("\(exchange)/\(name)", Array(data))
        }
    }

    static func file(_ name: String) throws -> ExchangeFile {
        ExchangeFile(name, Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name))))
    }

    /// Replaces an exchange by a new one.
    static func write(_ files: [ExchangeFile], _ exchange: String) throws {
        let folder = path + "/" + exchange
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for file in files { try Data(file.bytes).write(to: URL(fileURLWithPath: path + "/" + file.path)) }
    }
}
