import KuayuAdapters
import KuayuModel
import Testing

/// Originals: verbatim, sticky spellings, carried and dropped fields.
@Suite struct ComplementTests {
    private let rules = """
          - {to: appliedAt, from: at, as: {datetime: "yyyy-MM-dd HH:mm:ss", accept: ["yyyy-MM-dd HH:mm:ss.S"]}, optional: true}
          - each: materials
            from: list
            rules: [{to: id, from: id}, {to: name, from: name}]

        """
    private let more = """
        extension: {local: ext, as: object}
        carry: {unmapped: keep, where: home, drop: [{path: sign, why: 重新签名}]}

        """
    private let document = MiniAdapter.json(
        """
        "at":"2026-03-02 09:00:00.0", "note" : {"a":[1, 2]},"sign":"x","list":[{"id":"1","name":"甲","size":7}]
        """)

    @Test func anUnchangedCaseGoesBackAsItCame() throws {
        let adapter = try MiniAdapter.make(rules: rules, more: more)
        let item = try #require(adapter.read(document).cases.first)
        let written = MiniAdapter.write(adapter, try #require(item.record), original: item.bytes)
        #expect(written.isVerbatim == [true])
        #expect(written.bytes == document)
    }

    @Test func aChangeKeepsSpellingsAndUnmappedFields() throws {
        let adapter = try MiniAdapter.make(rules: rules, more: more)
        let item = try #require(adapter.read(document).cases.first)
        var record = try #require(item.record)
        record[.itemName] = "新名称"
        let text = MiniAdapter.write(adapter, record, original: item.bytes).text
        #expect(text.contains("\"at\":\"2026-03-02 09:00:00.0\""))
        #expect(text.contains("\"note\":{\"a\":[1, 2]}"))
        #expect(text.contains("{\"id\":\"1\",\"name\":\"甲\",\"size\":7}"))
        #expect(!text.contains("sign"))
        #expect(text.contains("新名称"))
    }

    @Test func aChangedValueGetsTheFirstSpelling() throws {
        let adapter = try MiniAdapter.make(rules: rules, more: more)
        let item = try #require(adapter.read(document).cases.first)
        var record = try #require(item.record)
        record[.named("appliedAt")] = "2026-03-02T09:00:01+08:00"
        #expect(
            MiniAdapter.write(adapter, record, original: item.bytes).text.contains("\"at\":\"2026-03-02 09:00:01\""))
    }

    @Test func anotherRegionGetsNothingOfTheOriginal() throws {
        let adapter = try MiniAdapter.make(rules: rules, more: more)
        let record = try #require(adapter.read(document).cases.first?.record)
        #expect(!MiniAdapter.write(adapter, record).text.contains("note"))
    }

    @Test func theExtensionIsAnObjectAndComesBack() throws {
        let adapter = try MiniAdapter.make(rules: rules, more: more)
        var record = try #require(adapter.read(document).cases.first?.record)
        record[.named("rating.score")] = "5"
        record.update(.materials) { $0[0][.named("materials[].trust")] = "A" }
        let written = MiniAdapter.write(adapter, record)
        #expect(
            written.text.contains("\"ext\":{\"materials\":[{\"id\":\"1\",\"trust\":\"A\"}],\"rating\":{\"score\":5}}"))
        #expect(adapter.read(Array(written.text.utf8)).cases[0].record == record)
        let plain = MiniAdapter.write(adapter, record, allowsExtension: false)
        #expect(plain.declared == [["materials[].trust", "rating.score"]])
        #expect(!plain.text.contains("ext"))
    }

    @Test func anUnreadableExtensionIsAnIssue() throws {
        let adapter = try MiniAdapter.make(rules: rules, more: more)
        #expect(adapter.read(MiniAdapter.json("\"ext\":{\"nosuch\":1}")).codes == ["extension.unreadable"])
        #expect(adapter.read(MiniAdapter.json("\"ext\":\"{\"")).codes == ["extension.unreadable"])
    }
}
