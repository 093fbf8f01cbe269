/// What is wrong with a reference table.
public struct ReferenceError: Error, Hashable, Sendable {
    /// Name of the file.
    public let file: String
    /// Line on which the record begins, from 1.
    public let line: Int
    /// What is wrong, for the person who edits the file.
    public let reason: String

    /// A fault of one record.
    public init(file: String, line: Int, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }
}

/// A small table in RFC 4180 form, UTF-8, with a header; line ends are LF or CR LF.
///
/// It exists because this target imports nothing. It reads the tables that are built in and those of a deployment that
/// replaces them; it is not made for the files that regions send.
struct CSVTable {
    /// One record.
    struct Row {
        fileprivate let file: String
        fileprivate let columns: [String: Int]
        fileprivate let values: [String]
        /// Line on which it begins, from 1.
        let line: Int

        /// The value of a column.
        subscript(column: String) -> String {
            get throws(ReferenceError) {
                guard let index = columns[column] else { throw error("no column \(column)") }
                return values[index]
            }
        }

        /// A fault of this record.
        func error(_ reason: String) -> ReferenceError { ReferenceError(file: file, line: line, reason: reason) }
    }

    /// The records below the header.
    let rows: [Row]

    /// Reads a table.
    ///
    /// Every record must have as many values as the header; blank lines are skipped.
    init(_ bytes: [UInt8], name: String) throws(ReferenceError) {
        var records = try Self.records(bytes[...], name: name)
        guard !records.isEmpty else { throw ReferenceError(file: name, line: 1, reason: "no header") }
        let header = records.removeFirst()
        var columns: [String: Int] = [:]
        for (index, column) in header.values.enumerated() { columns[column] = index }
        guard columns.count == header.values.count else {
            throw ReferenceError(file: name, line: 1, reason: "a column occurs twice")
        }
        for record in records where record.values.count != header.values.count {
            let reason = "\(record.values.count) values under \(header.values.count) columns"
            throw ReferenceError(file: name, line: record.line, reason: reason)
        }
        rows = records.map { Row(file: name, columns: columns, values: $0.values, line: $0.line) }
    }

    private typealias Record = (values: [String], line: Int)

    private static func records(_ bytes: ArraySlice<UInt8>, name: String) throws(ReferenceError) -> [Record] {
        var records: [Record] = []
        var line = 1
        var rest = bytes
        while !rest.isEmpty {
            let start = line
            var values: [String] = []
            var hasMore = true
            while hasMore {
                let (value, separator) = try field(&rest, line: &line, name: name)
                values.append(value)
                hasMore = separator == UInt8(ascii: ",")
            }
            line += 1
            if values != [""] { records.append((values, start)) }
        }
        return records
    }

    /// Takes one value and the separator behind it, which is a comma, LF, or `nil` at the end.
    private static func field(
        _ rest: inout ArraySlice<UInt8>, line: inout Int, name: String
    ) throws(ReferenceError) -> (value: String, separator: UInt8?) {
        if rest.first == UInt8(ascii: "\"") { return try quoted(&rest, line: &line, name: name) }
        let value = rest.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\n") }
        if value.contains(UInt8(ascii: "\"")) {
            throw ReferenceError(file: name, line: line, reason: "a quotation mark inside a bare value")
        }
        rest = rest.dropFirst(value.count)
        let separator = rest.popFirst()
        let isBeforeCRLF = separator != UInt8(ascii: ",") && value.last == UInt8(ascii: "\r")
        return (try text(isBeforeCRLF ? value.dropLast() : value, line: line, name: name), separator)
    }

    private static func quoted(
        _ rest: inout ArraySlice<UInt8>, line: inout Int, name: String
    ) throws(ReferenceError) -> (value: String, separator: UInt8?) {
        var value: [UInt8] = []
        let start = line
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\n") { line += 1 }
                value.append(byte)
            } else if rest.first == byte {
                rest = rest.dropFirst()
                value.append(byte)
            } else {
                if rest.first == UInt8(ascii: "\r") { rest = rest.dropFirst() }
                let separator = rest.popFirst()
                guard separator == nil || separator == UInt8(ascii: ",") || separator == UInt8(ascii: "\n") else {
                    throw ReferenceError(file: name, line: line, reason: "text behind a quoted value")
                }
                return (try text(value[...], line: start, name: name), separator)
            }
        }
        throw ReferenceError(file: name, line: start, reason: "a quoted value does not end")
    }

    private static func text(
        _ bytes: ArraySlice<UInt8>, line: Int, name: String
    ) throws(ReferenceError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ReferenceError(file: name, line: line, reason: "not UTF-8")
        }
        return text
    }
}

/// A table that is compiled in; that it can be read is an invariant of the build, checked by tests.
func embedded<Table>(_ name: String, _ read: () throws(ReferenceError) -> Table) -> Table {
    do throws(ReferenceError) {
        return try read()
    } catch {
        preconditionFailure("the built-in \(name) is broken at line \(error.line): \(error.reason)")
    }
}
