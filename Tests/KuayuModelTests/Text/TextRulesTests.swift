import KuayuModel
import Testing

@Suite struct TextRulesTests {
    @Test(
        arguments: [
            ("３１０１０１", "310101"), ("ＡＺａｚ０９", "AZaz09"), ("上海　市", "上海 市"), ("（）：，", "（）：，"), ("abc", "abc"),
            ("", ""),
            ("\u{FF0F}\u{FF1A}\u{FF20}\u{FF3B}\u{FF40}\u{FF5B}", "\u{FF0F}\u{FF1A}\u{FF20}\u{FF3B}\u{FF40}\u{FF5B}"),
        ] as [(String, String)])
    func foldsWidth(_ text: String, _ expected: String) { #expect(TextRules.foldedWidth(text) == expected) }

    @Test(
        arguments: [
            (" a b ", "a b"), ("　上海　", "上海"), ("\u{FEFF}x\r\n", "x"), ("\t\u{A0}", ""), ("", ""), ("a", "a"),
            (" \u{301}a ", "\u{301}a"),
        ] as [(String, String)])
    func trims(_ text: String, _ expected: String) {
        #expect(Array(TextRules.trimmed(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(
        arguments: [
            ("a\nb", nil), ("", nil), ("上海𠮷", nil), ("a\r\nb", 2), ("\t", 1), ("ab\u{0}", 3), ("\u{7F}", 1),
            ("\u{85}", 1),
            ("\u{9F}", 1), ("\u{A0}", nil), ("\u{1F}", 1), (" ", nil),
        ] as [(String, Int?)])
    func findsControlCharacters(_ text: String, _ position: Int?) {
        #expect(TextRules.firstForbiddenControl(text) == position)
        #expect(TextRules.hasForbiddenControl(text) == (position != nil))
    }

    @Test func countsScalars() {
        #expect(TextRules.characterCount("𠮷田") == 2)
        #expect(TextRules.characterCount("\r\n") == 2)
        #expect(TextRules.characterCount("") == 0)
    }

    @Test(arguments: [([], ""), ([0], "00"), ([0xAB, 0x0F, 0xFF], "ab0fff")] as [([UInt8], String)])
    func writesAndReadsHex(_ bytes: [UInt8], _ text: String) {
        #expect(HexText.encode(bytes) == text)
        #expect(HexText.decode(text) == bytes)
        #expect(HexText.decode(text.uppercased()) == bytes)
    }

    @Test(arguments: ["a", "abc", "0g", "0x00", "００", " 00"])
    func refusesOtherHex(_ text: String) { #expect(HexText.decode(text) == nil) }
}
