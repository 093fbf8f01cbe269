import KuayuCrypto
import KuayuGateway
import KuayuModel
import KuayuPostgreSQL
import KuayuReconcile
import Synchronization

/// Keeps the ledger of a simulated hub in PostgreSQL as it stands in the hub's book, faults included.
final class LedgerMirror: Sendable {
    private struct Written {
        var entry: String
        var line: LedgerLine
    }

    private struct State {
        var connection: PostgreSQLConnection?
        var written: [String: Written] = [:]
    }

    private let conninfo: String
    private let desk: SharedDesk
    private let state = Mutex(State())

    init(conninfo: String, desk: SharedDesk) {
        self.conninfo = conninfo
        self.desk = desk
    }

    /// Writes every change within a moment until cancelled.
    ///
    /// A database that is away is tried again; the ledger in it is then written anew.
    func run() async throws {
        while true {
            do throws(FeedError) {
                try await write()
            } catch {
                try await Task.sleep(for: .seconds(1))
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Writes what has changed since it was called last, on a thread of its own.
    func write() async throws(FeedError) {
        try await OwnThread.run { [self] () throws(FeedError) in try writeNow() }
    }

    private func writeNow() throws(FeedError) {
        do throws(PostgreSQLError) {
            try state.withLock { (state) throws(PostgreSQLError) in
                do throws(PostgreSQLError) {
                    try write(desk.withLock { $0.book.lines }, &state)
                } catch {
                    state = State()
                    throw error
                }
            }
        } catch {
            throw FeedError(.unavailable, "\(error)")
        }
    }

    private func write(_ lines: [LedgerLine], _ state: inout State) throws(PostgreSQLError) {
        if state.connection == nil { state.connection = try connect() }
        guard let connection = state.connection else { return }
        var gone = state.written
        var changed: [LedgerLine] = []
        for line in lines where gone.removeValue(forKey: line.key)?.line != line { changed.append(line) }
        if gone.isEmpty, changed.isEmpty { return }
        try connection.execute("BEGIN")
        for (key, row) in gone {
            try connection.query("DELETE FROM kuayu_ledger_entry WHERE entry = $1::bigint", [row.entry])
            state.written[key] = nil
        }
        for line in changed {
            let entry = try Self.put(line, state.written[line.key]?.entry, connection)
            state.written[line.key] = Written(entry: entry, line: line)
        }
        try connection.execute("COMMIT")
    }

    private static let columns = [
        "lane", "case_id", "registered_at", "version", "status", "state_at", "content_digest", "nonce", "local_number",
        "eid", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7",
    ]

    /// Writes a row; the number under which it stands.
    private static func put(
        _ line: LedgerLine, _ entry: String?, _ connection: PostgreSQLConnection
    ) throws(PostgreSQLError) -> String {
        let values = values(of: line)
        if let entry {
            let settings = columns.enumerated().map { "\($1) = $\($0 + 1)" }.joined(separator: ", ")
            try connection.query(
                "UPDATE kuayu_ledger_entry SET \(settings) WHERE entry = $\(columns.count + 1)::bigint",
                values + [entry])
            return entry
        }
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let rows = try connection.query(
            "INSERT INTO kuayu_ledger_entry (\(columns.joined(separator: ", "))) VALUES (\(places)) RETURNING entry",
            values)
        return rows.count == 1 ? rows[0, 0] ?? "" : ""
    }

    private static func values(of line: LedgerLine) -> [String?] {
        let element = line.row.element
        let id = element.id(SHA256())
        let limbs = [id.w3, id.w2, id.w1, id.w0].flatMap { [$0 >> 32, $0 & 0xFFFF_FFFF] }
        let row: [String?] = [
            line.lane.rawValue, element.caseID, String(element.registeredAt), String(element.version), element.status,
            line.row.stateAt.map { String($0) }, element.contentDigest, element.nonce, line.row.localNumber,
            HexText.encode(id.bytes),
        ]
        return row + limbs.map { String($0) }
    }

    /// Connects; the table is made where there is none, and emptied: the hub begins with an empty book.
    private func connect() throws(PostgreSQLError) -> PostgreSQLConnection {
        let connection = try PostgreSQLConnection(conninfo: conninfo)
        let known = try connection.query("SELECT to_regclass('kuayu_ledger') IS NOT NULL")
        if known.count != 1 || known[0, 0] != "t" { try connection.execute(Self.schema) }
        try connection.execute("DELETE FROM kuayu_ledger_entry")
        return connection
    }

    /// The published table and view, without what a hub needs that writes by hand: identities come from here.
    private static let schema = """
        CREATE TABLE kuayu_ledger_entry (
            entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, lane text NOT NULL, case_id text NOT NULL,
            registered_at bigint NOT NULL, version int NOT NULL, status text NOT NULL, state_at bigint,
            content_digest text NOT NULL, nonce text NOT NULL, local_number text, eid text NOT NULL,
            s0 bigint NOT NULL, s1 bigint NOT NULL, s2 bigint NOT NULL, s3 bigint NOT NULL,
            s4 bigint NOT NULL, s5 bigint NOT NULL, s6 bigint NOT NULL, s7 bigint NOT NULL);
        CREATE INDEX kuayu_ledger_entry_time ON kuayu_ledger_entry (lane, registered_at);
        CREATE INDEX kuayu_ledger_entry_case ON kuayu_ledger_entry (case_id);
        CREATE VIEW kuayu_ledger AS
            SELECT lane, case_id, registered_at, version, status, state_at, content_digest, nonce, local_number, eid,
                s0, s1, s2, s3, s4, s5, s6, s7 FROM kuayu_ledger_entry;
        """
}

/// The ledger of a simulated hub, asked by SQL from the database that mirrors its book.
struct MirroredSource: HubLedgerSource {
    let mirror: LedgerMirror
    let database: PostgreSQLSource
    let desk: SharedDesk
    let clock: any GatewayClock

    func view() async throws(FeedError) -> any HubLedgerView {
        let now = clock.now
        let watermark = desk.withLock { $0.book.watermark(now: now) }
        try await mirror.write()
        return try await database.view(completeUntil: watermark)
    }
}
