import KuayuModel
import Testing

@Suite struct CaseMaskingTests {
    struct Row: Sendable {
        let path: String
        let value: String
        let shown: String
    }

    static let rows: [Row] = [
        Row(path: "applicant.idNumber", value: "310101199003070019", shown: "310***********0019"),
        Row(path: "applicant.idNumber", value: "91310000MA1FL0000N", shown: "91310000MA1FL0000N"),
        Row(path: "applicant.mobile", value: "13800001234", shown: "138****1234"),
        Row(path: "form[].value", value: "月收入", shown: "***"),
        Row(path: "events[].opinion", value: "同意", shown: "***"),
        Row(path: "item.name", value: "新生儿入户", shown: "新生儿入户"),
        Row(path: "materials[].file.name", value: "张三身份证.pdf", shown: "***"),
    ]

    @Test(arguments: CaseMaskingTests.rows)
    func masksOneValue(_ row: Row) {
        #expect(CaseMasking.maskedText(.named(row.path), row.value) == row.shown)
    }

    @Test func keepsTheNameOfAFirmAndNotOfAPerson() {
        var record = CaseRecord()
        record[.named("applicant.kind")] = "2"
        record[.applicantName] = "上海某某有限公司"
        record[.named("applicant.legalRepresentative.name")] = "张三丰"
        let firm = CaseMasking.masked(record)
        #expect(firm[.applicantName] == "上海某某有限公司")
        #expect(firm[.named("applicant.legalRepresentative.name")]?.contains("三") == false)
        record[.named("applicant.kind")] = "1"
        #expect(CaseMasking.masked(record)[.applicantName]?.contains("海") == false)
        record[.named("applicant.kind")] = nil
        #expect(CaseMasking.masked(record)[.applicantName]?.contains("海") == false)
    }

    @Test func leavesNothingPersonalInRandomCases() {
        var chance = SeededGenerator(seed: 11)
        for _ in 0..<150 {
            let record = CaseGenerator.make(using: &chance, options: .init(richness: 1))
            let masked = CaseMasking.masked(record)
            let values = allValues(masked)
            for secret in secrets(record) {
                #expect(!values.contains { $0.contains(secret) }, "a masked case shows what it must not")
            }
            #expect(masked != record)
        }
    }

    @Test func keepsEveryUnmaskedValue() {
        var chance = SeededGenerator(seed: 12)
        let record = CaseGenerator.make(using: &chance, options: .init(richness: 1))
        let masked = CaseMasking.masked(record)
        for field in CaseSchema.v1.allFields where field.list < 0 && CaseSchema.v1.info(field).mask == .none {
            #expect(masked[field] == record[field])
        }
    }

    private static let secretPaths = [
        "applicant.idNumber", "applicant.mobile", "applicant.name", "applicant.agent.name", "applicant.agent.idNumber",
        "applicant.agent.mobile", "applicant.legalRepresentative.name", "applicant.legalRepresentative.idNumber",
        "applicant.email", "applicant.contactName", "delivery.recipient", "delivery.mobile",
    ]

    /// Personal values of a case that are long enough not to occur by accident.
    private func secrets(_ record: CaseRecord) -> [String] {
        Self.secretPaths.compactMap { path -> String? in
            guard let value = record[.named(path)], value.unicodeScalars.count > 3 else { return nil }
            if path == "applicant.name" && record[.named("applicant.kind")] != "1" { return nil }
            if path == "applicant.idNumber" && record[.named("applicant.idType")] == "USCC" { return nil }
            return value
        }
    }

    private func allValues(_ record: CaseRecord) -> [String] {
        var values = record.presentScalars.map(\.value)
        for index in CaseSchema.v1.lists.indices {
            for row in record[ListField(at: index)] {
                values += CaseSchema.v1.lists[index].fields.compactMap { row[$0] }
            }
        }
        return values
    }
}

extension ListField {
    /// A list by its place in the schema.
    init(at index: Int) { self = .named(CaseSchema.v1.lists[index].path) }
}
