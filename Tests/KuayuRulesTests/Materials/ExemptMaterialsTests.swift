import KuayuModel
import KuayuRules
import Testing

/// 免提交: what an exempt material must have behind it.
@Suite struct ExemptMaterialsTests {
    static let licence = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"

    static func material(_ values: [String: String]) -> CaseRow {
        var row = CaseRow(.materials)
        row[.named("materials[].id")] = "M1"
        row[.named("materials[].name")] = "居民身份证"
        for (name, value) in values { row[.named("materials[].\(name)")] = value }
        return row
    }

    static func record(_ rows: CaseRow...) -> CaseRecord {
        var record = CaseRecord()
        record[.materials] = rows
        return record
    }

    struct Proof: Sendable, CustomTestStringConvertible {
        var values: [String: String]
        var code: String?
        var testDescription: String { "\(values.sorted { $0.key < $1.key }) → \(code ?? "taken")" }
    }

    @Test(arguments: [
        Proof(values: ["exempt": "true"], code: "material.exempt-unproved"),
        Proof(values: ["exempt": "true", "provenance.provider": "共享平台"], code: "material.exempt-unproved"),
        Proof(
            values: ["exempt": "true", "provenance.verifiedAt": "2026-03-02T12:00:05+08:00"],
            code: "material.exempt-unproved"),
        Proof(values: ["exempt": "true", "provenance.licenceId": licence]),
        Proof(values: ["exempt": "true", "provenance.query": "Q-1"]),
        Proof(
            values: [
                "exempt": "true", "provenance.provider": "共享平台",
                "provenance.verifiedAt": "2026-03-02T12:00:05+08:00",
            ]),
        Proof(values: ["exempt": "false"]), Proof(values: [:]),
    ])
    func asksForAProvenanceThatCanBeResolved(proof: Proof) {
        let issues = ExemptMaterials().issues(in: Self.record(Self.material(proof.values)))
        #expect(issues.map(\.code) == (proof.code.map { [$0] } ?? []))
        #expect(issues.allSatisfy { !$0.help.isEmpty && $0.path == "materials[0].provenance" })
    }

    @Test(arguments: [
        (LicenceAnswer.valid(until: nil), nil), (.expired, "material.licence-expired"),
        (.revoked, "material.licence-revoked"), (.unknown, "material.licence-unknown"),
        (.unavailable(reason: "timeout"), "material.licence-unchecked"),
    ])
    func followsTheLibrary(answer: LicenceAnswer, code: String?) {
        let record = Self.record(Self.material(["exempt": "true", "provenance.licenceId": Self.licence]))
        let issues = ExemptMaterials(answers: [Self.licence: answer], provider: "证照库").issues(in: record)
        #expect(issues.map(\.code) == (code.map { [$0] } ?? []))
        #expect(issues.allSatisfy { ($0.severity == .warning) == (code == "material.licence-unchecked") })
        #expect(issues.allSatisfy { !$0.message.contains(Self.licence) && !$0.help.isEmpty })
    }

    @Test func doesNotQuestionWhatIsInForce() {
        let unproved = Self.record(Self.material(["exempt": "true"]))
        #expect(ExemptMaterials().issues(in: unproved, known: unproved).isEmpty)
        let old = Self.record(Self.material(["exempt": "true", "provenance.licenceId": Self.licence]))
        let check = ExemptMaterials(answers: [Self.licence: .revoked], provider: "证照库")
        #expect(check.issues(in: old, known: old).isEmpty)
        let new = Self.record(Self.material(["exempt": "true", "provenance.licenceId": Self.licence + "X"]))
        let other = ExemptMaterials(answers: [Self.licence + "X": .unknown], provider: "证照库")
        #expect(other.issues(in: new, known: old).map(\.code) == ["material.licence-unknown"])
    }

    @Test func namesEachLicenceOnce() {
        let row = Self.material(["exempt": "true", "provenance.licenceId": Self.licence])
        let own = Self.material(["provenance.licenceId": "L2"])
        #expect(ExemptMaterials.licences(of: Self.record(row, own, row)) == [Self.licence])
    }

    @Test func writesDownWhoConfirmedWhen() {
        let now = Instant(epochSeconds: 1_790_000_000)
        let bare = Self.record(Self.material(["exempt": "true", "provenance.licenceId": Self.licence]))
        let check = ExemptMaterials(answers: [Self.licence: .valid(until: nil)], provider: "证照库")
        let row = check.confirmed(bare, at: now)[.materials][0]
        #expect(row[.named("materials[].provenance.provider")] == "证照库")
        #expect(row[.named("materials[].provenance.verifiedAt")] == now.canonical)
        #expect(row[.named("materials[].trust")] == "A")
        let said = Self.record(
            Self.material(["exempt": "true", "provenance.licenceId": Self.licence, "provenance.provider": "窗口"]))
        #expect(check.confirmed(said, at: now) == said)
        #expect(ExemptMaterials().confirmed(bare, at: now) == bare)
    }
}
