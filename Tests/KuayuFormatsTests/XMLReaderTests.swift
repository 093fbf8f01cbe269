import KuayuFormats
import Testing

@Suite struct XMLReaderTests {
    @Test(arguments: [
        ("<A/>", "A=''"),
        ("<A></A>", "A=''"),
        ("<A >x</A >", "A='x'"),
        (
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"GB18030\" standalone='yes' ?>\n<!-- c --><?pi x?><A/>\n<!--d-->",
            "A=''"
        ),
        ("<A>\n <B>1</B>\n <B/>\n</A>", "A={B='1' B=''}"),
        ("<A x='1' y = \"a'b\"/>", "A={@x='1' @y='a'b'}"),
        ("<A x='1'>t</A>", "A={@x='1' 't'}"),
        ("<A x='1'> \n </A>", "A={@x='1'}"),
        ("<A x='1'><B/></A>", "A={@x='1' B=''}"),
        ("<A> </A>", "A=' '"),
        ("<A>&lt;&gt;&amp;&quot;&apos;&#20013;&#x4E2d;&#x20BB7;</A>", "A='<>&\"'中中𠮷'"),
        ("<A>a<![CDATA[<b>&amp;]]]]><![CDATA[>]]>c</A>", "A='a<b>&amp;]]>c'"),
        ("<A>a<!-- x -->b<?p q?>c</A>", "A='abc'"),
        ("<A>a\r\nb\rc\nd</A>", "A='a\nb\nc\nd'"),
        ("<A><![CDATA[a\r\nb]]></A>", "A='a\nb'"),
        ("<A>a&#13;b</A>", "A='a\rb'"),
        ("<A x='a\r\nb\tc\nd&#10;e'/>", "A={@x='a b c d\ne'}"),
        ("<A><![CDATA[ ]]><B/></A>", "A={B=''}"),
        ("<办件 编号='1'><名.称-2>龙</名.称-2></办件>", "办件={@编号='1' 名.称-2='龙'}"),
        (
            "<p:A xmlns:p='u' p:x='1' x='2'><p:B xml:lang='zh'/></p:A>",
            "p:A={@xmlns:p='u' @p:x='1' @x='2' p:B={@xml:lang='zh'}}"
        ),
        ("<A xmlns='u'><B/></A>", "A={@xmlns='u' B=''}"),
        ("<A>]] ></A>", "A=']] >'"),
        ("<A>]]&gt;</A>", "A=']]>'"),
        ("<A>x</A\n>", "A='x'"),
    ])
    func reads(_ text: String, _ expected: String) throws {
        let tape = try XMLReader.read(text.bytes)
        #expect(sketch(tape) == expected)
        #expect(structureFault(tape) == nil)
    }

