import Foundation
import KuayuCrypto
import KuayuCurl
import KuayuEvidence
import KuayuGateway
import KuayuModel
import Synchronization

/// A complete answer of the gateway.
struct Reply: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The signed receipts beside the body.
    func receipts() throws -> [String] { try header(ReceiptHeader.name).map(ReceiptHeader.parse) ?? [] }

    /// The body as JSON.
    func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    }
}

/// No complete answer came.
struct NoReply: Error, CustomStringConvertible {
    let description: String
}

// What tests ask the gateway over mutual TLS.
extension TestFederation {
    /// One exchange with the certificate of a hub.
    func exchange(
        _ method: String, _ path: String, as region: String, headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], certificates: String? = nil, port: Int? = nil
    ) async throws -> Reply {
        let outcome = await attempt(
            method, path, as: region, headers: headers, body: body, certificates: certificates, port: port)
        guard case .answered(let status, let headers, let body) = outcome else {
            throw NoReply(description: "\(outcome)")
        }
        return Reply(status: status, headers: headers, body: body)
    }

    /// The same where it may fail; `certificates` is the folder of the client's own.
    func attempt(
        _ method: String, _ path: String, as region: String, headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], certificates: String? = nil, port: Int? = nil
    ) async -> PartnerOutcome {
        let own = certificates ?? self.certificates
        return await transport.exchange(
            PartnerRequest(
                method: method, url: "https://127.0.0.1:\(port ?? self.port)\(path)", headers: headers, body: body,
                tls: PartnerTLS(
                    certificatePath: "\(own)/hub-\(region).pem", keyPath: "\(own)/hub-\(region).key.pem",
                    authorityPath: "\(self.certificates)/authority.pem")))
    }

    func get(_ path: String, as region: String) async throws -> Reply {
        try await exchange("GET", path, as: region)
    }

    /// Hands a payload in as a hub would.
    ///
    /// Headers of the same name as a usual one replace it; an empty value leaves it out.
    func hand(
        _ body: [UInt8], as region: String, key: String, json: Bool = false,
        headers extra: [(name: String, value: String)] = [], port: Int? = nil
    ) async throws -> Reply {
        var lines = [(name: "Content-Type", value: Self.contentTypes[region] ?? "application/octet-stream")]
        lines.append(("Idempotency-Key", key))
        if json { lines.append(("Accept", "application/json")) }
        if region == "330000" { lines += Self.signedHeaders(at: Self.timeOfItsOwn()) }
        lines.removeAll { line in extra.contains { $0.name == line.name } }
        lines += extra.filter { !$0.value.isEmpty }
        return try await exchange("POST", "/v1/messages", as: region, headers: lines, body: body, port: port)
    }

    private static let contentTypes = [
        "310000": "application/json; charset=utf-8", "320000": "application/xml; charset=GB18030",
        "330000": "application/json; charset=utf-8", "340000": "text/plain; charset=GB18030",
    ]

    /// The signed headers of Zhejiang at a time.
    static func signedHeaders(at time: Instant, secret: String = TestFederation.secret) -> [(
        name: String, value: String
    )] {
        SignedHeaders.write(
            HeaderSignature(rid: "zj-330000", sid: "s_1320000000000_0001", secret: Array(secret.utf8)), at: time,
            crypto: LibCrypto())
    }

    /// A time that no other message is signed with, as signed headers are good for one.
    private static func timeOfItsOwn() -> Instant {
        let number = signedCount.wrappingAdd(1, ordering: .relaxed).newValue
        return now.adding(milliseconds: Int64(number % 200_000))
    }

    private static let signedCount = Atomic<Int>(0)

    static var now: Instant { Instant(epochSeconds: Int64(currentUnixSeconds())) }

    /// Verifies a receipt with the gateway's public key and reads it.
    func verified(_ receipt: String) throws -> Receipt {
        let pem = try String(contentsOfFile: certificates + "/receipts.pub.pem", encoding: .utf8)
        return try ReceiptJWS.verify(receipt, with: Ed25519PublicKey(pem: pem))
    }
}

/// Sample payloads of the regions.
enum Sample {
    /// The bytes of `regions/<region>/samples/<name>`.
    static func bytes(_ region: String, _ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(region) + "/" + name)))
    }

    static func path(_ region: String) -> String { Program.repository + "/regions/\(region)/samples" }

    /// Names of payloads in a folder of samples, sorted.
    static func names(_ region: String, below folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(region) + "/" + folder)
            .filter { name in
                let ending = name.split(separator: ".").last.map(String.init) ?? ""
                return ["json", "xml", "txt"].contains(ending) && !name.hasSuffix(".case.json")
                    && !name.hasSuffix(".issues.txt") && !name.hasSuffix(".losses.txt")
            }
            .sorted()
    }

    /// A payload with a text replaced wherever it stands; both of ASCII.
    static func replacing(_ old: String, with new: String, in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        let wanted = Array(old.utf8)
        while !rest.isEmpty {
            if rest.starts(with: wanted) {
                result += Array(new.utf8)
                rest = rest.dropFirst(wanted.count)
            } else if let byte = rest.popFirst() {
                result.append(byte)
            }
        }
        return result
    }
}
