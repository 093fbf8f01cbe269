import KuayuEngine
import KuayuModel
import Testing

/// Levels of a case, and what is withheld above one.
@Suite struct CaseLevelTests {
    private static func row(_ list: String, _ values: [String: String]) -> CaseRow {
        var row = CaseRow(.named(list))
        for (path, value) in values { row[.named("\(list)[].\(path)")] = value }
        return row
    }

    /// A case with an item (L1), an applicant's name (L3) and form fields of these levels, nil for none of its own.
    private static func record(name: Bool = true, form levels: [DataLevel?] = []) -> CaseRecord {
        var record = CaseRecord()
        record[.catalogCode] = "310131001000"
        if name { record[.applicantName] = "样例" }
        record[.named("form")] = levels.enumerated().map { index, level in
            var values = ["key": "k\(index)", "value": "v\(index)"]
            values["level"] = level?.rawValue
            return row("form", values)
        }
        return record
    }

    /// A case, and its level.
    @Test(
        arguments: [
            (CaseRecord(), .l1), (record(name: false), .l1), (record(), .l3), (record(form: [nil]), .l4),
            (record(form: [.l1]), .l3), (record(name: false, form: [.l2]), .l2),
            (record(name: false, form: [.l2, .l1]), .l2), (record(name: false, form: [.l1, nil]), .l4),
            (record(name: false, form: [.l4]), .l4),
        ] as [(CaseRecord, DataLevel)])
    func aCaseHasTheHighestLevelOfWhatItHolds(record: CaseRecord, level: DataLevel) {
        #expect(CaseLevel.of(record) == level)
    }

    /// Levels of form fields, the receiver's level, the fields that it gets and the paths that are withheld.
    @Test(
        arguments: [
            ([nil, .l2, .l3, .l1], .l4, ["k0", "k1", "k2", "k3"], []),
            ([nil, .l2, .l3, .l1], .l3, ["k1", "k2", "k3"], ["form[0]"]),
            ([nil, .l2, .l3, .l1], .l2, ["k1", "k3"], ["applicant.name", "form[0]", "form[2]"]),
            ([nil, .l2, .l3, .l1], .l1, ["k3"], ["applicant.name", "form[0]", "form[1]", "form[2]"]),
            ([nil, nil], .l3, [], ["form[]"]), ([.l1, .l1], .l1, ["k0", "k1"], ["applicant.name"]),
            ([], .l2, [], ["applicant.name"]),
        ] as [([DataLevel?], DataLevel, [String], [String])])
    func formFieldsHaveLevelsOfTheirOwn(
        levels: [DataLevel?], level: DataLevel, keys: [String], withheld: [String]
    ) {
        let released = CaseLevel.released(Self.record(form: levels), upTo: level)
        #expect(released.record[.named("form")].compactMap { $0[.named("form[].key")] } == keys)
        #expect(released.withheld == withheld)
    }

    @Test func aColumnIsWithheldWhereTheRowCanDoWithoutIt() {
        var record = Self.record(name: false)
        record[.materials] = [
            Self.row("materials", ["id": "1", "name": "身份证", "file.name": "a.pdf"]),
            Self.row("materials", ["id": "2", "name": "户口簿"]),
        ]
        let released = CaseLevel.released(record, upTo: .l2)
        #expect(released.withheld == ["materials[].file.name"])
        #expect(released.record[.materials].count == 2)
        #expect(released.record[.materials][0][.named("materials[].name")] == "身份证")
        #expect(released.record[.materials][0][.named("materials[].file.name")] == nil)
        // What is not there leaves no trace.
        record[.materials].removeFirst()
        let again = CaseLevel.released(record, upTo: .l2)
        #expect(again.record == record && again.withheld.isEmpty)
    }

    /// Over random cases: nothing above the level is left, nothing at or below it is lost, and doing it twice does nothing.
    @Test(arguments: DataLevel.allCases)
    func whatIsLeftHasTheLevel(level: DataLevel) {
        var rng = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let record = CaseGenerator.make(using: &rng)
            let released = CaseLevel.released(record, upTo: level)
            #expect(CaseLevel.of(released.record) <= level)
            #expect(released.withheld.isEmpty == (CaseLevel.of(record) <= level))
            #expect(released.withheld.isEmpty == (released.record == record))
            #expect(Set(released.withheld).count == released.withheld.count)
            #expect(CaseLevel.released(released.record, upTo: level).withheld.isEmpty)
            for (field, value) in record.presentScalars {
                let isKept = released.record[field] == value
                #expect(isKept == (CaseSchema.v1.info(field).level <= level))
                #expect(isKept != released.withheld.contains(field.path))
            }
        }
    }
}
