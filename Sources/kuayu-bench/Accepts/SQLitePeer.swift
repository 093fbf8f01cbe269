import Foundation
import GRDB

/// Bare inserts of the same bytes into SQLite with the same durability: what no gateway on it can beat.
struct SQLitePeer {
    let folder: String
    let bodies: [[UInt8]]

    /// What one measurement gave.
    struct Figures {
        var rows = 0
        var commits = 0
        var wall = 0.0
        var processor = 0.0

        var rowsPerSecond: Double { Double(rows) / max(wall, 1e-9) }
        var microseconds: Double { processor * 1e6 / Double(max(1, rows)) }
    }

    /// Inserts for `seconds`, so many rows in each transaction.
    func measure(rowsPerCommit: Int, seconds: Double) throws -> Figures {
        let path = folder + "/peer.sqlite"
        defer {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        }
        let queue = try open(path)
        let blobs = bodies.map { Data($0) }
        let figures = try queue.inDatabase { database in
            let statement = try database.makeStatement(sql: "INSERT INTO message (body) VALUES (?)")
            return try insert(blobs, statement, database, rowsPerCommit, seconds)
        }
        try queue.close()
        return figures
    }

    /// WAL, FULL and 16 KiB pages, as the gateway's store has them.
    private func open(_ path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { database in
            try database.execute(sql: "PRAGMA page_size = 16384; VACUUM")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try database.execute(sql: "CREATE TABLE message (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
                try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
            else { throw BenchFailure("the peer is not durable") }
        }
        return queue
    }

    private func insert(
        _ blobs: [Data], _ statement: Statement, _ database: Database, _ rowsPerCommit: Int, _ seconds: Double
    ) throws -> Figures {
        var figures = Figures()
        let start = (wall: Nanoseconds.now, processor: Nanoseconds.processor)
        let end = start.wall + Int64(seconds * 1e9)
        repeat {
            try database.inTransaction(.immediate) {
                for _ in 0..<rowsPerCommit {
                    try statement.execute(arguments: [blobs[figures.rows % blobs.count]])
                    figures.rows += 1
                }
                return .commit
            }
            figures.commits += 1
        } while Nanoseconds.now < end && figures.rows < Timing.repetitionLimit
        figures.wall = Double(Nanoseconds.now - start.wall) / 1e9
        figures.processor = Double(Nanoseconds.processor - start.processor) / 1e9
        return figures
    }
}
