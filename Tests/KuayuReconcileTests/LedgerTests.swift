import KuayuModel
import KuayuReconcile
import Testing

/// Vectors agreed between the three profiles of reconciliation; identities computed with Python's hashlib.
@Suite struct LedgerElementTests {
    static let elements = [
        element(
            "KY-330000-20240101-0000001", 3, "ACCEPTED",
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", "000102030405060708090a0b0c0d0e0f"),
        element(
            "KY-330000-20240101-0000002", 1, "SUBMITTED",
            "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d", "101112131415161718191a1b1c1d1e1f"),
        element(
            "KY-340000-20240101-0000003", 7, "CLOSED",
            "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6", "202122232425262728292a2b2c2d2e2f"),
    ]

    static func element(_ id: String, _ version: Int, _ status: String, _ content: String, _ nonce: String)
        -> LedgerElement
    {
        LedgerElement(
            caseID: id, version: version, status: status, contentDigest: "sha256:" + content, nonce: nonce,
            registeredAt: 1_704_067_200)
    }

    @Test(arguments: [
        (0, "1f6eb50158beebeb51d0397eb2da87b28d1fdbcf5873eaa913e4c8372d76d5d1"),
        (1, "b5b9329e82b11311e23084d2c3a61c427642d03d1401cd16ecc2344fe966b69f"),
        (2, "c3672c5a6825b6aa2a4aa9c8b83a4a138c1249cf8d06c39fa8eab4f5935f9cc9"),
    ])
    func hasTheAgreedIdentity(index: Int, identity: String) {
        #expect(HexText.encode(PortableDigester().digest(Self.elements[index].signedBytes)) == identity)
    }

    @Test func sumsInAnyOrderToTheAgreedFingerprint() {
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            var sum = Accumulator()
            for index in order { sum.add(Self.elements[index].id(PortableDigester())) }
            #expect(sum.count == 3)
            #expect(sum.hexadecimal == "988f13fa4395b5a75e4b681a2ebaee088f74f5dbf97c7b5fa991b17caa3d2939")
            #expect(HexText.encode(sum.fingerprint(PortableDigester())) == "90dbd8dc36d13ede6c1c72887dd40495")
        }
    }
}
