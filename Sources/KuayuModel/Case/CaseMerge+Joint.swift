// 多地联办: each handling region has its own branch, the lead speaks for the whole.
//
// Up to the review the whole goes with the lead. A result of the lead (decided, issued, delivered, closed) stays with
// its branch until every other branch has been decided or has ended otherwise; then the whole takes it over, with one
// outcome, the lead's, and one description that names every branch. So the place of application is told one result. A
// branch that ends badly ends nothing else: what becomes of the whole the lead says.
extension CaseMerge {
    /// In a joint case a handling region reports its own branch; a withdrawal, and what comes after the end, is of the
    /// whole.
    func speaksOfBranch(_ next: CaseState) -> Bool {
        isJoint && reporter.roles.contains(.handling) && StateRules.isOfHandling(next)
            && !(record.state?.isFinal ?? false)
    }

    mutating func mergeJoint(_ next: CaseState, _ incoming: CaseRecord, now: Instant) {
        guard mergeBranch(next, incoming, now: now) else {
            move = .noEffect(.backwards)
            return
        }
        move = .branch
        if !reporter.isLead {
            if answersForTheWhole(next) {
                follow(.moves(passed: []), to: next, now: now) { _ in }
                return
            }
            settleJoint(now: now)
        } else if next.isResult {
            settleJoint(now: now)
        } else if !isCoarse(next) {
            let setting = CaseSetting.joint(isLead: true, othersEnded: true)
            let reported = StateRules.move(from: record.state, to: next, by: reporter.roles, in: setting)
            follow(reported, to: next, now: now) {
                $0.mergeResult(incoming)
                $0.writeRaw(incoming)
                if next.isFinal { $0.consolidate() }
            }
        } else {
            move = .stays
        }
    }

    /// Whether a region that has a branch and also applies hands in the supplement that the whole waits for.
    private func answersForTheWhole(_ next: CaseState) -> Bool {
        next == .reviewing && record.state == .supplementing && reporter.roles.contains(.applying)
    }

    // MARK: one branch

    /// Moves the sender's branch; false when the branch does not go there.
    private mutating func mergeBranch(_ next: CaseState, _ incoming: CaseRecord, now: Instant) -> Bool {
        let region = reporter.region.text
        let index = record[.branches].firstIndex { $0[.branchRegion] == region }
        var row = index.map { record[.branches][$0] } ?? CaseRow(.branches)
        let before = row
        let old = row[.branchStatus].flatMap(CaseState.init(rawValue:))
        row[.branchRegion] = region
        let reported = branchMove(from: old, to: next)
        switch reported {
        case .moves: row[.branchStatus] = next.rawValue
        case .stays where old != nil: break
        case .stays, .branch, .noEffect:
            foreign.append(ListField.branches.path)
            return false
        }
        fillBranch(&row, from: old ?? .transferred, incoming, now: now)
        if row == before { return true }
        record.update(.branches) { [row] rows in
            if let index { rows[index] = row } else { rows.append(row) }
        }
        changed.append(ListField.branches.path)
        return true
    }

    private func branchMove(from old: CaseState?, to next: CaseState) -> StateMove {
        if let old, reporter.coarsened(.status, old.rawValue) == next.rawValue { return .stays }
        return StateRules.move(from: old ?? .transferred, to: next, by: .handling)
    }

    /// What a branch keeps of its acceptance and its result: what the sender says of the case it says of its branch.
    private mutating func fillBranch(_ row: inout CaseRow, from old: CaseState, _ incoming: CaseRecord, now: Instant) {
        guard let state = row[.branchStatus].flatMap(CaseState.init(rawValue:)) else { return }
        let own = incoming[.branches].first { $0[.branchRegion] == reporter.region.text }
        let isAccepted = (CaseState.accepted.progress...CaseState.closed.progress).contains(state.progress)
        fill(&row, .branchAcceptedAt, own, from: isAccepted ? incoming[.startedAt] : nil, of: .startedAt)
        if isAccepted, row[.branchAcceptedAt] == nil, old.progress < CaseState.accepted.progress {
            row[.branchAcceptedAt] = ownEntry("accepted") ?? now.canonical
        }
        fill(&row, .branchDecidedAt, own, from: state.isDecided ? incoming[.decidedAt] : nil, of: .decidedAt)
        guard state.isDecided else { return }
        if row[.branchDecidedAt] == nil, !old.isDecided { row[.branchDecidedAt] = now.canonical }
        fill(&row, .branchOutcome, own, from: incoming[.outcome], of: .outcome)
        if row[.branchOutcome] == nil, state.isFinal, state != .closed { row[.branchOutcome] = state.rawValue }
    }

