import KuayuModel
import Testing

@Suite struct CaseValidationTests {
    /// One value of one field and the code of the problem that it must give, `nil` for none.
    struct Row: Sendable, CustomTestStringConvertible {
        let path: String
        let value: String
        let code: String?
        var idType: String?
        var testDescription: String { "\(path) \(value.prefix(30)) → \(code ?? "valid")" }

        init(_ path: String, _ value: String, _ code: String?, idType: String? = nil) {
            self.path = path
            self.value = value
            self.code = code
            self.idType = idType
        }
    }

    static let texts: [Row] = [
        Row("acceptanceNumber", "甲", nil),
        Row("acceptanceNumber", String(repeating: "甲", count: 60), nil),
        Row("acceptanceNumber", String(repeating: "甲", count: 61), "text.too-long"),
        Row("acceptanceNumber", String(repeating: "\u{20BB7}", count: 60), nil),
        Row("acceptanceNumber", "a\nb", nil),
        Row("acceptanceNumber", "a\tb", "text.control"),
        Row("acceptanceNumber", "a\u{0}b", "text.control"),
        Row("acceptanceNumber", "a\rb", "text.control"),
        Row("acceptanceNumber", "a\u{1F}b", "text.control"),
        Row("acceptanceNumber", "a b", nil),
        Row("acceptanceNumber", "a\u{7F}b", "text.control"),
        Row("acceptanceNumber", "a\u{80}b", "text.control"),
        Row("acceptanceNumber", "a\u{9F}b", "text.control"),
        Row("acceptanceNumber", "a\u{A0}b", nil),
        Row("acceptanceNumber", "e\u{301}", "text.not-nfc"),
        Row("acceptanceNumber", "\u{E9}", nil),
        Row("acceptanceNumber", "\u{F900}", "text.not-nfc"),
        Row("acceptanceNumber", "Ａ１　", nil),
        Row("bundle.after", "a\nb", nil),
        Row("bundle.after", "a\n\nb", "text.empty-entry"),
        Row("bundle.after", "a\n", "text.empty-entry"),
        Row("bundle.after", Array(repeating: "a", count: 60).joined(separator: "\n"), nil),
        Row("bundle.after", Array(repeating: "a", count: 61).joined(separator: "\n"), "text.too-many"),
        Row("bundle.after", String(repeating: "a", count: 200), nil),
        Row("bundle.after", String(repeating: "a", count: 201), "text.too-long"),
    ]

    static let numbers: [Row] = [
        Row("version", "1", nil), Row("version", "1000000", nil), Row("version", "0", "type.range"),
        Row("version", "1000001", "type.range"), Row("version", "-1", "type.integer"),
        Row("version", "01", "type.integer"), Row("version", "1.0", "type.integer"),
        Row("version", "１", "type.integer"), Row("version", "9223372036854775808", "type.integer"),
        Row("version", "999999999999999999", "type.range"),
        Row("rating.score", "5", nil), Row("rating.score", "6", "type.range"),
        Row("fee.amount", "0", nil), Row("fee.amount", "0.5", nil), Row("fee.amount", "12.34", nil),
        Row("fee.amount", "12.345", "type.decimal"), Row("fee.amount", "12.", "type.decimal"),
        Row("fee.amount", ".5", "type.decimal"), Row("fee.amount", "012", "type.decimal"),
        Row("fee.amount", "-1", "type.decimal"), Row("fee.amount", "1e3", "type.decimal"),
        Row("fee.amount", "1.2.3", "type.decimal"), Row("fee.amount", "9999999999999.99", nil),
        Row("fee.amount", "10000000000000", "type.decimal"),
        Row("proactive", "true", nil), Row("proactive", "false", nil), Row("proactive", "1", "type.boolean"),
        Row("proactive", "TRUE", "type.boolean"),
    ]

