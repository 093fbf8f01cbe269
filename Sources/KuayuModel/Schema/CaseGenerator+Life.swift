// The story of a case: which states it passed, when, and what they leave behind.
extension CaseDraft {
    mutating func writeLife() {
        let path = passedStates()
        if state == .draft || roll(0.9) { record[.named("appliedAt")] = TimeText.instant(clock) }
        var events: [CaseRow] = []
        var stoppedAt: Int?
        for (index, passed) in path.enumerated() {
            clock += draw(60...400_000)
            let isLast = index == path.count - 1
            events.append(event(passed.rawValue, isLast: isLast))
            if let begin = stoppedAt {
                endStop(path[index - 1], from: begin, to: clock)
                stoppedAt = nil
            }
            if passed == .accepted { writeAcceptance() }
            if passed == .decided { record[.decidedAt] = TimeText.instant(clock) }
            if passed == .supplementing || passed == .special {
                if isLast { endStop(passed, from: clock, to: nil) } else { stoppedAt = clock }
            }
            if !isLast && roll(options.richness * 0.2) { events.append(ownEntry()) }
        }
        let special = ListField.named("extensions")
        if path.contains(.accepted) { set(special, (0..<rowCount()).map { _ in makeRow(special) }) }
        writeEvents(events)
        writeBranches()
    }

    // MARK: Path

    /// The states up to the one in force, detours included.
    private mutating func passedStates() -> [CaseState] {
        var path: [CaseState] = [.submitted]
        if record[.mode] == "collect" { path.append(.collected) }
        path.append(.transferred)
        switch state {
        case .draft: return [.draft]
        case .submitted: return [.submitted]
        case .collected: return [.submitted, .collected]
        case .transferred: return path
        case .accepted: return path + [.accepted]
        case .notAccepted: return path + [.notAccepted]
        case .returned, .voided, .withdrawn: return path + (roll(0.5) ? [.accepted, .reviewing] : []) + [state]
        case .reviewing, .supplementing, .special: return path + [.accepted] + review() + [state]
        case .decided, .issued, .delivered, .closed: break
        }
        path += [.accepted] + review() + [.decided]
        for late in [CaseState.issued, .delivered, .closed] where late.progress <= state.progress {
            if late == state || roll(0.6) { path.append(late) }
        }
        return path
    }

    private mutating func review() -> [CaseState] {
        var path: [CaseState] = [.reviewing]
        while path.count < 6, roll(options.richness * 0.4) {
            path += [pick([.supplementing, .special]), .reviewing]
        }
        if state.progress == 5 { path.removeLast(state == .reviewing ? 1 : 0) }
        return path
    }

    // MARK: Events

    private mutating func event(_ action: String, isLast: Bool) -> CaseRow {
        var row = makeRow(
            .events, [.eventAction: action, .eventStartedAt: TimeText.instant(clock)],
            never: [.eventSequence, .named("events[].endedAt")])
        if !isLast, roll() { row[.named("events[].endedAt")] = TimeText.instant(clock + 30) }
        return row
    }

    /// An entry in the words of the reporting region; moves nothing.
    private mutating func ownEntry() -> CaseRow {
        clock += 60
        return event(pick(["现场核验", "专家评审", "部门会签"]), isLast: false)
    }

    private mutating func writeEvents(_ events: [CaseRow]) {
        if roll((1 - options.richness) * 0.2) { return }
        let isNumbered = roll(0.8)
        set(
            .events,
            events.enumerated().map { index, event in
                var event = event
                if isNumbered { event[.eventSequence] = String(index + 1) }
                return event
            })
    }

    // MARK: Acceptance, stops

    private mutating func writeAcceptance() {
        record[.startedAt] = TimeText.instant(clock)
        if roll() { record[.named("acceptanceNumber")] = value(for: .named("acceptanceNumber")) }
        if roll() {
            record[.dueAt] = TimeText.instant(clock + draw(0...60) * 86_400)
        }
    }

