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
    let book = Mutex(HubBook())
    let rng: Mutex<SeededGenerator>
    let misbehaviour = Mutex(Misbehaviour.none)
    let isPaused = Mutex(false)
    /// Believes receipts of the gateway's key only.
    let receiptVerifier: Ed25519PublicKey
    private let serial = Mutex(0)
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
        rng = Mutex(SeededGenerator(seed: settings.seed ^ UInt64(settings.region.value)))
        transport = try CurlTransport()
        receiptVerifier = try Ed25519PublicKey(pem: settings.receiptKeyPEM)
        format = try Self.format(of: settings.region)
    }

    private static func format(of region: RegionCode) throws -> any LocalFormat {
        switch region {
        case .shanghai: ShanghaiFormat()
        case .jiangsu: JiangsuFormat()
        case .zhejiang: ZhejiangFormat()
        case .anhui: AnhuiFormat()
        default: throw HubError.noSuchRegion(region)
        }
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
            switch settings.region {
            case .jiangsu, .zhejiang:
                for _ in 0..<settings.concurrency {
                    group.addTask { try await cancelWhenGracefulShutdown { try await PushClient(node: self).run() } }
                }
            case .anhui:
                group.addTask { try await cancelWhenGracefulShutdown { try await FileClient(node: self).run() } }
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

    // MARK: making and handling cases

    private func makeCases() async throws {
        guard settings.rate > 0 else { return try await waitForever() }
        let targets = RegionCode.federated.filter { $0 != settings.region && settings.items[$0]?.isEmpty == false }
        guard !targets.isEmpty else { return try await waitForever() }
        for index in 0..<settings.caseLimit {
            while isPaused.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(50)) }
            makeCase(to: targets[index % targets.count])
            try await Task.sleep(for: .seconds(1 / settings.rate))
        }
        try await waitForever()
    }

    private func waitForever() async throws {
        while true { try await Task.sleep(for: .seconds(3600)) }
    }

    /// One new case for another region.
    func makeCase(to target: RegionCode) {
        let number = nextNumber()
        let draft = rng.withLock { rng in
            CaseDraft.make(
                serial: number.serial, from: settings.region, to: target, items: settings.items[target] ?? [],
                now: clock.now, using: &rng)
        }
        let document = format.draft(draft, number: number.text)
        book.withLock { book in
            book.create(
                HubBook.Entry(
                    number: number.text, document: document, registration: nil, isHandled: false, stages: [],
                    dataVersion: 1, changedAt: clock.now, nextStepAt: nil, isPending: true),
                key: "\(settings.region.text)-\(number.text)-1")
        }
    }

    private func handleCases() async throws {
        while true {
            let now = clock.now
            let format = format
            let pause = settings.stepMilliseconds
            book.withLock { book in
                for number in book.due(at: now) { book.step(number, format: format, now: now, pause: pause) }
            }
            try await Task.sleep(for: .milliseconds(max(20, min(200, pause / 3))))
        }
    }

    /// The region's own next number, in the shape its system gives.
    func nextNumber() -> (serial: Int, text: String) {
        let number = serial.withLock { serial in
            serial += 1
            return serial
        }
        let day = LocalTime.text(clock.now, "yyyyMMdd")
        let text: String
        switch settings.region {
        case .shanghai: text = "SH\(day)" + padded(number, 8)
        case .jiangsu:
            // 48 characters: a task code of 31, the day, 9 digits.
            text = "11320000MB1A00000D3000000000000" + day + padded(number, 9)
        case .zhejiang: text = "3300002" + String(day.dropFirst(2)) + "0" + padded(number, 7)
        default: text = "AH\(day)" + padded(number, 8)
        }
        return (number, text)
    }

    /// What lies ahead of a case that this hub handles.
    func drawStages() -> [CaseStage] {
        rng.withLock { rng in
            var stages: [CaseStage] = [.accepted]
            if rng.chance(permille: 200) { stages += [.supplementing, .reviewing] } else { stages.append(.reviewing) }
            stages.append(rng.chance(permille: 850) ? .granted : .denied)
            return stages
        }
    }

    // MARK: what arrives

    /// Applies the documents of a payload with their registration data.
    func apply(_ documents: [LocalTree], messages: [String], registrations: [CaseRegistration]) -> Bool {
        guard documents.count == messages.count, documents.count == registrations.count else { return false }
        let now = clock.now
        book.withLock { book in
            for index in documents.indices {
                _ = book.apply(
                    documents[index], messageID: messages[index], registration: registrations[index], format: format,
                    ownNumber: { nextNumber().text }, stages: drawStages, now: now)
            }
        }
        return true
    }

    /// What a hub's ledger holds, for reconciliation.
    public var ledger: [CaseRegistration] { book.withLock(\.ledger) }
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
