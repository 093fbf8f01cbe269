import Foundation
import KuayuEvidence
import KuayuModel
import Testing

/// `kuayu route explain`: a case on record, a document, and what is neither.
@Suite(.timeLimit(.minutes(5))) struct RouteExplainTests {
    private func object(_ line: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }

    /// The line of the agreements that begins so.
    private func agreement(_ start: String) throws -> Int {
        let text = try String(contentsOfFile: Program.repository + "/regions/agreements.csv", encoding: .utf8)
        let lines = text.components(separatedBy: "\n")
        return try #require(lines.firstIndex { $0.hasPrefix(start) }) + 1
    }

    @Test func saysWhyACaseWentWhereItWent() async throws {
        try await TestFederation.with { federation in
            let body = try Sample.bytes("330000", "13-library-shared.json")
            let reply = try await federation.hand(body, as: "330000", key: "k1")
            let receipt = try federation.verified(try #require(try reply.receipts().first))
            let id = try #require(receipt.registration).caseID
            let text = try await federation.command(["route", "explain", id.text])
            #expect(text.code == 0, "\(text.errors)")
            let day = id.date.text
            let steady = text.output.replacing(id.text, with: "CSJ").replacing(day, with: "DAY")
            try Golden.expect(steady, matches: "route-explain.txt")
            // Any number of the case finds it.
            let local = try await federation.command(["route", "explain", "330106012603020000013", "--json"])
            let facts = try object(local.output)
            #expect(facts["subject"] as? String == id.text && facts["day"] as? String == day)
            #expect(facts["modeSource"] as? String == "message" && facts["refusal"] is NSNull)
            let receiver = try #require((facts["receivers"] as? [[String: Any]])?.first)
            #expect(receiver["region"] as? String == "320000")
            let decision = try #require((receiver["agreements"] as? [[String: Any]])?.first)
            let line = try agreement("330000,320000,002014014000,")
            #expect(decision["line"] as? Int == line)
            #expect(try await federation.command(["route", "explain", "CSJ202603020100099"]).code == 2)
        }
    }

    @Test func explainsADocumentBeforeItIsSent() async throws {
        try await TestFederation.with { federation in
            let sample = Sample.path("330000") + "/13-library-shared.json"
            let good = try await federation.command(["route", "explain", "--file", sample, "--from", "330000"])
            #expect(good.code == 0 && good.output.contains("结论 可以送达"), "\(good.output)\(good.errors)")
            // Nothing of it is stored.
            #expect(try await federation.caseCount() == 0)
            let home = Sample.replacing(
                "320100", with: "330106", in: try Sample.bytes("330000", "13-library-shared.json"))
            let file = federation.folder.file("home.json")
            try Data(home).write(to: URL(fileURLWithPath: file))
            let refused = try await federation.command(
                ["route", "explain", "--file", file, "--from", "330000", "--json"])
            #expect(refused.code == 2)
            let refusal = try object(refused.output)["refusal"] as? [String: Any]
            #expect(refusal?["code"] as? String == "route.stays-at-home")
            let stranger = try await federation.command(["route", "explain", "--file", sample, "--from", "110000"])
            #expect(stranger.code == 1 && stranger.errors.contains("help: "))
        }
    }

    @Test(arguments: ["310000", "320000", "330000", "340000"])
    func tellsNothingOfPersons(_ region: String) async throws {
        try await TestFederation.with { federation in
            for sample in try Sample.names(region).prefix(6) {
                let path = Sample.path(region) + "/" + sample
                let stem = sample.split(separator: ".").dropLast().joined(separator: ".")
                let golden = try String(
                    contentsOfFile: Sample.path(region) + "/\(stem).case.json", encoding: .utf8)
                for json in [[], ["--json"]] {
                    let result = try await federation.command(
                        ["route", "explain", "--file", path, "--from", region] + json)
                    #expect([0, 2].contains(result.code) && !result.output.isEmpty, "\(sample): \(result.errors)")
                    for line in golden.split(separator: "\n") {
                        let applicant = try object(String(line))["applicant"] as? [String: Any] ?? [:]
                        for key in ["name", "idNumber", "mobile", "address"] {
                            guard let secret = applicant[key] as? String, secret.count > 1 else { continue }
                            #expect(!result.output.contains(secret), "\(sample) tells \(key)")
                        }
                    }
                }
            }
        }
    }
}