    /// The value of a column: what the sender says of the branch itself, else of the case.
    private func fill(_ row: inout CaseRow, _ column: Field, _ own: CaseRow?, from said: String?, of field: Field) {
        if let own = own?[column], !reporter.silent.contains(column) {
            row[column] = own
        } else if let said, !reporter.silent.contains(field) {
            if let old = row[column], reporter.coarsened(field, old) == said { return }
            row[column] = said
        }
    }

    // MARK: the whole

    /// Gives the whole the lead's result when every other branch has ended; until then the whole is under review.
    private mutating func settleJoint(now: Instant) {
        guard let lead = handlingRegions.first, let state = branch(of: lead), state.isResult else { return }
        guard handlingRegions.dropFirst().allSatisfy({ branch(of: $0)?.isDecided ?? false }) else {
            return holdResult(now: now)
        }
        let setting = CaseSetting.joint(isLead: true, othersEnded: true)
        let settled = StateRules.move(from: record.state, to: state, by: .handling, in: setting)
        if case .moves = settled {
            follow(settled, to: state, now: now) { $0.takeOverResult(of: lead) }
        } else if record.state?.isResult == true {
            takeOverResult(of: lead)
        }
    }

    private mutating func holdResult(now: Instant) {
        guard let state = record.state, state.progress <= CaseState.reviewing.progress, state != .reviewing else {
            return
        }
        let setting = CaseSetting.joint(isLead: true, othersEnded: true)
        let held = StateRules.move(from: state, to: .reviewing, by: .handling, in: setting)
        if case .moves = held { follow(held, to: .reviewing, now: now) { _ in } }
    }

    private mutating func takeOverResult(of lead: String) {
        let row = record[.branches].first { $0[.branchRegion] == lead }
        if let outcome = row?[.branchOutcome] { setResult(.outcome, outcome) }
        if let last = record[.branches].compactMap({ $0[.branchDecidedAt] }).max() { setResult(.decidedAt, last) }
        consolidate()
    }

    /// Regions in charge, the lead first, each once.
    private var handlingRegions: [String] {
        var regions: [String] = []
        for row in record[.handling] {
            guard let division = row[.handlingDivision] else { continue }
            let region = String(division.prefix(2)) + "0000"
            if !regions.contains(region) { regions.append(region) }
        }
        return regions
    }

    private func branch(of region: String) -> CaseState? {
        let row = record[.branches].first { $0[.branchRegion] == region }
        return row?[.branchStatus].flatMap(CaseState.init(rawValue:))
    }

    // MARK: one answer

    private static let consolidationMark = "分办结果："
    private static let descriptionLimit = 1_000

    /// The lead's description with the list of branches that the one in force has, if it has one.
    func withBranches(_ text: String) -> String {
        guard isJoint, let list = Self.parts(record[.resultDescription] ?? "").list else { return text }
        return Self.joined(Self.parts(text).own, list)
    }

    private static func parts(_ description: String) -> (own: String, list: String?) {
        var lines = description.split(separator: "\n", omittingEmptySubsequences: false)
        guard let last = lines.last, last.hasPrefix(consolidationMark) else { return (description, nil) }
        lines.removeLast()
        return (lines.joined(separator: "\n"), String(last))
    }

    /// Cut so that the list always fits.
    private static func joined(_ own: String, _ list: String) -> String {
        let room = max(0, descriptionLimit - list.unicodeScalars.count - 1)
        let kept = String(String.UnicodeScalarView(own.unicodeScalars.prefix(room)))
        return kept.isEmpty ? list : kept + "\n" + list
    }

    /// 一次反馈: names every branch behind the lead's own description.
    private mutating func consolidate() {
        let branches = handlingRegions.compactMap { region -> String? in
            guard let row = record[.branches].first(where: { $0[.branchRegion] == region }),
                let state = row[.branchStatus].flatMap(CaseState.init(rawValue:))
            else { return nil }
            let name = RegionCode(region)?.name ?? region
            return name + Self.word(for: row[.branchOutcome] ?? state.rawValue)
        }
        guard branches.count > 1 else { return }
        let list = Self.consolidationMark + branches.joined(separator: "，") + "。"
        setResult(.resultDescription, Self.joined(Self.parts(record[.resultDescription] ?? "").own, list))
    }

    private static func word(for outcome: String) -> String {
        switch outcome {
        case "granted": "准予"
        case "denied": "不予许可"
        case "notAccepted": "不予受理"
        case "returned": "退回"
        case "withdrawn": "撤回"
        case "voided": "作废"
        case "forwarded": "转报"
        case "supplementTimeout": "补正逾期"
        case "done", "decided", "issued", "delivered", "closed": "办结"
        default: "在办"
        }
    }
}

extension Field {
    static let branchAcceptedAt = named("branches[].acceptedAt")
    static let branchDecidedAt = named("branches[].decidedAt")
}
