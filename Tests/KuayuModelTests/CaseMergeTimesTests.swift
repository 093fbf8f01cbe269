import KuayuModel
import Testing

/// What a change of state writes down with it: the clock's start, its pauses, answers to supplements.
@Suite struct CaseMergeTimesTests {
    private static let pauses = ListField.named("pauses")
    private static let supplements = ListField.named("supplements")
    private static let zhejiang = CaseMergeTests.zhejiang

    private func at(_ hour: Int) -> Instant { CaseMergeTests.now.adding(milliseconds: Int64(hour) * 3_600_000) }

    private func report(
        _ status: String, _ rows: CaseRow..., into record: CaseRecord, by reporter: CaseMerge.Reporter = zhejiang,
        hour: Int = 0
    ) -> CaseRecord {
        var document = CaseMergeTests.document(["status": status])
        for row in rows { document.update(row.list) { $0.append(row) } }
        let merge = CaseMerge(document, into: record, by: reporter, now: at(hour))
        let again = CaseMerge(document, into: merge.record, by: reporter, now: at(hour + 1))
        #expect(again.record == merge.record && !again.isChange, "\(again.changed)")
        return merge.record
    }

    private func pauses(_ record: CaseRecord) -> [[String?]] {
        record[Self.pauses].map { row in
            ["from", "to", "cause"].map { row[.named("pauses[].\($0)")] }
        }
    }

    // MARK: start

    @Test(arguments: ["accepted", "reviewing", "supplementing", "special", "decided", "closed"])
    func acceptanceStartsTheClockAlsoWhenItIsPassed(status: String) {
        #expect(report(status, into: CaseMergeTests.inForce)[.startedAt] == at(0).canonical)
    }

    @Test(arguments: ["notAccepted", "returned", "voided", "withdrawn", "collected"])
    func nothingElseDoes(status: String) {
        let everyone = CaseMergeTests.reporter(.zhejiang, [.handling, .applying, .collecting], isLead: true)
        #expect(report(status, into: CaseMergeTests.inForce, by: everyone)[.startedAt] == nil)
    }

    @Test func theMessageKnowsBetter() {
        let document = CaseMergeTests.document(["status": "accepted", "startedAt": "2026-03-02T09:00:00+08:00"])
        let merge = CaseMergeTests.merge(document, by: Self.zhejiang)
        #expect(merge.record[.startedAt] == "2026-03-02T09:00:00+08:00")
        let entry = CaseMergeTests.row(.events, ["action": "accepted", "startedAt": "2026-03-03T10:00:00+08:00"])
        #expect(report("accepted", entry, into: CaseMergeTests.inForce)[.startedAt] == "2026-03-03T10:00:00+08:00")
        #expect(report("reviewing", entry, into: CaseMergeTests.inForce)[.startedAt] == "2026-03-03T10:00:00+08:00")
    }

    @Test func aClockThatRunsAheadIsNotBelieved() {
        let entry = CaseMergeTests.row(.events, ["action": "accepted", "startedAt": "2030-01-01T00:00:00+08:00"])
        #expect(report("accepted", entry, into: CaseMergeTests.inForce)[.startedAt] == at(0).canonical)
    }

    // MARK: pauses

    @Test func aSupplementStopsTheClockUntilItComes() {
        let asked = report("supplementing", into: CaseMergeTests.inForce, hour: 1)
        #expect(pauses(asked) == [[at(1).canonical, nil, "supplement"]])
        let applying = CaseMergeTests.reporter(.shanghai, .applying)
        let answered = report("reviewing", into: asked, by: applying, hour: 5)
        #expect(pauses(answered) == [[at(1).canonical, at(5).canonical, "supplement"]])
        let again = report("special", into: answered, hour: 9)
        #expect(pauses(again).last == [at(9).canonical, nil, "special"])
        let ended = report("decided", into: again, hour: 12)
        #expect(pauses(ended).map { $0[1] } == [at(5).canonical, at(12).canonical])
    }

