import KuayuAdapters
import KuayuModel
import Testing

/// Elements, attributes, selectors, groups and lists of texts.
@Suite struct StructureTests {
    private static let xmlHead = """
        adapter: v1
        region: "310000"
        canonical: case/v1
        wire: {format: xml, root: R}

        """

    private func xml(_ more: String) -> [UInt8] {
        Array(
            """
            <R><code>310101234567</code><name>a&amp;b</name><kind>1</kind><who>z</who><idType>111</idType>\
            <id>310101199003070019</id><region>310000</region><status>submitted</status>\(more)</R>
            """.utf8)
    }

    private func roundTrip(_ rules: String, _ more: String, _ check: (CaseRecord) -> Void) throws {
        let adapter = try MiniAdapter.make(rules: rules, head: Self.xmlHead)
        let reading = adapter.read(xml(more))
        let record = try #require(reading.cases.first?.record, "\(reading.lines)")
        check(record)
        let written = MiniAdapter.write(adapter, record)
        let text = written.text
        #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R><code>"))
        #expect(text.contains(more), "\(text)")
        #expect(adapter.read(Array(text.utf8)).cases[0].record == record)
    }

    @Test func attributesAndTextsLiveTogether() throws {
        let rules = "  - {to: acceptanceNumber, from: doc/@no}\n  - {to: bundle.theme, from: doc}\n"
        try roundTrip(rules, "<doc no=\"1 &quot;2&quot;\">主题</doc>") {
            #expect($0[.named("acceptanceNumber")] == "1 \"2\"")
            #expect($0[.named("bundle.theme")] == "主题")
        }
    }

    @Test func selectorsPickAndMakeElements() throws {
        let rules = """
              - {to: applicant.mobile, from: "list/item[@k='PHONE']/v", optional: true}
              - {to: applicant.email, from: "list/item[k='MAIL']/v", optional: true}

            """
        try roundTrip(rules, "<list><item k=\"PHONE\"><v>1</v></item><item><k>MAIL</k><v>2</v></item></list>") {
            #expect($0[.named("applicant.mobile")] == "1")
            #expect($0[.named("applicant.email")] == "2")
        }
    }

    @Test func selectorsWorkInJSON() throws {
        let adapter = try MiniAdapter.make(
            rules:
                "  - {to: applicant.mobile, from: \"list[k='PHONE']/v\", optional: true}\n  - {to: applicant.email, from: \"list[k='MAIL']/v\", optional: true}\n"
        )
        let text = "\"list\":[{\"k\":\"PHONE\",\"v\":\"1\"},{\"k\":\"MAIL\",\"v\":\"2\"}]"
        let record = try #require(adapter.read(MiniAdapter.json(text)).cases.first?.record)
        #expect(record[.named("applicant.mobile")] == "1")
        #expect(record[.named("applicant.email")] == "2")
        #expect(MiniAdapter.write(adapter, record).text.contains(text))
    }

    @Test func aGroupComesAsAWhole() throws {
        let rules = """
              - group: acc
                optional: true
                rules:
                  - {to: acceptanceNumber, from: acc/no}
                  - {to: startedAt, from: acc/at, as: {datetime: yyyyMMddHHmmss}, optional: true}
                  - {const: {local: acc/kind, value: "A"}}

            """
        try roundTrip(rules, "<acc><no>7</no><kind>A</kind></acc>") { #expect($0[.named("acceptanceNumber")] == "7") }
        let adapter = try MiniAdapter.make(rules: rules, head: Self.xmlHead)
        let without = try #require(adapter.read(xml("")).cases.first?.record)
        #expect(!MiniAdapter.write(adapter, without).text.contains("acc"))
        #expect(adapter.read(xml("<acc><at>20260302090000</at></acc>")).codes == ["local.missing"])
        var half = without
        half[.startedAt] = "2026-03-02T09:00:00+08:00"
        #expect(MiniAdapter.write(adapter, half).refusals[0].map(\.code) == ["canonical.missing"])
    }

    @Test func listsOfTextsAreElementsOrArrays() throws {
        let rules = "  - {to: bundle.after, from: all/one, as: {texts: array}, optional: true}\n"
        try roundTrip(rules, "<all><one>a</one><one>b</one></all>") { #expect($0[.named("bundle.after")] == "a\nb") }
        let adapter = try MiniAdapter.make(rules: rules)
        let record = try #require(adapter.read(MiniAdapter.json("\"all\":{\"one\":[\"a\",\"b\"]}")).cases.first?.record)
        #expect(MiniAdapter.write(adapter, record).text.contains("\"all\":{\"one\":[\"a\",\"b\"]}"))
    }

    @Test func anElementThatComesTwiceIsAnIssue() throws {
        let adapter = try MiniAdapter.make(
            rules: "  - {to: acceptanceNumber, from: acc/no, optional: true}\n", head: Self.xmlHead)
        let reading = adapter.read(xml("<acc><no>1</no></acc><acc><no>2</no></acc>"))
        #expect(reading.codes == ["local.list"])
        #expect(reading.lines[0].contains("acc comes more than once"))
    }

    @Test func observationsDecideAndAreNotWritten() throws {
        let rules = """
              - each: events
                from: steps/step
                rules: [{to: action, from: a}, {to: startedAt, from: s, as: {datetime: yyyyMMddHHmmss}}, {to: endedAt, from: e, as: {datetime: yyyyMMddHHmmss}, optional: true}]
              - {code: st, local: ["steps/step[last]/a", "steps/step[!e][exists]", "acc[exists]"], canonical: [status]}
              - {to: acceptanceNumber, from: acc/no, optional: true}

            """
        let table = """
            local.1,local.2,local.3,canonical.1,rel
            x,1,*,special,=
            x,,*,reviewing,=
            *,*,1,accepted,=
            ,,,submitted,=
            *,*,*,supplementing,>
            """
        let adapter = try MiniAdapter.make(
            rules: rules, head: Self.xmlHead, more: "extension: {local: ext, as: text}\ncodes: {st: codes/st.csv}\n",
            status: "", tables: ["codes/st.csv": table])
        let body = { (more: String) in
            Array(
                String(decoding: self.xml(more), as: UTF8.self).replacing("<status>submitted</status>", with: "").utf8)
        }
        let open = "<steps><step><a>x</a><s>20260302090000</s></step></steps>"
        let rows: [(String, String)] = [
            ("", "submitted"), ("<acc><no>1</no></acc>", "accepted"), (open, "special"),
            ("<steps><step><a>x</a><s>20260302090000</s><e>20260302090000</e></step></steps>", "reviewing"),
        ]
        for (more, status) in rows {
            let record = try #require(adapter.read(body(more)).cases.first?.record, "\(adapter.read(body(more)).lines)")
            #expect(record[.status] == status)
            #expect(adapter.read(Array(MiniAdapter.write(adapter, record).text.utf8)).cases[0].record == record)
        }
        var record = try #require(adapter.read(body(open)).cases.first?.record)
        record[.status] = "supplementing"
        let whole = MiniAdapter.write(adapter, record)
        #expect(whole.declared == [[]])
        #expect(adapter.read(Array(whole.text.utf8)).cases[0].record == record)
        #expect(MiniAdapter.write(adapter, record, allowsExtension: false).declared == [["status"]])
    }
}
