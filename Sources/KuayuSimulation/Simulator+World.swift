import KuayuEngine
import KuayuModel

// The hubs' side, the network between, and what is judged at the end.
extension Simulator {
    mutating func plan() {
        for index in 0..<parameters.caseCount {
            let origin = regions[Int(rng.next(below: 4))]
            let others = regions.filter { $0 != origin }
            let handling = others[Int(rng.next(below: 3))]
            let id = "m\(index)"
            hubs[origin]?.plan(
                SimulatedHub.Outgoing(
                    id: id, body: Array("case \(index)".utf8), caseID: nil, status: .submitted, handling: handling))
            let time = Int64(rng.next(below: Int(parameters.stormMilliseconds / 2)))
            schedule(after: time) { .hubSends(origin, id) }
        }
        let time = parameters.stormMilliseconds + 1000
        schedule(after: time) { .operatorLooks }
        // Repairs in the storm and after it.
        for _ in 0..<6 {
            let time = Int64(rng.next(below: Int(parameters.stormMilliseconds * 3 / 2)))
            schedule(after: time) { .repair }
        }
    }

    /// Brings the last events of some case to its hub once more, whether or not they arrived.
    private mutating func repair() {
        let settled = store.durable.deliveries.values.filter(\.state.isSettled).sorted { $0.id < $1.id }
        guard !settled.isEmpty else { return }
        let row = settled[Int(rng.next(below: settled.count))]
        note("repair of \(row.caseID.text) at \(row.hub.text) from version \(row.version)")
        hand(.redeliver(row.caseID, to: row.hub, from: row.version))
    }

    mutating func perform(_ action: Agenda.Action) {
        switch action {
        case .hubSends(let hub, let id): hubSends(hub, id)
        case .arrivesAtGateway(let hub, let id): arrive(hub, id)
        case .roundEnds(let round): endRound(round)
        case .arrivesAtHub(let order, let sentIn, let isCopy): receive(order, sentIn, isCopy)
        case .replyArrives(let reply, let sentIn): hand(.reply(reply, epoch: sentIn))
        case .answerArrives(let hub, let id, let answer): learn(hub, id, answer)
        case .wake(let current): if current == epoch { hand(.wake) }
        case .restart: if engine == nil { boot() }
        case .heal(let hub):
            partitioned.remove(hub)
            note("\(hub.text) is reachable again")
        case .calm: becomeCalm()
        case .operatorLooks: operatorLooks()
        case .repair: repair()
        }
    }

    mutating func latency() -> Int64 {
        let base = 1 + Int64(rng.next(below: 20))
        return strikes(.delay) ? base + Int64(rng.next(below: 3000)) : base
    }

    private mutating func becomeCalm() {
        isCalm = true
        partitioned.removeAll()
        note("calm")
        if engine == nil { boot() }
    }

    // MARK: hub → gateway

    private mutating func hubSends(_ hub: RegionCode, _ id: String) {
        guard var message = hubs[hub]?.outgoing[id], !message.isAnswered else { return }
        message.attempts += 1
        hubs[hub]?.outgoing[id] = message
        note("\(hub.text) sends \(id), attempt \(message.attempts)")
        // A hub repeats under the same id until it has an answer.
        schedule(after: 2000) { .hubSends(hub, id) }
        if partitioned.contains(hub) || strikes(.loss) { return }
        let time = latency()
        schedule(after: time) { .arrivesAtGateway(hub, id) }
        if strikes(.hubRepeats) {
            let second = latency()
            schedule(after: second) { .arrivesAtGateway(hub, id) }
        }
    }

    private mutating func arrive(_ hub: RegionCode, _ id: String) {
        guard engine != nil, var message = hubs[hub]?.outgoing[id] else { return }
        if strikes(.hubConflicts) {
            message = SimulatedHub.Outgoing(
                id: message.id, body: message.body + [0], caseID: message.caseID, status: message.status,
                handling: message.handling)
            // A hub that reuses an id for another body must not be taken twice; if the wrong one comes first, it is the
            // one that counts.
            if store.current.messages[SimulatedStore.MessageKey(sender: hub, id: id)] == nil { return }
        }
        lastTicket += 1
        tickets[lastTicket] = TicketOwner(hub: hub, messageID: id)
        hand(.submission(hub: hub, message: message, ticket: lastTicket))
    }

    private mutating func learn(_ hub: RegionCode, _ id: String, _ answer: Answer) {
        switch answer {
        case .recorded, .duplicate: hubs[hub]?.outgoing[id]?.isAnswered = true
        default: break
        }
    }

    // MARK: gateway → hub

    mutating func send(_ order: SendOrder) {
        for row in order.deliveries {
            let key = SimulatedStore.AttemptKey(delivery: row.id, number: row.attemptCount)
            if store.durable.attempts[key] == nil {
                violations.append("I6 delivery \(row.id.value) was sent without a stored attempt")
            }
        }
        note("gateway \(order.kind) to \(order.hub.text): \(order.deliveries.map(\.messageID).joined(separator: " "))")
        if strikes(.partition) {
            partitioned.insert(order.hub)
            let hub = order.hub
            let time = 1000 + Int64(rng.next(below: 15_000))
            schedule(after: time) { .heal(hub) }
        }
        if partitioned.contains(order.hub) {
            answer(order, .notSent(reason: "unreachable"), after: 5)
            return
        }
        if strikes(.loss) {
            // The request never arrives, but some of it may have left.
            answer(order, .possiblyApplied(reason: "timeout"), after: 3000)
            return
        }
        let current = epoch
        let time = latency()
        schedule(after: time) { .arrivesAtHub(order, epoch: current, isCopy: false) }
        if hubs[order.hub]?.capability != .neither, strikes(.duplication) {
            let second = latency()
            schedule(after: second) { .arrivesAtHub(order, epoch: current, isCopy: true) }
        }
    }