    @Test func oneCauseFollowsTheOther() {
        let asked = report("supplementing", into: CaseMergeTests.inForce, hour: 1)
        let special = report("special", into: asked, hour: 3)
        #expect(
            pauses(special) == [
                [at(1).canonical, at(3).canonical, "supplement"], [at(3).canonical, nil, "special"],
            ])
        let returned = report("returned", into: special, hour: 4)
        #expect(pauses(returned).last == [at(3).canonical, at(4).canonical, "special"])
    }

    /// Within one second nothing is counted, and no two pauses have the same beginning.
    @Test func aPauseInTheSecondInWhichOneBeganGoesOn() {
        let asked = report("supplementing", into: CaseMergeTests.inForce)
        let special = report("special", into: asked)
        #expect(pauses(special) == [[at(0).canonical, nil, "special"]])
        let back = report("reviewing", into: special)
        #expect(pauses(back) == [[at(0).canonical, at(0).canonical, "special"]])
        #expect(pauses(report("supplementing", into: back)) == [[at(0).canonical, nil, "supplement"]])
    }

    @Test func theMessagesOwnPauseIsTheOne() {
        let own = CaseMergeTests.row(Self.pauses, ["from": "2026-03-03T10:00:00+08:00", "cause": "supplement"])
        let asked = report("supplementing", own, into: CaseMergeTests.inForce)
        #expect(pauses(asked) == [["2026-03-03T10:00:00+08:00", nil, "supplement"]])
        var closed = own
        closed[.named("pauses[].to")] = "2026-03-04T10:00:00+08:00"
        let answered = report("reviewing", closed, into: asked, hour: 5)
        #expect(pauses(answered) == [["2026-03-03T10:00:00+08:00", "2026-03-04T10:00:00+08:00", "supplement"]])
    }

    @Test func theTimeOfAPauseIsThatOfTheProcessEntry() {
        let entry = CaseMergeTests.row(.events, ["action": "supplementing", "startedAt": "2026-03-03T10:00:00+08:00"])
        let asked = report("supplementing", entry, into: CaseMergeTests.inForce)
        #expect(pauses(asked) == [["2026-03-03T10:00:00+08:00", nil, "supplement"]])
    }

    // MARK: supplements

    private static let asked = CaseMergeTests.row(
        supplements, ["requestedAt": "2026-03-03T10:00:00+08:00", "items": "户口簿"])

    private func answeredAt(_ record: CaseRecord) -> String? {
        record[Self.supplements].first?[.named("supplements[].answeredAt")]
    }

    @Test(arguments: [("reviewing", true), ("decided", true), ("special", false), ("returned", false)])
    func whatGoesOnHasBeenAnswered(status: String, isAnswered: Bool) {
        let record = report("supplementing", Self.asked, into: CaseMergeTests.inForce)
        #expect(answeredAt(record) == nil)
        #expect(answeredAt(report(status, into: record, hour: 3)) == (isAnswered ? at(3).canonical : nil))
    }

    @Test func aTimeOutIsNoAnswer() {
        let record = report("supplementing", Self.asked, into: CaseMergeTests.inForce)
        let document = CaseMergeTests.document(["status": "decided", "result.outcome": "supplementTimeout"])
        #expect(answeredAt(CaseMergeTests.merge(document, into: record, by: Self.zhejiang).record) == nil)
    }

    @Test(arguments: [("collect", true), ("online", false)])
    func theCollectingWindowAnswersInCollectOnly(mode: String, answers: Bool) {
        var record = report("supplementing", Self.asked, into: CaseMergeTests.inForce)
        record[.mode] = mode
        let paper = CaseMergeTests.row(.materials, ["id": "M2", "name": "户口簿", "source": "applicant", "trust": "B"])
        let merge = CaseMergeTests.merge(
            CaseMergeTests.document(["status": "reviewing"], paper), into: record, by: CaseMergeTests.jiangsu)
        #expect(merge.record[.status] == (answers ? "reviewing" : "supplementing"))
        #expect(merge.record[.materials].count == (answers ? 2 : 1) && merge.hasForeignParts != answers)
        #expect((answeredAt(merge.record) != nil) == answers)
    }

    /// A case may begin anywhere: what follows from its first state is written down too.
    @Test func aCaseThatBeginsInTheMiddleHasItsTimes() {
        var record = CaseMergeTests.inForce
        record[.status] = "supplementing"
        let begun = CaseMerge.begun(record, by: Self.zhejiang, now: at(0))
        #expect(begun[.startedAt] == at(0).canonical && pauses(begun) == [[at(0).canonical, nil, "supplement"]])
        record[.status] = "submitted"
        #expect(CaseMerge.begun(record, by: Self.zhejiang, now: at(0)) == record)
    }
}
