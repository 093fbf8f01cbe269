import Foundation
import Testing

/// `kuayu case archive`: written beside a running gateway and without one, checked by us and by nothing but
/// `sha256sum` and `openssl`.
@Suite(.timeLimit(.minutes(5))) struct ArchiveCommandTests {
    @Test func archivesEveryCaseSoThatOthersCanCheckIt() async throws {
        try await TestFederation.with(.init(hubs: ["310000", "320000", "330000", "340000"], cases: 1)) { federation in
            try await federation.settle()
            let ids = try await cases(federation)
            #expect(ids.count == 4)
            for id in ids {
                let folder = federation.folder.file("archive-\(id)")
                let written = try await archive(id, to: folder, federation)
                #expect(written.code == 0, "\(written.output)\(written.errors)")
                #expect(written.output.contains("含未脱敏的个人信息"))
                let checked = try await Program.run(["case", "archive", "--check", folder])
                #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
                #expect(checked.output.contains("归档包完好"))
                try permissions(folder)
                try await checkWithoutUs(folder)
                try await versions(of: id, in: folder, federation)
            }
            try await sameBytes(ids[0], federation)
        }
    }

    /// Numbers of all cases.
    private func cases(_ federation: TestFederation) async throws -> [String] {
        let list = try await federation.command(["case", "list", "--json"])
        return try list.output.split(separator: "\n").map { line in
            let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(row?["case"] as? String)
        }
    }

    private func archive(
        _ id: String, to folder: String, _ federation: TestFederation, _ more: [String] = []
    ) async throws -> CommandResult {
        try await federation.command(
            ["case", "archive", id, "--to", folder, "--by", "test", "--reason", "年度归档测试"] + more)
    }

    private func permissions(_ folder: String) throws {
        for name in [""] + (try FileManager.default.subpathsOfDirectory(atPath: folder)) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
            #expect(mode == (isFolder ? 0o700 : 0o600), "\(name)")
        }
    }

    /// The commands in the package's own page, as they stand there.
    private func checkWithoutUs(_ folder: String) async throws {
        let page = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
        let blocks = page.components(separatedBy: "```sh\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(blocks.count == 2)
        let receipts = try FileManager.default.contentsOfDirectory(atPath: folder + "/receipts")
        #expect(!receipts.isEmpty)
        for block in blocks {
            let result = try await Program.run("/bin/bash", ["-c", block], in: folder, environment: [:])
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            #expect(!result.output.contains("FAILED"), "\(result.output)")
        }
        let signatures = try await Program.run("/bin/bash", ["-c", blocks[1]], in: folder, environment: [:])
        #expect(signatures.output.components(separatedBy: ": OK").count - 1 == receipts.count)
    }

    /// Every version of `case show` is there, and nothing is masked.
    private func versions(of id: String, in folder: String, _ federation: TestFederation) async throws {
        let shown = try await federation.command(["case", "show", id, "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
        let events = object?["events"] as? [[String: Any]] ?? []
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/versions").sorted()
        #expect(files.count == events.count && files.count > 2)
        let last = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/versions/\(try #require(files.last))"))
        let record = try JSONSerialization.jsonObject(with: last) as? [String: Any]
        let applicant = record?["applicant"] as? [String: Any]
        let name = try #require(applicant?["name"] as? String)
        #expect(!name.contains("*"))
        if applicant?["kind"] as? String == "1" { #expect(!shown.output.contains(name)) }
    }

    private func sameBytes(_ id: String, _ federation: TestFederation) async throws {
        let folder = federation.folder.file("archive-\(id)")
        let again = federation.folder.file("again")
        #expect(try await archive(id, to: again, federation).code == 0)
        let difference = try await Program.run("/usr/bin/diff", ["-r", folder, again], in: nil, environment: [:])
        #expect(difference.code == 0, "\(difference.output)")
    }

    // MARK: trace, and without a gateway

    @Test func leavesATraceAndNeedsNoGateway() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            #expect(try await federation.hand(sample, as: "320000", key: "archived").status == 202)
            let gateway = try #require(federation.gateway)
            gateway.send(SIGTERM)
            try await eventually("the gateway has ended", within: .seconds(30)) { gateway.code != nil }
            let id = try #require(try await cases(federation).first)
            let folder = federation.folder.file("archive")
            let written = try await archive(id, to: folder, federation, ["--json"])
            #expect(written.code == 0, "\(written.errors)")
            let facts = try JSONSerialization.jsonObject(with: Data(written.output.utf8)) as? [String: Any]
            #expect(facts?["case"] as? String == id && facts?["personalData"] as? Bool == true)
            let sums = try await Program.run(
                "/usr/bin/sha256sum", ["SHA256SUMS"], in: folder, environment: [:])
            #expect(facts?["digest"] as? String == "sha256:" + sums.output.prefix(64))
            #expect(try stored("年度归档测试", federation), "the reason is not in the store")
            // An export that cannot be made leaves nothing, and one to a folder in use leaves that alone.
            let refused = try await archive(id, to: folder, federation)
            #expect(refused.code == 1 && refused.errors.contains("is not empty"))
            #expect(try await Program.run(["case", "archive", "--check", folder]).code == 0)
            // A key that is not the gateway's proves nothing.
            let other = federation.folder.file("other")
            #expect(try await Program.run(["certs", "init", "--folder", other]).code == 0)
            let foreign = try await Program.run(
                ["case", "archive", "--check", folder, "--key", other + "/receipts.pub.pem"])
            #expect(foreign.code == 1 && foreign.output.contains("receipts/0001.jws"))
            let own = federation.certificates + "/receipts.pub.pem"
            #expect(try await Program.run(["case", "archive", "--check", folder, "--key", own]).code == 0)
        }
    }

    /// Whether a text stands in the store's files.
    private func stored(_ text: String, _ federation: TestFederation) throws -> Bool {
        try ["kuayu.sqlite", "kuayu.sqlite-wal"].contains { name in
            guard FileManager.default.fileExists(atPath: federation.folder.file(name)) else { return false }
            let data = try Data(contentsOf: URL(fileURLWithPath: federation.folder.file(name)))
            return data.range(of: Data(text.utf8)) != nil
        }
    }

    @Test func takesTheEarlierKeyOfAReceipt() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            #expect(try await federation.hand(sample, as: "320000", key: "archived").status == 202)
            let id = try #require(try await cases(federation).first)
            let files = FileManager.default
            let earlier = federation.folder.file("earlier.pem")
            try files.moveItem(atPath: federation.certificates + "/receipts.pub.pem", toPath: earlier)
            try files.removeItem(atPath: federation.certificates + "/receipts.key.pem")
            let other = federation.folder.file("other")
            #expect(try await Program.run(["certs", "init", "--folder", other]).code == 0)
            try files.copyItem(
                atPath: other + "/receipts.key.pem", toPath: federation.certificates + "/receipts.key.pem")
            let without = try await archive(id, to: federation.folder.file("a"), federation)
            #expect(without.code == 1 && without.errors.contains("--key"), "\(without.errors)")
            #expect(!files.fileExists(atPath: federation.folder.file("a")))
            let with = try await archive(id, to: federation.folder.file("b"), federation, ["--key", earlier])
            #expect(with.code == 0, "\(with.errors)")
            #expect(try await Program.run(["case", "archive", "--check", federation.folder.file("b")]).code == 0)
        }
    }

    // MARK: damage

    @Test func namesDamageFileByFile() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("330000", "01-new-person.json")
            #expect(try await federation.hand(sample, as: "330000", key: "damaged").status == 202)
            let id = try #require(try await cases(federation).first)
            let folder = federation.folder.file("archive")
            #expect(try await archive(id, to: folder, federation).code == 0)
            for name in ["versions/0001.json", "messages/0001.json", "receipts/0001.jws", "metadata.json"] {
                let url = URL(fileURLWithPath: folder + "/" + name)
                let whole = try Data(contentsOf: url)
                try (whole + Data(" ".utf8)).write(to: url)
                try await expectDamage(name, in: folder)
                try FileManager.default.removeItem(at: url)
                try await expectDamage(name, in: folder)
                try whole.write(to: url)
            }
            #expect(try await Program.run(["case", "archive", "--check", folder]).code == 0)
            try Data().write(to: URL(fileURLWithPath: folder + "/extra"))
            try await expectDamage("extra", in: folder)
        }
    }

    private func expectDamage(_ name: String, in folder: String) async throws {
        let text = try await Program.run(["case", "archive", "--check", folder])
        #expect(text.code == 1)
        #expect(text.output.split(separator: "\n").contains { $0.hasPrefix(name + ": ") }, "\(name): \(text.output)")
        let json = try await Program.run(["case", "archive", "--check", folder, "--json"])
        let report = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        let faults = report?["faults"] as? [[String: Any]] ?? []
        #expect(json.code == 1 && report?["whole"] as? Bool == false)
        #expect(faults.contains { $0["file"] as? String == name })
    }

    // MARK: usage

    @Test(
        arguments: [
            (["case", "archive"], 64), (["case", "archive", "CSJ202611240000001", "--to", "a", "--by", "b"], 64),
            (["case", "archive", "CSJ202611240000001", "--to", "a", "--by", "b", "--reason", " "], 64),
            (["case", "archive", "CSJ202611240000001", "--check", "a"], 64),
            (["case", "archive", "--check", "nowhere"], 1), (["case", "archive", "--check", ".", "--key", "none"], 1),
            (["case", "archive", "--check", "help"], 1),
        ] as [([String], Int32)])
    func endsWithTheCodeThatTheHelpNames(_ arguments: [String], _ code: Int32) async throws {
        let result = try await Program.run(arguments, in: Program.fixtures)
        #expect(result.code == code, "\(result.output)\(result.errors)")
    }

    @Test func knowsNoCaseThatIsNotThere() async throws {
        try await TestFederation.with { federation in
            let result = try await archive("CSJ202611240100001", to: federation.folder.file("a"), federation)
            #expect(result.code == 2)
            #expect(!FileManager.default.fileExists(atPath: federation.folder.file("a")))
        }
    }
}
