import KuayuCrypto
import KuayuModel
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples (NIST CAVP), and a million times `a`.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
    func sha256(_ text: String, _ times: Int, _ digest: String) {
        #expect(SHA256.hex(Array(String(repeating: text, count: times).utf8)) == digest)
    }

    /// GB/T 32905-2016, appendix A.
    @Test(arguments: [
        ("abc", 1, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ("abcd", 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ])
    func sm3(_ text: String, _ times: Int, _ digest: String) {
        #expect(SM3.hex(Array(String(repeating: text, count: times).utf8)) == digest)
    }

    @Test func manyAreDigestedInOrder() {
        let inputs = (0..<200).map { count in [UInt8](repeating: UInt8(count), count: count) }
        #expect(SHA256.digest(many: inputs) == inputs.map { SHA256.digest($0) })
        #expect(SM3.digest(many: inputs) == inputs.map { SM3.digest($0) })
        #expect(SHA256.digest(many: []).isEmpty)
    }

    @Test func aPartIsDigestedLikeAWhole() {
        let bytes = Array("--abc--".utf8)
        #expect(SHA256.digest(bytes[2..<5]) == SHA256.digest(Array("abc".utf8)))
        #expect(SHA256.digest(bytes[2..<2]) == SHA256.digest([UInt8]()))
    }

    /// Another implementation of the same algorithm, over lengths around the block and padding limits.
    @Test func agreesWithTheOneInPlainSwift() {
        let crypto: any Digester = SHA256()
        for count in [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            #expect(crypto.digest(bytes) == PortableDigester().digest(bytes))
        }
    }

    @Test func threadsShareOneAlgorithm() async {
        let expected = SHA256.digest(Array("abc".utf8))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<500).allSatisfy { _ in SHA256.digest(Array("abc".utf8)) == expected } }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test func theSelfTestPasses() throws { try CryptoSelfTest.run() }
}

@Suite struct HMACTests {
    /// RFC 4231, test cases 1, 2, 3, 6 and 7.
    @Test(
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array(
                    """
                    This is a test using a larger than block-size key and a larger than block-size data. The key needs to \
                    be hashed before being used by the HMAC algorithm.
                    """.utf8),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ] as [([UInt8], [UInt8], String)])
    func code(_ key: [UInt8], _ bytes: [UInt8], _ code: String) throws {
        #expect(HexText.encode(try HMACSHA256.code(of: bytes, key: key)) == code)
    }

    /// The signature header of a hub request: service, sender and time in milliseconds, one after the other.
    @Test func base64() throws {
        let key = Array("0123456789abcdef0123456789abcdef".utf8)
        let bytes = Array(("s_1320000000000_0001" + "csj-kuayu-0001" + "1767225600000").utf8)
        let expected = "Oe/j3DTZqcNC2QjIqIQy+1uHQE2LBp54E2JQUX6srW0="
        #expect(try HMACSHA256.base64(of: bytes, key: key) == expected)
        #expect(try HMACSHA256.isValid(expected, for: bytes, key: key))
        for wrong in ["", "Oe/j", String(expected.dropLast()), expected + "=", "P" + expected.dropFirst()] {
            #expect(try !HMACSHA256.isValid(wrong, for: bytes, key: key))
        }
        #expect(try !HMACSHA256.isValid(expected, for: bytes + [0], key: key))
        #expect(try !HMACSHA256.isValid(expected, for: bytes, key: key + [0x31]))
    }

    /// Computed by Python's `hmac`.
    @Test func emptyKeyAndMessage() throws {
        let code = try HMACSHA256.code(of: [], key: [])
        #expect(HexText.encode(code) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}

@Suite struct SmallThingsTests {
    @Test(
        arguments: [
            ([], [], true), ([1], [1], true), ([1, 2], [1, 3], false), ([1], [1, 0], false), ([], [0], false),
            ([0x80, 1], [0, 1], false),
        ] as [([UInt8], [UInt8], Bool)])
    func constantTimeComparison(_ left: [UInt8], _ right: [UInt8], _ isEqual: Bool) {
        #expect(ConstantTime.areEqual(left, right) == isEqual)
    }

    @Test func randomBytes() throws {
        #expect(try SecureRandom.bytes(0).isEmpty)
        #expect(try SecureRandom.bytes(SecureRandom.limitBytes).count == SecureRandom.limitBytes)
        #expect(try SecureRandom.bytes(32) != SecureRandom.bytes(32))
        for count in [-1, SecureRandom.limitBytes + 1, Int.max, Int.min] {
            #expect(throws: CryptoError.self) { try SecureRandom.bytes(count) }
        }
    }
}
