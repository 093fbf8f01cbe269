/// Base64 with padding, RFC 4648, 4.
public enum Base64 {
    /// Which line breaks a text may have.
    public enum LineBreaks: Hashable, Sendable {
        /// None: a line break is an error.
        case refused
        /// CR and LF are skipped wherever they stand.
        case ignored
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()

    /// The text of `bytes`; with `lineLength` a CR LF after so many characters, and none at the end.
    ///
    /// - Parameter lineLength: a multiple of 4, 76 in RFC 2045; nil for one line.
    public static func encode(_ bytes: [UInt8], lineLength: Int? = nil) -> String {
        var out: [UInt8] = []
        append(bytes, to: &out, lineLength: lineLength)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the text of `bytes`, see ``encode(_:lineLength:)``.
    public static func append(_ bytes: [UInt8], to out: inout [UInt8], lineLength: Int? = nil) {
        let groupsPerLine = max(1, (lineLength ?? Int.max) / 4)
        out.reserveCapacity(out.count + bytes.count / 3 * 4 + 4)
        var at = 0
        var group = 0
        while at < bytes.count {
            if group == groupsPerLine {
                out.append(Ascii.carriageReturn)
                out.append(Ascii.lineFeed)
                group = 0
            }
            appendGroup(bytes, at, to: &out)
            at += 3
            group += 1
        }
    }

    private static func appendGroup(_ bytes: [UInt8], _ at: Int, to out: inout [UInt8]) {
        let count = bytes.count - at
        let second = count > 1 ? Int(bytes[at + 1]) : 0
        let third = count > 2 ? Int(bytes[at + 2]) : 0
        let group = Int(bytes[at]) << 16 | second << 8 | third
        out.append(alphabet[group >> 18])
        out.append(alphabet[group >> 12 & 63])
        out.append(count > 1 ? alphabet[group >> 6 & 63] : Ascii.equals)
        out.append(count > 2 ? alphabet[group & 63] : Ascii.equals)
    }

    /// The bytes of a text, strictly: full padding, no stray bits, nothing behind the padding.
    ///
    /// - Throws: ``FormatError`` with the offset of the first character that is wrong, or the end.
    public static func decode(
        _ text: [UInt8], lineBreaks: LineBreaks = .refused
    ) throws(FormatError) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 4 * 3)
        let values = Self.values
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        for (at, byte) in text.enumerated() {
            if lineBreaks == .ignored && (byte == Ascii.lineFeed || byte == Ascii.carriageReturn) { continue }
            if byte == Ascii.equals {
                padding += 1
                guard digits >= 2, digits + padding <= 4 else { throw FormatError(.invalidBase64, at: at) }
                continue
            }
            let value = values[Int(byte)]
            guard value < 64, padding == 0 else { throw FormatError(.invalidBase64, at: at) }
            group = group << 6 | UInt32(value)
            digits += 1
            if digits == 4 {
                out.append(UInt8(truncatingIfNeeded: group >> 16))
                out.append(UInt8(truncatingIfNeeded: group >> 8))
                out.append(UInt8(truncatingIfNeeded: group))
                digits = 0
            }
        }
        guard digits == 0 || digits + padding == 4 else { throw FormatError(.invalidBase64, at: text.count) }
        if digits > 0 { try appendRest(group, digits, text.count, to: &out) }
        return out
    }

    /// The same for a string.
    public static func decode(
        _ text: String, lineBreaks: LineBreaks = .refused
    ) throws(FormatError) -> [UInt8] {
        try decode(Array(text.utf8), lineBreaks: lineBreaks)
    }

    /// Two digits hold one byte and four stray bits, three hold two bytes and two.
    private static func appendRest(
        _ group: UInt32, _ digits: Int, _ end: Int, to out: inout [UInt8]
    ) throws(FormatError) {
        let stray: UInt32 = digits == 2 ? 4 : 2
        guard group & (1 << stray - 1) == 0 else { throw FormatError(.invalidBase64, at: end) }
        let whole = group >> stray
        if digits == 3 { out.append(UInt8(truncatingIfNeeded: whole >> 8)) }
        out.append(UInt8(truncatingIfNeeded: whole))
    }
}
