import KuayuModel
import KuayuRules
import Testing

/// Licences and materials that need not be submitted.
@Suite struct ProofTests {
    let agenda = CaseAgenda()
    static let good = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
    static let bad = "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M"

    private func granted(_ licence: KeyValuePairs<String, String>) -> CaseRecord {
        var record = ClockSketch(status: "closed", start: "2026-03-02 10:00").record
        record[.decidedAt] = at("2026-03-05 10:00")
        record.add("result.licences", licence)
        return record
    }

    @Test(
        arguments: [
            ("2026-03-02", "2026-03-10", "2026-03-10 23:59:59", nil),
            ("2026-03-02", "2026-03-10", "2026-03-11", CaseNotice.Severity.info),
            ("2026-03-02", "2026-03-05", "2026-03-05 23:59:59", nil), ("2026-03-02", "2026-03-05", "2026-03-06", .info),
            ("2026-03-02", "2026-03-04", "2026-03-05 10:00", .warning),
            ("2026-03-11", "2026-03-10", "2026-03-05 10:00", .warning),
            ("2026-03-10", "2026-03-10", "2026-03-05 10:00", nil), (nil, "2026-03-10", "2026-03-11", .info),
            ("2026-03-11", nil, "2036-03-11", nil),
        ] as [(String?, String?, String, CaseNotice.Severity?)])
    func knowsWhenALicenceIsNotValid(
        _ from: String?, _ to: String?, _ now: String, _ severity: CaseNotice.Severity?
    ) {
        var record = granted(["name": "营业执照"])
        record.update(.named("result.licences")) { rows in
            rows[0][.named("result.licences[].validFrom")] = from
            rows[0][.named("result.licences[].validTo")] = to
        }
        let notice = agenda.only(record, now)
        #expect(notice?.severity == severity)
        #expect(notice?.kind == severity.map { _ in .licenceExpired })
        record[.status] = "voided"
        #expect(agenda.kinds(record, now) == [])
    }

    @Test(
        arguments: [
            (good, false), ("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", false), (bad, true),
            ("x", true), (String(good.dropLast()) + "V", true),
        ])
    func checksLicenceIdentifiers(_ id: String, _ isWrong: Bool) {
        let record = granted(["name": "营业执照", "licenceId": id])
        #expect(agenda.kinds(record, "2026-03-05 10:00") == (isWrong ? [.licenceIdWrong] : []))
        #expect(agenda.only(record, "2026-03-05 10:00")?.subject == (isWrong ? "result.licences[0]" : nil))

        var asked = ClockSketch(start: "2026-03-02 10:00").record
        asked[.registeredAt] = at("2026-03-01 10:00")
        asked.add("materials", ["id": "m1", "name": "身份证", "exempt": "true", "provenance.licenceId": id])
        #expect(agenda.kinds(asked, "2026-03-05") == (isWrong ? [.licenceIdWrong] : []))
        #expect(agenda.only(asked, "2026-03-05")?.subject == (isWrong ? "materials[0]" : nil))
        let texts = agenda.look(at: asked, now: Instant("2026-03-05")).standing.flatMap { [$0.chinese, $0.english] }
        #expect(texts.allSatisfy { !$0.contains(id) || id == "x" })
    }

    @Test(
        arguments: [
            ([:], true), (["provenance.licenceId": good], false), (["provenance.query": "Q-1"], false),
            (["provenance.provider": "公安"], true), (["provenance.verifiedAt": "2026-03-01T10:00:00+08:00"], true),
            (["provenance.provider": "公安", "provenance.verifiedAt": "2026-03-01T10:00:00+08:00"], false),
        ] as [([String: String], Bool)])
    func anExemptMaterialMustBeFoundSomewhere(_ columns: [String: String], _ isUnproved: Bool) {
        var record = ClockSketch(start: "2026-03-02 10:00").record
        record[.registeredAt] = at("2026-03-01 10:00")
        record.add("materials", ["id": "m1", "name": "身份证", "exempt": "true"])
        record.update(.materials) { rows in
            for (column, value) in columns { rows[0][.named("materials[].\(column)")] = value }
        }
        let notice = agenda.only(record, "2026-03-05")
        #expect(notice?.kind == (isUnproved ? .exemptUnproved : nil))
        if isUnproved { #expect(notice?.since == Instant("2026-03-01 10:00") && notice?.tells == []) }
        record.update(.materials) { $0[0][.named("materials[].exempt")] = "false" }
        #expect(agenda.kinds(record, "2026-03-05") == [])
        record.update(.materials) { $0[0][.named("materials[].exempt")] = "true" }
        record[.status] = "closed"
        #expect(agenda.kinds(record, "2026-03-05") == [])
    }
}
