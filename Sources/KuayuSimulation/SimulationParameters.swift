public import KuayuModel

/// Which faults a run has, and how often; drawn from its seed so that each run is a world of its own (swarm testing).
public struct SimulationParameters: Hashable, Sendable {
    /// Names of the faults, for shrinking and reports.
    public enum Fault: String, CaseIterable, Hashable, Sendable {
        case loss, duplication, delay, partition, crash, tornCommit, busy, garbage, rejection, hubRepeats, hubConflicts
    }

    /// Probability of each fault in thousandths, at the place where it can occur.
    public var permille: [Fault: Int]
    /// Cases that the hubs submit.
    public var caseCount: Int
    /// Events that a handling hub reports of each case at most.
    public var eventsPerCase: Int
    /// Cases in one payload towards a hub, per hub by position.
    public var batch: Int
    /// Virtual time with faults, milliseconds.
    public var stormMilliseconds: Int64

    /// Draws the parameters of a seed.
    public init(using rng: inout SeededGenerator) {
        let limits: [(Fault, Int)] = [
            (.loss, 300), (.duplication, 500), (.delay, 500), (.partition, 30), (.crash, 12), (.tornCommit, 6),
            (.busy, 200), (.garbage, 450), (.rejection, 40), (.hubRepeats, 400), (.hubConflicts, 100),
        ]
        permille = [:]
        for (fault, most) in limits {
            // Half of the worlds do not have a fault at all.
            permille[fault] = rng.next(below: 2) == 0 ? 0 : Int(rng.next(below: Int(most))) + 1
        }
        caseCount = 4 + Int(rng.next(below: 28))
        eventsPerCase = Int(rng.next(below: 5))
        batch = [1, 1, 4, 32][Int(rng.next(below: 4))]
        stormMilliseconds = 20_000 + Int64(rng.next(below: 60_000))
    }

    /// How often a fault occurs, in thousandths.
    public func chance(_ fault: Fault) -> Int { permille[fault] ?? 0 }

    /// The same world without one fault.
    public func without(_ fault: Fault) -> SimulationParameters {
        var copy = self
        copy.permille[fault] = 0
        return copy
    }
}
