import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import KuayuReconcile

/// Reads from the store what explains a difference between the gateway's and a hub's ledger.
struct FactsReader: Sendable {
    let federation: Federation
    let crypto: any EvidenceCrypto

    /// Everything the history says of a case and a hub; empty facts for a case that nobody knows here.
    ///
    /// - Parameter localNumber: the number by which the hub calls the case, where it said one.
    func facts(
        caseID text: String, localNumber: String?, hub: FederatedHub, in reader: any CaseReader
    ) throws -> CaseFacts {
        var facts = CaseFacts()
        if let localNumber {
            let number = LocalNumber(region: hub.region, value: localNumber)
            facts.caseOfLocalNumber = try reader.caseID(number: number)?.text
        }
        guard let id = CaseID(text) else { return facts }
        let events = try reader.events(id)
        guard let last = events.last else { return facts }
        facts.origin = last.head.origin
        facts.events = try events.map { try event($0, hub) }
        let deliveries = try reader.deliveries(caseID: id).filter { $0.hub == hub.region }
        facts.deliveries = try deliveries.sorted { $0.version < $1.version }.map { try delivery($0, reader) }
        let isAuthor = events.contains { $0.author == hub.region } || last.head.origin == hub.region
        facts.isParty = try isAuthor || !deliveries.isEmpty || CaseAccess.takesPart(hub, in: last, of: federation)
        return facts
    }

    private func event(_ event: EventRecord, _ hub: FederatedHub) throws -> CaseFacts.Event {
        let snapshot = try CaseCache.Snapshot(event, crypto: crypto)
        let digest = Release.digest(snapshot, to: hub, in: federation, crypto: crypto)
        return CaseFacts.Event(
            version: event.head.version, status: event.head.status.rawValue, author: event.author, at: event.at,
            contentDigest: digest?.text ?? "-")
    }

    private func delivery(_ row: DeliveryRow, _ reader: any CaseReader) throws -> CaseFacts.Delivery {
        CaseFacts.Delivery(
            version: row.version, state: row.state.rawValue, createdAt: row.createdAt, settledAt: row.settledAt,
            attemptCount: row.attemptCount, reason: Self.reason(try reader.attempts(row.id).last))
    }

    /// How the last attempt ended, without the words of the partner: they may name a person.
    private static func reason(_ attempt: AttemptRow?) -> String? {
        guard let attempt, let outcome = attempt.outcome else { return nil }
        switch outcome {
        case "busy", "notSent", "possiblyApplied", "routeFault": return attempt.detail ?? outcome
        default: return outcome
        }
    }
}

/// The gateway's digests where the pure core asks for a digester.
struct LedgerDigester: Digester {
    let crypto: any EvidenceCrypto

    func digest(_ bytes: [UInt8]) -> [UInt8] { crypto.sha256(bytes) }
}
