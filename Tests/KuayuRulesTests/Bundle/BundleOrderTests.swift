import KuayuModel
import KuayuRules
import Testing

@Suite struct BundleOrderTests {
    // MARK: one child behind another

    struct Step: Sendable {
        let first: (CaseState, String?)
        let held: CaseState
        let standing: BundleView.Standing
        var isReleased = false
    }

    static let steps = [
        Step(first: (.transferred, nil), held: .submitted, standing: .waiting(for: ["registration"])),
        Step(first: (.decided, "granted"), held: .submitted, standing: .waiting(for: ["registration"])),
        Step(first: (.delivered, "granted"), held: .submitted, standing: .waiting(for: ["registration"])),
        Step(first: (.closed, "granted"), held: .submitted, standing: .ready, isReleased: true),
        Step(first: (.closed, "done"), held: .submitted, standing: .ready, isReleased: true),
        Step(first: (.closed, "granted"), held: .collected, standing: .ready, isReleased: true),
        Step(first: (.closed, "denied"), held: .submitted, standing: .blocked(by: ["registration"])),
        Step(first: (.closed, nil), held: .submitted, standing: .blocked(by: ["registration"])),
        Step(first: (.closed, "forwarded"), held: .submitted, standing: .blocked(by: ["registration"])),
        Step(first: (.notAccepted, nil), held: .submitted, standing: .blocked(by: ["registration"])),
        Step(first: (.returned, "supplementTimeout"), held: .submitted, standing: .blocked(by: ["registration"])),
        Step(first: (.withdrawn, "withdrawn"), held: .submitted, standing: .blocked(by: ["registration"])),
        // What was granted and then taken back is not there any more.
        Step(first: (.voided, "granted"), held: .submitted, standing: .blocked(by: ["registration"])),
        Step(first: (.transferred, nil), held: .transferred, standing: .open),
        Step(first: (.closed, "granted"), held: .transferred, standing: .open),
        Step(first: (.closed, "denied"), held: .reviewing, standing: .open),
        Step(first: (.transferred, nil), held: .withdrawn, standing: .ended(outcome: "withdrawn")),
        Step(first: (.closed, "granted"), held: .closed, standing: .ended(outcome: nil)),
    ]

    @Test(arguments: steps)
    func holdsAndReleases(_ step: Step) throws {
        var members = try Sample.bundle("company-start", handling: ["330106"])
        Sample.move(&members, 1, to: step.first.0, outcome: step.first.1)
        Sample.move(&members, 2, to: step.held)
        let view = BundleView(members: members)
        #expect(view.standing(of: Sample.id(2)) == step.standing)
        #expect(view.releases.contains(Sample.id(2)) == step.isReleased)
        #expect(view.children[1].standing.isHeld == (step.standing != .open && !step.standing.hasEnded))
    }

    @Test func releasesInTheOrderOfTheTheme() throws {
        var members = try Sample.bundle()
        Sample.move(&members, 1, to: .closed, outcome: "granted")
        members.reverse()
        let view = BundleView(members: members)
        #expect(view.children.map(\.name).first == "birth-certificate")
        #expect(view.releases == [Sample.id(2), Sample.id(3)])
        #expect(view.standings["social-card"] == .waiting(for: ["household"]))
    }

    @Test func waitsForAllAndIsBlockedByOne() {
        var members = [
            Sample.single(1), Sample.single(2),
            Sample.single(3, after: [Sample.id(1).text, Sample.id(2).text]),
        ]
        func standing() -> BundleView.Standing? { BundleView(members: members).standing(of: Sample.id(3)) }
        #expect(standing() == .waiting(for: [Sample.id(1).text, Sample.id(2).text]))
        Sample.move(&members, 0, to: .closed, outcome: "granted")
        #expect(standing() == .waiting(for: [Sample.id(2).text]))
        Sample.move(&members, 1, to: .closed, outcome: "denied")
        #expect(standing() == .blocked(by: [Sample.id(2).text]))
        Sample.move(&members, 0, to: .transferred)
        #expect(standing() == .blocked(by: [Sample.id(2).text]), "one that failed is enough")
        members[1].record[.outcome] = "done"
        Sample.move(&members, 0, to: .closed, outcome: "granted")
        #expect(standing() == .ready, "a late outcome opens the way again")
    }

