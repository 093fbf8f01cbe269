import KuayuEvidence
import KuayuModel
import Testing

/// `POST /v1/messages` and what can be looked up afterwards, over mutual TLS.
@Suite(.timeLimit(.minutes(5))) struct IntakeTests {
    @Test func registersANewCaseAndSignsAReceipt() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let reply = try await federation.hand(sample, as: "320000", key: "new-1")
            #expect(reply.status == 202)
            #expect(reply.text.contains("<Code>0</Code>"))
            let receipt = try federation.verified(#require(reply.receipts().first))
            #expect(receipt.messageID == "new-1")
            #expect(receipt.outcome == .accepted)
            #expect(receipt.sender.text == "320000")
            #expect(receipt.registration?.version == 1)
            #expect(receipt.issues.isEmpty)
            #expect(try await federation.caseCount() == 1)
        }
    }

    @Test func answersARepetitionWithTheOriginalReceipt() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let first = try await federation.hand(sample, as: "320000", key: "twice")
            let second = try await federation.hand(sample, as: "320000", key: "twice")
            #expect(first.status == 202)
            #expect(second.status == 200)
            let receipt = try #require(first.header("Kuayu-Receipt"))
            #expect(second.header("Kuayu-Receipt") == receipt)
            let looked = try await federation.get("/v1/receipts/twice", as: "320000")
            #expect(looked.status == 200)
            #expect(looked.text == receipt)
            #expect(try await federation.caseCount() == 1)
        }
    }

    @Test func refusesAnotherBodyUnderTheSameID() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let other = Sample.replacing("20260302T093015", with: "20260302T093016", in: sample)
            #expect(other != sample)
            #expect(try await federation.hand(sample, as: "320000", key: "taken").status == 202)
            let reply = try await federation.hand(other, as: "320000", key: "taken", json: true)
            #expect(reply.status == 422)
            #expect(try reply.json()["type"] as? String == "urn:kuayu:problem:message-conflict")
            #expect(reply.header("Kuayu-Receipt") == nil)
            #expect(try await federation.caseCount() == 1)
            let events = try await history(federation, "taken")
            #expect(events == ["registered", "transferred"])
        }
    }

    @Test func keepsIDsOfDifferentHubsApart() async throws {
        try await TestFederation.with { federation in
            let key = "the-same"
            let first = try await federation.hand(Sample.bytes("320000", "01-new-person.xml"), as: "320000", key: key)
            let second = try await federation.hand(Sample.bytes("340000", "01-new-person.txt"), as: "340000", key: key)
            #expect(first.status == 202)
            #expect(second.status == 202)
            #expect(try await federation.caseCount() == 2)
            #expect(try await federation.get("/v1/messages/\(key)", as: "330000").status == 404)
        }
    }

    @Test func tellsAHubWhatBecameOfItsMessage() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let reply = try await federation.hand(sample, as: "320000", key: "state-1", json: true)
            let cases = try reply.json()["cases"] as? [[String: Any]]
            let caseID = try #require(cases?.first?["case"] as? String)
            let looked = try await federation.get("/v1/messages/state-1", as: "320000")
            let state = try looked.json()
            #expect(looked.status == 200)
            #expect(state["outcome"] as? String == "accepted")
            #expect(state["case"] as? String == caseID)
            let deliveries = state["deliveries"] as? [[String: Any]]
            // Its own event goes to Shanghai; that it was passed on is told to its sender.
            #expect(deliveries?.compactMap { $0["hub"] as? String } == ["310000", "320000"])
            #expect(try await federation.get("/v1/messages/nobody-sent-this", as: "320000").status == 404)
        }
    }

    @Test func showsACaseToThoseWhoTakePartOnly() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let reply = try await federation.hand(sample, as: "320000", key: "part-1")
            let receipt = try federation.verified(#require(reply.receipts().first))
            let path = "/v1/cases/\(try #require(receipt.registration).caseID.text)"
            for (region, status) in [("320000", 200), ("310000", 200), ("330000", 404), ("340000", 404)] {
                #expect(try await federation.get(path, as: region).status == status, "\(region)")
            }
            let shown = try await federation.get(path, as: "310000").json()
            let record = shown["case"] as? [String: Any]
            #expect(record?["status"] as? String == "transferred")
            #expect((shown["events"] as? [Any])?.count == 2)
        }
    }

    @Test func refusesWhatNobodyAgreedTo() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let body = Sample.replacing("002009001000", with: "000709030000", in: sample)
            let reply = try await federation.hand(body, as: "320000", key: "not-agreed")
            #expect(reply.status == 202)
            let receipt = try federation.verified(#require(reply.receipts().first))
            #expect(receipt.outcome == .refused)
            #expect(receipt.registration == nil)
            #expect(receipt.issues.map(\.code) == ["route.not-agreed"])
            #expect(try await federation.caseCount() == 0)
            // A refusal is recorded: the same message gets the same receipt for ever.
            let again = try await federation.hand(body, as: "320000", key: "not-agreed")
            #expect(again.status == 200)
            #expect(again.header("Kuayu-Receipt") == reply.header("Kuayu-Receipt"))
        }
    }

    @Test func answersEveryCaseOfAPayload() async throws {
        try await TestFederation.with { federation in
            // The header line with its count, then a line of each of two samples.
            let lines = try ["01-new-person.txt", "13-bundle.txt"].map { name in
                try Sample.bytes("340000", name).split(separator: 10)[1]
            }
            let body = Array("#BJ|v3|340000|pair|2".utf8) + [10] + lines[0] + [10] + lines[1] + [10]
            let reply = try await federation.hand(body, as: "340000", key: "pair")
            #expect(reply.status == 202)
            let receipts = try reply.receipts().map { try federation.verified($0) }
            #expect(receipts.map(\.messageID) == ["pair/0001", "pair/0002"])
            #expect(Set(receipts.compactMap { $0.registration?.caseID }).count == 2)
            let looked = try await federation.get("/v1/receipts/pair%2F0002", as: "340000")
            #expect(looked.text == (try reply.receipts().last))
        }
    }

    @Test func changesACaseByTheHubThatHandlesIt() async throws {
        try await TestFederation.with(.init(hubs: ["310000", "320000"], stepMilliseconds: 3_600_000)) { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            let reply = try await federation.hand(sample, as: "320000", key: "progress-1")
            let receipt = try federation.verified(#require(reply.receipts().first))
            let id = try #require(receipt.registration).caseID.text
            try await eventually(
                "the case is accepted in Shanghai and Jiangsu knows", state: await federation.standing()
            ) {
                let (expected, found) = try await federation.ledgers("320000")
                return expected == found && found.first?.contains(",3,accepted,") == true
            }
            let shown = try await federation.get("/v1/cases/\(id)", as: "320000").json()
            #expect((shown["case"] as? [String: Any])?["status"] as? String == "accepted")
        }
    }

    private func history(_ federation: TestFederation, _ message: String) async throws -> [String] {
        let state = try await federation.get("/v1/messages/\(message)", as: "320000").json()
        let id = try #require(state["case"] as? String)
        let shown = try await federation.get("/v1/cases/\(id)", as: "320000").json()
        return (shown["events"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
    }
}
