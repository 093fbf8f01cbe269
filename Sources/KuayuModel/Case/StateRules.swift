/// In which setting a state is reported: the mode, and in a joint case whose report it is.
public enum CaseSetting: Hashable, Sendable {
    /// 全程网办.
    case online
    /// 异地代收代办.
    case collect
    /// 多地联办; `othersEnded` says whether every branch but the lead's has been decided or has ended otherwise.
    case joint(isLead: Bool, othersEnded: Bool)

    /// Its mode.
    public var mode: ServiceItem.Mode {
        switch self {
        case .online: .online
        case .collect: .collect
        case .joint: .joint
        }
    }
}

/// Who may move a case where, read from ``StateTransition/table``.
public enum StateRules {
    /// What a report of `next` by a region with `roles` does to a case in `current` (`nil`: not yet registered, when any
    /// state may be the first: see ``mayBegin(in:by:isProactive:)``).
    ///
    /// In a joint case a region that does not lead speaks of its own branch; a result of the lead is its branch's until
    /// every other branch has ended.
    public static func move(
        from current: CaseState?, to next: CaseState, by roles: CaseRoles, in setting: CaseSetting = .online
    ) -> StateMove {
        guard let current else { return .moves(passed: []) }
        if isOfBranch(next, by: roles, in: setting), !current.isFinal { return .branch }
        if current == next { return .stays }
        if current.isFinal { return .noEffect(.final) }
        let owners = owners(from: current, to: next, in: setting.mode)
        if owners.isEmpty { return .noEffect(.backwards) }
        if owners.isDisjoint(with: roles) { return .noEffect(.notYours) }
        return .moves(passed: passed(from: current, to: next))
    }

    /// The parts that may bring a case from one state into another; none when there is no such change.
    public static func owners(from current: CaseState, to next: CaseState, in mode: ServiceItem.Mode) -> CaseRoles {
        CaseRoles(rawValue: cells[index(mode, current, next)])
    }

    /// Whether a region may begin a case in a state.
    ///
    /// An application begins where the applicant applied or the papers were collected. What is granted without
    /// application (免申即享) begins with the authority, in any of its own states; and an authority may report a case that
    /// came to it before the gateway knew of it.
    public static func mayBegin(in state: CaseState, by roles: CaseRoles, isProactive: Bool) -> Bool {
        switch state {
        case .transferred: roles.contains(.gateway)
        case .draft, .submitted, .withdrawn: roles.contains(.applying) && !isProactive
        case .collected: !roles.isDisjoint(with: [.collecting, .applying]) && !isProactive
        default: roles.contains(.handling)
        }
    }

    /// Whether a state is one that handling regions report.
    public static func isOfHandling(_ state: CaseState) -> Bool { handled[state.ordinal] }

    /// Whether a report concerns only the sender's own branch.
    private static func isOfBranch(_ next: CaseState, by roles: CaseRoles, in setting: CaseSetting) -> Bool {
        guard case .joint(let isLead, let othersEnded) = setting, roles.contains(.handling), isOfHandling(next) else {
            return false
        }
        return !isLead || (next.isResult && !othersEnded)
    }

    /// The states of the main line strictly between two states, leaving out those that only some cases have.
    private static func passed(from current: CaseState, to next: CaseState) -> [CaseState] {
        guard !next.isFinal || next == .closed else { return [] }
        return [CaseState.submitted, .accepted, .decided].filter {
            $0.progress > current.progress && $0.progress < next.progress
        }
    }

    // MARK: the table, spread out

    private static let handled = CaseState.allCases.map { state in
        StateTransition.table.contains { $0.to == state && $0.owner == .handling }
    }

    private static let cells: [UInt8] = {
        var cells = [UInt8](repeating: 0, count: 3 * 256)
        for line in StateTransition.table {
            for mode in line.modes {
                for state in line.from { cells[index(mode, state, line.to)] |= line.owner.rawValue }
            }
        }
        return cells
    }()

    private static func index(_ mode: ServiceItem.Mode, _ from: CaseState, _ to: CaseState) -> Int {
        let page =
            switch mode {
            case .online: 0
            case .collect: 1
            case .joint: 2
            }
        return (page * 16 + from.ordinal) * 16 + to.ordinal
    }
}
