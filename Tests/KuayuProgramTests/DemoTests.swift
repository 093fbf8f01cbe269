import Foundation
import Testing

/// The demo is the main job: it ends with 0 only when every ledger agrees with the gateway's.
@Suite struct DemoTests {
    /// States that a case does not leave.
    private static let finals: Set<String> = ["closed", "notAccepted", "returned", "withdrawn", "voided"]

    /// A demo in a folder of its own, and what it printed.
    private func demo(
        _ arguments: [String], check: (TemporaryFolder, CommandResult) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try await Turns.federations.take {
            let result = try await Program.run(
                [
                    "demo", "--once", "--folder", folder.file("demo"), "--certs", folder.file("certs"), "--regions",
                    "regions",
                ]
                    + arguments, in: Program.repository)
            #expect(result.code == 0, "\(result.output)\n\(result.errors)")
            for region in ["310000 上海", "320000 江苏", "330000 浙江", "340000 安徽"] {
                let rows = result.output.split(separator: "\n").filter { $0.hasPrefix(region) }
                #expect(rows.contains { $0.hasSuffix(" 一致") }, "\(region): \(rows)")
                // And so says each hub in its own way: one row a lane.
                #expect(rows.count { $0.contains("RC-\(region.prefix(6))-") } == 2, "\(region): \(rows)")
            }
            #expect(result.output.contains("所有台账一致 — all ledgers agree"))
            // Every damage done to the hubs' ledgers is found, and what needs nobody is done.
            #expect(result.output.contains("全部查出；可自动做的已做并复核"), "\(result.output.suffix(3_000))")
            try await check(folder, result)
        }
    }

    @Test(.timeLimit(.minutes(5))) func carriesCasesInAllTwelveDirections() async throws {
        try await demo(["--cases", "3", "--rate", "20", "--down", "0", "--no-scenarios"]) { folder, _ in
            let configuration = folder.file("demo/kuayu.yaml")
            let list = try await Program.run(["case", "list", "--json", "--limit", "100", "--config", configuration])
            let rows = try list.output.split(separator: "\n").map { try Self.object(String($0)) }
            #expect(rows.count == 12)
            var directions: Set<String> = []
            for row in rows {
                let id = try #require(row["case"] as? String)
                let status = row["status"] as? String ?? ""
                #expect(Self.finals.contains(status), "\(id) ended as \(status)")
                let shown = try await Program.run(["case", "show", id, "--json", "--config", configuration])
                directions.insert("\(row["origin"] ?? "") to \(try Self.handlingProvince(shown.output))")
            }
            let regions = ["310000", "320000", "330000", "340000"]
            let wanted = regions.flatMap { from in regions.filter { $0 != from }.map { "\(from) to \($0)" } }
            #expect(directions == Set(wanted))
        }
    }

    @Test(.timeLimit(.minutes(5))) func catchesUpWithAHubThatWasAway() async throws {
        try await demo(["--cases", "6", "--rate", "4", "--down", "330000"]) { folder, result in
            #expect(result.output.contains("330000 停机"))
            #expect(result.output.contains("330000 恢复"))
            try await expectVerified(folder)
        }
    }

    @Test(.timeLimit(.minutes(5))) func losesNothingWhenTheGatewayIsKilledTwice() async throws {
        let arguments = [
            "--cases", "6", "--rate", "4", "--down", "0", "--kill-gateway-at", "1", "--kill-gateway-at", "2.5",
        ]
        try await demo(arguments) { folder, result in
            #expect(result.output.components(separatedBy: "网关被杀死").count == 3)
            try await expectVerified(folder)
        }
    }

    /// The store's own check of its invariants.
    private func expectVerified(_ folder: TemporaryFolder) async throws {
        let result = try await Program.run(["db", "verify", "--config", folder.file("demo/kuayu.yaml")])
        #expect(result.code == 0, "\(result.output) \(result.errors)")
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    /// The province that handles the case of a `case show --json`.
    private static func handlingProvince(_ text: String) throws -> String {
        let record = try object(text)["case"] as? [String: Any]
        let places = record?["places"] as? [String: Any]
        let handling = places?["handling"] as? [[String: Any]]
        return "\((handling?.first?["division"] as? String ?? "").prefix(2))0000"
    }
}
