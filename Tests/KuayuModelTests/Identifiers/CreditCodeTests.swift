import KuayuModel
import Testing

/// Vectors are synthetic or public codes of administrative bodies; check characters were computed apart, in Python.
@Suite struct CreditCodeTests {
    static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")

    @Test(arguments: [
        "91310000MA1FL0000N", "91320500MA1W00000B", "91330100MA2H00000L", "91340100MA2N00000M",
        "11310000MB2F00000C", "11320000MB1A00000D", "11370800MB28559184", "11100000000013338W", "11430000006122244L",
    ])
    func takesValidCodes(_ text: String) throws {
        let code = try CreditCode(validating: text)
        #expect(code.text == text)
        #expect(code.division == RegionCode(text.dropFirst(2).prefix(6)))
    }

    @Test(
        arguments: [
            ("", IdentifierError.Kind.length(expected: 18, got: 0)),
            ("91310000MA1FL0000", .length(expected: 18, got: 17)),
            ("91310000MA1FL0000NN", .length(expected: 18, got: 19)),
            ("91310000MA1FL0000n", .character(position: 18)),
            ("9131000OMA1FL0000N", .character(position: 8)),
            ("91310000MA1FL０000N", .character(position: 14)),
            ("91310000MA1FL0000P", .checkDigit(expected: "N")),
            ("91310000MA1FL 000N", .character(position: 14)),
        ] as [(String, IdentifierError.Kind)])
    func refusesWithTheKind(_ text: String, _ expected: IdentifierError.Kind) {
        let got = kind(CreditCode.init(validating:), text)
        #expect(got == expected)
    }

    @Test func refusesEverySingleWrongCharacter() throws {
        var rng = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let code = CreditCode.synthetic(using: &rng).text
            for position in 0..<18 {
                for character in Self.alphabet where character != Array(code)[position] {
                    let flipped = replacing(code, at: position, with: character)
                    #expect(kind(CreditCode.init(validating:), flipped) != nil, "\(code) → \(flipped)")
                }
            }
        }
    }

    @Test func syntheticCodesAlwaysValidate() throws {
        var rng = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            let code = CreditCode.synthetic(using: &rng, division: .anhui)
            #expect(try CreditCode(validating: code.text) == code)
            #expect(code.division == .anhui)
        }
    }

    @Test func warnsAboutDivisions() throws {
        #expect(try CreditCode(validating: "91310000MA1FL0000N").warnings.isEmpty)
        #expect(try CreditCode(validating: "11100000000013338W").warnings.isEmpty)
        var rng = SeededGenerator(seed: 3)
        let zhabei = try #require(RegionCode("310108"))
        let jingan = try #require(RegionCode("310106"))
        #expect(CreditCode.synthetic(using: &rng, division: zhabei).warnings == [.abolishedDivision(successor: jingan)])
        let nowhere = try #require(RegionCode("319999"))
        #expect(CreditCode.synthetic(using: &rng, division: nowhere).warnings == [.unknownDivision])
    }
}
