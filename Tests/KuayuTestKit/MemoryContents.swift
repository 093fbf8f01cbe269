import KuayuEngine
import KuayuGateway
import KuayuModel

/// The rows of a store in memory.
struct MemoryContents: Sendable {
    struct MessageKey: Hashable, Sendable {
        let sender: RegionCode
        let id: String
    }

    struct RegionKey: Hashable, Sendable {
        let region: RegionCode
        let caseID: CaseID
    }

    var messages: [MessageKey: MessageRecord] = [:]
    /// Events of each case, ascending.
    var events: [CaseID: [EventRecord]] = [:]
    var catalogCodes: [CaseID: String] = [:]
    var deliveries: [DeliveryID: DeliveryRow] = [:]
    var attempts: [DeliveryID: [Int: AttemptRow]] = [:]
    var ledger: [RegionKey: LedgerRow] = [:]
    /// When the sum of a day changed last.
    var changedDays: [DayKey: Instant] = [:]
    var documents: [RegionKey: RegionDocument] = [:]
    var numbers: [LocalNumber: CaseID] = [:]
    var audits: [AuditRow] = []
    var rules = MemoryRules()
}

/// Look-ups in rows in memory.
protocol MemoryReading: CaseReader {
    var contents: MemoryContents { get }
}

/// Look-ups outside a transaction.
struct MemoryReader: MemoryReading {
    let contents: MemoryContents
}

extension MemoryReading {
    func message(sender: RegionCode, id: String) -> MessageRecord? {
        contents.messages[MemoryContents.MessageKey(sender: sender, id: id)]
    }

    func lastReceived(sender: RegionCode) -> Instant? {
        contents.messages.values.filter { $0.sender == sender }.map(\.receivedAt).max()
    }

    func messages(id: String) -> [MessageRecord] {
        contents.messages.values.filter { $0.id == id }.sorted { $0.sender < $1.sender }
    }

    func messages(caseID: CaseID) -> [MessageRecord] {
        contents.messages.values.filter { $0.caseID == caseID }
            .sorted { $0.receivedAt == $1.receivedAt ? $0.id < $1.id : $0.receivedAt < $1.receivedAt }
    }

    func caseInForce(_ id: CaseID) -> EventRecord? { contents.events[id]?.last }

    func event(_ id: CaseID, version: Int) -> EventRecord? {
        contents.events[id]?.first { $0.head.version == version }
    }

    func events(_ id: CaseID) -> [EventRecord] { contents.events[id] ?? [] }

    func caseID(number: LocalNumber) -> CaseID? { contents.numbers[number] }

    func caseIDs(anyNumber value: String) -> [CaseID] {
        Set(contents.numbers.filter { $0.key.value == value }.values).sorted()
    }

    func document(_ id: CaseID, region: RegionCode) -> RegionDocument? {
        contents.documents[MemoryContents.RegionKey(region: region, caseID: id)]
    }

    func deliveries(caseID: CaseID) -> [DeliveryRow] {
        contents.deliveries.values.filter { $0.caseID == caseID }.sorted { $0.id < $1.id }
    }

    func delivery(_ id: DeliveryID) -> DeliveryRow? { contents.deliveries[id] }

    func deliveries(
        states: Set<DeliveryState>, hub: RegionCode?, after: DeliveryID?, limit: Int
    ) -> [DeliveryRow] {
        let wanted = contents.deliveries.values.filter { row in
            states.contains(row.state) && (hub.map { $0 == row.hub } ?? true) && (after.map { $0 < row.id } ?? true)
        }
        return Array(wanted.sorted { $0.id < $1.id }.prefix(limit))
    }

    func attempts(_ id: DeliveryID) -> [AttemptRow] {
        (contents.attempts[id] ?? [:]).values.sorted { $0.number < $1.number }
    }

    func cases(_ filter: CaseFilter) -> [CaseSummary] {
        let ids = contents.events.keys.sorted(by: >).filter { id in filter.before.map { id < $0 } ?? true }
        let lines = ids.lazy.compactMap { id in contents.events[id]?.last }
            .filter { event in
                (filter.origin.map { $0 == event.head.origin } ?? true)
                    && (filter.status.map { $0 == event.head.status } ?? true)
            }
        return lines.prefix(min(max(filter.limit, 1), 10_000)).map { event in
            CaseSummary(
                head: event.head, catalogCode: contents.catalogCodes[event.head.caseID] ?? "", changedAt: event.at)
        }
    }

