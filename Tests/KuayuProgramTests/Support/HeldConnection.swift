import KuayuCrypto
import NIOCore
import NIOPosix
import NIOSSL

/// A client that keeps one TLS connection and asks on it again and again.
struct HeldConnection {
    private let channel: any Channel
    private let answers: AsyncThrowingStream<HTTPMessage, any Error>

    /// Opens one with the certificate of `client` in a folder of certificates.
    static func open(port: Int, certificates: String, as client: String) async throws -> HeldConnection {
        let context = try TLS.client(certificates, client)
        let (answers, arrived) = AsyncThrowingStream.makeStream(of: HTTPMessage.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandlers(handler, AnswerReader(arrived))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return HeldConnection(channel: channel, answers: answers)
    }

    /// One exchange; throws when the connection ends before the answer.
    func get(_ path: String) async throws -> HTTPMessage {
        channel.writeAndFlush(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: gateway\r\n\r\n"), promise: nil)
        for try await answer in answers { return answer }
        throw NoReply(description: "the connection ended")
    }

    /// What the server showed in the handshake; an exchange must have been made.
    func serverCertificate() async throws -> CertificateSummary {
        let channel = channel
        let der = try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.nioSSL_peerCertificate()?.toDERBytes()
        }.get()
        guard let der else { throw NoReply(description: "the server showed no certificate") }
        return try CertificateSummary(der: der)
    }

    func close() { channel.close(promise: nil) }
}

/// Cuts what arrives into HTTP answers.
private final class AnswerReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let arrived: AsyncThrowingStream<HTTPMessage, any Error>.Continuation
    private var bytes: [UInt8] = []

    init(_ arrived: AsyncThrowingStream<HTTPMessage, any Error>.Continuation) { self.arrived = arrived }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += Array(unwrapInboundIn(data).readableBytesView)
        while let (message, rest) = HTTPMessage.first(in: bytes[...]) {
            bytes = Array(rest)
            arrived.yield(message)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { arrived.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        arrived.finish(throwing: error)
        context.close(promise: nil)
    }
}
