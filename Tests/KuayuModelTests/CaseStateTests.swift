import KuayuModel
import Testing

/// Who may move a case where, cell by cell: every state, every reported state, every set of parts a region can play.
@Suite struct CaseStateTests {
    /// What a report means by the order of a case's life alone.
    ///
    /// A line a state in force, a column a reported state, both in the order draft submitted collected transferred accepted reviewing supplementing special decided issued delivered
    /// closed notAccepted returned withdrawn voided. `=` says what is so, `>` goes on, `<` would go back (a withdrawal
    /// after the decision also), `x` comes after the end.
    static let directions = [
        "=>>>>>>>>>>>>>>>",
        "<=>>>>>>>>>>>>>>",
        "<<=>>>>>>>>>>>>>",
        "<<<=>>>>>>>>>>>>",
        "<<<<=>>>>>>>>>>>",
        "<<<<<=>>>>>>>>>>",
        "<<<<<>=>>>>>>>>>",
        "<<<<<>>=>>>>>>>>",
        "<<<<<<<<=>>>>><>",
        "<<<<<<<<<=>>>><>",
        "<<<<<<<<<<=>>><>",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]

    /// The side that brings a case into each state, in the same order: nobody, applying, collecting, gateway, handling.
    static let movers = "-acghhhhhhhhhhah"

    static let everyRoleSet = (0...15 as ClosedRange<UInt8>).map(CaseRoles.init(rawValue:))

    private static func expected(_ from: Int, _ to: Int, _ roles: CaseRoles) -> String {
        let direction = Array(directions[from])[to]
        guard direction == ">" else { return String(direction) }
        let parts: [Character: CaseRoles] = ["a": .applying, "c": .collecting, "g": .gateway, "h": .handling]
        var allowed = parts[Array(movers)[to]] ?? []
        // A supplement that the applicant hands in sends the case back to review.
        let states = CaseState.allCases
        if states[from] == .supplementing && states[to] == .reviewing { allowed.insert(.applying) }
        return roles.isDisjoint(with: allowed) ? "not yours" : ">"
    }

    private static func said(_ move: StateMove) -> String {
        switch move {
        case .moves: ">"
        case .stays: "="
        case .branch: "b"
        case .noEffect(.backwards): "<"
        case .noEffect(.final): "x"
        case .noEffect(.notYours): "not yours"
        }
    }

    @Test(arguments: everyRoleSet)
    func followsTheTable(roles: CaseRoles) {
        let states = CaseState.allCases
        #expect(states.count == 16 && Self.directions.allSatisfy { $0.count == 16 } && Self.movers.count == 16)
        for (from, current) in states.enumerated() {
            for (to, next) in states.enumerated() {
                let move = StateRules.move(from: current, to: next, by: roles)
                let wanted = Self.expected(from, to, roles)
                #expect(Self.said(move) == wanted, "\(current) → \(next) by \(roles.rawValue)")
            }
        }
    }

    @Test(arguments: CaseState.allCases, everyRoleSet)
    func registersInAnyState(state: CaseState, roles: CaseRoles) {
        #expect(StateRules.move(from: nil, to: state, by: roles) == .moves(passed: []))
    }

    /// A jump records what it passed on the main line; nothing is made up for states that only some cases have, nor on the
    /// way to an early end.
    @Test(
        arguments: [
            (.submitted, .transferred, []), (.submitted, .accepted, []), (.transferred, .accepted, []),
            (.submitted, .reviewing, [.accepted]), (.submitted, .decided, [.accepted]),
            (.transferred, .decided, [.accepted]), (.transferred, .closed, [.accepted, .decided]),
            (.accepted, .decided, []), (.accepted, .issued, [.decided]), (.reviewing, .closed, [.decided]),
            (.special, .supplementing, []), (.decided, .closed, []), (.draft, .accepted, [.submitted]),
            (.draft, .closed, [.submitted, .accepted, .decided]), (.submitted, .returned, []),
            (.transferred, .notAccepted, []), (.submitted, .voided, []),
        ] as [(CaseState, CaseState, [CaseState])])
    func recordsWhatAJumpPasses(from: CaseState, to: CaseState, passed: [CaseState]) {
        let everyone: CaseRoles = [.applying, .collecting, .handling, .gateway]
        #expect(StateRules.move(from: from, to: to, by: everyone) == .moves(passed: passed))
    }

    /// Who may begin a case in which state: a applying, c collecting, g gateway, h handling; in the order of the states.
    @Test(arguments: [(false, ["a", "a", "ac", "g"]), (true, ["", "", "", "g"])])
    func knowsWhoMayBeginACase(isProactive: Bool, early: [String]) {
        let parts: [Character: CaseRoles] = ["a": .applying, "c": .collecting, "g": .gateway, "h": .handling]
        for (index, state) in CaseState.allCases.enumerated() {
            let wanted = index < 4 ? early[index] : state == .withdrawn ? (isProactive ? "" : "a") : "h"
            for (letter, part) in parts {
                let may = StateRules.mayBegin(in: state, by: part, isProactive: isProactive)
                #expect(may == wanted.contains(letter), "\(state) by \(letter)")
            }
        }
    }

    @Test func knowsWhichStatesAreFinal() {
        let final: Set<CaseState> = [.closed, .notAccepted, .returned, .withdrawn, .voided]
        let decided = final.union([.decided, .issued, .delivered])
        for state in CaseState.allCases {
            #expect(state.isFinal == final.contains(state))
            #expect(state.isDecided == decided.contains(state))
        }
    }
}
