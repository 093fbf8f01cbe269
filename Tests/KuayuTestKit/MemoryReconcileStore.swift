public import KuayuGateway
public import KuayuModel
public import KuayuReconcile
import Synchronization

/// `ReconcileStore` and `RepairJournal` in memory, for tests: the same answers as a driver.
///
/// A write works on a copy that replaces the contents when its body returns; writes wait for each other.
public final class MemoryReconcileStore: ReconcileStore, RepairJournal, Sendable {
    private let contents = Mutex(MemoryReconciliation())
    /// Held during a write; look-ups go on meanwhile.
    private let writing = Mutex(())

    /// An empty store.
    public init() {}

    /// Runs `body` on a copy; see `ReconcileStore`.
    public func writeReconciliation<T>(
        _ body: (any ReconcileTransaction) throws -> T
    ) throws(StoreError) -> T {
        var result: Result<T, any Error> = .failure(StoreError.unavailable("nothing was written"))
        writing.withLock { _ in
            let transaction = MemoryReconcileTransaction(contents.withLock { $0 })
            result = Result { try body(transaction) }
            guard case .success = result else { return }
            let written = transaction.contents
            contents.withLock { $0 = written }
        }
        return try Self.value(of: result)
    }

    /// Runs `body` on what was last written.
    public func readReconciliation<T: Sendable>(
        _ body: (any ReconcileReader) throws -> T
    ) throws(StoreError) -> T {
        let transaction = MemoryReconcileTransaction(contents.withLock { $0 })
        return try Self.value(of: Result { try body(transaction) })
    }

    private static func value<T>(of result: Result<T, any Error>) throws(StoreError) -> T {
        switch result {
        case .success(let value): return value
        case .failure(let error): throw (error as? StoreError) ?? .unavailable("\(error)")
        }
    }

    /// Keeps a plan; see `RepairJournal`.
    public func begin(_ plan: RepairPlan, by: String, at: Instant) async throws(StoreError) {
        try writeReconciliation { try $0.insert(KeptRepairPlan(plan: plan, by: by, begunAt: at)) }
    }

    /// Keeps an outcome; see `RepairJournal`.
    public func record(
        _ outcome: RepairOutcome, step: Int, of planID: String, at: Instant
    ) async throws(StoreError) {
        try writeReconciliation {
            try $0.insert(KeptRepairStep(step: step, outcome: outcome, at: at), plan: planID)
        }
    }

    /// What came of the steps; see `RepairJournal`.
    public func outcomes(of planID: String) async throws(StoreError) -> [Int: RepairOutcome] {
        let steps = try readReconciliation { try $0.repairSteps(plan: planID) }
        return Dictionary(steps.map { ($0.step, $0.outcome) }, uniquingKeysWith: { first, _ in first })
    }

    /// Keeps that a plan has ended; see `RepairJournal`.
    public func end(_ planID: String, at: Instant) async throws(StoreError) {
        try writeReconciliation { try $0.endRepairPlan(planID, at: at) }
    }

    /// Plans to be gone on with; see `RepairJournal`.
    public func openPlans() async throws(StoreError) -> [(plan: RepairPlan, by: String)] {
        try readReconciliation { try $0.openRepairPlans() }.map { ($0.plan, $0.by) }
    }
}
