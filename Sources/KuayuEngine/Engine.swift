public import KuayuModel

/// The gateway's decisions: a pure reducer.
///
/// An event goes in, effects come out; it never waits, reads a clock or does I/O.
///
/// The shell feeds it in rounds: any number of ``step(_:now:using:)`` calls whose `persist` effects are written into one
/// open transaction, then `.flush`, then the commit, then `.committed` (or `.commitFailed`). Answers and sends are held
/// back until `.committed`, so that nothing is acknowledged or sent that a crash could forget.
///
/// The engine keeps only what has not settled; after a start the shell gives it back by `.recovered`.
public struct Engine: Sendable {
    let configuration: EngineConfiguration
    /// Deliveries that have not settled.
    var entries: [DeliveryID: Entry] = [:]
    /// Unsettled deliveries per case and hub, in the order of their versions: only the first may be sent.
    var lines: [LineKey: [DeliveryID]] = [:]
    var routes: [Route]
    let routeIndex: [RegionCode: Int]
    /// Sends under way, with what they carry.
    var sends: [SendID: SendOrder] = [:]
    /// Effects that wait for the commit.
    var held: [EngineEffect] = []
    var lastDelivery: Int64 = 0
    var lastSend: UInt64 = 0
    var lastCaseSequence: [CalendarDate: Int] = [:]
    var isHalted = false

    /// One unsettled delivery and how it is to be sent.
    struct Entry: Sendable {
        var row: DeliveryRow
        /// Travels alone, because a payload it shared was refused as a whole.
        var isAlone = false
        /// Its last attempt may have been applied: ask before sending.
        var mustAsk = false
        /// In its route's ready list.
        var isReady = false
    }

    /// A case at a hub.
    struct LineKey: Hashable, Sendable {
        let caseID: CaseID
        let hub: RegionCode
    }

    /// An engine without deliveries; tell it `.recovered` before anything else.
    public init(configuration: EngineConfiguration) {
        self.configuration = configuration
        routes = configuration.routes.sorted { $0.key < $1.key }.map { Route(hub: $0.key, policy: $0.value) }
        routeIndex = Dictionary(uniqueKeysWithValues: routes.enumerated().map { ($1.hub, $0) })
    }

    /// Takes one event and says what is to be done about it, in order.
    public mutating func step(
        _ event: EngineEvent, now: Instant, using rng: inout some RandomNumberGenerator
    ) -> [EngineEffect] {
        if isHalted { return [] }
        switch event {
        case .submitted(let submission): return take(submission, now: now, using: &rng)
        case .flush: return startAttempts(now: now)
        case .committed: return release()
        case .commitFailed(let reason): return halt(reason)
        case .replied(let reply): return settle(reply, now: now, using: &rng)
        case .wake: return wake(now: now)
        case .command(let ticket, let command): return carryOut(command, ticket: ticket, now: now)
        case .recovered(let state): return recover(state, now: now, using: &rng)
        }
    }

    /// When the engine wants `.wake`; nil while nothing waits for time to pass.
    public var nextWake: Instant? { routes.compactMap(\.nextWake).min() }

    /// How many deliveries have not settled.
    public var unsettledCount: Int { entries.count }

    /// A copy of every unsettled delivery, ascending by id; for checks and pages.
    public var unsettled: [DeliveryRow] { entries.values.map(\.row).sorted { $0.id < $1.id } }

    /// How each route stands, ascending by hub; for pages and metrics.
    public var routeStatus: [RouteStatus] {
        routes.map {
            RouteStatus(
                hub: $0.hub, phase: $0.phase.name, inFlight: $0.inFlight, ready: $0.ready.count, reason: $0.reason)
        }
    }

    private mutating func release() -> [EngineEffect] {
        defer { held.removeAll(keepingCapacity: true) }
        return held
    }

    private mutating func halt(_ reason: String) -> [EngineEffect] {
        isHalted = true
        // Whoever waits for an answer is told to ask again with the same id: the truth is on disk.
        let answers: [EngineEffect] = held.compactMap {
            if case .answer(let ticket, _) = $0 { .answer(ticket, .unavailable(reason: reason)) } else { nil }
        }
        held.removeAll()
        return answers + [.halt(reason: reason)]
    }
}

/// How one route stands.
public struct RouteStatus: Hashable, Sendable {
    /// The receiver.
    public let hub: RegionCode
    /// `open` (normal), `failing` (breaker), `probing`, `stopped`.
    public let phase: String
    /// Sends under way.
    public let inFlight: Int
    /// Deliveries that could be sent now.
    public let ready: Int
    /// Why it is not open.
    public let reason: String?
}
