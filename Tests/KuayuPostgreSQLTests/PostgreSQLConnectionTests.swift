import KuayuPostgreSQL
import Testing

@Suite struct PostgreSQLConnectionTests {
    @Test func returnsTextsAndNulls() throws {
        let connection = try PostgreSQLConnection(conninfo: try Databases.make())
        let rows = try connection.query("SELECT $1::text, $2::int + 1, $3::text", ["浙江 'x' \\", "41", nil])
        #expect(rows.count == 1)
        #expect(rows.columnCount == 3)
        #expect(rows[0, 0] == "浙江 'x' \\")
        #expect(rows[0, 1] == "42")
        #expect(rows[0, 2] == nil)
    }

    @Test func takesEmptyTextsForTextsAndNotForNull() throws {
        let connection = try PostgreSQLConnection(conninfo: try Databases.make())
        let rows = try connection.query("SELECT $1::text, $2::text IS NULL", ["", ""])
        #expect(rows[0, 0]?.isEmpty == true)
        #expect(rows[0, 1] == "f")
    }

    @Test func copiesInBulk() throws {
        let connection = try PostgreSQLConnection(conninfo: try Databases.make())
        try connection.execute("CREATE TABLE t (a int, b text)")
        var pieces = [Array("1\tx\n2\t".utf8), Array("y\n3\t\\N\n".utf8)].makeIterator()
        try connection.copyIn("COPY t FROM STDIN") { pieces.next() }
        let rows = try connection.query("SELECT count(*), count(b), sum(a) FROM t")
        #expect((0..<3).map { rows[0, $0] } == ["3", "2", "6"])
    }

    @Test func goesOnAfterAFailedCopy() throws {
        let connection = try PostgreSQLConnection(conninfo: try Databases.make())
        try connection.execute("CREATE TABLE t (a int)")
        var pieces = [Array("secret\n".utf8)].makeIterator()
        #expect(throws: PostgreSQLError(.statement, sqlState: "22P02", "the server refused a value")) {
            try connection.copyIn("COPY t FROM STDIN") { pieces.next() }
        }
        #expect(try connection.query("SELECT count(*) FROM t")[0, 0] == "0")
    }

    @Test func namesTheConditionAndNoValue() throws {
        let connection = try PostgreSQLConnection(conninfo: try Databases.make())
        #expect(throws: PostgreSQLError(.statement, sqlState: "22P02", "the server refused a value")) {
            try connection.query("SELECT 'secret'::int")
        }
        try connection.execute("CREATE TABLE t (a text CONSTRAINT short CHECK (length(a) < 3) UNIQUE)")
        #expect(throws: PostgreSQLError(.statement, sqlState: "23514", "the server refused a value: short")) {
            try connection.query("INSERT INTO t VALUES ($1)", ["secret"])
        }
        #expect(throws: PostgreSQLError.self) { try connection.query("SELECT * FROM nowhere") }
        #expect(try connection.query("SELECT 1")[0, 0] == "1")
    }

    @Test func refusesToWorkWhenClosed() throws {
        let connection = try PostgreSQLConnection(conninfo: try Databases.make())
        connection.close()
        connection.close()
        #expect(throws: PostgreSQLError(.closed, "the connection is closed")) { try connection.query("SELECT 1") }
    }

    @Test func saysOnlyThatAServerCannotBeReached() {
        #expect(
            throws: PostgreSQLError(
                .connection, "the PostgreSQL server cannot be reached, or refuses the connection")
        ) { try PostgreSQLConnection(conninfo: "host=/nowhere password=secret") }
    }
}
