import KuayuEngine
import KuayuModel

// The gateway's side: rounds, commits, crashes.
extension Simulator {
    mutating func boot() {
        epoch += 1
        inbox.removeAll()
        isCommitting = false
        store.forget()
        var fresh = EngineUnderTest(configuration: configuration, mutant: mutant)
        let effects = fresh.step(.recovered(store.recovered), now: now, using: &rng)
        for case .persist(let row) in effects { store.write(row) }
        store.commit()
        engine = fresh
        _ = step(.committed)
        note("gateway is up, epoch \(epoch)")
        inbox.append(.wake)
        beginRound()
    }

    mutating func crash() {
        note("gateway crashes")
        engine = nil
        store.forget()
        tickets.removeAll()
        let current = 500 + Int64(rng.next(below: 4000))
        schedule(after: current) { .restart }
    }

    mutating func step(_ event: EngineEvent) -> [EngineEffect] {
        guard var running = engine else { return [] }
        let effects = running.step(event, now: now, using: &rng)
        engine = running
        return effects
    }

    mutating func hand(_ work: GatewayWork) {
        guard engine != nil else { return }
        inbox.append(work)
        beginRound()
    }

    /// Takes everything that waits into one transaction; the commit ends later.
    mutating func beginRound() {
        guard engine != nil, !isCommitting, !inbox.isEmpty else { return }
        isCommitting = true
        let work = inbox
        inbox.removeAll()
        for item in work { take(item) }
        apply(step(.flush))
        let time = 1 + Int64(rng.next(below: 5))
        let current = epoch
        schedule(after: time) { .roundEnds(epoch: current) }
    }

    private mutating func take(_ work: GatewayWork) {
        switch work {
        case .submission(let hub, let message, let ticket):
            apply(step(.submitted(submission(hub, message, ticket))))
        case .reply(let reply, let sentIn):
            if sentIn == epoch { apply(step(.replied(reply))) }
        case .command(let command):
            lastTicket += 1
            apply(step(.command(Ticket(lastTicket), command)))
        case .redeliver(let id, let hub, let version): redeliver(id, to: hub, from: version)
        case .wake: apply(step(.wake))
        }
    }

    /// A repair: rows are looked up in the open transaction; the engine judges whether they may go.
    private mutating func redeliver(_ id: CaseID, to hub: RegionCode, from version: Int) {
        let rows = store.current.deliveries.values
            .filter { $0.caseID == id && $0.hub == hub && $0.version >= version }
            .sorted { $0.version < $1.version }
        lastTicket += 1
        let effects = step(.command(Ticket(lastTicket), .redeliver(rows, reason: "repair", by: "simulator")))
        probe(effects.isEmpty ? "redelivery refused" : "operator redelivers")
        apply(effects)
    }

    private func submission(_ hub: RegionCode, _ message: SimulatedHub.Outgoing, _ ticket: UInt64) -> Submission {
        let stored = store.current.messages[SimulatedStore.MessageKey(sender: hub, id: message.id)]
        return Submission(
            ticket: Ticket(ticket), sender: hub, messageID: message.id, bodyDigest: message.body,
            storedDigest: stored?.bodyDigest, content: .change(change(hub, message)))
    }

    private func change(_ hub: RegionCode, _ message: SimulatedHub.Outgoing) -> CaseChange {
        guard let id = message.caseID, let head = store.current.heads[id] else {
            return CaseChange(
                kind: .new, head: nil, status: .submitted, origin: hub, recipients: [message.handling],
                transfers: true, day: now.date)
        }
        let move = StateRules.move(from: head.status, to: message.status, by: .handling)
        let kind: CaseChange.Kind
        switch move {
        case .moves: kind = .changed
        case .stays, .branch: kind = .unchanged
        case .noEffect: kind = .noEffect
        }
        return CaseChange(
            kind: kind, head: head, status: message.status, origin: head.origin,
            recipients: head.origin == hub ? [] : [head.origin], transfers: false, day: now.date)
    }

    /// Carries out effects; answers and sends that come before the commit are the mutants' doing, and are let through.
    mutating func apply(_ effects: [EngineEffect]) {
        for effect in effects {
            switch effect {
            case .persist(let row): store.write(row)
            case .answer(let ticket, let answer): deliverAnswer(ticket, answer)
            case .send(let order): send(order)
            case .alert(let alert): noteAlert(alert)
            case .halt: break
            }
        }
    }

    mutating func endRound(_ round: Int) {
        guard round == epoch, engine != nil else { return }
        if strikes(.crash) {
            crash()
            return
        }
        if strikes(.tornCommit) {
            // The commit reports an error; whether the rows are on disk is a coin toss.
            if rng.next(below: 2) == 0 { store.commit() }
            for effect in step(.commitFailed(reason: "I/O error")) {
                if case .answer(let ticket, let answer) = effect { deliverAnswer(ticket, answer) }
            }
            crash()
            return
        }
        store.commit()
        isCommitting = false
        apply(step(.committed))
        checkEngineAgainstStore()
        armWake()
        beginRound()
    }

    private mutating func armWake() {
        guard let wake = engine?.nextWake else { return }
        let current = epoch
        agenda.push(.wake(epoch: current), at: max(wake, now.adding(milliseconds: 1)))
    }

    private mutating func noteAlert(_ alert: Alert) {
        switch alert {
        case .routeFailing: probe("breaker opened")
        case .routeFault: probe("route fault")
        case .routeHealthy: probe("breaker closed")
        case .parked: probe("parked")
        case .inDoubt: probe("in doubt")
        }
    }

    private mutating func deliverAnswer(_ ticket: Ticket, _ answer: Answer) {
        guard let owner = tickets[ticket.value] else { return }
        let key = SimulatedStore.MessageKey(sender: owner.hub, id: owner.messageID)
        switch answer {
        case .recorded, .duplicate:
            acknowledged.append(key)
            probe(answer == .duplicate ? "duplicate answered" : "recorded")
            if store.durable.messages[key] == nil {
                violations.append("I1 message \(key.id) was acknowledged and is not stored")
            }
        case .conflict: probe("conflict answered")
        default: probe("unavailable answered")
        }
        note("answer to \(owner.hub.text) \(owner.messageID): \(name(of: answer))")
        if strikes(.loss) { return }
        let time = latency()
        schedule(after: time) { .answerArrives(owner.hub, owner.messageID, answer) }
    }

    private func name(of answer: Answer) -> String {
        switch answer {
        case .recorded(let registration): registration.outcome.rawValue
        case .duplicate: "duplicate"
        case .conflict: "conflict"
        case .unavailable: "unavailable"
        case .done: "done"
        case .notApplicable: "notApplicable"
        }
    }

    /// I2: what the engine holds as unsettled is what the store holds as unsettled.
    private mutating func checkEngineAgainstStore() {
        guard let engine, inbox.isEmpty else { return }
        let stored = store.durable.deliveries.values.filter { !$0.state.isSettled }.map(\.id).sorted()
        if engine.unsettled.map(\.id) != stored {
            violations.append(
                "I2 the engine holds \(engine.unsettled.count) open deliveries, the store \(stored.count)")
        }
    }
}
