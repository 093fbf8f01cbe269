/// Writes delimited text, one field after the other.
public struct DelimitedWriter: Sendable {
    /// What is written so far.
    public private(set) var bytes: [UInt8]
    private let dialect: DelimitedDialect
    private var isAtLineStart = true

    /// An empty writer with room for so many bytes.
    public init(dialect: DelimitedDialect, capacity: Int = 1024) {
        self.dialect = dialect
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes one field of the current line.
    ///
    /// - Throws: ``FormatError`` at a control character that the dialect cannot hold; the offset is one of `value`.
    public mutating func field(_ value: String) throws(FormatError) { try field(Array(value.utf8)[...]) }

    /// Writes one field, given as UTF-8.
    public mutating func field(_ utf8: ArraySlice<UInt8>) throws(FormatError) {
        try check(utf8)
        if !isAtLineStart { bytes.append(dialect.separator) }
        isAtLineStart = false
        if let escape = dialect.escape {
            appendEscaped(utf8, escape)
        } else if let quote = dialect.quote, needsQuotes(utf8, quote) {
            appendQuoted(utf8, quote)
        } else {
            bytes.append(contentsOf: utf8)
        }
    }

    /// Ends the line.
    public mutating func endLine() {
        if dialect.lineEnd == .carriageReturnLineFeed { bytes.append(Ascii.carriageReturn) }
        bytes.append(Ascii.lineFeed)
        isAtLineStart = true
    }

    /// Writes a whole line.
    public mutating func line(_ values: [String]) throws(FormatError) {
        for value in values { try field(value) }
        endLine()
    }

    /// Writes bytes as they are, for lines that are not part of the table; the line must be ended by them.
    public mutating func raw(_ line: ArraySlice<UInt8>) { bytes.append(contentsOf: line) }

    private mutating func appendEscaped(_ utf8: ArraySlice<UInt8>, _ escape: UInt8) {
        for byte in utf8 {
            if byte == dialect.separator || byte == escape || byte == dialect.quote {
                bytes.append(escape)
                bytes.append(byte)
            } else if byte == Ascii.lineFeed {
                bytes.append(escape)
                bytes.append(0x6E)
            } else {
                bytes.append(byte)
            }
        }
    }

    private mutating func appendQuoted(_ utf8: ArraySlice<UInt8>, _ quote: UInt8) {
        bytes.append(quote)
        for byte in utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }

    private func needsQuotes(_ utf8: ArraySlice<UInt8>, _ quote: UInt8) -> Bool {
        // A document that starts with U+FEFF would lose it as a byte-order mark.
        if bytes.isEmpty && utf8.starts(with: UTF8Bytes.byteOrderMark) { return true }
        return utf8.contains {
            $0 == dialect.separator || $0 == quote || $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn
        }
    }

    private func check(_ utf8: ArraySlice<UInt8>) throws(FormatError) {
        let holdsLineEnds = dialect.quote != nil || dialect.escape != nil
        let holdsReturns = dialect.escape == nil && dialect.quote != nil
        for at in utf8.indices where utf8[at] < Ascii.space && utf8[at] != Ascii.tab {
            if utf8[at] == Ascii.lineFeed && holdsLineEnds { continue }
            if utf8[at] == Ascii.carriageReturn && holdsReturns { continue }
            throw FormatError(.delimitedControlCharacter, at: at - utf8.startIndex)
        }
    }
}
