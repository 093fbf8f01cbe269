import KuayuEngine
public import KuayuModel
public import KuayuReconcile
import Logging

// What is done about breaks: by the gateway alone, or as two persons approved.
extension Reconciler {
    /// A break is repaired without a person so many times; then it is left to one.
    static let automaticTries = 3

    /// What would be repaired now.
    public func plan(_ hub: RegionCode, scope: RepairPlanner.Scope) throws -> RepairPlanner.Planning {
        guard let federated = gateway.federation.hubs[hub] else { throw ReconcileRefusal.noSuchHub(hub) }
        let (run, standing, tired) = try store.readReconciliation { reader in
            let standing = try reader.standingBreaks(hub: hub)
            let tired = try standing.filter { item in
                try reader.breakEvents(of: item.id).count { $0.event.to == .autoRepairing } >= Self.automaticTries
            }
            return (try reader.latestRun(hub: hub, states: [.agreed, .differs]), standing, Set(tired.map(\.id)))
        }
        let wanted = scope == .automatic ? standing.filter { !tired.contains($0.id) } : standing
        let reader = FactsReader(federation: gateway.federation, crypto: gateway.crypto)
        var facts: [String: CaseFacts] = [:]
        for item in wanted where facts[item.finding.caseID] == nil {
            facts[item.finding.caseID] = try store.read {
                try reader.facts(caseID: item.finding.caseID, localNumber: nil, hub: federated, in: $0)
            }
        }
        return RepairPlanner(cap: settings.cap).plan(
            run: run?.id ?? "-", hub: hub, breaks: wanted, scope: scope, digester: digester
        ) { facts[$0] ?? CaseFacts() }
    }

    /// Repairs what needs no person; called in the hub's turn, after a run.
    func repairAutomatically(_ hub: FederatedHub, run: RunRecord) async throws {
        guard run.kind != .verification, run.kind != .audit else { return }
        let planning = try plan(hub.region, scope: .automatic)
        guard !planning.plan.steps.isEmpty else { return }
        _ = try await carryOut(planning.plan, hub, by: "gateway")
    }

    /// Carries out what two persons approved, or what needs nobody.
    ///
    /// - Parameters:
    ///   - planID: the plan that the person saw; anything else is refused.
    ///   - by: who ordered it.
    public func apply(_ planID: String, hub: RegionCode, by: String) async throws -> RepairExecution {
        guard let federated = gateway.federation.hubs[hub] else { throw ReconcileRefusal.noSuchHub(hub) }
        return try await turns.take(hub) {
            if let kept = try store.readReconciliation({ try $0.repairPlan(planID) }) {
                // Applied before: nothing of it is done twice.
                return try await carryOut(kept.plan, federated, by: kept.by)
            }
            for scope in [RepairPlanner.Scope.automatic, .approved] {
                let planning = try plan(hub, scope: scope)
                if planning.plan.id == planID { return try await carryOut(planning.plan, federated, by: by) }
            }
            throw ReconcileRefusal.noSuchPlan(planID)
        }
    }

    private func carryOut(_ plan: RepairPlan, _ hub: FederatedHub, by: String) async throws -> RepairExecution {
        try mark(plan) { _ in .begun }
        let execution = try await executor(hub).carryOut(plan, by: by)
        try mark(plan) { step in
            switch execution.outcomes[step.index] {
            case .done, .already: .carriedOut
            case .stale(let reason), .failed(let reason), .askRegion(let reason): .failed(reason)
            case nil: .failed("the plan stopped before this step")
            }
        }
        logger.info(
            "a repair was carried out",
            metadata: [
                "region": "\(hub.region.text)", "plan": "\(plan.id.prefix(16))", "steps": "\(plan.steps.count)",
                "done": "\(execution.tally.done)", "failed": "\(execution.tally.failed)",
            ])
        return execution
    }

    private func executor(_ hub: FederatedHub) -> RepairExecutor {
        var rows: HubRows?
        if case .https = hub.link {
            rows = HubRows(
                federation: gateway.federation, transport: gateway.transport, feeds: feeds, digester: digester)
        }
        return RepairExecutor(gateway: gateway, journal: journal, verifier: verifier, rows: rows)
    }

    /// Moves the breaks of a plan; those that moved meanwhile, and those of a plan applied again, stay where they are.
    private func mark(_ plan: RepairPlan, _ repair: (RepairStep) -> BreakRepair) throws {
        try change(plan.hub) { book, _ in
            var changed: [String: Break] = [:]
            var events: [BreakEvent] = []
            for step in plan.steps {
                guard book[step.breakID] != nil,
                    let changes = try? book.repair(repair(step), of: step.breakID, run: plan.run, now: now)
                else { continue }
                for item in changes.breaks { changed[item.id] = item }
                events += changes.events
            }
            return BreakChanges(breaks: changed.values.sorted { $0.id < $1.id }, events: events)
        }
    }

    /// Goes on with repairs that a stop of the gateway cut short.
    func resumeRepairs() async throws {
        for (plan, by) in try await journal.openPlans() {
            guard let hub = gateway.federation.hubs[plan.hub] else { continue }
            _ = try await turns.take(plan.hub) { try await carryOut(plan, hub, by: by) }
        }
    }

    /// Whether repairs wait to be verified and everything they sent has arrived or was given up.
    func isVerificationDue(_ hub: RegionCode, pause: Duration) throws -> Bool {
        let verifying = try store.readReconciliation { try $0.standingBreaks(hub: hub) }
            .filter { $0.state == .verifying }
        guard let latest = verifying.compactMap(\.stateSince).max() else { return false }
        if now.milliseconds(since: latest) < pause.milliseconds { return false }
        return try store.read { reader in
            try verifying.allSatisfy { item in
                guard let id = CaseID(item.finding.caseID) else { return true }
                return try reader.deliveries(caseID: id).allSatisfy { $0.hub != hub || $0.state.isSettled }
            }
        }
    }
}
