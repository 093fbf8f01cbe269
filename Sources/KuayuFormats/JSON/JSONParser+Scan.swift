// Finding the ends of JSON tokens. Each function takes the position where its token starts.

extension JSONParser {
    /// The position of the closing quote; sets `isEscaped` when there is a backslash before it.
    @inline(__always)
    static func stringEnd(
        _ bytes: Span<UInt8>, _ start: Int, _ isEscaped: inout Bool
    ) throws(FormatError) -> Int {
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            // The bulk: one byte of ASCII that is neither quote, backslash nor control character.
            if byte != Ascii.quote && byte != Ascii.backslash && byte >= Ascii.space && byte < 0x80 {
                at += 1
            } else if byte == Ascii.quote {
                return at
            } else if byte >= 0x80 {
                at = try skipMultibyte(bytes, at)
            } else if byte == Ascii.backslash {
                isEscaped = true
                at += try escapeLength(bytes, at)
            } else {
                throw FormatError(.jsonControlCharacter, at: at)
            }
        }
        throw FormatError(.jsonUnexpectedEnd(.closingQuote), at: at)
    }

    /// Skips a run of characters beyond ASCII.
    private static func skipMultibyte(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var at = start
        while at < bytes.count, bytes[at] >= 0x80 {
            let length = UTF8Bytes.length(bytes, at)
            guard length > 0 else { throw FormatError(.invalidUTF8, at: at) }
            at += length
        }
        return at
    }

    /// The length of the escape whose backslash is at `at`: 2, 6, or 12 for a surrogate pair.
    private static func escapeLength(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) -> Int {
        guard at + 1 < bytes.count else { throw FormatError(.jsonUnexpectedEnd(.closingQuote), at: at + 1) }
        switch bytes[at + 1] {
        case Ascii.quote, Ascii.backslash, Ascii.slash, 0x62, 0x66, 0x6E, 0x72, 0x74: return 2
        case 0x75: break
        default: throw FormatError(.jsonInvalidEscape, at: at)
        }
        guard let unit = JSONEscapes.unit(bytes, at) else { throw FormatError(.jsonInvalidEscape, at: at) }
        if unit & 0xF800 != 0xD800 { return 6 }
        guard unit < 0xDC00, let low = JSONEscapes.unit(bytes, at + 6), low & 0xFC00 == 0xDC00 else {
            throw FormatError(.jsonLoneSurrogate, at: at)
        }
        return 12
    }

    /// RFC 8259, 6: an optional minus, an integer without leading zeros, an optional fraction and exponent.
    static func numberEnd(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        let first = bytes[start] == Ascii.minus ? start + 1 : start
        var at = try digitsEnd(bytes, first)
        if bytes[first] == Ascii.zero && at > first + 1 { throw FormatError(.jsonInvalidNumber, at: first) }
        if at < bytes.count, bytes[at] == Ascii.dot { at = try digitsEnd(bytes, at + 1) }
        if at < bytes.count, bytes[at] | 0x20 == 0x65 {
            at += 1
            if at < bytes.count, bytes[at] == Ascii.plus || bytes[at] == Ascii.minus { at += 1 }
            at = try digitsEnd(bytes, at)
        }
        return at
    }

    /// Skips one digit or more.
    private static func digitsEnd(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var at = start
        while at < bytes.count, Ascii.isDigit(bytes[at]) { at += 1 }
        if at == start { throw FormatError(.jsonInvalidNumber, at: at) }
        return at
    }

    /// `true`, `false` or `null`.
    static func word(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) -> (Tape.Kind, Int) {
        switch bytes[at] {
        case 0x74 where matches(bytes, at, 0x74, 0x72, 0x75, 0x65): return (.bool, at + 4)
        case 0x6E where matches(bytes, at, 0x6E, 0x75, 0x6C, 0x6C): return (.null, at + 4)
        case 0x66 where matches(bytes, at + 1, 0x61, 0x6C, 0x73, 0x65): return (.bool, at + 5)
        default: throw FormatError(.jsonExpected(.value), at: at)
        }
    }

    private static func matches(
        _ bytes: Span<UInt8>, _ at: Int, _ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8
    ) -> Bool {
        at + 4 <= bytes.count && bytes[at] == first && bytes[at + 1] == second && bytes[at + 2] == third
            && bytes[at + 3] == fourth
    }
}