    // MARK: how an order names others

    struct Reference: Sendable {
        let entry: String
        let isFound: Bool
    }

    static let references = [
        Reference(entry: "registration", isFound: true), Reference(entry: Sample.id(1).text, isFound: true),
        Reference(entry: "32050020260302001", isFound: true), Reference(entry: Sample.id(9).text, isFound: false),
        Reference(entry: "32050020260302002", isFound: false), Reference(entry: "birth-certificate", isFound: false),
        Reference(entry: "tax", isFound: false),
    ]

    @Test(arguments: references)
    func findsOthersByAnyName(_ row: Reference) {
        let members = [
            Sample.single(
                1, item: "000131009000", state: .closed, outcome: "granted", localNumber: "32050020260302001"),
            Sample.single(2, item: "002009049000", after: [row.entry]),
        ]
        let view = BundleView(members: members)
        #expect(view.theme?.id == "company-start", "the items tell")
        #expect(view.standing(of: Sample.id(2)) == (row.isFound ? .ready : .waiting(for: [row.entry])))
        #expect(view.children[1].missing == (row.isFound ? [] : [row.entry]))
        #expect(view.issues.isEmpty && view.notices.isEmpty == row.isFound)
    }

    @Test func waitsForEveryCaseOfAnItem() {
        var members = [
            Sample.single(1, item: "000131009000", state: .closed, outcome: "granted"),
            Sample.single(2, item: "000131009000"), Sample.single(3, item: "002009049000", after: ["registration"]),
        ]
        var view = BundleView(members: members)
        #expect(view.standing(of: Sample.id(3)) == .waiting(for: ["registration"]))
        #expect(view.children.map(\.name) == [Sample.id(1).text, Sample.id(2).text, "seal"], "names stay unique")
        Sample.move(&members, 1, to: .closed, outcome: "granted")
        view = BundleView(members: members)
        #expect(view.releases == [Sample.id(3)])
    }

    @Test func holdsNobodyWithoutAnOrder() {
        var child = Sample.single(2, item: "002009049000")
        child.record[.named("bundle.theme")] = "企业开办"
        let view = BundleView(members: [Sample.single(1, item: "000131009000"), child])
        #expect(view.children.map(\.standing) == [.open, .open])
        #expect(view.releases.isEmpty)
    }

    @Test func lateArrivalIsWaitedFor() {
        var members = [Sample.single(2, after: ["32050020260302001"])]
        #expect(BundleView(members: members).children[0].missing == ["32050020260302001"])
        members.append(Sample.single(1, state: .transferred, localNumber: "32050020260302001"))
        #expect(BundleView(members: members).standing(of: Sample.id(2)) == .waiting(for: ["32050020260302001"]))
        Sample.move(&members, 1, to: .closed, outcome: "granted")
        #expect(BundleView(members: members).releases == [Sample.id(2)])
    }

    @Test func singlesGoOnceTheirPapersAreCollected() {
        var members = [
            Sample.single(1, state: .closed, outcome: "granted"), Sample.single(2, after: [Sample.id(1).text]),
        ]
        members[1].record[.mode] = "collect"
        members[1].record[.collectedDivision] = "340100"
        #expect(BundleView(members: members).releases.isEmpty)
        Sample.move(&members, 1, to: .collected)
        #expect(BundleView(members: members).releases == [Sample.id(2)])
    }

    // MARK: circles

