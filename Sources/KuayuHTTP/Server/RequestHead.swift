import HTTPTypes
import Synchronization

/// What is known of a request before a byte of its body is read.
public struct RequestHead: Sendable {
    /// The method, as sent: `POST`.
    public let method: String
    /// The path as sent, still percent-encoded, without the query: `/v1/messages/a%2F0001`.
    public let rawPath: String
    /// The query as sent, without `?`; nil when there is none.
    public let rawQuery: String?
    /// Who the client proved to be; nil without mutual TLS.
    public let peer: PeerIdentity?
    /// The length of the body that was announced; nil when none was (no body, or chunked).
    public let contentLength: Int?
    /// A number for logs, unique in this process.
    public let requestID: RequestID
    let fields: HTTPFields
    let isChunked: Bool

    /// Nil when the request target is not a path (RFC 9112, 3.2.1).
    init?(_ request: HTTPRequest, peer: PeerIdentity?) {
        guard let target = request.path else { return nil }
        self.init(method: request.method.rawValue, target: target, fields: request.headerFields, peer: peer)
    }

    /// A head that did not come over a connection, for trying responders.
    ///
    /// Nil when `target` does not begin with `/`. Header fields whose names are none are left
    /// out.
    public init?(
        method: String, target: String, headers: [(name: String, value: String)] = [], peer: PeerIdentity? = nil
    ) {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        self.init(method: method, target: target, fields: fields, peer: peer)
    }

    private init?(method: String, target: String, fields: HTTPFields, peer: PeerIdentity?) {
        guard target.utf8.first == UInt8(ascii: "/") else { return nil }
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            rawPath = String(target[..<mark])
            rawQuery = String(target[target.utf8.index(after: mark)...])
        } else {
            rawPath = target
            rawQuery = nil
        }
        self.method = method
        self.peer = peer
        self.fields = fields
        contentLength = fields[.contentLength].flatMap { Int($0) }
        isChunked = fields[.transferEncoding] != nil
        requestID = RequestID.next()
    }

    /// The path with percent-encoding undone; nil when it is broken or not UTF-8.
    public var path: String? { PercentCoding.decode(rawPath) }

    /// The first header field of this name; case does not matter.
    public func header(_ name: String) -> String? {
        for field in fields where HeaderName.isSame(field.name.rawName, name) { return field.value }
        return nil
    }

    /// All header fields of this name, in order.
    public func headers(_ name: String) -> [String] {
        fields.filter { HeaderName.isSame($0.name.rawName, name) }.map(\.value)
    }

    /// Every header field, in order, names as sent.
    public var allHeaders: [(name: String, value: String)] {
        fields.map { ($0.name.rawName, $0.value) }
    }

    /// The items of the query in order, decoded (`+` is a space); broken ones are left out.
    public var queryItems: [(name: String, value: String)] {
        guard let rawQuery else { return [] }
        return rawQuery.split(separator: "&").compactMap { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(parts[0], plusIsSpace: true),
                let value = PercentCoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { return nil }
            return (name, value)
        }
    }

    /// The first query item of this name.
    public func query(_ name: String) -> String? {
        queryItems.first { $0.name == name }?.value
    }

    var hasBody: Bool { isChunked || (contentLength ?? 0) > 0 }
}

/// A request with its whole body.
public struct InboundRequest: Sendable {
    /// Everything before the body.
    public let head: RequestHead
    /// The body; empty when there is none.
    public let body: [UInt8]

    /// A request.
    public init(head: RequestHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    /// The method, as sent.
    public var method: String { head.method }
    /// The decoded path; nil when it is broken.
    public var path: String? { head.path }
    /// Who the client proved to be.
    public var peer: PeerIdentity? { head.peer }
    /// A number for logs.
    public var requestID: RequestID { head.requestID }

    /// The first header field of this name; case does not matter.
    public func header(_ name: String) -> String? { head.header(name) }
}

/// A number of a request for logs: the process's beginning and a counter.
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
    private static let counter = Atomic<UInt64>(0)

    private let number: UInt64

    static func next() -> RequestID {
        RequestID(number: counter.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// Hexadecimal, `6923f1a0-2f`.
    public var description: String {
        "\(String(HTTPDate.processStart, radix: 16))-\(String(number, radix: 16))"
    }
}

/// Names of header fields.
enum HeaderName {
    /// Equal but for ASCII case (RFC 9110, 5.1).
    static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8, right.utf8)
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
