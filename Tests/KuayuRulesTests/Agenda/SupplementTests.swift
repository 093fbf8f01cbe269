import KuayuModel
import KuayuRules
import Testing

/// 一次告知; 2026-03-02 is a Monday, the fifth working day after it 2026-03-09.
@Suite struct SupplementTests {
    let agenda = CaseAgenda()

    private func submitted(_ status: String = "transferred", mode: String = "online") -> CaseRecord {
        var record = CaseRecord()
        record[.status] = status
        record[.mode] = mode
        record[.registeredAt] = at("2026-02-27 10:00")
        record.addEvent("submitted", "2026-02-27 10:00")
        return record
    }

    private func transferred(_ status: String = "transferred", mode: String = "online") -> CaseRecord {
        var record = submitted(status, mode: mode)
        record.addEvent("transferred", "2026-03-02 10:00")
        return record
    }

    @Test(
        arguments: [
            ("2026-03-02 10:00", false), ("2026-03-09 23:59:59", false), ("2026-03-10", true), ("2027-01-01", true),
        ])
    func alarmsWhenNobodySpeaksInFiveWorkingDays(_ now: String, _ isLate: Bool) {
        #expect(agenda.kinds(transferred(), now) == (isLate ? [.supplementLate] : []))
    }

    @Test func isAnAlarmForOperators() {
        let notice = agenda.only(transferred(), "2026-03-10")
        #expect(notice?.severity == .alarm)
        #expect(notice?.tells == [])
        #expect(notice?.since == Instant("2026-03-10"))
        #expect(notice?.chinese == "收到后5个工作日内既未受理也未一次性告知补正；依法自2026-03-02收到之日起即为受理。")
        #expect(agenda.next(transferred(), "2026-03-02") == Instant("2026-03-10"))
    }

    @Test func countsFromSubmissionWhereNoTransferIsKnown() {
        #expect(agenda.kinds(submitted("submitted"), "2026-03-06 23:59:59") == [.supplementLate])
        #expect(agenda.kinds(submitted("submitted"), "2026-03-05 23:59:59") == [])
        var bare = CaseRecord()
        bare[.status] = "submitted"
        #expect(agenda.kinds(bare, "2027-01-01") == [])
        bare[.registeredAt] = at("2026-03-02 10:00")
        #expect(agenda.kinds(bare, "2026-03-10") == [.supplementLate])
    }

    @Test(arguments: [
        "accepted", "reviewing", "supplementing", "special", "decided", "closed", "notAccepted", "returned",
        "withdrawn", "voided", "draft",
    ])
    func isSilentOnceTheRegionSpokeOrTheCaseEnded(_ status: String) {
        let record = transferred(status)
        #expect(!agenda.kinds(record, "2026-03-20").contains(.supplementLate))
    }

    @Test func aNoticeIsEnough() {
        var record = transferred()
        record.add("supplements", ["requestedAt": at("2026-03-05 10:00"), "items": "租赁合同"])
        #expect(agenda.kinds(record, "2026-03-20") == [])
    }

    @Test func nobodyAcceptsWhatIsGrantedWithoutApplication() {
        var record = transferred()
        record[.named("proactive")] = "true"
        #expect(agenda.kinds(record, "2026-03-20") == [])
        record[.named("proactive")] = "false"
        #expect(agenda.kinds(record, "2026-03-20") == [.supplementLate])
    }

    @Test func waitsForThePapersThatAnotherRegionCollects() {
        var record = submitted("submitted", mode: "collect")
        #expect(agenda.kinds(record, "2026-03-20") == [.collectLate])
        record[.status] = "collected"
        #expect(agenda.kinds(record, "2026-03-06") == [.supplementLate], "collected, nobody knows when")
        record.addEvent("collected", "2026-03-03 10:00")
        #expect(agenda.kinds(record, "2026-03-10 23:59:59") == [])
        #expect(agenda.kinds(record, "2026-03-11") == [.supplementLate])
    }

