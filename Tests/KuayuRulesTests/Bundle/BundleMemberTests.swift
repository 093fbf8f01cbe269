import KuayuModel
import KuayuRules
import Testing

@Suite struct BundleMemberTests {
    struct Naming: Sendable {
        let text: String
        let theme: String?
    }

    @Test(arguments: [
        Naming(text: "newborn", theme: "newborn"), Naming(text: "新生儿出生", theme: "newborn"),
        Naming(text: " 企业跨省迁移　", theme: "company-move"), Naming(text: "ｃompany-start", theme: "company-start"),
        Naming(text: "退休", theme: "retirement"), Naming(text: "Newborn", theme: nil),
        Naming(text: "新生儿", theme: nil), Naming(text: "", theme: nil),
    ])
    func findsThemesByIdAndName(_ naming: Naming) {
        #expect(Bundles.standard.theme(named: naming.text)?.id == naming.theme)
    }

    struct Role: Sendable {
        let what: String
        var role: String?
        var childOf: String?
        var after: String?
        var theme: String?
        var item = ("002099900000", "一件事")
        let isMain: Bool
    }

    static let roles = [
        Role(what: "says so", role: "main", isMain: true),
        Role(what: "says so, theme unknown", role: "main", theme: "nothing", isMain: true),
        Role(what: "says child", role: "child", theme: "newborn", isMain: false),
        Role(what: "names a theme", theme: "新生儿出生", isMain: true),
        Role(what: "names a theme, below another", childOf: "X1", theme: "新生儿出生", isMain: false),
        Role(what: "names a theme, behind another", after: "X1", theme: "新生儿出生", isMain: false),
        Role(what: "names an unknown theme", theme: "nothing", isMain: false),
        Role(what: "has the theme's name as its item", item: ("002099900000", "新生儿出生"), isMain: true),
        Role(what: "is itself an item of the theme", theme: "newborn", item: ("000709035000", "新生儿入户"), isMain: false),
        Role(what: "names nothing", isMain: false),
    ]

    @Test(arguments: roles)
    func tellsMainCases(_ row: Role) {
        var record = CaseRecord()
        record[.named("bundle.role")] = row.role
        record[.named("bundle.childOf")] = row.childOf
        record[.named("bundle.after")] = row.after
        record[.named("bundle.theme")] = row.theme
        record[.catalogCode] = row.item.0
        record[.itemName] = row.item.1
        #expect(Bundles.standard.isMain(record) == row.isMain, "\(row.what)")
    }

    @Test func keysBundlesByRegionAndNumber() throws {
        let main = Sample.main()
        let key = try #require(BundleKey(of: main))
        #expect(key.region.text == "310000" && key.number == "YJS1")
        var elsewhere = main
        elsewhere[.appliedDivision] = "340100"
        #expect(BundleKey(of: elsewhere) != key)
        var numberless = main
        numberless[.named("bundle.bundleId")] = nil
        #expect(BundleKey(of: numberless)?.number == Sample.id(0).text)
        var child = numberless
        child[.named("bundle.role")] = "child"
        #expect(BundleKey(of: child) == nil)
        var placeless = main
        placeless[.appliedDivision] = nil
        #expect(BundleKey(of: placeless) == nil)
    }

    @Test func namesSidesInTheOrderOfTheChildren() {
        let sides = Bundles.standard.all.map { "\($0.id): \($0.sides.map(\.rawValue).joined(separator: " "))" }
        #expect(
            sides == [
                "newborn: birthplace household", "company-start: ", "company-move: destination origin", "retirement: ",
            ])
    }
}
