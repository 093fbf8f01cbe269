// The times that follow from a change of state, written down as far as the message does not say them itself.
extension CaseMerge {
    /// Start of the clock, pauses, answers to supplements.
    ///
    /// A time is that of the sender's own process entry, but never later than now: nothing is reported before it happens.
    mutating func writeTimes(from old: CaseState, to next: CaseState, acceptance: String?, now: Instant) {
        let now = now.canonical
        var at = now
        if let last = record[.events].last, last[.eventAction] == record.eventAction(of: next),
            let own = last[.eventStartedAt], own < now
        {
            at = own
        }
        startClock(from: old, to: next, at: min(acceptance ?? at, now))
        if old.pauseCause != next.pauseCause {
            closePauses(at: at)
            if let cause = next.pauseCause { openPause(cause, at: at) }
        }
        if old == .supplementing { answerSupplements(next, at: at) }
    }

    /// The clock starts with the acceptance, also when it is only passed.
    private mutating func startClock(from old: CaseState, to next: CaseState, at: String) {
        let accepted = CaseState.accepted.progress
        guard record[.startedAt] == nil, old.progress < accepted,
            (accepted...CaseState.closed.progress).contains(next.progress)
        else { return }
        record[.startedAt] = at
        changed.append(Field.startedAt.path)
    }

    // MARK: pauses

    /// Ends every pause that is still open: a pause is closed before the next one opens, and none is open while the case
    /// is worked on.
    private mutating func closePauses(at: String) {
        for index in record[.pauses].indices where record[.pauses][index][.pauseTo] == nil {
            let from = record[.pauses][index][.pauseFrom] ?? at
            record.update(.pauses) { $0[index][.pauseTo] = max(from, at) }
            changed.append(Field.pauseTo.path)
        }
    }

    private mutating func openPause(_ cause: String, at: String) {
        // Not before the last one has ended; in the second in which one began, that one goes on.
        let from = record[.pauses].compactMap { $0[.pauseTo] }.max().map { max($0, at) } ?? at
        if let index = record[.pauses].firstIndex(where: { $0[.pauseFrom] == from }) {
            record.update(.pauses) {
                $0[index][.pauseTo] = nil
                $0[index][.pauseCause] = cause
            }
        } else {
            var row = CaseRow(.pauses)
            row[.pauseFrom] = from
            row[.pauseCause] = cause
            record.update(.pauses) { $0.append(row) }
        }
        changed.append(ListField.pauses.path)
    }

    /// What the message says of pauses itself: it knows better when one began or ended, but a pause that is open while the
    /// case is worked on, a second open one, or one that overlaps another has no effect.
    mutating func mergePauses(_ rows: [CaseRow]) {
        let info = CaseSchema.v1.info(.pauses)
        if rows.isEmpty || info.key.allSatisfy(reporter.silent.contains) { return }
        for row in rows {
            if let index = record[.pauses].firstIndex(where: { $0.hasKey(of: row) }), !contradicts(row, at: index) {
                mergeRow(.pauses, at: index, row, info: info)
            } else if !mayChange(.handling, list: ListField.pauses.index) || !take(row) {
                if !reporter.aside.contains(.pauseFrom) { foreign.append(info.path) }
            }
        }
    }

    /// Adds a pause, or takes its beginning for the one that this message opened; false when it has no effect.
    private mutating func take(_ row: CaseRow) -> Bool {
        let open = record[.pauses].firstIndex { $0[.pauseTo] == nil }
        let others = record[.pauses].indices.filter { $0 != open }.map { record[.pauses][$0] }
        guard let from = row[.pauseFrom], !record[.pauses].contains(where: { $0.hasKey(of: row) }),
            !others.contains(where: { Self.overlap($0, row) })
        else { return false }
        if row[.pauseTo] == nil {
            guard let open, case .moves = move, row[.pauseCause] == record.state?.pauseCause else { return false }
            record.update(.pauses) { $0[open][.pauseFrom] = from }
            return true
        }
        if let open, Self.overlap(record[.pauses][open], row) { return false }
        record.update(.pauses) { $0.append(row) }
        changed.append(ListField.pauses.path)
        return true
    }

    /// Whether a row would end, or give another cause to, the pause of the state in force.
    private func contradicts(_ row: CaseRow, at index: Int) -> Bool {
        guard record[.pauses][index][.pauseTo] == nil, let cause = record.state?.pauseCause else { return false }
        return row[.pauseTo] != nil || row[.pauseCause].map { $0 != cause } ?? false
    }

    private static func overlap(_ one: CaseRow, _ other: CaseRow) -> Bool {
        guard let from = one[.pauseFrom], let start = other[.pauseFrom] else { return true }
        return (other[.pauseTo].map { from < $0 } ?? true) && (one[.pauseTo].map { start < $0 } ?? true)
    }

    // MARK: supplements

    /// The case goes on after a supplement: what was asked for has come, unless the result is that it has not.
    private mutating func answerSupplements(_ next: CaseState, at: String) {
        guard next == .reviewing || next.isResult, record[.outcome] != "supplementTimeout" else { return }
        for index in record[.supplements].indices where record[.supplements][index][.supplementAnsweredAt] == nil {
            let asked = record[.supplements][index][.supplementRequestedAt] ?? at
            record.update(.supplements) { $0[index][.supplementAnsweredAt] = max(asked, at) }
            changed.append(Field.supplementAnsweredAt.path)
        }
    }
}

extension Field {
    static let pauseFrom = named("pauses[].from")
    static let pauseTo = named("pauses[].to")
    static let pauseCause = named("pauses[].cause")
    static let supplementRequestedAt = named("supplements[].requestedAt")
    static let supplementAnsweredAt = named("supplements[].answeredAt")
}

extension ListField {
    static let supplements = named("supplements")
}
