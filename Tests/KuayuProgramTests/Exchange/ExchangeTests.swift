import Foundation
import KuayuCrypto
import KuayuEvidence
import KuayuFormats
import KuayuGateway
import KuayuModel
import Testing

/// What `docs/exchange.md` tells happens: its bytes were recorded, they prove themselves, and the exchange performed now
/// reads alike.
///
/// `KUAYU_UPDATE_GOLDEN=1` records anew what reads otherwise.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ExchangeTests {
    private static let exchanges = ["zj-js", "ah-sh"]

    @Test(arguments: exchanges) func happensAsTheDocumentTells(_ exchange: String) async throws {
        let now =
            exchange == "zj-js"
            ? try await ExchangeRecording.zhejiangToJiangsu() : try await ExchangeRecording.anhuiToShanghai()
        let differences = try self.differences(from: now, exchange)
        if Golden.isUpdating {
            // What reads alike stays as it was recorded.
            if !differences.isEmpty { try ExchangeFolder.write(now, exchange) }
        } else {
            for difference in differences { Issue.record("\(difference)") }
        }
    }

    /// What reads otherwise in the repository.
    private func differences(from now: [ExchangeFile], _ exchange: String) throws -> [String] {
        let known = (try? ExchangeFolder.read(exchange)) ?? []
        guard Set(known.map(\.path)) == Set(now.map(\.path)) else {
            return ["recorded: \(now.map(\.path)), in the repository: \(known.map(\.path))"]
        }
        let reading = (known: try ExchangeNormalizer(known), now: try ExchangeNormalizer(now))
        return known.filter { !$0.path.hasSuffix(".pem") }.compactMap { file in
            guard let fresh = now.first(where: { $0.path == file.path }) else { return nil }
            let old = reading.known.text(file)
            let new = reading.now.text(fresh)
            return old == new ? nil : "\(file.path)\n\(Golden.difference(old, new))"
        }
    }

    @Test func theDocumentShowsTheRecordedBytes() throws {
        let document = try ExchangeDocument()
        let rewritten = try document.rewritten()
        if Golden.isUpdating {
            try Data(rewritten.utf8).write(to: URL(fileURLWithPath: ExchangeDocument.path))
        } else if rewritten != document.text {
            Issue.record("docs/exchange.md\n\(Golden.difference(document.text, rewritten))")
        }
        let all = try Self.exchanges.flatMap { try ExchangeFolder.read($0) }.map(\.path)
        #expect(document.shown.isSuperset(of: all.filter { !$0.hasSuffix(".pem") }), "a file that is not shown")
    }

    // MARK: the recorded bytes prove themselves

    @Test(arguments: exchanges) func receiptsAreSignedByTheKeyBesideThem(_ exchange: String) throws {
        let files = try ExchangeFolder.read(exchange)
        let key = try Ed25519PublicKey(pem: ExchangeFolder.file("\(exchange)/receipts.pub.pem").text)
        let receipts = files.flatMap(\.receipts)
        #expect(receipts.count >= 2)
        for receipt in receipts { #expect(try ReceiptJWS.verify(receipt, with: key).outcome == .accepted) }
    }

    @Test(arguments: exchanges) func digestsAreThoseOfTheBodies(_ exchange: String) throws {
        let messages = try ExchangeFolder.read(exchange).compactMap(\.message)
        let digested = messages.filter { $0.header(ContentDigestHeader.name) != nil }
        #expect(!digested.isEmpty)
        for message in digested {
            let line = try #require(message.header(ContentDigestHeader.name))
            #expect(try ContentDigestHeader.parse(line)?.bytes == SHA256.digest(message.body), "\(message.startLine)")
        }
    }

    @Test func headersOfZhejiangAreSignedWithTheSecretOfTheDocument() throws {
        let messages = try ExchangeFolder.read("zj-js").compactMap(\.message)
        let signed = messages.filter { $0.header(SignedHeaders.names.sign) != nil }
        #expect(signed.count == 3)
        for message in signed {
            let sent = try #require(message.header(SignedHeaders.names.time).flatMap { Int64($0) })
            try SignedHeaders.check(
                { message.header($0) }, secret: Array(TestFederation.secret.utf8), tolerance: .seconds(300),
                now: Instant(epochSeconds: sent / 1000), crypto: LibCrypto())
        }
        let text = try ExchangeDocument().text
        #expect(text.contains(TestFederation.secret))
    }

    @Test func theOKOfAFileNamesItsDigest() throws {
        for name in ["1-out.txt", "3-in.txt", "6-in.txt"] {
            let file = try ExchangeFolder.file("ah-sh/" + name)
            let manifest = try FileManifest(text: ExchangeFolder.file("ah-sh/\(name).ok").text)
            #expect(manifest.sm3 == SM3.hex(file.bytes), "\(name)")
        }
    }

    @Test func theContentDigestIsThatOfTheCanonicalCase() throws {
        let answer = try #require(try ExchangeFolder.file("zj-js/6-case-answer.http").message)
        let text = String(decoding: answer.body, as: UTF8.self)
        let start = try #require(text.range(of: "{\"case\":")).upperBound
        let end = try #require(text.range(of: ",\"events\":[{\"version\"")).lowerBound
        let element = try LedgerLine(ExchangeFolder.file("zj-js/ledger.txt"))
        #expect(element.fields[4] == "sha256:" + SHA256.hex(Array(text[start..<end].utf8)))
    }

    /// Every side learnt the same last registration, whichever way it was told.
    @Test(arguments: exchanges) func everySideHoldsTheSameElement(_ exchange: String) throws {
        let element = try LedgerLine(ExchangeFolder.file("\(exchange)/ledger.txt"))
        #expect(element.fields[2] == "3")
        #expect(element.fields[3] == "accepted")
        let last = exchange == "zj-js" ? "zj-js/4-status-answer.http" : "ah-sh/5-receipts-request.http"
        let key = try Ed25519PublicKey(pem: ExchangeFolder.file("\(exchange)/receipts.pub.pem").text)
        let receipt = try ReceiptJWS.verify(#require(ExchangeFolder.file(last).receipts.first), with: key)
        let registration = try #require(receipt.registration)
        let told = [
            registration.caseID.text, String(registration.at), String(registration.version),
            registration.status.rawValue, registration.contentText, registration.nonce,
        ]
        #expect(element.fields == told)
    }
}
