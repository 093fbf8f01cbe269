import KuayuAdapters
import KuayuCrypto
import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuTestKit
import Logging
import Synchronization
import Testing

/// A gateway over a store in memory whose hubs answer what a test says when they are asked for a case.
final class RepairGatewayBench: Sendable {
    static let start = Instant(epochSeconds: 1_772_416_800)
    static let digester = PortableDigester()

    let store: MemoryStore
    let key: Ed25519Key
    let clock = SettableClock(start)
    let transport: AskedTransport
    let journal = MemoryJournal()
    let gateway: Gateway

    init(store: MemoryStore = MemoryStore(), key: Ed25519Key? = nil, transport: AskedTransport = AskedTransport())
        throws
    {
        self.store = store
        self.transport = transport
        let signer = try key ?? Ed25519Key.generate()
        self.key = signer
        var logger = Logger(label: "repair")
        logger.logLevel = .critical
        gateway = try Gateway(
            federation: try Self.federation(), number: 1,
            ports: Gateway.Ports(
                store: store, transport: transport, signer: signer, crypto: LibCrypto(), clock: clock),
            logger: logger, onHalt: { _ in })
    }

    /// The same store after the program was started anew.
    func restarted() throws -> RepairGatewayBench {
        try RepairGatewayBench(store: store, key: key, transport: transport)
    }

    func executor(
        journal: (any RepairJournal)? = nil, rows: (any HubRowReader)? = nil
    ) -> RepairExecutor {
        RepairExecutor(
            gateway: gateway, journal: journal ?? self.journal, verifier: key.publicKey, rows: rows)
    }

    /// Shanghai can be asked at one path, Zhejiang and Jiangsu too; Anhui serves no cases.
    static func federation() throws -> Federation {
        let hubs = try RegionCode.federated.map { region in
            let tls = PartnerTLS(certificatePath: "", keyPath: "", authorityPath: "")
            let link = HTTPSLink(
                base: "https://\(region.text).invalid", tls: tls, pushPath: "/",
                statusPath: region == .anhui ? nil : "/recon/v1/cases/{id}")
            return FederatedHub(
                region: region, adapter: try RegionFolder.adapter(region), link: .https(link), route: RoutePolicy(),
                allowsExtension: true, hasContentDigest: true, maxLevel: .l4)
        }
        return Federation(hubs: hubs, agreements: [Agreement(from: nil, to: nil, catalogCode: nil, mode: nil)])
    }

    // MARK: cases

    /// Bytes in which Shanghai hands a new case in.
    static func document(_ number: Int, handling: String = "330106") throws -> [UInt8] {
        var record = RulesBench.application(handling: [handling])
        setNumber("S\(number)", scheme: "suid", of: .shanghai, in: &record)
        return try write(record, .shanghai, key: "S\(number)")
    }

    static func write(_ record: CaseRecord, _ region: RegionCode, key: String) throws -> [UInt8] {
        let writing = try RegionFolder.adapter(region).write(
            [CaseToWrite(record: record, allowsExtension: true)],
            envelope: EnvelopeValues(batch: key, now: start, key: key))
        return try #require(writing.bytes, "\(writing.refusals)")
    }

    static func setNumber(_ number: String, scheme: String, of region: RegionCode, in record: inout CaseRecord) {
        var row = CaseRow(.localNumbers)
        row[.localNumberRegion] = region.text
        row[.localNumberScheme] = scheme
        row[.localNumberValue] = number
        record.update(.localNumbers) { [row] rows in rows.append(row) }
    }

    /// A case that Shanghai registered for Zhejiang (or another), with its receipt.
    func register(_ number: Int = 1, handling: String = "330106") async throws -> (id: CaseID, receipt: String) {
        let payload = IntakePayload(
            sender: .shanghai, bytes: try Self.document(number, handling: handling), key: "S\(number)")
        guard case .cases(let cases, _) = await gateway.take(payload), let first = cases.first,
            let id = first.head?.caseID, let receipt = first.receipt
        else { throw BenchError(reason: "not registered") }
        return (id, receipt)
    }

