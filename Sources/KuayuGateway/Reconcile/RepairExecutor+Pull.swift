import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import KuayuReconcile
import Logging

// What is fetched from a hub and taken in.
extension RepairExecutor {
    // MARK: the hub's change

    /// Takes the hub's document in as if the hub had sent it, under an id that says from which version it comes.
    func pull(_ context: RepairContext) async -> RepairOutcome {
        guard let intakeID = context.step.intakeID else { return .failed("the step names no message") }
        let before: LedgerState
        do {
            before = try state(context, intakeID)
        } catch {
            return .failed("\(error)")
        }
        switch before {
        case .moved(let wasTaken): return wasTaken ? .already : .stale("the gateway's ledger has moved on")
        case .expected: break
        }
        switch await client(context.hub).read(context.step.caseID) {
        case .notServed: return .askRegion("the hub cannot be asked for a case")
        case .unavailable(let reason): return .failed(reason)
        case .absent: return .stale("the hub no longer has the case")
        case .found(let hubCase): return await take(hubCase, context, intakeID)
        }
    }

    /// The gateway's ledger before a step.
    private enum LedgerState {
        case expected
        /// It is not as the step expects; `wasTaken` when the step itself did it, cut short before its outcome was
        /// kept.
        case moved(wasTaken: Bool)
    }

    private func state(_ context: RepairContext, _ intakeID: String) throws(StoreError) -> LedgerState {
        try gateway.store.read { reader in
            let row = try reader.ledgerRow(hub: context.hub.region, caseID: context.id)
            if row?.element == context.step.expected { return .expected }
            let message = try reader.message(sender: context.hub.region, id: intakeID)
            return .moved(wasTaken: message?.caseID == context.id)
        }
    }

    private func take(_ hubCase: HubCase, _ context: RepairContext, _ intakeID: String) async -> RepairOutcome {
        let found = context.step.found.map(\.element.version).max()
        guard let registration = hubCase.registration else {
            return .failed("the hub does not say which version it has")
        }
        if registration.version != found { return .stale("the hub has gone on to version \(registration.version)") }
        guard let reading = hubCase.reading else { return .failed("the hub's document cannot be read") }
        let key: String?
        do {
            key = try gateway.store.read { reader in
                // A document that leads elsewhere would change, or make, another case.
                guard try reader.caseInForce(context.id) != nil,
                    try hubCase.speaks(of: context.id, at: context.hub.region, in: reader)
                else { return nil }
                return try self.key(intakeID, reading, context.hub, reader)
            }
        } catch {
            return .failed("\(error)")
        }
        guard let key else { return .askRegion("the hub's document does not speak of this case") }
        let payload = IntakePayload(sender: context.hub.region, bytes: hubCase.bytes, key: key)
        let answer = await gateway.take(payload)
        guard case .cases(let cases, _) = answer, let first = cases.first else {
            return .failed("the hub's document cannot be read")
        }
        let outcome = outcome(of: first)
        if outcome == .done || outcome == .already { await tell(first, context.hub) }
        return outcome
    }

    /// The id under which a document is taken in.
    ///
    /// What was taken in under it before may have been another document of the same version; then a digest of what the
    /// case says is added, so that it is neither a conflict nor mistaken for the first.
    private func key(
        _ intakeID: String, _ reading: CaseReading, _ hub: FederatedHub, _ reader: any CaseReader
    ) throws -> String {
        guard let known = try reader.message(sender: hub.region, id: intakeID) else { return intakeID }
        if hub.adapter.read(known.payload).cases.first?.record == reading.record { return intakeID }
        return intakeID + "-" + HexText.encode(gateway.crypto.sha256(reading.bytes).prefix(4))
    }

