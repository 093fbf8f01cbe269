public import KuayuEvidence
public import KuayuModel
public import KuayuReconcile
import KuayuRules
public import Logging
import Synchronization

/// The store as reconciliation needs it.
public typealias ReconcilingStore = CaseStore & ReconcileStore & SnapshotStore

/// Compares the ledgers of the hubs with the gateway's, keeps what differs, repairs what is safe to repair.
public final class Reconciler: Sendable {
    let gateway: Gateway
    let store: any ReconcilingStore
    let journal: any RepairJournal
    let feeds: any FeedComparing
    let verifier: any ReceiptVerifier
    let settings: ReconcileSettings
    let rulebook: Rulebook
    let logger: Logger
    let turns = HubTurns()
    private let counter = Mutex(0)

    /// What a reconciler works with.
    ///
    /// - Parameters:
    ///   - verifier: the keys whose receipts are believed.
    ///   - rulebook: what a case may do; the calendar that the store keeps goes before its own.
    public init(
        gateway: Gateway, store: any ReconcilingStore, journal: any RepairJournal, feeds: any FeedComparing,
        verifier: any ReceiptVerifier, settings: ReconcileSettings = ReconcileSettings(),
        rulebook: Rulebook = Rulebook(), logger: Logger
    ) {
        self.gateway = gateway
        self.store = store
        self.journal = journal
        self.feeds = feeds
        self.verifier = verifier
        self.settings = settings
        self.rulebook = rulebook
        self.logger = logger
    }

    var digester: LedgerDigester { LedgerDigester(crypto: gateway.crypto) }

    var now: Instant { gateway.clock.now }

    /// Today at +08:00.
    public var today: CalendarDate { now.date }

    /// Hubs whose ledgers are compared, ascending.
    public var hubs: [RegionCode] {
        gateway.federation.hubs.values.filter { $0.reconciliation != nil }.map(\.region).sorted()
    }

    /// Compares a hub's ledger now, and repairs what may be repaired without a person.
    ///
    /// - Parameters:
    ///   - day: the day that a daily run closes.
    ///   - id: that of a run that was cut short and is begun anew.
    /// - Throws: when the gateway's own store fails; what the hub does wrong stands in the run.
    public func run(
        _ hub: RegionCode, kind: RunRecord.Kind, day: CalendarDate? = nil, again id: String? = nil
    ) async throws -> RunRecord {
        guard let federated = gateway.federation.hubs[hub], let plan = federated.reconciliation else {
            throw ReconcileRefusal.noSuchHub(hub)
        }
        return try await turns.take(hub) {
            let run = try begin(hub, plan, kind: kind, day: day, again: id)
            let ended: RunRecord
            if kind == .audit {
                ended = try await ReconcileAudit(reconciler: self, hub: federated, plan: plan).carryOut(run)
            } else {
                ended = try await ReconcileRun(reconciler: self, hub: federated, plan: plan).carryOut(run)
            }
            if settings.repairs, ended.state == .differs { try await repairAutomatically(federated, run: ended) }
            return ended
        }
    }

    private func begin(
        _ hub: RegionCode, _ plan: ReconciliationPlan, kind: RunRecord.Kind, day: CalendarDate?, again id: String?
    ) throws -> RunRecord {
        let start = now
        let run = RunRecord(
            id: id ?? newID(hub, start), hub: hub, profile: plan.profile, kind: kind, day: day, startedAt: start)
        try store.writeReconciliation { transaction in
            if id == nil { try transaction.insert(run) }
        }
        guard let id, let known = try store.readReconciliation({ try $0.run(id) }) else { return run }
        return known
    }

    private func newID(_ hub: RegionCode, _ start: Instant) -> String {
        let number = counter.withLock { counter in
            counter = (counter + 1) % 10_000
            return counter
        }
        let digits = start.canonical.filter(\.isNumber).prefix(14)
        let padded = String(number + 10_000).dropFirst()
        return "RC-\(hub.text)-\(digits)-\(padded)"
    }

    /// The rules with the calendar that was loaded last.
    func currentRulebook() throws -> Rulebook {
        guard let bytes = try store.read({ try $0.calendar() }) else { return rulebook }
        return rulebook.with(calendar: try WorkCalendar(csv: bytes))
    }
}

/// Why something is not done.
public enum ReconcileRefusal: Error, Hashable, Sendable {
    /// No such hub is configured, or its ledger is not compared.
    case noSuchHub(RegionCode)
    /// No break has this id.
    case noSuchBreak(String)
    /// No run has this id.
    case noSuchRun(String)
    /// No such plan is at hand: the breaks have moved since it was made; it has to be made anew.
    case noSuchPlan(String)
    /// What was ordered does not fit.
    case order(BreakRefusal)
    /// The day cannot be signed.
    case signOff(SignOff.Refusal)
}
