import ArgumentParser
import Foundation
import KuayuAdapters
import KuayuCrypto
import KuayuCurl
import KuayuEvidence
import KuayuFormats
import KuayuGateway
import KuayuModel

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "报送 — sends a payload as a hub would, and prints the answer.",
        discussion: """
            Example:
              kuayu send regions/320000/samples/01-new-person.xml --as 320000 --key demo-1
            Sending the same file under the same key again gives the original receipt.
            Exit code 2 when the gateway refuses it.
            """)

    @Argument(help: "报文文件 — a payload in the region's own format.") var file: String
    @Option(name: .customLong("as"), help: "区域代码 — as which hub.") var region: String
    @Option(help: "报文编号 — Idempotency-Key; by default the file's digest.") var key: String?
    @Option(help: "网关地址 — https://host:port.") var gateway = "https://127.0.0.1:8443"
    @Option(help: "证书目录 — as made by `kuayu certs`.") var certs = "certs"
    @Option(help: "适配目录 — the folder of the adapters.") var regions = "regions"
    @Option(help: "密钥文件 — the secret of signed headers, for 330000.") var secretFile: String?
    @Flag(help: "输出 JSON — asks for the receipts as JSON.") var json = false

    func run() async throws {
        guard let code = RegionCode(region) else { throw CommandFailure("\(region) is not a region", help: "6 digits") }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("\(file) cannot be read", help: "name a payload")
        }
        let body = Array(data)
        let transport = try CurlTransport()
        let outcome = await transport.exchange(
            PartnerRequest(
                method: "POST", url: gateway + "/v1/messages", headers: try headers(code, body: body), body: body,
                tls: PartnerTLS(
                    certificatePath: "\(certs)/hub-\(region).pem", keyPath: "\(certs)/hub-\(region).key.pem",
                    authorityPath: "\(certs)/authority.pem", expectedURI: "urn:kuayu:gateway")))
        await transport.shutdown()
        try report(outcome)
    }

    private func headers(_ code: RegionCode, body: [UInt8]) throws -> [(name: String, value: String)] {
        let compiled = Adapter.compile(try AdapterFolder.read("\(regions)/\(region)"))
        guard let profile = compiled.adapter?.profile else {
            throw CommandFailure(
                "the adapter of \(region) does not compile", help: "kuayu adapter check \(regions)/\(region)")
        }
        let digest = SHA256.digest(body)
        var lines: [(name: String, value: String)] = [
            ("Content-Type", profile.contentType), ("Idempotency-Key", key ?? HexText.encode(digest)),
            (ContentDigestHeader.name, ContentDigestHeader.write(ContentDigest(digest))),
        ]
        if json { lines.append(("Accept", "application/json")) }
        if let signature = profile.signature, let secretFile,
            let secret = FileManager.default.contents(atPath: secretFile)
        {
            lines += SignedHeaders.write(
                HeaderSignature(
                    rid: signature.rid, sid: signature.sid, secret: Array(secret).filter { $0 != 10 && $0 != 13 }),
                at: SystemClock().now, crypto: LibCrypto())
        }
        return lines
    }

    /// The answer is in the region's own encoding.
    private func text(of body: [UInt8]) -> String {
        if let text = String(validating: body, as: UTF8.self) { return text }
        let decoded = (try? GB18030.decode(body))?.bytes ?? body
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Whether a receipt says that a case was refused.
    private func isRefused(_ headers: [(name: String, value: String)]) -> Bool {
        guard let line = headers.first(where: { $0.name.lowercased() == ReceiptHeader.name.lowercased() })?.value,
            let receipts = try? ReceiptHeader.parse(line),
            let pem = CertificateFolder(folder: certs).text("receipts.pub.pem"),
            let key = try? Ed25519PublicKey(pem: pem)
        else { return false }
        return receipts.contains { (try? ReceiptJWS.verify($0, with: key))?.outcome == .refused }
    }

    private func report(_ outcome: PartnerOutcome) throws {
        switch outcome {
        case .answered(let status, let headers, let body):
            print("HTTP \(status)")
            for header in headers where header.name.lowercased().hasPrefix("kuayu-") {
                print("\(header.name): \(header.value)")
            }
            print(text(of: body))
            if !(200..<300).contains(status) || isRefused(headers) { throw ExitCode(2) }
        case .notSent(let reason):
            throw CommandFailure("nothing was sent: \(reason)", help: "is the gateway running at \(gateway)?")
        case .wrongIdentity(let reason):
            throw CommandFailure("the gateway is not who it should be: \(reason)", help: "check --certs")
        case .possiblySent(let reason), .unreadable(let reason):
            throw CommandFailure(
                "no complete answer: \(reason)", help: "send the same file under the same key again: nothing is doubled"
            )
        }
    }
}
