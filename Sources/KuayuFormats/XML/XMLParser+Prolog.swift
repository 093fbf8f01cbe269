// What stands before the root element: XML 1.0, 2.8.

extension XMLParser {
    /// Where the root element starts, or the end.
    static func prologEnd(_ bytes: Span<UInt8>) throws(FormatError) -> Int {
        var at = 0
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { at = 3 }
        if starts(bytes, at, with: "<?xml"), at + 5 < bytes.count, Ascii.isBlank(bytes[at + 5]) {
            at = try declarationEnd(bytes, at)
        }
        return try skipMisc(bytes, at)
    }

    /// Checks `<?xml version="1.0" encoding="…" standalone="yes|no"?>`; the last two may be missing.
    private static func declarationEnd(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var at = start + 5
        guard let version = try pseudoAttribute(bytes, &at, "version") else {
            throw FormatError(.xmlInvalidDeclaration, at: at)
        }
        guard version.count == 3, starts(bytes, version.lowerBound, with: "1.0") else {
            throw FormatError(.xmlUnsupportedVersion, at: version.lowerBound)
        }
        if let encoding = try pseudoAttribute(bytes, &at, "encoding") { try checkEncodingName(bytes, encoding) }
        if let standalone = try pseudoAttribute(bytes, &at, "standalone") {
            let isYes = standalone.count == 3 && starts(bytes, standalone.lowerBound, with: "yes")
            let isNo = standalone.count == 2 && starts(bytes, standalone.lowerBound, with: "no")
            guard isYes || isNo else { throw FormatError(.xmlInvalidDeclaration, at: standalone.lowerBound) }
        }
        at = Ascii.skipBlanks(bytes, at)
        guard starts(bytes, at, with: "?>") else { throw FormatError(.xmlInvalidDeclaration, at: at) }
        return at + 2
    }

    private static func checkEncodingName(_ bytes: Span<UInt8>, _ name: Range<Int>) throws(FormatError) {
        for index in name {
            let byte = bytes[index]
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
            let isOther = Ascii.isDigit(byte) || byte == Ascii.dot || byte == Ascii.minus || byte == 0x5F
            guard isLetter || isOther && index > name.lowerBound else {
                throw FormatError(.xmlInvalidDeclaration, at: index)
            }
        }
        if name.isEmpty { throw FormatError(.xmlInvalidDeclaration, at: name.lowerBound) }
    }

    /// The span of the value of ` name="value"`, and `at` behind it; nil, and `at` unmoved, when it is not there.
    private static func pseudoAttribute(
        _ bytes: Span<UInt8>, _ at: inout Int, _ name: String
    ) throws(FormatError) -> Range<Int>? {
        var next = Ascii.skipBlanks(bytes, at)
        guard next > at, starts(bytes, next, with: name) else { return nil }
        next = Ascii.skipBlanks(bytes, next + name.utf8.count)
        guard next < bytes.count, bytes[next] == Ascii.equals else {
            throw FormatError(.xmlInvalidDeclaration, at: next)
        }
        next = Ascii.skipBlanks(bytes, next + 1)
        guard next < bytes.count, bytes[next] == Ascii.quote || bytes[next] == Ascii.apostrophe else {
            throw FormatError(.xmlInvalidDeclaration, at: next)
        }
        let quote = bytes[next]
        let start = next + 1
        var end = start
        while end < bytes.count, bytes[end] != quote, bytes[end] != Ascii.greater { end += 1 }
        guard end < bytes.count, bytes[end] == quote else { throw FormatError(.xmlInvalidDeclaration, at: end) }
        at = end + 1
        return start..<end
    }
}
