public import KuayuModel

/// What the repair of a break comes to.
public enum BreakRepair: Hashable, Sendable {
    /// It begins; beginning again after a stop changes nothing.
    case begun
    /// It was carried out; whether it helped is not known before the rows are read again.
    case carriedOut
    /// It failed, or what it was planned for is no longer so; why, without personal data.
    case failed(String)
    /// The rows were read again and agree.
    case agreed
    /// The rows were read again and differ; what the person who looks needs to know.
    case differed(String)
}

extension BreakBook {
    /// Takes in what the repair of a break came to.
    ///
    /// Only what this changes is in the answer: it is empty when the break stays where it is.
    public mutating func repair(
        _ repair: BreakRepair, of id: String, run: String?, now: Instant
    ) throws(BreakRefusal) -> BreakChanges {
        guard var item = byID[id] else { throw .unknown(id) }
        let signal: BreakSignal
        let reason: String
        switch repair {
        case .begun: (signal, reason) = (.repairBegun, item.finding.action.rawValue)
        case .carriedOut: (signal, reason) = (.carriedOut, item.finding.action.rawValue)
        case .failed(let why): (signal, reason) = (.repairFailed, Sentences.safe(why))
        case .agreed: (signal, reason) = (.agreed, CloseReason.repaired.text)
        case .differed(let why): (signal, reason) = (.differed, Sentences.safe(why))
        }
        var changes = BreakChanges()
        let step = Step(at: now, run: run, by: Self.gateway, reason: reason)
        guard try move(&item, on: signal, step, into: &changes) else { return changes }
        byID[id] = item
        changes.breaks = [item]
        return changes
    }
}
