import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import KuayuReconcile

/// A step of a repair that writes into the gateway's own books: decided and written in one round, on the engine's queue.
struct RepairWork: Sendable {
    /// What is written.
    enum Kind: Sendable {
        /// The step's events go back in line.
        case redeliver
        /// The row found at the hub is taken into the gateway's ledger when it is a piece of our history.
        case register
        /// A case that the gateway has lost is taken in again on the evidence of its own receipt.
        case restore(RestoredCase)
    }

    let kind: Kind
    let step: RepairStep
    let hub: RegionCode
    /// The plan, for the record.
    let planID: String
    /// Who ordered it: `gateway`, or a person.
    let by: String

    /// What stands beside each decision.
    var reason: String { "repair \(planID.prefix(16)) break \(step.breakID)" }
}

/// A lost case as its origin still has it, with the receipt that the gateway once signed for it.
struct RestoredCase: Sendable {
    var receipt: Receipt
    /// The receipt as it was signed.
    var receiptText: String
    var registration: CaseRegistration
    var reading: CaseReading
    var record: CaseRecord
}

extension Round {
    mutating func carryOut(
        _ work: RepairWork, answer: @escaping (RepairOutcome) -> Void, _ open: inout Open,
        _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        guard let id = CaseID(work.step.caseID), let hub = federation.hubs[work.hub] else {
            open.repairs.append((.askRegion("no case id of this federation, or no such hub"), answer))
            return
        }
        let outcome: RepairOutcome
        do {
            switch work.kind {
            case .redeliver:
                // The engine has the last word, and its answer comes after the commit.
                guard let refusal = try redeliver(work, id, answer, &open, transaction, now) else { return }
                outcome = refusal
            case .register: outcome = try register(work, id, hub, transaction, now)
            case .restore(let lost): outcome = try restore(lost, work, id, &open, transaction, now)
            }
        } catch StoreError.corrupt(let reason) {
            // One case that cannot be read must not hold up the others of its round.
            outcome = .failed("the case on record cannot be read: \(reason)")
        }
        open.repairs.append((outcome, answer))
    }

    // MARK: sending again

    /// - Returns: the outcome when there is nothing for the engine to do; nil when it was asked.
    private mutating func redeliver(
        _ work: RepairWork, _ id: CaseID, _ answer: @escaping (RepairOutcome) -> Void, _ open: inout Open,
        _ transaction: any CaseTransaction, _ now: Instant
    ) throws -> RepairOutcome? {
        let step = work.step
        // What this round has changed already is written at its end.
        let known = try transaction.deliveries(caseID: id).map { open.deliveries[$0.id] ?? $0 }
        let rows = known.filter { $0.hub == work.hub }
        var again: [DeliveryRow] = []
        var moved = 0
        for sending in step.sendings {
            guard let row = rows.first(where: { $0.messageID == sending.messageID && $0.version == sending.version })
            else { return .stale("no delivery bears the id \(sending.messageID)") }
            if !row.state.isSettled || row.attemptCount != sending.attemptCount { moved += 1 }
            again.append(row)
        }
        if moved > 0 {
            return moved == again.count ? .already : .stale("some of its deliveries were tried since")
        }
        if again.isEmpty { return .stale("nothing to send") }
        if let reason = try changed(step, id, work.hub, transaction) { return .stale(reason) }
        let last = step.expected?.version ?? 0
        if open.deliveries.values.contains(where: { $0.caseID == id && $0.hub == work.hub && $0.version > last }) {
            return .stale("a later event is on its way")
        }
        let ticket = open.ownTicket()
        open.commands.append((ticket, { answer(RepairOutcome($0)) }))
        let command = OperatorCommand.redeliver(again, reason: work.reason, by: work.by)
        for effect in engine.step(.command(ticket, command), now: now, using: &rng) {
            try apply(effect, &open, transaction, now)
        }
        return nil
    }

    /// Why the gateway's ledger is no longer as the step expects; nil when it is.
    private func changed(
        _ step: RepairStep, _ id: CaseID, _ hub: RegionCode, _ reader: any CaseReader
    ) throws -> String? {
        let row = try reader.ledgerRow(hub: hub, caseID: id)
        return row?.element == step.expected ? nil : "the gateway's ledger has moved on"
    }

    // MARK: into the ledger

