import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// Hummingbird's HTTP/1.1 channel behind TLS, with the client's identity at hand for each request.
struct PeerChannel: ServerChildChannel {
    /// A connection in service.
    struct Value: ServerChildChannelValue {
        let http: HTTP1Channel.Value
        let state: ConnectionState

        var channel: any Channel { http.channel }
    }

    let base: HTTP1Channel
    let tls: ServerTLS?
    let limits: HTTPLimits

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let state = ConnectionState()
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
            try pipeline.addHandler(
                ConnectionGuard(state: state, limits: limits, identify: tls?.identify, logger: logger))
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }.map { http in
            Value(http: http, state: state)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await ConnectionState.$current.withValue(value.state) {
            await base.handle(value: value.http, logger: logger)
        }
    }
}

/// The TLS context of new connections; it can be exchanged while the server runs.
final class ServerTLS: Sendable {
    /// Reads clients' certificates; nil when they show none.
    let identify: (@Sendable ([UInt8]) throws -> PeerIdentity)?
    private let latest: Mutex<NIOSSLContext>

    /// Nil for a server without TLS.
    ///
    /// Throws what NIOSSL says of files that it cannot read or that do not fit.
    init?(_ security: ServerSecurity) throws {
        switch security {
        case .plain:
            return nil
        case .serverTLS(let files):
            identify = nil
            latest = Mutex(try ServerTLS.makeContext(files, asksClients: false))
        case .mutualTLS(let files, let identify):
            self.identify = identify
            latest = Mutex(try ServerTLS.makeContext(files, asksClients: true))
        }
    }

    var context: NIOSSLContext { latest.withLock { $0 } }

    /// Reads the files; new connections use them.
    ///
    /// When they cannot be read nothing changes.
    func reload(_ files: ServerTLSFiles) throws {
        let context = try ServerTLS.makeContext(files, asksClients: identify != nil)
        latest.withLock { $0 = context }
    }

    private static func makeContext(_ files: ServerTLSFiles, asksClients: Bool) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificatePath)
        let key = try NIOSSLPrivateKey(file: files.keyPath, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // For TLS 1.2 authenticated encryption only; TLS 1.3 has nothing else.
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        configuration.applicationProtocols = ["http/1.1"]
        if asksClients {
            // On a server this requires a chain and verifies it; there is no host name to compare.
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .file(files.authorityPath)
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
