import CPostgreSQL
import Synchronization

/// One connection to a PostgreSQL server.
///
/// Calls block the calling thread until the server has answered and are made one after another; call from a thread of
/// your own, never from the shared pool. The connection string is neither kept nor written anywhere.
public final class PostgreSQLConnection: Sendable {
    private struct Handle {
        var connection: OpaquePointer?
    }

    private let handle: Mutex<Handle>

    /// Connects.
    ///
    /// - Parameter conninfo: keywords and values or a URI (PostgreSQL manual, 34.1.1).
    /// - Throws: `connection`; the reason is not repeated, because it may name the user.
    public init(conninfo: String) throws(PostgreSQLError) {
        let connection = PQconnectdb(conninfo)
        guard PQstatus(connection) == CONNECTION_OK, PQsetClientEncoding(connection, "UTF8") == 0 else {
            PQfinish(connection)
            throw PostgreSQLError(.connection, "the PostgreSQL server cannot be reached, or refuses the connection")
        }
        handle = Mutex(Handle(connection: connection))
        // Notices would go to standard error, values included.
        handle.withLock { _ = PQsetNoticeProcessor($0.connection, { _, _ in }, nil) }
    }

    deinit { close() }

    /// Ends the connection, and with it its transaction; a second call does nothing.
    public func close() {
        handle.withLock { handle in
            PQfinish(handle.connection)
            handle.connection = nil
        }
    }

    /// Runs one statement.
    ///
    /// - Parameter parameters: values of `$1`, `$2`, … as text; nil for NULL.
    /// - Throws: `statement` with its code, `connection` when the server went away, `closed`.
    @discardableResult
    public func query(_ sql: String, _ parameters: [String?] = []) throws(PostgreSQLError) -> PostgreSQLRows {
        try withConnection { connection throws(PostgreSQLError) in
            let result = Self.withTexts(parameters) { texts in
                PQexecParams(connection, sql, Int32(parameters.count), nil, texts, nil, nil, 0)
            }
            defer { PQclear(result) }
            try Self.check(connection, result, [PGRES_TUPLES_OK, PGRES_COMMAND_OK])
            return Self.rows(result)
        }
    }

    /// Runs several statements without parameters; outside of a transaction they are one.
    public func execute(_ sql: String) throws(PostgreSQLError) {
        try withConnection { connection throws(PostgreSQLError) in
            let result = PQexec(connection, sql)
            defer { PQclear(result) }
            try Self.check(connection, result, [PGRES_TUPLES_OK, PGRES_COMMAND_OK])
        }
    }

    /// Sends data to `COPY … FROM STDIN`.
    ///
    /// - Parameter next: the next piece of data in the format of the statement; nil at the end.
    public func copyIn(_ sql: String, _ next: () -> [UInt8]?) throws(PostgreSQLError) {
        try withConnection { connection throws(PostgreSQLError) in
            let start = PQexec(connection, sql)
            defer { PQclear(start) }
            try Self.check(connection, start, [PGRES_COPY_IN])
            while let piece = next() {
                let sent = piece.withUnsafeBytes { bytes in
                    PQputCopyData(
                        connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
                }
                guard sent == 1 else { throw Self.lost(connection) }
            }
            guard PQputCopyEnd(connection, nil) == 1 else { throw Self.lost(connection) }
            let end = PQgetResult(connection)
            defer {
                PQclear(end)
                while let more = PQgetResult(connection) { PQclear(more) }
            }
            try Self.check(connection, end, [PGRES_COMMAND_OK])
        }
    }

    private func withConnection<Value: Sendable>(
        _ body: (OpaquePointer) throws(PostgreSQLError) -> Value
    ) throws(PostgreSQLError) -> Value {
        try handle.withLock { handle throws(PostgreSQLError) in
            guard let connection = handle.connection else { throw PostgreSQLError(.closed, "the connection is closed") }
            return try body(connection)
        }
    }

    /// Calls `body` with C strings that live as long as the call.
    private static func withTexts<Value>(
        _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
    ) -> Value {
        // All texts in one buffer: no allocation for each, nothing to free.
        var bytes: [CChar] = []
        var offsets: [Int?] = []
        for text in texts {
            offsets.append(text == nil ? nil : bytes.count)
            if let text { bytes += text.utf8.map { CChar(bitPattern: $0) } + [0] }
        }
        return bytes.withUnsafeBufferPointer { buffer in
            let pointers: [UnsafePointer<CChar>?] = offsets.map { offset in
                offset.flatMap { offset in buffer.baseAddress.map { $0 + offset } }
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }

    private static func rows(_ result: OpaquePointer?) -> PostgreSQLRows {
        let (rowCount, columnCount) = (PQntuples(result), PQnfields(result))
        var values: [String?] = []
        values.reserveCapacity(Int(rowCount) * Int(columnCount))
        for row in 0..<rowCount {
            for column in 0..<columnCount {
                let isNull = PQgetisnull(result, row, column) == 1
                values.append(isNull ? nil : PQgetvalue(result, row, column).map { String(cString: $0) })
            }
        }
        return PostgreSQLRows(columnCount: Int(columnCount), count: Int(rowCount), values: values)
    }

    /// The one place where results are judged.
    private static func check(
        _ connection: OpaquePointer, _ result: OpaquePointer?, _ wanted: [ExecStatusType]
    ) throws(PostgreSQLError) {
        if wanted.contains(PQresultStatus(result)) { return }
        guard let code = field(result, UInt8(ascii: "C")) else { throw lost(connection) }
        // Data exceptions and violated constraints quote values in their message.
        let quotesValues = code.hasPrefix("22") || code.hasPrefix("23")
        let constraint = field(result, UInt8(ascii: "n")).map { ": \($0)" } ?? ""
        let message =
            quotesValues
            ? "the server refused a value" + constraint
            : "the server refused a statement: " + (field(result, UInt8(ascii: "M")) ?? "no reason given")
        throw PostgreSQLError(.statement, sqlState: code, message)
    }

    private static func lost(_ connection: OpaquePointer) -> PostgreSQLError {
        PQstatus(connection) == CONNECTION_OK
            ? PostgreSQLError(.statement, "the server did not take what was sent")
            : PostgreSQLError(.connection, "the connection to the server broke")
    }

    private static func field(_ result: OpaquePointer?, _ code: UInt8) -> String? {
        PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
    }
}
