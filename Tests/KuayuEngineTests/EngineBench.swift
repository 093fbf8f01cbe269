import KuayuEngine
import KuayuModel
import Testing

/// An engine with a shell reduced to dictionaries: rows are kept, answers and sends come out of each round's commit.
struct EngineBench {
    var engine: Engine
    var rng = SeededGenerator(seed: 42)
    var now = EngineBench.start
    var rows: [DeliveryID: DeliveryRow] = [:]
    var attempts: [DeliveryID: [Int: AttemptRow]] = [:]
    var events: [EventRow] = []
    var registrations: [Registration] = []
    var audits: [AuditRow] = []
    private var lastTicket: UInt64 = 0

    /// 2026-03-02T10:00:00.250+08:00.
    static let start = Instant(epochMilliseconds: 1_772_416_800_250)
    static let origin = RegionCode.shanghai
    static let hub = RegionCode.zhejiang
    static let other = RegionCode.jiangsu

    /// What a round let out.
    struct Out {
        var answers: [Ticket: Answer] = [:]
        var sends: [SendOrder] = []
        var alerts: [Alert] = []
        var halt: String?

        init(_ effects: [EngineEffect]) {
            for effect in effects {
                switch effect {
                case .answer(let ticket, let answer): answers[ticket] = answer
                case .send(let order): sends.append(order)
                case .alert(let alert): alerts.append(alert)
                case .halt(let reason): halt = reason
                case .persist: break
                }
            }
        }
    }

    init(_ policy: RoutePolicy = RoutePolicy(), gateway: Int = 1) {
        let routes = Dictionary(uniqueKeysWithValues: RegionCode.federated.map { ($0, policy) })
        engine = Engine(configuration: EngineConfiguration(gateway: gateway, routes: routes))
    }

    // MARK: rounds

    /// One step; its rows are written.
    @discardableResult
    mutating func step(_ event: EngineEvent) -> [EngineEffect] {
        let effects = engine.step(event, now: now, using: &rng)
        for case .persist(let row) in effects { write(row) }
        return effects
    }

    /// A whole round: steps, flush, commit.
    @discardableResult
    mutating func round(_ events: EngineEvent...) -> Out {
        for event in events { step(event) }
        step(.flush)
        return Out(step(.committed))
    }

    private mutating func write(_ row: StoreWrite) {
        switch row {
        case .message(let registration): registrations.append(registration)
        case .event(let event): events.append(event)
        case .delivery(let delivery): rows[delivery.id] = delivery
        case .attempt(var attempt):
            let begun = attempts[attempt.delivery]?[attempt.number]
            attempt = AttemptRow(
                delivery: attempt.delivery, number: attempt.number, startedAt: begun?.startedAt ?? attempt.startedAt,
                endedAt: attempt.endedAt, outcome: attempt.outcome, detail: attempt.detail)
            attempts[attempt.delivery, default: [:]][attempt.number] = attempt
        case .audit(let audit): audits.append(audit)
        }
    }

    mutating func pass(_ duration: Duration) {
        now = now.adding(milliseconds: duration.milliseconds)
    }

    /// Lets time pass to when the engine wants to be woken, and wakes it.
    @discardableResult
    mutating func sleep() throws -> Out {
        let wake = try #require(engine.nextWake)
        if wake > now { now = wake }
        return round(.wake)
    }

    // MARK: events

    mutating func ticket() -> Ticket {
        lastTicket += 1
        return Ticket(lastTicket)
    }

    static func change(
        _ kind: CaseChange.Kind = .new, head: CaseHead? = nil, status: CaseState = .submitted,
        to recipients: [RegionCode] = [hub], transfers: Bool = false, day: CalendarDate = start.date
    ) -> CaseChange {
        CaseChange(
            kind: kind, head: head, status: status, origin: origin, recipients: recipients, transfers: transfers,
            day: day)
    }

    mutating func submission(_ change: CaseChange?, id: String? = nil, stored: [UInt8]? = nil) -> Submission {
        let ticket = ticket()
        return Submission(
            ticket: ticket, sender: Self.origin, messageID: id ?? "m\(ticket.value)", bodyDigest: [1],
            storedDigest: stored, content: change.map { .change($0) } ?? .refused)
    }

    /// Registers a case with one delivery to each hub and starts what can be started.
    @discardableResult
    mutating func register(to hubs: [RegionCode] = [hub]) throws -> (head: CaseHead, out: Out) {
        let out = round(.submitted(submission(Self.change(to: hubs))))
        return (try #require(registrations.last?.head), out)
    }

    /// Changes a case, told to the hub.
    @discardableResult
    mutating func change(_ head: CaseHead, status: CaseState, to hubs: [RegionCode] = [hub]) throws -> CaseHead {
        round(.submitted(submission(Self.change(.changed, head: head, status: status, to: hubs))))
        return try #require(registrations.last?.head)
    }

    @discardableResult
    mutating func reply(_ order: SendOrder, _ outcome: AttemptOutcome) -> Out {
        round(.replied(Self.reply(order, outcome)))
    }

    static func reply(_ order: SendOrder, _ outcome: AttemptOutcome) -> SendReply {
        SendReply(send: order.id, results: order.deliveries.map { ($0.id, outcome) })
    }

    mutating func command(_ command: OperatorCommand) throws -> (answer: Answer, out: Out) {
        let ticket = ticket()
        let out = round(.command(ticket, command))
        return (try #require(out.answers[ticket]), out)
    }

    // MARK: looks

    func row(_ id: DeliveryID) throws -> DeliveryRow { try #require(rows[id]) }

    func phase(_ hub: RegionCode = hub) -> String? { engine.routeStatus.first { $0.hub == hub }?.phase }

    /// The state of a store at a crash now.
    var recovered: RecoveredState {
        RecoveredState(
            deliveries: rows.values.filter { !$0.state.isSettled }.sorted { $0.id < $1.id },
            lastDelivery: rows.keys.map(\.value).max() ?? 0, lastCases: events.map(\.head.caseID).sorted())
    }

    /// A new start over the same rows.
    func restarted(_ policy: RoutePolicy, after pause: Duration = .seconds(1)) -> EngineBench {
        var bench = EngineBench(policy)
        bench.rng = rng
        bench.now = now
        bench.pass(pause)
        bench.rows = rows
        bench.attempts = attempts
        bench.events = events
        bench.lastTicket = lastTicket
        return bench
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension DeliveryID: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int64) { self.init(value) }
}
