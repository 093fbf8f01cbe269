import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuTestKit
import Testing

/// What the rules say to a message when it comes in.
@Suite struct IntakeRulesTests {
    private static let licence = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"

    private static func exempt(_ provenance: [String: String]) -> CaseRecord {
        var record = RulesBench.application(handling: ["330100"])
        var row = CaseRow(.materials)
        row[.named("materials[].id")] = "M1"
        row[.named("materials[].name")] = "居民身份证"
        row[.named("materials[].source")] = "licence"
        row[.named("materials[].exempt")] = "true"
        for (name, value) in provenance { row[.named("materials[].provenance.\(name)")] = value }
        record[.materials] = [row]
        return record
    }

    // MARK: 免提交

    @Test func refusesAnExemptMaterialThatNobodyCanResolve() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let answer = try await bench.send(Self.exempt([:]), from: .shanghai, number: "SH1")
        #expect(answer.outcome == .refused && answer.head == nil)
        #expect(answer.issues.map(\.code) == ["material.exempt-unproved"])
        #expect(try bench.store.read { try $0.cases(CaseFilter()) }.isEmpty)
    }

    @Test(arguments: [
        (LicenceAnswer.valid(until: nil), nil), (.unknown, "material.licence-unknown"),
        (.revoked, "material.licence-revoked"), (.unavailable(reason: "away"), "material.licence-unchecked"),
    ])
    func asksTheLibrary(answer: LicenceAnswer, code: String?) async throws {
        let library = FixedLibrary(answer: answer)
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00", licences: library)
        let taken = try await bench.send(
            Self.exempt(["licenceId": Self.licence]), from: .shanghai, number: "SH1")
        #expect(taken.issues.map(\.code) == (code.map { [$0] } ?? []))
        let isTaken = taken.issues.allSatisfy { $0.severity == .warning }
        #expect((taken.head != nil) == isTaken)
        guard let id = taken.head?.caseID else { return }
        let provider = try bench.record(id)[.materials].first?[.named("materials[].provenance.provider")]
        #expect(provider == (code == nil ? "证照库" : nil))
        // The handling region repeats it: it has not claimed anything.
        let report = try await bench.report(id, from: .zhejiang) { $0[.status] = "accepted" }
        #expect(report.outcome == .accepted)
    }

    // MARK: 免申即享

    @Test func aCaseMayBeginWithTheAuthority() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[.named("proactive")] = "true"
        record[.status] = "decided"
        record[.outcome] = "granted"
        record[.decidedAt] = "2026-03-02T08:00:00+08:00"
        let id = try await bench.accepted(record, from: .zhejiang, number: "ZJ1")
        #expect(try bench.status(id) == .decided)
        #expect(try bench.told(.shanghai, of: id) == [1])
        #expect(try bench.record(id)[.named("applicant.consent")] == nil)
    }

    @Test func aProactiveCaseWithoutAPlaceElsewhereStaysAtHome() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = RulesBench.application(applied: "330100", handling: ["330100"])
        record[.named("proactive")] = "true"
        record[.status] = "accepted"
        let answer = try await bench.send(record, from: .zhejiang, number: "ZJ1")
        #expect(answer.head == nil && answer.issues.map(\.code) == ["route.stays-at-home"], "\(answer.issues)")
    }

    // MARK: 收件

    @Test(arguments: [true, false])
    func papersAreCollectedBeforeTheHandlingRegionHears(allowsExtension: Bool) async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let record = RulesBench.application(handling: ["330100"], mode: "collect")
        let id = try await bench.accepted(record, from: .shanghai, number: "SH1", extension: allowsExtension)
        #expect(try bench.status(id) == .submitted && bench.told(.zhejiang, of: id) == [])
        try await bench.pass(to: "2026-03-10T09:00:00+08:00")
        #expect(try bench.notices(id) == ["collectLate"])
        var collected = try bench.record(id)
        collected[.status] = "collected"
        try await bench.accepted(collected, from: .shanghai, number: "SH1", extension: allowsExtension)
        #expect(try bench.status(id) == .transferred && bench.notices(id) == [])
        let versions = try bench.told(.zhejiang, of: id)
        #expect(versions.count == 1)
        // Only the collecting region may say so; what the handling region says of it moves nothing.
        try await bench.report(id, from: .zhejiang) { $0[.status] = "collected" }
        let last = try #require(try bench.events(id).last)
        #expect(
            try bench.status(id) == .transferred && last.note.contains("state collected not followed"), "\(last.note)")
    }

    // MARK: retry deadlines follow the case's own clock

    @Test func triesToTellNoLongerThanTheCaseHas() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[.named("limits.promised.amount")] = "1"
        record[.named("limits.promised.unit")] = "workday"
        let id = try await bench.accepted(record, from: .shanghai, number: "SH1")
        func deadlines() throws -> Set<String> {
            Set(try bench.store.read { try $0.deliveries(caseID: id) }.map(\.deadline.canonical))
        }
        #expect(try deadlines() == ["2026-03-05T09:00:00+08:00"])
        try await bench.report(id, from: .zhejiang) { record in
            record[.status] = "accepted"
            record[.startedAt] = "2026-03-02T09:00:00+08:00"
        }
        #expect(try deadlines() == ["2026-03-03T23:59:59+08:00"])
        try await bench.report(id, from: .zhejiang) { record in
            record[.status] = "supplementing"
        }
        #expect(try deadlines() == ["2026-03-05T09:00:00+08:00"], "while the clock stands, no end is known")
    }
}

/// A library that says one thing.
private struct FixedLibrary: LicenceLibrary {
    let answer: LicenceAnswer
    var name: String { "证照库" }
    func answer(licence id: String) async -> LicenceAnswer { answer }
}
