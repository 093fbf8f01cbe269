import KuayuModel
import KuayuRules
import Testing

@Suite struct TenOnesTests {
    /// A newborn bundle with one denial, answered.
    private func closed() throws -> [BundleMember] {
        var members = try Sample.bundle()
        for index in 1...5 { Sample.move(&members, index, to: .closed, outcome: index == 2 ? "denied" : "granted") }
        let next = try #require(BundleView(members: members).consolidated)
        members[0].record[.status] = next.state.rawValue
        members[0].record[.outcome] = next.outcome
        members[0].record[.named("result.description")] = next.description
        return members
    }

    @Test func reportsAClosedBundle() throws {
        let report = TenOnes(BundleView(members: try closed()))
        #expect(
            report.text == """
                十个一 新生儿出生 YJS1: met 10, notMet 0, open 0
                一张清单 oneList: met
                  子办件与清单“新生儿出生”的5项一致。 The children are the 5 items on the list of newborn.
                一窗受理 oneWindow: met
                  同一申请地收件。 Handed in at one place.
                一次告知 oneNotice: met
                  每个子办件至多告知一次。 No child said more than once what was missing.
                一表申请 oneForm: met
                  所有子办件用同一张表单。 All children have the same form.
                一套材料 oneSet: met
                  一套材料共用，没有重复要件。 One set of materials served all; nothing was asked for twice.
                一次提交 oneSubmission: met
                  一次提交。 Handed in once.
                一次反馈 oneFeedback: met
                  汇总为一次答复。 Answered once for all children.
                一次分办 oneDistribution: met
                  由主办件一次分办5项。 Fanned out into 5 children at once.
                一窗出件 oneCounter: met
                  同一处、同一方式出件。 Results are handed out in one place or way.
                一号服务 oneNumber: met
                  一个编号可查全部办件。 One number finds every case.

                """)
    }

    @Test func reportsABundleThatAHubSplit() {
        var first = Sample.single(1, item: "000723045000", state: .accepted)
        first.record[.named("supplements")] = [
            Sample.supplement("户口簿", at: "2026-03-04T09:00:00+08:00"),
            Sample.supplement("结婚证", at: "2026-03-05T09:00:00+08:00"),
        ]
        var second = Sample.single(2, item: "002014014000", after: ["birth-certificate"])
        second.record[.appliedDivision] = "320600"
        second.record[.named("bundle.theme")] = "新生儿出生"
        #expect(
            TenOnes(BundleView(members: [second, first])).text == """
                十个一 新生儿出生 JS-7: met 1, notMet 3, open 6
                一张清单 oneList: notMet
                  清单“新生儿出生”里没有：\(Sample.id(2).text)。 Not on the list of newborn: \(Sample.id(2).text).
                一窗受理 oneWindow: notMet
                  申请地不止一个。 Handed in at more than one place.
                一次告知 oneNotice: notMet
                  补正告知不止一次：birth-certificate。 Told more than once what is missing: birth-certificate.
                一表申请 oneForm: open
                  有子办件没有表单数据。 Not every child carries the form.
                一套材料 oneSet: open
                  尚有子办件未决定。 Not every child is decided yet.
                一次提交 oneSubmission: open
                  有子办件未报申请时间。 Not every case says when it was applied for.
                一次反馈 oneFeedback: open
                  由枢纽自行拆分，答复由该枢纽汇总。 Split by its hub, which gathers the answers itself.
                一次分办 oneDistribution: open
                  尚未分办：vaccination, household, medical-insurance, social-card。 \
                Not handed on yet: vaccination, household, medical-insurance, social-card.
                一窗出件 oneCounter: open
                  未报取件地和取件方式。 It is not known where results are handed out.
                一号服务 oneNumber: met
                  一个编号可查全部办件。 One number finds every case.

                """)
    }

    struct Change: Sendable {
        let key: TenOnes.Key
        let verdict: TenOnes.Verdict
        let what: String
        let apply: @Sendable (inout [BundleMember]) -> Void

        init(
            _ key: TenOnes.Key, _ verdict: TenOnes.Verdict, _ what: String,
            _ apply: @escaping @Sendable (inout [BundleMember]) -> Void
        ) {
            self.key = key
            self.verdict = verdict
            self.what = what
            self.apply = apply
        }
    }

    static let changes = [
        Change(.oneList, .open, "a child is missing") { $0.removeLast() },
        Change(.oneList, .notMet, "a foreign child") { $0[5].record[.catalogCode] = "002014014000" },
        Change(.oneWindow, .notMet, "another site") {
            $0[1].record[.named("channel.site")] = "A"
            $0[2].record[.named("channel.site")] = "B"
        },
        Change(.oneWindow, .notMet, "another place") { $0[3].record[.appliedDivision] = "310104" },
        Change(.oneWindow, .open, "place not told") { $0[3].record[.appliedDivision] = nil },
        Change(.oneNotice, .open, "not decided") { Sample.move(&$0, 3, to: .reviewing) },
        Change(.oneNotice, .notMet, "told twice") {
            $0[3].record[.named("supplements")] = [
                Sample.supplement("a", at: "2026-03-04T09:00:00+08:00"),
                Sample.supplement("b", at: "2026-03-05T09:00:00+08:00"),
            ]
        },
        Change(.oneForm, .notMet, "filled in differently") {
            $0[3].record.update(.named("form")) { $0[0][.named("form[].value")] = "别样" }
        },
        Change(.oneForm, .open, "no form") { $0[3].record[.named("form")] = [] },
        Change(.oneSet, .notMet, "asks again") {
            Sample.move(&$0, 3, to: .supplementing)
            $0[3].record[.named("supplements")] = [Sample.supplement("M1", at: "2026-03-04T09:00:00+08:00")]
        },
        Change(.oneSet, .notMet, "two copies") {
            for (index, digest) in [(1, "md5:1"), (2, "md5:2")] {
                $0[index].record.update(.materials) { $0[0][.named("materials[].file.digest")] = digest }
            }
        },
        Change(.oneSet, .open, "not decided") { Sample.move(&$0, 3, to: .accepted) },
        Change(.oneSet, .open, "materials not told") { $0[3].record[.materials] = [] },
        Change(.oneSubmission, .notMet, "applied for later") {
            $0[3].record[.named("appliedAt")] = "2026-03-04T09:00:00+08:00"
        },
        Change(.oneSubmission, .met, "times not told") {
            for index in $0.indices { $0[index].record[.named("appliedAt")] = nil }
        },
        Change(.oneFeedback, .open, "not ended") {
            Sample.move(&$0, 0, to: .reviewing)
            Sample.move(&$0, 3, to: .reviewing)
        },
        Change(.oneFeedback, .open, "not answered yet") { Sample.move(&$0, 0, to: .reviewing) },
        Change(.oneFeedback, .notMet, "answered too early") { Sample.move(&$0, 3, to: .reviewing) },
        Change(.oneFeedback, .open, "withdrawn without an answer") {
            Sample.move(&$0, 0, to: .withdrawn)
            $0[0].record[.named("result.description")] = nil
        },
        Change(.oneFeedback, .open, "split by its hub") { $0.removeFirst() },
        Change(.oneDistribution, .met, "split by its hub") { $0.removeFirst() },
        Change(.oneDistribution, .open, "a child is missing") { $0.removeLast() },
        Change(.oneDistribution, .notMet, "one item twice") {
            $0.append(Sample.registered($0[5].record, number: 6))
        },
        Change(.oneCounter, .notMet, "another place") { $0[3].record[.named("places.result.division")] = "330106" },
        Change(.oneCounter, .notMet, "another way") { $0[3].record[.named("delivery.way")] = "self" },
        Change(.oneCounter, .open, "not told") {
            for index in $0.indices {
                $0[index].record[.named("places.result.division")] = nil
                $0[index].record[.named("delivery.way")] = nil
            }
        },
        Change(.oneNumber, .notMet, "another applicant") {
            $0[3].record[.named("applicant.idNumber")] = "320106198502150020"
        },
        Change(.oneNumber, .notMet, "another number") { $0[3].record[.named("bundle.bundleId")] = "YJS2" },
        Change(.oneNumber, .open, "number not told") { $0[3].record[.named("bundle.bundleId")] = nil },
    ]

    @Test(arguments: changes)
    func judges(_ change: Change) throws {
        var members = try closed()
        #expect(TenOnes(BundleView(members: members))[change.key].verdict == .met)
        change.apply(&members)
        let check = TenOnes(BundleView(members: members))[change.key]
        #expect(check.key == change.key && check.verdict == change.verdict, "\(change.what): \(check.english)")
    }

    @Test func saysNothingOfAnEmptyBundle() {
        let report = TenOnes(BundleView(members: []))
        #expect(report.checks.map(\.key) == TenOnes.Key.allCases)
        #expect(report.count(.open) == 10, "\(report.text)")
        #expect(report.text.hasPrefix("十个一 （主题未知） （无编号）: met 0, notMet 0, open 10\n"))
    }

    @Test func holdsNoPersonalData() throws {
        var members = try closed()
        for index in members.indices {
            members[index].record[.named("applicant.idNumber")] = "32010619850215002\(index)"
        }
        let text = TenOnes(BundleView(members: members)).text
        for secret in ["周样", "吴样", "3201061985", "居民身份证"] { #expect(!text.contains(secret)) }
    }
}
