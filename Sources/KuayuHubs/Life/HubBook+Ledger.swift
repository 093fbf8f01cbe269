import KuayuEvidence
import KuayuModel
import KuayuReconcile

/// One row of a hub's ledger.
struct LedgerLine: Hashable, Sendable {
    /// Which row it is: the same for as long as it stands.
    var key: String
    var lane: Lane
    var row: HubRow
}

// The ledger that a hub answers reconciliation from.

extension HubBook {
    /// Every row, ascending by its key.
    ///
    /// A case stands in it once the gateway has told of it, with a version more for each change of the hub's own that
    /// the gateway has not answered; what content that change has, the hub cannot say.
    var lines: [LedgerLine] {
        var lines: [LedgerLine] = []
        for entry in entries.values {
            guard let line = line(of: entry) else { continue }
            lines.append(line)
            if faults.doubled.contains(entry.number) {
                lines.append(LedgerLine(key: line.key + "*", lane: line.lane, row: line.row))
            }
        }
        return (lines + faults.invented).sorted { $0.key < $1.key }
    }

    private func line(of entry: Entry) -> LedgerLine? {
        guard let told = entry.registration else { return nil }
        let isChanged = entry.ownChanges > 0
        let element = LedgerElement(
            caseID: told.caseID.text, version: told.version + entry.ownChanges,
            status: ((isChanged ? entry.ownState : nil) ?? told.status).rawValue,
            contentDigest: isChanged ? "-" : told.contentText, nonce: told.nonce, registeredAt: Int64(told.at))
        let stateAt = max(entry.changedAt, entry.toldAt ?? entry.changedAt)
        let row = HubRow(
            element: element, stateAt: stateAt.epochSeconds,
            localNumber: faults.numbers[entry.number] ?? entry.number)
        return LedgerLine(key: entry.number, lane: entry.isOwn ? .out : .in, row: row)
    }

    /// Until when the ledger holds every change that the gateway knows of, Unix seconds: now, or the oldest change of the
    /// hub's own that is on its way.
    func watermark(now: Instant) -> Int64 {
        entries.values.filter(\.isPending).map(\.changedAt.epochSeconds).min().map { min($0, now.epochSeconds) }
            ?? now.epochSeconds
    }

    /// A case for the gateway to read.
    ///
    /// A clerk whose change was lost on its way goes on with the case once the gateway has come for it.
    mutating func show(_ id: String, now: Instant) -> Entry? {
        guard var entry = entry(id) else { return nil }
        if entry.ownChanges > 0, !entry.isPending, entry.nextStepAt == nil {
            entry.nextStepAt = now.adding(milliseconds: 2_000)
            put(entry)
        }
        return entry
    }
}
