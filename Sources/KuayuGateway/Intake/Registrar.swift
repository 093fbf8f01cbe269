import KuayuAdapters
import KuayuEngine
import KuayuModel
import KuayuRules

/// Looks an incoming case up, merges it into the case in force and says what it asks of the engine.
///
/// Works inside the open transaction, so that it sees the cases of the same round.
struct Registrar: Sendable {
    let federation: Federation
    let cache: CaseCache
    var own: OwnEvents
    var rulebook: Rulebook

    /// The case with what it asks for; everything that is wrong with it is among the issues.
    func prepare(_ incoming: IncomingCase, in reader: some CaseReader, now: Instant) throws -> PreparedCase {
        var prepared = PreparedCase(incoming: incoming, issues: incoming.reading.issues)
        guard let record = incoming.reading.record else { return prepared }
        if let inForce = try find(record, incoming, in: reader, issues: &prepared.issues) {
            try merge(record, into: inForce, &prepared, reader, now)
        } else if !prepared.issues.contains(where: { $0.severity == .error }) {
            try register(record, &prepared, reader, now)
        }
        return prepared
    }

    private static func unknownCase(_ id: String) -> Issue {
        Issue(
            code: "case.unknown", path: "caseId", message: "no case has the federation id \(id)",
            help: "leave the federation id out for a new case, or ask GET /v1/cases/{id} which id was given")
    }

    private static func mayNotBegin(in status: CaseState) -> Issue {
        Issue(
            code: "case.begins-elsewhere", path: "status",
            message: "a new case of this sender cannot begin as \(status.rawValue)",
            help:
                "the applying side begins with submitted, the collecting side with collected; later states are reported "
                + "by the region in charge")
    }

    // MARK: finding

    /// The case in force that the document speaks of: by federation id, else by the sender's own number.
    private func find(
        _ record: CaseRecord, _ incoming: IncomingCase, in reader: some CaseReader, issues: inout [Issue]
    ) throws -> EventRecord? {
        if let text = incoming.reading.federationID {
            if let id = CaseID(text), let event = try reader.caseInForce(id) { return event }
            issues.append(Self.unknownCase(text))
            return nil
        }
        guard let number = incoming.reading.ownNumber else { return nil }
        let local = LocalNumber(region: incoming.sender, value: number.value)
        guard let id = try reader.caseID(number: local) else { return nil }
        return try reader.caseInForce(id)
    }

    /// The case as it stands after an event.
    func record(of event: EventRecord) throws -> CaseRecord {
        let key = CaseCache.Version(caseID: event.head.caseID, version: event.head.version)
        if let known = cache.get(key) { return known.record }
        guard let record = CaseDocument.decode(event.canonical).record else {
            throw StoreError.corrupt("case \(event.head.caseID.text) version \(event.head.version) cannot be read")
        }
        return record
    }

    // MARK: a new case

    private func register(
        _ document: CaseRecord, _ prepared: inout PreparedCase, _ reader: some CaseReader, _ now: Instant
    ) throws {
        var record = document
        let sender = prepared.incoming.sender
        complete(&record, sender: sender, now: now)
        let day = LocalDateTime(now).date
        guard let participants = admit(record, from: sender, on: day, issues: &prepared.issues) else { return }
        prepared.issues += prepared.incoming.exempt.issues(in: record)
        // Only where a bundle was applied for is it said what belongs to it.
        if !participants.roles(of: sender).contains(.applying) { record.leaveBundle() }
        if let issue = try bundleIssue(record, origin: participants.applying, in: reader) {
            prepared.issues.append(issue)
        }
        if prepared.issues.contains(where: { $0.severity == .error }) { return }
        record = prepared.incoming.exempt.confirmed(record, at: now)
        let status = record[.status].flatMap(CaseState.init(rawValue:)) ?? .submitted
        let roles = roles(of: sender, in: record, participants)
        guard StateRules.mayBegin(in: status, by: roles, isProactive: participants.isProactive) else {
            prepared.issues.append(Self.mayNotBegin(in: status))
            return
        }
        record[.status] = status.rawValue
        note(status, in: &record, by: sender, now: now)
        record = CaseMerge.begun(
            record,
            by: CaseMerge.Reporter(
                region: sender, roles: roles, isLead: participants.handling.first == sender, silent: [],
                coarsened: { _, _ in nil }), now: now)
        prepared.record = record
        prepared.note = "registered"
        prepared.change = CaseChange(
            kind: .new, head: nil, status: status, origin: participants.applying,
            recipients: audience(of: record, participants).filter { $0 != sender },
            transfers: transfers(participants, record, from: nil, to: status), day: day,
            deadline: deadline(of: record, now))
    }

