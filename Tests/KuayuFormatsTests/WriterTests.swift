import KuayuFormats
import Testing

@Suite struct WriterTests {
    @Test func writesJSON() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("a\"")
        writer.string("龙\n")
        writer.name("b")
        writer.beginArray()
        writer.integer(-5)
        writer.number(literal: "1.50")
        writer.bool(true)
        writer.null()
        writer.beginObject()
        writer.endObject()
        writer.raw("[1]".bytes[...])
        writer.endArray()
        writer.name("c")
        writer.beginArray()
        writer.endArray()
        writer.endObject()
        let expected = #"{"a\"":"龙\n","b":[-5,1.50,true,null,{},[1]],"c":[]}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func aWrongOrderOfJSONStopsTheProgram() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.beginObject()
            writer.integer(1)
        }
    }

    @Test func writesXML() throws {
        var writer = XMLWriter()
        writer.declaration(encoding: "GB18030")
        writer.open("A")
        try writer.attribute("x", "<&\"'>\t\n\r龙")
        try writer.element("B", "a<b>&\r\"")
        writer.empty("C")
        writer.open("D")
        try writer.cdata("x]]>y]]]>".bytes[...])
        writer.close()
        try writer.element("E", "")
        writer.raw("<F/>".bytes[...])
        writer.close()
        let expected =
            "<?xml version=\"1.0\" encoding=\"GB18030\"?><A x=\"&lt;&amp;&quot;'&gt;&#9;&#10;&#13;龙\">"
            + "<B>a&lt;b&gt;&amp;&#13;\"</B><C/><D><![CDATA[x]]]]><![CDATA[>y]]]]]><![CDATA[>]]></D><E/><F/></A>"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        let tape = try XMLReader.read(writer.bytes)
        #expect(sketch(tape) == "A={@x='<&\"'>\t\n\r龙' B='a<b>&\r\"' C='' D='x]]>y]]]>' E='' F=''}")
    }

    @Test(arguments: [("a\u{0}", 1), ("龙\u{FFFF}", 3), ("\u{8}", 0)])
    func xmlRefusesWhatItCannotHold(_ text: String, _ offset: Int) {
        #expect(throws: FormatError(.xmlIllegalCharacter, at: offset)) {
            var writer = XMLWriter()
            try writer.element("A", text)
        }
        #expect(throws: FormatError(.xmlIllegalCharacter, at: offset)) {
            var writer = XMLWriter()
            writer.open("A")
            try writer.attribute("x", text)
        }
    }

    @Test func writesDelimitedText() throws {
        var pipe = DelimitedWriter(dialect: .pipe)
        try pipe.line(["a|b", "c\\d", "e\nf", ""])
        #expect(String(decoding: pipe.bytes, as: UTF8.self) == "a\\|b|c\\\\d|e\\nf|\n")
        var csv = DelimitedWriter(dialect: .csv)
        try csv.line(["a,b", "c\"d", "e\r\nf", "", "g"])
        #expect(String(decoding: csv.bytes, as: UTF8.self) == "\"a,b\",\"c\"\"d\",\"e\r\nf\",,g\r\n")
    }

    @Test(arguments: [("a\u{0}", 1), ("龙\u{1B}", 3), ("a\rb", 1)])
    func pipesRefuseWhatTheyCannotHold(_ text: String, _ offset: Int) {
        #expect(throws: FormatError(.delimitedControlCharacter, at: offset)) {
            var writer = DelimitedWriter(dialect: .pipe)
            try writer.field(text)
        }
    }

    /// Random texts of a nasty alphabet come back through every writer and reader.
    @Test func whatIsWrittenIsRead() throws {
        var random = SeededGenerator(seed: 1)
        let alphabet = Array("ab<>&\"'|,\\\n\r\t] 龙㑇𠮷é\u{FEFF}\u{7F};=/-!?".unicodeScalars)
        for _ in 0..<1_000 {
            let texts = (0..<3).map { _ in
                var scalars = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...12, using: &random) {
                    scalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
                }
                return String(scalars)
            }
            try checkJSON(texts)
            try checkXML(texts)
            try checkDelimited(texts, .csv)
            try checkDelimited(texts.map { String($0.unicodeScalars.filter { $0 != "\r" }) }, .pipe)
        }
    }

    private func checkJSON(_ texts: [String]) throws {
        var writer = JSONWriter()
        writer.beginArray()
        for text in texts {
            writer.beginObject()
            writer.name(text)
            writer.string(text)
            writer.endObject()
        }
        writer.endArray()
        let tape = try JSONReader.read(writer.bytes)
        #expect(tape.children(of: 0).map { tape.name($0 + 1).bytes } == texts.map(\.bytes))
        #expect(tape.children(of: 0).map { tape.text($0 + 1).bytes } == texts.map(\.bytes))
    }

    private func checkXML(_ texts: [String]) throws {
        var writer = XMLWriter()
        writer.open("R")
        for text in texts {
            writer.open("A")
            try writer.attribute("x", text)
            writer.close()
            try writer.element("B", text)
        }
        writer.close()
        let tape = try XMLReader.read(writer.bytes)
        let found = tape.children(of: 0).map { tape.text(tape.nodes[$0].kind == .object ? $0 + 1 : $0).bytes }
        #expect(found == texts.flatMap { [$0.bytes, $0.bytes] })
    }

    private func checkDelimited(_ texts: [String], _ dialect: DelimitedDialect) throws {
        var writer = DelimitedWriter(dialect: dialect)
        // A first field without a mark, so that none is taken for a byte-order mark.
        try writer.line(["0"] + texts)
        try writer.line(["1"] + texts.reversed())
        let bytes = writer.bytes
        let rows = try DelimitedReader.rows(bytes, dialect: dialect)
        let found = rows.map { $0.map { $0.text(in: bytes, dialect: dialect).bytes } }
        #expect(found == [["0".bytes] + texts.map(\.bytes), ["1".bytes] + texts.reversed().map(\.bytes)])
    }
}
