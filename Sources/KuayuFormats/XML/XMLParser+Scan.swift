// Text, comments, CDATA sections, processing instructions and the prolog.

/// A run of character data up to the next `<` or the end.
struct TextRun {
    /// Where the first character that is not white space stands, or -1.
    var first = -1
    /// Whether it has references or carriage returns.
    var isEscaped = false

    @inline(__always)
    mutating func scan(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var at = start
        while at < bytes.count, Ascii.isBlank(bytes[at]) {
            if bytes[at] == Ascii.carriageReturn { isEscaped = true }
            at += 1
        }
        guard at < bytes.count, bytes[at] != Ascii.less else { return at }
        first = at
        while at < bytes.count {
            let byte = bytes[at]
            if byte >= Ascii.space && byte < 0x80 && byte != Ascii.less && byte != Ascii.ampersand
                && byte != Ascii.greater
            {
                at += 1
            } else if byte == Ascii.less {
                return at
            } else {
                at = try special(bytes, at, from: start)
            }
        }
        return at
    }

    private mutating func special(_ bytes: Span<UInt8>, _ at: Int, from start: Int) throws(FormatError) -> Int {
        switch bytes[at] {
        case Ascii.ampersand:
            isEscaped = true
            return try XMLReference.end(bytes, at)
        case Ascii.greater:
            if at >= start + 2, bytes[at - 1] == Ascii.closeBracket, bytes[at - 2] == Ascii.closeBracket {
                throw FormatError(.xmlCDATAEndInText, at: at - 2)
            }
            return at + 1
        case Ascii.carriageReturn:
            isEscaped = true
            return at + 1
        default: return try XMLParser.skipCharacter(bytes, at)
        }
    }
}

extension XMLParser {
    /// Skips one character, or a run of them beyond ASCII, that XML 1.0 (2.2) allows.
    static func skipCharacter(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        if bytes[start] < 0x80 {
            guard bytes[start] >= Ascii.space || Ascii.isBlank(bytes[start]) else {
                throw FormatError(.xmlIllegalCharacter, at: start)
            }
            return start + 1
        }
        var at = start
        while at < bytes.count, bytes[at] >= 0x80 {
            let length = UTF8Bytes.length(bytes, at)
            guard length > 0 else { throw FormatError(.invalidUTF8, at: at) }
            // U+FFFE and U+FFFF.
            if bytes[at] == 0xEF, bytes[at + 1] == 0xBF, bytes[at + 2] >= 0xBE {
                throw FormatError(.xmlIllegalCharacter, at: at)
            }
            at += length
        }
        return at
    }

    /// Whether the ASCII word stands at `at`.
    static func starts(_ bytes: Span<UInt8>, _ at: Int, with word: String) -> Bool {
        guard at + word.utf8.count <= bytes.count else { return false }
        var index = at
        for byte in word.utf8 {
            if bytes[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// Where a comment ends whose `<!--` is at `start`.
    static func commentEnd(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var at = start + 4
        while at < bytes.count {
            if bytes[at] == Ascii.minus, at + 1 < bytes.count, bytes[at + 1] == Ascii.minus {
                guard at + 2 < bytes.count else { break }
                guard bytes[at + 2] == Ascii.greater else { throw FormatError(.xmlDoubleHyphen, at: at) }
                return at + 3
            }
            at = try skipCharacter(bytes, at)
        }
        throw FormatError(.xmlUnterminated(.comment), at: start)
    }

    /// Where a CDATA section ends whose `<![CDATA[` is at `start`, and whether it is only white space.
    static func cdataEnd(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> (end: Int, isBlank: Bool) {
        var at = start + 9
        var isBlank = true
        while at < bytes.count {
            if bytes[at] == Ascii.closeBracket, at + 2 < bytes.count, bytes[at + 1] == Ascii.closeBracket,
                bytes[at + 2] == Ascii.greater
            {
                return (at + 3, isBlank)
            }
            isBlank = isBlank && Ascii.isBlank(bytes[at])
            at = try skipCharacter(bytes, at)
        }
        throw FormatError(.xmlUnterminated(.cdata), at: start)
    }

    /// Where a processing instruction ends whose `<?` is at `start`.
    static func instructionEnd(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var at = try XMLName.end(bytes, start + 2)
        if at == start + 5, bytes[start + 2] | 0x20 == 0x78, bytes[start + 3] | 0x20 == 0x6D,
            bytes[start + 4] | 0x20 == 0x6C
        {
            throw FormatError(.xmlMisplacedDeclaration, at: start)
        }
        if at < bytes.count, bytes[at] != Ascii.question, !Ascii.isBlank(bytes[at]) {
            throw FormatError(.xmlExpected(.space), at: at)
        }
        while at < bytes.count {
            if bytes[at] == Ascii.question, at + 1 < bytes.count, bytes[at + 1] == Ascii.greater { return at + 2 }
            at = try skipCharacter(bytes, at)
        }
        throw FormatError(.xmlUnterminated(.instruction), at: start)
    }

    /// The error for `<!` that is neither a comment nor a CDATA section in its place.
    static func refusedDeclaration(_ bytes: Span<UInt8>, _ at: Int) -> FormatError {
        if starts(bytes, at, with: "<!DOCTYPE") { return FormatError(.xmlDoctype, at: at) }
        if starts(bytes, at, with: "<![CDATA[") { return FormatError(.xmlContentOutsideRoot, at: at) }
        return FormatError(at + 2 < bytes.count ? .xmlExpected(.tag) : .xmlUnterminated(.tag), at: at)
    }

    /// Skips white space, comments and instructions outside of the root element.
    static func skipMisc(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var at = start
        while true {
            at = Ascii.skipBlanks(bytes, at)
            guard at < bytes.count else { return at }
            guard bytes[at] == Ascii.less else { throw FormatError(.xmlContentOutsideRoot, at: at) }
            guard at + 1 < bytes.count else { throw FormatError(.xmlUnterminated(.tag), at: at) }
            switch bytes[at + 1] {
            case Ascii.question: at = try instructionEnd(bytes, at)
            case Ascii.exclamation:
                guard starts(bytes, at, with: "<!--") else { throw refusedDeclaration(bytes, at) }
                at = try commentEnd(bytes, at)
            default: return at
            }
        }
    }
}