    static let codes: [Row] = [
        Row("mode", "joint", nil), Row("mode", "Joint", "code.unknown"), Row("mode", "1", "code.unknown"),
        Row("item.type", "10", nil), Row("item.type", "11", "code.unknown"), Row("item.type", "21", nil),
        Row("item.type", "99", nil), Row("item.type", "1", "code.unknown"),
        Row("applicant.idType", "USCC", nil), Row("applicant.idType", "123", nil),
        Row("applicant.idType", "12", "code.unknown"), Row("applicant.idType", "1234", "code.unknown"),
        Row("applicant.kind", "6", nil), Row("applicant.kind", "7", "code.unknown"),
        Row("status", "reviewing", nil), Row("status", "finished", "code.unknown"),
    ]

    static let times: [Row] = [
        Row("dueAt", "2026-03-02T09:30:00+08:00", nil), Row("dueAt", "2024-02-29T23:59:59+08:00", nil),
        Row("dueAt", "2026-02-29T09:30:00+08:00", "type.instant"),
        Row("dueAt", "2026-03-02T24:00:00+08:00", "type.instant"),
        Row("dueAt", "2026-03-02T09:30:60+08:00", "type.instant"),
        Row("dueAt", "2026-03-02T09:30:00Z", "type.instant"),
        Row("dueAt", "2026-03-02T09:30:00.000+08:00", "type.instant"),
        Row("dueAt", "2026-03-02T01:30:00+00:00", "type.instant"),
        Row("dueAt", "2026-03-02 09:30:00", "type.instant"),
        Row("result.licences[].validFrom", "2026-12-31", nil),
        Row("result.licences[].validFrom", "2026-13-01", "type.date"),
        Row("result.licences[].validFrom", "2026-1-1", "type.date"),
        Row("result.licences[].validFrom", "1900-02-29", "type.date"),
        Row("result.licences[].validFrom", "20260101", "type.date"),
    ]

    static let identifiers: [Row] = [
        Row("caseId", "CSJ202611240000001", nil), Row("caseId", "CSJ202611310000001", "id.date"),
        Row("caseId", "CSJ20261124000001", "id.length"), Row("caseId", "csj202611240000001", "id.prefix"),
        Row("item.catalogCode", "000709002000", nil), Row("item.catalogCode", "00070900200", "id.length"),
        Row("item.catalogCode", "001109002000", "id.item-type"),
        Row("item.taskCode", "91310000MA1FL0000N3000709002000", nil),
        Row("item.taskCode", "91310000MA1FL0000N300070900200", "id.length"),
        Row("item.taskCode", "91310000MA1FL0000N300070900200001", "id.length"),
        Row("item.taskCode", "91310000MA1FL0000N8000709002000", "id.level"),
        Row("item.taskCode", "91310000MA1FL0000M3000709002000", "id.credit-code"),
        Row("item.taskCode", "11370800MB285591843370117002011", "id.outside-federation"),
        Row("item.taskCode", "0123456789", "id.legacy"),
        Row("places.applied.division", "310115", nil), Row("places.applied.division", "310115001002", nil),
        Row("places.applied.division", "31011", "id.division"),
        Row("places.applied.division", "3101150010", "id.division"),
        Row("places.applied.division", "999999", "id.division-unknown"),
        Row("localNumbers[].region", "320000", nil), Row("localNumbers[].region", "320500", "id.region"),
        Row("localNumbers[].region", "32", "id.region"),
        Row("applicant.idNumber", "310101199003070019", nil, idType: "111"),
        Row("applicant.idNumber", "310101199003070018", "id.check-digit", idType: "111"),
        Row("applicant.idNumber", "31010119900307001", "id.length", idType: "111"),
        Row("applicant.idNumber", "310101199013070019", "id.date", idType: "111"),
        Row("applicant.idNumber", "E12345678", nil, idType: "414"),
        Row("applicant.idNumber", String(repeating: "9", count: 60), nil, idType: "990"),
        Row("applicant.idNumber", String(repeating: "9", count: 61), "text.too-long", idType: "990"),
        Row("applicant.idNumber", "91310000MA1FL0000N", nil, idType: "USCC"),
        Row("applicant.idNumber", "91310000MA1FL0000M", "id.check-digit", idType: "USCC"),
        Row("places.applied.unitUscc", "11310000MB2F00000C", nil),
        Row("places.applied.unitUscc", "11310000MB2F00000I", "id.character"),
        Row("places.applied.unitUscc", "11310000MB2F00000", "id.length"),
        Row("result.archive.digest", "sha256:" + String(repeating: "a", count: 64), nil),
        Row("result.archive.digest", "sm3:" + String(repeating: "0", count: 64), nil),
        Row("result.archive.digest", "sm3:" + String(repeating: "0", count: 63), "id.digest"),
        Row("result.archive.digest", "md5:" + String(repeating: "0", count: 64), "id.digest"),
        Row("result.archive.digest", "sha256:" + String(repeating: "A", count: 64), "id.digest"),
        Row("result.licences[].licenceId", "本地-17", nil),
        Row(
            "result.licences[].licenceId",
            "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U", nil),
        Row(
            "result.licences[].licenceId", "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
            "id.issuer-division"),
        Row(
            "result.licences[].licenceId",
            "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V", "id.check-digit"),
    ]

