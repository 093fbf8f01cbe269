import KuayuModel
import Testing

@Suite struct ItemCodeTests {
    static let task = "11370800MB285591843370117002011"

    @Test(
        arguments: [
            ("000131009000", nil, "01", "31", 9, 0), ("310709027011", RegionCode.shanghai, "07", "09", 27, 11),
            ("002063999999", nil, "20", "63", 999, 999),
        ] as [(String, RegionCode?, String, String, Int, Int)])
    func takesCatalogueCodesApart(
        _ text: String, _ province: RegionCode?, _ type: String, _ department: String, _ main: Int, _ sub: Int
    ) throws {
        let code = try CatalogCode(validating: text)
        #expect(code.text == text)
        #expect(code.province == province)
        #expect(code.itemType == type)
        #expect(code.department == department)
        #expect(code.mainItem == main)
        #expect(code.subItem == sub)
        #expect(code.warnings.isEmpty)
    }

    @Test(
        arguments: [
            ("", IdentifierError.Kind.length(expected: 12, got: 0)), ("00013100900", .length(expected: 12, got: 11)),
            ("0001310090000", .length(expected: 12, got: 13)), ("00013100900A", .character(position: 12)),
            ("010131009000", .division), ("160131009000", .division), ("991131009000", .division),
            ("001131009000", .itemType), ("001931009000", .itemType),
        ] as [(String, IdentifierError.Kind)])
    func refusesCatalogueCodes(_ text: String, _ expected: IdentifierError.Kind) {
        #expect(kind(CatalogCode.init(validating:), text) == expected)
    }

    @Test(arguments: ["000031009000", "001031009000", "002031009000", "002131009000", "009931009000"])
    func takesItemTypesOfTheTableAndExtensions(_ text: String) {
        #expect(kind(CatalogCode.init(validating:), text) == nil)
    }

    @Test func warnsAboutCataloguesOutsideTheFederation() throws {
        #expect(try CatalogCode(validating: "370117002011").warnings == [.outsideFederation])
        #expect(try CatalogCode(validating: "350117002011").warnings == [.outsideFederation])
        #expect(try CatalogCode(validating: "340117002011").warnings.isEmpty)
    }

    @Test func takesATaskCodeApart() throws {
        let code = try TaskCode(validating: Self.task)
        #expect(code.form == .task)
        #expect(code.credit?.text == "11370800MB28559184")
        #expect(code.level == 3)
        #expect(code.catalog?.text == "370117002011")
        #expect(code.handlingItem == nil)
        #expect(code.isWritable)
    }

    @Test func takesAHandlingCodeApart() throws {
        let code = try TaskCode(validating: Self.task + "07")
        #expect(code.form == .handling)
        #expect(code.handlingItem == "07")
        #expect(code.task?.text == Self.task)
        #expect(code.catalog?.text == "370117002011")
    }

    @Test(arguments: ["XK00101001", "0100001000", "XK0010100123700001234567"])
    func readsLegacyFormsAndNeverWritesThem(_ text: String) throws {
        let code = try TaskCode(validating: text)
        #expect(code.form == .legacy)
        #expect(code.text == text)
        #expect(!code.isWritable)
        #expect(code.warnings == [.legacyForm])
        #expect(code.credit == nil && code.catalog == nil && code.level == nil && code.task == nil)
    }

    @Test(
        arguments: [
            ("", IdentifierError.Kind.length(expected: 31, got: 0)),
            (String(task.dropLast()), .length(expected: 31, got: 30)),
            ("\(task)0", .length(expected: 31, got: 32)),
            ("\(task)000", .length(expected: 31, got: 34)),
            ("11370800MB285591853370117002011", .creditCode),
            ("11370800MB285591840370117002011", .level),
            ("11370800MB285591848370117002011", .level),
            ("11370800MB28559184X370117002011", .level),
            ("11370800MB285591843370117002O11", .character(position: 29)),
            ("11370800MB285591843991117002011", .division),
            ("\(task)A1", .character(position: 32)),
            ("XK0010100a", .character(position: 10)),
            ("XK001010", .length(expected: 31, got: 8)),
        ] as [(String, IdentifierError.Kind)])
    func refusesTaskCodes(_ text: String, _ expected: IdentifierError.Kind) {
        #expect(kind(TaskCode.init(validating:), text) == expected)
    }

    @Test func makesTaskCodesOnlyOfLevels1To7() throws {
        let credit = try CreditCode(validating: "91310000MA1FL0000N")
        let catalog = try CatalogCode(validating: "000131009000")
        #expect(TaskCode(credit: credit, level: 0, catalog: catalog) == nil)
        #expect(TaskCode(credit: credit, level: 8, catalog: catalog) == nil)
        #expect(TaskCode(credit: credit, level: 7, catalog: catalog)?.text == "91310000MA1FL0000N7000131009000")
    }

    @Test func takesANationalNumberApart() throws {
        let number = try NationalNumber(validating: Self.task + "20260302000000042")
        #expect(number.task?.text == Self.task)
        #expect(number.date == day("2026-03-02"))
        #expect(number.sequence == 42)
    }

    @Test(
        arguments: [
            ("", IdentifierError.Kind.length(expected: 48, got: 0)),
            ("\(task)2026030200000042", .length(expected: 48, got: 47)),
            ("\(task)202603020000000042", .length(expected: 48, got: 49)),
            ("\(task)20260229000000042", .date),
            ("\(task)2026030A000000042", .character(position: 39)),
            ("11370800MB28559185337011700201120260302000000042", .creditCode),
        ] as [(String, IdentifierError.Kind)])
    func refusesNationalNumbers(_ text: String, _ expected: IdentifierError.Kind) {
        #expect(kind(NationalNumber.init(validating:), text) == expected)
    }

    @Test func makesNationalNumbersInsideTheLimits() throws {
        let task = try TaskCode(validating: Self.task)
        let date = day("2026-03-02")
        #expect(NationalNumber(task: task, date: date, sequence: -1) == nil)
        #expect(NationalNumber(task: task, date: date, sequence: 1_000_000_000) == nil)
        let last = try #require(NationalNumber(task: task, date: date, sequence: 999_999_999))
        #expect(try NationalNumber(validating: last.text) == last)
        let handling = try TaskCode(validating: Self.task + "07")
        #expect(NationalNumber(task: handling, date: date, sequence: 1) == nil)
    }

    @Test func syntheticCodesAlwaysValidate() throws {
        var rng = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            let catalog = CatalogCode.synthetic(using: &rng)
            #expect(try CatalogCode(validating: catalog.text) == catalog)
            let task = TaskCode.synthetic(using: &rng, catalog: catalog)
            #expect(try TaskCode(validating: task.text) == task)
            #expect(task.catalog == catalog)
            let number = NationalNumber.synthetic(using: &rng, task: task, date: day("2026-03-02"))
            #expect(try NationalNumber(validating: number.text) == number)
            #expect(number.task == task)
        }
    }
}
