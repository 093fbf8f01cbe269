import Foundation
import Testing

/// The command line: help, exit codes, what commands print.
@Suite(.timeLimit(.minutes(5))) struct CommandTests {
    // MARK: help

    /// Every command by its words, as the program itself lists them.
    private func commands() async throws -> [[String]] {
        let dump = try await Program.run(["--experimental-dump-help"])
        let root = try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any]
        return Self.words(try #require(root?["command"] as? [String: Any]), below: [])
    }

    private static func words(_ command: [String: Any], below parents: [String]) -> [[String]] {
        let children = command["subcommands"] as? [[String: Any]] ?? []
        return [parents]
            + children.flatMap { child -> [[String]] in
                guard let name = child["commandName"] as? String, name != "help" else { return [] }
                return words(child, below: parents + [name])
            }
    }

    @Test func helpOfEveryCommandIsAsItWas() async throws {
        let all = try await commands()
        #expect(all.count > 20)
        for words in all {
            let help = try await Program.run(words + ["--help"])
            #expect(help.code == 0)
            #expect(help.errors.isEmpty)
            try Golden.expect(help.output, matches: "help/\((["kuayu"] + words).joined(separator: "-")).txt")
        }
        let names = Set(all.map { (["kuayu"] + $0).joined(separator: "-") + ".txt" })
        let files = try FileManager.default.contentsOfDirectory(atPath: Program.fixtures + "/help")
        #expect(Set(files) == names, "a help text of a command that is no more")
    }

    // MARK: exit codes

    @Test(
        arguments: [
            (["version"], 0), (["--version"], 0), (["schema"], 0), (["config", "example"], 0),
            (["config", "check", "--config", "missing.yaml"], 1), (["serve", "--config", "missing.yaml"], 1),
            (["certs", "show", "missing.pem"], 1), (["certs", "issue", "320000", "--folder", "nowhere"], 1),
            (["adapter", "check"], 1), (["adapter", "check", "nowhere"], 1), (["adapter", "check", "broken.yaml"], 1),
            (["adapter", "check", "help"], 2), (["adapter", "explain", "missing.xml"], 1),
            (["hub", "110000"], 1), (["hub", "320000", "--certs", "nowhere"], 1),
            (["send", "missing.xml", "--as", "320000"], 1), (["config", "check", "--config", "broken.yaml"], 2),
            (["config", "check", "--config", "not-yaml.yaml"], 2), ([], 0), (["nonsense"], 64), (["case"], 0),
            (["route", "explain"], 64), (["route", "explain", "CSJ202611240000001", "--file", "a.json"], 64),
            (["route", "explain", "--file", "a.json"], 64), (["route", "explain", "CSJ", "--from", "320000"], 64),
            (["case", "show"], 64), (["case", "list", "--limit", "many"], 64), (["delivery", "retry", "1"], 64),
            (["delivery", "retry", "x", "--by", "test"], 64), (["send", "a.xml"], 64),
            (["serve", "--no-such-flag"], 64),
        ] as [([String], Int32)])
    func endsWithTheCodeThatTheHelpNames(_ arguments: [String], _ code: Int32) async throws {
        let result = try await Program.run(arguments, in: Program.fixtures)
        #expect(result.code == code, "\(result.output)\(result.errors)")
        if code == 1 { #expect(result.errors.contains("help: "), "a failure says how to mend it") }
    }

    @Test func answersNoForWhatIsNotThere() async throws {
        try await TestFederation.with { federation in
            #expect(try await federation.command(["case", "show", "CSJ202611240100001"]).code == 2)
            let decision = try await federation.command(["delivery", "retry", "1", "--by", "test"])
            #expect(decision.code == 1)
            #expect(decision.errors.contains("help: "))
        }
    }

    // MARK: configuration

    @Test(arguments: ["broken.yaml", "not-yaml.yaml"])
    func printsEveryProblemOfAConfigurationWithItsPlace(_ file: String) async throws {
        let check = ["config", "check", "--config", file]
        let text = try await Program.run(check, in: Program.fixtures)
        try Golden.expect(text.output, matches: file + ".golden")
        let json = try await Program.run(check + ["--json"], in: Program.fixtures)
        let problems = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]] ?? []
        #expect(problems.count == text.output.components(separatedBy: ": error: ").count - 1)
        #expect(problems.allSatisfy { ($0["line"] as? Int ?? 0) > 0 && ($0["column"] as? Int ?? 0) > 0 })
    }

    @Test func readsItsOwnExample() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("regions"), withDestinationPath: Program.repository + "/regions")
        #expect(try await Program.run(["certs", "init"], in: folder.path).code == 0)
        try folder.write("secret", "certs/zj-secret")
        try folder.write(try await Program.run(["config", "example"]).output, "kuayu.yaml")
        let result = try await Program.run(["config", "check"], in: folder.path)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
    }

    @Test func takesTheEnvironmentOverTheFile() async throws {
        let result = try await Program.run(
            ["config", "check", "--config", "broken.yaml"], in: Program.fixtures,
            environment: ["KUAYU_ADMIN_PORT": "70000"])
        #expect(result.code == 2)
        #expect(result.output.contains("KUAYU_ADMIN_PORT: must be a port"))
    }

    // MARK: certificates

    @Test func makesAndShowsCertificates() async throws {
        let folder = try TemporaryFolder()
        #expect(try await Program.run(["certs", "init", "--days", "3"], in: folder.path).code == 0)
        #expect(try await Program.run(["certs", "issue", "320000", "--days", "2"], in: folder.path).code == 0)
        let shown = try await Program.run(["certs", "show", "certs/hub-320000.pem", "--json"], in: folder.path)
        let facts = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: String] ?? [:]
        #expect(facts["uris"] == "urn:kuayu:hub:320000")
        #expect(facts["subject"] == "CN=hub 320000")
        #expect(facts["issuer"] == "CN=kuayu test authority")
        #expect(facts["fingerprint"]?.count == 64)
        for key in ["authority.key.pem", "gateway.key.pem", "hub-320000.key.pem", "receipts.key.pem"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("certs/" + key))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(key)")
        }
        #expect(try await Program.run(["certs", "issue", "32", "--folder", "certs"], in: folder.path).code == 1)
    }

    // MARK: adapters

    @Test func everyAdapterKeepsItsLaws() async throws {
        let result = try await Program.run(["adapter", "check", "--count", "200"], in: Program.repository)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        for region in ["310000", "320000", "330000", "340000"] {
            #expect(result.output.contains("regions/\(region): 通过"))
        }
    }

    @Test(arguments: [
        ("310000", "01-new-person.json"), ("320000", "01-new-person.xml"), ("330000", "01-new-person.json"),
        ("340000", "01-new-person.txt"),
    ])
    func explainsASampleWithPersonsMasked(region: String, sample: String) async throws {
        let result = try await Program.run(
            ["adapter", "explain", "regions/\(region)/samples/\(sample)"], in: Program.repository)
        #expect(result.code == 0)
        try Golden.expect(result.output, matches: "explain-\(region).txt")
        let golden = try String(
            contentsOfFile: Sample.path(region) + "/01-new-person.case.json", encoding: .utf8)
        let record = try JSONSerialization.jsonObject(with: Data(golden.utf8)) as? [String: Any]
        let applicant = try #require(record?["applicant"] as? [String: Any])
        for name in ["name", "idNumber", "mobile"] {
            let value = try #require(applicant[name] as? String)
            #expect(!result.output.contains(value), "applicant.\(name) is not masked")
        }
    }

    @Test func explainsWhyAPayloadIsRefused() async throws {
        let result = try await Program.run(
            ["adapter", "explain", "regions/320000/samples/bad/08-several-problems.xml"], in: Program.repository)
        #expect(result.code == 2)
        #expect(result.output.contains("34:16 error value.datetime ApplyInfo/ApplyDate"))
    }

    // MARK: the rest

    @Test(arguments: ["bash", "zsh", "fish"]) func writesACompletionScript(_ shell: String) async throws {
        let result = try await Program.run(["--generate-completion-script", shell])
        #expect(result.code == 0)
        #expect(result.output.contains("kuayu"))
        #expect(result.output.contains("delivery"))
    }

    @Test func namesItsVersionEverywhereAlike() async throws {
        let short = try await Program.run(["--version"]).output
        #expect(short == (try await Program.run(["version"]).output))
        #expect(short.hasPrefix("kuayu 0."))
    }

    @Test func sendsAsAHubWould() async throws {
        try await TestFederation.with { federation in
            let arguments = [
                "send", "regions/330000/samples/13-library-shared.json", "--as", "330000", "--key", "sent-1",
                "--gateway",
                "https://127.0.0.1:\(federation.port)", "--certs", federation.certificates, "--secret-file",
                federation.folder.file("zj-secret"), "--json",
            ]
            let first = try await Program.run(arguments, in: Program.repository)
            #expect(first.code == 0, "\(first.output)\(first.errors)")
            #expect(first.output.hasPrefix("HTTP 202"))
            let second = try await Program.run(arguments, in: Program.repository)
            #expect(second.output.hasPrefix("HTTP 200"))
            let receipts = [first, second].map {
                $0.output.split(separator: "\n").first { $0.hasPrefix("Kuayu-Receipt") }
            }
            #expect(receipts[0] != nil && receipts[0] == receipts[1])
            let list = try await federation.command(["case", "list", "--json", "--origin", "330000"])
            #expect(list.output.contains("\"status\":\"transferred\""))
            let shown = try await federation.command(["case", "show", "330106012603020000013"])
            #expect(shown.code == 0)
            #expect(!shown.output.contains("蒋样"), "names are masked")
        }
    }
}
