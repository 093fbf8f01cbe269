import KuayuModel
import KuayuRules
import Testing

@Suite struct BundlePlanTests {
    /// Division in charge of each child of each theme, for a main case that names one division per side.
    static let distributions: [String: (sides: [String], perSide: [String: String])] = [
        "newborn": (
            ["330106", "320106"],
            [
                "birth-certificate": "330106", "vaccination": "330106", "household": "320106",
                "medical-insurance": "320106", "social-card": "320106",
            ]
        ),
        "company-start": (
            ["330106"],
            [
                "registration": "330106", "seal": "330106", "tax": "330106", "social-insurance": "330106",
                "fund": "330106", "bank": "330106",
            ]
        ),
        "company-move": (
            ["340111", "320106"],
            ["move-in": "340111", "move-out": "320106", "tax-move": "320106", "insurance-move": "340111"]
        ),
        "retirement": (["330106"], ["pension": "330106", "medical": "330106", "fund": "330106"]),
    ]

    @Test(arguments: Bundles.standard.all)
    func fansOutEveryTheme(_ theme: ServiceBundle) throws {
        let (sides, wanted) = try #require(Self.distributions[theme.id])
        let plan = try BundlePlan.fanOut(main: Sample.main(theme: theme.id, handling: sides))
        #expect(plan.children.map { $0[.catalogCode] } == theme.children.map(\.catalogCode.text))
        for (child, row) in zip(plan.children, theme.children) {
            #expect(child[.handling].map { $0[.handlingDivision] } == [wanted[row.id]], "\(row.id)")
            #expect(child[.named("bundle.bundleId")] == "YJS1")
            #expect(child[.named("bundle.theme")] == theme.name)
            #expect(child[.named("bundle.role")] == "child")
            #expect(child[.named("bundle.childOf")] == Sample.id(0).text)
            #expect(child[.named("bundle.after")] == (row.after.isEmpty ? nil : row.after.joined(separator: "\n")))
            #expect(child[.status] == (row.after.isEmpty ? "transferred" : "submitted"))
            #expect(child[.mode] == (row.mode == .collect ? "collect" : "online"), "one division is not joint")
            #expect(child[.collectedDivision] == (row.mode == .collect ? "310115" : nil))
            #expect(child[.appliedDivision] == "310115")
            #expect(child[.localNumbers].isEmpty && child[.caseID] == nil)
        }
    }

    @Test(arguments: Bundles.standard.all)
    func oneDivisionStandsForAllSides(_ theme: ServiceBundle) throws {
        let plan = try BundlePlan.fanOut(main: Sample.main(theme: theme.name, handling: ["340111"]))
        #expect(plan.children.allSatisfy { $0[.handling].map { $0[.handlingDivision] } == ["340111"] })
    }

    @Test(arguments: Bundles.standard.all)
    func makesValidCases(_ theme: ServiceBundle) throws {
        let sides = try #require(Self.distributions[theme.id]).sides
        let plan = try BundlePlan.fanOut(main: Sample.main(theme: theme.id, handling: sides))
        for (index, child) in plan.children.enumerated() {
            let problems = CaseValidation.validate(Sample.registered(child, number: index + 1).record)
            #expect(problems.isEmpty, "\(theme.children[index].id): \(problems)")
        }
    }

    @Test func handlesAtThePlaceOfApplicationWhatTheThemeLeavesThere() throws {
        let table = """
            bundle,bundle_name,child,item_name,catalog_code,mode,handled_by,after
            mixed,混合,here,本地,002014014000,online,applied,
            mixed,混合,there,异地,002014015000,online,destination,here
            """
        let themes = try Bundles(csv: Array(table.utf8))
        let plan = try BundlePlan.fanOut(main: Sample.main(theme: "混合", handling: ["330106"]), themes: themes)
        #expect(plan.children.map { $0[.handling][0][.handlingDivision] } == ["310115", "330106"])
        let unit = plan.children[0][.handling][0][.named("places.handling[].unitName")]
        #expect(unit == "浦东新区行政服务中心")
    }

    @Test func sharesFormMaterialsAndApplicant() throws {
        let main = Sample.main()
        for child in try BundlePlan.fanOut(main: main).children {
            #expect(child[.materials] == main[.materials])
            #expect(child[ListField.named("form")] == main[ListField.named("form")])
            for path in [
                "applicant.name", "applicant.idNumber", "appliedAt", "delivery.way", "places.result.division",
                "places.applied.unitName", "channel.kind",
            ] {
                #expect(child[Field.named(path)] == main[Field.named(path)], "\(path)")
            }
        }
    }

