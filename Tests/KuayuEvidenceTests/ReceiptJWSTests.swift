import KuayuEvidence
import Testing

@Suite struct ReceiptJWSTests {
    private let signer = TestSigner()

    @Test func verifiesWhatItSigned() throws {
        for receipt in [try Sample.accepted(), Sample.refused()] {
            let jws = try ReceiptJWS.sign(receipt, by: signer)
            #expect(try ReceiptJWS.verify(jws, with: signer) == receipt)
        }
    }

    @Test func signsTheSameReceiptTheSameWay() throws {
        let first = try ReceiptJWS.sign(Sample.accepted(), by: signer)
        #expect(try ReceiptJWS.sign(Sample.accepted(), by: signer) == first)
    }

    @Test func writesTheProtectedHeaderInFixedBytes() throws {
        let jws = try ReceiptJWS.sign(Sample.accepted(), by: signer)
        let header = try #require(Base64URL.decode(String(jws.prefix { $0 != "." })))
        let expected = "{\"alg\":\"EdDSA\",\"kid\":\"test-key\",\"typ\":\"kuayu-receipt+jws\"}"
        #expect(String(decoding: header, as: UTF8.self) == expected)
    }

    /// Every bit of every byte, so that unused bits of Base64 and both dots are among them.
    @Test func refusesEveryFlippedBit() throws {
        let bytes = Array(try ReceiptJWS.sign(Sample.accepted(), by: signer).utf8)
        for index in bytes.indices {
            for bit in 0..<7 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                let text = String(decoding: changed, as: UTF8.self)
                #expect(throws: ReceiptError.self) { try ReceiptJWS.verify(text, with: signer) }
            }
        }
    }

    @Test func refusesEveryTruncation() throws {
        let jws = try ReceiptJWS.sign(Sample.accepted(), by: signer)
        for count in 0..<jws.utf8.count {
            #expect(throws: ReceiptError.self) { try ReceiptJWS.verify(String(jws.prefix(count)), with: signer) }
        }
    }

    @Test func namesAnUnknownKey() throws {
        let jws = try ReceiptJWS.sign(Sample.accepted(), by: TestSigner(keyID: "钥匙\"1"))
        #expect(throws: ReceiptError.unknownKey("钥匙\"1")) { try ReceiptJWS.verify(jws, with: signer) }
    }

    @Test func refusesTheSignatureOfAnotherKey() throws {
        let jws = try ReceiptJWS.sign(Sample.accepted(), by: TestSigner(secret: [9]))
        #expect(throws: ReceiptError.badSignature) { try ReceiptJWS.verify(jws, with: signer) }
    }

    /// Headers that other readers of JWS would take, under a signature that is right.
    @Test(arguments: [
        ("{\"alg\":\"none\",\"kid\":\"test-key\",\"typ\":\"kuayu-receipt+jws\"}", 8),
        ("{\"alg\":\"HS256\",\"kid\":\"test-key\",\"typ\":\"kuayu-receipt+jws\"}", 8),
        ("{\"kid\":\"test-key\",\"alg\":\"EdDSA\",\"typ\":\"kuayu-receipt+jws\"}", 2),
        ("{\"alg\":\"EdDSA\",\"kid\":\"test-key\",\"typ\":\"JWT\"}", 40),
        ("{\"alg\":\"EdDSA\",\"kid\":\"test-key\",\"typ\":\"kuayu-receipt+jws\",\"crit\":[\"b64\"]}", 58),
        ("{\"alg\":\"EdDSA\"}", 14),
        ("{\"alg\":\"EdDSA\",\"kid\":\"test-\\u006bey\",\"typ\":\"kuayu-receipt+jws\"}", -1),
        ("[]", 0),
    ])
    func refusesAnotherHeader(_ header: String, _ offset: Int) throws {
        let receipt = try Sample.accepted().canonicalBytes
        let signed = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(receipt)
        let jws = signed + "." + Base64URL.encode(try signer.sign(Array(signed.utf8)))
        let error = #expect(throws: ReceiptError.self) { try ReceiptJWS.verify(jws, with: signer) }
        guard case .header(let found) = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
        if offset >= 0 { #expect(found <= offset) }
    }

    @Test(
        arguments: [
            ("", ReceiptError.notCompact), ("a.b", .notCompact), ("a.b.c.d", .notCompact),
            ("a.YQ.YQ", .notBase64URL(.header)), (".YQ.YQ", .notBase64URL(.header)),
            ("YQ.YQ==.YQ", .notBase64URL(.payload)), ("YQ.YQ.Y+", .notBase64URL(.signature)),
            ("YQ.YQ.", .notBase64URL(.signature)), ("YQ.YQ.YQ", .header(offset: 0)),
        ] as [(String, ReceiptError)])
    func refusesWhatIsNotACompactReceipt(_ text: String, _ error: ReceiptError) {
        #expect(throws: error) { try ReceiptJWS.verify(text, with: signer) }
    }

    @Test func refusesMoreThanItsLimit() {
        let limit = ReceiptJWS.limitBytes
        let atLimit = String(repeating: "A", count: limit)
        #expect(throws: ReceiptError.notCompact) { try ReceiptJWS.verify(atLimit, with: signer) }
        #expect(throws: ReceiptError.tooLong(limitBytes: limit)) {
            try ReceiptJWS.verify(atLimit + "A", with: signer)
        }
    }

    @Test func aSignedTextThatIsNoReceiptIsRefusedAfterItsSignature() throws {
        let header = "{\"alg\":\"EdDSA\",\"kid\":\"test-key\",\"typ\":\"kuayu-receipt+jws\"}"
        let signed = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array("{}".utf8))
        let jws = signed + "." + Base64URL.encode(try signer.sign(Array(signed.utf8)))
        #expect(throws: ReceiptError.payload(offset: 1)) { try ReceiptJWS.verify(jws, with: signer) }
        #expect(throws: ReceiptError.badSignature) { try ReceiptJWS.verify(signed + ".AA", with: signer) }
    }

    @Test func passesOnWhyAReceiptCouldNotBeSigned() {
        #expect(throws: ReceiptSigningError(reason: "no key")) {
            try ReceiptJWS.sign(Sample.refused(), by: BrokenSigner())
        }
    }
}

@Suite struct Base64URLTests {
    /// RFC 4648, 10, without padding, and the two characters that differ from ordinary Base64.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("\u{3EE}?\u{3F}>", "z64_Pz4"),
    ])
    func writesAndReads(_ plain: String, _ text: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == text)
        #expect(Base64URL.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["A", "Zg==", "Zh", "Zm9=", "Zm+v", "Zm/v", "Z g", "Zm9vé", "Zm9vA"])
    func refuses(_ text: String) { #expect(Base64URL.decode(text) == nil) }
}

@Suite struct ContentDigestTests {
    @Test func readsItsText() {
        let digest = ContentDigest(of: "a")
        #expect(digest.text == "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb")
        #expect(ContentDigest(text: digest.text) == digest)
    }

    @Test(arguments: [
        "", "-", "sha256:", "sha256:ca978112",
        "SHA256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "sha256:CA978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bg",
        "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb0",
    ])
    func refusesAnythingElse(_ text: String) { #expect(ContentDigest(text: text) == nil) }
}
