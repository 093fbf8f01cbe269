import Foundation
import Testing

/// A case that a test had a hub make, and what the gateway knows of it.
struct ScenarioCase: Sendable {
    let federation: TestFederation
    /// The hub that made it.
    let origin: String
    /// Its number there.
    let number: String

    /// The case with everything around it, as `kuayu case show --json` prints it.
    func look() async throws -> ScenarioLook {
        let shown = try await federation.command(["case", "show", number, "--json"])
        guard shown.code == 0 else { throw NeverHappened(description: "case \(number) is not there: \(shown.output)") }
        return ScenarioLook(json: shown.output)
    }

    /// Waits until the case looks as wanted.
    @discardableResult
    func eventually(
        _ what: String, within limit: Duration = .seconds(60), _ condition: (ScenarioLook) -> Bool
    ) async throws -> ScenarioLook {
        var last: ScenarioLook?
        try await KuayuProgramTests.eventually(
            what, within: limit, state: "\(last?.text ?? "unknown") \(await federation.standing())"
        ) {
            guard let look = try? await look() else { return false }
            last = look
            return condition(look)
        }
        guard let last else { throw NeverHappened(description: what) }
        return last
    }

    /// Lets a hub do something to the case.
    func ask(_ region: String, _ verb: String) async throws {
        let id = region == origin ? number : try await look().id
        try await federation.control(region, verb, [("case", id)])
    }

    /// The same once the hub can: what it was told may still be under way.
    func askEventually(_ region: String, _ verb: String) async throws {
        try await KuayuProgramTests.eventually("\(verb) at \(region)", state: await federation.standing()) {
            (try? await ask(region, verb)) != nil
        }
    }
}

/// What `kuayu case show --json` says.
struct ScenarioLook: Sendable {
    let json: String

    private var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any] ?? [:]
    }

    private var record: [String: Any] { object["case"] as? [String: Any] ?? [:] }

    var id: String { record["caseId"] as? String ?? "" }
    var status: String { record["status"] as? String ?? "" }
    var result: [String: Any] { record["result"] as? [String: Any] ?? [:] }
    var outcome: String? { result["outcome"] as? String }
    var events: [[String: Any]] { object["events"] as? [[String: Any]] ?? [] }
    var deliveries: [[String: Any]] {
        (object["deliveries"] as? [[String: Any]] ?? []).compactMap { $0["delivery"] as? [String: Any] }
    }

    /// Rows of a list of the case.
    func rows(_ name: String) -> [[String: Any]] { record[name] as? [[String: Any]] ?? [] }

    /// One text of the rows of a list.
    func column(_ list: String, _ name: String) -> [String] { rows(list).map { $0[name] as? String ?? "-" } }

    /// Branches by region: state and outcome.
    var branches: [String: String] {
        Dictionary(
            rows("branches").map {
                ($0["region"] as? String ?? "", "\($0["status"] ?? "-") \($0["outcome"] ?? "-")")
            }, uniquingKeysWith: { $1 })
    }

    /// Kinds of the notices that stand.
    var notices: [String] { (object["notices"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String } }

    /// Children of the bundle: status, standing and case id by name.
    var children: [String: (status: String, standing: String, id: String)] {
        let bundle = object["bundle"] as? [String: Any] ?? [:]
        let rows = bundle["children"] as? [[String: Any]] ?? []
        return Dictionary(
            rows.map { row in
                (
                    row["name"] as? String ?? "",
                    (
                        row["status"] as? String ?? "", row["standing"] as? String ?? "",
                        row["case"] as? String ?? ""
                    )
                )
            }, uniquingKeysWith: { $1 })
    }

    /// Names of the ten ones by verdict.
    func tenOnes(_ verdict: String) -> [String] {
        let bundle = object["bundle"] as? [String: Any] ?? [:]
        return (bundle["tenOnes"] as? [[String: Any]] ?? []).filter { $0["verdict"] as? String == verdict }
            .compactMap { $0["key"] as? String }
    }

    /// Versions that were delivered to a hub.
    func told(_ hub: String) -> [Int] {
        deliveries.filter { $0["hub"] as? String == hub && $0["state"] as? String == "delivered" }
            .compactMap { $0["version"] as? Int }
    }

    /// Everything, for a failure's text.
    var text: String { "\(status) \(outcome ?? "-") \(branches) \(notices) \(children)" }
}

extension TestFederation {
    /// Has a hub make a case.
    func order(_ region: String, _ parameters: [(String, String)]) async throws -> ScenarioCase {
        let number = try await control(region, "new", parameters)
        return ScenarioCase(
            federation: self, origin: region, number: number.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// What a hub does with cases of an item, or with all.
    func plan(_ region: String, _ stages: String, item: String? = nil) async throws {
        try await control(region, "plan", [("stages", stages)] + (item.map { [("item", $0)] } ?? []))
    }

    @discardableResult
    func control(_ region: String, _ verb: String, _ parameters: [(String, String)] = []) async throws -> String {
        var components = URLComponents()
        components.path = "/control/\(verb)"
        if !parameters.isEmpty { components.queryItems = parameters.map { URLQueryItem(name: $0.0, value: $0.1) } }
        let reply = try await Loopback.post(components.string ?? "", port: hub(region).control)
        if reply.status != 200 { throw NeverHappened(description: "\(region) \(verb): \(reply.status) \(reply.body)") }
        return reply.body
    }
}
