import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import KuayuReconcile
import Logging

/// One round after another: look-ups, the engine's steps and its writes in one transaction, then the commit.
struct Round: ~Copyable {
    let federation: Federation
    let gateway: Int
    let store: any CaseStore
    private(set) var writer: RowWriter
    private(set) var registrar: Registrar
    private(set) var own: OwnEvents
    let logger: Logger
    var engine: Engine
    var rng = SystemRandomNumberGenerator()
    /// The last round failed: the engine starts anew from disk before anything else.
    private var needsRecovery = false
    /// What a start found that operators should know; told with the next round.
    private var alertsOfRecovery: [Alert] = []

    /// What a round lets out after its commit.
    struct Result {
        var answers: [() -> Void] = []
        var sends: [SendOrder] = []
        var alerts: [Alert] = []
        var raised: [NoticeRow] = []
        var tally = RoundTally()
        var halt: String?
        var nextWake: Instant?
    }

    /// Work of the round in progress, by ticket.
    struct Open {
        var prepared: [Ticket: PreparedCase] = [:]
        var answers: [Ticket: Answer] = [:]
        var payloads: [(tickets: [Ticket], answer: ([CaseAnswer]) -> Void)] = []
        var commands: [(ticket: Ticket, answer: (Answer) -> Void)] = []
        var looks: [(Bool) -> Void] = []
        var repairs: [(outcome: RepairOutcome, answer: (RepairOutcome) -> Void)] = []
        var lastCommand = UInt64.max
        var deliveries: [DeliveryID: DeliveryRow] = [:]
        var order: [DeliveryID] = []
        var rejected: [DeliveryRow] = []
        var touched = TouchedCases()
        var raised: [NoticeRow] = []
        /// In force only once it is stored.
        var calendar: WorkCalendar?

        /// A handle for what the gateway says itself; counts down from the end of the numbers.
        mutating func ownTicket() -> Ticket {
            defer { lastCommand -= 1 }
            return Ticket(lastCommand)
        }
    }

    init(
        federation: Federation, rulebook: Rulebook, gateway: Int, store: any CaseStore, signer: any ReceiptSigner,
        crypto: any EvidenceCrypto, cache: CaseCache, logger: Logger, now: Instant
    ) throws {
        self.federation = federation
        self.gateway = gateway
        self.store = store
        self.logger = logger
        own = OwnEvents(federation: federation, clock: rulebook.clock, digest: { crypto.sha256($0) })
        writer = RowWriter(
            federation: federation, signer: signer, crypto: crypto, cache: cache, rulebook: rulebook)
        registrar = Registrar(federation: federation, cache: cache, own: own, rulebook: rulebook)
        engine = Self.freshEngine(federation, gateway)
        try recover(now: now)
    }

    private static func freshEngine(_ federation: Federation, _ gateway: Int) -> Engine {
        Engine(configuration: EngineConfiguration(gateway: gateway, routes: federation.hubs.mapValues(\.route)))
    }

    /// Gives the engine what the store holds.
    private mutating func recover(now: Instant) throws {
        engine = Self.freshEngine(federation, gateway)
        let state = try store.recoveredState()
        let effects = engine.step(.recovered(state), now: now, using: &rng)
        try store.write { transaction in
            for case .persist(let row) in effects { try writer.writeDeliveryRow(row, in: transaction) }
        }
        for case .alert(let alert) in engine.step(.committed, now: now, using: &rng) { alertsOfRecovery.append(alert) }
    }

    private mutating func recoverAgain(now: Instant) throws(StoreError) {
        do {
            try recover(now: now)
            needsRecovery = false
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError.unavailable("\(error)")
        }
    }

    mutating func run(_ work: [EngineRunner.Work], now: Instant, startsSends: Bool) -> Result {
        var open = Open()
        var result = Result()
        do throws(StoreError) {
            if needsRecovery { try recoverAgain(now: now) }
            try store.write { transaction in
                for item in work { try take(item, &open, transaction, now) }
                try tellOrigins(&open, transaction, now)
                try follow(&open, transaction, now)
                // Last, so that cases written in this round, still by the old calendar, are looked at too.
                if open.calendar != nil { try transaction.lookAtEveryOpenCase(at: now) }
                if startsSends {
                    for effect in engine.step(.flush, now: now, using: &rng) {
                        try apply(effect, &open, transaction, now)
                    }
                }
                try writeDeliveries(open, transaction)
            }
            for effect in engine.step(.committed, now: now, using: &rng) { letOut(effect, &open, &result) }
            if let calendar = open.calendar { adopt(calendar) }
            result.raised = open.raised
        } catch {
            fail(error, work, &open, &result, now)
        }
        let isStored = !needsRecovery && result.halt == nil
        for look in open.looks { result.answers.append { look(isStored) } }
        answer(open, &result)
        result.alerts = alertsOfRecovery + result.alerts
        alertsOfRecovery.removeAll()
        // After a failed round what became ready has nobody to start it: look again soon.
        result.nextWake = needsRecovery ? now.adding(milliseconds: 1000) : engine.nextWake
        return result
    }

