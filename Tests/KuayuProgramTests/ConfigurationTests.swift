import Foundation
import Testing

/// What `config check` and the start say of a configuration.
@Suite(.timeLimit(.minutes(5))) struct ConfigurationTests {
    @Test(arguments: [
        (
            "a: 1\n---\nb: 2\n",
            "2:1: error: this is not YAML: expected a single document in the stream, but found another document"
        ),
        ("hubs: [\n\n", "3:1: error: this is not YAML: while parsing a flow node, did not find expected node content"),
        (
            "gateway:\n\tnumber: 1\n",
            "2:1: error: this is not YAML: while scanning for the next token, found character that cannot start any token"
        ),
        ("admin: *y\n", "1:8: error: this is not YAML: found undefined alias"),
        ("gateway: \u{1}\n", "1:10: error: this is not YAML: control characters are not allowed"),
        (
            "# 网关\ngateway: {number: 1}\nstore: \u{7}\n",
            "3:8: error: this is not YAML: control characters are not allowed"
        ),
        ("store: a\nstore: b\n", "1:1: error: store: stands more than once in one map"),
        ("just text", "1:1: error: must be a map"), ("- hubs\n", "1:1: error: must be a map"),
    ])
    func saysWhereAFileIsNoConfiguration(text: String, expected: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(text, "kuayu.yaml")
        let result = try await Program.run(["config", "check"], in: folder.path)
        #expect(result.code == 2)
        let lines = result.output.components(separatedBy: "\n")
        #expect(lines.first == "kuayu.yaml:" + expected, "\(result.output)")
        #expect(lines.dropFirst().first?.hasPrefix("  help: ") == true, "\(result.output)")
    }

    @Test func warnsOfAHubThatHasCasesAndIsMissing() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            #expect(try await federation.hand(sample, as: "320000", key: "for-shanghai").status == 202)
            let check = ["config", "check"]
            let whole = try await federation.command(check)
            #expect(whole.code == 0)
            #expect(!whole.output.contains("warning"), "\(whole.output)")
            try federation.reconfigure { text in
                text.split(separator: "\n").filter { !$0.contains("\"310000\":") }.joined(separator: "\n") + "\n"
            }
            let text = try await federation.command(check)
            #expect(text.code == 0)
            #expect(text.output.contains("kuayu.yaml: warning: hubs.310000: is missing"), "\(text.output)")
            #expect(text.output.contains("1 delivery to it is open"), "\(text.output)")
            #expect(text.output.contains("help: put the hub back"), "\(text.output)")
            let json = try await federation.command(check + ["--json"])
            let items = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]] ?? []
            #expect(items.map { $0["severity"] as? String } == ["warning"])
            #expect(items.first?["path"] as? String == "hubs.310000")
            try await federation.restartGateway()
            #expect(federation.log.contains("a hub of the store is not configured"), "\(federation.log)")
            #expect(federation.log.contains("region=310000"), "\(federation.log)")
        }
    }

    @Test func saysThatAStoreIsNone() async throws {
        try await TestFederation.with { federation in
            try federation.reconfigure { $0.replacing("store: kuayu.sqlite", with: "store: zj-secret") }
            let result = try await federation.command(["config", "check"])
            #expect(result.code == 1, "\(result.output)")
            #expect(result.errors.contains("zj-secret: "), "\(result.errors)")
            #expect(result.errors.contains("help: "), "\(result.errors)")
        }
    }
}
