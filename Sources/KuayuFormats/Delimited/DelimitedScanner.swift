/// Splits one line at a time into fields.
struct DelimitedScanner {
    let dialect: DelimitedDialect
    let limits: FormatLimits
    /// The fields of the last line.
    private(set) var fields: [DelimitedReader.Field] = []

    init(dialect: DelimitedDialect, limits: FormatLimits) {
        self.dialect = dialect
        self.limits = limits
    }

    /// Reads the line at `start` into ``fields``; returns where the next line starts.
    mutating func line(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        fields.removeAll(keepingCapacity: true)
        var at = start
        while true {
            let end = try field(bytes, at)
            if fields.count > limits.nodes { throw FormatError(.tooManyNodes(limit: limits.nodes), at: start) }
            guard end < bytes.count else { return end }
            if bytes[end] == dialect.separator {
                at = end + 1
            } else {
                return bytes[end] == Ascii.carriageReturn ? end + 2 : end + 1
            }
        }
    }

    /// The start of the line behind the one that `at` is in, whatever is in it.
    static func nextLine(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] != Ascii.lineFeed { at += 1 }
        return min(at + 1, bytes.count)
    }

    /// Reads one field; returns where its separator or line end stands, or the end.
    private mutating func field(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        if start < bytes.count, bytes[start] == dialect.quote { return try quotedField(bytes, start) }
        var at = start
        var isEscaped = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == dialect.separator || Self.isLineEnd(bytes, at) { break }
            if byte == dialect.escape {
                try checkEscape(bytes, at)
                isEscaped = true
                at += 2
            } else if byte == dialect.quote {
                throw FormatError(.delimitedStrayQuote, at: at)
            } else {
                at = try Self.skipCharacter(bytes, at)
            }
        }
        try append(start, at, isEscaped)
        return at
    }

    private mutating func quotedField(_ bytes: Span<UInt8>, _ quote: Int) throws(FormatError) -> Int {
        var at = quote + 1
        var isEscaped = false
        while at < bytes.count {
            if bytes[at] == dialect.quote {
                guard at + 1 < bytes.count, bytes[at + 1] == dialect.quote else { break }
                isEscaped = true
                at += 2
            } else if bytes[at] == dialect.escape {
                try checkEscape(bytes, at)
                isEscaped = true
                at += 2
            } else if bytes[at] == Ascii.carriageReturn || bytes[at] == Ascii.lineFeed {
                at += 1
            } else {
                at = try Self.skipCharacter(bytes, at)
            }
        }
        guard at < bytes.count else { throw FormatError(.delimitedUnclosedQuote, at: quote) }
        try append(quote + 1, at, isEscaped)
        at += 1
        guard at == bytes.count || bytes[at] == dialect.separator || Self.isLineEnd(bytes, at) else {
            throw FormatError(.delimitedTextAfterQuote, at: at)
        }
        return at
    }

    private mutating func append(_ start: Int, _ end: Int, _ isEscaped: Bool) throws(FormatError) {
        if end - start > limits.textBytes { throw FormatError(.textTooLong(limit: limits.textBytes), at: start) }
        fields.append(DelimitedReader.Field(start: start, end: end, isEscaped: isEscaped))
    }

    private func checkEscape(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) {
        guard at + 1 < bytes.count else { throw FormatError(.delimitedInvalidEscape, at: at) }
        let next = bytes[at + 1]
        guard next == dialect.separator || next == dialect.escape || next == dialect.quote || next == 0x6E else {
            throw FormatError(.delimitedInvalidEscape, at: at)
        }
    }

    private static func isLineEnd(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
        if bytes[at] == Ascii.lineFeed { return true }
        return bytes[at] == Ascii.carriageReturn && at + 1 < bytes.count && bytes[at + 1] == Ascii.lineFeed
    }

    /// Skips one character that is no control character but tab.
    private static func skipCharacter(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) -> Int {
        if bytes[at] < 0x80 {
            guard bytes[at] >= Ascii.space || bytes[at] == Ascii.tab else {
                throw FormatError(.delimitedControlCharacter, at: at)
            }
            return at + 1
        }
        let length = UTF8Bytes.length(bytes, at)
        guard length > 0 else { throw FormatError(.invalidUTF8, at: at) }
        return at + length
    }
}