    @Test(arguments: [
        ("", FormatError(.xmlExpected(.root), at: 0)),
        ("<!-- c -->", FormatError(.xmlExpected(.root), at: 10)),
        ("x<A/>", FormatError(.xmlContentOutsideRoot, at: 0)),
        ("<A/>x", FormatError(.xmlContentOutsideRoot, at: 4)),
        ("<A/><B/>", FormatError(.xmlContentOutsideRoot, at: 4)),
        ("<A/><![CDATA[x]]>", FormatError(.xmlContentOutsideRoot, at: 4)),
        ("<!DOCTYPE A><A/>", FormatError(.xmlDoctype, at: 0)),
        (
            "<?xml version='1.0'?>\n<!DOCTYPE A [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><A>&x;</A>",
            FormatError(.xmlDoctype, at: 22)
        ),
        ("<A><!DOCTYPE x></A>", FormatError(.xmlDoctype, at: 3)),
        ("<A><!ELEMENT x></A>", FormatError(.xmlExpected(.tag), at: 3)),
        ("<A><B></A></B>", FormatError(.xmlMismatchedTag(opened: 3), at: 6)),
        ("<A></AB>", FormatError(.xmlMismatchedTag(opened: 0), at: 3)),
        ("<AB></A>", FormatError(.xmlMismatchedTag(opened: 0), at: 4)),
        ("<A></a>", FormatError(.xmlMismatchedTag(opened: 0), at: 3)),
        ("<A></A x>", FormatError(.xmlExpected(.tagEnd), at: 7)),
        ("<A></A/>", FormatError(.xmlExpected(.tagEnd), at: 6)),
        ("</A>", FormatError(.xmlExpected(.name), at: 1)),
        ("<A><B>x", FormatError(.xmlUnclosedElement(opened: 3), at: 7)),
        ("<A>", FormatError(.xmlUnclosedElement(opened: 0), at: 3)),
        ("<A><", FormatError(.xmlUnterminated(.tag), at: 3)),
        ("<A></A", FormatError(.xmlUnterminated(.tag), at: 3)),
        ("<A", FormatError(.xmlUnterminated(.tag), at: 0)),
        ("<A x='1'", FormatError(.xmlUnterminated(.tag), at: 0)),
        ("<A /", FormatError(.xmlExpected(.tagEnd), at: 4)),
        ("<A / >", FormatError(.xmlExpected(.tagEnd), at: 4)),
        ("< A/>", FormatError(.xmlExpected(.name), at: 1)),
        ("<1A/>", FormatError(.xmlInvalidName, at: 1)),
        ("<-A/>", FormatError(.xmlInvalidName, at: 1)),
        ("<A×/>", FormatError(.xmlInvalidName, at: 2)),
        ("<A x/>", FormatError(.xmlExpected(.equals), at: 4)),
        ("<A x=1/>", FormatError(.xmlExpected(.attributeValue), at: 5)),
        ("<A x='1'y='2'/>", FormatError(.xmlExpected(.space), at: 8)),
        ("<A x='1", FormatError(.xmlUnterminated(.attributeValue), at: 5)),
        ("<A x='<'/>", FormatError(.xmlLessThanInAttribute, at: 6)),
        ("<A x='1' y='2' x='3'/>", FormatError(.xmlDuplicateAttribute(first: 3), at: 15)),
        ("<A xmlns:a='u' xmlns:b='u' a:x='' b:x=''/>", FormatError(.xmlDuplicateAttribute(first: 27), at: 34)),
        (
            "<A xmlns:a='u' xmlns:b='v' xmlns:c='u'><B a:x='' b:x='' c:x=''/></A>",
            FormatError(.xmlDuplicateAttribute(first: 42), at: 56)
        ),
        ("<A>x<B/></A>", FormatError(.xmlMixedContent, at: 3)),
        ("<A><B/> y</A>", FormatError(.xmlMixedContent, at: 8)),
        ("<A><B/><![CDATA[y]]></A>", FormatError(.xmlMixedContent, at: 7)),
        ("<A><B/>&#32;</A>", FormatError(.xmlMixedContent, at: 7)),
        ("<A>a]]>b</A>", FormatError(.xmlCDATAEndInText, at: 4)),
        ("<A>&nbsp;</A>", FormatError(.xmlUnknownEntity, at: 3)),
        ("<A>a & b</A>", FormatError(.xmlUnknownEntity, at: 5)),
        ("<A>&#;</A>", FormatError(.xmlUnknownEntity, at: 3)),
        ("<A>&#x;</A>", FormatError(.xmlUnknownEntity, at: 3)),
        ("<A>&#12a;</A>", FormatError(.xmlUnknownEntity, at: 3)),
        ("<A>&#0;</A>", FormatError(.xmlInvalidReference, at: 3)),
        ("<A>&#xD800;</A>", FormatError(.xmlInvalidReference, at: 3)),
        ("<A>&#xFFFE;</A>", FormatError(.xmlInvalidReference, at: 3)),
        ("<A>&#x110000;</A>", FormatError(.xmlInvalidReference, at: 3)),
        ("<A>&#99999999999999999999;</A>", FormatError(.xmlInvalidReference, at: 3)),
        ("<A x='&bad;'/>", FormatError(.xmlUnknownEntity, at: 6)),
        ("<A>a\u{1}</A>", FormatError(.xmlIllegalCharacter, at: 4)),
        ("<A x='\u{B}'/>", FormatError(.xmlIllegalCharacter, at: 6)),
        ("<A>\u{FFFE}</A>", FormatError(.xmlIllegalCharacter, at: 3)),
        ("<A>龙\u{FFFF}</A>", FormatError(.xmlIllegalCharacter, at: 6)),
        ("<A><!-- \u{2} --></A>", FormatError(.xmlIllegalCharacter, at: 8)),
        ("<A><!-- a -- b --></A>", FormatError(.xmlDoubleHyphen, at: 10)),
        ("<A><!-- a --->", FormatError(.xmlDoubleHyphen, at: 10)),
        ("<A><!-- a", FormatError(.xmlUnterminated(.comment), at: 3)),
        ("<A><!-->", FormatError(.xmlUnterminated(.comment), at: 3)),
        ("<A><![CDATA[x]]", FormatError(.xmlUnterminated(.cdata), at: 3)),
        ("<A><?p", FormatError(.xmlUnterminated(.instruction), at: 3)),
        ("<A><??></A>", FormatError(.xmlExpected(.name), at: 5)),
        (" <?xml version='1.0'?><A/>", FormatError(.xmlMisplacedDeclaration, at: 1)),
        ("<A><?XML x?></A>", FormatError(.xmlMisplacedDeclaration, at: 3)),
        ("<?xml version='1.1'?><A/>", FormatError(.xmlUnsupportedVersion, at: 15)),
        ("<?xml encoding='x'?><A/>", FormatError(.xmlInvalidDeclaration, at: 5)),
        ("<?xml version='1.0' standalone='no' encoding='x'?><A/>", FormatError(.xmlInvalidDeclaration, at: 36)),
        ("<?xml version='1.0' standalone='ja'?><A/>", FormatError(.xmlInvalidDeclaration, at: 32)),
        ("<?xml version='1.0' encoding='ü'?><A/>", FormatError(.xmlInvalidDeclaration, at: 30)),
        ("<?xml version='1.0'><A/>", FormatError(.xmlInvalidDeclaration, at: 19)),
        ("<p:A/>", FormatError(.xmlUndeclaredPrefix, at: 1)),
        ("<A p:x=''/>", FormatError(.xmlUndeclaredPrefix, at: 3)),
        ("<A><B xmlns:p='u'/><p:C/></A>", FormatError(.xmlUndeclaredPrefix, at: 20)),
        ("<A xmlns:p=''/>", FormatError(.xmlReservedPrefix, at: 3)),
        ("<A xmlns:xml='u'/>", FormatError(.xmlReservedPrefix, at: 3)),
        ("<xmlns:A/>", FormatError(.xmlReservedPrefix, at: 1)),
        ("<:A/>", FormatError(.xmlInvalidName, at: 1)),
        ("<A:/>", FormatError(.xmlInvalidName, at: 2)),
        ("<A xmlns:p='u'><p:a:b/></A>", FormatError(.xmlInvalidName, at: 19)),
        ("<A xmlns:p='u'><p:1/></A>", FormatError(.xmlInvalidName, at: 18)),
    ])
    func refuses(_ text: String, _ expected: FormatError) {
        #expect(refusal { () throws(FormatError) in try XMLReader.read(text.bytes) } == expected)
    }

