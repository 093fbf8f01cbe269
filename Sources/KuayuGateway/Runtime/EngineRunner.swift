import Dispatch
import KuayuEngine
import KuayuEvidence
import KuayuModel
import KuayuReconcile
import KuayuRules
import Logging
import Synchronization

/// Runs the engine: gathers work while a commit is under way, takes it in one round, commits once, then lets answers
/// and sends out.
///
/// One commit therefore carries whatever arrived during the last one (group commit).
///
/// Rounds run on a serial queue of their own, because the store blocks. Nothing else touches the engine.
public final class EngineRunner: Sendable {
    /// Most pieces of work in one round; the rest waits for the next.
    static let roundLimit = 512

    /// Something for the engine.
    enum Work: Sendable {
        case payload([IncomingCase], answer: @Sendable ([CaseAnswer]) -> Void)
        case replied(SendReply)
        case command(OperatorCommand, answer: @Sendable (Answer) -> Void)
        /// Cases whose time has come; answers whether what followed was stored.
        case look([CaseID], answer: @Sendable (Bool) -> Void)
        /// Another work calendar, already checked, with the bytes it came from; answers whether it was stored.
        case calendar(WorkCalendar, bytes: [UInt8], by: String, answer: @Sendable (Bool) -> Void)
        /// A step of a repair; answers what came of it once that is stored.
        case repair(RepairWork, answer: @Sendable (RepairOutcome) -> Void)
        case wake
    }

    private struct Inbox {
        var work: [Work] = []
        var isScheduled = false
        var isStopped = false
        var lastTicket: UInt64 = 0
        var armedFor: Instant?
    }

    private let inbox = Mutex(Inbox())
    private let round: Mutex<Round>
    private let published = Mutex<[RouteStatus]>([])
    private let isEnding = Atomic<Bool>(false)
    private let queue = DispatchQueue(label: "kuayu.engine")
    private let clock: any GatewayClock
    let counters: GatewayCounters
    private let onSend: @Sendable (SendOrder) -> Void
    private let onHalt: @Sendable (String) -> Void
    private let logger: Logger

    /// A runner over what the store holds.
    ///
    /// - Parameters:
    ///   - onSend: starts a send; must not block; answers by ``replied(_:)``.
    ///   - onHalt: called when the store can no longer be trusted; the program has to start anew.
    init(
        federation: Federation, rulebook: Rulebook, gateway: Int, store: any CaseStore, signer: any ReceiptSigner,
        crypto: any EvidenceCrypto, clock: any GatewayClock, cache: CaseCache, counters: GatewayCounters,
        logger: Logger, onSend: @escaping @Sendable (SendOrder) -> Void, onHalt: @escaping @Sendable (String) -> Void
    ) throws {
        self.clock = clock
        self.counters = counters
        self.logger = logger
        self.onSend = onSend
        self.onHalt = onHalt
        round = Mutex(
            try Round(
                federation: federation, rulebook: rulebook, gateway: gateway, store: store, signer: signer,
                crypto: crypto, cache: cache, logger: logger, now: clock.now))
    }

    /// Handles for `count` submissions.
    func tickets(_ count: Int) -> [Ticket] {
        inbox.withLock { inbox in
            inbox.lastTicket += UInt64(count)
            return (0..<UInt64(count)).map { Ticket(inbox.lastTicket - UInt64(count) + 1 + $0) }
        }
    }

    /// Hands work in; returns at once.
    func submit(_ work: Work) {
        let starts = inbox.withLock { inbox in
            inbox.work.append(work)
            defer { inbox.isScheduled = true }
            return !inbox.isScheduled
        }
        if starts { queue.async { self.drain() } }
    }

    /// How the routes stood after the last round.
    var routeStatus: [RouteStatus] { published.withLock { $0 } }

    /// Takes no more work; what is under way is finished.
    ///
    /// Returns when the last round is over.
    func stop(grace: Duration) async {
        isEnding.store(true, ordering: .releasing)
        let until = ContinuousClock.now + grace
        while ContinuousClock.now < until, routeStatus.contains(where: { $0.inFlight > 0 }) {
            try? await Task.sleep(for: .milliseconds(20))
        }
        inbox.withLock { $0.isStopped = true }
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    private func drain() {
        while true {
            let work: [Work] = inbox.withLock { inbox in
                if inbox.work.isEmpty || inbox.isStopped {
                    inbox.isScheduled = false
                    return []
                }
                let taken = Array(inbox.work.prefix(Self.roundLimit))
                inbox.work.removeFirst(taken.count)
                return taken
            }
            if work.isEmpty { return }
            run(work)
        }
    }

    private func run(_ work: [Work]) {
        let result = round.withLock { round in
            let outcome = round.run(work, now: clock.now, startsSends: !isEnding.load(ordering: .acquiring))
            published.withLock { $0 = round.engine.routeStatus }
            return outcome
        }
        for answer in result.answers { answer() }
        for order in result.sends { onSend(order) }
        for alert in result.alerts { log(alert) }
        for notice in result.raised { log(notice) }
        counters.add(result.tally)
        if let reason = result.halt { onHalt(reason) }
        arm(result.nextWake)
    }

    /// Makes sure that a wake comes at the time the engine named.
    private func arm(_ wake: Instant?) {
        guard let wake else { return }
        let isNeeded = inbox.withLock { inbox in
            if let armed = inbox.armedFor, armed <= wake { return false }
            inbox.armedFor = wake
            return true
        }
        if !isNeeded { return }
        let wait = max(1, wake.epochMilliseconds - clock.now.epochMilliseconds)
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(min(wait, 3_600_000)))) {
            self.inbox.withLock { if $0.armedFor == wake { $0.armedFor = nil } }
            self.submit(.wake)
        }
    }

    private func log(_ alert: Alert) {
        switch alert {
        case .routeFailing(let hub, let reason):
            logger.warning("route is failing", metadata: ["region": "\(hub.text)", "reason": "\(reason)"])
        case .routeFault(let hub, let reason):
            logger.error("route is wrong", metadata: ["region": "\(hub.text)", "reason": "\(reason)"])
        case .routeHealthy(let hub):
            logger.info("route works again", metadata: ["region": "\(hub.text)"])
        case .parked(let row):
            logger.error("delivery is parked", metadata: Self.facts(row))
        case .inDoubt(let row):
            logger.error("delivery is in doubt", metadata: Self.facts(row))
        }
    }

    private func log(_ notice: NoticeRow) {
        let facts: Logger.Metadata = [
            "case-id": "\(notice.caseID.text)", "notice": "\(notice.kind.rawValue)",
        ]
        logger.log(level: notice.severity == .info ? .info : .warning, "a notice was raised", metadata: facts)
    }

    private static func facts(_ row: DeliveryRow) -> Logger.Metadata {
        [
            "delivery": "\(row.id.value)", "case-id": "\(row.caseID.text)", "region": "\(row.hub.text)",
            "reason": "\(row.reason ?? "")",
        ]
    }
}
