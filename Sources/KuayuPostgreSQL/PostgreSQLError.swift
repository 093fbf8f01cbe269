/// Why PostgreSQL did not do what was asked.
public struct PostgreSQLError: Error, Hashable, Sendable {
    /// What kind of failure.
    public enum Kind: String, Hashable, Sendable {
        /// The server cannot be reached, or the connection broke.
        case connection
        /// The server refused a statement.
        case statement
        /// The connection was closed by us.
        case closed
        /// A program of the server, or its folder, could not be used.
        case server
    }

    /// What kind of failure.
    public var kind: Kind
    /// The condition's code (PostgreSQL manual, appendix A), five characters; nil where there is none.
    public var sqlState: String?
    /// For people: no values, no text of statements, no connection string.
    public var message: String

    /// An error.
    public init(_ kind: Kind, sqlState: String? = nil, _ message: String) {
        self.kind = kind
        self.sqlState = sqlState
        self.message = message
    }
}

extension PostgreSQLError: CustomStringConvertible {
    /// For people.
    public var description: String { sqlState.map { "\(message) (SQLSTATE \($0))" } ?? message }
}
