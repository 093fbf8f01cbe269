import KuayuAdapters
import KuayuModel
import Testing

/// Whoever is refused is told how to mend it.
@Suite struct HelpTests {
    /// Values that no operation reads, beyond those of ``OperationTests``.
    static let bad: [OperationTests.Bad] =
        OperationTests.bad + [
            OperationTests.Bad("limits.promised.amount", "{int: {}}", "\"x\"", "value.int"),
            OperationTests.Bad("limits.promised.amount", "{int: {}}", "1234567890123456789", "value.int"),
            OperationTests.Bad("proactive", "{bool: {}}", "\"y\"", "value.bool"),
            OperationTests.Bad("appliedAt", "{epoch: s}", "\"2026-03-02\"", "value.epoch"),
            OperationTests.Bad("appliedAt", "{epoch: ms}", "99999999999999999", "value.epoch"),
            OperationTests.Bad("result.licences[0].validFrom", "{date: yyyy-MM-dd}", "\"2026-02-30\"", "value.date"),
            OperationTests.Bad("materials[0].file.digest", "{digest: md5}", "\"d41d8cd9\"", "value.digest"),
            OperationTests.Bad("materials[0].file.digest", "{digest: sha256}", "\"\(zeros(63))g\"", "value.digest"),
            OperationTests.Bad("applicant.agent.idNumber", "{id: gb32100}", "\"1\"", "id.length"),
            OperationTests.Bad("places.collected.division", "{division: path}", "\"无此地\"", "value.division"),
            OperationTests.Bad("bundle.after", "{texts: \";\"}", "\"a\\nb;c\"", "value.texts"),
            OperationTests.Bad("acceptanceNumber", "{text: {}}", "[1, 2]", "local.list"),
            OperationTests.Bad("acceptanceNumber", "{text: {}}", "{\"a\": 1}", "local.list"),
        ]

    private static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

    @Test(arguments: bad) func saysOfEveryBadValueWhatToDo(_ row: OperationTests.Bad) throws {
        // An entry of a list needs the fields that tell it from others.
        let keys = [("materials[0]", "id"), ("materials[0]", "name"), ("result.licences[0]", "name")]
            .filter { row.field.hasPrefix($0.0) }
        let extra = keys.map { "  - {to: \"\($0).\($1)\", from: \($1)Key}\n" }.joined()
        let adapter = try MiniAdapter.make(
            rules: extra + "  - {to: \"\(row.field)\", from: x, as: \(row.operation), optional: true}\n",
            more: "extension: {local: ext, as: text}\ncodes: {modes: {\"1\": online}}\n")
        let more = keys.map { ",\"\($1)Key\":\"1\"" }.joined()
        let reading = adapter.read(MiniAdapter.json("\"x\":\(row.local)\(more)"))
        #expect(reading.codes.contains(row.code), "\(reading.lines)")
        expectHelp(reading)
    }

    @Test(arguments: Regions.bad) func saysOfEveryBadSampleWhatToDo(_ sample: Regions.Sample) throws {
        expectHelp(try Regions.adapter(sample.region).read(sample.bytes))
    }

    /// The same document with one member less at a time.
    @Test(arguments: ["code", "name", "kind", "who", "idType", "id", "region", "status"])
    func saysOfEveryMissingFieldWhatToDo(_ member: String) throws {
        let reading = try MiniAdapter.make().read(MiniAdapter.json("", without: member))
        #expect(!reading.lines.isEmpty)
        expectHelp(reading)
    }

    /// A missing field is explained by its meaning.
    @Test func everyFieldHasAMeaning() {
        for field in CaseSchema.v1.allFields { #expect(!CaseSchema.v1.info(field).meaning.isEmpty, "\(field.path)") }
    }

    @Test(arguments: [("{text: {max: 3}}", "abcd"), ("{fold: [upper]}", nil)] as [(String, String?)])
    func saysOfWhatCannotBeWrittenWhatToDo(_ operation: String, _ value: String?) throws {
        let rule = "  - {to: acceptanceNumber, from: x, as: "
        let free = try MiniAdapter.make(rules: rule + "{text: {}}, optional: true}\n")
        let narrow = try MiniAdapter.make(rules: rule + operation + "}\n")
        let reading = free.read(MiniAdapter.json(value.map { "\"x\":\"\($0)\"" } ?? ""))
        let record = try #require(reading.cases.first?.record, "\(reading.lines)")
        let refusals = MiniAdapter.write(narrow, record).refusals.flatMap { $0 }
        #expect(!refusals.isEmpty)
        for issue in refusals { #expect(!issue.help.isEmpty, "\(issue.code) \(issue.path)") }
    }

    private func expectHelp(_ reading: PayloadReading, sourceLocation: SourceLocation = #_sourceLocation) {
        let all = reading.envelopeIssues + reading.warnings + reading.cases.flatMap(\.issues)
        for issue in all {
            #expect(!issue.help.isEmpty, "\(issue.code) \(issue.path)", sourceLocation: sourceLocation)
        }
    }
}
