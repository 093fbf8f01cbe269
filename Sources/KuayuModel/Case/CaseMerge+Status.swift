// What becomes of the reported state, of the result that goes with it, and of the process entries.
extension CaseMerge {
    mutating func mergeStatus(_ incoming: CaseRecord, now: Instant) {
        guard let next = incoming.state else {
            mergeResult(incoming)
            return
        }
        reported = (next, reporter.rawStatus ?? incoming[.statusRawCode])
        if speaksOfBranch(next) {
            mergeJoint(next, incoming, now: now)
        } else if !isCoarse(next) {
            follow(StateRules.move(from: record.state, to: next, by: reporter.roles, in: setting), to: next, now: now) {
                $0.mergeResult(incoming)
                $0.writeRaw(incoming)
            }
        }
        if case .stays = move { mergeResult(incoming) }
        if case .noEffect = move { refuseResult(incoming) }
    }

    /// The setting of a report that is of the whole.
    private var setting: CaseSetting {
        switch record[.mode].flatMap(ServiceItem.Mode.init(rawValue:)) {
        case .collect: .collect
        case .joint: .joint(isLead: true, othersEnded: true)
        default: .online
        }
    }

    /// Whether the state is what the sender's format makes of the one in force.
    func isCoarse(_ next: CaseState) -> Bool {
        record[.status].flatMap { reporter.coarsened(.status, $0) } == next.rawValue
    }

    /// Carries out a move: the state, `result` with it, the process entries, and the times that follow from it.
    mutating func follow(
        _ reported: StateMove, to next: CaseState, now: Instant, result: (inout CaseMerge) -> Void
    ) {
        move = reported
        guard case .moves(let passed) = move else { return }
        let old = record.state ?? .submitted
        let acceptance = ownEntry("accepted")
        record[.status] = next.rawValue
        changed.append("status")
        result(&self)
        writeEvents(passed: passed, next: next, now: now)
        writeTimes(from: old, to: next, acceptance: acceptance, now: now)
    }

    /// When the sender says that it took a step, by its last process entry of that kind.
    func ownEntry(_ action: String) -> String? {
        record[.events].last { $0[.eventAction] == action && $0[.eventReportedBy] == reporter.region.text }?[
            .eventStartedAt]
    }

    // MARK: result

    /// Outcome and time of the decision count once the case is decided or has ended otherwise; before, they would
    /// contradict its state.
    mutating func mergeResult(_ incoming: CaseRecord) {
        guard let state = record.state, state.isDecided, !isBranch, !(isJoint && state.isResult && reporter.isLead)
        else {
            refuseResult(incoming)
            return
        }
        if let outcome = incoming[.outcome] ?? ownOutcome(of: state) {
            let isOfApplicant = state == .withdrawn && outcome == "withdrawn" && record[.outcome] == nil
            if isOfApplicant && reporter.roles.contains(.applying) {
                setResult(.outcome, outcome)
            } else if CaseRules.goes(outcome, with: state) {
                if let next = decided(.outcome, old: record[.outcome], new: outcome, owner: .handling) {
                    setResult(.outcome, next)
                }
            } else {
                markForeign(.outcome, old: record[.outcome], new: outcome)
            }
        }
        if let at = incoming[.decidedAt],
            let next = decided(.decidedAt, old: record[.decidedAt], new: at, owner: .handling)
        {
            setResult(.decidedAt, next)
        }
    }

    /// An early end that brings no outcome has the one of its name.
    private func ownOutcome(of state: CaseState) -> String? {
        guard case .moves = move, state != .closed, state.isFinal, record[.outcome] == nil else { return nil }
        return state.rawValue
    }

    mutating func setResult(_ field: Field, _ value: String) {
        if record[field] == value { return }
        record[field] = value
        changed.append(field.path)
    }

    /// What is said of a result that has no effect; a branch's has, in its branch.
    private mutating func refuseResult(_ incoming: CaseRecord) {
        if isJoint && reporter.roles.contains(.handling) { return }
        for field in [Field.outcome, .decidedAt] {
            if let value = incoming[field] { markForeign(field, old: record[field], new: value) }
        }
    }

    // MARK: the sender's own code

    /// The longest code that a case keeps, in characters.
    private static let rawLimit = 60

    private var raw: String? {
        reporter.rawStatus.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(Self.rawLimit))) }
    }

    mutating func writeRaw(_ incoming: CaseRecord) {
        if let raw {
            record[.statusRawTable] = reporter.region.text + "/status"
            record[.statusRawCode] = raw
        } else {
            record[.statusRawTable] = incoming[.statusRawTable]
            record[.statusRawCode] = incoming[.statusRawCode]
        }
    }

    // MARK: process entries

    /// The last process entry of a case says how it came into its state; a report without one gets the gateway's.
    ///
    /// States passed on the way stand before it, unless the report has entries of its own for them.
    private mutating func writeEvents(passed: [CaseState], next: CaseState, now: Instant) {
        let isTold = record[.events].last?[.eventAction] == record.eventAction(of: next)
        var place = record[.events].count - (isTold ? 1 : 0)
        for state in passed where !record[.events].contains(where: { $0[.eventAction] == state.rawValue }) {
            insertEvent(state, at: &place, now: now)
        }
        if !isTold { insertEvent(next, at: &place, now: now) }
    }

    private mutating func insertEvent(_ state: CaseState, at place: inout Int, now: Instant) {
        var row = CaseRow(.events)
        row[.eventAction] = record.eventAction(of: state)
        row[.eventStartedAt] = now.canonical
        row[.eventReportedBy] = reporter.region.text
        row[.eventRaw] = raw
        if record[.events].contains(where: { $0.hasKey(of: row) }) { return }
        record.update(.events) { [place] in $0.insert(row, at: place) }
        place += 1
    }

    /// Entries that moved nothing stand before the one that led to the state in force.
    mutating func keepLeadingEntryLast(_ inForce: CaseRecord) {
        let count = inForce[.events].count
        guard count > 0, record[.events].count > count, record[.status] == inForce[.status],
            let last = inForce[.events].last, let state = record.state,
            last[.eventAction] == record.eventAction(of: state),
            record[.events].last?[.eventAction] != last[.eventAction]
        else { return }
        record.update(.events) { $0.append($0.remove(at: count - 1)) }
    }
}

extension Field {
    static let eventRaw = named("events[].raw")
}
