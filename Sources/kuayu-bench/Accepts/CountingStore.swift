import KuayuEngine
import KuayuGateway
import KuayuSQLite
import Synchronization

/// The real store, with its commits counted.
final class CountingStore: CaseStore, Sendable {
    private let base: SQLiteStore
    private let commits = Atomic<Int>(0)

    init(path: String) throws { base = try SQLiteStore(path: path) }

    /// Commits so far: each is one write of the log that waited for the disk.
    var commitCount: Int { commits.load(ordering: .relaxed) }

    func write<T>(_ body: (any CaseTransaction) throws -> T) throws(StoreError) -> T {
        let value = try base.write(body)
        commits.wrappingAdd(1, ordering: .relaxed)
        return value
    }

    func read<T: Sendable>(_ body: (any CaseReader) throws -> T) throws(StoreError) -> T { try base.read(body) }

    func recoveredState() throws(StoreError) -> RecoveredState { try base.recoveredState() }

    func close() throws { try base.close() }
}
