import KuayuModel
import Logging

/// Looks at cases whose time has come although nobody reported anything: warnings, reminders, alarms.
struct LookService: Sendable {
    /// Most cases in one look; the rest follows at once.
    private static let batch = 256

    let store: any CaseStore
    let runner: EngineRunner
    let clock: any GatewayClock
    let interval: Duration
    let logger: Logger

    func run() async throws {
        while true {
            await lookAtAll()
            try await Task.sleep(for: interval)
        }
    }

    /// Every case that is due now.
    func lookAtAll() async {
        var isMore = true
        while isMore { isMore = await look() }
    }

    /// One batch; true when more are due.
    private func look() async -> Bool {
        let due: [CaseID]
        do {
            due = try store.read { try $0.casesToLookAt(by: clock.now, limit: Self.batch) }
        } catch {
            logger.error("cases cannot be looked at", metadata: ["reason": "\(error)"])
            return false
        }
        if due.isEmpty { return false }
        let isStored = await withCheckedContinuation { continuation in
            runner.submit(.look(due) { continuation.resume(returning: $0) })
        }
        return isStored && due.count == Self.batch
    }
}
