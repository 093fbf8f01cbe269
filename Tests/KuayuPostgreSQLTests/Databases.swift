import Foundation
import KuayuModel
import KuayuPostgreSQL
import KuayuReconcile

/// Databases for tests: one server for all, a database for each.
enum Databases {
    /// Stopped when the process ends.
    private static let server = Result { () throws -> PostgreSQLServer in
        let server = try PostgreSQLServer()
        atexit { Databases.stop() }
        return server
    }

    private static func stop() { try? server.get().stop() }

    /// A new database; how to connect to it.
    static func make() throws -> String {
        let server = try server.get()
        let name = "t" + UUID().uuidString.replacing("-", with: "").lowercased()
        try PostgreSQLConnection(conninfo: server.conninfo).execute("CREATE DATABASE \(name)")
        // Nothing may wait for ever: a test that blocks would block all.
        return "host=\(server.folder) user=postgres dbname=\(name) options='-c lock_timeout=20s'"
    }

    /// A new database with the published schema in it.
    static func makeLedger() throws -> String {
        let conninfo = try make()
        try PostgreSQLConnection(conninfo: conninfo).execute(try script("postgresql.sql"))
        return conninfo
    }

    /// A script of the documentation.
    static func script(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent("docs/reconciliation/sql/\(name)").path
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    /// Writes rows as a hub does.
    static func insert(_ rows: [HubRow], lane: Lane = .in, into connection: PostgreSQLConnection) throws {
        for row in rows {
            let element = row.element
            try connection.query(
                """
                INSERT INTO kuayu_ledger_entry (lane, case_id, registered_at, version, status, state_at,
                    content_digest, nonce, local_number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                [
                    lane.rawValue, element.caseID, String(element.registeredAt), String(element.version),
                    element.status, row.stateAt.map { String($0) }, element.contentDigest, element.nonce,
                    row.localNumber,
                ])
        }
    }
}
