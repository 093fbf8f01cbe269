import KuayuEvidence
import KuayuModel
import KuayuReconcile

/// Turns differences into findings: reads what explains each and asks for receipts where nothing else does.
struct RunJudge: Sendable {
    let gateway: Gateway
    let hub: FederatedHub
    let verifier: (any ReceiptVerifier)?
    let digester: LedgerDigester

    /// What came of the differences of one lane.
    struct Judged: Sendable {
        var findings: [Finding] = []
        /// Cases that agree but for content that one side cannot say.
        var unchecked: Set<String> = []
    }

    /// Judges every difference of a lane.
    ///
    /// Facts are read after the rows: what arrived meanwhile explains a difference, never makes one.
    func judge(_ comparison: LaneComparison, cut: ReconciliationCut) async throws -> Judged {
        let facts = FactsReader(federation: gateway.federation, crypto: gateway.crypto)
        let classifier = Classifier(canFetch: canFetch)
        var judged = Judged()
        for difference in comparison.differences {
            let number = difference.found.compactMap(\.localNumber).first
            var known = try gateway.store.read {
                try facts.facts(caseID: difference.caseID, localNumber: number, hub: hub, in: $0)
            }
            if known.events.isEmpty, !difference.found.isEmpty {
                known.receipt = await receipt(of: difference.caseID)
            }
            switch classifier.findings(of: difference, facts: known, cut: cut, hub: hub.region) {
            case .finding(let finding): judged.findings.append(finding)
            case .unchecked: judged.unchecked.insert(difference.caseID)
            case .agrees: break
            }
        }
        return judged
    }

    private var canFetch: Bool {
        if case .https(let link) = hub.link { link.statusPath != nil } else { false }
    }

    /// The receipt that a hub shows of a case that nobody knows here.
    private func receipt(of caseID: String) async -> CaseFacts.ReceiptStanding {
        let client = HubCaseClient(hub: hub, transport: gateway.transport, verifier: verifier)
        guard case .found(let hubCase) = await client.read(caseID) else { return .none }
        return hubCase.standing
    }
}
