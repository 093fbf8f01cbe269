/// Strict delimited text in UTF-8: RFC 4180 and the pipe dialect.
///
/// A byte-order mark at the very start is skipped. Lines end with LF or CR LF; the last one need not end. An empty
/// line is a line with one empty field.
public enum DelimitedReader {
    /// One field of a line.
    public struct Field: Hashable, Sendable {
        /// Where the field starts, behind its quote if it has one.
        public let start: Int
        /// Where the field ends, exclusive.
        public let end: Int
        /// Whether it has escapes or doubled quotes.
        public let isEscaped: Bool

        /// The decoded field.
        public func text(in bytes: [UInt8], dialect: DelimitedDialect) -> String {
            isEscaped
                ? String(decoding: dialect.decode(bytes, start..<end), as: UTF8.self)
                : String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    /// All lines of a document.
    ///
    /// The lines may have different numbers of fields.
    ///
    /// - Throws: ``FormatError`` at the first byte that is wrong.
    public static func rows(
        _ bytes: [UInt8], dialect: DelimitedDialect, limits: FormatLimits = .standard
    ) throws(FormatError) -> [[Field]] {
        try limits.checkSize(bytes.count)
        var scanner = DelimitedScanner(dialect: dialect, limits: limits)
        var rows: [[Field]] = []
        var at = documentStart(bytes)
        var left = limits.nodes
        while at < bytes.count {
            let lineStart = at
            at = try scanner.line(bytes.span, at)
            left -= 1 + scanner.fields.count
            if left < 0 { throw FormatError(.tooManyNodes(limit: limits.nodes), at: lineStart) }
            rows.append(scanner.fields)
        }
        return rows
    }

    /// The decoded fields of the first line, and where the next line starts.
    public static func header(
        _ bytes: [UInt8], dialect: DelimitedDialect, limits: FormatLimits = .standard
    ) throws(FormatError) -> (names: [String], end: Int) {
        try limits.checkSize(bytes.count)
        var scanner = DelimitedScanner(dialect: dialect, limits: limits)
        let start = documentStart(bytes)
        guard start < bytes.count else { return ([], start) }
        let end = try scanner.line(bytes.span, start)
        return (scanner.fields.map { $0.text(in: bytes, dialect: dialect) }, end)
    }

    /// The lines from `offset` on as a tape: the root is an array, each line an object with the given names.
    ///
    /// A line that is wrong is left out and named in the errors, and the lines behind it are still read. For a wrong
    /// number of fields the error's offset is where the line starts. The names stand in the tape's bytes behind the
    /// document, so that offsets of values are offsets of the document.
    public static func table(
        _ bytes: [UInt8], columns: [String], from offset: Int, dialect: DelimitedDialect,
        limits: FormatLimits = .standard
    ) -> (Tape, [FormatError]) {
        var builder = DelimitedTable(bytes, columns: columns, dialect: dialect, limits: limits)
        do {
            try limits.checkSize(bytes.count)
            try builder.read(bytes, from: offset <= 0 ? documentStart(bytes) : min(offset, bytes.count))
        } catch {
            builder.errors.append(error)
        }
        return (builder.tape(dialect), builder.errors)
    }

    private static func documentStart(_ bytes: [UInt8]) -> Int {
        bytes.starts(with: UTF8Bytes.byteOrderMark) ? 3 : 0
    }
}

/// Collects the lines of a table.
struct DelimitedTable {
    private let limits: FormatLimits
    private let names: [Range<Int>]
    private let bytes: [UInt8]
    private var scanner: DelimitedScanner
    private var nodes = [Tape.Node(.array, value: 0..<0, next: 1)]
    var errors: [FormatError] = []

    init(_ document: [UInt8], columns: [String], dialect: DelimitedDialect, limits: FormatLimits) {
        self.limits = limits
        scanner = DelimitedScanner(dialect: dialect, limits: limits)
        nodes.reserveCapacity(columns.count + 2)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(document.count + columns.reduce(0) { $0 + $1.utf8.count })
        bytes.append(contentsOf: document)
        names = columns.map { column in
            let start = bytes.count
            bytes.append(contentsOf: column.utf8)
            return start..<bytes.count
        }
        self.bytes = bytes
    }

    /// Reads all lines; throws only where reading cannot go on.
    mutating func read(_ document: [UInt8], from start: Int) throws(FormatError) {
        var at = start
        // Lines that are left out count too: their errors take room as well.
        var left = limits.nodes - 1
        nodes[0].valueStart = Int32(truncatingIfNeeded: start)
        nodes[0].valueEnd = Int32(truncatingIfNeeded: document.count)
        while at < document.count {
            let lineStart = at
            do {
                at = try scanner.line(document.span, at)
                left -= 1 + scanner.fields.count
                if left >= 0 { add(lineStart, at) }
            } catch {
                errors.append(error)
                at = DelimitedScanner.nextLine(document.span, max(error.offset, at))
                left -= 1
            }
            if left < 0 { throw FormatError(.tooManyNodes(limit: limits.nodes), at: lineStart) }
        }
    }

    private mutating func add(_ lineStart: Int, _ next: Int) {
        let fields = scanner.fields
        guard fields.count == names.count else {
            errors.append(
                FormatError(.delimitedColumnCount(expected: names.count, found: fields.count), at: lineStart))
            return
        }
        let line = nodes.count
        nodes.append(
            Tape.Node(.object, value: lineStart..<(fields.last?.end ?? lineStart), next: line + 1 + fields.count))
        for (name, field) in zip(names, fields) {
            nodes.append(
                Tape.Node(
                    .text, name: name, value: field.start..<field.end, isEscaped: field.isEscaped,
                    next: nodes.count + 1))
        }
        nodes[0].next = Int32(truncatingIfNeeded: nodes.count)
    }

    func tape(_ dialect: DelimitedDialect) -> Tape {
        Tape(bytes: bytes, nodes: nodes, format: .delimited(dialect))
    }
}
