import Dispatch
import Glibc
import GRDB
public import KuayuEngine
public import KuayuGateway
public import KuayuModel
import Synchronization

/// `CaseStore` on one SQLite file: WAL, `synchronous=FULL`, one writer, concurrent readers.
///
/// A commit returns after the write-ahead log has reached stable storage. Checkpoints run on a connection of their own,
/// because inside the writer they hold up a commit for tens of milliseconds.
public final class SQLiteStore: CaseStore, Sendable {
    let pool: DatabasePool
    /// Gives rows of ledgers their identities.
    let digester: any Digester
    private let checkpointer: DatabaseQueue
    private let checkpointQueue = DispatchQueue(label: "kuayu.checkpoint")
    private let commits = Mutex(0)

    /// Rounds between two checkpoints.
    private static let checkpointInterval = 64
    /// Frames (of 16 KiB) of the log above which the writer has to wait for a checkpoint: 64 MiB.
    private static let logLimitFrames = 4096

    /// Opens or makes the file and brings its tables up to date.
    ///
    /// - Parameter digester: SHA-256, for the identities of ledger rows.
    /// - Throws: `StoreError.unavailable` when it cannot be opened, `.corrupt` when it is not such a file.
    public init(
        path: String, creates: Bool = true, digester: any Digester = PortableDigester()
    ) throws(StoreError) {
        self.digester = digester
        do {
            if !creates && !Self.exists(path) { throw StoreError.unavailable("there is no store at \(path)") }
            var configuration = Configuration()
            configuration.maximumReaderCount = 4
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                try database.execute(sql: "PRAGMA cache_size = -65536")
                try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            }
            if !Self.exists(path) {
                // The page size of a file is settled by its first connection.
                let first = try DatabaseQueue(path: path)
                try first.inDatabase { try $0.execute(sql: "PRAGMA page_size = 16384; VACUUM") }
                try first.close()
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            checkpointer = try DatabaseQueue(path: path, configuration: configuration)
            try SQLiteSchema.migrator(digester: digester).migrate(pool)
            try Self.makeDurable(pool)
        } catch {
            throw Self.translate(error)
        }
    }

    /// A file as an older version left it, for tests: only the migrations up to `migration` have run.
    package init(path: String, upTo migration: String) throws(StoreError) {
        digester = PortableDigester()
        do {
            pool = try DatabasePool(path: path)
            checkpointer = try DatabaseQueue(path: path)
            try SQLiteSchema.migrator(digester: digester).migrate(pool, upTo: migration)
        } catch {
            throw Self.translate(error)
        }
    }

    private static func exists(_ path: String) -> Bool {
        guard let file = fopen(path, "r") else { return false }
        fclose(file)
        return true
    }

    /// GRDB's pool sets `synchronous=NORMAL` after preparing a connection; with that, an acknowledged case could die
    /// with the power.
    ///
    /// It is set back here and verified.
    private static func makeDurable(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
            let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
            guard level == 2, journal == "wal" else {
                throw StoreError.unavailable("SQLite is not durable: synchronous=\(level ?? -1)")
            }
        }
    }

    /// One transaction, immediate; durable when it returns.
    public func write<T>(_ body: (any CaseTransaction) throws -> T) throws(StoreError) -> T {
        try commit { database in
            let transaction = SQLiteTransaction(database: database, digester: digester)
            let value = try body(transaction)
            try transaction.finish()
            return value
        }
    }

    /// Runs `body` in a transaction and makes it durable.
    func commit<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        do {
            var isCommitting = false
            do {
                let result = try pool.writeWithoutTransaction { database in
                    var value: T?
                    try database.inTransaction(.immediate) {
                        value = try body(database)
                        isCommitting = true
                        return .commit
                    }
                    guard let value else { throw StoreError.unavailable("the transaction gave nothing") }
                    return value
                }
                scheduleCheckpoint()
                return result
            } catch let error as DatabaseError where isCommitting && error.resultCode == .SQLITE_IOERR {
                throw StoreError.outcomeUnknown("commit: \(error.resultCode)")
            }
        } catch {
            throw Self.translate(error)
        }
    }

    /// A snapshot on one of the reading connections.
    public func read<T: Sendable>(_ body: (any CaseReader) throws -> T) throws(StoreError) -> T {
        do {
            return try pool.read { try body(SQLiteReader(database: $0)) }
        } catch {
            throw Self.translate(error)
        }
    }

    /// Everything the engine needs at start.
    public func recoveredState() throws(StoreError) -> RecoveredState {
        do {
            return try pool.read { try SQLiteReader(database: $0).recoveredState() }
        } catch {
            throw Self.translate(error)
        }
    }

    /// Copies the whole store into a new file, consistently, while it is in use.
    public func backup(to path: String) throws(StoreError) {
        do {
            if Self.exists(path) { throw StoreError.unavailable("\(path) exists already") }
            try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
        } catch {
            throw Self.translate(error)
        }
    }

    /// Writes the log back into the file and closes every connection.
    public func close() throws(StoreError) {
        do {
            checkpointQueue.sync {}
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try checkpointer.close()
            try pool.close()
        } catch {
            throw Self.translate(error)
        }
    }

    private func scheduleCheckpoint() {
        let isDue = commits.withLock { count in
            count += 1
            return count % Self.checkpointInterval == 0
        }
        if isDue {
            checkpointQueue.async {
                // A checkpoint that cannot run now runs at the next turn; the log only grows meanwhile.
                _ = try? self.checkpointer.inDatabase { database in
                    let result = try database.checkpoint(.passive)
                    // Under load a passive checkpoint never finds a moment without readers and writers: above this size
                    // the writer waits for the tail, once, and the log begins anew.
                    if result.walFrameCount > Self.logLimitFrames { _ = try database.checkpoint(.restart) }
                }
            }
        }
    }

    static func translate(_ error: any Error) -> StoreError {
        switch error {
        case let error as StoreError: error
        case let error as DatabaseError:
            switch error.resultCode.primaryResultCode {
            case .SQLITE_FULL: .full
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt("\(error.resultCode)")
            default: .unavailable("\(error.resultCode): \(error.message ?? "")")
            }
        default: .unavailable("\(error)")
        }
    }
}
