import KuayuEngine
import KuayuModel

/// Deliberately broken engines.
///
/// Each must be caught by the invariants, or a green run proves nothing.
public enum Mutant: String, CaseIterable, Hashable, Sendable {
    /// Answers and sends as soon as something is decided, before the store has it.
    case acknowledgesBeforeCommit
    /// Does not look whether a message is known.
    case forgetsMessages
    /// Gives every retry a new id.
    case retriesUnderNewID
    /// Starts anew without the deliveries that had not settled.
    case forgetsDeliveries
    /// Takes an unknown outcome for a success.
    case trustsTimeouts
}

/// The engine as the simulator drives it: the real one, or one of its broken relatives.
struct EngineUnderTest {
    private var engine: Engine
    private let mutant: Mutant?

    init(configuration: EngineConfiguration, mutant: Mutant?) {
        engine = Engine(configuration: configuration)
        self.mutant = mutant
    }

    var nextWake: Instant? { engine.nextWake }
    var unsettled: [DeliveryRow] { engine.unsettled }

    mutating func step(_ event: EngineEvent, now: Instant, using rng: inout SeededGenerator) -> [EngineEffect] {
        var event = event
        if case .submitted(var submission) = event, mutant == .forgetsMessages {
            submission.storedDigest = nil
            event = .submitted(submission)
        }
        if case .recovered(var state) = event, mutant == .forgetsDeliveries {
            state.deliveries = []
            event = .recovered(state)
        }
        if case .replied(var reply) = event, mutant == .trustsTimeouts {
            for index in reply.results.indices {
                if case .possiblyApplied = reply.results[index].outcome { reply.results[index].outcome = .delivered }
            }
            event = .replied(reply)
        }
        var effects = engine.step(event, now: now, using: &rng)
        if mutant == .acknowledgesBeforeCommit {
            switch event {
            case .submitted, .flush: effects += engine.step(.committed, now: now, using: &rng)
            default: break
            }
        }
        return mutant == .retriesUnderNewID ? effects.map(renamed) : effects
    }

    private func renamed(_ effect: EngineEffect) -> EngineEffect {
        guard case .send(var order) = effect else { return effect }
        order.deliveries = order.deliveries.map { row in
            DeliveryRow(
                id: row.id, caseID: row.caseID, version: row.version, hub: row.hub,
                messageID: row.messageID + "#\(row.attemptCount)", createdAt: row.createdAt, deadline: row.deadline,
                state: row.state, attemptCount: row.attemptCount)
        }
        return .send(order)
    }
}
