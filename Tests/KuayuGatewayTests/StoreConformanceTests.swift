import KuayuEngine
import KuayuGateway
import KuayuSQLite
import KuayuTestKit
import Testing

/// One suite for every driver of the store.
@Suite struct StoreConformanceTests {
    @Test(arguments: StoreConformance.checks)
    func memoryConforms(check: StoreConformance.Check) throws {
        try check.run(on: MemoryStore())
    }

    @Test(arguments: StoreConformance.checks)
    func sqliteConforms(check: StoreConformance.Check) throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try check.run(on: store)
        try store.close()
    }
}

/// What the store in memory can do beyond its port.
@Suite struct MemoryStoreTests {
    private let head = SampleRows.head(SampleRows.caseID(1))

    private func fail(_ store: MemoryStore, _ error: StoreError) -> StoreError? {
        do throws(StoreError) {
            try store.write { try $0.insert(SampleRows.event(head)) }
            return nil
        } catch {
            return error
        }
    }

    /// A failure of the commit, and whether the rows are there after it.
    @Test(arguments: [
        (StoreError.full, false), (.unavailable("locked"), false), (.outcomeUnknown("fsync"), true),
        (.outcomeUnknown("fsync"), false),
    ])
    func failsOnceWhenTold(error: StoreError, keepsRows: Bool) throws {
        let store = MemoryStore()
        store.failNextCommit(error, keepsRows: keepsRows)
        #expect(fail(store, error) == error)
        let count = try store.read { try $0.events(head.caseID).count }
        #expect(count == (keepsRows ? 1 : 0))
        if !keepsRows { #expect(fail(store, error) == nil) }
    }

    @Test func refusesASecondWriteMeanwhile() throws {
        let store = MemoryStore()
        try store.write { _ in
            let error = #expect(throws: StoreError.self) { try store.write { _ in } }
            #expect(error == .unavailable("another write is under way"))
        }
        try store.write { _ in }
    }
}
