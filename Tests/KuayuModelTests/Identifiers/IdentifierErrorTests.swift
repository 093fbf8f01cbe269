import KuayuModel
import Testing

@Suite struct IdentifierErrorTests {
    @Test func saysInBothLanguagesWhatIsWrongAndNeverTheValue() {
        let secret = "310101199003070018"
        do throws(IdentifierError) {
            _ = try CitizenNumber(validating: secret)
            Testing.Issue.record("a wrong check digit was taken")
        } catch {
            #expect(
                error.message
                    == "The citizen identity number does not check: by its other characters it should end in 9.")
            #expect(error.messageZH == "公民身份号码校验不通过，校验位应为9。")
            #expect(!"\(error) \(error.help)".contains("19900307"))
            #expect(error.help.hasPrefix("Compare every character"))
        }
    }

    @Test func everyKindHasItsSentences() {
        let kinds: [IdentifierError.Kind] = [
            .length(expected: 18, got: 17), .length(expected: 18, got: 19), .character(position: 3),
            .checkDigit(expected: "X"), .date, .prefix, .structure, .issuer, .creditCode, .level, .itemType, .division,
        ]
        for subject in IdentifierError.Subject.allCases {
            let errors = kinds.map { IdentifierError(subject, $0) }
            #expect(Set(errors.map(\.message)).count == kinds.count)
            #expect(Set(errors.map(\.messageZH)).count == kinds.count)
            #expect(errors.allSatisfy { $0.help.hasSuffix(".") && $0.message.hasSuffix(".") })
        }
    }

    @Test func warningsSpeakBothLanguages() {
        let warnings: [IdentifierWarning] = [
            .lowerCaseCheck, .unknownDivision, .abolishedDivision(successor: .shanghai), .unknownProvince,
            .issuerIsDivision, .issuerCheckDigit, .legacyForm, .outsideFederation,
        ]
        #expect(Set(warnings.map(\.message)).count == warnings.count)
        #expect(Set(warnings.map(\.messageZH)).count == warnings.count)
    }
}