    /// Every delivery counts as delivered, and the ledgers say so.
    func settle() throws {
        try store.write { transaction in
            for hub in RegionCode.federated {
                let open = try transaction.deliveries(
                    states: Set(DeliveryState.allCases.filter { !$0.isSettled }), hub: hub, after: nil, limit: 10_000)
                for var row in open {
                    row.state = .delivered
                    row.settledAt = clock.now
                    try transaction.upsert(row)
                    try transaction.upsert(try ledgerRow(row.caseID, version: row.version, hub, transaction))
                }
            }
        }
    }

    func ledgerRow(_ id: CaseID, version: Int, _ hub: RegionCode, _ reader: any CaseReader) throws -> LedgerRow {
        let event = try #require(try reader.event(id, version: version))
        let federated = try #require(gateway.federation.hubs[hub])
        let released = try CaseAccess.released(event, to: federated, in: gateway.federation)
        return LedgerRow(
            hub: hub, lane: hub == event.head.origin ? .out : .in, caseID: id, version: version,
            status: event.head.status, contentDigest: ContentDigest(LibCrypto().sha256(released.document)).text,
            registeredAt: event.head.registeredAt, nonce: event.head.nonce, toldAt: clock.now)
    }

    /// The row that a hub would have of a version.
    func element(_ id: CaseID, version: Int, _ hub: RegionCode) throws -> LedgerElement {
        try store.read { try self.ledgerRow(id, version: version, hub, $0) }.element
    }

    /// What the gateway's ledger says.
    func expected(_ id: CaseID, _ hub: RegionCode) throws -> LedgerElement? {
        try store.read { try $0.ledger(hub: hub, after: nil, limit: 10_000) }.first { $0.caseID == id }?.element
    }

    func deliveries(_ id: CaseID, _ hub: RegionCode) throws -> [DeliveryRow] {
        try store.read { try $0.deliveries(caseID: id) }.filter { $0.hub == hub }
    }

    // MARK: what hubs say

    /// Zhejiang says that it accepted a case, as an event of its own that it has counted already.
    func zhejiangAccepts(_ id: CaseID, version: Int, of other: CaseID? = nil) throws -> LedgerElement {
        let event = try #require(try store.read { try $0.caseInForce(other ?? id) })
        var record = try #require(CaseDocument.decode(event.canonical).record)
        for field in [Field.version, .registeredAt, .calendar] { record[field] = nil }
        record[.status] = "accepted"
        Self.setNumber("Z\((other ?? id).text)", scheme: "projectId", of: .zhejiang, in: &record)
        let body = try Self.write(record, .zhejiang, key: "Z\(id.text)")
        let registration = CaseRegistration(
            caseID: id, version: version, status: .accepted, at: Int(event.head.registeredAt.epochSeconds),
            nonce: event.head.nonce, contentDigest: nil)
        transport.say(id, 200, [(CaseHeader.name, try CaseHeader.write([registration]))], body)
        return LedgerElement(
            caseID: id.text, version: version, status: "accepted", contentDigest: "-", nonce: event.head.nonce,
            registeredAt: event.head.registeredAt.epochSeconds)
    }

    // MARK: plans

    static func plan(_ hub: RegionCode, _ steps: [RepairStep]) -> RepairPlan {
        RepairPlan(run: "RC-\(hub.text)-20260302100000-0001", hub: hub, steps: steps, digester: digester)
    }

    static func step(
        _ id: CaseID, _ action: RepairAction, lane: Lane = .in, sendings: [RepairStep.Sending] = [],
        expected: LedgerElement?, found: [LedgerElement]
    ) -> RepairStep {
        let version = found.map(\.version).max()
        return RepairStep(
            index: 0, breakID: "b-\(id.text)", code: .behind, action: action, lane: lane, caseID: id.text,
            sendings: sendings, intakeID: version.map { RepairStep.intakeID(caseID: id.text, version: $0) },
            expected: expected, found: found.map { HubRow(element: $0) })
    }

    /// A step that sends everything again that a hub was told of a case which it has lost.
    func redelivery(_ id: CaseID, _ hub: RegionCode = .zhejiang, _ action: RepairAction = .redeliver) throws
        -> RepairStep
    {
        let sendings = try deliveries(id, hub).map {
            RepairStep.Sending(version: $0.version, messageID: $0.messageID, attemptCount: $0.attemptCount)
        }
        return Self.step(id, action, sendings: sendings, expected: try expected(id, hub), found: [])
    }

