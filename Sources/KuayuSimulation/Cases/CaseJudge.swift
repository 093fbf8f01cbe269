import KuayuModel
import KuayuRules

/// What must hold of a case after every message, said apart from the rules that make it hold.
struct CaseJudge {
    let clock = CaseClock()

    /// What one message did, as the judge looks at it.
    struct Step {
        let before: CaseRecord
        let after: CaseRecord
        let reporter: CaseMerge.Reporter
        let now: Instant
    }

    /// The first thing that does not hold; nil when all does.
    func verdict(_ step: Step) -> String? {
        moves(step) ?? identity(step) ?? pauses(step.after) ?? times(step.after) ?? joint(step.after)
            ?? owed(step) ?? clock(step.after, now: step.now)
    }

    /// Errors of the record; slower, so that it is not asked after every message.
    func validity(_ record: CaseRecord) -> String? {
        let problem = CaseValidation.validate(record).first { $0.severity == .error }
        if let problem { return "the record is invalid: \(problem.code) \(problem.path)" }
        let masked = CaseMasking.masked(record)
        if masked[CaseNames.idNumber] == record[CaseNames.idNumber] { return "the identity number is not masked" }
        return masked[.applicantName] == record[.applicantName] ? "the name is not masked" : nil
    }

    static func state(_ record: CaseRecord) -> CaseState {
        record[.status].flatMap(CaseState.init(rawValue:)) ?? .submitted
    }

    static func isFinal(_ state: CaseState) -> Bool {
        switch state {
        case .closed, .notAccepted, .returned, .withdrawn, .voided: true
        default: false
        }
    }

    static func isResult(_ state: CaseState) -> Bool {
        switch state {
        case .decided, .issued, .delivered, .closed: true
        default: false
        }
    }

    // MARK: states

    private func moves(_ step: Step) -> String? {
        let (from, to) = (Self.state(step.before), Self.state(step.after))
        if from == to { return nil }
        if Self.isFinal(from) { return "the final state \(from) became \(to)" }
        return mayMove(from, to, step) ? nil : "\(from) became \(to) by \(step.reporter.roles.rawValue)"
    }

    /// Who may move, in the words of the prose.
    private func mayMove(_ from: CaseState, _ to: CaseState, _ step: Step) -> Bool {
        let roles = step.reporter.roles
        let isReview = [CaseState.reviewing, .supplementing, .special].contains(to)
        let isUnderReview = [CaseState.reviewing, .supplementing, .special].contains(from)
        let isForward = place(to) > place(from) || (isReview && isUnderReview)
        let isAnswer = from == .supplementing && to == .reviewing
        switch to {
        case .draft: return false
        case .submitted: return roles.contains(.applying) && isForward
        case .collected: return roles.contains(.collecting) && isForward
        case .transferred: return roles.contains(.gateway) && isForward
        case .withdrawn: return roles.contains(.applying) && !Self.isResult(from)
        case .reviewing where isAnswer && roles.contains(.applying): return true
        case .reviewing where isAnswer && roles.contains(.collecting) && step.after[.mode] == "collect": return true
        default: break
        }
        guard roles.contains(.handling), isForward else { return false }
        if step.after[.mode] != "joint" || step.reporter.isLead { return true }
        // A branch moves the whole only where it ends the waiting for it.
        return Self.isResult(to) && Self.branches(step.after).lead.map(Self.isResult) == true
    }

    private func place(_ state: CaseState) -> Int {
        switch state {
        case .draft: 0
        case .submitted: 1
        case .collected: 2
        case .transferred: 3
        case .accepted: 4
        case .reviewing, .supplementing, .special: 5
        case .decided: 6
        case .issued: 7
        case .delivered: 8
        case .closed, .notAccepted, .returned, .withdrawn, .voided: 9
        }
    }

    private func identity(_ step: Step) -> String? {
        for field in [Field.caseID, .version, .registeredAt] where step.before[field] != step.after[field] {
            return "\(field.path) changed"
        }
        let state = Self.state(step.after)
        let isDecided = Self.isFinal(state) || Self.isResult(state)
        return step.after[.outcome] != nil && !isDecided ? "an outcome before the decision" : nil
    }

