import GRDB
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuRules

/// Writes of one open transaction.
///
/// Only for the duration of `SQLiteStore.write`.
struct SQLiteTransaction: CaseTransaction {
    let database: Database
    let digester: any Digester
    private let days = LedgerDayChanges()
    private var reader: SQLiteReader { SQLiteReader(database: database) }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func insert(_ message: MessageRecord) throws {
        try run(
            """
            INSERT INTO message (sender, id, body_digest, payload, case_id, version, outcome, received_at, receipt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                message.sender.stored, message.id, Blob(message.bodyDigest), Blob(message.payload),
                message.caseID?.text, message.version, message.outcome.rawValue,
                message.receivedAt.epochMilliseconds, Blob(message.receipt),
            ])
    }

    func insert(_ event: EventRecord) throws {
        let head = event.head
        try run(
            """
            INSERT INTO event (case_id, version, kind, author, message_id, at, status, nonce, registered_at, origin,
                canonical, note, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                head.caseID.text, head.version, event.kind.rawValue, event.author?.stored, event.messageID,
                event.at.epochMilliseconds, head.status.rawValue, head.nonce, head.registeredAt.epochMilliseconds,
                head.origin.stored, Blob(event.canonical), event.note, event.raw,
            ])
        try run(
            """
            INSERT INTO case_head (case_id, version, status, registered_at, origin, nonce, catalog_code, changed_at,
                bundle_id, next_look_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, status = excluded.status,
                changed_at = excluded.changed_at, next_look_at = excluded.next_look_at,
                bundle_id = coalesce(excluded.bundle_id, bundle_id),
                catalog_code = iif(excluded.catalog_code = '', catalog_code, excluded.catalog_code) WHERE excluded.version > version
            """,
            [
                head.caseID.text, head.version, head.status.rawValue, head.registeredAt.epochMilliseconds,
                head.origin.stored, head.nonce, event.catalogCode, event.at.epochMilliseconds, event.bundleID,
                event.nextLookAt?.epochMilliseconds,
            ])
    }

    func upsert(_ delivery: DeliveryRow) throws {
        try run(
            """
            INSERT INTO delivery (id, case_id, version, hub, message_id, created_at, deadline, state, attempt_count,
                garbage_count, next_attempt_at, reason, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET deadline = excluded.deadline, state = excluded.state, attempt_count = excluded.attempt_count,
                garbage_count = excluded.garbage_count, next_attempt_at = excluded.next_attempt_at,
                reason = excluded.reason, settled_at = excluded.settled_at
            """,
            [
                delivery.id.value, delivery.caseID.text, delivery.version, delivery.hub.stored, delivery.messageID,
                delivery.createdAt.epochMilliseconds, delivery.deadline.epochMilliseconds, delivery.state.rawValue,
                delivery.attemptCount, delivery.garbageCount, delivery.nextAttemptAt?.epochMilliseconds,
                delivery.reason, delivery.settledAt?.epochMilliseconds,
            ])
    }

    func upsert(_ attempt: AttemptRow) throws {
        try run(
            """
            INSERT INTO attempt (delivery, number, started_at, ended_at, outcome, detail) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (delivery, number) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
                detail = excluded.detail
            """,
            [
                attempt.delivery.value, attempt.number, attempt.startedAt.epochMilliseconds,
                attempt.endedAt?.epochMilliseconds, attempt.outcome, attempt.detail,
            ])
    }

    func upsert(_ row: LedgerRow) throws {
        if let known = try KeptLedgerRow.fetch(database, row) {
            try update(known, to: row)
        } else {
            try insertFirst(row)
        }
    }

