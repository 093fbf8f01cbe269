import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel

/// Writes the payload of a send in its receiver's format, with the registration data that travels beside it.
struct PayloadComposer: Sendable {
    let federation: Federation
    let store: any CaseStore
    let cache: CaseCache
    let crypto: any EvidenceCrypto
    let clock: any GatewayClock

    /// A payload ready to go.
    struct Composed: Sendable {
        var bytes: [UInt8]
        /// What is in it, in payload order.
        var items: [Item]
        /// Deliveries that the receiver's format cannot carry, with the reason.
        var refused: [(delivery: DeliveryID, reason: String)]
        /// What is recorded with the attempt: what was withheld from the receiver.
        var notes: [DeliveryID: String] = [:]
    }

    /// One case of a payload.
    struct Item: Sendable {
        var delivery: DeliveryRow
        var entry: CaseRegistration
        /// The receiver's own number, if it has given one.
        var localNumber: String?
        /// Canonical paths of what the receiver may not have of it.
        var withheld: [String] = []

        /// The number under which the case stands in a file.
        var number: String { localNumber ?? entry.caseID.text }
    }

    func compose(_ order: SendOrder) throws -> Composed {
        guard let hub = federation.hubs[order.hub] else { throw ComposeError.unknownHub(order.hub) }
        var composed = Composed(bytes: [], items: [], refused: [])
        var cases: [CaseToWrite] = []
        for delivery in order.deliveries {
            let snapshot = try load(delivery)
            let head = snapshot.head
            let released = Release.record(snapshot.record, to: hub, in: federation)
            let number = localNumber(of: order.hub, in: released.record)
            let original = number == nil ? nil : try document(delivery)
            cases.append(
                CaseToWrite(
                    record: released.record, original: original, allowsExtension: hub.allowsExtension,
                    operation: try isFirst(delivery, number) ? .new : .change))
            let content = hub.hasContentDigest ? Release.digest(released, of: snapshot, crypto: crypto) : nil
            composed.items.append(
                Item(
                    delivery: delivery, entry: head.registration(content: content), localNumber: number,
                    withheld: released.withheld))
            if !released.withheld.isEmpty {
                composed.notes[delivery.id] = "withheld: " + released.withheld.joined(separator: " ")
            }
        }
        let now = clock.now
        let written = hub.adapter.write(
            cases,
            envelope: EnvelopeValues(
                batch: String(order.id.value), now: now, key: order.deliveries.first?.messageID ?? "",
                from: now, to: now))
        dropRefused(written.refusals, from: &composed)
        composed.bytes = written.bytes ?? []
        return composed
    }

    private func dropRefused(_ refusals: [[Issue]], from composed: inout Composed) {
        var kept: [Item] = []
        for (index, item) in composed.items.enumerated() {
            let issues = index < refusals.count ? refusals[index] : []
            if issues.isEmpty {
                kept.append(item)
            } else {
                let reason = issues.map { "\($0.code) \($0.path)" }.joined(separator: "; ")
                composed.refused.append((item.delivery.id, "the receiver's format cannot say it: \(reason)"))
            }
        }
        composed.items = kept
    }

    private func load(_ delivery: DeliveryRow) throws -> CaseCache.Snapshot {
        let key = CaseCache.Version(caseID: delivery.caseID, version: delivery.version)
        if let known = cache.get(key) { return known }
        let event = try store.read { try $0.event(delivery.caseID, version: delivery.version) }
        guard let event else {
            throw StoreError.corrupt("case \(delivery.caseID.text) version \(delivery.version) is not stored")
        }
        let snapshot = try CaseCache.Snapshot(event, crypto: crypto)
        cache.put(snapshot, for: key)
        return snapshot
    }

    /// Whether the hub hears of the case for the first time.
    private func isFirst(_ delivery: DeliveryRow, _ number: String?) throws -> Bool {
        if number != nil { return false }
        if delivery.version == 1 { return true }
        let all = try store.read { try $0.deliveries(caseID: delivery.caseID) }
        return !all.contains { $0.hub == delivery.hub && $0.id < delivery.id }
    }

    private func document(_ delivery: DeliveryRow) throws -> [UInt8]? {
        try store.read { try $0.document(delivery.caseID, region: delivery.hub)?.bytes }
    }

    private func localNumber(of region: RegionCode, in record: CaseRecord) -> String? {
        record[.localNumbers].first { $0[.localNumberRegion] == region.text }?[.localNumberValue]
    }
}

extension CaseHead {
    /// What the parties are told of the case, with the digest of what they may see.
    func registration(content: ContentDigest?) -> CaseRegistration {
        CaseRegistration(
            caseID: caseID, version: version, status: status, at: Int(registeredAt.epochSeconds), nonce: nonce,
            contentDigest: content)
    }
}

/// Why a payload could not be composed.
enum ComposeError: Error {
    case unknownHub(RegionCode)
}