    func ledger(hub: RegionCode, after: CaseID?, limit: Int) -> [LedgerRow] {
        let rows = contents.ledger.values.filter { row in
            row.hub == hub && (after.map { $0 < row.caseID } ?? true)
        }
        return Array(rows.sorted { $0.caseID < $1.caseID }.prefix(limit))
    }

    func deliveryCounts() -> [DeliveryCount] {
        Dictionary(grouping: contents.deliveries.values) { [$0.hub.text, $0.state.rawValue] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .compactMap { _, rows in
                rows.first.map { DeliveryCount(hub: $0.hub, state: $0.state, count: rows.count) }
            }
    }

    func caseCounts() -> [CaseCount] {
        let heads = contents.events.values.compactMap { $0.last?.head }
        return Dictionary(grouping: heads) { [$0.origin.text, $0.status.rawValue] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .compactMap { _, heads in
                heads.first.map { CaseCount(origin: $0.origin, status: $0.status, count: heads.count) }
            }
    }

    func knownHubs() -> [KnownHub] {
        let open = contents.deliveries.values.filter { !$0.state.isSettled }.map(\.hub)
        return Set(contents.ledger.keys.map(\.region) + open).sorted().map { region in
            KnownHub(region: region, openCount: open.count { $0 == region })
        }
    }
}

/// Writes to a copy of the rows.
final class MemoryTransaction: MemoryReading, CaseTransaction {
    var contents: MemoryContents

    init(_ contents: MemoryContents) { self.contents = contents }

    func insert(_ message: MessageRecord) throws {
        let key = MemoryContents.MessageKey(sender: message.sender, id: message.id)
        guard contents.messages[key] == nil else {
            throw StoreError.unavailable("message \(message.id) of \(message.sender.text) is stored already")
        }
        contents.messages[key] = message
    }

    func insert(_ event: EventRecord) throws {
        let id = event.head.caseID
        var events = contents.events[id] ?? []
        guard !events.contains(where: { $0.head.version == event.head.version }) else {
            throw StoreError.unavailable("\(id.text) v\(event.head.version) is stored already")
        }
        let isNews = !event.catalogCode.isEmpty || contents.catalogCodes[id] == nil
        if isNews { contents.catalogCodes[id] = event.catalogCode }
        var kept = event
        kept.catalogCode = ""
        kept.bundleID = nil
        kept.nextLookAt = nil
        events.append(kept)
        events.sort { $0.head.version < $1.head.version }
        contents.events[id] = events
        if events.last?.head.version == event.head.version { contents.rules.follow(event) }
    }

    func upsert(_ delivery: DeliveryRow) {
        guard let old = contents.deliveries[delivery.id] else {
            contents.deliveries[delivery.id] = delivery
            return
        }
        contents.deliveries[delivery.id] = DeliveryRow(
            id: old.id, caseID: old.caseID, version: old.version, hub: old.hub, messageID: old.messageID,
            createdAt: old.createdAt, deadline: delivery.deadline, state: delivery.state,
            attemptCount: delivery.attemptCount, garbageCount: delivery.garbageCount,
            nextAttemptAt: delivery.nextAttemptAt, reason: delivery.reason, settledAt: delivery.settledAt)
    }

    func upsert(_ attempt: AttemptRow) {
        let begun = contents.attempts[attempt.delivery]?[attempt.number]?.startedAt ?? attempt.startedAt
        contents.attempts[attempt.delivery, default: [:]][attempt.number] = AttemptRow(
            delivery: attempt.delivery, number: attempt.number, startedAt: begun, endedAt: attempt.endedAt,
            outcome: attempt.outcome, detail: attempt.detail)
    }

    func upsert(_ row: LedgerRow) {
        let key = MemoryContents.RegionKey(region: row.hub, caseID: row.caseID)
        guard let old = contents.ledger[key] else {
            contents.ledger[key] = row
            contents.touch(row)
            return
        }
        if row.version < old.version { return }
        var new = old
        new.version = row.version
        new.status = row.status
        new.contentDigest = row.contentDigest
        if new == old { return }
        new.toldAt = row.toldAt
        contents.ledger[key] = new
        contents.touch(new)
    }

    func upsert(_ document: RegionDocument) {
        contents.documents[MemoryContents.RegionKey(region: document.region, caseID: document.caseID)] = document
    }

    func insert(number: LocalNumber, caseID: CaseID) {
        if contents.numbers[number] == nil { contents.numbers[number] = caseID }
    }

    func insert(_ audit: AuditRow) { contents.audits.append(audit) }
}
