import KuayuAdapters
public import KuayuEngine
public import KuayuEvidence
public import KuayuModel
public import Logging
public import ServiceLifecycle

/// The gateway: takes payloads in, delivers events, answers look-ups.
///
/// One per store.
public final class Gateway: Service, Sendable {
    /// Its hubs and agreements.
    public let federation: Federation
    /// Its store, for look-ups.
    public let store: any CaseStore
    /// Counters since the start.
    public let counters: GatewayCounters
    /// Its clock.
    public let clock: any GatewayClock
    /// Its digests.
    public let crypto: any EvidenceCrypto
    private let intake: Intake
    let runner: EngineRunner
    private let files: FileExchange
    let transport: any PartnerTransport
    let logger: Logger
    private let firstReach: Duration
    private let lookInterval: Duration

    /// The outside of a gateway.
    public struct Ports: Sendable {
        /// Keeps everything.
        public var store: any CaseStore
        /// Reaches the hubs.
        public var transport: any PartnerTransport
        /// Signs receipts.
        public var signer: any ReceiptSigner
        /// Digests.
        public var crypto: any EvidenceCrypto
        /// Time.
        public var clock: any GatewayClock
        /// Where licences are looked up; nil where there is none.
        public var licences: (any LicenceLibrary)?

        /// The outside of a gateway.
        public init(
            store: any CaseStore, transport: any PartnerTransport, signer: any ReceiptSigner,
            crypto: any EvidenceCrypto, clock: any GatewayClock, licences: (any LicenceLibrary)? = nil
        ) {
            self.store = store
            self.transport = transport
            self.signer = signer
            self.crypto = crypto
            self.clock = clock
            self.licences = licences
        }
    }

    /// A gateway over what its store holds.
    ///
    /// - Parameters:
    ///   - number: 0 to 99, the first two of the seven digits of the case ids it gives.
    ///   - rulebook: what a case may do; the calendar that the store keeps goes before its own.
    ///   - firstReach: how far back the first pulled window reaches.
    ///   - lookInterval: pause between looks for cases whose time has come.
    ///   - onHalt: called when the store can no longer be trusted; the program has to end and start anew.
    public init(
        federation: Federation, rulebook: Rulebook = Rulebook(), number: Int, ports: Ports,
        firstReach: Duration = .seconds(86_400), lookInterval: Duration = .seconds(30), logger: Logger,
        onHalt: @escaping @Sendable (String) -> Void
    ) throws {
        self.federation = federation
        self.logger = logger
        self.firstReach = firstReach
        self.lookInterval = lookInterval
        store = ports.store
        clock = ports.clock
        crypto = ports.crypto
        transport = ports.transport
        counters = GatewayCounters()
        let cache = CaseCache()
        let files = FileExchange(
            transport: ports.transport, crypto: ports.crypto, clock: ports.clock, logger: logger)
        self.files = files
        let dispatcher = Dispatcher(
            federation: federation, store: ports.store, cache: cache, transport: ports.transport, files: files,
            crypto: ports.crypto, clock: ports.clock, logger: logger)
        let link = RunnerLink()
        runner = try EngineRunner(
            federation: federation, rulebook: try Self.current(rulebook, ports.store), gateway: number,
            store: ports.store, signer: ports.signer, crypto: ports.crypto,
            clock: ports.clock, cache: cache, counters: counters, logger: logger,
            onSend: { order in dispatcher.start(order) { link.deliver($0) } }, onHalt: onHalt)
        link.connect(runner)
        intake = Intake(
            federation: federation, runner: runner, crypto: ports.crypto, licences: ports.licences)
    }

    /// Pulls, watches folders and delivers until the service is shut down.
    public func run() async throws {
        runner.submit(.wake)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for hub in federation.hubs.values.sorted(by: { $0.region < $1.region }) {
                switch hub.link {
                case .https(let link):
                    guard let plan = link.pull else { continue }
                    let service = PullService(
                        hub: hub, link: link, plan: plan, intake: intake, transport: transport, clock: clock,
                        logger: logger, lastReceived: try store.read { try $0.lastReceived(sender: hub.region) },
                        firstReach: firstReach)
                    group.addTask { try await cancelWhenGracefulShutdown { try await service.run() } }
                case .files(let link):
                    let service = FileService(hub: hub, link: link, exchange: files, intake: intake, logger: logger)
                    group.addTask { try await cancelWhenGracefulShutdown { try await service.run() } }
                }
            }
            let looks = looks
            group.addTask { try await cancelWhenGracefulShutdown { try await looks.run() } }
            group.addTask { try? await gracefulShutdown() }
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
        // Replies of what was sent are waited for, so that a stop leaves no outcome unknown.
        await runner.stop(grace: .seconds(5))
    }

    /// Takes a payload of a hub whose identity is proven.
    ///
    /// Returns once everything it says is durable.
    public func take(_ payload: IntakePayload) async -> IntakeAnswer { await intake.take(payload) }

    /// Carries out an operator's command; the answer comes after it is durable.
    public func carryOut(_ command: OperatorCommand) async -> Answer {
        await withCheckedContinuation { continuation in
            runner.submit(.command(command) { continuation.resume(returning: $0) })
        }
    }

    /// The rules with the calendar that was loaded last.
    private static func current(_ rulebook: Rulebook, _ store: any CaseStore) throws -> Rulebook {
        guard let bytes = try store.read({ try $0.calendar() }) else { return rulebook }
        do {
            return rulebook.with(calendar: try WorkCalendar(csv: bytes))
        } catch {
            throw StoreError.corrupt("its work calendar cannot be read: \(error)")
        }
    }

    /// Counts by another work calendar from now on; open cases are looked at anew.
    ///
    /// - Parameter by: who decided it; kept with the decision.
    /// - Returns: false when the store did not take it.
    public func load(calendar: WorkCalendar, bytes: [UInt8], by person: String) async -> Bool {
        await withCheckedContinuation { continuation in
            runner.submit(.calendar(calendar, bytes: bytes, by: person) { continuation.resume(returning: $0) })
        }
    }

    private var looks: LookService {
        LookService(store: store, runner: runner, clock: clock, interval: lookInterval, logger: logger)
    }

    /// Looks at every case whose time has come; the running gateway does so by itself.
    package func lookAtDueCases() async { await looks.lookAtAll() }

    /// How the routes stood after the last round.
    public var routeStatus: [RouteStatus] { runner.routeStatus }
}
