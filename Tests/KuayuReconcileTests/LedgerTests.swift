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
            for index in order { sum.add(PortableDigester().digest(Self.elements[index].signedBytes)) }
            #expect(sum.count == 3)
            #expect(sum.hexadecimal == "988f13fa4395b5a75e4b681a2ebaee088f74f5dbf97c7b5fa991b17caa3d2939")
            #expect(HexText.encode(sum.fingerprint(PortableDigester())) == "90dbd8dc36d13ede6c1c72887dd40495")
        }
    }
}

@Suite struct LedgerComparisonTests {
    let base = LedgerElementTests.elements

    private func compare(_ found: [LedgerElement]) -> LedgerComparison {
        LedgerComparison(expected: base, found: found, digester: PortableDigester())
    }

    @Test func equalLedgersAgreeInAnyOrder() {
        let comparison = compare(base.reversed())
        #expect(comparison.agrees)
        #expect(comparison.matched == 3)
        #expect(comparison.expected == comparison.found)
    }

    @Test func emptyLedgersAgree() {
        #expect(LedgerComparison(expected: [], found: [], digester: PortableDigester()).agrees)
    }

    /// One change of one element, and the one code that must come of it.
    @Test(arguments: [BreakCode.behind, .ahead, .statusConflict, .contentMismatch, .keySkew])
    func tellsWhatDiffers(code: BreakCode) {
        var found = base
        switch code {
        case .behind: found[1].version -= 1
        case .ahead: found[1].version += 1
        case .statusConflict: found[1].status = "CLOSED"
        case .contentMismatch: found[1].contentDigest = base[0].contentDigest
        default: found[1].registeredAt += 1
        }
        let comparison = compare(found)
        #expect(comparison.differences.map(\.code) == [code])
        #expect(comparison.differences.first?.caseID == base[1].caseID)
        #expect(comparison.matched == 2)
    }

    @Test func tellsMissingAdditionalAndDoubled() {
        #expect(compare([base[0], base[2]]).differences.map(\.code) == [.missingAtHub])
        let extra = LedgerElementTests.element("KY-000", 1, "SUBMITTED", "00", "00")
        #expect(compare(base + [extra]).differences.map(\.code) == [.missingAtGateway])
        let last = LedgerElementTests.element("KY-9", 1, "SUBMITTED", "00", "00")
        #expect(compare(base + [last]).differences.map(\.code) == [.missingAtGateway])
        #expect(compare(base + [base[1]]).differences.map(\.code) == [.duplicate])
        #expect(compare([]).differences.count == 3)
    }

    @Test func contentThatAHubCannotSayIsUncheckedNotABreak() {
        var found = base
        found[0].contentDigest = "-"
        let comparison = compare(found)
        #expect(comparison.agrees)
        #expect(comparison.unchecked == 1)
    }
}
