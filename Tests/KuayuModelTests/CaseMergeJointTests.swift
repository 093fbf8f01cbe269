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
        #expect(merge.record[.status] == "transferred" && merge.move == .stays)
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
        #expect(early.isChange && early.move == .stays)
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
}
