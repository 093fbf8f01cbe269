import KuayuEngine
import KuayuModel
import Testing

/// Why a case goes where it goes.
@Suite struct RouteExplanationTests {
    private static let item = "000131044000"
    private static let day = CalendarDate("2026-03-02") ?? .min
    private static let suzhou = RegionCode(value: 320_500) ?? .jiangsu

    private static func record(
        applied: String? = "310115001002", collected: String? = nil, handling: [String] = ["320506", "330103"],
        item: String? = item, mode: String? = "joint", proactive: Bool = false
    ) -> CaseRecord {
        var record = CaseRecord()
        record[.appliedDivision] = applied
        record[.collectedDivision] = collected
        record[.catalogCode] = item
        record[.mode] = mode
        record[.named("proactive")] = proactive ? "true" : nil
        record[.applicantName] = "样例"
        record[.handling] = handling.map { division in
            var row = CaseRow(.handling)
            row[.handlingDivision] = division
            return row
        }
        return record
    }

    private static let agreements = [
        Agreement(from: .shanghai, to: .jiangsu, catalogCode: item, mode: nil, line: 2),
        Agreement(from: .shanghai, to: suzhou, catalogCode: item, mode: "joint", line: 3),
        Agreement(from: nil, to: .zhejiang, catalogCode: nil, mode: nil, line: 4),
    ]

    private func routing(_ hubs: Set<RegionCode> = Set(RegionCode.federated + [suzhou])) -> Routing {
        Routing(agreements: Self.agreements, hubs: hubs)
    }

    @Test func namesPlacePrefixSuccessorHubAndLine() throws {
        let explanation = routing().explain(Self.record(), from: .shanghai, on: Self.day)
        #expect(explanation.refusal == nil)
        #expect(explanation.sender == .shanghai && explanation.item == Self.item && explanation.day == Self.day)
        #expect(explanation.parties.map(\.region) == [.shanghai, Self.suzhou, .zhejiang])
        #expect(explanation.parties.map(\.isHub) == [true, true, true])
        #expect(explanation.parties.map(\.isLead) == [false, true, false])
        #expect(explanation.parties.map(\.roles) == [.applying, .handling, .handling])
        let applied = try #require(explanation.parties[0].places.first)
        #expect(applied.role == .applied && applied.path == "places.applied.division")
        #expect(applied.route.prefix == "31" && applied.route.division == "310115001002")
        let lead = try #require(explanation.parties[1].places.first)
        #expect(lead.path == "places.handling[0].division" && lead.route.prefix == "3205")
        let old = try #require(explanation.parties[2].places.first)
        #expect(old.path == "places.handling[1].division" && old.route.prefix == "33")
        #expect(old.route.abolished?.text == "330103" && old.route.current.text == "330105")
        #expect(explanation.receivers.map(\.region) == [Self.suzhou, .zhejiang])
        #expect(explanation.receivers.map { $0.decisions.map(\.agreement?.line) } == [[3], [4]])
        #expect(explanation.receivers[1].decisions.map(\.to.text) == ["330105"])
    }

    @Test func theLongestPrefixDecidesWhoIsTold() {
        let provinces = routing(Set(RegionCode.federated)).explain(Self.record(), from: .shanghai, on: Self.day)
        #expect(provinces.parties.map(\.region) == [.shanghai, .jiangsu, .zhejiang])
        // The line for the city speaks of the division, whoever its hub is.
        #expect(provinces.receivers.map { $0.decisions.map(\.agreement?.line) } == [[3], [4]])
    }

    /// Mode in the record, item, and the mode with where it came from.
    @Test(
        arguments: [
            ("joint", item, "joint", .message), ("online", item, "online", .message), (nil, item, "joint", .catalogue),
            (nil, "999999999999", "online", .standard), (nil, nil, "online", .standard),
        ] as [(String?, String?, String, RouteExplanation.ModeSource)])
    func saysWhereTheModeCameFrom(
        said: String?, item: String?, mode: String, source: RouteExplanation.ModeSource
    ) {
        let explanation = routing().explain(
            Self.record(item: item, mode: said), from: .shanghai, on: Self.day)
        #expect(explanation.mode == mode && explanation.modeSource == source)
    }