    /// Counts by these rules from now on.
    mutating func setRulebook(_ rulebook: Rulebook) {
        own = OwnEvents(federation: federation, clock: rulebook.clock, digest: own.digest)
        registrar.own = own
        writer.rulebook = rulebook
        registrar.rulebook = rulebook
    }

    // MARK: before the commit

    private mutating func take(
        _ work: EngineRunner.Work, _ open: inout Open, _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        switch work {
        case .payload(let cases, let answer):
            open.payloads.append((cases.map(\.ticket), answer))
            for incoming in cases { try take(incoming, &open, transaction, now) }
        case .replied(let reply):
            for effect in engine.step(.replied(reply), now: now, using: &rng) {
                try apply(effect, &open, transaction, now)
            }
        case .command(let command, let answer):
            let ticket = open.ownTicket()
            open.commands.append((ticket, answer))
            for effect in engine.step(.command(ticket, command), now: now, using: &rng) {
                try apply(effect, &open, transaction, now)
            }
        case .look(let cases, let answer):
            open.looks.append(answer)
            for id in cases {
                try passing(over: id, transaction) { (round: inout Round) throws in
                    try round.touch(id, &open, transaction)
                }
            }
        case .calendar(let calendar, let bytes, let person, let answer):
            open.looks.append(answer)
            open.calendar = calendar
            try transaction.set(calendar: bytes, at: now)
            try transaction.insert(
                AuditRow(action: "calendar", subject: calendar.edition, by: person, reason: nil, at: now))
        case .repair(let repair, let answer):
            try carryOut(repair, answer: answer, &open, transaction, now)
        case .wake:
            for effect in engine.step(.wake, now: now, using: &rng) { try apply(effect, &open, transaction, now) }
        }
    }

    private mutating func take(
        _ incoming: IncomingCase, _ open: inout Open, _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        let stored = try transaction.message(sender: incoming.sender, id: incoming.messageID)
        var prepared: PreparedCase
        if let stored {
            prepared = PreparedCase(incoming: incoming, issues: [])
            prepared.receipt = String(decoding: stored.receipt, as: UTF8.self)
            prepared.outcome = stored.outcome
            prepared.contentDigest = ReceiptJWS.unverified(prepared.receipt)?.registration?.contentDigest
            if let id = stored.caseID, let version = stored.version {
                prepared.head = try transaction.event(id, version: version)?.head
            }
        } else {
            do {
                prepared = try registrar.prepare(incoming, in: transaction, now: now)
            } catch StoreError.corrupt(let reason) {
                // One case that cannot be read must not hold up the others of its round.
                logger.error("a stored case cannot be read", metadata: ["reason": "\(reason)"])
                open.prepared[incoming.ticket] = PreparedCase(incoming: incoming, issues: [])
                open.answers[incoming.ticket] = .unavailable(reason: "the case on record cannot be read")
                return
            }
        }
        try submit(prepared, stored: stored, &open, transaction, now)
    }

    mutating func submit(
        _ prepared: PreparedCase, stored: MessageRecord?, _ open: inout Open, _ transaction: any CaseTransaction,
        _ now: Instant
    ) throws {
        let incoming = prepared.incoming
        open.prepared[incoming.ticket] = prepared
        let isRefused = prepared.issues.contains { $0.severity == .error }
        let submission = Submission(
            ticket: incoming.ticket, sender: incoming.sender, messageID: incoming.messageID,
            bodyDigest: incoming.bodyDigest, storedDigest: stored?.bodyDigest,
            content: isRefused ? .refused : prepared.change.map { .change($0) } ?? .refused)
        for effect in engine.step(.submitted(submission), now: now, using: &rng) {
            try apply(effect, &open, transaction, now)
        }
    }

    mutating func apply(
        _ effect: EngineEffect, _ open: inout Open, _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        guard case .persist(let row) = effect else { return }
        switch row {
        case .message(let registration):
            guard var prepared = open.prepared[registration.ticket] else { return }
            try writer.writeMessage(registration, &prepared, in: transaction, now: now)
            open.prepared[registration.ticket] = prepared
        case .event(let event):
            guard let prepared = open.prepared[event.ticket],
                let (record, look) = try writer.writeEvent(event, prepared, in: transaction, now: now)
            else { return }
            let bundle = record.bundleKey(origin: event.head.origin, themes: registrar.rulebook.themes)
            open.touched.add(event.head.caseID, look: look, bundle: bundle)
        case .delivery(let delivery):
            // Most deliveries change twice in a round (made, then started): only the last state is written.
            if open.deliveries.updateValue(delivery, forKey: delivery.id) == nil { open.order.append(delivery.id) }
            if delivery.state == .rejected { open.rejected.append(delivery) }
        case .attempt, .audit:
            try writer.writeDeliveryRow(row, in: transaction)
        }
    }