    private mutating func receive(_ order: SendOrder, _ sentIn: Int, _ isCopy: Bool) {
        if order.kind == .query {
            answerQuery(order, sentIn)
            return
        }
        if strikes(.busy) {
            reply(order, sentIn, isCopy) { _ in .busy(reason: "503", retryAfter: nil) }
            return
        }
        var outcomes: [DeliveryID: AttemptOutcome] = [:]
        for row in order.deliveries { outcomes[row.id] = applyAtHub(row) }
        if strikes(.garbage) {
            reply(order, sentIn, isCopy) { _ in .garbage(excerpt: "<html>") }
            return
        }
        reply(order, sentIn, isCopy) { outcomes[$0.id] ?? .delivered }
    }

    private mutating func applyAtHub(_ row: DeliveryRow) -> AttemptOutcome {
        let isKnown = (hubs[row.hub]?.applications[row.messageID] ?? 0) > 0
        if hubs[row.hub]?.refused.contains(row.messageID) == true || (!isKnown && strikes(.rejection)) {
            hubs[row.hub]?.refused.insert(row.messageID)
            return .rejected(reason: "refused by the hub")
        }
        guard let result = hubs[row.hub]?.apply(messageID: row.messageID, caseID: row.caseID, version: row.version)
        else { return .delivered }
        if let violation = result.violation { violations.append(violation) }
        if result.isNew {
            note("\(row.hub.text) applies \(row.messageID)")
            report(row)
        }
        return .delivered
    }

    /// The handling hub moves a new case on.
    private mutating func report(_ row: DeliveryRow) {
        guard row.version == 1, hubs[row.hub]?.applications[row.messageID] == 1 else { return }
        let states: [CaseState] = [.accepted, .reviewing, .supplementing, .reviewing, .decided]
        var time: Int64 = 0
        for (index, state) in states.prefix(parameters.eventsPerCase).enumerated() {
            let id = "\(row.caseID.text)-s\(index)"
            hubs[row.hub]?.plan(
                SimulatedHub.Outgoing(
                    id: id, body: Array("\(id) \(state.rawValue)".utf8), caseID: row.caseID, status: state,
                    handling: row.hub))
            time += 100 + Int64(rng.next(below: 4000))
            let hub = row.hub
            schedule(after: time) { .hubSends(hub, id) }
        }
    }

    private mutating func answerQuery(_ order: SendOrder, _ sentIn: Int) {
        probe("query")
        guard let row = order.deliveries.first else { return }
        let has = (hubs[row.hub]?.applications[row.messageID] ?? 0) > 0
        reply(order, sentIn, false) { _ in has ? .delivered : .absent }
    }

    private mutating func reply(
        _ order: SendOrder, _ sentIn: Int, _ isCopy: Bool, _ outcome: (DeliveryRow) -> AttemptOutcome
    ) {
        if isCopy { return }
        let results = order.deliveries.map { (delivery: $0.id, outcome: outcome($0)) }
        if strikes(.loss) {
            answer(order, .possiblyApplied(reason: "the reply was lost"), after: 3000)
            return
        }
        let time = latency()
        let reply = SendReply(send: order.id, results: results)
        schedule(after: time) { .replyArrives(reply, epoch: sentIn) }
    }

    private mutating func answer(_ order: SendOrder, _ outcome: AttemptOutcome, after time: Int64) {
        let current = epoch
        let reply = SendReply(send: order.id, results: order.deliveries.map { ($0.id, outcome) })
        schedule(after: time) { .replyArrives(reply, epoch: current) }
    }

    // MARK: the operator and the end

    /// After the storm somebody decides what the engine may not: parked goes back in line, doubt is looked up.
    private mutating func operatorLooks() {
        for row in store.durable.deliveries.values.sorted(by: { $0.id < $1.id }) {
            switch row.state {
            case .parked:
                probe("operator releases")
                hand(.command(.release(row.id, by: "simulator")))
            case .inDoubt:
                probe("operator decides a doubt")
                let has = (hubs[row.hub]?.applications[row.messageID] ?? 0) > 0
                hand(.command(has ? .confirm(row.id, by: "simulator") : .retry(row.id, by: "simulator")))
            default: break
            }
        }
        schedule(after: 5000) { .operatorLooks }
    }

    var isSettled: Bool {
        engine != nil && inbox.isEmpty && !isCommitting
            && hubs.values.allSatisfy { $0.outgoing.values.allSatisfy(\.isAnswered) }
            && store.durable.deliveries.values.allSatisfy(\.state.isSettled)
    }

    mutating func judgeTheEnd() {
        if !isSettled { violations.append("I16 something never settled") }
        for key in acknowledged where store.durable.messages[key] == nil {
            violations.append("I1 message \(key.id) was acknowledged and is lost")
        }
        for row in store.durable.deliveries.values.sorted(by: { $0.id < $1.id }) where row.state == .delivered {
            if (hubs[row.hub]?.applications[row.messageID] ?? 0) == 0 {
                violations.append("I5 \(row.messageID) counts as delivered and \(row.hub.text) never applied it")
            }
        }
        for (region, hub) in hubs.sorted(by: { $0.key < $1.key }) where hub.capability != .neither {
            for (id, count) in hub.applications.sorted(by: { $0.key < $1.key }) where count > 1 {
                violations.append("I4 \(region.text) applied \(id) \(count) times")
            }
        }
    }
}