    @Test(arguments: ["<A>", "<A x='", "<A><!--", "<A><![CDATA[", "<A><?p ", "<"])
    func refusesBrokenUTF8(_ head: String) {
        let error = refusal { () throws(FormatError) in try XMLReader.read(head.bytes + [0xC0, 0x80]) }
        #expect(error == FormatError(.invalidUTF8, at: head.utf8.count))
    }

    @Test func limitsHold() {
        func error(_ text: String, _ limits: FormatLimits = .standard) -> FormatError? {
            refusal { () throws(FormatError) in try XMLReader.read(text.bytes, limits: limits) }
        }
        let deep = String(repeating: "<A>", count: 64) + String(repeating: "</A>", count: 64)
        #expect(error(deep) == nil)
        #expect(error("<A>" + deep + "</A>") == FormatError(.tooDeep(limit: 64), at: 192))
        let attributes = (0..<64).map { " a\($0)=''" }.joined()
        #expect(error("<A\(attributes)/>") == nil)
        let tooMany = FormatError(.tooManyAttributes(limit: 64), at: attributes.utf8.count + 3)
        #expect(error("<A\(attributes) b=''/>") == tooMany)
        #expect(error("<A><B/></A>", FormatLimits(nodes: 2)) == nil)
        #expect(error("<A><B/></A>", FormatLimits(nodes: 1)) == FormatError(.tooManyNodes(limit: 1), at: 4))
        #expect(error("<A x=''>t</A>", FormatLimits(nodes: 2)) == FormatError(.tooManyNodes(limit: 2), at: 8))
        #expect(error("<A>abc</A>", FormatLimits(textBytes: 3)) == nil)
        #expect(error("<A>abc</A>", FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 3))
        #expect(error("<A x='abc'/>", FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 6))
        #expect(error("<ABC/>", FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 1))
        #expect(error("<A xyz=''/>", FormatLimits(textBytes: 2)) == FormatError(.textTooLong(limit: 2), at: 3))
        let prefixes = "<A xmlns:a='u'><A xmlns:b='u'>"
        #expect(error(prefixes + "</A></A>", FormatLimits(attributes: 2)) == nil)
        let third = FormatError(.tooManyAttributes(limit: 2), at: 33)
        #expect(error(prefixes + "<A xmlns:c='u'/></A></A>", FormatLimits(attributes: 2)) == third)
        #expect(error("<A/>", FormatLimits(bytes: 4)) == nil)
        #expect(error("<A/>", FormatLimits(bytes: 3)) == FormatError(.tooLarge(limit: 3), at: 3))
    }