    @Test func leavesToTheOthersWhatIsNotTheApplicants() throws {
        var main = Sample.main()
        main.update(.materials) { $0[0][.named("materials[].logistics.trackingNumber")] = "SF1" }
        main[.named("startedAt")] = Sample.start
        main[.named("nationalNumber")] = "N1"
        main[.ext] = [Sample.row(.ext, ["ext[].region": "310000", "ext[].key": "k", "ext[].value": "v"])]
        let child = try BundlePlan.fanOut(main: main).children[0]
        #expect(child[.materials][0][.named("materials[].logistics.trackingNumber")] == nil)
        #expect(child[.startedAt] == nil && child[.nationalNumber] == nil && child[.ext].isEmpty)
    }

    @Test func takesThePromisedLimitFromTheCatalogue() throws {
        let plan = try BundlePlan.fanOut(main: Sample.main(theme: "retirement", handling: ["330106"]))
        let item = try #require(Items.standard.item("002063020000"))
        #expect(plan.children[2][.named("limits.promised.amount")] == String(item.promisedWorkdays))
        #expect(plan.children[2][.named("limits.promised.unit")] == "workday")
        let bare = try Items(csv: Array("catalog_code,name,mode,subject,item_type,promised_workdays\n".utf8))
        let unknown = try BundlePlan.fanOut(main: Sample.main(), items: bare).children[0]
        #expect(unknown[.named("limits.promised.amount")] == nil && unknown[.named("limits.promised.unit")] == nil)
    }

    @Test func completesTheMainCase() throws {
        var main = Sample.main(theme: nil)
        main[.itemName] = "新生儿出生"
        main[.named("bundle.bundleId")] = nil
        main[.named("bundle.role")] = nil
        let plan = try BundlePlan.fanOut(main: main)
        #expect(plan.main[.named("bundle.bundleId")] == Sample.id(0).text)
        #expect(plan.main[.named("bundle.theme")] == "新生儿出生")
        #expect(plan.main[.named("bundle.role")] == "main")
        #expect(plan.children.allSatisfy { $0[.named("bundle.bundleId")] == Sample.id(0).text })
        let known = try BundlePlan.fanOut(main: Sample.main()).main
        #expect(known == Sample.main(), "what it says itself stays")
    }

    struct Refused: Sendable {
        let what: String
        var theme: String? = "newborn"
        var handling = ["330106", "320106"]
        var isApplied = true
        var isRegistered = true
        let codes: [String]
        let path: String
    }

    static let refusals = [
        Refused(what: "unknown theme", theme: "moving", codes: ["bundle.theme-unknown"], path: "bundle.theme"),
        Refused(what: "no theme", theme: nil, codes: ["bundle.theme-unknown"], path: "item.name"),
        Refused(what: "no division", handling: [], codes: ["bundle.sides"], path: "places.handling"),
        Refused(
            what: "one too many", handling: ["330106", "320106", "340111"], codes: ["bundle.sides"],
            path: "places.handling"),
        Refused(
            what: "two for a theme with one side", theme: "retirement", codes: ["bundle.sides"], path: "places.handling"
        ),
        Refused(
            what: "no place of application", isApplied: false, codes: ["bundle.applied-missing"],
            path: "places.applied.division"),
        Refused(what: "not registered", isRegistered: false, codes: ["bundle.main-unregistered"], path: "caseId"),
        Refused(
            what: "everything", theme: "moving", handling: [], isApplied: false,
            codes: ["bundle.theme-unknown", "bundle.applied-missing"], path: "bundle.theme"),
    ]

    @Test(arguments: refusals)
    func refusesWithReasons(_ row: Refused) throws {
        var main = Sample.main(theme: row.theme, handling: row.handling)
        if !row.isApplied { main[.appliedDivision] = nil }
        if !row.isRegistered { main[.caseID] = nil }
        let refusal = try #require(throws: BundleRefusal.self, "\(row.what)") { try BundlePlan.fanOut(main: main) }
        #expect(refusal.issues.map(\.code) == row.codes)
        #expect(refusal.issues.first?.path == row.path)
        #expect(refusal.issues.allSatisfy { !$0.message.isEmpty && !$0.help.isEmpty && $0.severity == .error })
    }

    @Test func saysHowManyDivisionsAreNeeded() throws {
        let main = Sample.main(handling: ["330106", "320106", "340111"])
        let refusal = try #require(throws: BundleRefusal.self) { try BundlePlan.fanOut(main: main) }
        #expect(
            refusal.issues.map(\.message) == [
                "the main case names 3 divisions in charge; 新生儿出生 needs 2 divisions in charge (birthplace, household), "
                    + "or 1 for all"
            ])
        #expect(refusal.issues.map(\.help) == ["name one division per side, in this order: birthplace, household"])
    }
}