    private func register(
        _ work: RepairWork, _ id: CaseID, _ hub: FederatedHub, _ transaction: any CaseTransaction, _ now: Instant
    ) throws -> RepairOutcome {
        guard work.step.found.count == 1, let found = work.step.found.first?.element else {
            return .askRegion("the hub has more than one row of the case")
        }
        if let row = try transaction.ledgerRow(hub: hub.region, caseID: id) {
            return row.element == found ? .already : .stale("the gateway's ledger has moved on")
        }
        guard let event = try transaction.event(id, version: found.version) else {
            return .askRegion("version \(found.version) is not on record")
        }
        let snapshot = try CaseCache.Snapshot(event, crypto: writer.crypto)
        let digest = Release.digest(snapshot, to: hub, in: federation, crypto: writer.crypto)
        let row = LedgerRow(
            hub: hub.region, lane: hub.region == event.head.origin ? .out : .in, caseID: id, version: found.version,
            status: event.head.status, contentDigest: digest?.text ?? "-", registeredAt: event.head.registeredAt,
            nonce: event.head.nonce, toldAt: now)
        guard row.element.says(found) else { return .askRegion("the row is no piece of the history on record") }
        guard try isParty(hub, event, transaction) else { return .askRegion("the hub takes no part in the case") }
        try transaction.upsert(row)
        try transaction.insert(
            AuditRow(action: "register", subject: id.text, by: work.by, reason: work.reason, at: now))
        return .done
    }

    /// Whether the hub has, or ever had, something to do with the case.
    private func isParty(_ hub: FederatedHub, _ event: EventRecord, _ reader: any CaseReader) throws -> Bool {
        if event.head.origin == hub.region { return true }
        let id = event.head.caseID
        if try reader.events(id).contains(where: { $0.author == hub.region }) { return true }
        if try reader.deliveries(caseID: id).contains(where: { $0.hub == hub.region }) { return true }
        guard let last = try reader.caseInForce(id) else { return false }
        return try CaseAccess.takesPart(hub, in: last, of: federation)
    }

    // MARK: a lost case

    /// The case goes on from the event that its receipt speaks of, under its own id, number and nonce.
    ///
    /// What came before is lost; its other parties learn nothing new by it.
    private mutating func restore(
        _ lost: RestoredCase, _ work: RepairWork, _ id: CaseID, _ open: inout Open,
        _ transaction: any CaseTransaction, _ now: Instant
    ) throws -> RepairOutcome {
        if try transaction.caseInForce(id) != nil {
            let row = try transaction.ledgerRow(hub: work.hub, caseID: id)
            let isOurs = row?.nonce == lost.registration.nonce && row?.version == lost.registration.version
            return isOurs ? .already : .stale("the case is on record by now")
        }
        if id.gateway != gateway { return .askRegion("another gateway gave the id") }
        if try transaction.message(sender: work.hub, id: lost.receipt.messageID) != nil {
            return .askRegion("the message of the receipt is on record with another case")
        }
        let receivedAt = Instant(epochSeconds: Int64(lost.receipt.receivedAt))
        let head = CaseHead(
            caseID: id, version: lost.registration.version, status: lost.registration.status,
            nonce: lost.registration.nonce, registeredAt: Instant(epochSeconds: Int64(lost.registration.at)),
            origin: work.hub)
        let record = restored(lost.record, head, by: work.hub)
        guard let participants = try? federation.routing.participants(of: record), participants.applying == work.hub
        else { return .askRegion("the hub's document names another origin, or no region in charge") }
        let ticket = open.ownTicket()
        let prepared = restored(lost, record, work, ticket)
        // Only a message that made an event is the author of one.
        let isEvent = lost.receipt.outcome == .accepted || lost.receipt.outcome == .noEffect
        let event = EventRow(
            ticket: ticket, head: head, kind: .registered, author: isEvent ? work.hub : nil, at: receivedAt)
        guard let (written, look) = try writer.writeEvent(event, prepared, in: transaction, now: now) else {
            return .failed("the case could not be written")
        }
        try writeBooks(lost, prepared, head, receivedAt, transaction, now)
        let command = OperatorCommand.reserve(id, reason: work.reason, by: work.by)
        for effect in engine.step(.command(ticket, command), now: now, using: &rng) {
            try apply(effect, &open, transaction, now)
        }
        try transaction.insert(
            AuditRow(action: "restore", subject: id.text, by: work.by, reason: work.reason, at: now))
        let bundle = written.bundleKey(origin: head.origin, themes: registrar.rulebook.themes)
        open.touched.add(id, look: look, bundle: bundle)
        return .done
    }