    static let rows: [Row] = texts + numbers + codes + times + identifiers

    @Test(arguments: CaseValidationTests.rows)
    func judgesAValue(_ row: Row) {
        let problem = CaseValidation.problem(in: row.value, of: .named(row.path), idType: row.idType)
        #expect(problem?.code == row.code)
        #expect((problem == nil) == (row.code == nil))
        if let problem {
            #expect(!problem.help.isEmpty)
            #expect(problem.message.hasPrefix(row.path))
        }
    }

    static let warnings: [String] = ["id.division-unknown", "id.issuer-division", "id.outside-federation", "id.legacy"]

    @Test(arguments: CaseValidationTests.identifiers.filter { CaseValidationTests.warnings.contains($0.code ?? "") })
    func onlyWarnsOfWhatIsOdd(_ row: Row) {
        #expect(CaseValidation.problem(in: row.value, of: .named(row.path))?.severity == .warning)
    }

    // MARK: Whole cases

    private func sample(_ state: CaseState = .decided, richness: Double = 0) -> CaseRecord {
        var chance = SeededGenerator(seed: 7)
        return CaseGenerator.make(using: &chance, options: .init(states: [state], richness: richness))
    }

    private func codes(_ record: CaseRecord, registered: Bool = true) -> [String: String] {
        CaseValidation.validate(record, requireGatewayFields: registered)
            .reduce(into: [:]) { $0[$1.path] = $1.code }
    }

    @Test func findsNothingInAValidCase() {
        #expect(CaseValidation.validate(sample()).isEmpty)
    }

    @Test func namesEveryFieldThatIsRequired() {
        let missing = CaseValidation.validate(CaseRecord()).filter { $0.code == "case.required" }.map(\.path)
        let required = CaseSchema.v1.scalars.filter(\.isRequired).map(\.path) + ["places.handling"]
        #expect(missing == required)
    }

    @Test func letsACaseOnItsWayInLackWhatTheGatewaySets() {
        var record = sample()
        for field in [Field.caseID, .version, .registeredAt, .mode] { record[field] = nil }
        #expect(codes(record, registered: false).isEmpty)
        #expect(Set(codes(record).keys) == ["caseId", "version", "registeredAt", "mode"])
    }

