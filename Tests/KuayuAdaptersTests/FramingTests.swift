import KuayuAdapters
import KuayuModel
import Testing

/// Payloads around cases.
@Suite struct FramingTests {
    private static func head(_ wire: String) -> String {
        "adapter: v1\nregion: \"310000\"\ncanonical: case/v1\nwire: \(wire)\n"
    }

    private let list = FramingTests.head(
        """
        {format: json, cases: data/apply, count: data/count, success: {path: ok, value: "true"}, key: id,
          envelope: [{path: ok, value: "true", write: bool}, {path: id, source: key}, {cases: here},
                     {path: data/count, source: count, write: number}]}
        """)

    private func payload(_ cases: [[UInt8]], count: Int, ok: String = "true") -> [UInt8] {
        let text = cases.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
        return Array("{\"ok\":\(ok),\"id\":\"k7\",\"data\":{\"apply\":[\(text)],\"count\":\(count)}}".utf8)
    }

    @Test func readsAListInAnEnvelope() throws {
        let adapter = try MiniAdapter.make(head: list)
        let bytes = payload([MiniAdapter.json(), MiniAdapter.json("", without: "who")], count: 2)
        let reading = adapter.read(bytes)
        #expect(reading.envelopeIssues.isEmpty)
        #expect(reading.key == "k7")
        #expect(reading.claimedCount == 2)
        #expect(reading.cases.map { $0.record == nil } == [false, true])
        #expect(reading.cases.map(\.bytes) == [MiniAdapter.json(), MiniAdapter.json("", without: "who")])
        #expect(Array(bytes[reading.cases[1].span]) == MiniAdapter.json("", without: "who"))
        #expect(reading.cases[1].issues.map(\.code) == ["local.missing"])
    }

    @Test func aWrongCountIsAWarning() throws {
        let adapter = try MiniAdapter.make(head: list)
        let reading = adapter.read(payload([MiniAdapter.json()], count: 2))
        #expect(reading.envelopeIssues.isEmpty)
        #expect(reading.hasCountMismatch)
        #expect(reading.warnings.map(\.code) == ["wire.count"])
        #expect(reading.cases.count == 1)
    }

    @Test func anEnvelopeThatSaysFailureGivesNothing() throws {
        let adapter = try MiniAdapter.make(head: list)
        let reading = adapter.read(payload([MiniAdapter.json()], count: 1, ok: "false"))
        #expect(reading.codes == ["wire.success"])
        #expect(reading.cases.isEmpty)
    }

    @Test func writesTheEnvelopeInItsOrder() throws {
        let adapter = try MiniAdapter.make(head: list)
        let record = try #require(adapter.read(payload([MiniAdapter.json()], count: 1)).cases[0].record)
        let item = CaseToWrite(record: record, allowsExtension: true)
        let text = adapter.write([item, item], envelope: MiniAdapter.envelope).text
        #expect(text.hasPrefix("{\"ok\":true,\"id\":\"k1\",\"data\":{\"apply\":[{"))
        #expect(text.hasSuffix("],\"count\":2}}"))
        #expect(adapter.read(Array(text.utf8)).cases.map(\.record) == [record, record])
    }