    /// Until when the case should be decided: later than that, telling a party is of less use.
    private func deadline(of record: CaseRecord, _ now: Instant) -> Instant? {
        rulebook.clock.reading(of: record, now: now).deadline
    }

    /// What the gateway knows better than the document.
    func complete(_ record: inout CaseRecord, sender: RegionCode, now: Instant) {
        if record[.appliedDivision] == nil { record[.appliedDivision] = sender.text }
        if record[.mode] == nil {
            record[.mode] = record[.catalogCode].flatMap { Items.standard.item($0)?.mode.rawValue } ?? "online"
        }
        record[.calendar] = rulebook.clock.calendarField(for: record, now: now)
        record.update(.events) { rows in
            for index in rows.indices { rows[index][.eventReportedBy] = sender.text }
        }
    }

    /// The gateway's transfer follows the hand-over at the place of application: the submission, and where another region
    /// collects the papers, their collection.
    private func transfers(
        _ participants: Routing.Participants, _ record: CaseRecord, from old: CaseState?, to new: CaseState
    ) -> Bool {
        guard new.progress < CaseState.transferred.progress, !isHeldByOrder(record), !isMain(record),
            participants.handling.contains(where: { $0 != participants.applying })
        else { return false }
        let isCollected = record[.mode] == "collect" && participants.collecting != nil
        return isCollected ? new == .collected && old != .collected : old == nil
    }

    private func note(_ state: CaseState, in record: inout CaseRecord, by region: RegionCode, now: Instant) {
        if record[.events].last?[.eventAction] == record.eventAction(of: state) { return }
        var row = CaseRow(.events)
        row[.eventAction] = record.eventAction(of: state)
        row[.eventStartedAt] = record[Field.appliedAt] ?? now.canonical
        row[.eventReportedBy] = region.text
        if record[.events].contains(where: { $0.key == row.key }) { row[.eventStartedAt] = now.canonical }
        record[.events].append(row)
    }

    // MARK: a change

