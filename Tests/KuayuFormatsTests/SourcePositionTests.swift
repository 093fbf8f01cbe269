import KuayuFormats
import Testing

@Suite struct SourcePositionTests {
    /// a龙 LF 龙𠮷 LF: 龙 at 1 and 5, 𠮷 at 8, line ends at 4 and 12.
    @Test(arguments: [
        (0, 1, 1), (1, 1, 2), (2, 1, 2), (4, 1, 3), (5, 2, 1), (8, 2, 2), (9, 2, 2), (12, 2, 3), (13, 3, 1),
    ])
    func countsLinesAndCharactersOfUTF8(_ offset: Int, _ line: Int, _ column: Int) {
        let position = sourcePosition(of: offset, in: "a龙\n龙𠮷\n".bytes, encoding: .utf8)
        #expect(position == SourcePosition(offset: offset, line: line, column: column))
    }

    /// 龙, a, 𠮷 of four bytes, b.
    @Test(arguments: [(0, 1), (1, 1), (2, 2), (3, 3), (6, 3), (7, 4), (8, 5)])
    func countsCharactersOfGB18030(_ offset: Int, _ column: Int) throws {
        let bytes = try Hex.decode("c1fa619534b23562")
        let position = sourcePosition(of: offset, in: bytes, encoding: .gb18030)
        #expect(position == SourcePosition(offset: offset, line: 1, column: column))
    }

    @Test(arguments: [(-1, 0, 1), (3, 2, 3), (Int.max, 2, 3), (Int.min, 0, 1)])
    func offsetsOutsideGiveTheNearestEnd(_ offset: Int, _ nearest: Int, _ column: Int) {
        let position = sourcePosition(of: offset, in: "ab".bytes, encoding: .utf8)
        #expect(position == SourcePosition(offset: nearest, line: 1, column: column))
    }

    @Test(arguments: [("a\r\nb", 3, 2), ("a\rb", 2, 2), ("a\n\nb", 3, 3), ("a\r\n", 1, 1), ("a\r\n", 2, 1)])
    func knowsAllLineEnds(_ text: String, _ offset: Int, _ line: Int) {
        #expect(sourcePosition(of: offset, in: text.bytes, encoding: .utf8).line == line)
    }

    @Test func aByteOrderMarkTakesNoColumn() throws {
        #expect(sourcePosition(of: 4, in: "\u{FEFF}ab".bytes, encoding: .utf8).column == 2)
        let code = try GB18030.encode("\u{FEFF}ab".bytes, repertoire: .gb18030)
        #expect(sourcePosition(of: 5, in: code, encoding: .gb18030).column == 2)
    }

    @Test func brokenBytesCountAsCharacters() {
        #expect(sourcePosition(of: 2, in: [0xFF, 0xFE, 0x61], encoding: .utf8).column == 3)
        #expect(sourcePosition(of: 2, in: [0xFF, 0x80, 0x61], encoding: .gbk).column == 3)
    }
}