    @Test func readsAndWritesJSONInsideJSON() throws {
        let adapter = try MiniAdapter.make(
            head: Self.head(
                """
                {format: json, embedded: data, cases: data/list, count: data/n,
                  envelope: [{path: ok, value: "true", write: bool}, {path: data/n, source: count, write: number, at: inner}]}
                """))
        let inner =
            "{\"data\":{\"n\":1,\"list\":[\(String(decoding: MiniAdapter.json("\"x\":\"a\\\"b\""), as: UTF8.self))]}}"
        let escaped = inner.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let reading = adapter.read(Array("{\"ok\":true,\"data\":\"\(escaped)\"}".utf8))
        let record = try #require(reading.cases.first?.record, "\(reading.lines)")
        #expect(reading.claimedCount == 1)
        let text = MiniAdapter.write(adapter, record).text
        #expect(text.hasPrefix("{\"ok\":true,\"data\":\"{\\\"data\\\":{\\\"n\\\":1,\\\"list\\\":[{\\\"code\\\":"))
        #expect(adapter.read(Array(text.utf8)).cases[0].record == record)
        #expect(adapter.read(Array("{\"ok\":true,\"data\":{}}".utf8)).codes == ["wire.envelope"])
    }

    @Test func issuesPointIntoTheOriginalEncoding() throws {
        let adapter = try MiniAdapter.make(
            head: Self.head("{format: xml, encoding: gb18030, root: R}"),
            more: "extension: {local: ext, as: text}\n")
        // 事项 with a four-byte character before the wrong number, so that offsets in UTF-8 and GB 18030 differ.
        var bytes: [UInt8] = Array(
            "<?xml version=\"1.0\" encoding=\"GB18030\"?>\n<R><code>310101234567</code><name>".utf8)
        bytes += [0xCA, 0xC2, 0x95, 0x34, 0xB2, 0x35]
        bytes += Array("</name><kind>1</kind><who>".utf8) + [0xD5, 0xC5]
        bytes += Array("</who><idType>111</idType>\n<id>310101199003070018</id><region>310000</region>".utf8)
        bytes += Array("<status>submitted</status></R>".utf8)
        let reading = adapter.read(bytes)
        let issue = try #require(reading.cases.first?.issues.first)
        #expect(issue.code == "id.check-digit")
        #expect(issue.path == "id")
        #expect(issue.position?.line == 3)
        #expect(issue.position?.column == 5)
        let offset = try #require(issue.position?.offset)
        #expect(Array(bytes[offset..<offset + 6]) == Array("310101".utf8))
        #expect(issue.rule == "adapter.yaml:12")
        #expect(!issue.message.contains("310101199003070018"))
    }

    @Test func readsAndWritesLines() throws {
        let head = Self.head(
            """
            {format: delimited, encoding: gb18030, header: '#T|{sender}|{batch}|{count}', sender: {value: "310000"},
              columns: [no, code, name, kind, who, idType, id, region, status, keep, ext], optionalColumns: 1,
              repeats: lastWins, repeatKey: no, number: no}
            """)
        let adapter = try MiniAdapter.make(
            rules: "  - {to: \"localNumbers[region='310000',scheme='no'].value\", from: no}\n", head: head)
        let line = "1|310101234567|a\\|b\\nc|1|z|111|310101199003070019|310000|submitted|k"
        let reading = adapter.read(Array("#T|310000|B1|3\n\(line)\n2\(line.dropFirst())\n\(line)".utf8))
        #expect(reading.lines == [])
        #expect(reading.batch == "B1")
        #expect(reading.cases.map(\.isSuperseded) == [true, false, false])
        #expect(reading.cases[0].ownNumber == LocalNumber(scheme: "no", value: "1"))
        let record = try #require(reading.cases[0].record)
        #expect(record[.itemName] == "a|b\nc")
        let text = MiniAdapter.write(adapter, record).text
        #expect(text == "#T|310000|1|1\n1|310101234567|a\\|b\\nc|1|z|111|310101199003070019|310000|submitted||\n")
        #expect(adapter.read(Array("#T|320000|B1|1\n\(line)".utf8)).codes == ["wire.sender"])
        #expect(adapter.read(Array("\(line)".utf8)).codes == ["wire.envelope"])
        let broken = adapter.read(Array("#T|310000|B1|2\nx|y\n\(line)\n".utf8))
        #expect(broken.cases.map { $0.record == nil } == [true, false])
    }

    @Test func aReceiverOfGBKGetsNoReplacement() throws {
        let adapter = try MiniAdapter.make(head: Self.head("{format: xml, encoding: gbk, root: R}"))
        let text =
            "<R><code>310101234567</code><name>事项</name><kind>1</kind><who>z</who><idType>111</idType>"
            + "<id>310101199003070019</id><region>310000</region><status>submitted</status></R>"
        let ascii = text.replacing("事项", with: "x")
        var record = try #require(adapter.read(Array(ascii.utf8)).cases.first?.record)
        #expect(MiniAdapter.write(adapter, record).refusals == [[]])
        record[.itemName] = "𠮷"
        let written = MiniAdapter.write(adapter, record)
        #expect(written.bytes == nil)
        #expect(written.refusals[0].map(\.code) == ["value.encoding"])
    }

    @Test func repliesAreClassed() throws {
        let rule = try MiniAdapter.make().profile.reply
        #expect(rule.classify(status: 200, body: Array("{\"ok\":true}".utf8)) == .delivered)
        #expect(rule.classify(status: 200, body: Array("{\"ok\":false,\"msg\":\"无\"}".utf8)) == .rejected("无"))
        #expect(rule.classify(status: 200, body: Array("{\"ok\":9}".utf8)) == .busy(""))
        #expect(rule.classify(status: 200, body: Array("<html>张三 123".utf8)) == .garbage("<aaaa>?????? 999"))
        #expect(
            String(decoding: rule.render(.refused, message: "a\"b"), as: UTF8.self)
                == "{\"ok\":false,\"msg\":\"a\\\"b\"}")
        #expect(String(decoding: rule.render(.accepted, count: 3), as: UTF8.self) == "{\"ok\":true,\"n\":3}")
    }

    @Test func explainsEveryField() throws {
        let adapter = try MiniAdapter.make()
        let explanation = try #require(adapter.explain(MiniAdapter.json("\"more\":1")).first)
        let row = try #require(explanation.rows.first { $0.canonicalPath == "applicant.idNumber" })
        #expect(row.value == "310***********0019")
        #expect(row.raw == "310***********0019")
        #expect(row.localPath == "id")
        #expect(row.operation == "id")
        #expect(row.operationClass == "canonising")
        #expect(row.line == 1)
        #expect(explanation.carried == ["more"])
    }
}
