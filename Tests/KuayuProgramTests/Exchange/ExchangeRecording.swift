import Foundation
import KuayuCrypto
import KuayuEvidence
import KuayuModel

/// Performs the two exchanges of `docs/exchange.md` for real and keeps their bytes.
enum ExchangeRecording {
    /// An exchange is as the document tells it when the receiver takes one step and no more.
    private static let oneStep = 3_600_000

    // MARK: Zhejiang to Jiangsu

    static func zhejiangToJiangsu() async throws -> [ExchangeFile] {
        let setup = TestFederation.Setup(
            hubs: ["320000", "330000"], stepMilliseconds: oneStep, records: true)
        return try await TestFederation.with(setup) { federation in
            let body = try Sample.bytes("330000", "13-library-shared.json")
            let digest = ContentDigestHeader.write(ContentDigest(SHA256.digest(body)))
            _ = try await federation.hand(
                body, as: "330000", key: "zj-20260302-000013", headers: [(ContentDigestHeader.name, digest)],
                port: federation.recorder("from-330000").port)
            let id = try await settledCase(federation, ["320000", "330000"])
            _ = try await federation.exchange(
                "GET", "/v1/cases/\(id)", as: "320000", port: federation.recorder("from-320000").port)
            let named: [(String, String, String)] = [
                ("1-message", "from-330000", "POST /v1/messages"), ("2-push", "to-320000", ";v=1;"),
                ("3-transferred", "to-330000", ";v=2;"), ("4-status", "from-320000", "POST /v1/messages"),
                ("5-accepted", "to-330000", ";v=3;"), ("6-case", "from-320000", "GET /v1/cases/"),
            ]
            return try await messages(named, federation, "zj-js")
                + [ledger(federation, ["330000", "320000"], "zj-js"), publicKey(federation, "zj-js")]
        }
    }

    // MARK: Anhui to Shanghai

    static func anhuiToShanghai() async throws -> [ExchangeFile] {
        let setup = TestFederation.Setup(
            hubs: ["310000", "340000"], stepMilliseconds: oneStep, records: true)
        return try await TestFederation.with(setup) { federation in
            let name = "340000_BJ_20260302093105_001.txt"
            try handIn(Sample.bytes("340000", "01-new-person.txt"), name, federation)
            _ = try await settledCase(federation, ["310000", "340000"])
            let named: [(String, String, String)] = [
                ("2-push", "to-310000", "POST /cases"), ("4-window", "to-310000", "\"status\":\"已受理\""),
                ("5-receipts", "to-310000", "POST /receipts"),
            ]
            return try await files(federation, name)
                + messages(named, federation, "ah-sh")
                + [ledger(federation, ["340000", "310000"], "ah-sh"), publicKey(federation, "ah-sh")]
        }
    }

    /// Writes a payload and its `.ok` as the region does: under another name first.
    private static func handIn(_ body: [UInt8], _ name: String, _ federation: TestFederation) throws {
        let out = federation.folder.file("anhui/out/")
        let manifest = FileManifest(lineCount: 2, sm3: HexText.encode(SM3.digest(body)))
        try Data(body).write(to: URL(fileURLWithPath: out + name), options: .atomic)
        try Data(manifest.text.utf8).write(to: URL(fileURLWithPath: out + name + ".ok"), options: .atomic)
    }

    /// Everything that lies in the region's folders in the end; what it has read stands in `done/`.
    private static func files(_ federation: TestFederation, _ name: String) throws -> [ExchangeFile] {
        let root = federation.folder.file("anhui")
        func read(_ path: String, as target: String) throws -> ExchangeFile {
            ExchangeFile("ah-sh/" + target, Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + path))))
        }
        var files = try ["", ".ok", ".ack", ".rcp"].map { try read("out/" + name + $0, as: "1-out.txt" + $0) }
        let arrived = try FileManager.default.contentsOfDirectory(atPath: root + "/done")
            .filter { $0.hasPrefix("in-") && $0.hasSuffix(".txt") }.sorted { ($0.count, $0) < ($1.count, $1) }
        guard arrived.count == 2 else { throw NeverHappened(description: "in/ got \(arrived)") }
        for (step, file) in zip(["3-in", "6-in"], arrived) {
            files.append(try read("done/" + file, as: step + ".txt"))
            files.append(try read("done/" + file + ".ok", as: step + ".txt.ok"))
            files.append(try read("in/" + file.dropFirst(3) + ".ack", as: step + ".txt.ack"))
        }
        let names = ["out/" + name] + arrived.map { "in/" + $0.dropFirst(3) }
        files.append(ExchangeFile("ah-sh/names.txt", names.joined(separator: "\n") + "\n"))
        return files
    }

    // MARK: both

    /// Waits until both ledgers hold the accepted case; returns its id.
    private static func settledCase(_ federation: TestFederation, _ regions: [String]) async throws -> String {
        var id = ""
        try await eventually("both hubs know that the case is accepted", state: await federation.standing()) {
            for region in regions {
                let (expected, found) = try await federation.ledgers(region)
                guard expected == found, let line = found.first, line.contains(",3,accepted,") else { return false }
                id = String(line.prefix { $0 != "," })
            }
            return try await federation.deliveryCount(["waiting", "sending", "retrying"]) == 0
        }
        return id
    }

    /// Request and answer of each step: the first exchange of a recorder whose request or answer has the words.
    private static func messages(
        _ named: [(step: String, recorder: String, words: String)], _ federation: TestFederation, _ exchange: String
    ) async throws -> [ExchangeFile] {
        var files: [ExchangeFile] = []
        for (step, recorder, words) in named {
            let recorder = try federation.recorder(recorder)
            var found: WireRecorder.Exchange?
            try await eventually("\(step) is recorded") {
                found = recorder.exchanges.first { has(words, $0.request) || has(words, $0.answer) }
                return found != nil
            }
            guard let found else { continue }
            files.append(ExchangeFile("\(exchange)/\(step)-request.http", found.request))
            files.append(ExchangeFile("\(exchange)/\(step)-answer.http", found.answer))
        }
        return files
    }

    private static func has(_ words: String, _ message: HTTPMessage) -> Bool {
        message.head.contains(words) || String(decoding: message.body, as: UTF8.self).contains(words)
    }

    /// What each side holds: `who case_id,registered_at,version,status,content_digest,nonce`.
    private static func ledger(
        _ federation: TestFederation, _ regions: [String], _ exchange: String
    ) async throws -> ExchangeFile {
        var lines: [String] = []
        for region in regions {
            let (expected, found) = try await federation.ledgers(region)
            lines += expected.map { "gateway for \(region): \($0)" } + found.map { "hub \(region): \($0)" }
        }
        return ExchangeFile("\(exchange)/ledger.txt", lines.joined(separator: "\n") + "\n")
    }

    private static func publicKey(_ federation: TestFederation, _ exchange: String) throws -> ExchangeFile {
        ExchangeFile(
            "\(exchange)/receipts.pub.pem",
            try String(contentsOfFile: federation.certificates + "/receipts.pub.pem", encoding: .utf8))
    }
}
