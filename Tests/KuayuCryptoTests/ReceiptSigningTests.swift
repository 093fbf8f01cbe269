import KuayuCrypto
import KuayuEvidence
import KuayuModel
import Testing

@Suite struct ReceiptSigningTests {
    /// Signed with the key of RFC 8032, 7.1, test 1, by Python's `cryptography` package.
    private static let foreign =
        "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JTNGsiLCJ0eXAiOiJrdWF5dS1y"
        + "ZWNlaXB0K2p3cyJ9.eyJjYXNlIjoiQ1NKMjAyNjExMjQwMDAwMDAxIiwiY29udGVudCI6InNoYTI1NjpjYTk3ODExMmNhMWJiZGNhZmFjMj"
        + "MxYjM5YTIzZGM0ZGE3ODZlZmY4MTQ3YzRlNzJiOTgwNzc4NWFmZWU0OGJiIiwiZGlnZXN0Ijoic2hhMjU2OjNlMjNlODE2MDAzOTU5NGEzM"
        + "zg5NGY2NTY0ZTFiMTM0OGJiZDdhMDA4OGQ0MmM0YWNiNzNlZWFlZDU5YzAwOWQiLCJtZXNzYWdlIjoianMtMDAwMS8wMDAxIiwibm9uY2Ui"
        + "OiIwMDAxMDIwMzA0MDUwNjA3MDgwOTBhMGIwYzBkMGUwZiIsIm91dGNvbWUiOiJhY2NlcHRlZCIsInJlY2VpdmVkQXQiOjE3OTU0NzkwMDA"
        + "sInJlZ2lzdGVyZWRBdCI6MTc5NTQ3ODQwMCwic2VuZGVyIjoiMzIwMDAwIiwic3RhdHVzIjoiYWNjZXB0ZWQiLCJ2IjoxLCJ2ZXJzaW9uIj"
        + "ozfQ.lkxKGtdoRFDcfNxtzEVZYRuV-JG8YsjFOe7kEjrnzyze9-SrE8Zv2A25O4rjGNINNcXvx244Fv2S-BDnoPKsBw"

    private let key: Ed25519Key

    init() throws {
        key = try Ed25519Key(
            seed: #require(HexText.decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")))
    }

    private func receipt() throws -> Receipt {
        let registration = CaseRegistration(
            caseID: try #require(CaseID("CSJ202611240000001")), version: 3, status: .accepted, at: 1_795_478_400,
            nonce: "000102030405060708090a0b0c0d0e0f",
            contentDigest: ContentDigest(SHA256.digest(Array("a".utf8))))
        return Receipt(
            messageID: "js-0001/0001", registration: registration,
            digest: ContentDigest(SHA256.digest(Array("b".utf8))), sender: .jiangsu, receivedAt: 1_795_479_000,
            outcome: .accepted)
    }

    @Test func signsAsAnotherImplementationDoes() throws {
        #expect(try ReceiptJWS.sign(receipt(), by: key) == Self.foreign)
    }

    @Test func verifiesWhatAnotherImplementationSigned() throws {
        #expect(try ReceiptJWS.verify(Self.foreign, with: key.publicKey) == receipt())
    }

    @Test func refusesEveryChangedByte() throws {
        let bytes = Array(Self.foreign.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            let text = String(decoding: changed, as: UTF8.self)
            #expect(throws: ReceiptError.self) { try ReceiptJWS.verify(text, with: key.publicKey) }
        }
    }

    @Test func aRingKnowsOldAndNewKeys() throws {
        let other = try Ed25519Key.generate()
        let ring = Ed25519KeyRing([other.publicKey, key.publicKey, key.publicKey])
        #expect(try ReceiptJWS.verify(Self.foreign, with: ring) == receipt())
        #expect(try ReceiptJWS.verify(ReceiptJWS.sign(receipt(), by: other), with: ring) == receipt())
        #expect(throws: ReceiptError.unknownKey(key.keyID)) {
            try ReceiptJWS.verify(Self.foreign, with: Ed25519KeyRing([other.publicKey]))
        }
        #expect(throws: ReceiptError.unknownKey(key.keyID)) {
            try ReceiptJWS.verify(Self.foreign, with: other.publicKey)
        }
    }
}
