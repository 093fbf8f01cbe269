import KuayuAdapters
import KuayuEngine
public import KuayuEvidence
public import KuayuModel
public import KuayuReconcile

/// Reads the rows that a hub has of some cases now.
public protocol HubRowReader: Sendable {
    /// The rows of these cases of a lane, at most ``RepairExecutor/rowsAtOnce`` cases; a case that the hub has not is
    /// left out.
    func rows(
        of caseIDs: [String], lane: Lane, at hub: RegionCode
    ) async throws(FeedError) -> [String: [HubRow]]
}

/// Carries plans of repair out against a running gateway.
///
/// Each step's outcome is kept before the next step begins. Whatever is cut short, and wherever, is gone on with by
/// carrying the same plan out again: a step that had its effect and not its outcome finds that it has nothing to do.
public struct RepairExecutor: Sendable {
    /// Cases whose rows are read at once, before their steps: 256.
    public static let rowsAtOnce = 256

    let gateway: Gateway
    let journal: any RepairJournal
    let verifier: (any ReceiptVerifier)?
    let rows: (any HubRowReader)?
    let limits: RepairExecution.Limits

    /// An executor.
    ///
    /// - Parameters:
    ///   - verifier: the keys whose receipts are believed; without any no lost case is restored.
    ///   - rows: reads what a hub has now, so that a step that is out of date is skipped; nil for hubs that cannot be
    ///     asked between two files: then only the gateway's side of a step is looked at.
    public init(
        gateway: Gateway, journal: any RepairJournal, verifier: (any ReceiptVerifier)? = nil,
        rows: (any HubRowReader)? = nil, limits: RepairExecution.Limits = RepairExecution.Limits()
    ) {
        self.gateway = gateway
        self.journal = journal
        self.verifier = verifier
        self.rows = rows
        self.limits = limits
    }

    /// Carries a plan out, or goes on with it; returns when it is finished, has stopped itself, or the task is
    /// cancelled.
    ///
    /// - Parameters:
    ///   - by: who ordered it: `gateway`, or a person; kept with every decision.
    ///   - progress: told after each step.
    /// - Throws: when an outcome cannot be kept; nothing further is carried out then.
    public func carryOut(
        _ plan: RepairPlan, by: String, progress: @Sendable (RepairExecution) -> Void = { _ in }
    ) async throws(StoreError) -> RepairExecution {
        try await journal.begin(plan, by: by, at: gateway.clock.now)
        var execution = RepairExecution(plan, outcomes: try await journal.outcomes(of: plan.id), limits: limits)
        var read = ReadRows()
        while case .step(let step) = execution.next {
            if Task.isCancelled { return execution }
            let outcome = await carryOut(step, of: plan, by: by, &read)
            try await journal.record(outcome, step: step.index, of: plan.id, at: gateway.clock.now)
            execution.record(outcome, of: step.index)
            progress(execution)
        }
        try await journal.end(plan.id, at: gateway.clock.now)
        return execution
    }

    /// Goes on with every plan that was begun and not ended, oldest first: after a start.
    public func resume() async throws(StoreError) -> [RepairExecution] {
        var executions: [RepairExecution] = []
        for (plan, by) in try await journal.openPlans() {
            if Task.isCancelled { break }
            executions.append(try await carryOut(plan, by: by))
        }
        return executions
    }

    // MARK: one step

    private func carryOut(
        _ step: RepairStep, of plan: RepairPlan, by: String, _ read: inout ReadRows
    ) async -> RepairOutcome {
        guard let hub = gateway.federation.hubs[plan.hub] else { return .failed("no such hub is configured") }
        guard let id = CaseID(step.caseID) else { return .askRegion("no case id of this federation") }
        if let reason = await changedAtHub(step, plan, &read) { return reason }
        let context = RepairContext(step: step, hub: hub, id: id, planID: plan.id, by: by)
        switch step.action {
        case .redeliver, .resync, .adjustHub: return await book(.redeliver, context)
        case .pull, .adjustGateway: return await pull(context)
        case .register: return await register(context)
        case .quarantine, .escalate, .askRegion, .incident, .retry:
            return .askRegion("\(step.action.rawValue) is not done by the gateway")
        }
    }

    /// Has a step decided and written on the engine's queue.
    func book(_ kind: RepairWork.Kind, _ context: RepairContext) async -> RepairOutcome {
        let work = RepairWork(
            kind: kind, step: context.step, hub: context.hub.region, planID: context.planID, by: context.by)
        return await withCheckedContinuation { continuation in
            gateway.runner.submit(.repair(work) { continuation.resume(returning: $0) })
        }
    }

    // MARK: the hub's side of a step

    /// Rows that were read for the next steps.
    private struct ReadRows {
        var rows: [String: [HubRow]] = [:]
        var cases: Set<String> = []
        var lane: Lane?
    }

    /// Why the hub's rows forbid the step; nil when they are as they were found, or cannot be asked for.
    private func changedAtHub(
        _ step: RepairStep, _ plan: RepairPlan, _ read: inout ReadRows
    ) async -> RepairOutcome? {
        guard let rows else { return nil }
        if read.lane != step.lane || !read.cases.contains(step.caseID) {
            let next = plan.steps[step.index...].prefix(Self.rowsAtOnce).filter { $0.lane == step.lane }
            read.cases = Set(next.map(\.caseID))
            read.lane = step.lane
            do throws(FeedError) {
                read.rows = try await rows.rows(of: read.cases.sorted(), lane: step.lane, at: plan.hub)
            } catch {
                read.cases = []
                return .failed("the hub could not be asked what it has: \(error)")
            }
        }
        return step.stillFinds(read.rows[step.caseID] ?? []) ? nil : .stale("the hub's ledger has moved on")
    }
}

/// A step with what it is about.
struct RepairContext: Sendable {
    let step: RepairStep
    let hub: FederatedHub
    let id: CaseID
    let planID: String
    let by: String
}