    @Test func findsACircle() {
        let names = (1...4).map { Sample.id($0).text }
        let members = [
            Sample.single(1, after: [names[1]]), Sample.single(2, after: [names[0]]),
            Sample.single(3, after: [names[1]]), Sample.single(4),
        ]
        let view = BundleView(members: members)
        #expect(view.standings[names[0]] == .circular([names[0], names[1]]))
        #expect(view.standings[names[1]] == .circular([names[0], names[1]]))
        #expect(view.standings[names[2]] == .waiting(for: [names[1]]), "behind a circle, not in it")
        #expect(view.standings[names[3]] == .open)
        #expect(view.releases.isEmpty)
        #expect(view.issues.map(\.code) == ["bundle.circle"])
        #expect(view.notices.map(\.caseID) == [Sample.id(1), Sample.id(2)])
        #expect(view.notices.allSatisfy { $0.notice.kind == .bundleBlocked && $0.notice.severity == .alarm })
        #expect(view.notices.allSatisfy { $0.notice.tells == .applying })
    }

    @Test func aCaseThatWaitsForItselfIsACircle() {
        let view = BundleView(members: [Sample.single(1, after: [Sample.id(1).text])])
        #expect(view.children[0].standing == .circular([Sample.id(1).text]))
    }

    @Test func aChildCannotWaitForItsMainCase() throws {
        var members = try Sample.bundle()
        members[2].record[.named("bundle.after")] = Sample.id(0).text
        let view = BundleView(members: members)
        #expect(view.standings["vaccination"] == .circular(["vaccination"]))
        #expect(view.issues.map(\.code) == ["bundle.circle"])
    }

    @Test func aCircleIsNoneOnceOneOfItGoes() {
        var members = [
            Sample.single(1, after: [Sample.id(2).text]), Sample.single(2, after: [Sample.id(1).text]),
        ]
        Sample.move(&members, 0, to: .accepted)
        #expect(BundleView(members: members).standing(of: Sample.id(2)) == .waiting(for: [Sample.id(1).text]))
        Sample.move(&members, 0, to: .withdrawn)
        #expect(BundleView(members: members).standing(of: Sample.id(2)) == .blocked(by: [Sample.id(1).text]))
    }

    @Test func countsTheFirstOfTwoMainCases() throws {
        var members = try Sample.bundle()
        members.append(Sample.registered(Sample.main(), number: 9))
        let view = BundleView(members: members)
        #expect(view.main?.caseID == Sample.id(0))
        #expect(view.children.count == 5)
        #expect(view.issues.map(\.code) == ["bundle.two-mains"])
    }

    // MARK: formats that cannot say it all

    struct Format: Sendable {
        let region: RegionCode
        let silent: [String]
    }

    static let formats = [
        Format(region: .shanghai, silent: ["bundleId", "theme", "role", "childOf", "after"]),
        Format(region: .jiangsu, silent: ["theme", "role", "childOf"]),
        Format(region: .zhejiang, silent: ["role", "after"]),
        Format(region: .anhui, silent: ["theme", "role", "after"]),
    ]

    @Test(arguments: formats)
    func aChildThatComesBackPoorerChangesNothing(_ format: Format) throws {
        var members = try Sample.bundle(handling: [format.region.text, format.region.text])
        let before = BundleView(members: members)
        let silent = Set(format.silent.map { Field.named("bundle.\($0)") })
        for index in members.indices.dropFirst() {
            var said = members[index].record
            for field in silent { said[field] = nil }
            said[.status] = index == 1 ? "accepted" : members[index].record[.status]
            let merge = CaseMerge(
                said, into: members[index].record,
                by: CaseMerge.Reporter(
                    region: format.region, roles: .handling, isLead: true, silent: silent, coarsened: { _, _ in nil }),
                now: Instant(epochSeconds: 1_772_500_000))
            members[index].record = merge.record
        }
        let after = BundleView(members: members)
        #expect(after.children.map(\.name) == before.children.map(\.name))
        #expect(after.children.map(\.standing) == before.children.map(\.standing))
        #expect(after.consolidated?.state == .accepted)
    }
}
