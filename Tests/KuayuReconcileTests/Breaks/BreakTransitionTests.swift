import KuayuReconcile
import Testing

/// The table of `docs/reconciliation/breaks.md`, cell by cell.
@Suite struct BreakTransitionTests {
    /// One line a state, one column a signal in the order of ``BreakSignal``; `.` stays, `-` refused.
    static let table = """
        detected      op if if if -  -  -  -  -  -  -  -  -  -  -  -  -  -
        inFlight      op .  op .  cl .  -  -  -  -  -  -  -  -  -  -  -  -
        open          .  .  .  if cl .  -  as pr -  -  -  -  au -  -  -  -
        autoRepairing .  .  .  .  cl .  -  -  -  -  -  -  -  .  ve op -  -
        assigned      .  .  .  if cl .  -  as pr -  -  -  -  -  -  -  -  -
        proposed      .  .  .  if cl op -  -  -  ap ac cl op -  -  -  -  -
        approved      .  .  .  if cl op -  -  -  -  -  -  op re -  -  -  -
        repairing     .  .  .  .  cl .  -  -  -  -  -  -  -  .  ve op -  -
        verifying     op .  op if cl .  -  -  -  -  -  -  -  -  .  op cl op
        closed        ro if if if .  -  -  -  -  -  -  -  -  -  -  -  -  -
        accepted      .  .  .  .  cl ro ro -  -  -  -  -  ro -  -  -  -  -
        reopened      .  .  .  if cl .  -  as pr -  -  -  -  au -  -  -  -
        """

    static let states: [Substring: BreakState] = [
        "op": .open, "if": .inFlight, "cl": .closed, "as": .assigned, "pr": .proposed, "au": .autoRepairing,
        "ve": .verifying, "ap": .approved, "ac": .accepted, "re": .repairing, "ro": .reopened,
    ]

    static let cells: [(BreakState, BreakSignal, BreakMove)] = zip(BreakState.allCases, table.split(separator: "\n"))
        .flatMap { state, line in
            zip(BreakSignal.allCases, line.split(separator: " ").dropFirst()).map { signal, cell in
                let move: BreakMove =
                    switch cell {
                    case ".": .stays
                    case "-": .refused
                    default: states[cell].map { .to($0) } ?? .refused
                    }
                return (state, signal, move)
            }
        }

    @Test func hasACellForEveryStateAndSignal() {
        #expect(Self.cells.count == BreakState.allCases.count * BreakSignal.allCases.count)
        let names = Self.table.split(separator: "\n").compactMap { $0.split(separator: " ").first }
        #expect(names.map(String.init) == BreakState.allCases.map(\.rawValue))
    }

    @Test(arguments: cells)
    func moves(state: BreakState, signal: BreakSignal, move: BreakMove) {
        #expect(state.move(on: signal) == move)
    }

    @Test func reachesEveryStateFromDetected() {
        var reached: Set<BreakState> = [.detected]
        var rest: [BreakState] = [.detected]
        while let state = rest.popLast() {
            for signal in BreakSignal.allCases {
                if case .to(let next) = state.move(on: signal), reached.insert(next).inserted { rest.append(next) }
            }
        }
        #expect(reached == Set(BreakState.allCases))
    }

    /// Nothing is over, or lived with, by one person's word alone.
    @Test func needsAProposalBeforeItIsAcceptedOrVoided() {
        for state in BreakState.allCases where state != .proposed {
            for signal in [BreakSignal.approveRepair, .approveAcceptance, .approveVoiding] {
                #expect(state.move(on: signal) == .refused)
            }
        }
    }
}
