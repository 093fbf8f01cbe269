public import KuayuModel

/// What a person wants done to a break, with the grounds.
public struct BreakOrder: Hashable, Sendable {
    /// What.
    public enum Command: Hashable, Sendable {
        /// Somebody is to look after it.
        case assign(to: String)
        /// A repair, an acceptance or a voiding is proposed.
        case propose(BreakProposal)
        /// What is proposed is approved; where two persons are needed, by another than proposed it.
        case approve
        /// A proposal, an approval or an acceptance is taken back.
        case decline
    }

    /// Longest name, characters.
    public static let nameLimit = 64
    /// Shortest and longest evidence, characters.
    public static let evidenceLimit = 4...1_000
    /// How many days ahead a break can be accepted.
    public static let acceptanceDays = 92

    /// What.
    public var command: Command
    /// Who.
    public var by: String
    /// Why, from the closed list.
    public var reason: ReasonCode
    /// What it rests on; no personal data.
    ///
    /// Only an assignment may do without.
    public var evidence: String

    /// An order.
    public init(_ command: Command, by: String, reason: ReasonCode, evidence: String) {
        self.command = command
        self.by = by
        self.reason = reason
        self.evidence = evidence
    }
}

extension BreakBook {
    /// Does what a person orders, or refuses.
    ///
    /// - Parameter history: the steps of this break, in the order in which they happened: they say who proposed what.
    public mutating func decide(
        _ order: BreakOrder, on id: String, history: [BreakEvent], now: Instant
    ) throws(BreakRefusal) -> BreakChanges {
        guard var item = byID[id] else { throw .unknown(id) }
        try order.check()
        var note = DecisionNote(reason: order.reason, evidence: order.evidence)
        let signal: BreakSignal
        var said: String?
        switch order.command {
        case .assign(let name):
            note.assignee = name
            signal = .assign
        case .propose(let proposal):
            try Self.check(proposal, for: item.finding.code, now)
            note.proposal = proposal
            signal = .propose
        case .approve:
            let proposed = try Self.proposal(of: item, history, .approveRepair)
            if proposed.proposal.needsTwoPersons && proposed.by == order.by { throw .samePerson(order.by) }
            try Self.check(proposed.proposal, for: item.finding.code, now)
            note.proposal = proposed.proposal
            signal = proposed.signal
            if proposed.proposal == .void { said = CloseReason.voided(note.text).text }
        case .decline:
            signal = .decline
        }
        try order.checkReason(for: note.proposal)
        var changes = BreakChanges()
        let step = Step(at: now, run: nil, by: order.by, reason: said ?? note.text)
        _ = try move(&item, on: signal, step, into: &changes)
        if signal == .propose, case .repair(let action)? = note.proposal { item.finding.action = action }
        byID[id] = item
        changes.breaks = [item]
        return changes
    }

    private struct Proposed {
        let proposal: BreakProposal
        let by: String
        let signal: BreakSignal
    }

    /// What the last step of a proposed break proposes.
    private static func proposal(
        of item: Break, _ history: [BreakEvent], _ wanted: BreakSignal
    ) throws(BreakRefusal) -> Proposed {
        guard item.state == .proposed else { throw .wrongState(item.state, wanted) }
        guard let last = history.last(where: { $0.breakID == item.id }), last.to == .proposed,
            let proposal = last.reason.flatMap({ DecisionNote(text: $0) })?.proposal
        else { throw .proposalUnknown }
        let signal: BreakSignal =
            switch proposal {
            case .repair: .approveRepair
            case .accept: .approveAcceptance
            case .void: .approveVoiding
            }
        return Proposed(proposal: proposal, by: last.by, signal: signal)
    }

    private static func check(
        _ proposal: BreakProposal, for code: BreakCode, _ now: Instant
    ) throws(BreakRefusal) {
        switch proposal {
        case .repair(let action):
            if !code.proposableActions.contains(action) { throw .actionUnfit(action, code) }
        case .accept(let until):
            let last = now.date.adding(days: BreakOrder.acceptanceDays)
            if until < now.date || until > last { throw .dayUnfit(until) }
        case .void: break
        }
    }
}

extension BreakCode {
    /// Repairs that a person may propose for such a break; acceptance and voiding may be proposed for all.
    public var proposableActions: [RepairAction] {
        switch self {
        case .missingAtHub, .behind: [.redeliver, .adjustHub]
        case .missingAtGateway: [.register, .pull, .quarantine]
        case .ahead: [.pull, .register, .adjustHub, .adjustGateway]
        case .statusConflict, .contentMismatch: [.adjustHub, .adjustGateway]
        case .duplicate, .orphan, .evidence: [.quarantine]
        case .keySkew: [.resync]
        case .missingAtOrigin, .stuck, .overdue, .feedError: []
        }
    }
}

extension ReasonCode {
    /// Whether the reason carries such a decision: a proposal of this kind, or, for nil, an assignment or refusal.
    public func carries(_ proposal: BreakProposal?) -> Bool {
        switch self {
        case .assignment, .insufficientEvidence: proposal == nil
        case .regionAtWork, .formatLimit, .legacy:
            switch proposal {
            case .accept, .void, nil: true
            case .repair: false
            }
        case .test, .falseAlarm, .registeredTwice, .applicantWithdrew:
            switch proposal {
            case .repair(.quarantine), .accept, .void, nil: true
            case .repair: false
            }
        case .hubConfirmed, .gatewayConfirmed, .documentsReviewed, .hubFault, .gatewayFault: true
        }
    }
}

extension BreakOrder {
    fileprivate func check() throws(BreakRefusal) {
        var names = [by]
        if case .assign(let name) = command { names.append(name) }
        if !names.allSatisfy(Self.isName) { throw .badName }
        if names[0] == BreakBook.gateway { throw .badName }
        let isAssignment = names.count > 1
        let text = evidence.unicodeScalars
        if isAssignment && text.isEmpty { return }
        if text.count < Self.evidenceLimit.lowerBound || !text.contains(where: { !$0.properties.isWhitespace }) {
            throw .evidenceMissing
        }
        if text.count > Self.evidenceLimit.upperBound || text.contains(where: Self.isControl) {
            throw .evidenceUnusable
        }
    }

    fileprivate func checkReason(for proposal: BreakProposal?) throws(BreakRefusal) {
        if !reason.carries(proposal) { throw .reasonUnfit(reason) }
    }

    private static func isName(_ name: String) -> Bool {
        let scalars = name.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, scalars.count <= nameLimit else { return false }
        return !first.properties.isWhitespace && !last.properties.isWhitespace
            && !scalars.contains { isControl($0) || $0 == "|" }
    }

    private static func isControl(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }
}
