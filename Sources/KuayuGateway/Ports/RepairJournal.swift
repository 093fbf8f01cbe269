public import KuayuModel
public import KuayuReconcile

/// Keeps plans of repair and what came of their steps, so that a repair that was cut short goes on where it was.
///
/// Each call returns when what it says is on stable storage. A driver answers from any thread.
public protocol RepairJournal: Sendable {
    /// Keeps a plan before its first step is carried out; a plan that is kept already stays as it is, with its outcomes.
    ///
    /// - Parameter by: who ordered it: `gateway`, or a person.
    func begin(_ plan: RepairPlan, by: String, at: Instant) async throws(StoreError)

    /// Keeps what came of a step; the first outcome of a step counts, a later one changes nothing.
    func record(_ outcome: RepairOutcome, step: Int, of planID: String, at: Instant) async throws(StoreError)

    /// What came of the steps of a plan so far, by their place; empty for a plan that is not kept.
    func outcomes(of planID: String) async throws(StoreError) -> [Int: RepairOutcome]

    /// Keeps that a plan has come to its end or has stopped itself: it is not gone on with.
    func end(_ planID: String, at: Instant) async throws(StoreError)

    /// Plans that were begun and not ended, oldest first, with who ordered them: to be gone on with after a start.
    func openPlans() async throws(StoreError) -> [(plan: RepairPlan, by: String)]
}
