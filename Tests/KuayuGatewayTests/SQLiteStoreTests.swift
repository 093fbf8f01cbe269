import Dispatch
import Foundation
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuSQLite
import KuayuTestKit
import Synchronization
import Testing

/// What is particular to the SQLite driver.
@Suite struct SQLiteStoreTests {
    private static func fill(_ store: SQLiteStore) throws {
        try store.write { transaction in
            for number in 1...20 {
                let head = SampleRows.head(SampleRows.caseID(number))
                try transaction.insert(SampleRows.message("m\(number)", about: head))
                try transaction.insert(SampleRows.event(head))
                try transaction.upsert(SampleRows.delivery(Int64(number), head.caseID))
                try transaction.upsert(SampleRows.attempt(Int64(number)))
                try transaction.upsert(SampleRows.ledger(head.caseID))
                try transaction.insert(number: LocalNumber(region: .shanghai, value: "S\(number)"), caseID: head.caseID)
                try transaction.upsert(
                    RegionDocument(caseID: head.caseID, region: .shanghai, bytes: [1, 2], dataVersion: "1"))
            }
        }
    }

    private static func check(_ store: SQLiteStore) throws {
        try store.read { try check($0) }
        let state = try store.recoveredState()
        #expect(state.deliveries.count == 20 && state.lastDelivery == 20)
        #expect(state.lastCases == [SampleRows.caseID(20)])
    }

    private static func check(_ reader: any CaseReader) throws {
        let id = SampleRows.caseID(20)
        let message = SampleRows.message("m20", about: SampleRows.head(id))
        #expect(try reader.cases(CaseFilter(limit: 100)).count == 20)
        #expect(try reader.message(sender: .shanghai, id: "m20") == message)
        #expect(try reader.caseInForce(id)?.head == SampleRows.head(id))
        #expect(try reader.delivery(DeliveryID(20)) == SampleRows.delivery(20, id))
        #expect(try reader.attempts(DeliveryID(20)) == [SampleRows.attempt(20)])
        #expect(try reader.ledger(hub: .zhejiang, after: nil, limit: 100).count == 20)
        #expect(try reader.caseID(number: LocalNumber(region: .shanghai, value: "S20")) == id)
        #expect(try reader.document(id, region: .shanghai)?.dataVersion == "1")
    }

    private func opening(_ path: String) -> StoreError? {
        do throws(StoreError) {
            _ = try SQLiteStore(path: path)
            return nil
        } catch {
            return error
        }
    }

    // MARK: durability

    /// `synchronous` 2 is FULL: with 1, which GRDB's pool sets, an acknowledged case can die with the power.
    @Test(arguments: [
        ("PRAGMA synchronous", "2"), ("PRAGMA journal_mode", "wal"), ("PRAGMA page_size", "16384"),
        ("PRAGMA wal_autocheckpoint", "0"),
    ])
    func opensDurably(pragma: String, value: String) throws {
        let folder = try TemporaryFolder()
        for _ in 0..<2 {
            let store = try SQLiteStore(path: folder.file())
            #expect(try store.value(sql: pragma) == value)
            try Self.fillOnce(store)
            #expect(try store.value(sql: pragma) == value)
            try store.close()
        }
    }

    private static func fillOnce(_ store: SQLiteStore) throws {
        if try store.read({ try $0.cases(CaseFilter()).isEmpty }) { try fill(store) }
    }

    @Test func keepsEverythingWhenReopened() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try Self.fill(store)
        try store.close()
        let again = try SQLiteStore(path: folder.file())
        try Self.check(again)
        try again.close()
    }

    @Test func aCommittedWriteIsThereWithoutClosing() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try Self.fill(store)
        // The files as a kill would leave them: the log has not been written back.
        let copy = folder.file("copy.sqlite")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file() + suffix, toPath: copy + suffix)
        }
        let again = try SQLiteStore(path: copy)
        try Self.check(again)
        try again.close()
        try store.close()
    }

    @Test func survivesManyCheckpoints() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        for number in 1...300 {
            try store.write { try $0.insert(SampleRows.event(SampleRows.head(SampleRows.caseID(number)))) }
        }
        try store.close()
        let again = try SQLiteStore(path: folder.file())
        let count = try again.read { try $0.cases(CaseFilter(limit: 1_000)).count }
        #expect(count == 300)
        try again.close()
    }

    // MARK: backup

    @Test func aBackupIsAReadableCopyOfItsMoment() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try Self.fill(store)
        let path = folder.file("backup '中'.sqlite")
        try store.backup(to: path)
        try store.write { try $0.upsert(SampleRows.delivery(21, SampleRows.caseID(1))) }
        let copy = try SQLiteStore(path: path)
        try Self.check(copy)
        #expect(try copy.value(sql: "PRAGMA integrity_check") == "ok")
        #expect(try copy.value(sql: "PRAGMA page_size") == "16384")
        try copy.close()
        try store.close()
    }

    @Test func aBackupNeverOverwrites() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        let path = folder.file("backup.sqlite")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.unavailable("\(path) exists already")) { try store.backup(to: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        try store.close()
    }

    // MARK: what cannot be opened

    @Test(arguments: [100, 4_096, 70_000])
    func garbageIsCorrupt(byteCount: Int) throws {
        let folder = try TemporaryFolder()
        let garbage = Data((0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
        try garbage.write(to: URL(fileURLWithPath: folder.file()))
        let error = opening(folder.file())
        guard case .corrupt = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == garbage)
    }

    @Test(arguments: ["/proc/kuayu.sqlite", "/nowhere/at/all/kuayu.sqlite"])
    func aFolderThatCannotBeWrittenIsUnavailable(path: String) {
        let error = opening(path)
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may write everywhere"))
    func aReadOnlyFolderIsUnavailable() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path) }
        guard case .unavailable = opening(folder.file()) else {
            Issue.record("a store was opened in a folder that is read-only")
            return
        }
    }

    // MARK: several processes

    @Test func aSecondWriterWaitsForTheFirst() throws {
        let folder = try TemporaryFolder()
        let first = try SQLiteStore(path: folder.file())
        let second = try SQLiteStore(path: folder.file())
        let head = SampleRows.head(SampleRows.caseID(1))
        let isInside = DispatchSemaphore(value: 0)
        let maySeek = DispatchSemaphore(value: 0)
        let order = Mutex<[String]>([])
        let failures = Mutex<[any Error]>([])
        let group = DispatchGroup()
        func run(_ body: @escaping @Sendable () throws -> Void) {
            DispatchQueue.global().async(group: group) {
                do { try body() } catch { failures.withLock { $0.append(error) } }
            }
        }
        run {
            try first.write { transaction in
                isInside.signal()
                maySeek.wait()
                try transaction.insert(SampleRows.event(head))
                order.withLock { $0.append("first") }
            }
        }
        isInside.wait()
        run {
            maySeek.signal()
            try second.write { transaction in
                order.withLock { $0.append("second") }
                let seen = try transaction.caseInForce(head.caseID)?.head
                #expect(seen == head)
            }
        }
        group.wait()
        #expect(failures.withLock { $0.isEmpty } && order.withLock { $0 } == ["first", "second"])
        try first.close()
        try second.close()
    }

    @Test func unknownWordsInARowAreCorruption() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try Self.fill(store)
        try store.execute(sql: "UPDATE delivery SET state = 'lost' WHERE id = 3")
        let error = #expect(throws: StoreError.self) { try store.read { try $0.delivery(DeliveryID(3)) } }
        #expect(error == .corrupt("delivery state lost"))
        try store.close()
    }
}
