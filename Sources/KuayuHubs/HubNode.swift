import KuayuCrypto
import KuayuCurl
public import KuayuEvidence
public import KuayuGateway
import KuayuHTTP
import KuayuModel
public import Logging
public import ServiceLifecycle
import Synchronization

/// A simulated hub: a real server in front of a ledger of its own, and a client of the gateway.
public final class HubNode: Service, Sendable {
    let settings: HubSettings
    let format: any LocalFormat
    let transport: CurlTransport
    let logger: Logger
    let clock: any GatewayClock
    let desk: SharedDesk
    let misbehaviour = Mutex(Misbehaviour.none)
    let isPaused = Mutex(false)
    let licences = LicenceShelf()
    /// What the hub answers reconciliation with.
    let recon: ReconAPI
    /// Its ledger in a database, where it has one.
    private let mirror: LedgerMirror?
    /// Believes receipts of the gateway's key only.
    let receiptVerifier: Ed25519PublicKey
    private let onReady: @Sendable (HubAddresses) -> Void

    /// A hub that is not running yet; `onReady` hears where it listens.
    public init(
        settings: HubSettings, clock: any GatewayClock, logger: Logger,
        onReady: @escaping @Sendable (HubAddresses) -> Void = { _ in }
    ) throws {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        self.onReady = onReady
        transport = try CurlTransport()
        receiptVerifier = try Ed25519PublicKey(pem: settings.receiptKeyPEM)
        var desk = try HubDesk(region: settings.region, items: settings.items, seed: settings.seed)
        desk.usesExtension = settings.usesExtension
        format = desk.format
        self.desk = SharedDesk(desk)
        mirror = settings.ledgerDatabase.map { [desk = self.desk] in LedgerMirror(conninfo: $0, desk: desk) }
        recon = Self.reconciliation(settings, self.desk, mirror, clock)
    }

    private static func reconciliation(
        _ settings: HubSettings, _ desk: SharedDesk, _ mirror: LedgerMirror?, _ clock: any GatewayClock
    ) -> ReconAPI {
        var recon = ReconAPI.Settings(hub: settings.region)
        if let profiles = settings.profiles { recon.profiles = profiles }
        recon.compressesFeeds = settings.region == .shanghai
        var source: any HubLedgerSource = BookSource(desk: desk, clock: clock)
        if let mirror, let conninfo = settings.ledgerDatabase {
            source = MirroredSource(
                mirror: mirror, database: PostgreSQLSource(conninfo: conninfo), desk: desk, clock: clock)
        }
        return ReconAPI(settings: recon, source: source, clock: clock)
    }

    /// Serves, makes cases, handles them and exchanges with the gateway until shut down.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await cancelWhenGracefulShutdown { try await HubServers(node: self).run(self.onReady) }
            }
            group.addTask { try await cancelWhenGracefulShutdown { try await self.makeCases() } }
            if settings.handles {
                group.addTask { try await cancelWhenGracefulShutdown { try await self.handleCases() } }
            }
            if let mirror { group.addTask { try await cancelWhenGracefulShutdown { try await mirror.run() } } }
            switch settings.region {
            case .jiangsu, .zhejiang:
                for _ in 0..<settings.concurrency {
                    group.addTask { try await cancelWhenGracefulShutdown { try await PushClient(node: self).run() } }
                }
            case .anhui:
                group.addTask { try await cancelWhenGracefulShutdown { try await FileClient(node: self).run() } }
                group.addTask { try await cancelWhenGracefulShutdown { try await LedgerDrop(node: self).run() } }
            default: break
            }
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
                group.cancelAll()
            }
        }
        await transport.shutdown(grace: .seconds(1))
    }

    /// Whom the gateway must prove to be, and who we are.
    var tls: PartnerTLS {
        PartnerTLS(
            certificatePath: settings.certificate, keyPath: settings.key, authorityPath: settings.authority,
            expectedURI: "urn:kuayu:gateway")
    }

    /// The signed headers of Zhejiang.
    var signature: HeaderSignature {
        HeaderSignature(rid: "zj-\(settings.region.text)", sid: "s_1320000000000_0001", secret: settings.secret)
    }

    var behaviour: Misbehaviour { misbehaviour.withLock { $0 } }

    /// Does something with the hub's book.
    func withBook<Result: Sendable>(_ body: (inout HubBook) -> Result) -> Result {
        desk.withLock { body(&$0.book) }
    }

    // MARK: making and handling cases

    private func makeCases() async throws {
        guard settings.rate > 0 else { return try await waitForever() }
        let targets = RegionCode.federated.filter { $0 != settings.region && settings.items[$0]?.isEmpty == false }
        guard !targets.isEmpty else { return try await waitForever() }
        for index in 0..<settings.caseLimit {
            while isPaused.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(50)) }
            let now = clock.now
            desk.withLock { $0.make(to: targets[index % targets.count], now: now) }
            try await Task.sleep(for: .seconds(1 / settings.rate))
        }
        try await waitForever()
    }

    private func waitForever() async throws {
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private func handleCases() async throws {
        let pause = settings.stepMilliseconds
        while true {
            let now = clock.now
            desk.withLock { $0.work(now: now, pause: pause) }
            try await Task.sleep(for: .milliseconds(max(20, min(200, pause / 3))))
        }
    }

    // MARK: what arrives

    /// Applies the documents of a payload with their registration data.
    func apply(_ documents: [LocalTree], messages: [String], registrations: [CaseRegistration]) -> Bool {
        let (now, pause) = (clock.now, settings.stepMilliseconds)
        return desk.withLock {
            $0.apply(documents, messages: messages, registrations: registrations, now: now, pause: pause)
        }
    }

    /// What a hub's ledger holds, for reconciliation.
    public var ledger: [CaseRegistration] { withBook(\.ledger) }
}

/// Where a hub listens.
public struct HubAddresses: Hashable, Sendable {
    /// Port of its own interface; 0 for a region that exchanges files.
    public var port: Int
    /// Port of its control interface.
    public var controlPort: Int
}

/// Why a hub cannot be simulated.
enum HubError: Error {
    case noSuchRegion(RegionCode)
    case noFolder
}
