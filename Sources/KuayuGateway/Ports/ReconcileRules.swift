import KuayuModel
public import KuayuReconcile

/// What a run may become: every driver asks here.
public enum RunRule {
    /// - Throws: `StoreError.refused` when the run is not known, or is said to be another one.
    public static func check(_ run: RunRecord, after known: RunRecord?) throws(StoreError) {
        guard let known else { throw .refused("run \(run.id) is not stored") }
        if known.hub != run.hub || known.profile != run.profile || known.kind != run.kind
            || known.startedAt != run.startedAt
        {
            throw .refused("run \(run.id) is another run")
        }
    }
}

/// What may be written of breaks: every driver asks here.
public enum BreakRule {
    /// Whether steps lead from where breaks stand to where they are said to stand now.
    ///
    /// - Parameter known: the breaks that are stored, by id.
    /// - Throws: `StoreError.refused` with the break and what does not fit.
    public static func check(
        breaks: [Break], events: [BreakEvent], known: [String: Break]
    ) throws(StoreError) {
        var states = known.mapValues(\.state)
        for event in events {
            if states[event.breakID] != event.from {
                let stands = states[event.breakID].map { "stands at \($0.rawValue)" } ?? "is not stored"
                throw .refused("break \(event.breakID) \(stands), not at \(event.from?.rawValue ?? "its beginning")")
            }
            states[event.breakID] = event.to
        }
        let written = Set(breaks.map(\.id))
        for item in breaks {
            if states[item.id] != item.state {
                throw .refused("no step leads break \(item.id) to \(item.state.rawValue)")
            }
            if let old = known[item.id], old.hub != item.hub || old.finding.code != item.finding.code {
                throw .refused("break \(item.id) is another break")
            }
        }
        if let lone = events.first(where: { !written.contains($0.breakID) }) {
            throw .refused("a step of break \(lone.breakID) comes without the break")
        }
    }
}

/// What may be signed: every driver asks here.
public enum SignOffRule {
    /// - Throws: `StoreError.refused` when the report is not the one that is stored, two persons are one, or the day is
    ///   signed off already.
    public static func check(
        _ signOff: SignOff, report: StoredReport?, known: SignOff?
    ) throws(StoreError) {
        if known?.isFrozen == true { throw .refused("\(signOff.day.text) is signed off already") }
        guard let first = signOff.first else {
            if signOff.second != nil { throw .refused("a second signature stands alone") }
            return
        }
        guard let report, report.digest == signOff.reportDigest else {
            throw .refused("the report that is signed is not the one that is stored")
        }
        guard let second = signOff.second else { return }
        if !SignOff.areDifferent(first.by, second.by) { throw .refused("both signatures are \(second.by)'s") }
        if known?.first != first || known?.reportDigest != signOff.reportDigest {
            throw .refused("a second signature stands under a first that is stored")
        }
    }

    /// - Throws: `StoreError.refused` when the report would replace one that is signed off.
    public static func check(
        _ report: StoredReport, replacing known: StoredReport?, signOff: SignOff?
    ) throws(StoreError) {
        if signOff?.isFrozen == true, known?.bytes != report.bytes || known?.digest != report.digest {
            throw .refused("\(report.day.text) is signed off: its report is frozen")
        }
    }
}
