import KuayuFormats
import KuayuReconcile
import Testing

/// One case as three parties tell it.
@Suite struct FieldDifferenceTests {
    static func all(
        _ origin: String?, _ gateway: String?, _ destination: String?, veil: FieldDifference.Veil = .masked,
        limit: Int = 500
    ) throws -> [FieldDifference] {
        try FieldDifference.all(
            origin: origin.map { Array($0.utf8) }, gateway: gateway.map { Array($0.utf8) },
            destination: destination.map { Array($0.utf8) }, veil: veil, limit: limit)
    }

    static func row(
        _ path: String, _ chinese: String?, _ origin: String?, _ gateway: String?, _ destination: String?
    ) -> FieldDifference {
        FieldDifference(path: path, chinese: chinese, origin: origin, gateway: gateway, destination: destination)
    }

    @Test func findsNothingWhereAllSayTheSame() throws {
        let text = #"{"status":"decided","localNumbers":[{"region":"340000","scheme":"s","value":"1"}]}"#
        let shuffled = #"{"localNumbers":[{"value":"1","scheme":"s","region":"340000"}],"status":"\u0064ecided"}"#
        #expect(try Self.all(text, shuffled, text).isEmpty)
    }

    @Test func tellsEverySide() throws {
        let differences = try Self.all(
            #"{"status":"decided","result":{"outcome":"granted"}}"#, #"{"status":"decided"}"#,
            #"{"status":"issued","version":5}"#)
        #expect(
            differences == [
                Self.row("status", "状态", "decided", "decided", "issued"),
                Self.row("result.outcome", "办理结果", "granted", nil, nil),
                Self.row("version", "版本", nil, nil, "5"),
            ])
    }

    @Test func leavesOutADocumentThatIsMissing() throws {
        #expect(try Self.all(nil, #"{"status":"decided"}"#, #"{"status":"decided"}"#).isEmpty)
        #expect(try Self.all(nil, nil, #"{"status":"decided"}"#).isEmpty)
        let two = try Self.all(#"{"status":"decided"}"#, nil, #"{"status":"issued"}"#)
        #expect(two.map(\.gateway) == [nil])
    }

    @Test func putsEntriesOfAListTogetherByTheirKey() throws {
        let gateway = """
            {"localNumbers":[{"region":"310000","scheme":"a","value":"1"},{"region":"340000","scheme":"b","value":"2"}]}
            """
        let destination = #"{"localNumbers":[{"region":"340000","scheme":"b","value":"3"}]}"#
        let paths = try Self.all(nil, gateway, destination).map(\.path)
        #expect(
            paths == [
                "localNumbers[region=310000,scheme=a].region", "localNumbers[region=310000,scheme=a].scheme",
                "localNumbers[region=310000,scheme=a].value", "localNumbers[region=340000,scheme=b].value",
            ])
    }

    @Test func countsEntriesThatShareAKey() throws {
        let entry = #"{"region":"310000","scheme":"a","value":"1"}"#
        let differences = try Self.all(
            nil, #"{"localNumbers":[\#(entry),\#(entry)]}"#, #"{"localNumbers":[\#(entry)]}"#)
        #expect(differences.map(\.path).last == "localNumbers[region=310000,scheme=a]#2.value")
        #expect(differences.count == 3)
    }

    // What is not shown.

    static let person = #"{"applicant":{"kind":"1","name":"王小明","mobile":"13812345678"}}"#
    static let other = #"{"applicant":{"kind":"1","name":"王大明","mobile":"13812340000"}}"#

    @Test func masksPersonsAndStillSaysThatTheyDiffer() throws {
        let differences = try Self.all(nil, Self.person, Self.other)
        #expect(differences.map(\.path).contains("applicant.name"))
        #expect(differences.first { $0.path == "applicant.name" }?.gateway == "王**")
        #expect(differences.first { $0.path == "applicant.name" }?.destination == "王**")
        for value in differences.flatMap({ [$0.gateway, $0.destination] }).compactMap(\.self) {
            #expect(!value.contains("小明") && !value.contains("大明") && !value.contains("3812345"))
        }
    }

    @Test func showsThemWhereTheVeilIsLifted() throws {
        let differences = try Self.all(nil, Self.person, Self.other, veil: .lifted)
        #expect(differences.first { $0.path == "applicant.name" }?.gateway == "王小明")
    }

    @Test func showsTheNamesOfOrganisations() throws {
        let differences = try Self.all(
            nil, #"{"applicant":{"kind":"2","name":"甲公司"}}"#, #"{"applicant":{"kind":"2","name":"乙公司"}}"#)
        #expect(differences == [Self.row("applicant.name", "申请人", nil, "甲公司", "乙公司")])
    }

    @Test func hidesValuesOfFormsAndOfFieldsThatItDoesNotKnow() throws {
        let differences = try Self.all(
            nil, #"{"form":[{"key":"k","value":"13812345678"}],"王小明":{"x":"y"}}"#,
            #"{"form":[{"key":"k","value":"1"}],"王小明":{"x":"z"}}"#)
        #expect(
            differences == [
                Self.row("form[key=k].value", "表单值", nil, "***", "***"), Self.row("***.x", nil, nil, "***", "***"),
            ])
    }

    // Limits.

    @Test(arguments: [(0, 0), (1, 1), (2, 2), (3, 2)])
    func stopsAtTheLimit(limit: Int, count: Int) throws {
        #expect(
            try Self.all(nil, #"{"status":"a","version":1}"#, #"{"status":"b","version":2}"#, limit: limit).count
                == count)
    }

    @Test func cutsLongValues() throws {
        let long = String(repeating: "长", count: 201)
        let differences = try Self.all(nil, #"{"status":"\#(long)"}"#, #"{"status":"x"}"#)
        #expect(differences.first?.gateway == String(repeating: "长", count: 200) + "…")
    }

    @Test(arguments: ["", "{", "{\"a\":1,\"a\":2}", "<case/>"])
    func refusesWhatIsNoDocument(text: String) {
        #expect(throws: FormatError.self) { try Self.all(nil, "{}", text) }
    }

    @Test(arguments: [
        (#"{"version":5}"#, #"{"version":"5"}"#, "5", "\"5\""),
        (#"{"version":5}"#, #"{"version":5.0}"#, "5", "5.0"),
        (#"{"version":null}"#, #"{"version":"null"}"#, "null", "\"null\""),
    ])
    func tellsKindsApart(gateway: String, destination: String, ours: String, theirs: String) throws {
        #expect(try Self.all(nil, gateway, destination) == [Self.row("version", "版本", nil, ours, theirs)])
    }

    @Test func takesAScalarForADocument() throws {
        #expect(try Self.all(nil, "1", "2") == [Self.row("", nil, nil, "***", "***")])
    }
}
