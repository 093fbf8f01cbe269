import KuayuEngine
import KuayuModel

/// A federation in a box: one gateway with a crashing store, hubs with ledgers, a bad network, a virtual clock.
///
/// Everything comes from one seed, so a run can be repeated to the letter. The gateway is the product's own reducer.
public struct Simulator {
    /// What a run found.
    public struct Report: Sendable {
        /// The seed.
        public let seed: UInt64
        /// Broken invariants; empty for a good run.
        public let violations: [String]
        /// Digest of the trace: equal for equal runs.
        public let traceDigest: String
        /// The trace, if it was asked for.
        public let trace: [String]
        /// How often each probe point was hit.
        public let probes: [String: Int]
        /// Engine events.
        public let steps: Int
        /// Virtual milliseconds.
        public let elapsedMilliseconds: Int64
    }

    let parameters: SimulationParameters
    let seed: UInt64
    let mutant: Mutant?
    let keepsTrace: Bool
    let configuration: EngineConfiguration
    var rng: SeededGenerator
    var agenda = Agenda()
    var now = Instant(epochMilliseconds: 1_795_500_000_000)
    let start = Instant(epochMilliseconds: 1_795_500_000_000)
    var store = SimulatedStore()
    var hubs: [RegionCode: SimulatedHub] = [:]
    let regions: [RegionCode] = RegionCode.federated
    /// nil while the gateway is down.
    var engine: EngineUnderTest?
    var epoch = 0
    var inbox: [GatewayWork] = []
    var isCommitting = false
    var isCalm = false
    var partitioned: Set<RegionCode> = []
    var tickets: [UInt64: TicketOwner] = [:]
    var lastTicket: UInt64 = 0
    var acknowledged: [SimulatedStore.MessageKey] = []
    var violations: [String] = []
    var probes: [String: Int] = [:]
    var trace = Trace()
    var steps = 0

    /// Who waits behind a ticket.
    struct TicketOwner {
        let hub: RegionCode
        let messageID: String
    }

    /// Something for the gateway's next round.
    enum GatewayWork {
        case submission(hub: RegionCode, message: SimulatedHub.Outgoing, ticket: UInt64)
        case reply(SendReply, epoch: Int)
        case command(OperatorCommand)
        /// Bring every event of a case from a version on to a hub once more.
        case redeliver(CaseID, to: RegionCode, from: Int)
        case wake
    }

    /// A run of one seed.
    ///
    /// - Parameters:
    ///   - parameters: the world; by default drawn from the seed.
    ///   - mutant: a broken engine in place of the real one.
    ///   - keepsTrace: whether the report carries the whole trace.
    public init(
        seed: UInt64, parameters: SimulationParameters? = nil, mutant: Mutant? = nil, keepsTrace: Bool = false
    ) {
        self.seed = seed
        self.mutant = mutant
        self.keepsTrace = keepsTrace
        var generator = SeededGenerator(seed: seed)
        let drawn = SimulationParameters(using: &generator)
        self.parameters = parameters ?? drawn
        rng = generator
        let capabilities: [ReceiverCapability] = [.dedupesByID, .dedupesByID, .statusQueryable, .neither]
        var routes: [RegionCode: RoutePolicy] = [:]
        for (index, region) in RegionCode.federated.enumerated() {
            let capability = capabilities[index]
            hubs[region] = SimulatedHub(region: region, capability: capability)
            routes[region] = RoutePolicy(
                capability: capability, slots: 3, batch: index % 2 == 0 ? self.parameters.batch : 1,
                retry: RetryPolicy(base: .milliseconds(100), cap: .seconds(5), deadline: .seconds(600)),
                probeBase: .seconds(1), probeCap: .seconds(8))
        }
        configuration = EngineConfiguration(gateway: 7, routes: routes)
    }

    /// Runs the storm, then the calm, and reports.
    public mutating func run() -> Report {
        boot()
        plan()
        let stormEnd = start.adding(milliseconds: parameters.stormMilliseconds)
        schedule(after: parameters.stormMilliseconds) { .calm }
        let end = stormEnd.adding(milliseconds: 3_600_000)
        while let item = agenda.pop(), item.at <= end, violations.isEmpty {
            now = item.at
            perform(item.action)
            steps += 1
            violations += store.takeViolations()
            if isCalm && isSettled { break }
        }
        if violations.isEmpty { judgeTheEnd() }
        return Report(
            seed: seed, violations: violations, traceDigest: trace.digest, trace: trace.lines, probes: probes,
            steps: steps, elapsedMilliseconds: now.milliseconds(since: start))
    }

    mutating func schedule(after milliseconds: Int64, _ action: () -> Agenda.Action) {
        agenda.push(action(), at: now.adding(milliseconds: max(0, milliseconds)))
    }

    mutating func note(_ text: String) {
        trace.add("\(now.milliseconds(since: start)) " + text, keep: keepsTrace)
    }

    mutating func probe(_ name: String) { probes[name, default: 0] += 1 }

    /// Whether a fault strikes here; never in the calm.
    mutating func strikes(_ fault: SimulationParameters.Fault) -> Bool {
        let chance = parameters.chance(fault)
        guard !isCalm, chance > 0, rng.next(below: 1000) < chance else { return false }
        probe(fault.rawValue)
        return true
    }
}
