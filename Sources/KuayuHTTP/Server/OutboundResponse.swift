/// An answer, whole.
public struct OutboundResponse: Sendable {
    /// Status code, 200 … 599.
    public var status: Int
    /// The media type; nil for none.
    public var contentType: String?
    /// Further header fields, in order.
    ///
    /// `Content-Length`, `Date` and `Connection` are the server's.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// An answer; empty unless said otherwise.
    public init(
        status: Int, contentType: String? = nil, headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// An answer in JSON (RFC 8259).
    public static func json(_ body: [UInt8], status: Int = 200) -> OutboundResponse {
        OutboundResponse(status: status, contentType: "application/json", body: body)
    }

    /// An answer in plain text.
    public static func text(_ text: String, status: Int = 200) -> OutboundResponse {
        OutboundResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    /// A problem document (RFC 9457) with the status it names.
    public static func problem(_ problem: ProblemDocument) -> OutboundResponse {
        var headers: [(name: String, value: String)] = []
        if let seconds = problem.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
        return OutboundResponse(
            status: problem.status, contentType: "application/problem+json", headers: headers, body: problem.json())
    }
}
