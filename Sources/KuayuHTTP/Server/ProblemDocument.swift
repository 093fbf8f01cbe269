public import KuayuModel

/// An error as the outside sees it (RFC 9457), with the project's extensions.
public struct ProblemDocument: Sendable {
    /// Where an error arose.
    public enum Origin: String, Hashable, Sendable {
        /// In this gateway.
        case gateway
        /// While reading or writing a region's format.
        case adapter
        /// At the partner behind the gateway.
        case peer
    }

    /// Stable name of the kind: `urn:kuayu:problem:body-too-large`.
    public var type: String
    /// The kind in a few words, always the same for a type.
    public var title: String
    /// HTTP status, 400 … 599.
    public var status: Int
    /// What happened this time, for the partner.
    ///
    /// Holds no personal data.
    public var detail: String?
    /// Where it arose.
    public var origin: Origin
    /// Whether the same request may succeed later.
    public var isRetryable: Bool
    /// Not before so many seconds; written as `Retry-After` (RFC 9110, 10.2.3).
    public var retryAfterSeconds: Int?
    /// What exactly is wrong with a message.
    public var issues: [Issue]

    /// A problem.
    ///
    /// `kind` is the last part of the type.
    public init(
        kind: String, title: String, status: Int, detail: String? = nil, origin: Origin = .gateway,
        isRetryable: Bool = false, retryAfterSeconds: Int? = nil, issues: [Issue] = []
    ) {
        type = "urn:kuayu:problem:\(kind)"
        self.title = title
        self.status = status
        self.detail = detail
        self.origin = origin
        self.isRetryable = isRetryable
        self.retryAfterSeconds = retryAfterSeconds
        self.issues = issues
    }

    /// The document as JSON, UTF-8, members in a fixed order.
    public func json() -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.member("type", type)
        writer.member("title", title)
        writer.member("status", status)
        if let detail { writer.member("detail", detail) }
        writer.member("origin", origin.rawValue)
        writer.member("retryable", isRetryable)
        if !issues.isEmpty {
            writer.member("issues", issues.map(ProblemDocument.json))
        }
        return writer.finish()
    }

    static func json(_ issue: Issue) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.member("path", issue.path)
        if let position = issue.position {
            writer.member("line", position.line)
            writer.member("column", position.column)
        }
        writer.member("code", issue.code)
        if let rule = issue.rule { writer.member("rule", rule) }
        writer.member("message", issue.message)
        writer.member("help", issue.help)
        return writer.finish()
    }
}

extension ProblemDocument {
    /// The request's target is no path, or a broken one.
    static let badTarget = ProblemDocument(
        kind: "bad-target", title: "The request target cannot be read", status: 400)
    /// The body ended before its announced length.
    static let bodyIncomplete = ProblemDocument(
        kind: "body-incomplete", title: "The body ended early", status: 400, isRetryable: true)

    static func bodyTooLarge(limitBytes: Int) -> ProblemDocument {
        ProblemDocument(
            kind: "body-too-large", title: "The body is too large", status: 413,
            detail: "At most \(limitBytes) bytes are taken.")
    }

    static let notFound = ProblemDocument(
        kind: "not-found", title: "There is nothing here", status: 404)
    static let methodNotAllowed = ProblemDocument(
        kind: "method-not-allowed", title: "This method is not served here", status: 405)
}
