import KuayuFormats
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("{}", "{}"),
        ("[]", "[]"),
        (" \t\r\n\"a\" ", "'a'"),
        (#"{"a":1,"b":[true,false,null,-0.5e+10],"c":{"d":""}}"#, "{a=1 b=[true false null -0.5e+10] c={d=''}}"),
        (#"{"name":"\"\\\/\b\f\n\r\t\u4e2d\ud842\udfb7"}"#, "{name='\"\\/\u{8}\u{C}\n\r\t中𠮷'}"),
        (#"{"\u0061b":"x","龙":"㑇𠮷"}"#, "{ab='x' 龙='㑇𠮷'}"),
        ("[0,-0,1e5,1E-5,10,9007199254740993]", "[0 -0 1e5 1E-5 10 9007199254740993]"),
        ("\u{7F}".debugQuoted, "'\u{7F}'"),
    ])
    func reads(_ text: String, _ expected: String) throws {
        let tape = try JSONReader.read(text.bytes)
        #expect(sketch(tape) == expected)
        #expect(structureFault(tape) == nil)
    }

    @Test(arguments: [
        ("", FormatError(.jsonUnexpectedEnd(.value), at: 0)),
        ("  ", FormatError(.jsonUnexpectedEnd(.value), at: 2)),
        ("\u{FEFF}{}", FormatError(.jsonByteOrderMark, at: 0)),
        ("{", FormatError(.jsonUnexpectedEnd(.commaOrBrace), at: 1)),
        ("[1", FormatError(.jsonUnexpectedEnd(.commaOrBracket), at: 2)),
        ("[1,", FormatError(.jsonUnexpectedEnd(.value), at: 3)),
        ("[1,]", FormatError(.jsonExpected(.value), at: 3)),
        ("[,1]", FormatError(.jsonExpected(.value), at: 1)),
        ("[1 2]", FormatError(.jsonExpected(.commaOrBracket), at: 3)),
        ("[1}", FormatError(.jsonExpected(.commaOrBracket), at: 2)),
        (#"{"a":1,}"#, FormatError(.jsonExpected(.name), at: 7)),
        (#"{"a":1,"#, FormatError(.jsonUnexpectedEnd(.name), at: 7)),
        ("{a:1}", FormatError(.jsonExpected(.name), at: 1)),
        (#"{"a" 1}"#, FormatError(.jsonExpected(.colon), at: 5)),
        (#"{"a""#, FormatError(.jsonUnexpectedEnd(.colon), at: 4)),
        (#"{"a":"#, FormatError(.jsonUnexpectedEnd(.value), at: 5)),
        (#"{"a":1 "b":2}"#, FormatError(.jsonExpected(.commaOrBrace), at: 7)),
        (#""abc"#, FormatError(.jsonUnexpectedEnd(.closingQuote), at: 4)),
        (#""abc\"#, FormatError(.jsonUnexpectedEnd(.closingQuote), at: 5)),
        (#""a\x""#, FormatError(.jsonInvalidEscape, at: 2)),
        (#""a\u12G4""#, FormatError(.jsonInvalidEscape, at: 2)),
        (#""a\u12"#, FormatError(.jsonInvalidEscape, at: 2)),
        (#""\ud800""#, FormatError(.jsonLoneSurrogate, at: 1)),
        (#""\ud800\u0041""#, FormatError(.jsonLoneSurrogate, at: 1)),
        (#""\udc00""#, FormatError(.jsonLoneSurrogate, at: 1)),
        (#""\ud800\ud800""#, FormatError(.jsonLoneSurrogate, at: 1)),
        ("\"a\nb\"", FormatError(.jsonControlCharacter, at: 2)),
        ("\"\u{1F}\"", FormatError(.jsonControlCharacter, at: 1)),
        ("{} x", FormatError(.jsonTrailingContent, at: 3)),
        ("1 2", FormatError(.jsonTrailingContent, at: 2)),
        ("truex", FormatError(.jsonTrailingContent, at: 4)),
        ("tru", FormatError(.jsonExpected(.value), at: 0)),
        ("True", FormatError(.jsonExpected(.value), at: 0)),
        ("NaN", FormatError(.jsonExpected(.value), at: 0)),
        ("'a'", FormatError(.jsonExpected(.value), at: 0)),
        ("[//\n1]", FormatError(.jsonExpected(.value), at: 1)),
        ("\u{A0}1", FormatError(.jsonExpected(.value), at: 0)),
    ])
    func refuses(_ text: String, _ expected: FormatError) {
        #expect(refusal { () throws(FormatError) in try JSONReader.read(text.bytes) } == expected)
    }

    @Test(arguments: [
        ("-", 1), ("01", 0), ("-01", 1), ("00", 0), ("1.", 2), ("1.e5", 2), ("1e", 2), ("1e+", 3), ("-a", 1),
        ("1.5E-", 5),
    ])
    func refusesNumbers(_ text: String, _ offset: Int) {
        let error = refusal { () throws(FormatError) in try JSONReader.read(text.bytes) }
        #expect(error == FormatError(.jsonInvalidNumber, at: offset))
    }

    @Test(
        arguments: [
            ([0x80], 0), ([0xC0, 0x80], 0), ([0xC1, 0xBF], 0), ([0xE0, 0x9F, 0xBF], 0), ([0xED, 0xA0, 0x80], 0),
            ([0xF0, 0x8F, 0xBF, 0xBF], 0), ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF5, 0x80, 0x80, 0x80], 0),
            ([0xE4, 0xB8], 0),
            ([0xE4, 0xB8, 0xAD, 0xFF], 3), ([0x61, 0xC3], 1),
        ] as [([UInt8], Int)])
    func refusesBrokenUTF8(_ content: [UInt8], _ offset: Int) {
        let document = [0x22] + content + [0x22]
        let error = refusal { () throws(FormatError) in try JSONReader.read(document) }
        #expect(error == FormatError(.invalidUTF8, at: offset + 1))
    }

    @Test(
        arguments: [
            ([0xC2, 0x80], "\u{80}"), ([0xDF, 0xBF], "\u{7FF}"), ([0xE0, 0xA0, 0x80], "\u{800}"),
            ([0xED, 0x9F, 0xBF], "\u{D7FF}"), ([0xEE, 0x80, 0x80], "\u{E000}"), ([0xEF, 0xBF, 0xBF], "\u{FFFF}"),
            ([0xF0, 0x90, 0x80, 0x80], "\u{10000}"), ([0xF4, 0x8F, 0xBF, 0xBF], "\u{10FFFF}"),
        ] as [([UInt8], String)])
    func takesTheEdgesOfUTF8(_ content: [UInt8], _ expected: String) throws {
        #expect(try JSONReader.read([0x22] + content + [0x22]).text(0) == expected)
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, 2, 8),
        (#"{"a":1,"\u0061":2}"#, 2, 8),
        (#"{"x":{"k":1,"k":2}}"#, 7, 13),
        (#"{"":1,"":2}"#, 2, 7),
        (#"{"a":1,"b":2,"\u0062":3,"a":4}"#, 8, 14),
    ])
    func refusesDuplicateNames(_ text: String, _ first: Int, _ second: Int) {
        let error = refusal { () throws(FormatError) in try JSONReader.read(text.bytes) }
        #expect(error == FormatError(.jsonDuplicateKey(first: first), at: second))
    }

    @Test(arguments: [2, 9, 95, 96, 97, 98, 500])
    func findsADuplicateInObjectsOfAnySize(_ count: Int) throws {
        let names = (0..<count).map { "\"k\($0)\":0" }
        let document = "{" + names.joined(separator: ",") + "}"
        #expect(throws: Never.self) { try JSONReader.read(document.bytes) }
        let doubled = document.dropLast() + ",\"k1\":0}"
        let error = refusal { () throws(FormatError) in try JSONReader.read(Array(doubled.utf8)) }
        #expect(error == FormatError(.jsonDuplicateKey(first: 9), at: document.utf8.count + 1))
    }

    @Test func manyMembersTakeNoQuadraticTime() throws {
        // 40,000 members by pairs would be 800 million comparisons, minutes in a debug build.
        let names = (0..<40_000).map { "\"member\($0)\":0" }
        let tape = try JSONReader.read(("{" + names.joined(separator: ",") + "}").bytes)
        #expect(tape.nodes.count == 40_001)
    }

    @Test func sameNamesInDifferentObjectsAreFine() throws {
        let tape = try JSONReader.read(#"[{"a":{"a":1}},{"a":2}]"#.bytes)
        #expect(sketch(tape) == "[{a={a=1}} {a=2}]")
    }

    @Test func depthHoldsAtItsLimit() {
        let atLimit = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(refusal { () throws(FormatError) in try JSONReader.read(atLimit.bytes) } == nil)
        let error = refusal { () throws(FormatError) in try JSONReader.read(("[" + atLimit + "]").bytes) }
        #expect(error == FormatError(.tooDeep(limit: 64), at: 64))
    }

    @Test func otherLimitsHoldToo() {
        func error(_ text: String, _ limits: FormatLimits) -> FormatError? {
            refusal { () throws(FormatError) in try JSONReader.read(text.bytes, limits: limits) }
        }
        #expect(error("[1,2]", FormatLimits(bytes: 5)) == nil)
        #expect(error("[1,2]", FormatLimits(bytes: 4)) == FormatError(.tooLarge(limit: 4), at: 4))
        #expect(error("[1,2]", FormatLimits(nodes: 3)) == nil)
        #expect(error("[1,2]", FormatLimits(nodes: 2)) == FormatError(.tooManyNodes(limit: 2), at: 3))
        #expect(error("[]", FormatLimits(nodes: 0)) == FormatError(.tooManyNodes(limit: 0), at: 0))
        #expect(error(#"["abc"]"#, FormatLimits(textBytes: 3)) == nil)
        #expect(error(#"["abc"]"#, FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 2))
        #expect(error(#"{"abc":1}"#, FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 2))
        #expect(error("[123]", FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 1))
    }

    @Test func aNodeStaysSmall() {
        #expect(MemoryLayout<Tape.Node>.stride == 24)
    }

    @Test func findsChildrenByDecodedName() throws {
        let tape = try JSONReader.read(#"{"a":[1,[2],3],"\u0062":"x"}"#.bytes)
        #expect(tape.child(of: 0, named: "b".bytes).map(tape.text) == "x")
        #expect(tape.child(of: 0, named: "c".bytes) == nil)
        #expect(Array(tape.children(of: 1)) == [2, 3, 5])
        #expect(!tape.nameEquals(1, "ab".bytes))
    }

    @Test func extentsHoldWholeValues() throws {
        let text = #"{"a":"x","b":[1, 2],"c":-1,"d":{}}"#
        let tape = try JSONReader.read(text.bytes)
        let extents = tape.children(of: 0).map { String(decoding: tape.bytes[tape.extent(of: $0)], as: UTF8.self) }
        #expect(extents == [#""x""#, "[1, 2]", "-1", "{}"])
        #expect(tape.extent(of: 0) == 0..<text.utf8.count)
    }

    @Test func leadsFromEmbeddedTextBackToTheDocument() throws {
        let document = #"{"data":"{\"k\":\"\u4e2d\\n龙\",\"z\":[1,}"}"#
        let tape = try JSONReader.read(document.bytes)
        let (inner, map) = JSONReader.embeddedText(tape, 1)
        #expect(String(decoding: inner, as: UTF8.self) == #"{"k":"中\n龙","z":[1,}"#)
        let error = try #require(refusal { () throws(FormatError) in try JSONReader.read(inner) })
        #expect(error.kind == .jsonExpected(.value))
        #expect(map.sourceOffset(error.offset) == document.utf8.count - 3)
        // Inside the escaped 中 every offset leads to its backslash.
        #expect((6...8).map(map.sourceOffset) == [18, 18, 18])
        #expect(map.sourceOffset(9) == 24)
        #expect(map.sourceOffset(inner.count) == document.utf8.count - 2)
        #expect(map.sourceOffset(inner.count + 50) == document.utf8.count - 2)
    }

    @Test func longEmbeddedTextKeepsItsOffsets() throws {
        // Far beyond one checkpoint: each unit is 9 bytes escaped and 5 plain.
        let units = 2_000
        let tape = try JSONReader.read(("\"" + String(repeating: #"\"a\u4e2d"#, count: units) + "\"").bytes)
        let (inner, map) = JSONReader.embeddedText(tape, 0)
        #expect(inner == String(repeating: "\"a中", count: units).bytes)
        for unit in stride(from: 0, to: units, by: 37) {
            let found = (0..<5).map { map.sourceOffset(unit * 5 + $0) - unit * 9 }
            #expect(found == [1, 3, 4, 4, 4])
        }
    }

    @Test func plainEmbeddedTextIsShifted() throws {
        let tape = try JSONReader.read(#"{"data":"[1,2]"}"#.bytes)
        let (inner, map) = JSONReader.embeddedText(tape, 1)
        #expect(String(decoding: inner, as: UTF8.self) == "[1,2]")
        #expect(map.sourceOffset(3) == 12)
    }
}

extension String {
    /// The text between double quotes.
    fileprivate var debugQuoted: String { "\"\(self)\"" }
}
