import GRDB
public import KuayuGateway

extension SQLiteStore: SnapshotStore {
    /// The store as it stands now, on a connection of its own.
    public func snapshot() throws(StoreError) -> any StoreSnapshot {
        do {
            return SQLiteSnapshot(snapshot: try pool.makeSnapshot())
        } catch {
            throw Self.translate(error)
        }
    }
}

/// A read transaction that stays open.
private struct SQLiteSnapshot: StoreSnapshot {
    let snapshot: DatabaseSnapshot

    func read<T: Sendable>(_ body: (any CaseReader) throws -> T) throws(StoreError) -> T {
        do {
            return try snapshot.read { try body(SQLiteReader(database: $0)) }
        } catch {
            throw SQLiteStore.translate(error)
        }
    }
}
