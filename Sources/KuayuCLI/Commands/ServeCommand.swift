import ArgumentParser
import KuayuAdapters
import KuayuCrypto
import KuayuCurl
import KuayuEngine
import KuayuFiles
import KuayuGateway
import KuayuHTTP
import KuayuHubs
import KuayuModel
import KuayuSQLite
import Logging
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "运行网关 — runs the gateway until it is stopped.",
        discussion: """
            Example:
              kuayu serve --config kuayu.yaml
            SIGTERM and SIGINT end it gracefully: what is under way is finished, everything acknowledged is on disk.
            Exit code 75: the store can no longer be trusted; start it again, it recovers from disk.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: .hidden) var untilParentEnds = false
    @Option(help: "日志级别 — trace, debug, info, warning, error.") var logLevel = "info"

    func run() async throws {
        if untilParentEnds { ParentWatch.start() }
        let configuration = try options.load()
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw CommandFailure(
                "\(logLevel) is not a log level", help: "trace, debug, info, notice, warning, error, critical")
        }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "kuayu")
        let program = try GatewayProgram(configuration: configuration, logger: logger)
        program.announce()
        try await program.run()
    }
}

/// A gateway with its drivers and servers, as `serve` and the demo run it.
struct GatewayProgram {
    let configuration: GatewayConfiguration
    let logger: Logger
    private let gateway: Gateway
    private let store: SQLiteStore
    private let transport: CurlTransport
    private let api: GatewayAPI
    private let reconciler: Reconciler
    private let alerts: AlertService

    init(configuration: GatewayConfiguration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        try CryptoSelfTest.run()
        let loaded = try FederationLoader(configuration: configuration).load()
        for diagnostic in loaded.diagnostics where diagnostic.severity == .warning {
            logger.debug("adapter warning", metadata: ["code": "\(diagnostic.code)", "file": "\(diagnostic.file)"])
        }
        let key = try Ed25519Key.load(path: configuration.receiptKey)
        try Folders.prepare(parentOf: configuration.store)
        store = try SQLiteStore(path: configuration.store, digester: SHA256())
        for hub in try MissingHubs.find(in: store, beside: configuration) {
            logger.warning(
                "a hub of the store is not configured",
                metadata: [
                    "region": "\(hub.region.text)", "open": "\(hub.openCount)", "help": "\(MissingHubs.help(hub))",
                ])
        }
        transport = try CurlTransport()
        gateway = try Gateway(
            federation: loaded.federation, rulebook: Rulebook(policy: configuration.rules),
            number: configuration.number,
            ports: Gateway.Ports(
                store: store, transport: DriverTransport(curl: transport, files: DirectoryTransport()), signer: key,
                crypto: LibCrypto(), clock: SystemClock(), licences: Self.library(configuration, transport)),
            lookInterval: configuration.pace.look.map(Duration.milliseconds) ?? .seconds(30), logger: logger,
            onHalt: { reason in
                logger.critical("the store can no longer be trusted", metadata: ["reason": "\(reason)"])
                Folders.exitNow(75)
            })
        let settings = configuration.reconciliation
        reconciler = Reconciler(
            gateway: gateway, store: store, journal: store, feeds: FeedDriver(), verifier: key.publicKey,
            settings: ReconcileSettings(
                interval: .milliseconds(settings.interval), repairs: settings.repairs, cap: settings.cap,
                auditSize: settings.audit, stuckDays: settings.stuckDays,
                tick: .milliseconds(max(100, min(1_000, settings.interval / 4)))),
            rulebook: Rulebook(policy: configuration.rules), logger: logger)
        alerts = AlertService(
            store: store, channels: try AlertChannels.make(configuration.alerts), clock: SystemClock(), logger: logger)
        api = GatewayAPI(
            gateway: gateway,
            facts: FederationFacts(
                version: Version.text, keys: [key.publicKey.jwk], bodyLimitBytes: HTTPLimits().bodyBytes,
                hubs: loaded.federation.hubs.values.sorted { $0.region < $1.region }.map {
                    ($0.region.text, $0.profile.name, $0.adapter.digest)
                }), denied: configuration.deniedCertificates, payloadsPerSecond: configuration.pace.perSecond)
    }

    private static func library(
        _ configuration: GatewayConfiguration, _ transport: CurlTransport
    ) -> (any LicenceLibrary)? {
        configuration.licences.map { library in
            HTTPLicenceLibrary(
                name: library.name, base: library.url,
                tls: PartnerTLS(
                    certificatePath: configuration.tls.certificate, keyPath: configuration.tls.key,
                    authorityPath: configuration.tls.authority, expectedURI: library.identity,
                    denied: configuration.deniedCertificates),
                transport: transport, clock: SystemClock())
        }
    }

    func announce() {
        logger.info(
            "gateway starts",
            metadata: [
                "listen": "\(configuration.listen.address):\(configuration.listen.port)",
                "admin": "\(configuration.admin.address):\(configuration.admin.port)",
                "hubs": "\(configuration.hubs.keys.sorted().map(\.text).joined(separator: " "))",
            ])
    }

    func run() async throws {
        let logger = logger
        let tls = ServerTLSFiles(
            certificatePath: configuration.tls.certificate, keyPath: configuration.tls.key,
            authorityPath: configuration.tls.authority)
        let main = try HTTPServer(
            host: configuration.listen.address, port: configuration.listen.port,
            security: .mutualTLS(tls, identify: CertificateIdentity.read), responder: api.table, logger: logger,
            onBound: { logger.info("hubs may connect", metadata: ["port": "\($0)"]) })
        let admin = try HTTPServer(
            host: configuration.admin.address, port: configuration.admin.port, security: .plain,
            responder: AdminAPI(gateway: gateway, reconciler: reconciler).table, logger: logger,
            onBound: { logger.info("health and metrics", metadata: ["port": "\($0)"]) })
        let watch = CertificateWatch(files: tls, server: main, logger: logger)
        let group = ServiceGroup(
            services: [
                gateway, admin, main, watch, ReconcileService(reconciler: reconciler, logger: logger), alerts,
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
        await transport.shutdown()
        try store.close()
    }
}
