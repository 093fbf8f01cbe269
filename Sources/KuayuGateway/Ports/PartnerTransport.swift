import KuayuModel

/// Carries bytes between the gateway and one kind of partner.
///
/// Drivers: libcurl (HTTPS, SFTP) and directories.
///
/// The gateway is always the client. A driver never follows a redirect, never retries, verifies the partner's identity,
/// and reports honestly whether bytes may have left: everything else is decided by the engine.
public protocol PartnerTransport: Sendable {
    /// Performs one HTTP exchange. The completion is called exactly once, on a thread of the driver, and must be brief.
    func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void)

    /// Writes a file under a temporary name and renames it to its own; an existing file of that name is replaced.
    func put(_ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void)

    /// The names of the regular files in a folder of a partner, sorted. Temporary names are left out.
    func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String]

    /// The bytes of a file. Refused when it is larger than `limitBytes`.
    func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8]

    /// Moves a file that has been read to another folder of the same partner.
    func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError)
}

/// One HTTP request to a partner.
public struct PartnerRequest: Sendable {
    /// HTTP method: `GET` or `POST`.
    public var method: String
    /// Absolute `https` URL.
    public var url: String
    /// Header lines in order; names as they are written on the wire.
    public var headers: [(name: String, value: String)]
    /// Body; empty for `GET`.
    public var body: [UInt8]
    /// Whom the connection must reach and who we are.
    public var tls: PartnerTLS
    /// Limits of the exchange.
    public var limits: PartnerLimits

    /// A request.
    public init(
        method: String, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        tls: PartnerTLS, limits: PartnerLimits = PartnerLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.tls = tls
        self.limits = limits
    }
}

/// Mutual TLS towards one partner; paths of PEM files.
public struct PartnerTLS: Hashable, Sendable {
    /// Our certificate chain.
    public var certificatePath: String
    /// Our private key.
    public var keyPath: String
    /// The authority that must have signed the partner's certificate.
    public var authorityPath: String
    /// Base64 SHA-256 of the partner's public key (SPKI), any of which is accepted; empty means the authority is enough.
    public var pins: [String]
    /// The URI that the partner's own certificate must bear among its alternative names: `urn:kuayu:hub:330000`.
    ///
    /// Without it every holder of a certificate of the authority passes whose host name fits. Default nil: not looked at.
    public var expectedURI: String?
    /// Serial numbers of certificates that are believed of no partner, in lower-case hexadecimal.
    ///
    /// Default: none.
    public var denied: Set<String>

    /// Files, pins, the partner's URI and denied serial numbers.
    public init(
        certificatePath: String, keyPath: String, authorityPath: String, pins: [String] = [],
        expectedURI: String? = nil, denied: Set<String> = []
    ) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.authorityPath = authorityPath
        self.pins = pins
        self.expectedURI = expectedURI
        self.denied = denied
    }
}

/// Limits of one exchange.
public struct PartnerLimits: Hashable, Sendable {
    /// Time to connect, TLS included.
    ///
    /// Default 5 s.
    public var connectMilliseconds: Int
    /// Time of the whole exchange.
    ///
    /// Default 30 s.
    public var totalMilliseconds: Int
    /// Largest reply that is read.
    ///
    /// Default 1 MiB.
    public var replyBytes: Int

    /// Limits with their defaults.
    public init(connectMilliseconds: Int = 5_000, totalMilliseconds: Int = 30_000, replyBytes: Int = 1 << 20) {
        self.connectMilliseconds = connectMilliseconds
        self.totalMilliseconds = totalMilliseconds
        self.replyBytes = replyBytes
    }
}

/// Where files of a partner live.
public enum PartnerPlace: Hashable, Sendable {
    /// A directory on this machine; paths are relative to it.
    case directory(String)
    /// An SFTP server; paths are relative to `root`.
    case sftp(SFTPPlace)
}

/// An SFTP server with its pinned host key and our key.
public struct SFTPPlace: Hashable, Sendable {
    /// Host name or address.
    public var host: String
    /// Port.
    public var port: Int
    /// User name.
    public var user: String
    /// Path of our private key (OpenSSH or PEM), without passphrase.
    public var privateKeyPath: String
    /// Path of our public key.
    public var publicKeyPath: String
    /// Base64 SHA-256 of the server's host key (as `ssh-keygen -l` prints it, without padding).
    public var hostKeySHA256: String
    /// Absolute folder on the server.
    public var root: String

    /// A place.
    public init(
        host: String, port: Int, user: String, privateKeyPath: String, publicKeyPath: String, hostKeySHA256: String,
        root: String
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.privateKeyPath = privateKeyPath
        self.publicKeyPath = publicKeyPath
        self.hostKeySHA256 = hostKeySHA256
        self.root = root
    }
}

/// A file for a partner.
public struct PartnerFile: Hashable, Sendable {
    /// Path relative to the place: `in/340000_BJ_….txt`.
    public var path: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// A file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// What became of an exchange.
public enum PartnerOutcome: Sendable {
    /// A complete answer (or, for a file, `status` 201 and nothing else once it bears its final name).
    case answered(status: Int, headers: [(name: String, value: String)], body: [UInt8])
    /// Nothing of the request left this machine: connection refused, name not found, TLS failed.
    case notSent(reason: String)
    /// The partner showed a certificate or host key that is not the expected one. Nothing was sent.
    case wrongIdentity(reason: String)
    /// The request, or a part of it, left; no complete answer came.
    case possiblySent(reason: String)
    /// An answer began but broke a limit or could not be read.
    case unreadable(reason: String)
}

/// Why a read from a partner failed.
public enum PartnerError: Error, Hashable, Sendable {
    /// Not reachable now.
    case unavailable(String)
    /// The partner is not who it should be.
    case wrongIdentity(String)
    /// No such file or folder.
    case notFound(String)
    /// Larger than allowed.
    case tooLarge(limitBytes: Int)

    /// The reason as text.
    public var reason: String {
        switch self {
        case .unavailable(let reason), .wrongIdentity(let reason), .notFound(let reason): reason
        case .tooLarge(let limitBytes): "larger than \(limitBytes) bytes"
        }
    }
}
