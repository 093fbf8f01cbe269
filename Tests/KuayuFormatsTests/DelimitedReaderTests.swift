import KuayuFormats
import Testing

@Suite struct DelimitedReaderTests {
    private func texts(_ text: String, _ dialect: DelimitedDialect) throws -> [[String]] {
        let bytes = text.bytes
        return try DelimitedReader.rows(bytes, dialect: dialect).map { row in
            row.map { $0.text(in: bytes, dialect: dialect) }
        }
    }

    @Test(
        arguments: [
            ("", []), ("a", [["a"]]), ("a\n", [["a"]]), ("\n", [[""]]), ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
            (",", [["", ""]]), ("a,\n,b\n", [["a", ""], ["", "b"]]), ("\u{FEFF}a,b", [["a", "b"]]),
            ("\"a,b\",\"c\"\"d\",\"e\r\nf\"\n", [["a,b", "c\"d", "e\r\nf"]]), ("\"\"\n", [[""]]),
            ("\"\"\"\"", [["\""]]),
            ("a\n\nb", [["a"], [""], ["b"]]), ("龙,㑇𠮷", [["龙", "㑇𠮷"]]), ("a\tb, c", [["a\tb", " c"]]),
            ("a|b\\n", [["a|b\\n"]]),
        ] as [(String, [[String]])])
    func readsCSV(_ text: String, _ expected: [[String]]) throws {
        #expect(try texts(text, .csv) == expected)
    }

    @Test(
        arguments: [
            ("a|b", [["a", "b"]]), (#"a\|b|c\\|d\ne"#, [["a|b", #"c\"#, "d\ne"]]), ("||", [["", "", ""]]),
            ("\"a|b\"", [["\"a", "b\""]]), ("a,b|", [["a,b", ""]]),
        ] as [(String, [[String]])])
    func readsPipes(_ text: String, _ expected: [[String]]) throws {
        #expect(try texts(text, .pipe) == expected)
    }

    @Test(arguments: [
        ("a,\"b", FormatError(.delimitedUnclosedQuote, at: 2)),
        ("a,\"b\"c", FormatError(.delimitedTextAfterQuote, at: 5)),
        ("a\"b", FormatError(.delimitedStrayQuote, at: 1)),
        ("a\rb", FormatError(.delimitedControlCharacter, at: 1)),
        ("\"a\u{0}\"", FormatError(.delimitedControlCharacter, at: 2)),
        ("a,b\n\u{1B}", FormatError(.delimitedControlCharacter, at: 4)),
    ])
    func refusesCSV(_ text: String, _ expected: FormatError) {
        #expect(refusal { () throws(FormatError) in try DelimitedReader.rows(text.bytes, dialect: .csv) } == expected)
    }

    @Test(arguments: [
        (#"a\tb"#, FormatError(.delimitedInvalidEscape, at: 1)),
        (#"a|b\"#, FormatError(.delimitedInvalidEscape, at: 3)),
    ])
    func refusesPipes(_ text: String, _ expected: FormatError) {
        #expect(refusal { () throws(FormatError) in try DelimitedReader.rows(text.bytes, dialect: .pipe) } == expected)
    }

    @Test func refusesBrokenUTF8() {
        let bytes: [UInt8] = [0x61, 0x7C, 0xE4, 0xB8]
        let error = refusal { () throws(FormatError) in try DelimitedReader.rows(bytes, dialect: .pipe) }
        #expect(error == FormatError(.invalidUTF8, at: 2))
    }

    @Test func limitsHold() {
        func error(_ text: String, _ limits: FormatLimits) -> FormatError? {
            refusal { () throws(FormatError) in try DelimitedReader.rows(text.bytes, dialect: .csv, limits: limits) }
        }
        #expect(error("a\nb\n", FormatLimits(nodes: 4)) == nil)
        #expect(error("a\nb\n", FormatLimits(nodes: 3)) == FormatError(.tooManyNodes(limit: 3), at: 2))
        #expect(error("a,bcd", FormatLimits(textBytes: 3)) == nil)
        #expect(error("a,bcd", FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 2))
        #expect(error("a,b", FormatLimits(bytes: 3)) == nil)
        #expect(error("a,b", FormatLimits(bytes: 2)) == FormatError(.tooLarge(limit: 2), at: 2))
    }

    @Test func readsTheHeader() throws {
        let (names, end) = try DelimitedReader.header("\u{FEFF}local,canonical\r\n1,a\n".bytes, dialect: .csv)
        #expect(names == ["local", "canonical"])
        #expect(end == 20)
        #expect(try DelimitedReader.header([], dialect: .csv).names == [])
    }

    @Test func aTableKeepsGoodLinesAndNamesBadOnes() {
        let head = "#BJ|v3\n"
        let document = (head + "1|甲\\|乙\n2\n3|x\\y\n4|丁|z\n5|戊").bytes
        let (tape, errors) = DelimitedReader.table(
            document, columns: ["SBLSH", "SQRMC"], from: head.utf8.count, dialect: .pipe)
        #expect(sketch(tape) == "[{SBLSH='1' SQRMC='甲|乙'} {SBLSH='5' SQRMC='戊'}]")
        #expect(structureFault(tape) == nil)
        #expect(
            errors == [
                FormatError(.delimitedColumnCount(expected: 2, found: 1), at: 18),
                FormatError(.delimitedInvalidEscape, at: 23),
                FormatError(.delimitedColumnCount(expected: 2, found: 3), at: 26),
            ])
        // Offsets of values are offsets of the document.
        #expect(document[Int(tape.nodes[2].valueStart)] == UInt8(ascii: "1"))
    }

    @Test func aTableStopsAtItsLimit() {
        let limits = FormatLimits(nodes: 4)
        let (whole, none) = DelimitedReader.table(
            "a\n".bytes, columns: ["x"], from: 0, dialect: .csv, limits: limits)
        #expect(sketch(whole) == "[{x='a'}]")
        #expect(none == [])
        let (tape, errors) = DelimitedReader.table(
            "a\nb\nc".bytes, columns: ["x"], from: 0, dialect: .csv, limits: limits)
        #expect(sketch(tape) == "[{x='a'}]")
        #expect(errors == [FormatError(.tooManyNodes(limit: 4), at: 2)])
        let (empty, tooLarge) = DelimitedReader.table(
            "abc".bytes, columns: ["x"], from: 0, dialect: .csv, limits: FormatLimits(bytes: 2))
        #expect(sketch(empty) == "[]")
        #expect(tooLarge == [FormatError(.tooLarge(limit: 2), at: 2)])
    }

    @Test func aTableGoesOnBehindAnUnclosedQuote() {
        let (tape, errors) = DelimitedReader.table(
            "a,\"b\nc,d\n".bytes, columns: ["x", "y"], from: 0, dialect: .csv)
        #expect(sketch(tape) == "[{x='c' y='d'}]")
        #expect(errors == [FormatError(.delimitedUnclosedQuote, at: 2)])
    }
}
