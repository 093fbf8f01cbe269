import Dispatch
public import KuayuGateway
public import KuayuModel
public import KuayuReconcile

/// The disk is waited for on a queue of its own, never on the shared pool.
private let journalQueue = DispatchQueue(label: "kuayu.repair-journal")

extension SQLiteStore: RepairJournal {
    /// Keeps a plan; see `RepairJournal`.
    public func begin(_ plan: RepairPlan, by: String, at: Instant) async throws(StoreError) {
        try await journal { try $0.insert(KeptRepairPlan(plan: plan, by: by, begunAt: at)) }
    }

    /// Keeps an outcome; see `RepairJournal`.
    public func record(
        _ outcome: RepairOutcome, step: Int, of planID: String, at: Instant
    ) async throws(StoreError) {
        try await journal { try $0.insert(KeptRepairStep(step: step, outcome: outcome, at: at), plan: planID) }
    }

    /// What came of the steps so far; see `RepairJournal`.
    public func outcomes(of planID: String) async throws(StoreError) -> [Int: RepairOutcome] {
        try await onQueue { () throws(StoreError) in
            try self.readReconciliation { reader in
                Dictionary(
                    try reader.repairSteps(plan: planID).map { ($0.step, $0.outcome) },
                    uniquingKeysWith: { first, _ in first })
            }
        }
    }

    /// Keeps that a plan has ended; see `RepairJournal`.
    public func end(_ planID: String, at: Instant) async throws(StoreError) {
        try await journal { try $0.endRepairPlan(planID, at: at) }
    }

    /// Plans to be gone on with; see `RepairJournal`.
    public func openPlans() async throws(StoreError) -> [(plan: RepairPlan, by: String)] {
        let open = try await onQueue { () throws(StoreError) in
            try self.readReconciliation { try $0.openRepairPlans() }
        }
        return open.map { ($0.plan, $0.by) }
    }

    private func journal(
        _ body: @escaping @Sendable (any ReconcileTransaction) throws -> Void
    ) async throws(StoreError) {
        try await onQueue { () throws(StoreError) in try self.writeReconciliation(body) }
    }

    private func onQueue<T: Sendable>(
        _ body: @escaping @Sendable () throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
            journalQueue.async {
                do throws(StoreError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
