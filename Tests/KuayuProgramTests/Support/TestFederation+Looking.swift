import Foundation
import KuayuModel
import Testing

// What tests look at while a federation runs.
extension TestFederation {
    /// The command line of the program, with this federation's configuration.
    func command(_ arguments: [String]) async throws -> CommandResult {
        try await Program.run(arguments + ["--config", configurationPath])
    }

    /// Numbers of the metrics page by name and labels.
    func metrics() async throws -> [String: Int] {
        let page = try await Loopback.get("/metrics", port: adminPort).body
        var result: [String: Int] = [:]
        for line in page.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { result[String(parts[0])] = Int(parts[1]) }
        }
        return result
    }

    /// How many cases are in the store.
    func caseCount() async throws -> Int {
        try await metrics().filter { $0.key.hasPrefix("kuayu_cases{") }.values.reduce(0, +)
    }

    /// Deliveries that are in one of some states, of all hubs or of one.
    func deliveryCount(_ states: [String], hub: String? = nil) async throws -> Int {
        try await metrics().filter { name, _ in
            name.hasPrefix("kuayu_deliveries{") && states.contains { name.contains("state=\"\($0)\"") }
                && (hub.map { name.contains("hub=\"\($0)\"") } ?? true)
        }.values.reduce(0, +)
    }

    /// What a hub counts.
    func statistics(_ region: String) async throws -> [String: Int] {
        let text = try await Loopback.get("/control/stats", port: hub(region).control).body
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
        return object.compactMapValues { ($0 as? NSNumber)?.intValue }
    }

    /// Tells a hub how to behave.
    func behave(_ region: String, _ how: String) async throws {
        let reply = try await Loopback.post("/control/behave/\(how)", port: hub(region).control)
        if reply.status != 200 { throw NeverHappened(description: reply.body) }
    }

    /// The ledger a hub should hold, line by line, and the one it holds.
    func ledgers(_ region: String) async throws -> (expected: [String], found: [String]) {
        let expected = try await Loopback.get("/admin/ledger/\(region)", port: adminPort).body
        let found = try await Loopback.get("/control/ledger", port: hub(region).control).body
        return (Self.lines(expected), Self.lines(found))
    }

    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init).sorted() }

    /// Waits until every hub has made, sent and handled everything and every delivery is settled.
    func settle(within limit: Duration = .seconds(60)) async throws {
        try await eventually("everything is settled", within: limit, state: await self.standing()) {
            for region in self.setup.hubs {
                let numbers = try await self.statistics(region)
                guard (numbers["created"] ?? 0) >= (numbers["limit"] ?? .max), numbers["unfinished"] == 0,
                    numbers["waiting"] == 0
                else { return false }
            }
            return try await self.deliveryCount(["waiting", "sending", "retrying", "parked", "inDoubt"]) == 0
        }
    }

    /// Expects that every hub's ledger is the gateway's, that nothing was applied twice, refused or unreadable, and that
    /// the store holds what it should.
    ///
    /// - Parameter isEveryHubUsed: whether a hub without any case is a fault of the test.
    func expectAgreement(isEveryHubUsed: Bool = true, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for region in setup.hubs {
            let (expected, found) = try await ledgers(region)
            #expect(!expected.isEmpty || !isEveryHubUsed, sourceLocation: sourceLocation)
            #expect(expected == found, "the ledgers of \(region)", sourceLocation: sourceLocation)
            let numbers = try await statistics(region)
            #expect((numbers["appliedAtMost"] ?? 0) <= 1, "\(region)", sourceLocation: sourceLocation)
            #expect(numbers["refused"] == 0, "\(region): the gateway refused", sourceLocation: sourceLocation)
            #expect(numbers["rejected"] == 0, "\(region): could not read", sourceLocation: sourceLocation)
        }
        let verified = try await command(["db", "verify"])
        #expect(verified.code == 0, "\(verified.output)", sourceLocation: sourceLocation)
    }

    /// Changes the configuration file; the gateway reads it when it starts.
    func reconfigure(_ change: (String) -> String) throws {
        let text = try String(contentsOfFile: configurationPath, encoding: .utf8)
        let changed = change(text)
        if changed == text { throw NeverHappened(description: "the configuration is as it was:\n\(text)") }
        try folder.write(changed, "kuayu.yaml")
    }

    /// How things stand, for a failure's text.
    func standing() async -> String {
        var text = "deliveries: "
        if let metrics = try? await metrics() {
            text += metrics.filter { $0.key.hasPrefix("kuayu_deliveries") && $0.value > 0 }
                .map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        }
        for region in setup.hubs {
            if let numbers = try? await statistics(region) {
                text += "\n\(region): " + numbers.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
            }
        }
        return text
    }
}