    private func writeDeliveries(_ open: Open, _ transaction: any CaseTransaction) throws {
        for id in open.order {
            if let row = open.deliveries[id] { try writer.writeDeliveryRow(.delivery(row), in: transaction) }
        }
    }

    /// A receiver that refuses a case ends the delivery; the origin is told by an event of its own.
    private mutating func tellOrigins(
        _ open: inout Open, _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        for delivery in open.rejected {
            let ticket = open.ownTicket()
            guard let notice = try registrar.refusalNotice(delivery, ticket: ticket, in: transaction, now: now) else {
                continue
            }
            try submit(notice, stored: nil, &open, transaction, now)
        }
    }

    // MARK: after the commit

    private func letOut(_ effect: EngineEffect, _ open: inout Open, _ result: inout Result) {
        switch effect {
        case .answer(let ticket, let answer): open.answers[ticket] = answer
        case .send(let order): result.sends.append(order)
        case .alert(let alert): result.alerts.append(alert)
        case .halt(let reason): result.halt = reason
        case .persist: break
        }
    }

    private func answer(_ open: Open, _ result: inout Result) {
        for (tickets, send) in open.payloads {
            let cases = tickets.compactMap { ticket in
                open.prepared[ticket].map { prepared in
                    caseAnswer(prepared, open.answers[ticket] ?? .unavailable(reason: "not decided"))
                }
            }
            for item in cases { result.tally.count(item) }
            result.answers.append { send(cases) }
        }
        for (ticket, send) in open.commands {
            let answer = open.answers[ticket] ?? .unavailable(reason: "not decided")
            result.answers.append { send(answer) }
        }
        for (outcome, send) in open.repairs { result.answers.append { send(outcome) } }
    }

    private func caseAnswer(_ prepared: PreparedCase, _ answer: Answer) -> CaseAnswer {
        var receipt: String? = prepared.receipt.isEmpty ? nil : prepared.receipt
        switch answer {
        case .recorded, .duplicate: break
        default: receipt = nil
        }
        return CaseAnswer(
            messageID: prepared.incoming.messageID, answer: answer, outcome: receipt == nil ? nil : prepared.outcome,
            receipt: receipt,
            ownNumber: prepared.incoming.reading.ownNumber?.value, head: prepared.head,
            contentDigest: prepared.contentDigest, issues: prepared.issues)
    }

    /// Nothing of the round is acknowledged.
    ///
    /// What is on disk decides: the engine starts anew from there.
    private mutating func fail(
        _ error: StoreError, _ work: [EngineRunner.Work], _ open: inout Open, _ result: inout Result, _ now: Instant
    ) {
        writer.cache.removeAll()
        logger.error("a round could not be stored", metadata: ["reason": "\(error)"])
        for ticket in open.payloads.flatMap(\.tickets) {
            open.answers[ticket] = .unavailable(reason: "the store did not take it")
        }
        for (ticket, _) in open.commands { open.answers[ticket] = .unavailable(reason: "the store did not take it") }
        completeUntaken(work, &open)
        if case .outcomeUnknown(let reason) = error {
            result.halt = reason
            return
        }
        needsRecovery = true
    }

    /// Work behind the piece that failed was never looked at; whoever sent it is told to come back.
    private func completeUntaken(_ work: [EngineRunner.Work], _ open: inout Open) {
        open.payloads.removeAll()
        open.commands.removeAll()
        open.looks.removeAll()
        open.repairs.removeAll()
        for item in work {
            switch item {
            case .payload(let cases, let answer):
                open.payloads.append((cases.map(\.ticket), answer))
                for incoming in cases {
                    open.prepared[incoming.ticket] = PreparedCase(incoming: incoming, issues: [])
                    open.answers[incoming.ticket] = .unavailable(reason: "the store did not take it")
                }
            case .command(_, let answer):
                let ticket = open.ownTicket()
                open.commands.append((ticket, answer))
                open.answers[ticket] = .unavailable(reason: "the store did not take it")
            case .look(_, let answer), .calendar(_, _, _, let answer): open.looks.append(answer)
            case .repair(_, let answer): open.repairs.append((.failed("the store did not take it"), answer))
            case .replied, .wake: break
            }
        }
    }
}
