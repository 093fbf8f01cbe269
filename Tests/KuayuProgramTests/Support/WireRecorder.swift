import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Stands between a client and a server, ends TLS on both sides and keeps every byte that passes, as it stood on the wire.
final class WireRecorder: Sendable {
    /// One connection: what the client sent, what the server sent.
    struct Conversation: Sendable {
        var sent: [UInt8] = []
        var received: [UInt8] = []
    }

    /// A request with its answer.
    struct Exchange: Sendable {
        let request: HTTPMessage
        let answer: HTTPMessage
    }

    private let conversations = Mutex<[Conversation]>([])
    private let listening = Mutex<(any Channel)?>(nil)
    private let boundPort = Mutex(0)

    /// Where it listens.
    var port: Int { boundPort.withLock { $0 } }

    /// Starts one that shows the certificate of `shows` and speaks to a port of this machine as `speaksAs`.
    static func start(
        certificates: String, shows server: String, speaksAs client: String, towards port: Int
    ) async throws -> WireRecorder {
        let recorder = WireRecorder()
        let front = try TLS.server(certificates, server)
        let back = try TLS.client(certificates, client)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try recorder.accept(channel, front: front, back: back, towards: port)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        recorder.listening.withLock { $0 = channel }
        recorder.boundPort.withLock { $0 = channel.localAddress?.port ?? 0 }
        return recorder
    }

    func stop() { listening.withLock { $0 }?.close(promise: nil) }

    /// Complete exchanges so far, connection by connection.
    var exchanges: [Exchange] {
        conversations.withLock { $0 }.flatMap { conversation in
            zip(HTTPMessage.all(in: conversation.sent), HTTPMessage.all(in: conversation.received))
                .map { Exchange(request: $0, answer: $1) }
        }
    }

    private func accept(
        _ channel: any Channel, front: NIOSSLContext, back: NIOSSLContext, towards port: Int
    ) throws {
        let number = conversations.withLock { list in
            list.append(Conversation())
            return list.count - 1
        }
        let near = Relay { bytes in self.conversations.withLock { $0[number].sent += bytes } }
        let far = Relay { bytes in self.conversations.withLock { $0[number].received += bytes } }
        try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: front), near)
        let bound = NIOLoopBound((near: near, far: far), eventLoop: channel.eventLoop)
        ClientBootstrap(group: channel.eventLoop)
            .channelInitializer { other in
                other.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: back, serverHostname: nil)
                    try other.pipeline.syncOperations.addHandlers(handler, bound.value.far)
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                switch result {
                case .success(let other):
                    bound.value.far.join(channel)
                    bound.value.near.join(other)
                case .failure: channel.close(promise: nil)
                }
            }
    }
}

/// Passes on what it reads to the other side, and keeps it until there is one.
private final class Relay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let record: ([UInt8]) -> Void
    private var partner: (any Channel)?
    private var waiting: [ByteBuffer] = []

    init(_ record: @escaping ([UInt8]) -> Void) { self.record = record }

    func join(_ channel: any Channel) {
        partner = channel
        for buffer in waiting { channel.writeAndFlush(buffer, promise: nil) }
        waiting = []
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        record(Array(buffer.readableBytesView))
        if let partner { partner.writeAndFlush(buffer, promise: nil) } else { waiting.append(buffer) }
    }

    func channelInactive(context: ChannelHandlerContext) { partner?.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Contexts of TLS from the files of a folder of certificates.
enum TLS {
    static func server(_ folder: String, _ name: String) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try chain(folder, name), privateKey: try key(folder, name))
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .file(folder + "/authority.pem")
        return try NIOSSLContext(configuration: configuration)
    }

    /// Without a name the client shows no certificate.
    static func client(_ folder: String, _ name: String?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(folder + "/authority.pem")
        configuration.certificateVerification = .noHostnameVerification
        if let name {
            configuration.certificateChain = try chain(folder, name)
            configuration.privateKey = try key(folder, name)
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func chain(_ folder: String, _ name: String) throws -> [NIOSSLCertificateSource] {
        try NIOSSLCertificate.fromPEMFile("\(folder)/\(name).pem").map { .certificate($0) }
    }

    private static func key(_ folder: String, _ name: String) throws -> NIOSSLPrivateKeySource {
        .privateKey(try NIOSSLPrivateKey(file: "\(folder)/\(name).key.pem", format: .pem))
    }
}

/// A client that sends bytes over TLS, whatever they are, and keeps what comes back.
enum RawClient {
    /// What came back until `isEnough` or the connection's end, and the error that ended it.
    struct Answer: Sendable {
        var bytes: [UInt8] = []
        var error: String?

        var message: HTTPMessage? { HTTPMessage.first(in: bytes[...])?.message }
    }

    static func exchange(
        port: Int, certificates: String, as client: String?, send bytes: [UInt8]
    ) async throws -> Answer {
        let context = try TLS.client(certificates, client)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Answer.self)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandlers(handler, Collector(promise))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        let limit = loop.scheduleTask(in: .seconds(30)) { channel.close(promise: nil) }
        defer { limit.cancel() }
        let answer = try await promise.futureResult.get()
        channel.close(promise: nil)
        return answer
    }
}

/// Collects until a complete HTTP answer is there or the connection ends.
private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var answer = RawClient.Answer()
    private let promise: EventLoopPromise<RawClient.Answer>
    private var isDone = false

    init(_ promise: EventLoopPromise<RawClient.Answer>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        answer.bytes += Array(unwrapInboundIn(data).readableBytesView)
        if answer.message != nil { finish() }
    }

    func channelInactive(context: ChannelHandlerContext) { finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.error = "\(error)"
        context.close(promise: nil)
    }

    private func finish() {
        if isDone { return }
        isDone = true
        promise.succeed(answer)
    }
}
