import Foundation
import KuayuAdapters
import KuayuModel
import Testing

/// Published files that come from the field table.
///
/// `KUAYU_UPDATE_GOLDEN=1` rewrites them.
@Suite struct CanonicalSchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let isUpdate = ProcessInfo.processInfo.environment["KUAYU_UPDATE_GOLDEN"] == "1"

    private func compare(_ wanted: String, with path: String) throws {
        let file = Self.root.appending(path: path)
        if Self.isUpdate { try Data(wanted.utf8).write(to: file) }
        let found = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        #expect(found == wanted, "\(path) is out of date; run the tests with KUAYU_UPDATE_GOLDEN=1 and review it")
    }

    @Test func publishesTheSchema() throws {
        let text = String(decoding: CaseSchemaDocument.jsonSchema(), as: UTF8.self)
        try compare(text, with: "schema/case.v1.json")
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    }

    @Test func namesEveryFieldInTheSchema() throws {
        let object = try JSONSerialization.jsonObject(with: Data(CaseSchemaDocument.jsonSchema()))
        for field in CaseSchema.v1.allFields {
            let info = CaseSchema.v1.info(field)
            let steps = info.path.split(separator: ".").map(String.init)
            #expect(find(steps[...], in: object)?["x-level"] as? String == info.level.rawValue, "\(info.path)")
        }
    }

    private func find(_ steps: ArraySlice<String>, in schema: Any) -> [String: Any]? {
        guard let node = schema as? [String: Any] else { return nil }
        guard let step = steps.first else { return node }
        let name = step.hasSuffix("[]") ? String(step.dropLast(2)) : step
        guard let next = (node["properties"] as? [String: Any])?[name] as? [String: Any] else { return nil }
        return find(steps.dropFirst(), in: step.hasSuffix("[]") ? next["items"] ?? [:] : next)
    }

    @Test func documentsEveryField() throws {
        let path = "docs/canonical-case.md"
        let begin = "<!-- fields:begin (generated) -->\n"
        let end = "<!-- fields:end -->"
        let page = try String(decoding: Data(contentsOf: Self.root.appending(path: path)), as: UTF8.self)
        let start = try #require(page.range(of: begin)?.upperBound)
        let stop = try #require(page.range(of: end)?.lowerBound)
        let wanted = [page[..<start], CaseSchemaDocument.markdown()[...], "\n", page[stop...]].joined()
        try compare(wanted, with: path)
    }

    /// The file also serves `scripts/check-schema.py`, which validates it against the schema with another program.
    @Test func keepsTheSampleCasesReadable() throws {
        let path = "Tests/KuayuAdaptersTests/Fixtures/canonical-cases.jsonl"
        if Self.isUpdate { try Data(samples().utf8).write(to: Self.root.appending(path: path)) }
        let text = try String(decoding: Data(contentsOf: Self.root.appending(path: path)), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 16)
        for line in lines {
            let (record, issues) = CaseDocument.decode(Array(line.utf8))
            #expect(issues.isEmpty)
            let sample = try #require(record)
            #expect(CaseValidation.validate(sample).isEmpty)
            #expect(CaseDocument.encode(sample) == Array(line.utf8))
        }
    }

    private func samples() -> String {
        var chance = SeededGenerator(seed: 20_261_124)
        var text = ""
        for index in 0..<16 {
            let state = CaseState.allCases[index]
            let options = CaseGenerator.Options(states: [state], richness: [0.2, 0.5, 0.9, 1][index % 4])
            let record = CaseGenerator.make(using: &chance, options: options)
            text += String(decoding: CaseDocument.encode(record), as: UTF8.self)
            text += "\n"
        }
        return text
    }
}
