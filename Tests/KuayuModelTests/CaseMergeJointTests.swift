import KuayuModel
import Testing

/// Joint cases: each handling region has its own branch, the lead the whole.
@Suite struct CaseMergeJointTests {
    static let lead = CaseMergeTests.reporter(.zhejiang, .handling, isLead: true)
    static let other = CaseMergeTests.reporter(.anhui, .handling)

    private func inForce(_ status: String = "transferred", branches: [String: String] = [:]) -> CaseRecord {
        var record = CaseMergeTests.inForce
        record[.mode] = "joint"
        record[.status] = status
        record.update(.handling) { $0.append(CaseMergeTests.row(.handling, ["division": "340100"])) }
        for (region, state) in branches.sorted(by: { $0.key < $1.key }) {
            record.update(.branches) { $0.append(CaseMergeTests.row(.branches, ["region": region, "status": state])) }
        }
        return record
    }

    private func branch(_ region: String, _ record: CaseRecord) -> String? {
        record[.branches].first { $0[.branchRegion] == region }?[.branchStatus]
    }

    private func report(
        _ status: String, by reporter: CaseMerge.Reporter, into record: CaseRecord, outcome: String? = nil
    ) -> CaseMerge {
        var document = CaseMergeTests.document(["status": status])
        document[.outcome] = outcome
        return CaseMergeTests.merge(document, into: record, by: reporter)
    }

    @Test func aBranchMovesAloneUnlessItLeads() {
        let merge = report("accepted", by: Self.other, into: inForce())
        #expect(merge.record[.status] == "transferred" && merge.move == .branch)
        #expect(branch("340000", merge.record) == "accepted" && merge.changed == ["branches"])
        let led = report("accepted", by: Self.lead, into: merge.record)
        #expect(led.record[.status] == "accepted" && led.move == .moves(passed: []))
        #expect(branch("330000", led.record) == "accepted" && branch("340000", led.record) == "accepted")
    }

    @Test func aBranchDoesNotGoBack() {
        let record = inForce("reviewing", branches: ["340000": "decided"])
        let merge = report("accepted", by: Self.other, into: record)
        #expect(merge.record == record && !merge.isChange && merge.hasForeignParts)
    }

    @Test func aRegionSpeaksOnlyOfItsOwnBranch() {
        let foreign = CaseMergeTests.row(.branches, ["region": "330000", "status": "closed"])
        let own = CaseMergeTests.row(.branches, ["region": "340000", "status": "closed"])
        let record = inForce("reviewing", branches: ["330000": "reviewing", "340000": "reviewing"])
        let merge = CaseMergeTests.merge(CaseMergeTests.document([:], foreign, own), into: record, by: Self.other)
        #expect(merge.record == record && !merge.isChange)
    }

    @Test func theCaseClosesWhenTheLeadHasClosedAndAllHaveDecided() {
        let record = inForce("decided", branches: ["330000": "decided", "340000": "reviewing"])
        let early = report("closed", by: Self.lead, into: record)
        #expect(early.record[.status] == "decided" && branch("330000", early.record) == "closed")
        #expect(early.isChange && early.move == .branch)
        let last = report("decided", by: Self.other, into: early.record)
        #expect(last.record[.status] == "closed" && last.move == .moves(passed: []))
        #expect(last.record[.events].last?[.eventAction] == "closed")
    }

    @Test func aBranchThatNeverReportedHoldsTheCaseOpen() {
        let merge = report("closed", by: Self.lead, into: inForce("decided", branches: ["330000": "decided"]))
        #expect(merge.record[.status] == "decided")
    }

    @Test func theLeadClosesLast() {
        let record = inForce("decided", branches: ["330000": "decided", "340000": "notAccepted"])
        let merge = report("closed", by: Self.lead, into: record)
        #expect(merge.record[.status] == "closed")
    }

    @Test func anEarlyEndOfOneBranchLeavesTheDecisionToTheLead() {
        let merge = report("notAccepted", by: Self.other, into: inForce("accepted"), outcome: "notAccepted")
        #expect(merge.record[.status] == "accepted" && branch("340000", merge.record) == "notAccepted")
        #expect(merge.record[.branches].first?[.branchOutcome] == "notAccepted")
    }

    @Test func anOutcomeMayComeAfterTheDecision() {
        let record = inForce("decided", branches: ["340000": "decided"])
        let merge = report("decided", by: Self.other, into: record, outcome: "granted")
        #expect(merge.record[.branches].first?[.branchOutcome] == "granted" && merge.changed.contains("branches"))
    }

    @Test func theApplicantWithdrawsTheWhole() {
        let both = CaseMergeTests.reporter(.anhui, [.applying, .handling])
        let merge = report("withdrawn", by: both, into: inForce("accepted"))
        #expect(merge.record[.status] == "withdrawn" && merge.record[.branches].isEmpty)
    }

