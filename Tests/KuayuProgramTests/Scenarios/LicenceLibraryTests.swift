import KuayuModel
import Testing

/// 免提交: materials that stand in a licence library, asked over mutual TLS at intake.
@Suite(.timeLimit(.minutes(3))) struct LicenceLibraryTests {
    private static let licence = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
    private static let sample = "13-library-shared.json"

    private static func answer(
        _ state: String?, _ federation: TestFederation, key: String
    ) async throws -> (status: Int, codes: [String]) {
        if let state { try await federation.control("310000", "licence", [("id", licence), ("state", state)]) }
        let bytes = try Sample.bytes("330000", sample)
        let body = Sample.replacing("330106012603020000013", with: "3301060126030200" + key, in: bytes)
        let reply = try await federation.hand(body, as: "330000", key: key, json: true)
        let cases = try reply.json()["cases"] as? [[String: Any]] ?? []
        let issues = cases.flatMap { $0["issues"] as? [[String: Any]] ?? [] }
        return (reply.status, issues.compactMap { $0["code"] as? String }.filter { $0.hasPrefix("material.") })
    }

    @Test func refusesWhatTheLibraryDoesNotHaveAndTakesWhatItConfirms() async throws {
        let setup = TestFederation.Setup(hubs: ["310000", "320000"], library: "310000")
        try await TestFederation.with(setup) { federation in
            for (index, row) in [
                ("unknown", "material.licence-unknown"), ("revoked", "material.licence-revoked"),
                ("expired", "material.licence-expired"),
            ].enumerated() {
                let refused = try await Self.answer(row.0, federation, key: "0010\(index)")
                #expect(refused.codes.contains(row.1), "\(row.0): \(refused)")
            }
            #expect(try await federation.caseCount() == 0)
            let taken = try await Self.answer("valid", federation, key: "00200")
            #expect(taken.status == 202 && taken.codes == [], "\(taken)")
            #expect(try await federation.caseCount() == 1)
            let asked = try await federation.statistics("310000")["licencesAsked"] ?? 0
            #expect(asked == 4)
            // A confirmed licence is remembered, and a case in force is not questioned again.
            let again = try await Self.answer("revoked", federation, key: "00201")
            #expect(again.status == 202)
            #expect(try await federation.statistics("310000")["licencesAsked"] == asked)
            #expect(!federation.log.contains(Self.licence), "licence numbers are not logged")
        }
    }

    @Test func takesACaseWhileTheLibraryIsAway() async throws {
        let setup = TestFederation.Setup(hubs: ["320000"], library: "310000")
        try await TestFederation.with(setup) { federation in
            let taken = try await Self.answer(nil, federation, key: "00300")
            #expect(taken.status == 202 && Set(taken.codes) == ["material.licence-unchecked"], "\(taken)")
            #expect(try await federation.caseCount() == 1)
        }
    }
}