    @Test func namesTheRowOfAProblem() {
        var record = sample()
        var good = CaseRow(.materials)
        good[.named("materials[].id")] = "1"
        good[.named("materials[].name")] = "甲"
        var bad = CaseRow(.materials)
        bad[.named("materials[].id")] = "2"
        bad[.named("materials[].copies")] = "1000"
        record[.materials] = [good, good, bad]
        #expect(
            codes(record) == [
                "materials[2].name": "case.required", "materials[2].copies": "type.range",
                "materials[1]": "list.duplicate-key",
            ])
    }

    @Test(arguments: [2, 16, 17, 40])
    func findsAKeyThatComesTwice(count: Int) {
        var record = sample()
        let rows = (0..<count).map { number in
            var row = CaseRow(.localNumbers)
            row[.localNumberRegion] = "310000"
            row[.localNumberScheme] = number == count - 1 ? "s0" : "s\(number)"
            row[.localNumberValue] = "v"
            return row
        }
        record[.localNumbers] = rows
        #expect(codes(record) == ["localNumbers[\(count - 1)]": "list.duplicate-key"])
        record[.localNumbers].removeLast()
        #expect(codes(record).isEmpty)
    }

    @Test func boundsTheRowsOfAList() {
        var record = sample()
        let rows = (0...CaseValidation.rowLimit).map { number in
            var row = CaseRow(.named("form"))
            row[.named("form[].key")] = "k\(number)"
            row[.named("form[].value")] = "v"
            return row
        }
        record[.named("form")] = Array(rows.dropLast())
        #expect(codes(record).isEmpty)
        record[.named("form")] = rows
        #expect(codes(record) == ["form": "list.too-many"])
    }

    @Test(arguments: CaseState.allCases)
    func refusesAResultBeforeTheDecision(_ state: CaseState) {
        var record = sample(state)
        record[.outcome] = "granted"
        let early = CaseValidation.validate(record).filter { $0.code == "case.outcome-early" }
        #expect(early.map(\.severity) == (state.isDecided ? [] : [.error]))
    }

    @Test func refusesAPromiseLaterThanTheCase() {
        var record = sample(.accepted)
        var row = CaseRow(.named("commitments"))
        row[.named("commitments[].kind")] = "deferred"
        row[.named("commitments[].dueAt")] = "2027-03-02T09:30:00+08:00"
        record[.named("commitments")] = [row]
        record[.dueAt] = "2027-03-02T09:30:00+08:00"
        #expect(codes(record).isEmpty)
        record[.dueAt] = "2027-03-02T09:29:59+08:00"
        #expect(codes(record) == ["commitments[0].dueAt": "case.commitment-late"])
    }

    @Test func refusesSeveralRegionsInChargeUnlessJoint() {
        var record = sample()
        record[.mode] = "online"
        var second = CaseRow(.handling)
        second[.handlingDivision] = "999900"
        record[.handling].append(second)
        #expect(codes(record)["places.handling"] == "case.handling-many")
        record[.mode] = "joint"
        #expect(codes(record)["places.handling"] == nil)
    }

    @Test func warnsOfTimesInTheWrongOrder() {
        var record = sample(.decided)
        record[.startedAt] = "2026-03-02T09:30:00+08:00"
        record[.decidedAt] = "2026-03-02T09:29:59+08:00"
        record[.named("appliedAt")] = nil
        let problems = CaseValidation.validate(record)
        #expect(problems.map(\.code) == ["case.time-order"])
        #expect(problems.first?.severity == .warning)
        #expect(CaseValidation.isValid(record))
    }

    @Test func warnsOfHalfPairs() {
        var record = sample()
        record[.named("limits.promised.amount")] = "5"
        record[.named("limits.promised.unit")] = nil
        #expect(codes(record) == ["limits.promised.unit": "case.half-pair"])
    }

    @Test func warnsWhenTheLastEventIsNotTheStatus() {
        var record = sample(.reviewing)
        var row = CaseRow(.events)
        row[.eventAction] = "accepted"
        row[.eventStartedAt] = "2026-03-02T09:30:00+08:00"
        record[.events] = [row]
        #expect(codes(record)["events[0].action"] == "case.events-status")
        #expect(CaseValidation.isValid(record))
    }

    @Test func neverShowsWhatIsPersonal() {
        var record = sample(richness: 1)
        record[.named("applicant.idType")] = "111"
        record[.named("applicant.idNumber")] = "310101199003070018"
        record[.applicantName] = "张三\t丰"
        record[.named("applicant.mobile")] = "13800001234\t"
        let text = CaseValidation.validate(record).map { $0.message + $0.help }.joined()
        #expect(text.contains("310***********0018"))
        for secret in ["310101199003070018", "三", "13800001234", "80000"] { #expect(!text.contains(secret)) }
    }
}
