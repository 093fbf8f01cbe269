import KuayuAdapters
import KuayuModel
import Testing

/// The kinds of rules, both ways.
@Suite struct RuleTests {
    private func record(_ adapter: Adapter, _ more: String, status: String? = "submitted") throws -> CaseRecord {
        let reading = adapter.read(MiniAdapter.json(more, status: status))
        return try #require(reading.cases.first?.record, "\(reading.lines)")
    }

    @Test func aDefaultStandsForAnAbsentText() throws {
        let adapter = try MiniAdapter.make(rules: "  - {to: channel.kind, from: ch, default: window}\n")
        #expect(try record(adapter, "")[.named("channel.kind")] == "window")
        #expect(try record(adapter, "\"ch\":\"app\"")[.named("channel.kind")] == "app")
    }

    @Test func anAbsentTextIsWrittenAndReadAsAbsent() throws {
        let adapter = try MiniAdapter.make(
            rules: "  - {to: startedAt, from: acc, as: {epoch: ms, unset: [\"0\"]}, absent: \"0\"}\n")
        let read = try record(adapter, "\"acc\":0")
        #expect(read[.startedAt] == nil)
        #expect(MiniAdapter.write(adapter, read).text.contains("\"acc\":0"))
    }

    @Test func anUnfinishedStepEndsWhenItBegins() throws {
        let adapter = try MiniAdapter.make(
            rules: """
                  - each: events
                    from: steps
                    rules:
                      - {to: action, from: a}
                      - {to: startedAt, from: s, as: {datetime: yyyyMMddHHmmss}}
                      - {to: endedAt, from: e, as: {datetime: yyyyMMddHHmmss}, absent: {local: s}}
                      - {present: endedAt, from: done, yes: "2", no: "1"}

                """)
        let text = "\"steps\":[{\"a\":\"accepted\",\"s\":\"20260302090000\",\"e\":\"20260302090000\",\"done\":\"1\"}]"
        let read = try record(adapter, text)
        #expect(read[.events].count == 1)
        #expect(read[.events][0][.named("events[].endedAt")] == nil)
        #expect(MiniAdapter.write(adapter, read).text.contains(text))
        let bad = adapter.read(MiniAdapter.json(text.replacing("\"done\":\"1\"", with: "\"done\":\"3\"")))
        #expect(bad.codes.contains("code.unknown"))
    }

    @Test func aVariantChoosesItsRules() throws {
        let adapter = try MiniAdapter.make(
            rules: """
                  - variant: {to: delivery.way, local: w}
                    optional: true
                    cases:
                      "1": {is: self}
                      "2": {is: [express, terminal], rules: [{to: delivery.address, from: addr}]}
                      "3": {is: electronic}

                """)
        var read = try record(adapter, "\"w\":\"2\",\"addr\":\"某路\"")
        #expect(read[.named("delivery.way")] == "express")
        #expect(read[.named("delivery.address")] == "某路")
        #expect(adapter.coarsened(.named("delivery.way"), "terminal") == "express")
        read[.named("delivery.way")] = "terminal"
        let written = MiniAdapter.write(adapter, read)
        #expect(written.text.contains("\"w\":\"2\",\"addr\":\"某路\""))
        #expect(written.declared == [[]])
        #expect(adapter.read(Array(written.text.utf8)).cases[0].record == read)
        #expect(adapter.read(MiniAdapter.json("\"w\":\"9\"")).codes == ["variant.unknown"])
        #expect(adapter.read(MiniAdapter.json("\"w\":\"2\"")).codes == ["local.missing"])
    }

    @Test func aTemplateSplitsAndJoins() throws {
        let adapter = try MiniAdapter.make(
            rules: """
                  - template: {local: legal, pattern: "{name}|{no}"}
                    optional: true
                    parts:
                      name: {to: applicant.agent.name, chars: "[^|]+"}
                      no: {to: applicant.agent.mobile, chars: "[0-9]+"}

                """)
        let read = try record(adapter, "\"legal\":\"李四|13812345678\"")
        #expect(read[.named("applicant.agent.name")] == "李四")
        #expect(read[.named("applicant.agent.mobile")] == "13812345678")
        #expect(MiniAdapter.write(adapter, read).text.contains("\"legal\":\"李四|13812345678\""))
        #expect(adapter.read(MiniAdapter.json("\"legal\":\"李四\"")).codes == ["value.template"])
        var half = read
        half[.named("applicant.agent.mobile")] = nil
        // One part alone cannot be written: it travels in the extension, or the case is refused.
        #expect(MiniAdapter.write(adapter, half).refusals == [[]])
        let refused = MiniAdapter.write(adapter, half, allowsExtension: false)
        #expect(refused.refusals[0].map(\.code) == ["canonical.unwritable"])
    }

    @Test func inlineListsSplitAndEscape() throws {
        let adapter = try MiniAdapter.make(
            rules: """
                  - each: materials
                    from: list
                    inline: {between: ";", parts: ":", fields: [code, name], escape: "\\\\"}
                    rules: [{to: id, from: code}, {to: name, from: name}]

                """)
        let read = try record(adapter, "\"list\":\"1:身份证;2:a\\\\;b\\\\:c;\"")
        #expect(read[.materials].map { $0[.named("materials[].name")] } == ["身份证", "a;b:c"])
        #expect(MiniAdapter.write(adapter, read).text.contains("\"list\":\"1:身份证;2:a\\\\;b\\\\:c\""))
    }