    @Test func aChildThatWaitsHasReachedNobody() {
        var record = submitted("submitted")
        record[.named("bundle.role")] = "child"
        #expect(agenda.kinds(record, "2026-03-20") == [.supplementLate])
        record[.named("bundle.after")] = "birth"
        #expect(agenda.kinds(record, "2026-03-20") == [])
        record[.status] = "transferred"
        record.addEvent("transferred", "2026-03-12 10:00")
        #expect(agenda.kinds(record, "2026-03-20") == [.supplementLate])
        #expect(agenda.kinds(record, "2026-03-19 23:59:59") == [])
        var main = submitted("submitted")
        main[.named("bundle.role")] = "main"
        #expect(agenda.kinds(main, "2026-03-20") == [])
    }

    @Test func ofAJointCaseEveryRegionMustSpeak() {
        var record = transferred(mode: "joint")
        for division in ["320500", "330100", "330200", "340100"] {
            record.add("places.handling", ["division": division])
        }
        func silent() -> [String] {
            agenda.look(at: record, now: Instant("2026-03-10")).standing.map(\.subject)
        }
        #expect(silent() == ["320000", "330000", "340000"])
        record.add("branches", ["region": "330000", "status": "accepted"])
        #expect(silent() == ["320000", "340000"])
        record[.status] = "accepted"
        #expect(silent() == ["340000"], "the lead's acceptance is the whole's")
        record.add("branches", ["region": "340000", "status": "transferred", "acceptedAt": at("2026-03-05 10:00")])
        #expect(silent() == [])
    }

    // MARK: once

    @Test(
        arguments: [
            ("租赁合同\n验资报告", "2026-03-06 10:00", "2026-03-09 10:00", "验资报告", false),
            ("租赁合同\n验资报告", nil, "2026-03-05 10:00", "验资报告", false),
            ("租赁合同\n验资报告", "2026-03-06 10:00", "2026-03-09 10:00", "验资报告\n章程", true),
            ("租赁合同", "2026-03-06 10:00", "2026-03-09 10:00", nil, false),
            (nil, "2026-03-06 10:00", "2026-03-09 10:00", "章程", false),
            (nil, "2026-03-09 10:00", "2026-03-09 10:00", nil, false),
            (nil, "2026-03-09 10:00:01", "2026-03-09 10:00", nil, true),
            ("租赁合同", nil, "2026-03-09 10:00", nil, true),
        ] as [(String?, String?, String, String?, Bool)])
    func asksOnce(_ items: String?, _ answered: String?, _ again: String, _ more: String?, _ isAgain: Bool) {
        var record = transferred("supplementing")
        record.add("supplements", ["requestedAt": at("2026-03-04 10:00")])
        record.add("supplements", ["requestedAt": at(again)])
        record.update(.named("supplements")) { rows in
            rows[0][.named("supplements[].items")] = items
            rows[0][.named("supplements[].answeredAt")] = answered.map(at)
            rows[1][.named("supplements[].items")] = more
        }
        #expect(agenda.kinds(record, "2026-03-20") == (isAgain ? [.supplementAgain] : []))
        if isAgain {
            #expect(agenda.only(record, "2026-03-20")?.subject == "supplements[1]")
            #expect(agenda.only(record, "2026-03-20")?.since == Instant(again))
            #expect(agenda.kinds(record, "2026-03-04 10:00") == [])
        }
        record[.status] = "closed"
        #expect(agenda.kinds(record, "2026-03-20") == [])
    }

    @Test func theOrderIsThatOfTime() {
        var record = transferred("supplementing")
        record.add("supplements", ["requestedAt": at("2026-03-09 10:00"), "items": "章程"])
        record.add(
            "supplements", ["requestedAt": at("2026-03-04 10:00"), "items": "租赁合同", "answeredAt": at("2026-03-05")])
        record.add("supplements", ["requestedAt": at("2026-03-10 10:00"), "items": "章程\n租赁合同"])
        #expect(agenda.only(record, "2026-03-20")?.subject == "supplements[0]")
    }
}
