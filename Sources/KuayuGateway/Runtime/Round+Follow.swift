import KuayuEngine
import KuayuModel
import KuayuRules
import Logging

// What follows from the events of a round, or from the time, without anybody having said so: children of a bundle,
// their release, its state; notices raised and cleared; a calendar that now reaches far enough.
extension Round {
    /// Remembers a case whose time has come.
    mutating func touch(_ id: CaseID, _ open: inout Open, _ reader: any CaseReader) throws {
        guard let event = try reader.caseInForce(id) else { return }
        let record = try registrar.record(of: event)
        let bundle = record.bundleKey(origin: event.head.origin, themes: writer.rulebook.themes)
        open.touched.add(id, look: nil, bundle: bundle)
    }

    /// Does something about a case; one that cannot be read holds up no other case of its round, and is not looked at again
    /// before it changes.
    mutating func passing(
        over id: CaseID, _ transaction: any CaseTransaction, _ body: (inout Round) throws -> Void
    ) throws {
        do {
            try body(&self)
        } catch StoreError.corrupt(let reason) {
            logger.error("a stored case cannot be read", metadata: ["reason": "\(reason)"])
            try transaction.setNextLook(id, at: nil)
        }
    }

    mutating func follow(_ open: inout Open, _ transaction: any CaseTransaction, _ now: Instant) throws {
        let keeper = BundleKeeper(federation: federation, registrar: registrar, own: own)
        var notices: [CaseID: [CaseNotice]] = [:]
        // What the gateway does for one bundle may touch cases of no other, so each is settled in turn.
        var index = 0
        while index < open.touched.bundles.count {
            let key = open.touched.bundles[index]
            index += 1
            for (id, notice) in try settle(key, keeper, &open, transaction, now) {
                notices[id, default: []].append(notice)
            }
            let members = try transaction.bundleMembers(key.id, origin: key.origin)
            if members.count > BundleKeeper.memberLimit { continue }
            // What one case did may raise or clear a notice on any of the others.
            for id in members { open.touched.add(id) }
        }
        index = 0
        while index < open.touched.order.count {
            let id = open.touched.order[index]
            index += 1
            try passing(over: id, transaction) { (round: inout Round) throws in
                try round.look(at: id, notices[id] ?? [], &open, transaction, now)
            }
        }
    }

    // MARK: bundles

    /// Does for a bundle what is to be done, until nothing is.
    ///
    /// - Returns: what stands on its cases.
    private mutating func settle(
        _ key: TouchedCases.BundleKey, _ keeper: BundleKeeper, _ open: inout Open, _ transaction: any CaseTransaction,
        _ now: Instant
    ) throws -> [(CaseID, CaseNotice)] {
        // A bundle has few children, and each step brings one of them, or the main case, forward.
        for _ in 0..<BundleKeeper.stepLimit {
            let outcome: BundleKeeper.Outcome
            do {
                outcome = try keeper.nextSteps(key, in: transaction, now: now) { open.ownTicket() }
            } catch StoreError.corrupt(let reason) {
                // The bundle stands still; the message that touched it is taken all the same.
                logger.error("a bundle cannot be read", metadata: ["reason": "\(reason)"])
                return []
            }
            if outcome.steps.isEmpty { return outcome.notices }
            for step in outcome.steps { try submit(step, stored: nil, &open, transaction, now) }
        }
        logger.error("a bundle does not settle", metadata: ["bundle-origin": "\(key.origin.text)"])
        return []
    }

    // MARK: notices