    private func restored(_ record: CaseRecord, _ head: CaseHead, by hub: RegionCode) -> CaseRecord {
        var record = record
        registrar.complete(&record, sender: hub, now: head.registeredAt)
        record[.caseID] = head.caseID.text
        record[.version] = String(head.version)
        record[.registeredAt] = head.registeredAt.canonical
        record[.status] = head.status.rawValue
        return record
    }

    private func restored(
        _ lost: RestoredCase, _ record: CaseRecord, _ work: RepairWork, _ ticket: Ticket
    ) -> PreparedCase {
        let incoming = IncomingCase(
            ticket: ticket, sender: work.hub, messageID: lost.receipt.messageID, bytes: lost.reading.bytes,
            bodyDigest: lost.receipt.digest.bytes, reading: lost.reading)
        var prepared = PreparedCase(incoming: incoming, issues: [])
        prepared.record = record
        prepared.note = "restored from the ledger of \(work.hub.text) on the evidence of the receipt of its message"
        return prepared
    }

    /// The message with its receipt, byte for byte; the hub's row, document and number.
    private func writeBooks(
        _ lost: RestoredCase, _ prepared: PreparedCase, _ head: CaseHead, _ receivedAt: Instant,
        _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        let incoming = prepared.incoming
        try transaction.insert(
            MessageRecord(
                sender: incoming.sender, id: incoming.messageID, bodyDigest: incoming.bodyDigest,
                payload: incoming.bytes, caseID: head.caseID, version: head.version,
                outcome: Registration.Outcome(lost.receipt.outcome), receivedAt: receivedAt,
                receipt: Array(lost.receiptText.utf8)))
        try transaction.upsert(
            LedgerRow(
                hub: incoming.sender, lane: incoming.sender == head.origin ? .out : .in, caseID: head.caseID,
                version: head.version, status: head.status, contentDigest: lost.registration.contentText,
                registeredAt: head.registeredAt, nonce: head.nonce, toldAt: now))
        try transaction.upsert(
            RegionDocument(
                caseID: head.caseID, region: incoming.sender, bytes: incoming.reading.bytes,
                dataVersion: incoming.reading.dataVersion))
        if let number = incoming.reading.ownNumber {
            try transaction.insert(
                number: LocalNumber(region: incoming.sender, value: number.value), caseID: head.caseID)
        }
    }
}

extension RepairOutcome {
    /// What an engine's answer to a command means for a step.
    init(_ answer: Answer) {
        switch answer {
        case .done: self = .done
        case .notApplicable(let reason): self = .stale(reason)
        case .unavailable(let reason): self = .failed(reason)
        case .recorded, .duplicate, .conflict: self = .failed("an answer that no command has")
        }
    }
}

extension Registration.Outcome {
    /// The same word in a receipt.
    init(_ outcome: Receipt.Outcome) {
        switch outcome {
        case .accepted: self = .accepted
        case .unchanged: self = .unchanged
        case .noEffect: self = .noEffect
        case .refused: self = .refused
        }
    }
}

extension LedgerElement {
    /// Whether another ledger's row says the same, as far as it can: content that one side cannot say is not compared.
    func says(_ other: LedgerElement) -> Bool {
        var other = other
        if contentDigest == "-" || other.contentDigest == "-" { other.contentDigest = contentDigest }
        return self == other
    }
}

extension CaseReader {
    /// What a hub was told last of one case.
    func ledgerRow(hub: RegionCode, caseID: CaseID) throws -> LedgerRow? {
        // The page that begins behind the id before it; an id need not be given to be before another.
        let before = caseID.rawValue == 0 ? nil : CaseID(beforeOrAt: caseID.rawValue - 1)
        return try ledger(hub: hub, after: before, limit: 1).first { $0.caseID == caseID }
    }
}

extension CaseID {
    /// The highest id whose number is not above; nil when there is none.
    fileprivate init?(beforeOrAt number: UInt64) {
        if let id = CaseID(rawValue: number) {
            self = id
            return
        }
        // The day before does not end at the number: its last id does.
        let day = number / 10_000_000
        guard let date = CaseID.day(before: day), let last = CaseID.make(date: date, gateway: 99, sequence: 99_999)
        else { return nil }
        self = last
    }

    private static func day(before number: UInt64) -> CalendarDate? {
        let day = Int(clamping: number) + 1
        return CalendarDate(year: day / 10_000, month: day / 100 % 100, day: day % 100)?.adding(days: -1)
    }
}
