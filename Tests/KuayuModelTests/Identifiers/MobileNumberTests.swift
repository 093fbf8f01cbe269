import KuayuModel
import Testing

@Suite struct MobileNumberTests {
    @Test(arguments: ["13000000000", "13800001234", "19999999999"])
    func takesNumbers(_ text: String) throws {
        #expect(try MobileNumber(validating: text).text == text)
    }

    @Test(
        arguments: [
            ("1380000123", IdentifierError.Kind.length(expected: 11, got: 10)),
            ("138000012345", .length(expected: 11, got: 12)), ("+8613800001234", .length(expected: 11, got: 14)),
            ("12999999999", .prefix), ("20000000000", .prefix), ("03800001234", .prefix),
            ("1380000123a", .character(position: 11)), ("138-0000123", .character(position: 4)),
            ("１3800001234", .character(position: 1)),
        ] as [(String, IdentifierError.Kind)])
    func refusesWithTheKind(_ text: String, _ expected: IdentifierError.Kind) {
        #expect(kind(MobileNumber.init(validating:), text) == expected)
    }

    @Test func syntheticNumbersValidateAndAreMasked() throws {
        var rng = SeededGenerator(seed: 10)
        for _ in 0..<500 {
            let number = MobileNumber.synthetic(using: &rng)
            #expect(try MobileNumber(validating: number.text) == number)
            #expect("\(number)" == number.text.prefix(3) + "****" + number.text.suffix(4))
        }
    }
}