    private mutating func look(
        at id: CaseID, _ ofBundle: [CaseNotice], _ open: inout Open, _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        guard let event = try inForce(id, transaction) else { return }
        var look = open.touched.look(id)
        // Nothing stands yet on a case that this round made.
        let isNew = look != nil && event.event.head.version == 1
        if look == nil {
            let (standing, next) = writer.rulebook.agenda.look(at: event.record, now: now)
            look = CaseLook(standing: standing, next: next)
            try transaction.setNextLook(id, at: next)
            if try readjust(event, &open, transaction, now) { look = open.touched.look(id) }
        }
        let standing = (look?.standing ?? []) + ofBundle
        let rows = isNew ? [] : try transaction.openNotices(id)
        let change = NoticeChange(open: rows, standing: standing)
        for var row in change.cleared {
            row.clearedAt = now
            try transaction.upsert(row)
        }
        for notice in change.raised {
            let row = NoticeRow(notice, on: id, at: now)
            try transaction.upsert(row)
            open.raised.append(row)
        }
        let told = change.raised.filter { !$0.tells.isEmpty }
        if !told.isEmpty { try tell(told, id, &open, transaction, now) }
    }

    private func inForce(_ id: CaseID, _ reader: any CaseReader) throws -> (event: EventRecord, record: CaseRecord)? {
        guard let event = try reader.caseInForce(id) else { return nil }
        return (event, try registrar.record(of: event))
    }

    /// Tells those who should act, as far as they know of the case, by one event of its own: an entry of each kind among the
    /// process entries, the state as it was.
    private mutating func tell(
        _ notices: [CaseNotice], _ id: CaseID, _ open: inout Open, _ transaction: any CaseTransaction, _ now: Instant
    ) throws {
        guard let (event, record) = try inForce(id, transaction) else { return }
        let participants = try federation.parties(of: record)
        let tells = notices.reduce(into: CaseRoles()) { $0.formUnion($1.tells) }
        let hubs = registrar.audience(of: record, participants).filter {
            !participants.roles(of: $0).isDisjoint(with: tells)
        }
        if hubs.isEmpty { return }
        var told = record
        for kind in CaseNotice.Kind.allCases where notices.contains(where: { $0.kind == kind }) {
            told.addNote(kind.title, status: event.head.status, by: nil, at: now)
        }
        let step = own.change(
            event, to: told, status: event.head.status, kind: .notice, note: Self.text(of: notices), tells: hubs,
            ticket: open.ownTicket(), now: now)
        try submit(step, stored: nil, &open, transaction, now)
    }

    /// The first of them by kind and subject.
    private static func text(of notices: [CaseNotice]) -> String {
        let shown = notices.prefix(8).map { notice in
            notice.subject.isEmpty ? notice.kind.rawValue : "\(notice.kind.rawValue) \(notice.subject)"
        }
        return shown.joined(separator: "; ") + (notices.count > 8 ? "; and \(notices.count - 8) more" : "")
    }

    // MARK: the calendar

    /// A date that lay beyond the calendar is now within it: everybody learns the new edition.
    private mutating func readjust(
        _ inForce: (event: EventRecord, record: CaseRecord), _ open: inout Open, _ transaction: any CaseTransaction,
        _ now: Instant
    ) throws -> Bool {
        let (event, record) = inForce
        let edition = writer.rulebook.clock.calendarField(for: record, now: now)
        guard record[.calendar]?.hasSuffix(" provisional") ?? false, record[.calendar] != edition else { return false }
        var changed = record
        changed[.calendar] = edition
        changed.addNote("工作日历更新", status: event.head.status, by: nil, at: now)
        let parties = try federation.parties(of: record)
        let step = own.change(
            event, to: changed, status: event.head.status, kind: .notice, note: "calendar \(edition)",
            tells: registrar.audience(of: record, parties), ticket: open.ownTicket(), now: now)
        try submit(step, stored: nil, &open, transaction, now)
        return true
    }

    /// Counts by another calendar from now on.
    mutating func adopt(_ calendar: WorkCalendar) {
        setRulebook(writer.rulebook.with(calendar: calendar))
    }
}

extension CaseRecord {
    /// The bundle that the case belongs to; a main case without a number of its own gives its case id.
    func bundleKey(origin: RegionCode, themes: Bundles) -> TouchedCases.BundleKey? {
        BundleKey(of: self, themes: themes).map { TouchedCases.BundleKey(origin: origin, id: $0.number) }
    }
}
