import Foundation
import Testing

/// What one hub may send in a second, and how often signed headers may be used.
@Suite(.timeLimit(.minutes(5))) struct LimitTests {
    @Test func asksAHubThatSendsTooFastToComeAgain() async throws {
        try await TestFederation.with(.init(perSecond: 1)) { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await federation.hand(sample, as: "320000", key: "fast", json: true) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.contains { $0.status == 202 })
            let refused = try #require(replies.first { $0.status == 429 }, "\(replies.map(\.status))")
            #expect(refused.header("Retry-After") == "1")
            #expect(refused.header("Content-Type") == "application/problem+json")
            #expect(try refused.json()["type"] as? String == "urn:kuayu:problem:rate-exceeded")
            #expect(try refused.json()["retryable"] as? Bool == true)
            // The others are not held up, nor is what it looks up itself.
            let other = try Sample.bytes("340000", "01-new-person.txt")
            #expect(try await federation.hand(other, as: "340000", key: "other").status == 202)
            for _ in 0..<5 { #expect(try await federation.get("/v1/federation", as: "320000").status == 200) }
            try await eventually("it is taken again") {
                try await federation.hand(sample, as: "320000", key: "fast").status == 200
            }
        }
    }

    @Test func takesSignedHeadersForOneMessage() async throws {
        try await TestFederation.with { federation in
            let headers = TestFederation.signedHeaders(at: TestFederation.now)
            let body = try Sample.bytes("330000", "01-new-person.json")
            let first = try await federation.hand(body, as: "330000", key: "signed-1", headers: headers)
            #expect(first.status == 202)
            // The very same request is a repetition as any other.
            let again = try await federation.hand(body, as: "330000", key: "signed-1", headers: headers)
            #expect(again.status == 200)
            #expect(again.header("Kuayu-Receipt") == first.header("Kuayu-Receipt"))
            // Other messages are not covered by it.
            let otherBody = try Sample.bytes("330000", "13-library-shared.json")
            for (key, bytes) in [("signed-2", body), ("signed-1", otherBody), ("signed-2", otherBody)] {
                let refused = try await federation.hand(bytes, as: "330000", key: key, json: true, headers: headers)
                #expect(refused.status == 401, "\(key)")
                #expect(try refused.json()["type"] as? String == "urn:kuayu:problem:header-signature")
                #expect(try refused.json()["retryable"] as? Bool == true)
            }
            #expect(try await federation.get("/v1/messages/signed-2", as: "330000").status == 404)
            #expect(try await federation.caseCount() == 1)
            // Signed anew it is taken.
            #expect(try await federation.hand(otherBody, as: "330000", key: "signed-2").status == 202)
        }
    }
}
