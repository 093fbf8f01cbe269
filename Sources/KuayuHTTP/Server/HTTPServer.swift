import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// An HTTP/1.1 server over mutual TLS, for the gateway, for simulated hubs, and plainly for health and metrics.
///
/// A request reaches the responder with the identity that the TLS handshake proved; whether it may be read at all is
/// decided from its head (``RequestResponder/admit(_:)``). On graceful shutdown the server accepts no more connections,
/// finishes the requests in progress and ends.
public final class HTTPServer: Service {
    private let server: Server<PeerChannel>
    private let tls: ServerTLS?

    /// A server that is not running yet.
    ///
    /// `port` 0 takes any free one; `onBound` hears which, once it listens.
    ///
    /// Throws when the TLS files cannot be read or do not fit together.
    public init(
        host: String, port: Int, security: ServerSecurity, limits: HTTPLimits = HTTPLimits(),
        responder: any RequestResponder, logger: Logger, onBound: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        let tls = try ServerTLS(security)
        let exchange = RequestServer(responder: responder, limits: limits)
        let base = HTTP1Channel(
            responder: { request, writer, _ in try await exchange.serve(request, writer) },
            configuration: HTTPServer.channelConfiguration(limits))
        self.tls = tls
        server = Server(
            childChannelSetup: PeerChannel(base: base, tls: tls, limits: limits),
            configuration: ServerConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(limits.connectionCount, logger: logger)),
            onServerRunning: { channel in onBound(channel.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    }

    /// Listens and serves until graceful shutdown, ``shutdown()`` or cancellation.
    ///
    /// May be called once.
    public func run() async throws {
        try await server.run()
    }

    /// Ends the server as graceful shutdown does, for callers without a service group.
    public func shutdown() async throws {
        try await server.shutdownGracefully()
    }

    /// Reads certificates anew; connections made from now on use them.
    ///
    /// When it throws, nothing has changed.
    public func reload(_ files: ServerTLSFiles) throws {
        try tls?.reload(files)
    }

    private static func channelConfiguration(_ limits: HTTPLimits) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: .milliseconds(Int64(limits.idleMilliseconds)),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerFieldCount))
    }
}