    @Test func aDocumentThatNamesNoPlaceOfApplicationIsTheSenders() {
        let explanation = routing().explain(Self.record(applied: nil), from: .shanghai, on: Self.day)
        #expect(explanation.refusal == nil && explanation.parties.map(\.region).first == .shanghai)
    }

    /// Handling divisions, sender, and the refusal.
    @Test(
        arguments: [
            ([], .shanghai, .noHandlingRegion), (["3301"], .shanghai, .noHandlingRegion),
            (["310101"], .shanghai, .staysAtHome), (["320506"], .anhui, .notParticipant(.anhui)),
            (["340100"], .shanghai, .notAgreed(from: .shanghai, to: .anhui, item: item, mode: "joint")),
            (["110101"], .shanghai, .unknownHub(RegionCode(value: 110_000) ?? .shanghai)), (["320506"], .shanghai, nil),
        ] as [([String], RegionCode, Routing.Refusal?)])
    func explainsRefusals(handling: [String], sender: RegionCode, refusal: Routing.Refusal?) {
        let explanation = routing().explain(Self.record(handling: handling), from: sender, on: Self.day)
        #expect(explanation.refusal == refusal)
    }

    @Test func oneReceiverThatIsNotAgreedRefusesTheCaseAndTheOthersAreExplained() {
        let explanation = routing().explain(
            Self.record(handling: ["320506", "340100"]), from: .shanghai, on: Self.day)
        #expect(explanation.receivers.map { $0.refusal == nil } == [true, false])
        #expect(explanation.receivers[1].decisions.map(\.agreement) == [nil])
    }

    @Test func saysWhatIsWithheldFromWhom() throws {
        var record = Self.record()
        var row = CaseRow(.named("form"))
        row[.named("form[].key")] = "k"
        row[.named("form[].value")] = "v"
        record[.named("form")] = [row]
        let explanation = routing().explain(
            record, from: .shanghai, on: Self.day, hubLevels: [Self.suzhou: .l2, .zhejiang: .l3])
        #expect(explanation.level == .l4)
        #expect(explanation.receivers.map(\.level) == [.l2, .l3])
        #expect(explanation.receivers.map(\.withheld) == [["applicant.name", "form[]"], ["form[]"]])
    }

    /// A receiver with several divisions needs an agreement for each, and gets what every one of them allows.
    @Test func everyDivisionOfAReceiverNeedsAnAgreement() {
        let lines = [
            Agreement(from: nil, to: RegionCode("320500"), catalogCode: nil, mode: nil, line: 2),
            Agreement(from: nil, to: RegionCode("320600"), catalogCode: nil, mode: nil, line: 3),
        ]
        let routing = Routing(agreements: lines, hubs: Set(RegionCode.federated))
        let both = routing.explain(
            Self.record(handling: ["320506", "320684"]), from: .shanghai, on: Self.day)
        #expect(both.refusal == nil && both.receivers.map { $0.decisions.map(\.agreement?.line) } == [[2, 3]])
        let third = routing.explain(
            Self.record(handling: ["320506", "320700"]), from: .shanghai, on: Self.day)
        #expect(third.refusal == .notAgreed(from: .shanghai, to: .jiangsu, item: Self.item, mode: "joint"))
    }

    /// Explaining never says anything else than admitting.
    @Test func agreesWithAdmission() {
        var rng = SeededGenerator(seed: 11)
        let divisions = Divisions.standard.all.map(\.code.text) + ["110101", "320599", "999", "341402001002"]
        let hubs: [Set<RegionCode>] = [
            Set(RegionCode.federated), Set(RegionCode.federated + [Self.suzhou]), [.shanghai, Self.suzhou],
        ]
        var outcomes: Set<String> = []
        for _ in 0..<3000 {
            func division() -> String { divisions.randomElement(using: &rng) ?? "" }
            let record = Self.record(
                applied: division(), collected: Bool.random(using: &rng) ? division() : nil,
                handling: (0..<Int.random(in: 0...3, using: &rng)).map { _ in division() },
                item: Bool.random(using: &rng) ? Self.item : "310131001000",
                mode: ["joint", "online", "collect"].randomElement(using: &rng), proactive: Bool.random(using: &rng))
            let sender = RegionCode.federated.randomElement(using: &rng) ?? .shanghai
            let routing = routing(hubs.randomElement(using: &rng) ?? [])
            var refusal: Routing.Refusal?
            do throws(Routing.Refusal) {
                let admitted = try routing.admit(record, from: sender, on: Self.day)
                #expect(admitted.all.allSatisfy { routing.directory.hubs?.contains($0) ?? false || $0 == sender })
            } catch {
                refusal = error
            }
            #expect(routing.explain(record, from: sender, on: Self.day).refusal == refusal)
            outcomes.insert(refusal?.code ?? "admitted")
        }
        // Every outcome was met, so that agreement means something.
        #expect(outcomes.count >= 6, "\(outcomes.sorted())")
    }

