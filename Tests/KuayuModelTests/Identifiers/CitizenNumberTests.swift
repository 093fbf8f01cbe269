import KuayuModel
import Testing

/// All numbers are synthetic; check digits were computed apart, in Python.
@Suite struct CitizenNumberTests {
    @Test(
        arguments: [
            ("310101199003070019", "1990-03-07", CitizenNumber.Sex.male), ("320106198502150020", "1985-02-15", .female),
            ("330106197812031155", "1978-12-03", .male), ("340111199303222107", "1993-03-22", .female),
            ("320583200601010036", "2006-01-01", .male),
        ] as [(String, String, CitizenNumber.Sex)])
    func takesValidNumbers(_ text: String, _ birth: String, _ sex: CitizenNumber.Sex) throws {
        let number = try CitizenNumber(validating: text)
        #expect(number.text == text)
        #expect(number.birthDate.text == birth)
        #expect(number.sex == sex)
        #expect(number.warnings.isEmpty)
        #expect(number.division == RegionCode(text.prefix(6)))
    }

    @Test(
        arguments: [
            ("", IdentifierError.Kind.length(expected: 18, got: 0)),
            ("310101900307001", .length(expected: 18, got: 15)),
            ("31010119900307001", .length(expected: 18, got: 17)),
            ("3101011990030700190", .length(expected: 18, got: 19)),
            ("310101199003070018", .checkDigit(expected: "9")),
            ("31010119900307001X", .checkDigit(expected: "9")),
            ("31010119900307001Y", .character(position: 18)),
            ("3101011990O3070019", .character(position: 11)),
            ("３10101199003070019", .character(position: 1)),
            ("010101199003070019", .character(position: 1)),
            ("310101199002300019", .date),
            ("310101199013070019", .date),
            ("310101190002290019", .date),
            ("310101179912310019", .date),
            ("310101220001010019", .date),
        ] as [(String, IdentifierError.Kind)])
    func refusesWithTheKind(_ text: String, _ expected: IdentifierError.Kind) {
        #expect(kind(CitizenNumber.init(validating:), text) == expected)
    }

    @Test func keepsALowerCaseXAsUpperCaseAndWarns() throws {
        var rng = SeededGenerator(seed: 4)
        var number = CitizenNumber.synthetic(using: &rng)
        while number.text.last != "X" { number = CitizenNumber.synthetic(using: &rng) }
        let lower = try CitizenNumber(validating: number.text.dropLast() + "x")
        #expect(lower.text == number.text)
        #expect(lower.warnings == [.lowerCaseCheck])
    }

    @Test(
        arguments: [
            ("310108", "abolished"), ("319999", "unknown"), ("110101", ""), ("810000", ""), ("820000", ""),
            ("830000", ""), ("990000", "province"), ("320576", ""),
        ] as [(String, String)])
    func theDivisionOnlyWarns(_ code: String, _ expected: String) throws {
        var rng = SeededGenerator(seed: 5)
        let division = try #require(RegionCode(code))
        let number = CitizenNumber.synthetic(using: &rng, division: division, born: day("2001-02-28"))
        let again = try CitizenNumber(validating: number.text)
        #expect(again == number)
        switch again.warnings.first {
        case nil: #expect(expected.isEmpty)
        case .abolishedDivision(let successor): #expect(expected == "abolished" && successor.text == "310106")
        case .unknownDivision: #expect(expected == "unknown")
        case .unknownProvince: #expect(expected == "province")
        default: Testing.Issue.record("unexpected warning")
        }
    }

    /// ISO 7064 MOD 11-2 finds every single error; a flip inside the date may be refused as a date first.
    @Test func refusesEverySingleWrongCharacter() {
        var rng = SeededGenerator(seed: 6)
        for _ in 0..<40 {
            let number = CitizenNumber.synthetic(using: &rng).text
            for position in 0..<18 {
                for character in "0123456789X" where character != Array(number)[position] {
                    let flipped = replacing(number, at: position, with: character)
                    #expect(kind(CitizenNumber.init(validating:), flipped) != nil, "\(number) → \(flipped)")
                }
            }
        }
    }

    @Test func syntheticNumbersAlwaysValidate() throws {
        var rng = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let number = CitizenNumber.synthetic(using: &rng)
            #expect(try CitizenNumber(validating: number.text) == number)
        }
    }

    @Test func neverShowsItselfByAccident() throws {
        let number = try CitizenNumber(validating: "310101199003070019")
        var dumped = ""
        dump(number, to: &dumped)
        for text in ["\(number)", String(reflecting: number), dumped, "\([number])"] {
            #expect(!text.contains("19900307"))
            #expect(text.contains("310***********0019"))
        }
    }
}
