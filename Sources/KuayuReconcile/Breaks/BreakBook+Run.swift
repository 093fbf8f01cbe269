public import KuayuModel

extension BreakBook {
    /// Takes in what a run says.
    ///
    /// Taking the same run in twice changes nothing the second time but for the times at which breaks were seen.
    public mutating func take(_ run: RunFindings, digester: some Digester) -> BreakChanges {
        var changes = BreakChanges()
        let findings = run.admitted(hub: hub)
        var seen: Set<String> = []
        let standing = standingByKey()
        for finding in findings {
            let id = self.id(of: finding, standing, digester)
            seen.insert(id)
            changes.breaks.append(see(finding, id, run, &changes))
        }
        let compared = Self.compared(findings)
        for item in breaks where !seen.contains(item.id) && item.state != .closed {
            let other = item.finding.code.isOfComparison ? compared[CaseInLane(item.finding)] : nil
            if let changed = miss(item, run, other, &changes) { changes.breaks.append(changed) }
        }
        for item in changes.breaks { byID[item.id] = item }
        changes.breaks.sort { $0.id < $1.id }
        return changes
    }

    private struct CaseInLane: Hashable {
        let caseID: String
        let lane: Lane

        init(_ finding: Finding) {
            caseID = finding.caseID
            lane = finding.lane
        }
    }

    /// What the run found by comparing, by case.
    private static func compared(_ findings: [Finding]) -> [CaseInLane: Finding] {
        var byCase: [CaseInLane: Finding] = [:]
        for finding in findings where finding.code.isOfComparison { byCase[CaseInLane(finding)] = finding }
        return byCase
    }

    /// Open and accepted breaks by what they are about: there is one at most.
    private func standingByKey() -> [BreakKey: String] {
        var ids: [BreakKey: String] = [:]
        for item in breaks where item.state.isOpen || item.state == .accepted { ids[BreakKey(item.finding)] = item.id }
        return ids
    }

    /// An open break goes on under its name while the case moves; what is in flight is told apart by its version.
    ///
    /// Otherwise a busy case, in flight in every run for another event, would look like one that never arrives.
    private func id(
        of finding: Finding, _ standing: [BreakKey: String], _ digester: some Digester
    ) -> String {
        standing[BreakKey(finding)] ?? BreakIdentity.id(of: finding, hub: hub, digester: digester)
    }

    private mutating func see(
        _ finding: Finding, _ id: String, _ run: RunFindings, _ changes: inout BreakChanges
    ) -> Break {
        guard var item = byID[id], !Self.isNew(item) else { return begin(finding, id, run, &changes) }
        let isChanged = Self.differs(item.finding, finding)
        let isDecided = [.proposed, .approved, .repairing].contains(item.state)
        let action = item.finding.action
        let firstVersion = item.finding.firstVersion
        item.finding = finding
        item.finding.firstVersion = firstVersion
        if item.lastRun != run.run { item.seenCount += 1 }
        item.lastRun = run.run
        item.lastSeenAt = run.now
        let signal = signal(for: item, isChanged: isChanged, run)
        _ = try? move(&item, on: signal, Self.step(run, Self.reason(item.state, signal)), into: &changes)
        // What persons decided is what is carried out, whatever the run would propose.
        if isDecided && item.state != .open { item.finding.action = action }
        return item
    }

    /// A break that only ever was in flight and is over says nothing of one that begins now.
    private static func isNew(_ item: Break) -> Bool {
        item.state == .closed && item.closeReason == CloseReason.arrived.text
    }

    private mutating func begin(
        _ finding: Finding, _ id: String, _ run: RunFindings, _ changes: inout BreakChanges
    ) -> Break {
        var item = Break(
            id: id, hub: hub, finding: finding, state: .detected, firstRun: run.run, firstSeenAt: run.now,
            lastRun: run.run, lastSeenAt: run.now, stateSince: run.now)
        changes.events.append(
            BreakEvent(
                breakID: id, at: run.now, run: run.run, from: byID[id]?.state, to: .detected, by: Self.gateway,
                reason: finding.code.rawValue))
        let signal: BreakSignal = finding.isExplained ? .explained : finding.isInFlight ? .seenInFlight : .seen
        _ = try? move(&item, on: signal, Self.step(run, Self.reason(.detected, signal)), into: &changes)
        return item
    }

    private func signal(for item: Break, isChanged: Bool, _ run: RunFindings) -> BreakSignal {
        let since = item.stateSince ?? item.firstSeenAt
        switch item.state {
        case .accepted:
            if let until = item.acceptedUntil, run.now.date > until { return .dayOver }
            return isChanged ? .changed : .seen
        case _ where item.finding.isExplained:
            return .explained
        case .proposed, .approved:
            return isChanged ? .changed : .seen
        case .verifying where item.stateSince.map { run.startedAt < $0 } ?? false:
            // The rows were read before the repair was carried out.
            return .seenInFlight
        default:
            guard item.finding.isInFlight else { return .seen }
            let isOld = run.cut.map { $0.at > since } ?? false
            return isOld && item.seenCount > 1 ? .seenTooLong : .seenInFlight
        }
    }

    /// What becomes of a break that the run did not see.
    ///
    /// While another difference of the case is in flight, nothing can be said of a break that was open.
    private mutating func miss(
        _ item: Break, _ run: RunFindings, _ other: Finding?, _ changes: inout BreakChanges
    ) -> Break? {
        var item = item
        var signal: BreakSignal?
        var reason = ""
        let isConclusive = item.state == .inFlight || other.map { !$0.isInFlight || $0.isExplained } ?? true
        if isConclusive && run.scope.covers(item.finding) {
            signal = .gone
            reason = Self.closeReason(item.state, other?.code).text
        } else if item.state == .accepted, let until = item.acceptedUntil, run.now.date > until {
            signal = .dayOver
            reason = Self.reason(.accepted, .dayOver)
        }
        guard let signal else { return nil }
        let moved = (try? move(&item, on: signal, Self.step(run, reason), into: &changes)) ?? false
        return moved ? item : nil
    }

    static let gateway = "gateway"

    private static func step(_ run: RunFindings, _ reason: String) -> Step {
        Step(at: run.now, run: run.run, by: gateway, reason: reason)
    }

    /// Why a break that is gone is over, by where it stood.
    static func closeReason(_ state: BreakState, _ other: BreakCode? = nil) -> CloseReason {
        switch state {
        case .detected, .inFlight: .arrived
        case .autoRepairing, .repairing, .verifying: other.map { .vanished($0) } ?? .repaired
        default: .vanished(other)
        }
    }

    private static func reason(_ state: BreakState, _ signal: BreakSignal) -> String {
        switch (state, signal) {
        case (_, .explained): "a settled refusal explains it"
        case (.detected, .seenInFlight): "in flight"
        case (.inFlight, .seenTooLong): "in flight for longer than the grace"
        case (.verifying, _): "still there after the repair"
        case (.closed, _): "seen again"
        case (.accepted, .dayOver): "the last day of its acceptance is over"
        case (_, .changed): "the rows are no longer those that were decided on"
        default: "nothing explains it"
        }
    }

    /// Whether two findings show different rows.
    private static func differs(_ a: Finding, _ b: Finding) -> Bool {
        a.expected != b.expected || a.found.map(\.element) != b.found.map(\.element)
    }
}
