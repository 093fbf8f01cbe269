import Foundation
import KuayuCrypto
import KuayuEvidence
import KuayuFormats
import KuayuModel
import Testing

/// Payloads that are broken in every way: the right status, every issue with its place, nothing stored.
@Suite(.timeLimit(.minutes(5))) struct MalformedTests {
    /// One line of an `.issues.txt`: `line:column severity code path: message`.
    private struct Expected {
        let line: Int?
        let column: Int?
        let severity: String
        let code: String
        let path: String

        init?(_ text: String) {
            guard let end = text.range(of: ": ") else { return nil }
            let words = text[..<end.lowerBound].split(separator: " ", maxSplits: 3).map(String.init)
            guard words.count >= 3 else { return nil }
            let place = words[0].split(separator: ":").compactMap { Int($0) }
            line = place.first
            column = place.count == 2 ? place[1] : nil
            severity = words[1]
            code = words[2]
            path = words.count > 3 ? words[3].trimmingCharacters(in: .whitespaces) : ""
        }

        /// Whether the payload as a whole cannot be read.
        var isOfTheEnvelope: Bool {
            ["json.", "xml.", "gb18030."].contains(where: code.hasPrefix)
                || ["wire.envelope", "wire.success", "wire.sender"].contains(code)
        }
    }

    /// Every broken sample of a region, handed in to one gateway.
    @Test(arguments: ["310000", "320000", "330000", "340000"])
    func namesEveryIssueOfEveryBrokenSample(_ region: String) async throws {
        try await TestFederation.with { federation in
            for name in try Sample.names(region, below: "bad") {
                let expected = try issues(region, name)
                let before = try await federation.caseCount()
                let body = try Sample.bytes(region, "bad/" + name)
                let reply = try await federation.hand(body, as: region, key: name, json: true)
                let json = try reply.json()
                if expected.contains(where: { $0.severity == "error" && $0.isOfTheEnvelope }) {
                    #expect(reply.status == 422, "\(name)")
                    #expect(reply.header("Content-Type") == "application/problem+json", "\(name)")
                    #expect(json["type"] as? String == "urn:kuayu:problem:unreadable", "\(name)")
                    #expect(json["origin"] as? String == "adapter", "\(name)")
                    expect(json["issues"], hold: expected, name)
                    #expect(try await federation.get("/v1/messages/\(name)", as: region).status == 404, "\(name)")
                    #expect(try await federation.caseCount() == before, "\(name)")
                } else {
                    #expect([200, 202].contains(reply.status), "\(name)")
                    let cases = json["cases"] as? [[String: Any]] ?? []
                    expect(cases.flatMap { $0["issues"] as? [Any] ?? [] }, hold: expected, name)
                    let isRefused = cases.contains { $0["outcome"] as? String == "refused" }
                    if expected.contains(where: { $0.severity == "error" }) { #expect(isRefused, "\(name)") }
                }
            }
        }
    }

    private func issues(_ region: String, _ name: String) throws -> [Expected] {
        let stem = name.components(separatedBy: ".").dropLast().joined(separator: ".")
        let text = try String(contentsOfFile: Sample.path(region) + "/bad/\(stem).issues.txt", encoding: .utf8)
        let all = text.split(separator: "\n").compactMap { Expected(String($0)) }
        // Of a case that stands in the file twice the last line counts: nobody is told about the other.
        return name == "09-several-problems.txt" ? all.filter { $0.line != 3 } : all
    }

    /// Every expected issue is there with path, line, column, code and message, and its rule if a rule found it.
    private func expect(_ found: Any?, hold expected: [Expected], _ name: String) {
        let found = found as? [[String: Any]] ?? []
        for issue in expected where issue.code != "wire.count" {
            let same = found.filter {
                $0["code"] as? String == issue.code && $0["path"] as? String == issue.path
                    && $0["line"] as? Int == issue.line && $0["column"] as? Int == issue.column
            }
            #expect(!same.isEmpty, "\(name): \(issue.code) \(issue.path) at \(issue.line ?? 0):\(issue.column ?? 0)")
            for issue in same {
                #expect((issue["message"] as? String)?.isEmpty == false, "\(name)")
                #expect((issue["help"] as? String)?.isEmpty == false, "\(name): \(issue)")
                let isOfARule = ["code.unknown", "value.datetime"].contains(issue["code"] as? String ?? "")
                if isOfARule {
                    #expect((issue["rule"] as? String)?.contains("adapter.yaml:") == true, "\(name): \(issue)")
                }
            }
        }
    }

    @Test func saysInTheHubsOwnEnvelopeWhatIsWrong() async throws {
        try await TestFederation.with { federation in
            let xml = try await federation.hand(
                Sample.bytes("320000", "bad/01-doctype.xml"), as: "320000", key: "own-1")
            #expect(xml.status == 422)
            #expect(xml.header("Content-Type") == "application/xml; charset=GB18030")
            let text = String(decoding: try GB18030.decode(xml.body).bytes, as: UTF8.self)
            #expect(text.contains("<Code>1</Code>"))
            #expect(text.contains("2:1"))
            #expect(text.contains("xml.doctype"))
            let json = try await federation.hand(
                Sample.bytes("330000", "bad/09-truncated.json"), as: "330000", key: "own-2")
            #expect(json.status == 422)
            #expect(try json.json()["success"] as? Bool == false)
            #expect(try (json.json()["data"] as? String)?.contains("json.unexpected-end") == true)
        }
    }

    @Test func refusesABodyThatIsNotTheOneDigested() async throws {
        try await TestFederation.with { federation in
            let body = try Sample.bytes("320000", "01-new-person.xml")
            let wrong = ContentDigestHeader.write(ContentDigest(SHA256.digest(body + [10])))
            let refused = try await federation.hand(
                body, as: "320000", key: "digest-1", json: true, headers: [(ContentDigestHeader.name, wrong)])
            #expect(refused.status == 422)
            #expect(try refused.json()["type"] as? String == "urn:kuayu:problem:digest-mismatch")
            #expect(try refused.json()["retryable"] as? Bool == true)
            #expect(try await federation.caseCount() == 0)
            let right = ContentDigestHeader.write(ContentDigest(SHA256.digest(body)))
            let taken = try await federation.hand(
                body, as: "320000", key: "digest-1", headers: [(ContentDigestHeader.name, right)])
            #expect(taken.status == 202)
        }
    }

    @Test(arguments: [
        ("", 202), (String(repeating: "k", count: 200), 202), (String(repeating: "k", count: 201), 400), ("a b", 400),
        ("号", 400),
    ])
    func takesKeysOfUpTo200VisibleCharacters(key: String, status: Int) async throws {
        try await TestFederation.with { federation in
            let body = try Sample.bytes("320000", "01-new-person.xml")
            let reply = try await federation.hand(
                body, as: "320000", key: "", json: true, headers: [("Idempotency-Key", key)])
            #expect(reply.status == status)
            #expect(try await federation.caseCount() == (status == 202 ? 1 : 0))
        }
    }

    /// A file whose `.ok` names another digest does not exist; mended, it is taken.
    @Test func leavesAFileAloneWhoseDigestIsAnother() async throws {
        try await TestFederation.with { federation in
            let name = "340000_BJ_20260302093105_001.txt"
            let body = try Sample.bytes("340000", "01-new-person.txt")
            let out = federation.folder.file("anhui/out/")
            let wrong = FileManifest(lineCount: 2, sm3: HexText.encode(SM3.digest(body + [10])))
            try Data(body).write(to: URL(fileURLWithPath: out + name))
            try Data(wrong.text.utf8).write(to: URL(fileURLWithPath: out + name + ".ok"))
            try await eventually("the mismatch is reported", state: federation.log) {
                federation.log.contains("a file does not match its .ok")
            }
            #expect(!FileManager.default.fileExists(atPath: out + name + ".ack"))
            #expect(FileManager.default.fileExists(atPath: out + name))
            #expect(try await federation.caseCount() == 0)
            let right = FileManifest(lineCount: 2, sm3: HexText.encode(SM3.digest(body)))
            try Data(right.text.utf8).write(to: URL(fileURLWithPath: out + name + ".ok"), options: .atomic)
            try await eventually("the file is answered", state: federation.log) {
                FileManager.default.fileExists(atPath: out + name + ".ack")
            }
            #expect(try await federation.caseCount() == 1)
        }
    }
}
