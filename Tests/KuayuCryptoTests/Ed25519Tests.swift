import Foundation
import KuayuCrypto
import KuayuEvidence
import KuayuModel
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032, 7.1, tests 1, 2, 3 and "SHA(abc)".
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
        ),
        (
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
                + "3dca179c138ac17ad9bef1177331a704"
        ),
    ])
    func signs(_ seed: String, _ publicKey: String, _ message: String, _ signature: String) throws {
        let key = try Ed25519Key(seed: #require(HexText.decode(seed)))
        let message = try #require(HexText.decode(message))
        #expect(HexText.encode(key.publicKey.rawBytes) == publicKey)
        #expect(HexText.encode(try key.signature(of: message)) == signature)
        let published = try Ed25519PublicKey(rawBytes: #require(HexText.decode(publicKey)))
        #expect(published.isValid(try #require(HexText.decode(signature)), for: message))
    }

    @Test func refusesEveryFlippedBit() throws {
        let key = try Ed25519Key.generate()
        let message = Array("回执".utf8)
        let signature = try key.signature(of: message)
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.isValid(changed, for: message))
        }
        #expect(!key.publicKey.isValid(signature, for: message + [0]))
        #expect(!key.publicKey.isValid(signature, for: []))
        #expect(try !Ed25519Key.generate().publicKey.isValid(signature, for: message))
    }

    @Test(arguments: [0, 1, 63, 65, 128])
    func aSignatureHasItsLength(_ count: Int) throws {
        let key = try Ed25519Key.generate()
        #expect(!key.publicKey.isValid([UInt8](repeating: 0, count: count), for: [1]))
    }

    @Test(arguments: [0, 31, 33, 64])
    func aKeyHasItsLength(_ count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(throws: CryptoError.self) { try Ed25519Key(seed: bytes) }
        #expect(throws: CryptoError.self) { try Ed25519PublicKey(rawBytes: bytes) }
    }

    /// RFC 8037, A.1 to A.3: key, JWK and thumbprint.
    @Test func hasTheIDThatRFC8037Says() throws {
        let seed = try #require(Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
        let key = try Ed25519Key(seed: seed)
        #expect(key.publicKey.x == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        #expect(key.keyID == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(try Ed25519PublicKey(x: key.publicKey.x) == key.publicKey)
        let jwk = """
            {"crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","kty":"OKP",\
            "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
            """
        #expect(key.publicKey.jwk == jwk)
    }

    /// RFC 8037, A.4: the signature of a JWS.
    @Test func signsAsRFC8037Says() throws {
        let key = try Ed25519Key(seed: #require(Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")))
        let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        let expected =
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        #expect(Base64URL.encode(try key.signature(of: Array(signed.utf8))) == expected)
    }

    @Test func survivesPEM() throws {
        let key = try Ed25519Key.generate()
        let copy = try Ed25519Key(pem: key.pem())
        #expect(copy.publicKey == key.publicKey)
        #expect(try copy.signature(of: [1, 2, 3]) == key.signature(of: [1, 2, 3]))
        #expect(try Ed25519PublicKey(pem: key.publicKey.pem()) == key.publicKey)
        #expect(try key.pem().hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try key.publicKey.pem().hasPrefix("-----BEGIN PUBLIC KEY-----\n"))
    }

    /// RFC 8410, 10.3 (a private key) and 10.1 (a public key).
    @Test func readsTheKeysOfRFC8410() throws {
        let privateKey = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """
        let publicKey = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
            -----END PUBLIC KEY-----
            """
        #expect(try Ed25519Key(pem: privateKey).publicKey == Ed25519PublicKey(pem: publicKey))
    }

    @Test(arguments: ["", "key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func refusesWhatIsNoKey(_ text: String) {
        #expect(throws: CryptoError.self) { try Ed25519Key(pem: text) }
        #expect(throws: CryptoError.self) { try Ed25519PublicKey(pem: text) }
    }

    @Test func refusesAKeyOfAnotherKind() throws {
        let authority = try CertificateAuthority.make(commonName: "a", days: 1)
        #expect(throws: CryptoError.wrongKeyType(expected: "ED25519", found: "EC")) {
            try Ed25519Key(pem: authority.keyPEM())
        }
    }

    /// Made by `openssl genpkey -algorithm ed25519 -aes-128-cbc -pass pass:x`; reading must not ask for the password.
    @Test func refusesAnEncryptedKeyWithoutAsking() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("encrypted.pem")
        try OpenSSLTool.run(["genpkey", "-algorithm", "ed25519", "-aes-128-cbc", "-pass", "pass:x", "-out", path])
        #expect(throws: CryptoError.self) { try Ed25519Key.load(path: path) }
    }

    @Test func refusesTextBeyondTheLimit() {
        let text = String(repeating: "\n", count: 1 << 20 + 1)
        let reason = "longer than \(1 << 20) bytes"
        #expect(throws: CryptoError.malformed(what: "private key", reason: reason)) { try Ed25519Key(pem: text) }
    }

    @Test func isSavedForItsOwnerOnlyAndNeverOverwritten() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("signing.pem")
        let key = try Ed25519Key.generate()
        try key.save(path: path)
        #expect(try Ed25519Key.load(path: path).publicKey == key.publicKey)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(throws: CryptoError.file(path: path, reason: "File exists")) {
            try Ed25519Key.generate().save(path: path)
        }
        #expect(try Ed25519Key.load(path: path).publicKey == key.publicKey)
    }

    @Test func saysWhichFileIsMissing() throws {
        let path = try TemporaryFolder().path("none.pem")
        #expect(throws: CryptoError.file(path: path, reason: "No such file or directory")) {
            try Ed25519Key.load(path: path)
        }
    }

    /// Signed by the command line of OpenSSL, checked here, and the other way round.
    @Test func agreesWithTheCommandLine() throws {
        let folder = try TemporaryFolder()
        let key = try Ed25519Key.generate()
        try key.save(path: folder.path("key.pem"))
        try folder.write(key.publicKey.pem(), to: "public.pem")
        try folder.write("message", to: "message")
        let common = ["-rawin", "-in", folder.path("message")]
        try OpenSSLTool.run(
            ["pkeyutl", "-sign", "-inkey", folder.path("key.pem"), "-out", folder.path("signature")] + common)
        let signature = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path("signature"))))
        #expect(key.publicKey.isValid(signature, for: Array("message".utf8)))
        #expect(try key.signature(of: Array("message".utf8)) == signature)
    }

    @Test func threadsShareOneKey() async throws {
        let key = try Ed25519Key.generate()
        let expected = try key.signature(of: [7])
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        guard try key.signature(of: [7]) == expected, key.publicKey.isValid(expected, for: [7]) else {
                            return false
                        }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