    func carryOut(_ step: RepairStep, at hub: RegionCode = .zhejiang) async throws -> RepairOutcome? {
        // A journal of its own: nothing is known of an earlier try.
        let execution = try await executor(journal: MemoryJournal()).carryOut(Self.plan(hub, [step]), by: "gateway")
        return execution.outcomes[0]
    }
}

/// Hubs that take nothing and answer what they were told to when they are asked for a case.
final class AskedTransport: PartnerTransport {
    private struct State {
        var answers: [String: PartnerOutcome] = [:]
        var asked: [String] = []
        var pushed = 0
    }

    private let state = Mutex(State())

    func say(
        _ id: CaseID, _ status: Int, _ headers: [(name: String, value: String)] = [], _ body: [UInt8] = []
    ) {
        state.withLock { $0.answers[id.text] = .answered(status: status, headers: headers, body: body) }
    }

    /// Cases that hubs were asked for.
    var asked: [String] { state.withLock { $0.asked } }

    func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        guard request.method == "GET", let id = request.url.split(separator: "/").last.map(String.init) else {
            state.withLock { $0.pushed += 1 }
            return
        }
        let answer = state.withLock { state in
            state.asked.append(id)
            return state.answers[id] ?? .answered(status: 404, headers: [], body: [])
        }
        completion(answer)
    }

    func put(_ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void) {}
    func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String] { [] }
    func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8] {
        throw .notFound(path)
    }
    func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError) {}
}

/// A journal in memory that can die: before a call has its effect, or just after.
final class MemoryJournal: RepairJournal {
    private struct State {
        var plans: [(plan: RepairPlan, by: String, isEnded: Bool)] = []
        var outcomes: [String: [Int: RepairOutcome]] = [:]
        var recordsLeft = Int.max
        var keepsLast = false
    }

    private let state = Mutex(State())

    /// Dies at the record after so many more, which is kept or is not.
    func die(afterRecords count: Int, keepsLast: Bool) {
        state.withLock {
            $0.recordsLeft = count
            $0.keepsLast = keepsLast
        }
    }

    func begin(_ plan: RepairPlan, by: String, at: Instant) async throws(StoreError) {
        state.withLock { state in
            if !state.plans.contains(where: { $0.plan.id == plan.id }) { state.plans.append((plan, by, false)) }
        }
    }

    func record(_ outcome: RepairOutcome, step: Int, of planID: String, at: Instant) async throws(StoreError) {
        let isDead = state.withLock { state in
            let isDead = state.recordsLeft == 0
            if !isDead { state.recordsLeft -= 1 }
            if !isDead || state.keepsLast {
                let old = state.outcomes[planID, default: [:]][step]
                state.outcomes[planID, default: [:]][step] = old ?? outcome
            }
            return isDead
        }
        if isDead { throw .unavailable("killed") }
    }

    func outcomes(of planID: String) async throws(StoreError) -> [Int: RepairOutcome] {
        state.withLock { $0.outcomes[planID] ?? [:] }
    }

    func end(_ planID: String, at: Instant) async throws(StoreError) {
        state.withLock { state in
            for index in state.plans.indices where state.plans[index].plan.id == planID {
                state.plans[index].isEnded = true
            }
        }
    }

    func openPlans() async throws(StoreError) -> [(plan: RepairPlan, by: String)] {
        state.withLock { $0.plans.filter { !$0.isEnded }.map { ($0.plan, $0.by) } }
    }
}

/// Rows that hubs have, as a test says; counts how often it is asked.
final class FixedRows: HubRowReader {
    private let rows: [String: [HubRow]]
    private let failure: FeedError?
    private let count = Mutex(0)

    init(_ rows: [String: [HubRow]], failure: FeedError? = nil) {
        self.rows = rows
        self.failure = failure
    }

    var askedCount: Int { count.withLock { $0 } }

    func rows(of caseIDs: [String], lane: Lane, at hub: RegionCode) async throws(FeedError) -> [String: [HubRow]] {
        count.withLock { $0 += 1 }
        if let failure { throw failure }
        return rows.filter { caseIDs.contains($0.key) }
    }
}