    @Test func nothingMovesAfterTheEnd() {
        let record = inForce("withdrawn", branches: ["340000": "accepted"])
        let merge = report("decided", by: Self.other, into: record)
        #expect(merge.record == record && merge.move == .noEffect(.final))
    }

    // MARK: one result

    private func said(
        _ values: [String: String], by reporter: CaseMerge.Reporter, into record: CaseRecord
    ) -> CaseMerge {
        let merge = CaseMergeTests.merge(CaseMergeTests.document(values), into: record, by: reporter)
        let again = CaseMergeTests.merge(CaseMergeTests.document(values), into: merge.record, by: reporter)
        #expect(again.record == merge.record && !again.isChange, "\(again.changed)")
        #expect(CaseMergeTests.errors(in: merge.record, since: record).isEmpty)
        return merge
    }

    /// The place of application is told one result: the lead's, with every branch named.
    @Test func theResultWaitsForTheLastBranch() {
        let granted = [
            "status": "closed", "result.outcome": "granted", "result.decidedAt": "2026-03-05T09:00:00+08:00",
            "result.description": "准予登记",
        ]
        let early = said(granted, by: Self.lead, into: inForce("accepted", branches: ["340000": "accepted"]))
        #expect(early.record[.status] == "reviewing" && early.record[.outcome] == nil)
        #expect(early.record[.decidedAt] == nil && !early.hasForeignParts)
        let denied = [
            "status": "closed", "result.outcome": "denied", "result.decidedAt": "2026-03-09T09:00:00+08:00",
        ]
        let last = said(denied, by: Self.other, into: early.record)
        #expect(last.record[.status] == "closed" && last.record[.outcome] == "granted")
        #expect(last.record[.decidedAt] == "2026-03-09T09:00:00+08:00")
        #expect(last.record[.named("result.description")] == "准予登记\n分办结果：浙江准予，安徽不予许可。")
        #expect(!CaseMergeTests.merge(CaseMergeTests.document(granted), into: last.record, by: Self.lead).isChange)
    }

    @Test func aBranchKeepsItsTimesAndItsOutcome() {
        let accepted = said(
            ["status": "accepted", "startedAt": "2026-03-02T09:00:00+08:00"], by: Self.other, into: inForce())
        #expect(accepted.record[.startedAt] == nil && !accepted.hasForeignParts)
        let ended = said(["status": "returned"], by: Self.other, into: accepted.record)
        #expect(
            ended.record[.branches] == [
                CaseMergeTests.row(
                    .branches,
                    [
                        "region": "340000", "status": "returned", "acceptedAt": "2026-03-02T09:00:00+08:00",
                        "outcome": "returned", "decidedAt": CaseMergeTests.now.canonical,
                    ])
            ])
        #expect(ended.record[.status] == "transferred" && ended.record[.outcome] == nil)
    }

    /// A branch stops no clock but its own, which the case does not keep.
    @Test func onlyTheLeadPausesTheWhole() {
        let record = inForce("reviewing", branches: ["330000": "reviewing", "340000": "reviewing"])
        let branch = said(["status": "supplementing"], by: Self.other, into: record)
        #expect(branch.record[.status] == "reviewing" && branch.record[.named("pauses")].isEmpty)
        let led = said(["status": "supplementing"], by: Self.lead, into: record)
        #expect(led.record[.status] == "supplementing" && led.record[.named("pauses")].count == 1)
        let pause = CaseMergeTests.row(
            .named("pauses"), ["from": "2026-03-02T09:00:00+08:00", "cause": "special"])
        let foreign = CaseMergeTests.merge(CaseMergeTests.document([:], pause), into: record, by: Self.other)
        #expect(foreign.record == record && foreign.foreign == ["pauses"])
    }

    @Test func theLeadEndsTheWholeWhateverTheOthersDo() {
        let record = inForce("reviewing", branches: ["330000": "reviewing", "340000": "reviewing"])
        let merge = said(["status": "returned"], by: Self.lead, into: record)
        #expect(merge.record[.status] == "returned" && merge.record[.outcome] == "returned")
        #expect(merge.record[.named("result.description")] == "分办结果：浙江退回，安徽在办。")
    }

    @Test func whatComesAfterTheLeadsResultDoesNotTakeItBack() {
        let record = inForce("reviewing", branches: ["330000": "closed", "340000": "reviewing"])
        let merge = CaseMergeTests.merge(
            CaseMergeTests.document(["status": "supplementing"]), into: record, by: Self.lead)
        #expect(merge.record == record && merge.move == .noEffect(.backwards))
    }

    @Test func aRegionThatAppliesAndHasABranchHandsInTheSupplement() {
        var record = inForce("supplementing", branches: ["330000": "supplementing", "340000": "reviewing"])
        record[.appliedDivision] = "340100"
        let both = CaseMergeTests.reporter(.anhui, [.applying, .handling])
        #expect(said(["status": "reviewing"], by: both, into: record).record[.status] == "reviewing")
    }
}