    private func merge(
        _ document: CaseRecord, into event: EventRecord, _ prepared: inout PreparedCase, _ reader: some CaseReader,
        _ now: Instant
    ) throws {
        let sender = prepared.incoming.sender
        let inForce = try record(of: event)
        guard let participants = try? federation.routing.participants(of: inForce), let hub = federation.hubs[sender]
        else {
            throw StoreError.corrupt("case \(event.head.caseID.text) has no handling region")
        }
        let roles = roles(of: sender, in: inForce, participants)
        guard !roles.isEmpty else {
            // Whoever has no part in a case does not learn that it exists.
            prepared.issues.append(Self.unknownCase(event.head.caseID.text))
            return
        }
        if prepared.incoming.reading.operation == .takeBack {
            try takeBack(event, inForce, participants, &prepared, reader, now)
            return
        }
        if roles.contains(.applying) {
            prepared.issues += prepared.incoming.exempt.issues(in: document, known: inForce)
            if prepared.issues.contains(where: { $0.severity == .error }) { return }
        }
        let lastVersion = try reader.document(event.head.caseID, region: sender)?.dataVersion
        if isStale(prepared.incoming.reading, lastVersion: lastVersion) {
            prepared.record = inForce
            prepared.note = "older data version than one already received"
            prepared.change = change(.noEffect, event, [], sender, status: event.head.status, now)
            return
        }
        let adapter = hub.adapter
        var document = document
        // A format with one field for both has its own number read as the national one; it claims nothing by that.
        if !roles.contains(.applying), document[.nationalNumber] == prepared.incoming.reading.ownNumber?.value {
            document[.nationalNumber] = nil
        }
        // Beside its format the extension block speaks, of which parts may be an echo of what the hub was told.
        let hasBlock = prepared.incoming.reading.hasExtension
        let merge = CaseMerge(
            document, into: inForce,
            by: CaseMerge.Reporter(
                region: sender, roles: roles, isLead: participants.handling.first == sender,
                silent: hasBlock ? [] : adapter.unsupported, aside: hasBlock ? adapter.unsupported : [],
                rawStatus: prepared.incoming.reading.rawStatus, coarsened: { adapter.coarsened($0, $1) }), now: now)
        var merged = keepingBundle(merge.record, from: inForce)
        let isKept = merged != merge.record
        if merged[.bundleID] != inForce[.bundleID],
            let issue = try bundleIssue(merged, origin: event.head.origin, in: reader)
        {
            prepared.issues.append(issue)
            return
        }
        let day = LocalDateTime(now).date
        var parties = participants
        if merge.changed.contains(where: { Self.decidesRoute($0) }) {
            // Who takes part, or in what: agreed anew, as for a new case.
            guard
                let agreed = admit(merged, from: participants.beginning, on: day, issues: &prepared.issues)
            else { return }
            parties = agreed
        }
        // Who began the case decides under whose agreements it goes.
        merged[.proactive] = inForce[.proactive]
        if merge.isChange { merged[.calendar] = rulebook.clock.calendarField(for: merged, now: now) }
        prepared.record = merged
        prepared.note = describe(merge) + (isKept ? "; its bundle stays as it was" : "")
        let status = merged[.status].flatMap(CaseState.init(rawValue:)) ?? event.head.status
        let kind: CaseChange.Kind =
            merge.isChange ? .changed : merge.hasForeignParts ? .noEffect : .unchanged
        prepared.change = change(kind, event, audience(of: merged, parties), sender, status: status, now)
        prepared.change?.deadline = deadline(of: merged, now)
        prepared.change?.transfers =
            kind == .changed && transfers(parties, merged, from: event.head.status, to: status)
    }

    /// Undoes the sender's last message, as long as nothing has happened since: a new event restores the case before it,
    /// and the one that registered the case voids it.
    private func takeBack(
        _ event: EventRecord, _ inForce: CaseRecord, _ participants: Routing.Participants,
        _ prepared: inout PreparedCase, _ reader: some CaseReader, _ now: Instant
    ) throws {
        let sender = prepared.incoming.sender
        let own = try reader.events(event.head.caseID).last { $0.author == sender && $0.kind != .noEffect }
        let said = try reader.document(event.head.caseID, region: sender)
        let isFirst = own?.kind == .registered
        let isLast = own?.head.version == event.head.version || (isFirst && event.kind == .transferred)
        prepared.record = inForce
        guard let own, isLast, own.kind != .takenBack, !event.head.status.isFinal, repeats(said, prepared) else {
            prepared.note =
                "not taken back: the case has gone on, or it is not the sender's last message that is repeated"
            prepared.change = change(.noEffect, event, [], sender, status: event.head.status, now)
            return
        }
        var status = CaseState.voided
        if !isFirst, let before = try reader.event(event.head.caseID, version: own.head.version - 1),
            let record = CaseDocument.decode(before.canonical).record
        {
            prepared.record = record
            status = before.head.status
        }
        prepared.record?[.status] = status.rawValue
        if let restored = prepared.record { prepared.record = noted(status, in: restored, by: sender, now: now) }
        prepared.note = "took back version \(own.head.version)"
        prepared.kind = .takenBack
        prepared.change = change(
            .changed, event, audience(of: inForce, participants), sender, status: status, now)
    }

    /// Whether the document that takes back says what the sender's last document said.
    private func repeats(_ said: RegionDocument?, _ prepared: PreparedCase) -> Bool {
        guard let said, let hub = federation.hubs[prepared.incoming.sender] else { return false }
        return hub.adapter.read(said.bytes).cases.first?.record == prepared.incoming.reading.record
    }

    private func noted(_ state: CaseState, in record: CaseRecord, by region: RegionCode, now: Instant) -> CaseRecord {
        var record = record
        var row = CaseRow(.events)
        row[.eventAction] = record.eventAction(of: state)
        row[.eventStartedAt] = now.canonical
        row[.eventReportedBy] = region.text
        if !record[.events].contains(where: { $0.key == row.key }) { record[.events].append(row) }
        return record
    }

