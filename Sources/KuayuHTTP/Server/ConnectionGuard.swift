import Logging
import NIOCore
import NIOSSL

/// Stands just behind TLS: reads the client's certificate once, and closes connections that keep us waiting.
final class ConnectionGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let state: ConnectionState
    private let limits: HTTPLimits
    private let identify: (@Sendable ([UInt8]) throws -> PeerIdentity)?
    private let logger: Logger
    private var hasIdentity = false
    /// Since when a request's header is awaited, and how many requests had been begun then.
    private var header: (since: NIODeadline, requestCount: UInt64)?
    private var timer: Scheduled<Void>?

    init(
        state: ConnectionState, limits: HTTPLimits, identify: (@Sendable ([UInt8]) throws -> PeerIdentity)?,
        logger: Logger
    ) {
        self.state = state
        self.limits = limits
        self.identify = identify
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        header = (.now(), 0)
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !hasIdentity {
            guard readIdentity(context) else { return context.close(promise: nil) }
        }
        if header == nil, state.phase == .idle { header = (.now(), state.requestCount) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Mostly handshakes that failed: a foreign certificate, none at all, a port scan.
        logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.fireErrorCaught(error)
    }

    /// Decrypted bytes mean that the handshake is over.
    ///
    /// False when the certificate cannot be read.
    private func readIdentity(_ context: ChannelHandlerContext) -> Bool {
        hasIdentity = true
        guard let identify else { return true }
        do {
            guard let certificate = try context.pipeline.syncOperations.nioSSL_peerCertificate() else { return false }
            state.peer = try identify(try certificate.toDERBytes())
            return true
        } catch {
            logger.warning("client certificate cannot be read", metadata: ["error": "\(error)"])
            return false
        }
    }

    // MARK: Time

    /// One coarse timer per connection: setting one per request costs more than a request's own work here.
    private func schedule(_ context: ChannelHandlerContext) {
        let period = max(10, min(limits.headerMilliseconds, limits.requestMilliseconds) / 4)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(period))) {
            self.look(context)
        }
    }

    private func look(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        if case .client(let since) = state.phase, now - since > .milliseconds(Int64(limits.requestMilliseconds)) {
            return context.close(promise: nil)
        }
        if let header {
            if state.requestCount != header.requestCount {
                self.header = nil
            } else if now - header.since > .milliseconds(Int64(limits.headerMilliseconds)) {
                return context.close(promise: nil)
            }
        }
        schedule(context)
    }
}
