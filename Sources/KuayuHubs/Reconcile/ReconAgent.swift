import KuayuGateway
public import KuayuHTTP
public import Logging
public import ServiceLifecycle

/// The interface for reconciliation as a server of its own, beside a hub's database: only the gateway may ask.
public final class ReconAgent: Service {
    private let api: ReconAPI
    private let address: String
    private let port: Int
    private let files: ServerTLSFiles
    private let logger: Logger
    private let onReady: @Sendable (Int) -> Void

    /// An agent that is not running yet; port 0 takes any free one, and `onReady` hears which.
    public init(
        api: ReconAPI, address: String, port: Int, files: ServerTLSFiles, logger: Logger,
        onReady: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.api = api
        self.address = address
        self.port = port
        self.files = files
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until shut down.
    public func run() async throws {
        var table = RouteTable(gate: GatewayGate.refuse)
        api.add(to: &table)
        table.on("GET", "/healthz") { _, _ in .text("ok\n") }
        let server = try HTTPServer(
            host: address, port: port, security: .mutualTLS(files, identify: CertificateIdentity.read),
            responder: table, logger: logger, onBound: onReady)
        try await server.run()
    }
}

/// Lets the gateway in and nobody else.
enum GatewayGate {
    static let refuse: @Sendable (RequestHead) -> OutboundResponse? = { head in
        let isGateway = head.peer?.uriSANs.contains("urn:kuayu:gateway") ?? false
        return isGateway ? nil : OutboundResponse.text("only the gateway may come here", status: 403)
    }
}