    /// Writes down a supplement or a special procedure and the pause of the clock; `end` is absent while it lasts.
    private mutating func endStop(_ stop: CaseState, from begin: Int, to end: Int?) {
        let isSupplement = stop == .supplementing
        var fixed: [Field: String] = [
            .named("pauses[].from"): TimeText.instant(begin),
            .named("pauses[].cause"): isSupplement ? "supplement" : "special",
        ]
        if let end { fixed[.named("pauses[].to")] = TimeText.instant(end) }
        append(.named("pauses"), fixed, never: [.named("pauses[].to")])
        if isSupplement {
            fixed = [.named("supplements[].requestedAt"): TimeText.instant(begin)]
            if let end { fixed[.named("supplements[].answeredAt")] = TimeText.instant(end) }
            append(.named("supplements"), fixed, never: [.named("supplements[].answeredAt")])
        } else {
            fixed = [.named("special[].startedAt"): TimeText.instant(begin)]
            if let end { fixed[.named("special[].endedAt")] = TimeText.instant(end) }
            append(.named("special"), fixed, never: [.named("special[].endedAt")])
        }
    }

    /// Appends a row; columns in `never` are only written when `fixed` has them.
    private mutating func append(_ list: ListField, _ fixed: [Field: String], never: Set<Field>) {
        let row = makeRow(list, fixed, never: never.filter { fixed[$0] == nil })
        record.update(list) { $0.append(row) }
    }

    // MARK: Branches

    private mutating func writeBranches() {
        guard record[.mode] == "joint", state.progress >= CaseState.transferred.progress, roll() else { return }
        let outcome = Field.branchOutcome
        let decided = Field.named("branches[].decidedAt")
        let divisions = handling
        let rows = divisions.map { division in
            let status = state.isFinal ? pick([.closed, .notAccepted, .returned]) : state
            var row = makeRow(
                .branches, [.branchRegion: String(division.prefix(2)) + "0000", .branchStatus: status.rawValue],
                never: [outcome, decided])
            if status.isDecided {
                row[outcome] = status == .notAccepted || status == .returned ? status.rawValue : "granted"
                if roll() { row[decided] = TimeText.instant(clock) }
            }
            return row
        }
        set(.branches, rows)
    }

    // MARK: Result

    mutating func writeResult() {
        guard state.isDecided else { return }
        record[.outcome] = pick(outcomes())
        if record[.decidedAt] == nil, roll() { record[.decidedAt] = TimeText.instant(clock) }
        for field in ["result.description", "result.archive.reference", "result.archive.digest"] where roll() {
            record[.named(field)] = value(for: .named(field))
        }
        let seals = ListField.named("result.seals")
        set(seals, (0..<rowCount()).map { _ in makeRow(seals) })
        if record[.outcome] == "granted" { writeLicences() }
        if state.progress >= CaseState.issued.progress, roll() { writeDelivery() }
    }

    private func outcomes() -> [String] {
        switch state {
        case .notAccepted, .withdrawn, .voided: [state.rawValue]
        case .returned: ["returned", "supplementTimeout", "forwarded"]
        case .issued: ["granted"]
        default: ["granted", "granted", "granted", "denied", "done", "forwarded", "supplementTimeout"]
        }
    }

    private mutating func writeLicences() {
        let list = ListField.named("result.licences")
        let from = Field.named("result.licences[].validFrom")
        let to = Field.named("result.licences[].validTo")
        let rows = (0..<rowCount()).map { _ in
            var row = makeRow(list, never: [from, to])
            if roll() { row[from] = TimeText.date(clock) }
            if roll() { row[to] = TimeText.date(clock + draw(0...4_000) * 86_400) }
            return row
        }
        set(list, rows)
    }

    private mutating func writeDelivery() {
        record[.named("delivery.sentAt")] = TimeText.instant(clock)
        if roll() {
            let days = draw(0...9)
            record[.named("delivery.signedAt")] = TimeText.instant(clock + days * 86_400)
        }
    }
}