    private func outcome(of answer: CaseAnswer) -> RepairOutcome {
        switch answer.answer {
        // The same document in another envelope: times of sending differ.
        case .duplicate, .conflict: return .already
        case .unavailable(let reason), .notApplicable(let reason): return .failed(reason)
        case .done: return .done
        case .recorded:
            switch answer.outcome {
            case .accepted: return .done
            case .unchanged: return .askRegion("the hub's document says nothing new")
            case .noEffect: return .askRegion("what the hub's document says is not its to say")
            case .refused, nil:
                let codes = answer.issues.filter { $0.severity == .error }.map(\.code)
                return .askRegion("the hub's document is refused: " + codes.prefix(4).joined(separator: " "))
            }
        }
    }

    /// A hub that is pulled from learns from a list of receipts what became of its case; others ask, or repeat theirs.
    private func tell(_ answer: CaseAnswer, _ hub: FederatedHub) async {
        guard case .https(let link) = hub.link, let plan = link.pull, answer.receipt != nil else { return }
        let request = PartnerRequest(
            method: "POST", url: link.base + plan.receiptsPath, headers: [("Content-Type", "application/json")],
            body: ReceiptList.encode([answer]), tls: link.tls, limits: link.limits)
        let outcome = await withCheckedContinuation { continuation in
            gateway.transport.exchange(request) { continuation.resume(returning: $0) }
        }
        if case .answered(let status, _, _) = outcome, (200..<300).contains(status) { return }
        gateway.logger.warning("receipts could not be posted", metadata: ["region": "\(hub.region.text)"])
    }

    // MARK: the hub's row

    /// Takes the hub's row into the gateway's ledger: out of the history where it is in it, else by what the hub shows.
    func register(_ context: RepairContext) async -> RepairOutcome {
        guard context.step.found.count == 1, let found = context.step.found.first?.element else {
            return .askRegion("the hub has more than one row of the case")
        }
        let version: Int?
        do {
            version = try gateway.store.read { try $0.caseInForce(context.id)?.head.version }
        } catch {
            return .failed("\(error)")
        }
        // Also when it is there by now: the round tells what an earlier try did from what somebody else did.
        guard let version else { return await restore(context, found) }
        return found.version > version ? await pull(context) : await book(.register, context)
    }

    private func restore(_ context: RepairContext, _ found: LedgerElement) async -> RepairOutcome {
        // The region that registered a case has it in this lane; from any other the origin could only be guessed.
        if context.step.lane != .out { return .askRegion("only the origin can bring back a case that is lost") }
        let hubCase: HubCase
        switch await client(context.hub).read(context.step.caseID) {
        case .notServed: return .askRegion("the hub cannot be asked for a case")
        case .unavailable(let reason): return .failed(reason)
        case .absent: return .stale("the hub no longer has the case")
        case .found(let answer): hubCase = answer
        }
        guard hubCase.standing == .valid, let receipt = hubCase.receipt, let text = hubCase.receiptText,
            let registration = receipt.registration
        else {
            if case .invalid(let reason) = hubCase.standing { return .askRegion("the hub's receipt: \(reason)") }
            return .askRegion("the hub shows no receipt of the case")
        }
        guard registration.fits(found) else { return .askRegion("the hub's row is not what its receipt says") }
        guard let reading = hubCase.reading, let record = reading.record,
            reading.federationID == nil || reading.federationID == context.id.text
        else { return .askRegion("the hub's document cannot be read, or speaks of another case") }
        let lost = RestoredCase(
            receipt: receipt, receiptText: text, registration: registration, reading: reading, record: record)
        return await book(.restore(lost), context)
    }

    private func client(_ hub: FederatedHub) -> HubCaseClient {
        HubCaseClient(hub: hub, transport: gateway.transport, verifier: verifier)
    }
}

extension CaseRegistration {
    /// Whether a hub's row can have come from what a receipt says: the same case, and the same event or a later one.
    fileprivate func fits(_ row: LedgerElement) -> Bool {
        guard row.caseID == caseID.text, row.nonce == nonce, row.registeredAt == Int64(at) else { return false }
        return row.version == version ? row.status == status.rawValue : row.version > version
    }
}
