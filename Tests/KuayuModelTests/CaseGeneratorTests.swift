import KuayuModel
import Testing

@Suite struct CaseGeneratorTests {
    private func cases(_ count: Int, seed: UInt64, options: CaseGenerator.Options) -> [CaseRecord] {
        var chance = SeededGenerator(seed: seed)
        return (0..<count).map { _ in CaseGenerator.make(using: &chance, options: options) }
    }

    @Test(arguments: [0.0, 0.5, 1.0])
    func makesOnlyValidCases(richness: Double) {
        for record in cases(600, seed: 1, options: .init(richness: richness)) {
            let problems = CaseValidation.validate(record)
            #expect(problems.isEmpty, "\(problems.map { "\($0.code) \($0.path)" })")
        }
    }

    @Test func makesValidCasesOnTheirWayIn() {
        for record in cases(300, seed: 2, options: .init(withGatewayFields: false)) {
            #expect(record[.caseID] == nil && record[.version] == nil && record[.registeredAt] == nil)
            #expect(CaseValidation.validate(record, requireGatewayFields: false).isEmpty)
        }
    }

    @Test func usesEveryFieldAndEveryCode() {
        var seen: [Field: Set<String>] = [:]
        for record in cases(1_500, seed: 3, options: .init(richness: 0.8)) { collect(record, into: &seen) }
        for field in CaseSchema.v1.allFields {
            let info = CaseSchema.v1.info(field)
            #expect(seen[field] != nil, "\(info.path) never occurs")
            guard case .code(let set) = info.type, Self.isOpen(info.path) else { continue }
            let missing = set.codes.filter { seen[field]?.contains($0) != true }
            #expect(missing.isEmpty, "\(info.path) never has \(missing)")
        }
    }

    /// Fields that may have any code of their set: a representative never has a credit code, a branch never ends alone.
    private static func isOpen(_ path: String) -> Bool {
        !path.hasPrefix("branches[]") && !path.hasSuffix("epresentative.idType") && !path.hasSuffix("agent.idType")
    }

    @Test func reachesTheLimitsOfTextsAndLists() {
        var longest: [Field: Int] = [:]
        var rows: Set<Int> = []
        var characters: Set<Unicode.Scalar> = []
        for record in cases(800, seed: 4, options: .init(richness: 0.9)) {
            rows.insert(record[.materials].count)
            for (field, value) in record.presentScalars {
                longest[field] = max(longest[field] ?? 0, value.unicodeScalars.count)
                characters.formUnion(value.unicodeScalars)
            }
            for row in record[.events] {
                characters.formUnion((row[.named("events[].opinion")] ?? "").unicodeScalars)
            }
        }
        #expect(longest[.named("result.description")] == 1_000)
        #expect(longest[.named("acceptanceNumber")] == 60)
        #expect(rows.contains(0) && rows.contains(1) && rows.contains { $0 > 7 })
        let wanted: [Unicode.Scalar] = ["\u{20BB7}", "\u{3447}", "Ａ", "|", "\\", ";", ":", "\n", "\"", "<", "&", "]"]
        for scalar in wanted { #expect(characters.contains(scalar), "\(scalar) never occurs") }
    }

    @Test func keepsToTheCharactersAskedFor() {
        for record in cases(200, seed: 5, options: .init(richness: 1, hasHardText: false)) {
            for (_, value) in record.presentScalars {
                #expect(!value.unicodeScalars.contains { $0.value > 0xFFFF || $0 == "|" || $0 == "\\" })
            }
        }
        for record in cases(200, seed: 5, options: .init(richness: 1, hasRareCharacters: false)) {
            #expect(!record.presentScalars.contains { $0.value.unicodeScalars.contains { $0.value > 0xFFFF } })
        }
    }

    @Test func repeatsItselfFromTheSameSeed() {
        #expect(cases(20, seed: 6, options: .init()) == cases(20, seed: 6, options: .init()))
        #expect(cases(20, seed: 6, options: .init()) != cases(20, seed: 7, options: .init()))
    }

    @Test(arguments: CaseState.allCases)
    func endsItsEventsWithTheStatus(_ state: CaseState) {
        for record in cases(40, seed: 8, options: .init(states: [state])) {
            #expect(record[.status] == state.rawValue)
            #expect(record[.events].isEmpty || record[.events].last?[.eventAction] == state.rawValue)
            #expect((record[.outcome] != nil) == state.isDecided)
        }
    }

    @Test func shrinksToWhatMatters() {
        var chance = SeededGenerator(seed: 9)
        let material = Field.named("materials[].exempt")
        let options = CaseGenerator.Options(states: [.reviewing], richness: 1)
        var record = CaseGenerator.make(using: &chance, options: options)
        while record[.materials].count < 2 { record = CaseGenerator.make(using: &chance, options: options) }
        record.update(.materials) { $0[1][material] = "true" }
        let small = CaseGenerator.shrunk(record) { $0[.materials].contains { $0[material] == "true" } }
        #expect(CaseValidation.isValid(small))
        #expect(small[.materials].count == 1)
        #expect(small[.events].isEmpty && small[.named("applicant.mobile")] == nil)
        #expect(small[.materials].first?[.named("materials[].code")] == nil)
    }

    private func collect(_ record: CaseRecord, into seen: inout [Field: Set<String>]) {
        for (field, value) in record.presentScalars { seen[field, default: []].insert(value) }
        for list in CaseSchema.v1.lists.indices.map({ ListField(at: $0) }) {
            for row in record[list] {
                for field in CaseSchema.v1.info(list).fields {
                    if let value = row[field] { seen[field, default: []].insert(value) }
                }
            }
        }
    }
}
