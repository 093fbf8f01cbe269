import KuayuEngine
import Synchronization

/// What one round added to the counters.
struct RoundTally: Sendable {
    var accepted = 0
    var unchanged = 0
    var noEffect = 0
    var refused = 0
    var duplicates = 0
    var conflicts = 0
    var unavailable = 0

    mutating func count(_ answer: CaseAnswer) {
        switch answer.answer {
        case .recorded(let registration):
            switch registration.outcome {
            case .accepted: accepted += 1
            case .unchanged: unchanged += 1
            case .noEffect: noEffect += 1
            case .refused: refused += 1
            }
        case .duplicate: duplicates += 1
        case .conflict: conflicts += 1
        case .unavailable, .done, .notApplicable: unavailable += 1
        }
    }
}

/// Counters since the start, for `/metrics` and the demo.
public final class GatewayCounters: Sendable {
    /// Name and value of every counter, in a fixed order.
    public var values: [(name: String, value: Int)] {
        state.withLock { tally in
            [
                ("accepted", tally.accepted), ("unchanged", tally.unchanged), ("no_effect", tally.noEffect),
                ("refused", tally.refused), ("duplicate", tally.duplicates), ("conflict", tally.conflicts),
                ("unavailable", tally.unavailable),
            ]
        }
    }

    private let state = Mutex(RoundTally())

    func add(_ tally: RoundTally) {
        state.withLock { state in
            state.accepted += tally.accepted
            state.unchanged += tally.unchanged
            state.noEffect += tally.noEffect
            state.refused += tally.refused
            state.duplicates += tally.duplicates
            state.conflicts += tally.conflicts
            state.unavailable += tally.unavailable
        }
    }
}
