import KuayuAdapters
import KuayuEngine
import KuayuModel
import KuayuRules

/// Events that the gateway makes itself: nobody sent them, so there is no message and no receipt.
struct OwnEvents: Sendable {
    let federation: Federation
    let clock: CaseClock
    let digest: @Sendable ([UInt8]) -> [UInt8]

    /// A change of a case in force.
    ///
    /// - Parameters:
    ///   - kind: how the history calls it.
    ///   - tells: the hubs it is delivered to, among those that are configured.
    func change(
        _ event: EventRecord, to record: CaseRecord, status: CaseState, kind: EventRow.Kind, note: String,
        tells: [RegionCode], ticket: Ticket, now: Instant
    ) -> PreparedCase {
        var prepared = prepared(record, says: "\(note) \(event.head.version)", of: event.head.origin, ticket)
        prepared.kind = kind
        prepared.note = note
        prepared.change = CaseChange(
            kind: .changed, head: event.head, status: status, origin: event.head.origin,
            recipients: tells.filter { federation.hubs[$0] != nil }, transfers: false, day: LocalDateTime(now).date,
            deadline: clock.reading(of: record, now: now).deadline)
        return prepared
    }

    /// A case that the gateway makes out of another, for everybody who takes part in it.
    func new(
        _ record: CaseRecord, status: CaseState, origin: RegionCode, note: String, tells: [RegionCode], ticket: Ticket,
        now: Instant
    ) -> PreparedCase {
        var prepared = prepared(record, says: note, of: origin, ticket)
        prepared.note = note
        prepared.change = CaseChange(
            kind: .new, head: nil, status: status, origin: origin,
            recipients: tells.filter { federation.hubs[$0] != nil }, transfers: false, day: LocalDateTime(now).date)
        return prepared
    }

    private func prepared(_ record: CaseRecord, says text: String, of origin: RegionCode, _ ticket: Ticket)
        -> PreparedCase
    {
        let bytes = Array(text.utf8)
        var prepared = PreparedCase(
            incoming: IncomingCase(
                ticket: ticket, sender: origin, messageID: "", bytes: bytes, bodyDigest: digest(bytes),
                reading: CaseReading(notice: record)), issues: [])
        prepared.isOwn = true
        prepared.record = record
        return prepared
    }
}

extension CaseRecord {
    /// Adds a process entry that says something without moving the case.
    ///
    /// The entry that led to the state stays last. It bears the action of the state, because an entry of its own kind
    /// would be one that some formats cannot say.
    mutating func addNote(_ step: String, status: CaseState, by region: RegionCode?, at now: Instant) {
        let action = eventAction(of: status)
        var row = CaseRow(.events)
        row[.eventAction] = action
        row[.eventStep] = step
        row[.eventStartedAt] = now.canonical
        row[.eventReportedBy] = region?.text
        // Entries are known by action and second.
        var time = now
        while self[.events].contains(where: { $0.key == row.key }) {
            time = time.adding(milliseconds: 1000)
            row[.eventStartedAt] = time.canonical
        }
        update(.events) { [row] in $0.insert(row, at: max(0, $0.count - 1)) }
    }

    /// Adds the process entry that leads to a state; it stands last.
    mutating func addEntry(_ status: CaseState, by region: RegionCode?, at now: Instant) {
        var row = CaseRow(.events)
        row[.eventAction] = eventAction(of: status)
        row[.eventStartedAt] = now.canonical
        row[.eventReportedBy] = region?.text
        update(.events) { [row] rows in
            rows.removeAll { $0.key == row.key }
            rows.append(row)
        }
    }
}
