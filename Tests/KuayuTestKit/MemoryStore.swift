public import KuayuEngine
public import KuayuGateway
import KuayuModel
import Synchronization

/// `CaseStore` in memory, for tests: the same answers as a driver, nothing survives the process.
///
/// A write works on a copy that replaces the contents when its body returns, so that a thrown error leaves nothing
/// behind. A second write at the same time is refused as unavailable.
public final class MemoryStore: CaseStore, Sendable {
    private struct State {
        var contents = MemoryContents()
        var isWriting = false
        var failures: [Failure] = []
    }

    private struct Failure {
        let error: StoreError
        let keepsRows: Bool
    }

    private let state = Mutex(State())

    /// An empty store.
    public init() {}

    /// Makes the next write fail at its commit; several calls queue up.
    ///
    /// - Parameter keepsRows: whether the rows are there all the same, as may be after `.outcomeUnknown`.
    public func failNextCommit(_ error: StoreError, keepsRows: Bool = false) {
        state.withLock { $0.failures.append(Failure(error: error, keepsRows: keepsRows)) }
    }

    /// Decisions of persons, oldest first; no port shows them.
    public var audits: [AuditRow] { state.withLock { $0.contents.audits } }

    /// Runs `body` on a copy; see ``CaseStore``.
    public func write<T>(_ body: (any CaseTransaction) throws -> T) throws(StoreError) -> T {
        let transaction = MemoryTransaction(try begin())
        let value: T
        do {
            value = try body(transaction)
        } catch {
            state.withLock { $0.isWriting = false }
            throw Self.translate(error)
        }
        try commit(transaction.contents)
        return value
    }

    private func begin() throws(StoreError) -> MemoryContents {
        let contents: MemoryContents? = state.withLock { state in
            if state.isWriting { return nil }
            state.isWriting = true
            return state.contents
        }
        guard let contents else { throw StoreError.unavailable("another write is under way") }
        return contents
    }

    private func commit(_ contents: MemoryContents) throws(StoreError) {
        let error: StoreError? = state.withLock { state in
            state.isWriting = false
            let failure = state.failures.isEmpty ? nil : state.failures.removeFirst()
            if failure == nil || failure?.keepsRows == true { state.contents = contents }
            return failure?.error
        }
        if let error { throw error }
    }

    /// Runs `body` on what was last committed.
    public func read<T: Sendable>(_ body: (any CaseReader) throws -> T) throws(StoreError) -> T {
        let contents = state.withLock { $0.contents }
        do {
            return try body(MemoryReader(contents: contents))
        } catch {
            throw Self.translate(error)
        }
    }

    /// What the engine needs at start.
    public func recoveredState() throws(StoreError) -> RecoveredState {
        let contents = state.withLock { $0.contents }
        var last: [[Int]: CaseID] = [:]
        for id in contents.events.keys {
            let series = [id.date.daysSinceEpoch, id.gateway]
            last[series] = max(last[series] ?? id, id)
        }
        let deliveries = contents.deliveries.values.filter { !$0.state.isSettled }.sorted { $0.id < $1.id }
        return RecoveredState(
            deliveries: deliveries, lastDelivery: contents.deliveries.keys.max()?.value ?? 0,
            lastCases: last.values.sorted(), stopped: Self.stopped(contents.audits))
    }

    private static func stopped(_ audits: [AuditRow]) -> Set<RegionCode> {
        var result: Set<RegionCode> = []
        for audit in audits {
            guard let hub = RegionCode(audit.subject) else { continue }
            if audit.action == "stop" { result.insert(hub) }
            if audit.action == "resume" { result.remove(hub) }
        }
        return result
    }

    private static func translate(_ error: any Error) -> StoreError {
        (error as? StoreError) ?? .unavailable("\(error)")
    }
}