    /// Every event has the version after the last one's; what changed the case is an event.
    func version(_ before: CaseRecord, _ after: CaseRecord, events: Int) -> String? {
        if after[.version] != String(events + 1) { return "version \(after[.version] ?? "") after \(events) events" }
        var same = after
        same[.version] = before[.version]
        return before[.version] == after[.version] && same != before ? "the case changed without a version" : nil
    }

    // MARK: times

    /// Each pause ends before the next begins; one is open exactly while the state stops the clock.
    private func pauses(_ record: CaseRecord) -> String? {
        let state = Self.state(record)
        let wanted = state == .supplementing ? "supplement" : state == .special ? "special" : nil
        var open: String?
        var end = ""
        let rows = record[CaseNames.pauses]
        for row in rows.sorted(by: { ($0[CaseNames.pauseFrom] ?? "") < ($1[CaseNames.pauseFrom] ?? "") }) {
            guard let from = row[CaseNames.pauseFrom], open == nil, from >= end else { return "pauses overlap" }
            if let to = row[CaseNames.pauseTo] {
                if to < from { return "a pause ends before it begins" }
                end = to
            } else {
                open = row[CaseNames.pauseCause]
            }
        }
        return open == wanted ? nil : "the pause \(open ?? "none") is open in \(state)"
    }

    private func times(_ record: CaseRecord) -> String? {
        // The main case of a bundle goes with its children and has no clock of its own.
        if record[CaseNames.bundleRole] == "main" { return nil }
        let state = Self.state(record)
        let isAccepted =
            [CaseState.accepted, .reviewing, .supplementing, .special].contains(state) || Self.isResult(state)
        return isAccepted && record[.startedAt] == nil ? "no start of the clock in \(state)" : nil
    }

    private func clock(_ record: CaseRecord, now: Instant) -> String? {
        let reading = clock.reading(of: record, now: now)
        if reading.used < 0 { return "the clock used \(reading.used)" }
        if let limit = reading.limit, reading.remaining != limit.amount - reading.used {
            return "the clock adds up wrong"
        }
        if let next = reading.nextChangeAt, next <= now.wholeSecond { return "the clock changes in the past" }
        let isPaused = if case .paused = reading.state { true } else { false }
        let stands = [CaseState.supplementing, .special].contains(Self.state(record))
        return isPaused && !stands ? "the clock stands still in \(Self.state(record))" : nil
    }

    // MARK: joint, owed

    private static func branches(_ record: CaseRecord) -> (lead: CaseState?, others: [CaseState?]) {
        var regions: [String] = []
        for row in record[.handling] {
            let region = String((row[.handlingDivision] ?? "").prefix(2)) + "0000"
            if !regions.contains(region) { regions.append(region) }
        }
        let states = regions.map { region in
            record[.branches].first { $0[.branchRegion] == region }?[.branchStatus].flatMap(CaseState.init(rawValue:))
        }
        return (states.first ?? nil, Array(states.dropFirst()))
    }

    /// A joint case has its result when the lead has one and every other branch has ended.
    private func joint(_ record: CaseRecord) -> String? {
        guard record[.mode] == "joint", record[CaseNames.bundleRole] != "main", Self.isResult(Self.state(record)) else {
            return nil
        }
        let (lead, others) = Self.branches(record)
        if lead.map(Self.isResult) != true { return "a result without the lead's" }
        let allEnded = others.allSatisfy { $0.map { Self.isFinal($0) || Self.isResult($0) } == true }
        return allEnded ? nil : "a result before every branch has ended"
    }

    /// What was kept stays kept.
    private func owed(_ step: Step) -> String? {
        for row in step.before[CaseNames.commitments] {
            guard row[CaseNames.fulfilledAt] != nil else { continue }
            let now = step.after[CaseNames.commitments].first { $0.hasKey(of: row) }
            if now?[CaseNames.fulfilledAt] == nil { return "a commitment that was kept is open again" }
        }
        return nil
    }
}
