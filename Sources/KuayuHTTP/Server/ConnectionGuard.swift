import Logging
import NIOCore
import NIOSSL

/// Stands just behind TLS: reads the client's certificate once, closes connections that keep us waiting, and those of a
/// client that has too many.
final class ConnectionGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Most connections of one client, by the first URI of its certificate, to one server.
    static let maxConnectionsPerPeer = 128

    /// What the handshake led to.
    private enum Admission {
        case awaited
        case admitted
        case refused
    }

    private let state: ConnectionState
    private let limits: HTTPLimits
    private let identify: (@Sendable ([UInt8]) throws -> PeerIdentity)?
    private let logger: Logger
    private var admission = Admission.awaited
    private var seat: PeerConnections.Seat?
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
        end()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// The first event that TLS fires is that the handshake is over; a client that then stays silent counts as well.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if admission == .awaited, hasCertificate(context) { admit(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Decrypted bytes mean that the handshake is over.
        if admission == .awaited { admit(context) }
        guard admission == .admitted else { return }
        if header == nil, state.phase == .idle { header = (.now(), state.requestCount) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Mostly handshakes that failed: a foreign certificate, none at all, a port scan.
        logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.fireErrorCaught(error)
    }

    private func end() {
        timer?.cancel()
        timer = nil
        if let seat { PeerConnections.leave(seat) }
        seat = nil
    }

    private func hasCertificate(_ context: ChannelHandlerContext) -> Bool {
        guard identify != nil else { return false }
        return (try? context.pipeline.syncOperations.nioSSL_peerCertificate()) != nil
    }

    private func admit(_ context: ChannelHandlerContext) {
        admission = readIdentity(context) && takeSeat(context) ? .admitted : .refused
        if admission == .refused { closeAtOnce(context) }
    }

    /// False when the client has as many connections as one may have.
    private func takeSeat(_ context: ChannelHandlerContext) -> Bool {
        guard let peer = state.peer else { return true }
        let seat = PeerConnections.Seat(server: context.channel.parent, peer: peer)
        guard PeerConnections.take(seat, limit: ConnectionGuard.maxConnectionsPerPeer) else {
            logger.info("client has too many connections", metadata: ["peer": "\(seat.peer)"])
            return false
        }
        self.seat = seat
        return true
    }

    /// Closes beneath TLS, whose own goodbye would let a silent client hold the connection for some seconds more.
    ///
    /// In a moment, for TLS may still be about to pass on what came with the end of the handshake.
    private func closeAtOnce(_ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().execute {
            let beneath = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
            (beneath ?? context).close(promise: nil)
        }
    }

    /// False when the certificate cannot be read.
    private func readIdentity(_ context: ChannelHandlerContext) -> Bool {
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
