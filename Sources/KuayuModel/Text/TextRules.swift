/// Small rules about text that adapters and checks share.
///
/// Characters are counted as Unicode scalars, which every system counts alike. Full normalisation (UAX #15) needs
/// tables and is not done here.
public enum TextRules {
    /// Folds full-width digits, Latin letters and the full-width space to ASCII: `３１０Ａ` becomes `310A`.
    ///
    /// Full-width punctuation is left alone: it is ordinary in Chinese text.
    public static func foldedWidth(_ text: some StringProtocol) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return String(text) }
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { folded.append(foldedWidth(scalar)) }
        return String(folded)
    }

    /// Takes blanks off both ends: space, tab, CR, LF, no-break space, ideographic space, byte-order mark.
    public static func trimmed(_ text: some StringProtocol) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(text[first..<scalars.index(after: last)])
    }

    /// Whether the text holds a control character other than LF: C0, DEL, C1.
    public static func hasForbiddenControl(_ text: some StringProtocol) -> Bool {
        firstForbiddenControl(text) != nil
    }

    /// Position, counted from 1, of the first control character other than LF; `nil` when there is none.
    public static func firstForbiddenControl(_ text: some StringProtocol) -> Int? {
        var position = 1
        for scalar in text.unicodeScalars {
            if scalar != "\n" && isControl(scalar) { return position }
            position += 1
        }
        return nil
    }

    /// Length in characters (Unicode scalars).
    public static func characterCount(_ text: some StringProtocol) -> Int { text.unicodeScalars.count }

    private static func foldedWidth(_ scalar: UnicodeScalar) -> UnicodeScalar {
        switch scalar.value {
        case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A: UnicodeScalar(scalar.value - 0xFEE0) ?? scalar
        case 0x3000: " "
        default: scalar
        }
    }

    private static func isBlank(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x3000, 0xFEFF: true
        default: false
        }
    }

    private static func isControl(_ scalar: UnicodeScalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
