import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import KuayuReconcile
import KuayuRules

/// Turns the engine's decisions into rows: canonical documents, receipts, ledgers.
struct RowWriter: Sendable {
    let federation: Federation
    let signer: any ReceiptSigner
    let crypto: any EvidenceCrypto
    let cache: CaseCache
    var rulebook: Rulebook

    // MARK: messages and receipts

    func writeMessage(
        _ registration: Registration, _ prepared: inout PreparedCase, in transaction: any CaseTransaction, now: Instant
    ) throws {
        let incoming = prepared.incoming
        prepared.head = registration.head
        prepared.outcome = registration.outcome
        if let head = registration.head {
            prepared.contentDigest = try contentDigest(for: incoming.sender, head, registration, &prepared, transaction)
        }
        // The gateway's own words are an event; nobody sent them, so there is no message and no receipt.
        if prepared.isOwn { return }
        prepared.receipt = try sign(registration, prepared)
        try transaction.insert(
            MessageRecord(
                sender: incoming.sender, id: incoming.messageID, bodyDigest: incoming.bodyDigest,
                payload: incoming.bytes, caseID: registration.head?.caseID, version: registration.head?.version,
                outcome: registration.outcome, receivedAt: now, receipt: Array(prepared.receipt.utf8)))
        guard let head = registration.head else { return }
        try transaction.upsert(ledgerRow(incoming.sender, head, prepared.contentDigest, toldAt: now))
        if registration.outcome != .noEffect {
            try transaction.upsert(
                RegionDocument(
                    caseID: head.caseID, region: incoming.sender, bytes: incoming.reading.bytes,
                    dataVersion: incoming.reading.dataVersion))
        }
        if let number = incoming.reading.ownNumber {
            try transaction.insert(
                number: LocalNumber(region: incoming.sender, value: number.value), caseID: head.caseID)
        }
    }

    /// Digest of the case as the sender may see it after its message.
    private func contentDigest(
        for sender: RegionCode, _ head: CaseHead, _ registration: Registration, _ prepared: inout PreparedCase,
        _ transaction: any CaseTransaction
    ) throws -> ContentDigest? {
        switch registration.outcome {
        case .accepted, .noEffect:
            guard var record = prepared.record else { return nil }
            stamp(&record, with: head)
            prepared.record = record
            let snapshot = snapshot(record, head)
            cache.put(snapshot, for: CaseCache.Version(caseID: head.caseID, version: head.version))
            return released(snapshot, to: sender)
        case .unchanged:
            return released(try snapshot(head.caseID, version: head.version, in: transaction), to: sender)
        case .refused:
            return nil
        }
    }

    private func sign(_ registration: Registration, _ prepared: PreparedCase) throws -> String {
        let receipt = Receipt(
            messageID: registration.messageID,
            registration: registration.head?.registration(content: prepared.contentDigest),
            digest: ContentDigest(registration.bodyDigest), sender: registration.sender,
            receivedAt: Int(registration.receivedAt.epochSeconds), outcome: outcome(registration.outcome),
            issues: prepared.issues.map(ReceiptIssue.init))
        return try ReceiptJWS.sign(receipt, by: signer)
    }

    private func outcome(_ outcome: Registration.Outcome) -> Receipt.Outcome {
        switch outcome {
        case .accepted: .accepted
        case .unchanged: .unchanged
        case .noEffect: .noEffect
        case .refused: .refused
        }
    }

    // MARK: events

