import Testing

/// Hubs that misbehave for a while: everything settles, nothing is applied twice, all ledgers agree.
@Suite struct MisbehaviourTests {
    /// Which hub does what, and what must be seen before it behaves again.
    struct Scenario: Sendable, CustomTestStringConvertible {
        let region: String
        let behaviour: String
        /// A state that deliveries to the hub must reach before it behaves again; nil where it goes on to the end.
        var awaits: String?
        /// Words that the gateway's log must have.
        var logged: String?

        var testDescription: String { "\(region) \(behaviour)" }
    }

    static let scenarios = [
        Scenario(region: "320000", behaviour: "duplicate"),
        Scenario(region: "330000", behaviour: "unavailable", awaits: "retrying"),
        Scenario(region: "320000", behaviour: "garbage", awaits: "parked"),
        Scenario(region: "330000", behaviour: "slow"),
        Scenario(region: "310000", behaviour: "count", logged: "count-mismatch"),
        Scenario(region: "340000", behaviour: "down", awaits: "sending"),
        Scenario(region: "320000", behaviour: "down", awaits: "retrying"),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: scenarios) func settles(_ scenario: Scenario) async throws {
        let setup = TestFederation.Setup(hubs: ["310000", "320000", "330000", "340000"], cases: 3)
        try await TestFederation.with(setup) { federation in
            try await federation.behave(scenario.region, scenario.behaviour)
            if let state = scenario.awaits {
                try await eventually("a delivery is \(state)", state: await federation.standing()) {
                    try await federation.deliveryCount([state], hub: scenario.region) > 0
                }
                try await federation.behave(scenario.region, "none")
                if state == "parked" { try await releaseWhatIsParked(federation) }
            }
            try await federation.settle(within: .seconds(90))
            if let words = scenario.logged { #expect(federation.log.contains(words)) }
            try await expectAgreement(federation)
        }
    }

    /// A hub that applies a message and then lets the connection time out is asked, and not told twice.
    @Test(.timeLimit(.minutes(5))) func asksAHubWhoseAnswerNeverCame() async throws {
        let setup = TestFederation.Setup(hubs: ["310000", "330000"])
        try await TestFederation.with(setup) { federation in
            try await federation.behave("310000", "late")
            // Shanghai's own case, so that what comes first to Shanghai is the news that it was passed on.
            let sample = try Sample.bytes("310000", "01-new-person.json")
            #expect(try await federation.hand(sample, as: "310000", key: "late-1").status == 202)
            try await eventually("the hub has applied the message") {
                try await federation.statistics("310000")["received"] == 1
            }
            try await federation.behave("310000", "none")
            try await federation.settle(within: .seconds(90))
            let numbers = try await federation.statistics("310000")
            #expect((numbers["received"] ?? 0) > 1, "later news came as well")
            #expect(numbers["repeated"] == 0, "it was asked, not told again")
            try await expectAgreement(federation)
        }
    }

    /// Parked deliveries go on when a person says so: one is retried, the others are released.
    private func releaseWhatIsParked(_ federation: TestFederation) async throws {
        var verb = "retry"
        try await eventually("nothing is parked any more", state: await federation.standing()) {
            let list = try await federation.command(["delivery", "list", "--state", "parked", "--json"])
            for line in list.output.split(separator: "\n") {
                guard let number = line.split(separator: ",").first?.split(separator: ":").last else { continue }
                let result = try await federation.command(["delivery", verb, "\(number)", "--by", "test"])
                #expect(result.code == 0, "\(result.output) \(result.errors)")
                verb = "release"
            }
            // Behind a parked delivery others of the same route may still be on their way to being parked.
            return try await federation.deliveryCount(["parked", "retrying", "sending"]) == 0
        }
    }

    private func expectAgreement(_ federation: TestFederation) async throws {
        for region in federation.setup.hubs {
            let (expected, found) = try await federation.ledgers(region)
            #expect(!expected.isEmpty)
            #expect(expected == found, "the ledgers of \(region)")
            let numbers = try await federation.statistics(region)
            #expect((numbers["appliedAtMost"] ?? 0) <= 1)
            #expect(numbers["refused"] == 0, "the gateway refused messages of \(region)")
            #expect(numbers["rejected"] == 0, "\(region) could not read a message")
        }
        let verified = try await federation.command(["db", "verify"])
        #expect(verified.code == 0, "\(verified.output)")
    }
}
