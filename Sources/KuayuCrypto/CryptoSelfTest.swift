/// Proves at start-up that libcrypto, as configured on this machine, has what the gateway needs.
public enum CryptoSelfTest {
    /// Runs one known answer for each digest and one signature with its check; takes less than a millisecond.
    ///
    /// Throws ``CryptoError`` naming the first algorithm that is missing or answers wrongly.
    public static func run() throws(CryptoError) {
        for name in ["SHA256", "SM3"] where !MessageDigest.isAvailable(name) {
            throw CryptoError.failed(operation: name, reason: "libcrypto has no such digest")
        }
        let message = [UInt8]("abc".utf8)
        try expect(
            SHA256.hex(message) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "SHA256")
        try expect(SM3.hex(message) == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", "SM3")
        let key = try Ed25519Key.generate()
        try expect(key.publicKey.isValid(try key.signature(of: message), for: message), "Ed25519")
        try expect(!key.publicKey.isValid(try key.signature(of: message), for: message + [0]), "Ed25519")
    }

    private static func expect(_ isRight: Bool, _ name: String) throws(CryptoError) {
        guard isRight else { throw CryptoError.failed(operation: name, reason: "wrong answer in the self test") }
    }
}