    // MARK: granted without application

    @Test func aProactiveCaseBeginsWithTheAuthority() throws {
        let toShanghai = [
            Agreement(from: .jiangsu, to: .shanghai, catalogCode: Self.item, mode: nil, maxLevel: .l4, line: 2)
        ]
        let routing = Routing(agreements: toShanghai, hubs: Set(RegionCode.federated))
        let record = Self.record(handling: ["320506"], proactive: true)
        let participants = try routing.admit(record, from: .jiangsu, on: Self.day)
        #expect(participants.beginning == .jiangsu && participants.applying == .shanghai)
        let explanation = routing.explain(record, from: .jiangsu, on: Self.day)
        #expect(explanation.isProactive && explanation.refusal == nil)
        #expect(explanation.receivers.map(\.region) == [.shanghai])
        #expect(explanation.receivers[0].decisions.map(\.agreement?.line) == [2])
        // Without a place of application elsewhere it is a matter of the region itself.
        for applied in [nil, "320102"] as [String?] {
            let home = Self.record(applied: applied, handling: ["320506"], proactive: true)
            #expect(routing.explain(home, from: .jiangsu, on: Self.day).refusal == .staysAtHome)
        }
    }

    /// What is agreed between authority and place of residence counts for the one that is told.
    @Test func aProactiveCaseIsReleasedUnderTheAuthoritysAgreements() {
        let lines = [
            Agreement(from: .jiangsu, to: .shanghai, catalogCode: nil, mode: nil, maxLevel: .l2),
            Agreement(from: .shanghai, to: .jiangsu, catalogCode: nil, mode: nil, maxLevel: .l1),
        ]
        let routing = Routing(agreements: lines, hubs: Set(RegionCode.federated))
        let proactive = Self.record(handling: ["320506"], proactive: true)
        #expect(routing.agreedLevel(of: proactive, to: .shanghai) == .l2)
        #expect(routing.agreedLevel(of: proactive, to: .jiangsu) == nil)
        let applied = Self.record(handling: ["320506"])
        #expect(routing.agreedLevel(of: applied, to: .shanghai) == nil)
        #expect(routing.agreedLevel(of: applied, to: .jiangsu) == .l1)
    }

    /// The lowest of what the divisions of a hub may have; L1 where nothing is agreed.
    @Test func aHubMayHaveWhatAllItsDivisionsMayHave() {
        let lines = [
            Agreement(from: nil, to: .jiangsu, catalogCode: nil, mode: nil, maxLevel: .l4),
            Agreement(from: nil, to: RegionCode("320600"), catalogCode: nil, mode: nil, maxLevel: .l2),
        ]
        let routing = Routing(agreements: lines, hubs: Set(RegionCode.federated))
        #expect(routing.agreedLevel(of: Self.record(handling: ["320506"]), to: .jiangsu) == .l4)
        #expect(routing.agreedLevel(of: Self.record(handling: ["320506", "320684"]), to: .jiangsu) == .l2)
        #expect(routing.agreedLevel(of: Self.record(handling: ["330106"]), to: .zhejiang) == .l1)
    }

    /// Every refusal says what is wrong and how to mend it.
    @Test(
        arguments: [
            .noHandlingRegion, .notParticipant(.anhui), .staysAtHome, .levelTooHigh(to: .anhui, allowed: .l2),
            .notAgreed(from: .shanghai, to: .anhui, item: item, mode: "joint"), .unknownHub(.anhui),
        ] as [Routing.Refusal])
    func everyRefusalHelps(refusal: Routing.Refusal) {
        #expect(refusal.code.hasPrefix("route."))
        #expect(!refusal.path.isEmpty && !refusal.chinese.isEmpty && !refusal.english.isEmpty && !refusal.help.isEmpty)
    }
}
