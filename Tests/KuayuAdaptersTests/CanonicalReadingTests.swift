import KuayuAdapters
import KuayuFormats
import KuayuModel
import Testing

@Suite struct CanonicalReadingTests {
    /// A document and what must be found in it.
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let code: String
        let path: String
        var testDescription: String { text }

        init(_ text: String, _ code: String, _ path: String) {
            self.text = text
            self.code = code
            self.path = path
        }
    }

    static let rows: [Row] = [
        Row(#"{"status":null}"#, "json.null", "status"),
        Row(#"{"item":null}"#, "json.null", "item"),
        Row(#"{"materials":null}"#, "json.null", "materials"),
        Row(#"{"status":""}"#, "json.empty", "status"),
        Row(#"{"item":{}}"#, "json.empty", "item"),
        Row(#"{"materials":[]}"#, "json.empty", "materials"),
        Row(#"{"materials":[{}]}"#, "json.empty", "materials[0]"),
        Row(#"{"bundle":{"after":[]}}"#, "json.empty", "bundle.after"),
        Row(#"{"bundle":{"after":["a",""]}}"#, "json.empty", "bundle.after[1]"),
        Row(#"{"bundle":{"after":["a\nb"]}}"#, "json.line-feed", "bundle.after[0]"),
        Row(#"{"bundle":{"after":"a"}}"#, "json.type", "bundle.after"),
        Row(#"{"bundle":{"after":[1]}}"#, "json.type", "bundle.after[0]"),
        Row(#"{"status":1}"#, "json.type", "status"),
        Row(#"{"version":"1"}"#, "json.type", "version"),
        Row(#"{"version":1.0}"#, "json.number", "version"),
        Row(#"{"version":1e2}"#, "json.number", "version"),
        Row(#"{"version":-0}"#, "json.number", "version"),
        Row(#"{"version":1234567890123456}"#, "json.number", "version"),
        Row(#"{"proactive":"true"}"#, "json.type", "proactive"),
        Row(#"{"proactive":1}"#, "json.type", "proactive"),
        Row(#"{"item":[]}"#, "json.type", "item"),
        Row(#"{"materials":{}}"#, "json.type", "materials"),
        Row(#"{"materials":["a"]}"#, "json.type", "materials[0]"),
        Row(#"{"applicant":{"name":{}}}"#, "json.type", "applicant.name"),
        Row(#"{"statis":"draft"}"#, "json.unknown-member", "statis"),
        Row(#"{"applicant":{"nmae":"a"}}"#, "json.unknown-member", "applicant.nmae"),
        Row(#"{"materials":[{"id":"1"},{"idd":"1"}]}"#, "json.unknown-member", "materials[1].idd"),
        Row(#"[]"#, "json.type", ""),
        Row(#""a""#, "json.type", ""),
    ]

    @Test(arguments: CanonicalReadingTests.rows)
    func refuses(_ row: Row) {
        let (record, issues) = CaseDocument.decode(Array(row.text.utf8))
        #expect(record == nil)
        #expect(issues.map(\.code) == [row.code])
        #expect(issues.first?.path == row.path)
        #expect(issues.first?.help.isEmpty == false)
    }

    static let hints: [(String, String)] = [
        (#"{"statis":"draft"}"#, "`status`"), (#"{"applicant":{"Name":"a"}}"#, "`name`"),
        (#"{"catalogCode":"a"}"#, "`item.catalogCode`"), (#"{"material":[]}"#, "`materials`"),
        (#"{"qqqqqqqqqq":"a"}"#, "`ext`"),
    ]

    @Test(arguments: CanonicalReadingTests.hints)
    func saysWhatWasMeant(_ text: String, _ hint: String) {
        #expect(CaseDocument.decode(Array(text.utf8)).issues.first?.help.contains(hint) == true)
    }

    @Test func givesAllIssuesWithTheirPlaces() {
        let text = """
            {
              "status": null,
              "事": 1,
              "applicant": {"name": "张三",
                "kind": 1}
            }
            """
        let issues = CaseDocument.decode(Array(text.utf8)).issues
        #expect(issues.map(\.code) == ["json.null", "json.unknown-member", "json.type"])
        #expect(issues.map { $0.position?.line } == [2, 3, 5])
        #expect(issues.map { $0.position?.column } == [13, 3, 13])
    }

    @Test func boundsTheIssues() {
        let text = "{" + (0..<150).map { "\"x\($0)\":1" }.joined(separator: ",") + "}"
        let issues = CaseDocument.decode(Array(text.utf8)).issues
        #expect(issues.count == CaseDocument.issueLimit)
        #expect(issues.last?.message.contains("50 further issues") == true)
    }

    @Test(arguments: ["", "{", "{\"status\":\"a\",}", "{\"status\":\"a\",\"status\":\"b\"}", "nul", "{} {}"])
    func refusesWhatIsNoJSON(_ text: String) {
        let (record, issues) = CaseDocument.decode(Array(text.utf8))
        #expect(record == nil)
        #expect(issues.count == 1)
        #expect(issues.first?.position != nil)
    }

    @Test func takesMembersInAnyOrderWithWhiteSpace() {
        let text = "{ \"version\" : 3 ,\n \"st\\u0061tus\" : \"dr\\u0061ft\",\"item\":{\"name\":\"a\\/b\"} }"
        let (record, issues) = CaseDocument.decode(Array(text.utf8))
        #expect(issues.isEmpty)
        #expect(record?[.status] == "draft")
        #expect(record?[.version] == "3")
        #expect(record?[.itemName] == "a/b")
    }

    @Test func takesAnEmptyDocument() {
        let (record, issues) = CaseDocument.decode(Array("{}".utf8))
        #expect(issues.isEmpty)
        #expect(record == CaseRecord())
    }

    @Test func readsAPartOfALargerDocument() throws {
        let text = #"{"a":1,"csjExt":{"proactive":true,"x":1}}"#
        let tape = try JSONReader.read(Array(text.utf8), limits: .standard)
        let node = try #require(tape.child(of: 0, named: Array("csjExt".utf8)))
        let (_, issues) = CaseDocument.decode(tape, at: node) { offset in
            MessagePosition(offset: offset + 1_000, line: 9, column: offset)
        }
        #expect(issues.map(\.path) == ["x"])
        #expect(issues.first?.position?.line == 9)
        #expect(issues.first?.position?.offset == 1_034)
    }
}
