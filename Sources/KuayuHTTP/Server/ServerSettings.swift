/// Limits of the HTTP server.
///
/// Every connection and request is under all of them.
public struct HTTPLimits: Hashable, Sendable {
    /// Largest body of a request.
    ///
    /// Default 5 MiB; larger is answered 413.
    public var bodyBytes: Int
    /// Largest header of a request, all fields together.
    ///
    /// Default 16 KiB; larger is answered 400.
    public var headerBytes: Int
    /// Most header fields of a request.
    ///
    /// Default 100.
    public var headerFieldCount: Int
    /// From the first byte of a request, or from the connection's beginning, to the end of the header.
    ///
    /// Default 10 s.
    public var headerMilliseconds: Int
    /// From the end of the header to the end of the body, and again for taking in the answer.
    ///
    /// Default 30 s.
    public var requestMilliseconds: Int
    /// A connection on which nothing happens for longer is closed.
    ///
    /// Default 75 s.
    public var idleMilliseconds: Int
    /// Most connections at once; further ones wait to be accepted.
    ///
    /// Default 1,024.
    public var connectionCount: Int

    /// Limits with their defaults.
    public init(
        bodyBytes: Int = 5 << 20, headerBytes: Int = 16 << 10, headerFieldCount: Int = 100,
        headerMilliseconds: Int = 10_000, requestMilliseconds: Int = 30_000, idleMilliseconds: Int = 75_000,
        connectionCount: Int = 1_024
    ) {
        self.bodyBytes = bodyBytes
        self.headerBytes = headerBytes
        self.headerFieldCount = headerFieldCount
        self.headerMilliseconds = headerMilliseconds
        self.requestMilliseconds = requestMilliseconds
        self.idleMilliseconds = idleMilliseconds
        self.connectionCount = connectionCount
    }
}

/// The PEM files a server shows itself with and believes in.
public struct ServerTLSFiles: Hashable, Sendable {
    /// The server's certificate chain.
    public var certificatePath: String
    /// Its private key.
    public var keyPath: String
    /// Authorities that clients' certificates must come from.
    public var authorityPath: String

    /// Paths of the files.
    public init(certificatePath: String, keyPath: String, authorityPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.authorityPath = authorityPath
    }
}

/// How connections are secured.
public enum ServerSecurity: Sendable {
    /// TLS 1.2 or newer; a client must show a certificate of the authority. `identify` reads it (DER), once per
    /// connection; when it throws, the connection is closed.
    case mutualTLS(ServerTLSFiles, identify: @Sendable ([UInt8]) throws -> PeerIdentity)
    /// TLS 1.2 or newer; clients are not asked for certificates.
    case serverTLS(ServerTLSFiles)
    /// No TLS: for health and metrics on loopback.
    case plain
}
