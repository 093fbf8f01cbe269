/// The rows that a statement returned, as text.
public struct PostgreSQLRows: Sendable {
    /// How many columns.
    public let columnCount: Int
    /// How many rows.
    public let count: Int
    private let values: [String?]

    init(columnCount: Int, count: Int, values: [String?]) {
        self.columnCount = columnCount
        self.count = count
        self.values = values
    }

    /// One value; nil for NULL.
    public subscript(row: Int, column: Int) -> String? { values[row * columnCount + column] }
}
