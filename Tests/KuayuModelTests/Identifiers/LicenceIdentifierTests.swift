import KuayuModel
import Testing

/// Vectors are public examples; check characters were computed apart, in Python.
@Suite struct LicenceIdentifierTests {
    static let good = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"

    @Test func takesAnIdentifierApart() throws {
        let licence = try LicenceIdentifier(validating: Self.good)
        #expect(licence.text == Self.good)
        #expect(licence.type == "11100000000013338W011")
        #expect(licence.issuer == "11430000006122244L")
        #expect(licence.serial == "20230000403")
        #expect(licence.version == "001")
        #expect(licence.warnings.isEmpty)
    }

    @Test func warnsAboutADivisionAsIssuer() throws {
        let licence = try LicenceIdentifier(
            validating: "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9")
        #expect(licence.warnings == [.issuerIsDivision])
    }

    @Test(
        arguments: [
            ("", IdentifierError.Kind.prefix),
            ("1.2.156.3005.3.11100000000013338W011.11430000006122244L.20230000403.001.U", .prefix),
            ("1.2.156.3005.2.", .structure),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001", .structure),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L..001.U", .structure),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U.", .structure),
            ("1.2.156.3005.2.11100000000013338W01.11430000006122244L.20230000403.001.U", .structure),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.u", .character(position: 73)),
            ("1.2.156.3005.2.11100000000013339W011.11430000006122244L.20230000403.001.U", .creditCode),
            ("1.2.156.3005.2.11100000000013338W011.1143.20230000403.001.U", .issuer),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V", .checkDigit(expected: "U")),
            (
                "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M",
                .checkDigit(expected: "D")
            ),
        ] as [(String, IdentifierError.Kind)])
    func refusesWithTheKind(_ text: String, _ expected: IdentifierError.Kind) {
        #expect(kind(LicenceIdentifier.init(validating:), text) == expected)
    }

    @Test(arguments: [(1, true), (32, true), (33, false)] as [(Int, Bool)])
    func boundsTheSerial(_ length: Int, _ isTaken: Bool) {
        let serial = String(repeating: "0", count: length)
        let text = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.\(serial).001."
        let takes = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".contains {
            kind(LicenceIdentifier.init(validating:), text + String($0)) == nil
        }
        #expect(takes == isTaken)
    }

    @Test func aCreditCodeOfTheIssuerThatDoesNotCheckOnlyWarns() throws {
        let text = "1.2.156.3005.2.11100000000013338W011.11430000006122244M.20230000403.001."
        let taken = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".compactMap {
            try? LicenceIdentifier(validating: text + String($0))
        }
        #expect(taken.count == 1)
        #expect(taken.first?.warnings == [.issuerCheckDigit])
    }

    @Test func syntheticIdentifiersValidateAndOneWrongCharacterIsRefused() throws {
        var rng = SeededGenerator(seed: 8)
        for _ in 0..<200 {
            let licence = LicenceIdentifier.synthetic(using: &rng)
            #expect(try LicenceIdentifier(validating: licence.text) == licence)
            let length = licence.text.count
            let position = rng.next(below: length - 15) + 15
            let old = Array(licence.text)[position]
            let other: Character = old == "7" ? "8" : "7"
            let flipped = replacing(licence.text, at: position, with: other)
            #expect(kind(LicenceIdentifier.init(validating:), flipped) != nil, "\(flipped)")
        }
    }
}
