import KuayuModel
import KuayuRules
import Testing

@Suite struct BundleConsolidationTests {
    struct Row: Sendable {
        let what: String
        var main: CaseState = .submitted
        let children: [(CaseState, String?)]
        let state: CaseState?
        var outcome: String?
        var isClosed = false
    }

    static let rows = [
        Row(what: "as fanned out", children: [(.transferred, nil), (.submitted, nil)], state: nil),
        Row(what: "collected is not accepted", children: [(.collected, nil), (.submitted, nil)], state: nil),
        Row(what: "first accepted", children: [(.accepted, nil), (.submitted, nil)], state: .accepted),
        Row(what: "already accepted", main: .accepted, children: [(.accepted, nil), (.accepted, nil)], state: nil),
        Row(
            what: "review begins", main: .accepted, children: [(.reviewing, nil), (.submitted, nil)], state: .reviewing),
        Row(what: "review at once", children: [(.supplementing, nil), (.submitted, nil)], state: .reviewing),
        Row(
            what: "one closed", main: .accepted, children: [(.closed, "granted"), (.submitted, nil)], state: .reviewing),
        Row(what: "never backwards", main: .reviewing, children: [(.accepted, nil), (.submitted, nil)], state: nil),
        Row(what: "one ended early", children: [(.notAccepted, nil), (.submitted, nil)], state: nil),
        Row(
            what: "one decided, not ended", main: .reviewing, children: [(.decided, "granted"), (.closed, "granted")],
            state: nil),
        Row(
            what: "all granted", main: .reviewing, children: [(.closed, "granted"), (.closed, "granted")],
            state: .closed,
            outcome: "granted", isClosed: true),
        Row(
            what: "granted and done", children: [(.closed, "granted"), (.closed, "done")], state: .closed,
            outcome: "granted", isClosed: true),
        Row(
            what: "some granted", children: [(.closed, "granted"), (.closed, "denied")], state: .closed,
            outcome: "done",
            isClosed: true),
        Row(
            what: "granted and withdrawn", children: [(.closed, "granted"), (.withdrawn, nil)], state: .closed,
            outcome: "done", isClosed: true),
        Row(
            what: "none granted", children: [(.closed, "denied"), (.notAccepted, nil)], state: .closed,
            outcome: "denied",
            isClosed: true),
        Row(
            what: "denied and withdrawn", children: [(.closed, "denied"), (.withdrawn, nil)], state: .closed,
            outcome: "denied", isClosed: true),
        Row(
            what: "all withdrawn", children: [(.withdrawn, "withdrawn"), (.withdrawn, nil)], state: .withdrawn,
            outcome: "withdrawn", isClosed: true),
        Row(
            what: "voided does not count", children: [(.closed, "granted"), (.voided, nil)], state: .closed,
            outcome: "granted", isClosed: true),
        Row(
            what: "all voided", children: [(.voided, nil), (.voided, nil)], state: .withdrawn, outcome: "withdrawn",
            isClosed: true),
        Row(
            what: "outcome never reported", children: [(.closed, nil), (.closed, "granted")], state: .closed,
            outcome: "done", isClosed: true),
        Row(
            what: "main already closed", main: .closed, children: [(.closed, "granted"), (.closed, "granted")],
            state: nil, isClosed: true),
        Row(
            what: "main withdrawn", main: .withdrawn, children: [(.closed, "granted"), (.accepted, nil)], state: nil),
        Row(
            what: "withdrawn after a decision of the main case", main: .decided,
            children: [(.withdrawn, nil), (.withdrawn, nil)], state: .closed, outcome: "done", isClosed: true),
        Row(what: "no children yet", children: [], state: nil),
    ]

