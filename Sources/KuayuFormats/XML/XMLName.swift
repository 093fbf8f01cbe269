/// Names and references: XML 1.0, 2.3 and 4.1.
enum XMLName {
    /// Where the name ends that starts at `start`.
    static func end(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        var hasColon = false
        return try end(bytes, start, &hasColon)
    }

    /// The same; sets `hasColon` when there is a colon in the name.
    @inline(__always)
    static func end(_ bytes: Span<UInt8>, _ start: Int, _ hasColon: inout Bool) throws(FormatError) -> Int {
        var at = start
        while at < bytes.count, isNameByte(bytes[at]) {
            if bytes[at] == Ascii.colon { hasColon = true }
            at += 1
        }
        if at < bytes.count && bytes[at] >= 0x80 { at = try slowEnd(bytes, at, from: start, &hasColon) }
        guard at > start else { throw FormatError(.xmlExpected(.name), at: start) }
        // A name starts with a letter, an underscore or a colon; digits, dots and hyphens come later.
        if bytes[start] < Ascii.colon { throw FormatError(.xmlInvalidName, at: start) }
        return at
    }

    /// Goes on at the first byte beyond ASCII.
    private static func slowEnd(
        _ bytes: Span<UInt8>, _ first: Int, from start: Int, _ hasColon: inout Bool
    ) throws(FormatError) -> Int {
        var at = first
        while at < bytes.count {
            if bytes[at] < 0x80 {
                guard isNameByte(bytes[at]) else { break }
                if bytes[at] == Ascii.colon { hasColon = true }
                at += 1
                continue
            }
            let length = UTF8Bytes.length(bytes, at)
            guard length > 0 else { throw FormatError(.invalidUTF8, at: at) }
            let scalar = UTF8Bytes.scalar(bytes, at, length: length)
            guard isNameStart(scalar) || at > start && isNameRest(scalar) else {
                throw FormatError(.xmlInvalidName, at: at)
            }
            at += length
        }
        return at
    }

    /// The position of the only colon, or nil.
    static func colon(_ bytes: Span<UInt8>, _ name: Range<Int>) throws(FormatError) -> Int? {
        var found: Int?
        for index in name where bytes[index] == Ascii.colon {
            guard found == nil, index > name.lowerBound, index + 1 < name.upperBound else {
                throw FormatError(.xmlInvalidName, at: index)
            }
            found = index
        }
        guard let found else { return nil }
        // The local part is a name too.
        let first = bytes[found + 1]
        if first < Ascii.colon { throw FormatError(.xmlInvalidName, at: found + 1) }
        return found
    }

    /// Letters, digits, colon, underscore, hyphen, dot.
    @inline(__always)
    static func isNameByte(_ byte: UInt8) -> Bool {
        let isLetter = (byte | 0x20) &- 0x61 < 26
        return isLetter || byte &- Ascii.zero < 11 || byte == 0x5F || byte == Ascii.minus || byte == Ascii.dot
    }

    /// NameStartChar beyond ASCII.
    private static func isNameStart(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D,
            0x2070...0x218F, 0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD,
            0x10000...0xEFFFF:
            true
        default: false
        }
    }

    /// NameChar beyond ASCII and NameStartChar.
    private static func isNameRest(_ scalar: UInt32) -> Bool {
        scalar == 0xB7 || 0x300...0x36F ~= scalar || 0x203F...0x2040 ~= scalar
    }
}

/// `&amp;` and its like: the five predefined entities and numeric references.
enum XMLReference {
    /// Where the reference ends whose ampersand is at `start`.
    static func end(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        guard let (scalar, length) = value(bytes, start) else { throw FormatError(.xmlUnknownEntity, at: start) }
        guard isCharacter(scalar) else { throw FormatError(.xmlInvalidReference, at: start) }
        return start + length
    }

    /// The scalar of the reference at `at` and its length; nil when it is none.
    static func value(_ bytes: Span<UInt8>, _ at: Int) -> (scalar: UInt32, length: Int)? {
        if XMLParser.starts(bytes, at, with: "&#") { return numeric(bytes, at) }
        if XMLParser.starts(bytes, at, with: "&lt;") { return (0x3C, 4) }
        if XMLParser.starts(bytes, at, with: "&gt;") { return (0x3E, 4) }
        if XMLParser.starts(bytes, at, with: "&amp;") { return (0x26, 5) }
        if XMLParser.starts(bytes, at, with: "&quot;") { return (0x22, 6) }
        if XMLParser.starts(bytes, at, with: "&apos;") { return (0x27, 6) }
        return nil
    }

    private static func numeric(_ bytes: Span<UInt8>, _ start: Int) -> (scalar: UInt32, length: Int)? {
        let isHex = start + 2 < bytes.count && bytes[start + 2] == 0x78
        var at = start + (isHex ? 3 : 2)
        let first = at
        var value: UInt32 = 0
        while at < bytes.count, bytes[at] != Ascii.semicolon {
            guard let digit = Ascii.hexValue(bytes[at]), isHex || digit < 10 else { return nil }
            // Beyond Unicode the value stays where it is: out of range, without overflow.
            value = min(value * (isHex ? 16 : 10) + digit, 0x11_0000)
            at += 1
        }
        return at < bytes.count && at > first ? (value, at + 1 - start) : nil
    }

    /// XML 1.0, 2.2.
    static func isCharacter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
