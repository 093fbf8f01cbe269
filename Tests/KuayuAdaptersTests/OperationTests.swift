import KuayuAdapters
import KuayuModel
import Testing

/// Each operation in, out, and with what it cannot read.
@Suite struct OperationTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let field: String
        let operation: String
        let local: String
        let canonical: String?
        let back: String
        var testDescription: String { "\(operation) \(local)" }

        init(_ field: String, _ operation: String, _ local: String, _ canonical: String?, back: String? = nil) {
            self.field = field
            self.operation = operation
            self.local = local
            self.canonical = canonical
            self.back = back ?? local
        }
    }

    static let good: [Row] = [
        Row("acceptanceNumber", "{text: {max: 3}}", "\"abc\"", "abc"),
        Row("acceptanceNumber", "{text: {max: 3}}", "\"  abc\\u3000\"", "abc", back: "\"abc\""),
        Row("limits.promised.amount", "{int: {}}", "5", "5"),
        Row("limits.promised.amount", "{int: {}}", "\"007\"", "7", back: "7"),
        Row("limits.promised.amount", "{int: {}}", "\"5.0\"", "5", back: "5"),
        Row("fee.amount", "{decimal: {scale: 2}}", "\"12.5\"", "12.50", back: "\"12.50\""),
        Row("fee.amount", "{decimal: {scale: 2}}", "12", "12.00", back: "\"12.00\""),
        Row("proactive", "{bool: {true: 是, false: 否}}", "\"是\"", "true"),
        Row("proactive", "{bool: {}}", "false", "false"),
        Row("proactive", "{bool: {}}", "\"1\"", "true", back: "true"),
        Row("appliedAt", "{datetime: yyyyMMddHHmmss}", "\"20260302093000\"", "2026-03-02T09:30:00+08:00"),
        Row(
            "appliedAt", "{datetime: \"yyyy-MM-dd HH:mm:ss\", accept: [\"yyyy-MM-dd HH:mm:ss.S\", yyyyMMdd]}",
            "\"2026-03-02 09:30:00.0\"", "2026-03-02T09:30:00+08:00", back: "\"2026-03-02 09:30:00\""),
        Row(
            "appliedAt", "{datetime: \"yyyyMMdd'T'HHmmss\", accept: [yyyyMMdd]}", "\"20260302\"",
            "2026-03-02T00:00:00+08:00", back: "\"20260302T000000\""),
        Row("appliedAt", "{datetime: yyyyMMddHHmmss, unset: [\"1753-1-1\"]}", "\"1753-1-1\"", nil, back: ""),
        Row("appliedAt", "{epoch: ms}", "1767225600000", "2026-01-01T08:00:00+08:00"),
        Row(
            "appliedAt", "{epoch: ms, accept: seconds}", "1767225600", "2026-01-01T08:00:00+08:00",
            back: "1767225600000"),
        Row("appliedAt", "{epoch: s}", "1767225600", "2026-01-01T08:00:00+08:00"),
        Row("appliedAt", "{epoch: ms, unset: [\"0\"]}", "0", nil, back: ""),
        Row("applicant.agent.idNumber", "{id: gb11643}", "\"310101199003070019\"", "310101199003070019"),
        Row(
            "materials[0].file.digest", "{digest: md5}", "\"9E107D9D372BB6826BD81D3542A419D6\"",
            "md5:9e107d9d372bb6826bd81d3542a419d6", back: "\"9e107d9d372bb6826bd81d3542a419d6\""),
        Row("places.collected.division", "{division: code}", "\"330902000000\"", "330902", back: "\"330902\""),
        Row("places.collected.division", "{division: path, within: \"310000\"}", "\"浙江省/舟山市/普陀区\"", "330903"),
        Row(
            "places.collected.division", "{division: path, within: \"310000\"}", "\"普陀区\"", "310107",
            back: "\"上海市/普陀区\""),
        Row("acceptanceNumber", "{hex: {}}", "\"e4bda0\"", "你"),
        Row("acceptanceNumber", "{base64: {}}", "\"5L2g\\r\\n5aW9\"", "你好", back: "\"5L2g5aW9\""),
        Row("acceptanceNumber", "{fold: [width, upper]}", "\"ａｂ１２\"", "AB12", back: "\"AB12\""),
        Row("bundle.after", "{texts: \";\"}", "\"a; b;\"", "a\nb", back: "\"a;b\""),
    ]

    @Test(arguments: good) func readsAndWrites(_ row: Row) throws {
        let extra =
            row.field.hasPrefix("materials")
            ? "  - {to: \"materials[0].id\", from: mid}\n  - {to: \"materials[0].name\", from: mname}\n" : ""
        let more = row.field.hasPrefix("materials") ? ",\"mid\":\"1\",\"mname\":\"n\"" : ""
        let adapter = try MiniAdapter.make(
            rules: extra + "  - {to: \"\(row.field)\", from: x, as: \(row.operation), optional: true}\n")
        let reading = adapter.read(MiniAdapter.json("\"x\":\(row.local)\(more)"))
        let record = try #require(reading.cases.first?.record, "\(reading.lines)")
        #expect(value(row.field, record) == row.canonical)
        let text = MiniAdapter.write(adapter, record).text
        if row.back.isEmpty {
            #expect(!text.contains("\"x\""))
        } else {
            #expect(text.contains("\"x\":\(row.back)"), "\(text)")
        }
    }

    private func value(_ path: String, _ record: CaseRecord) -> String? {
        if path.hasPrefix("materials[0].") {
            return record[.materials].first?[.named(path.replacing("[0]", with: "[]"))]
        }
        return record[.named(path)]
    }

    struct Bad: CustomTestStringConvertible, Sendable {
        let field: String
        let operation: String
        let local: String
        let code: String
        var testDescription: String { "\(operation) \(local)" }

        init(_ field: String, _ operation: String, _ local: String, _ code: String) {
            self.field = field
            self.operation = operation
            self.local = local
            self.code = code
        }
    }

    static let bad: [Bad] = [
        Bad("acceptanceNumber", "{text: {max: 3}}", "\"abcd\"", "value.length"),
        Bad("limits.promised.amount", "{int: {}}", "\"5.5\"", "value.int"),
        Bad("limits.promised.amount", "{int: {}}", "3651", "type.range"),
        Bad("fee.amount", "{decimal: {scale: 2}}", "\"1.234\"", "value.decimal"),
        Bad("proactive", "{bool: {true: 是, false: 否}}", "\"y\"", "value.bool"),
        Bad("appliedAt", "{datetime: yyyyMMddHHmmss}", "\"20260230093000\"", "value.datetime"),
        Bad("appliedAt", "{datetime: yyyyMMddHHmmss}", "\"2026030209300\"", "value.datetime"),
        Bad("appliedAt", "{epoch: ms}", "\"x\"", "value.epoch"),
        Bad("appliedAt", "{epoch: s}", "99999999999999", "value.epoch"),
        Bad("applicant.agent.idNumber", "{id: gb11643}", "\"310101199003070018\"", "id.check-digit"),
        Bad("places.collected.division", "{division: code}", "\"33\"", "value.division"),
        Bad("places.collected.division", "{division: path}", "\"普陀区\"", "value.division"),
        Bad("acceptanceNumber", "{hex: {}}", "\"e4bd\"", "value.encoding"),
        Bad("acceptanceNumber", "{base64: {}}", "\"5L2\"", "value.encoding"),
        Bad("mode", "{code: modes}", "\"x\"", "code.unknown"),
    ]

    @Test(arguments: bad) func refuses(_ row: Bad) throws {
        let adapter = try MiniAdapter.make(
            rules: "  - {to: \(row.field), from: x, as: \(row.operation), optional: true}\n",
            more: "extension: {local: ext, as: text}\ncodes: {modes: {\"1\": online}}\n")
        let reading = adapter.read(MiniAdapter.json("\"x\":\(row.local)"))
        #expect(reading.cases.first?.record == nil)
        #expect(reading.codes.contains(row.code), "\(reading.lines)")
    }
}