    @Test(arguments: rows)
    func consolidates(_ row: Row) throws {
        var members = Array(try Sample.bundle("retirement", handling: ["330106"]).prefix(1 + row.children.count))
        Sample.move(&members, 0, to: row.main)
        for (index, child) in row.children.enumerated() {
            Sample.move(&members, index + 1, to: child.0, outcome: child.1)
        }
        let view = BundleView(members: members)
        #expect(view.consolidated?.state == row.state, "\(row.what)")
        #expect(view.consolidated?.outcome == row.outcome, "\(row.what)")
        #expect(view.isClosed == row.isClosed, "\(row.what)")
        #expect((view.consolidated?.description != nil) == (row.outcome != nil), "\(row.what)")
        guard let next = view.consolidated else { return }
        members[0].record[.status] = next.state.rawValue
        members[0].record[.outcome] = next.outcome
        #expect(BundleView(members: members).consolidated == nil, "once is enough: \(row.what)")
        #expect(CaseValidation.validate(members[0].record).isEmpty, "\(row.what)")
    }

    @Test func anAcceptanceThatEndedEarlyWasOneAllTheSame() throws {
        var members = try Sample.bundle("retirement", handling: ["330106"])
        Sample.move(&members, 1, to: .withdrawn)
        members[1].record[.startedAt] = Sample.start
        #expect(BundleView(members: members).consolidated?.state == .accepted)
    }

    @Test func answersWithOneSentencePerChild() throws {
        var members = try Sample.bundle()
        let outcomes = ["granted", "denied", "done", "forwarded", "supplementTimeout"]
        for (index, outcome) in outcomes.enumerated() {
            Sample.move(&members, index + 1, to: .closed, outcome: outcome)
        }
        #expect(
            BundleView(members: members).consolidated?.description
                == "出生医学证明签发：准予。预防接种证办理：不予许可。新生儿入户：办毕。"
                + "城乡居民医保参保登记：转报。社会保障卡申领：逾期未补正。")
        for (index, state) in [CaseState.closed, .notAccepted, .returned, .withdrawn, .voided].enumerated() {
            Sample.move(&members, index + 1, to: state)
            members[index + 1].record[.outcome] = nil
        }
        #expect(
            BundleView(members: members).consolidated?.description
                == "出生医学证明签发：办结，结果未报。预防接种证办理：不予受理。新生儿入户：退回。"
                + "城乡居民医保参保登记：已撤回。社会保障卡申领：已作废。")
    }

    @Test(arguments: [4, 5, 6, 60])
    func keepsTheAnswerWithinTheField(_ count: Int) throws {
        // Sentences of 200 + 4 characters: four fit with a remark, five do not.
        var members = [BundleMember(record: Sample.main())]
        for number in 1...count {
            var child = Sample.single(number, state: .closed, outcome: "granted")
            child.record[.itemName] = String(repeating: "长", count: 200)
            members.append(child)
        }
        let text = try #require(BundleView(members: members).consolidated?.description)
        #expect(text.unicodeScalars.count <= 1_000)
        #expect(text.hasSuffix(count == 4 ? "准予。" : "另有\(count - 4)项。"))
        #expect(text.split(separator: "。").count == min(count, 4) + (count > 4 ? 1 : 0))
    }

    @Test func recallsWhatTheApplicantTookBack() throws {
        var members = try Sample.bundle()
        Sample.move(&members, 1, to: .closed, outcome: "granted")
        Sample.move(&members, 2, to: .decided, outcome: "granted")
        #expect(BundleView(members: members).recalls.isEmpty)
        for state in [CaseState.withdrawn, .voided] {
            Sample.move(&members, 0, to: state)
            let view = BundleView(members: members)
            #expect(view.recalls == [Sample.id(3), Sample.id(4), Sample.id(5)])
            #expect(view.releases.isEmpty, "nothing goes out any more")
            #expect(view.consolidated == nil && !view.isClosed)
        }
    }

    @Test func saysOfABundleWithoutAMainCaseThatItIsClosed() {
        var members = [Sample.single(1, state: .closed, outcome: "granted"), Sample.single(2, state: .accepted)]
        #expect(!BundleView(members: members).isClosed)
        Sample.move(&members, 1, to: .closed, outcome: "denied")
        let view = BundleView(members: members)
        #expect(view.isClosed && view.main == nil && view.consolidated == nil)
        #expect(!BundleView(members: []).isClosed)
    }
}
