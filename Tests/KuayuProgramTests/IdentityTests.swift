import Foundation
import KuayuGateway
import KuayuModel
import Testing

/// Who may speak at all is decided before a byte of a body is read.
@Suite(.timeLimit(.minutes(5))) struct IdentityTests {
    private let health = Array("GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n".utf8)

    @Test func refusesAClientWithoutACertificate() async throws {
        try await TestFederation.with { federation in
            let answer = try await RawClient.exchange(
                port: federation.port, certificates: federation.certificates, as: nil, send: health)
            #expect(answer.bytes.isEmpty, "\(String(decoding: answer.bytes, as: UTF8.self))")
            #expect(answer.error != nil)
            // The same bytes with a certificate are answered.
            let known = try await RawClient.exchange(
                port: federation.port, certificates: federation.certificates, as: "hub-320000", send: health)
            #expect(known.message?.status == 200)
        }
    }

    @Test func refusesACertificateOfAForeignAuthority() async throws {
        try await TestFederation.with { federation in
            let foreign = federation.folder.file("foreign")
            for arguments in [["certs", "init"], ["certs", "issue", "320000"]] {
                #expect(try await Program.run(arguments + ["--folder", foreign]).code == 0)
            }
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let outcome = await federation.attempt(
                "POST", "/v1/messages", as: "320000", headers: [("Idempotency-Key", "foreign-1")], body: sample,
                certificates: foreign)
            if case .answered(let status, _, _) = outcome { Issue.record("answered \(status)") }
            #expect(try await federation.get("/v1/messages/foreign-1", as: "320000").status == 404)
            #expect(try await federation.caseCount() == 0)
        }
    }

    @Test func turnsAwayACertificateOfNobodyRegisteredBeforeTheBody() async throws {
        try await TestFederation.with { federation in
            // The body is announced and never sent: the answer must not wait for it.
            let head = "POST /v1/messages HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\n"
            let answer = try await RawClient.exchange(
                port: federation.port, certificates: federation.certificates, as: "hub-110000", send: Array(head.utf8))
            #expect(answer.message?.status == 403)
            let text = answer.message.map { String(decoding: $0.body, as: UTF8.self) } ?? ""
            #expect(text.contains("urn:kuayu:problem:not-a-hub"))
            // On every path.
            #expect(try await federation.get("/v1/federation", as: "110000").status == 403)
        }
    }

    @Test func refusesABodyThatIsTooLargeBeforeReadingIt() async throws {
        try await TestFederation.with { federation in
            let limit = 5 << 20
            let head = "POST /v1/messages HTTP/1.1\r\nHost: gateway\r\nContent-Length: \(limit + 1)\r\n\r\n"
            let answer = try await RawClient.exchange(
                port: federation.port, certificates: federation.certificates, as: "hub-320000", send: Array(head.utf8))
            #expect(answer.message?.status == 413)
            #expect(answer.message?.header("Content-Type") == "application/problem+json")
            // A body of exactly the limit is read, and refused for what it says.
            let full = try await federation.hand(
                [UInt8](repeating: UInt8(ascii: " "), count: limit), as: "320000", key: "full")
            #expect(full.status == 422)
        }
    }

    /// The sender that a payload names must be the identity of the connection.
    @Test(arguments: [
        ("320000", "320000", "bad/10-wrong-sender.xml"), ("340000", "340000", "bad/11-wrong-sender.txt"),
        ("330000", "320000", "01-new-person.xml"), ("320000", "340000", "01-new-person.txt"),
    ])
    func refusesAPayloadInAnotherName(certificate: String, region: String, sample: String) async throws {
        try await TestFederation.with { federation in
            let body = try Sample.bytes(region, sample)
            let reply = try await federation.hand(body, as: certificate, key: "name-1", json: true)
            #expect(reply.status == 422)
            #expect(try reply.json()["type"] as? String == "urn:kuayu:problem:unreadable")
            #expect(try await federation.caseCount() == 0)
            #expect(try await federation.get("/v1/messages/name-1", as: certificate).status == 404)
        }
    }

    @Test(arguments: ["missing", "stale", "early", "wrong secret", "not a number"])
    func refusesHeadersOfZhejiangThatAreNotSignedNow(_ fault: String) async throws {
        try await TestFederation.with { federation in
            let body = try Sample.bytes("330000", "01-new-person.json")
            let now = TestFederation.now
            let refused = try await federation.hand(
                body, as: "330000", key: "signed-1", json: true, headers: faulty(fault, now))
            #expect(refused.status == 401)
            #expect(try refused.json()["type"] as? String == "urn:kuayu:problem:header-signature")
            #expect(try await federation.caseCount() == 0)
            // Just inside the tolerance of five minutes.
            let late = TestFederation.signedHeaders(at: now.adding(milliseconds: -290_000))
            let taken = try await federation.hand(body, as: "330000", key: "signed-1", headers: late)
            #expect(taken.status == 202)
        }
    }

    private func faulty(_ fault: String, _ now: Instant) -> [(name: String, value: String)] {
        switch fault {
        case "missing": TestFederation.signedHeaders(at: now).map { ($0.name, "") }
        case "stale": TestFederation.signedHeaders(at: now.adding(milliseconds: -310_000))
        case "early": TestFederation.signedHeaders(at: now.adding(milliseconds: 310_000))
        case "wrong secret": TestFederation.signedHeaders(at: now, secret: "another secret")
        default: TestFederation.signedHeaders(at: now).map { ($0.name, $0.name.hasSuffix("rtime") ? "now" : $0.value) }
        }
    }
}