    @Test(arguments: [
        ("<?xml version=\"1.0\" encoding=\"GB18030\"?><A/>", "GB18030"),
        ("<?xml version='1.0' encoding = 'utf-8'?><A/>", "utf-8"),
        ("\u{FEFF}<?xml version='1.0' encoding='x'?>", "x"),
        ("<?xml version='1.0'?><A encoding='no'/>", nil),
        ("<A/>", nil), ("", nil), ("<?xml encoding='", nil), ("<?xml encoding=>", nil), ("<?xml encoding='>", nil),
    ])
    func sniffsTheEncoding(_ text: String, _ expected: String?) {
        #expect(XMLReader.declaredEncoding(of: text.bytes) == expected)
    }

    @Test func extentsHoldTagsAndAll() throws {
        let text = "<R><A/><B x='1/'></B ><C>t</C><D k=\"v\">u</D></R>"
        let tape = try XMLReader.read(text.bytes)
        func extent(_ index: Int) -> String { String(decoding: tape.bytes[tape.extent(of: index)], as: UTF8.self) }
        #expect(tape.children(of: 0).map(extent) == ["<A/>", "<B x='1/'></B >", "<C>t</C>", "<D k=\"v\">u</D>"])
        let last = try #require(tape.child(of: 0, named: "D".bytes))
        #expect(tape.children(of: last).map(extent) == ["k=\"v\"", "u"])
        #expect(extent(0) == text)
    }

    @Test func attributesAreFoundWithoutTheirMark() throws {
        let tape = try XMLReader.read("<A ID='7'><ID>8</ID></A>".bytes)
        #expect(tape.child(of: 0, named: "ID".bytes).map(tape.name) == "@ID")
        #expect(tape.nodes[1].isAttribute && !tape.nodes[2].isAttribute)
    }
}