    private func change(
        _ kind: CaseChange.Kind, _ event: EventRecord, _ audience: [RegionCode], _ sender: RegionCode,
        status: CaseState, _ now: Instant
    ) -> CaseChange {
        CaseChange(
            kind: kind, head: event.head, status: status, origin: event.head.origin,
            recipients: audience.filter { $0 != sender && federation.hubs[$0] != nil }, transfers: false,
            day: LocalDateTime(now).date)
    }

    private static func decidesRoute(_ path: String) -> Bool {
        path.hasPrefix("places.") || path == "item.catalogCode" || path == "mode"
    }

    /// A sender's data version only orders its own messages; versions that are not numbers cannot.
    private func isStale(_ reading: CaseReading, lastVersion: String?) -> Bool {
        guard let last = lastVersion.flatMap(Int64.init), let this = reading.dataVersion.flatMap(Int64.init) else {
            return false
        }
        return this < last
    }

    private func describe(_ merge: CaseMerge) -> String {
        var parts: [String] = []
        if !merge.changed.isEmpty { parts.append("changed: " + unique(merge.changed)) }
        if !merge.foreign.isEmpty { parts.append("not the sender's to change: " + unique(merge.foreign)) }
        if case .noEffect(let reason) = merge.move {
            parts.append("state \(merge.reported?.state.rawValue ?? "?") not followed: \(reason.rawValue)")
        }
        return parts.joined(separator: "; ")
    }

    private func unique(_ paths: [String]) -> String {
        var seen: [String] = []
        for path in paths where !seen.contains(path) { seen.append(path) }
        return seen.joined(separator: " ")
    }
}

extension Registrar {
    /// What the origin is told when a receiver refuses a case: an entry among the process entries, the state as it was.
    ///
    /// - Returns: nil when it is the origin itself that refused, or the case is not there.
    func refusalNotice(
        _ delivery: DeliveryRow, ticket: Ticket, in reader: any CaseReader, now: Instant
    ) throws -> PreparedCase? {
        guard let event = try reader.caseInForce(delivery.caseID), event.head.origin != delivery.hub
        else { return nil }
        var record = try record(of: event)
        record.addNote("\(delivery.hub.name)未接收", status: event.head.status, by: delivery.hub, at: now)
        return own.change(
            event, to: record, status: event.head.status, kind: .notice,
            note: "\(delivery.hub.text) did not take version \(delivery.version) (delivery \(delivery.id.value))",
            tells: [event.head.origin], ticket: ticket, now: now)
    }
}

extension Field {
    static let appliedAt = named("appliedAt")
    static let eventStep = named("events[].step")
}

/// Routing refusals in the words of an issue.
enum RoutingIssue {
    static func issue(for refusal: Routing.Refusal) -> Issue {
        switch refusal {
        case .noHandlingRegion:
            Issue(
                code: "route.no-handling-region", path: "places.handling",
                message: "the case names no division in charge, or one outside the federation",
                help: "set the handling division to a division of a federated province")
        case .notParticipant(let region):
            Issue(
                code: "route.not-participant", path: "places",
                message: "\(region.text) neither applied for, collects nor handles this case",
                help: "send the case through the hub of a region that takes part in it")
        case .staysAtHome:
            Issue(
                code: "route.stays-at-home", path: "places.handling",
                message: "the case concerns only the region that sent it",
                help: "cases that cross no border are handled at home; check the handling division")
        case .notAgreed(let from, let to, let item, let mode):
            Issue(
                code: "route.not-agreed", path: "item.catalogCode",
                message: "no agreement lets \(from.text) send item \(item) as \(mode) to \(to.text)",
                help: "see agreements.csv; an agreement has to be added before such cases can be sent")
        case .levelTooHigh(let region, let allowed):
            Issue(
                code: "route.level", path: "item.catalogCode",
                message:
                    "the agreement with \(region.text) allows data up to \(allowed.rawValue), and every case has more",
                help: "see max_level in agreements.csv")
        case .unknownHub(let region):
            Issue(
                code: "route.unknown-hub", path: "places.handling",
                message: "\(region.text) is not a hub of this federation",
                help: "check the handling division")
        }
    }
}
