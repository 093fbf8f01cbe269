import KuayuCrypto
import KuayuEvidence
import KuayuModel
import KuayuReconcile

// Faults done to a hub's own ledger, and the clerk who puts them right.

extension HubBook {
    /// Does it to the case that the order names, or to one drawn among those it can be done to.
    ///
    /// - Returns: the row as it was before; of an invented case, the row itself.
    mutating func inject(
        _ fault: LedgerFault, _ order: LedgerFault.Order, format: any LocalFormat, now: Instant,
        using rng: inout SeededGenerator
    ) throws(OrderError) -> LedgerLine {
        if fault == .invent { return invent(order.lane ?? .in, now: now, using: &rng) }
        let entry = try choose(fault, order, format: format, using: &rng)
        guard let before = lines.first(where: { $0.key == entry.number }) else {
            throw OrderError(reason: "\(entry.number) is not registered")
        }
        switch fault {
        case .lose: lose(entry)
        case .setback: setBack(entry, by: order.back)
        case .alter: alter(entry, format)
        case .status: change(entry) { $0.status = $0.status == .closed ? .returned : .closed }
        case .double: faults.doubled.insert(entry.number)
        case .twin: faults.numbers[entry.number] = try other(than: entry, using: &rng).number
        case .advance: advance(entry, format: format, now: now)
        case .skew: change(entry) { $0.at -= 61 }
        case .badreceipt: damageReceipt(of: entry)
        case .invent: break
        }
        return before
    }

    /// A clerk puts right by hand what was done to one case, or to all.
    ///
    /// - Returns: the cases, ascending. What a lost message left behind is not among them: the gateway comes for it.
    mutating func correct(_ id: String?) -> [String] {
        let known = id.flatMap { entry($0)?.registration?.caseID.text } ?? id
        func isMeant(_ caseID: String) -> Bool { known == nil || caseID == known }
        var corrected: Set<String> = []
        for (caseID, entry) in faults.lost where isMeant(caseID.text) {
            put(entry)
            faults.lost[caseID] = nil
            corrected.insert(caseID.text)
        }
        for (caseID, original) in faults.originals where isMeant(caseID.text) {
            restore(original, caseID)
            corrected.insert(caseID.text)
        }
        for entry in entries.values {
            guard let caseID = entry.registration?.caseID.text, isMeant(caseID) else { continue }
            let isDoubled = faults.doubled.remove(entry.number) != nil
            let isRenumbered = faults.numbers.removeValue(forKey: entry.number) != nil
            if isDoubled || isRenumbered { corrected.insert(caseID) }
        }
        for line in faults.invented where isMeant(line.row.element.caseID) {
            corrected.insert(line.row.element.caseID)
        }
        faults.invented.removeAll { isMeant($0.row.element.caseID) }
        return corrected.sorted()
    }

    /// Only what nothing else has changed since is as it was.
    private mutating func restore(_ original: Entry, _ caseID: CaseID) {
        faults.originals[caseID] = nil
        guard let entry = entries[original.number], let told = original.registration,
            (entry.registration?.version ?? 0) <= told.version, entry.ownChanges == 0
        else { return }
        put(original)
    }

    // MARK: which case

    private mutating func choose(
        _ fault: LedgerFault, _ order: LedgerFault.Order, format: any LocalFormat, using rng: inout SeededGenerator
    ) throws(OrderError) -> Entry {
        if let id = order.caseID {
            guard let entry = entry(id) else { throw OrderError(reason: "no such case: \(id)") }
            guard canBear(fault, entry, back: order.back, format) else {
                throw OrderError(reason: "\(fault.rawValue) cannot be done to \(id) as it stands")
            }
            return entry
        }
        let candidates = entries.values.filter { entry in
            isSuitable(fault, entry, order.lane, format) && canBear(fault, entry, back: order.back, format)
        }.sorted { $0.number < $1.number }
        if candidates.isEmpty {
            throw OrderError(reason: "no case that \(fault.rawValue) can be done to", isMissing: true)
        }
        return candidates[rng.next(below: candidates.count)]
    }

    /// Whether it can be done to a case at all.
    private func canBear(_ fault: LedgerFault, _ entry: Entry, back: Int, _ format: any LocalFormat) -> Bool {
        guard let told = entry.registration, !entry.isPending, entry.ownChanges == 0 else { return false }
        return switch fault {
        case .lose, .status, .skew, .invent: true
        case .double: !faults.doubled.contains(entry.number)
        case .twin: faults.numbers[entry.number] == nil
        case .setback: entry.history.count > back
        case .alter: told.contentDigest != nil
        case .advance:
            entry.isHandled && !entry.isHeld && !told.status.isDecided && format.handling(entry.document).count == 1
        case .badreceipt: entry.receipt != nil
        }
    }

