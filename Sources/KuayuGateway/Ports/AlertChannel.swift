public import KuayuReconcile

/// Tells people outside of problems: a webhook, a mail.
public protocol AlertChannel: Sendable {
    /// What it is, for logs and for what was told already: `webhook`, `mail`.
    var name: String { get }

    /// Sends a notice; the same notice may be sent again, under the same id.
    func send(_ notice: IssueNotice) async throws(AlertError)
}

/// Carries what an ``AlertChannel`` has written; the driver is libcurl.
public protocol AlertTransport: Sendable {
    /// Posts a body over HTTPS and returns the status; redirects are not followed.
    ///
    /// - Parameter authority: PEM file with the authorities that are believed; nil: the system's.
    func post(
        url: String, headers: [(name: String, value: String)], body: [UInt8], authority: String?
    ) async throws(AlertError) -> Int

    /// Hands a mail (RFC 5322) to a server.
    func mail(_ mail: OutgoingMail) async throws(AlertError)
}

/// A mail with the server that takes it.
public struct OutgoingMail: Hashable, Sendable {
    /// `smtp://host:port` (STARTTLS where the server offers it) or `smtps://host:port`.
    public var server: String
    /// Name and password with `:` between; sent over TLS only.
    ///
    /// Default nil: none.
    public var login: String?
    /// Address of the sender.
    public var from: String
    /// Addresses of the receivers.
    public var to: [String]
    /// The message, lines ended by CR LF.
    public var bytes: [UInt8]

    /// A mail.
    public init(server: String, login: String? = nil, from: String, to: [String], bytes: [UInt8]) {
        self.server = server
        self.login = login
        self.from = from
        self.to = to
        self.bytes = bytes
    }
}

/// Why a notice was not taken.
public enum AlertError: Error, Hashable, Sendable {
    /// Not now; it is sent again later.
    case unavailable(String)
    /// Never: the receiver refuses it.
    case refused(String)

    /// The reason, for logs.
    public var reason: String {
        switch self {
        case .unavailable(let reason), .refused(let reason): reason
        }
    }
}