    private func insertFirst(_ row: LedgerRow) throws {
        let fields = IndexedFields(row)
        let id = fields.identity(digester)
        try run(
            """
            INSERT INTO ledger (hub, case_id, version, status, content_digest, registered_at, nonce, lane, ts, eid,
                told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                fields.hub, fields.caseID, fields.version, fields.status, fields.contentDigest, fields.registeredAt,
                fields.nonce, row.lane.rawValue, fields.key, Blob(id.bytes), row.toldAt.epochMilliseconds,
            ])
        days.add(
            id, on: LedgerDayChanges.Key(hub: fields.hub, lane: row.lane, key: fields.key),
            at: row.toldAt.epochMilliseconds)
    }

    private func update(_ known: KeptLedgerRow, to row: LedgerRow) throws {
        if row.version < known.fields.version { return }
        var fields = known.fields
        fields.version = row.version
        fields.status = row.status.rawValue
        fields.contentDigest = row.contentDigest
        if fields == known.fields { return }
        let id = fields.identity(digester)
        let at = row.toldAt.epochMilliseconds
        try run(
            """
            UPDATE ledger SET version = ?, status = ?, content_digest = ?, eid = ?, told_at = ?
            WHERE hub = ? AND case_id = ?
            """,
            [
                fields.version, fields.status, fields.contentDigest, Blob(id.bytes), at, fields.hub, fields.caseID,
            ])
        let day = LedgerDayChanges.Key(hub: fields.hub, lane: known.lane, key: known.key)
        days.subtract(known.id, on: day, at: at)
        days.add(id, on: day, at: at)
    }

    /// Brings the sums of the days up to the rows.
    func finish() throws { try days.write(to: database) }

    func upsert(_ document: RegionDocument) throws {
        try run(
            """
            INSERT INTO document (case_id, region, bytes, data_version) VALUES (?, ?, ?, ?)
            ON CONFLICT (case_id, region) DO UPDATE SET bytes = excluded.bytes, data_version = excluded.data_version
            """,
            [document.caseID.text, document.region.stored, Blob(document.bytes), document.dataVersion])
    }

    func insert(number: LocalNumber, caseID: CaseID) throws {
        try run(
            "INSERT INTO local_number (value, region, case_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [number.value, number.region.stored, caseID.text])
    }

    func insert(_ audit: AuditRow) throws {
        try run(
            "INSERT INTO audit (at, action, subject, by, reason) VALUES (?, ?, ?, ?, ?)",
            [audit.at.epochMilliseconds, audit.action, audit.subject, audit.by, audit.reason])
    }

    func upsert(_ notice: NoticeRow) throws {
        try run(
            """
            INSERT INTO notice (case_id, kind, subject, raised_at, severity, cleared_at, chinese, english)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (case_id, kind, subject, raised_at) DO UPDATE SET cleared_at = excluded.cleared_at
            """,
            [
                notice.caseID.text, notice.kind.rawValue, notice.subject, notice.raisedAt.epochMilliseconds,
                notice.severity.rawValue, notice.clearedAt?.epochMilliseconds, notice.chinese, notice.english,
            ])
    }

    func setNextLook(_ id: CaseID, at: Instant?) throws {
        try run("UPDATE case_head SET next_look_at = ? WHERE case_id = ?", [at?.epochMilliseconds, id.text])
    }

    func lookAtEveryOpenCase(at now: Instant) throws {
        try run(
            """
            UPDATE case_head SET next_look_at = ?
                WHERE status NOT IN ('closed', 'notAccepted', 'returned', 'withdrawn', 'voided')
            """, [now.epochMilliseconds])
    }

    func set(calendar: [UInt8], at now: Instant) throws {
        try run(
            """
            INSERT INTO reference (name, at, bytes) VALUES ('workdays.csv', ?, ?)
            ON CONFLICT (name) DO UPDATE SET at = excluded.at, bytes = excluded.bytes
            """, [now.epochMilliseconds, Blob(calendar)])
    }

    // MARK: look-ups see the transaction's own writes

    func message(sender: RegionCode, id: String) throws -> MessageRecord? { try reader.message(sender: sender, id: id) }
    func lastReceived(sender: RegionCode) throws -> Instant? { try reader.lastReceived(sender: sender) }
    func messages(id: String) throws -> [MessageRecord] { try reader.messages(id: id) }
    func caseInForce(_ id: CaseID) throws -> EventRecord? { try reader.caseInForce(id) }
    func event(_ id: CaseID, version: Int) throws -> EventRecord? { try reader.event(id, version: version) }
    func events(_ id: CaseID) throws -> [EventRecord] { try reader.events(id) }
    func caseID(number: LocalNumber) throws -> CaseID? { try reader.caseID(number: number) }
    func caseIDs(anyNumber value: String) throws -> [CaseID] { try reader.caseIDs(anyNumber: value) }
    func document(_ id: CaseID, region: RegionCode) throws -> RegionDocument? {
        try reader.document(id, region: region)
    }
    func messages(caseID: CaseID) throws -> [MessageRecord] { try reader.messages(caseID: caseID) }
    func deliveries(caseID: CaseID) throws -> [DeliveryRow] { try reader.deliveries(caseID: caseID) }
    func delivery(_ id: DeliveryID) throws -> DeliveryRow? { try reader.delivery(id) }
    func deliveries(
        states: Set<DeliveryState>, hub: RegionCode?, after: DeliveryID?, limit: Int
    ) throws -> [DeliveryRow] {
        try reader.deliveries(states: states, hub: hub, after: after, limit: limit)
    }
    func attempts(_ id: DeliveryID) throws -> [AttemptRow] { try reader.attempts(id) }
    func cases(_ filter: CaseFilter) throws -> [CaseSummary] { try reader.cases(filter) }
    func ledger(hub: RegionCode, after: CaseID?, limit: Int) throws -> [LedgerRow] {
        try reader.ledger(hub: hub, after: after, limit: limit)
    }
    func openNotices(_ id: CaseID) throws -> [NoticeRow] { try reader.openNotices(id) }
    func notices(_ filter: NoticeFilter) throws -> [NoticeRow] { try reader.notices(filter) }
    func noticeCounts() throws -> [NoticeCount] { try reader.noticeCounts() }
    func bundleMembers(_ bundleID: String, origin: RegionCode) throws -> [CaseID] {
        try reader.bundleMembers(bundleID, origin: origin)
    }
    func openBundleCount() throws -> Int { try reader.openBundleCount() }
    func casesToLookAt(by now: Instant, limit: Int) throws -> [CaseID] {
        try reader.casesToLookAt(by: now, limit: limit)
    }
    func calendar() throws -> [UInt8]? { try reader.calendar() }
    func deliveryCounts() throws -> [DeliveryCount] { try reader.deliveryCounts() }
    func caseCounts() throws -> [CaseCount] { try reader.caseCounts() }
    func knownHubs() throws -> [KnownHub] { try reader.knownHubs() }
    func ledgerDays(hub: RegionCode, lane: Lane) throws -> [LedgerDayTotal] {
        try finish()
        return try reader.ledgerDays(hub: hub, lane: lane)
    }
    func ledgerDays(hub: RegionCode, changedSince instant: Instant) throws -> [LedgerDayTotal] {
        try finish()
        return try reader.ledgerDays(hub: hub, changedSince: instant)
    }
    func ledgerEntries(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, _ body: (LedgerEntry) throws -> Void
    ) throws {
        try reader.ledgerEntries(hub: hub, lane: lane, keys: keys, body)
    }
    func ledgerRows(
        hub: RegionCode, lane: Lane, keys: Range<UInt32>, after: LedgerEntry?, limit: Int
    ) throws -> [LedgerRow] {
        try reader.ledgerRows(hub: hub, lane: lane, keys: keys, after: after, limit: limit)
    }
    func ledgerRows(hub: RegionCode, lane: Lane, entries: [LedgerEntry]) throws -> [LedgerRow] {
        try reader.ledgerRows(hub: hub, lane: lane, entries: entries)
    }
    func ledgerRows(hub: RegionCode, cases: [CaseID]) throws -> [LedgerRow] {
        try reader.ledgerRows(hub: hub, cases: cases)
    }
    func ledgerStatusCounts(hub: RegionCode, lane: Lane) throws -> [LedgerStatusCount] {
        try reader.ledgerStatusCounts(hub: hub, lane: lane)
    }
}