    @Test func aHookConvertsBothWays() throws {
        let hook = Hook(
            locals: ["memo"], canonicals: ["a", "b"],
            inward: { texts in
                let parts = (texts["memo"] ?? "").split(separator: "~").map(String.init)
                return parts.count == 2 ? .values(["a": parts[0], "b": parts[1]]) : .refused("two parts are needed")
            },
            outward: { texts in .values(["memo": "\(texts["a"] ?? "")~\(texts["b"] ?? "")"]) })
        let rules = """
              - hook: test.memo
                local: {memo: m}
                canonical: {a: acceptanceNumber, b: bundle.theme}
                why: 测试

            """
        let adapter = try MiniAdapter.make(rules: rules, hooks: HookRegistry(hooks: ["test.memo": hook]))
        let read = try record(adapter, "\"m\":\"x~y\"")
        #expect(read[.named("acceptanceNumber")] == "x")
        #expect(MiniAdapter.write(adapter, read).text.contains("\"m\":\"x~y\""))
        #expect(adapter.read(MiniAdapter.json("\"m\":\"x\"")).codes == ["value.hook"])
    }

    // MARK: Tuples and coarse codes

    static let table = """
        local.1,local.2,canonical.1,canonical.2,rel,out,label
        done,yes,closed,granted,=,*,
        done,no,closed,denied,=,*,
        done,yes,issued,granted,>,,
        done,,closed,,=,,
        new,*,submitted,,=,,
        new,*,transferred,,>,,
        """

    private func tupleAdapter() throws -> Adapter {
        try MiniAdapter.make(
            rules: "  - {code: st, local: [s, r], canonical: [status, result.outcome]}\n",
            more: "extension: {local: ext, as: text}\ncodes: {st: codes/st.csv}\n", status: "",
            tables: ["codes/st.csv": Self.table])
    }

    @Test func tuplesDecideTogether() throws {
        let adapter = try tupleAdapter()
        let read = try record(adapter, "\"s\":\"done\",\"r\":\"no\"", status: nil)
        #expect(read[.status] == "closed")
        #expect(read[.outcome] == "denied")
        #expect(MiniAdapter.write(adapter, read).text.contains("\"s\":\"done\",\"r\":\"no\""))
        #expect(adapter.read(MiniAdapter.json("\"s\":\"done\",\"r\":\"x\"", status: nil)).codes == ["code.unknown"])
    }

    @Test func aFinerStateTravelsInTheExtensionOrIsDeclared() throws {
        let adapter = try tupleAdapter()
        #expect(adapter.coarsened(.status, "issued") == "closed")
        #expect(adapter.coarsened(.status, "closed") == nil)
        var read = try record(adapter, "\"s\":\"done\",\"r\":\"yes\"", status: nil)
        read[.status] = "issued"
        let whole = MiniAdapter.write(adapter, read)
        #expect(whole.declared == [[]])
        #expect(
            whole.text.contains(
                "\"ext\":\"{\\\"result\\\":{\\\"outcome\\\":\\\"granted\\\"},\\\"status\\\":\\\"issued\\\"}\""))
        #expect(adapter.read(Array(whole.text.utf8)).cases[0].record == read)
        let plain = MiniAdapter.write(adapter, read, allowsExtension: false)
        #expect(plain.declared == [["status"]])
        let back = try #require(adapter.read(Array(plain.text.utf8)).cases.first)
        #expect(back.record?[.status] == "closed")
        #expect(!back.isStatusExact)
    }

    @Test func aStaleExtensionLosesAgainstThePlainStatus() throws {
        let adapter = try tupleAdapter()
        let text = "\"s\":\"new\",\"r\":\"\",\"ext\":\"{\\\"status\\\":\\\"issued\\\"}\""
        #expect(try record(adapter, text, status: nil)[.status] == "submitted")
    }

    @Test func anUnknownStateRefusesTheCase() throws {
        let adapter = try tupleAdapter()
        var read = try record(adapter, "\"s\":\"new\"", status: nil)
        read[.status] = "special"
        let written = MiniAdapter.write(adapter, read)
        #expect(written.bytes == nil)
        #expect(written.refusals[0].map(\.code) == ["canonical.unwritable"])
    }

    @Test func rowsOfSeveralRulesMeetByKey() throws {
        let adapter = try MiniAdapter.make(
            rules: """
                  - each: places.handling
                    from: all
                    rules: [{to: division, from: ".", as: {division: code}}]
                  - {to: "localNumbers[region='310000',scheme='suid'].value", from: suid, optional: true}

                """)
        let read = try record(adapter, "\"all\":[\"310000\",\"330000\"],\"suid\":\"S1\",\"mode\":\"x\"")
        #expect(read[.handling].map { $0[.handlingDivision] } == ["310000", "330000"])
        #expect(read[.localNumbers].count == 1)
        #expect(MiniAdapter.write(adapter, read).text.contains("\"all\":[\"310000\",\"330000\"],\"suid\":\"S1\""))
    }

    @Test func aListInPlaceOfAValueIsAnIssue() throws {
        let adapter = try MiniAdapter.make(rules: "  - {to: acceptanceNumber, from: x, optional: true}\n")
        #expect(adapter.read(MiniAdapter.json("\"x\":[\"1\"]")).codes == ["local.list"])
        #expect(adapter.read(MiniAdapter.json("\"x\":{\"a\":\"1\"}")).codes == ["local.list"])
        #expect(adapter.read(MiniAdapter.json("\"x\":null")).codes == [])
    }

    @Test func refusedValuesAreNotWritten() throws {
        let adapter = try MiniAdapter.make(
            more: "extension: {local: ext, as: text}\nrefuses: {status: {values: [draft], why: 草稿不出域}}\n")
        let read = try record(adapter, "", status: "draft")
        let written = MiniAdapter.write(adapter, read)
        #expect(written.bytes == nil)
        #expect(written.refusals[0].map(\.code) == ["canonical.refused"])
        #expect(written.refusals[0][0].help == "草稿不出域")
    }
}