    /// - Returns: the case as written and what stands on it now; nil when there is no case to write.
    func writeEvent(
        _ event: EventRow, _ prepared: PreparedCase, in transaction: any CaseTransaction, now: Instant
    ) throws -> (record: CaseRecord, look: CaseLook)? {
        guard var record = prepared.record else { return nil }
        var note = prepared.note
        if event.kind == .transferred {
            stamp(&record, with: event.head)
            note = "routed to " + record[.handling].compactMap { $0[.handlingDivision] }.joined(separator: " ")
            addTransfer(to: &record, at: now)
        }
        let key = CaseCache.Version(caseID: event.head.caseID, version: event.head.version)
        let known = event.kind == .transferred ? nil : cache.get(key)
        let snapshot = known ?? snapshot(record, event.head)
        cache.put(snapshot, for: key)
        let (standing, next) = rulebook.agenda.look(at: snapshot.record, now: now)
        let isMessage = event.author != nil && !prepared.isOwn
        try transaction.insert(
            EventRecord(
                head: event.head, kind: kind(of: event, prepared), author: isMessage ? event.author : nil,
                messageID: isMessage ? prepared.incoming.messageID : nil, at: event.at,
                canonical: snapshot.canonical, note: note,
                raw: isMessage ? prepared.incoming.reading.rawStatus : nil, catalogCode: record[.catalogCode] ?? "",
                bundleID: BundleKey(of: snapshot.record, themes: rulebook.themes)?.number, nextLookAt: next))
        return (snapshot.record, CaseLook(standing: standing, next: next))
    }

    private func kind(of event: EventRow, _ prepared: PreparedCase) -> EventRow.Kind {
        event.kind == .changed ? prepared.kind ?? .changed : event.kind
    }

    private func addTransfer(to record: inout CaseRecord, at now: Instant) {
        var row = CaseRow(.events)
        row[.eventAction] = CaseState.transferred.rawValue
        row[.eventStartedAt] = now.canonical
        record[.events].append(row)
    }

    /// Writes into the record what the engine decided.
    private func stamp(_ record: inout CaseRecord, with head: CaseHead) {
        record[.caseID] = head.caseID.text
        record[.version] = String(head.version)
        record[.registeredAt] = head.registeredAt.canonical
        record[.status] = head.status.rawValue
    }

    // MARK: deliveries

    func writeDeliveryRow(_ row: StoreWrite, in transaction: any CaseTransaction) throws {
        switch row {
        case .delivery(let delivery):
            try transaction.upsert(delivery)
            if delivery.state == .delivered { try writeLedger(delivery, in: transaction) }
        case .attempt(let attempt): try transaction.upsert(attempt)
        case .audit(let audit): try transaction.insert(audit)
        case .message, .event: break
        }
    }

    /// A delivered event is what the hub's own ledger must now show.
    private func writeLedger(_ delivery: DeliveryRow, in transaction: any CaseTransaction) throws {
        let snapshot = try snapshot(delivery.caseID, version: delivery.version, in: transaction)
        try transaction.upsert(
            ledgerRow(
                delivery.hub, snapshot.head, released(snapshot, to: delivery.hub),
                toldAt: delivery.settledAt ?? delivery.createdAt))
    }

    private func ledgerRow(
        _ hub: RegionCode, _ head: CaseHead, _ digest: ContentDigest?, toldAt: Instant
    ) -> LedgerRow {
        LedgerRow(
            hub: hub, lane: hub == head.origin ? .out : .in, caseID: head.caseID, version: head.version,
            status: head.status, contentDigest: digest?.text ?? "-", registeredAt: head.registeredAt,
            nonce: head.nonce, toldAt: toldAt)
    }

    // MARK: snapshots

    private func snapshot(_ record: CaseRecord, _ head: CaseHead) -> CaseCache.Snapshot {
        let canonical = CaseDocument.encode(record)
        return CaseCache.Snapshot(
            head: head, record: record, canonical: canonical,
            digest: ContentDigest(crypto.sha256(canonical)))
    }

    private func snapshot(
        _ id: CaseID, version: Int, in reader: any CaseReader
    ) throws -> CaseCache.Snapshot {
        let key = CaseCache.Version(caseID: id, version: version)
        if let known = cache.get(key) { return known }
        guard let event = try reader.event(id, version: version) else {
            throw StoreError.corrupt("case \(id.text) version \(version) is not stored")
        }
        let snapshot = try CaseCache.Snapshot(event, crypto: crypto)
        cache.put(snapshot, for: key)
        return snapshot
    }

    private func released(_ snapshot: CaseCache.Snapshot, to region: RegionCode) -> ContentDigest? {
        guard let hub = federation.hubs[region] else { return nil }
        return Release.digest(snapshot, to: hub, in: federation, crypto: crypto)
    }
}
