import Foundation
import KuayuEvidence
import KuayuFormats
import KuayuModel
import Testing

/// No value of a person stands in an answer to a message or in the gateway's log, at any level.
@Suite(.timeLimit(.minutes(5))) struct PrivacyTests {
    @Test(arguments: ["310000", "320000", "330000", "340000"])
    func tellsNothingOfPersons(_ region: String) async throws {
        try await TestFederation.with(.init(logLevel: "trace")) { federation in
            let samples =
                try Sample.names(region) + Sample.names(region, below: "bad").map { "bad/" + $0 }
            var secrets = try names(region)
            var answers: [(of: String, text: String)] = []
            for sample in samples {
                let body = try Sample.bytes(region, sample)
                secrets.formUnion(numbers(in: text(body, region)))
                for json in [true, false] {
                    let key = "\(sample)-\(json)"
                    let reply = try await federation.hand(body, as: region, key: key, json: json)
                    let receipts = try reply.receipts().map { try federation.verified($0).canonicalBytes }
                    let all = [text(reply.body, region)] + receipts.map { String(decoding: $0, as: UTF8.self) }
                    answers.append((key, all.joined(separator: "\n")))
                }
            }
            #expect(secrets.count > 5)
            for secret in secrets.sorted() {
                let telling = answers.filter { $0.text.contains(secret) }.map(\.of)
                #expect(telling.isEmpty, "\(secret) stands in the answers to \(telling)")
                let lines = federation.log.split(separator: "\n").filter { $0.contains(secret) }
                #expect(lines.isEmpty, "\(secret) stands in the log: \(lines.first ?? "")")
            }
            #expect(!federation.log.isEmpty)
        }
    }

    /// Text of a payload or an answer; bytes that are no text of the region's encoding are read as UTF-8.
    private func text(_ bytes: [UInt8], _ region: String) -> String {
        if ["320000", "340000"].contains(region), let decoded = try? GB18030.decode(bytes) {
            return String(decoding: decoded.bytes, as: UTF8.self)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Citizen numbers and mobile numbers of a payload.
    private func numbers(in text: String) -> Set<String> {
        var found: Set<String> = []
        for run in text.split(whereSeparator: { !$0.isASCII || !($0.isNumber || $0.isLetter) }).map(String.init) {
            if run.count == 18, run.dropLast().allSatisfy(\.isNumber),
                ["19", "20"].contains(run.dropFirst(6).prefix(2))
            {
                found.insert(run)
            }
            if run.count == 11, run.hasPrefix("1"), run.allSatisfy(\.isNumber) { found.insert(run) }
        }
        return found
    }

    /// Names of natural persons in the samples, by their golden cases.
    private func names(_ region: String) throws -> Set<String> {
        var found: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: Sample.path(region))
        where file.hasSuffix(".case.json") {
            let text = try String(contentsOfFile: Sample.path(region) + "/" + file, encoding: .utf8)
            for line in text.split(separator: "\n") {
                let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                let applicant = record?["applicant"] as? [String: Any] ?? [:]
                if applicant["kind"] as? String == "1" { found.insert(applicant["name"] as? String ?? "") }
                found.insert(applicant["contactName"] as? String ?? "")
                found.insert((applicant["agent"] as? [String: Any])?["name"] as? String ?? "")
                found.insert((record?["delivery"] as? [String: Any])?["recipient"] as? String ?? "")
            }
        }
        // A single character may stand in any text.
        return found.filter { $0.count > 1 }
    }
}