    /// Whether a case may be drawn: no other fault lies on it, and what shows is what the fault is meant to show.
    private func isSuitable(
        _ fault: LedgerFault, _ entry: Entry, _ lane: Lane?, _ format: any LocalFormat
    ) -> Bool {
        guard let id = entry.registration?.caseID, faults.originals[id] == nil,
            !faults.doubled.contains(entry.number), faults.numbers[entry.number] == nil
        else { return false }
        // A case that still moves on would cover the fault with news.
        if fault != .advance, !entry.steps.isEmpty { return false }
        // What the hub reported itself, nobody tells it again.
        if fault == .setback, entry.history.last?.isMessage != true { return false }
        let wanted = lane ?? (fault == .lose ? .in : nil)
        return wanted.map { $0 == (entry.isOwn ? .out : .in) } ?? true
    }

    private func other(than entry: Entry, using rng: inout SeededGenerator) throws(OrderError) -> Entry {
        let others = entries.values.filter { $0.registration != nil && $0.number != entry.number }
            .sorted { $0.number < $1.number }
        if others.isEmpty { throw OrderError(reason: "there is no other case", isMissing: true) }
        return others[rng.next(below: others.count)]
    }

    // MARK: what is done

    private mutating func lose(_ entry: Entry) {
        remove(entry)
        guard let id = entry.registration?.caseID else { return }
        faults.lost[id] = faults.originals.removeValue(forKey: id) ?? entry
    }

    private mutating func setBack(_ entry: Entry, by count: Int) {
        var entry = entry
        keep(entry)
        entry.history.removeLast(count)
        guard let then = entry.history.last else { return }
        entry.registration = then.registration
        entry.document = then.document
        entry.toldAt = then.at
        entry.changedAt = min(entry.changedAt, then.at)
        put(entry)
        forget(then.registration.caseID, after: then.registration.version)
    }

    private mutating func alter(_ entry: Entry, _ format: any LocalFormat) {
        var entry = entry
        keep(entry)
        format.addMaterial(CaseDraft.Material(code: "X99", name: "未经网关的材料"), to: &entry.document)
        if let digest = entry.registration?.contentDigest {
            entry.registration?.contentDigest = ContentDigest(SHA256.digest(digest.bytes))
        }
        put(entry)
    }

    private mutating func change(_ entry: Entry, _ body: (inout CaseRegistration) -> Void) {
        guard var registration = entry.registration else { return }
        var entry = entry
        keep(entry)
        body(&registration)
        entry.registration = registration
        put(entry)
    }

    private mutating func advance(_ entry: Entry, format: any LocalFormat, now: Instant) {
        let stage = Self.next(after: entry.registration?.status ?? .submitted)
        take(stage, of: entry.number, format: format, now: now, pause: 0)
        dropOutbox(of: entry.number)
        guard var entry = entries[entry.number] else { return }
        if let index = entry.steps.firstIndex(of: .stage(stage)) { entry.steps.remove(at: index) }
        entry.isPending = false
        entry.nextStepAt = nil
        put(entry)
    }

    private static func next(after state: CaseState) -> CaseStage {
        switch state {
        case .draft, .submitted, .collected, .transferred: .accepted
        case .accepted, .supplementing, .special: .reviewing
        default: .granted
        }
    }

    /// The last character of the signature before its padding bits is another one.
    private mutating func damageReceipt(of entry: Entry) {
        guard var text = entry.receipt.map({ Array($0.utf8) }), text.count > 8 else { return }
        var entry = entry
        keep(entry)
        text[text.count - 8] = text[text.count - 8] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        entry.receipt = String(decoding: text, as: UTF8.self)
        put(entry)
    }

    private mutating func invent(_ lane: Lane, now: Instant, using rng: inout SeededGenerator) -> LedgerLine {
        let sequence = 90_000 + rng.next(below: 10_000)
        let id = CaseID.make(date: now.date, gateway: 99, sequence: sequence)?.text ?? "CSJ202001010000000"
        let registeredAt = now.epochSeconds - 3_600 - Int64(rng.next(below: 3_600))
        let nonce = "invented" + padded(rng.next(below: 1_000_000), 6)
        let element = LedgerElement(
            caseID: id, version: 2, status: CaseState.accepted.rawValue, contentDigest: "-", nonce: nonce,
            registeredAt: registeredAt)
        let line = LedgerLine(
            key: "~\(id)", lane: lane,
            row: HubRow(element: element, stateAt: registeredAt + 60, localNumber: "X\(sequence)"))
        faults.invented.append(line)
        return line
    }

    private mutating func keep(_ entry: Entry) {
        guard let id = entry.registration?.caseID, faults.originals[id] == nil else { return }
        faults.originals[id] = entry
    }
}
