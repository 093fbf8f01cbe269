import KuayuModel
import KuayuRules
import Testing

/// Lamps and owed materials; 2026-03-02 is a Monday.
@Suite struct OwedTests {
    let agenda = CaseAgenda()

    /// Accepted on Monday with 20 working days, due 2026-03-30; the lease is owed until Thursday of the week after.
    private func owing(due: String? = "2026-03-12 17:00", made: String = "2026-03-02 10:00") -> CaseRecord {
        var record = ClockSketch(start: "2026-03-02 10:00", limit: (20, "workday")).record
        record.add("commitments", ["kind": "deferred", "madeAt": at(made), "materials": "租赁合同\n验资报告"])
        if let due { record.update(.named("commitments")) { $0[0][.named("commitments[].dueAt")] = at(due) } }
        return record
    }

    @Test(
        arguments: [
            ("2026-03-02 10:00", []), ("2026-03-08 23:59:59", []), ("2026-03-09", [.owedReminder]),
            ("2026-03-12 17:00", [.owedReminder]), ("2026-03-12 17:00:01", [.owedOverdue]),
            ("2026-03-23", [.owedOverdue]), ("2026-03-24", [.clockYellow, .owedOverdue]),
            ("2026-03-30 23:59:59", [.clockYellow, .owedOverdue]), ("2026-03-31", [.clockRed, .owedOverdue]),
            ("2027-03-31", [.clockRed, .owedOverdue]),
        ] as [(String, [CaseNotice.Kind])])
    func remindsThenAlarms(_ now: String, _ kinds: [CaseNotice.Kind]) {
        #expect(agenda.kinds(owing(), now) == kinds)
    }

    @Test func tellsWhoMustAct() {
        let reminder = agenda.only(owing(), "2026-03-10")
        #expect(reminder?.subject == "commitments[0]")
        #expect(reminder?.tells == .applying)
        #expect(reminder?.severity == .info)
        #expect(reminder?.since == Instant("2026-03-09"))
        #expect(reminder?.chinese == "容缺材料「租赁合同、验资报告」须于2026-03-12T17:00:00+08:00前补交。")
        let overdue = agenda.only(owing(), "2026-03-13")
        #expect(overdue?.tells == [.applying, .handling])
        #expect(overdue?.severity == .alarm)
        #expect(overdue?.since == Instant("2026-03-12 17:00:01"))
        let lamps = agenda.look(at: owing(), now: Instant("2026-03-31")).standing.filter { $0.kind == .clockRed }
        #expect(lamps.map(\.tells) == [[]])
    }

    @Test func looksAgainWhenSomethingMayChange() {
        #expect(agenda.next(owing(), "2026-03-02 10:00") == Instant("2026-03-09"))
        #expect(agenda.next(owing(), "2026-03-09") == Instant("2026-03-12 17:00:01"))
        #expect(agenda.next(owing(), "2026-03-12 17:00:01") == Instant("2026-03-24"))
        #expect(agenda.next(owing(), "2026-03-24") == Instant("2026-03-31"))
        #expect(agenda.next(owing(), "2026-03-31") == nil)
    }

    @Test func isSilentOnceItIsThere() {
        var record = owing()
        record.update(.named("commitments")) {
            $0[0][.named("commitments[].fulfilledAt")] = at("2026-03-20 09:00")
        }
        #expect(agenda.kinds(record, "2026-03-22") == [])
    }

    @Test func isNeverDueLaterThanTheCase() {
        for record in [owing(due: nil), owing(due: "2026-04-10")] {
            #expect(agenda.kinds(record, "2026-03-24") == [.clockYellow])
            #expect(agenda.kinds(record, "2026-03-25") == [.clockYellow, .owedReminder])
            #expect(agenda.kinds(record, "2026-03-31") == [.clockRed, .owedOverdue])
        }
        var unlimited = owing(due: nil)
        unlimited[.named("limits.promised.amount")] = nil
        #expect(agenda.kinds(unlimited, "2027-03-31") == [])
    }

    @Test func remindsAtOnceOfWhatIsSoonDue() {
        let record = owing(due: "2026-03-03 12:00")
        #expect(agenda.kinds(record, "2026-03-02 09:59:59") == [])
        #expect(agenda.only(record, "2026-03-02 10:00")?.since == Instant("2026-03-02 10:00"))
        #expect(agenda.kinds(owing(due: "2026-03-01"), "2026-03-02") == [.owedOverdue])
    }

    @Test(
        arguments: [
            (TimeLimit(0, .workday), "2026-03-12 00:00"), (TimeLimit(5, .workday), "2026-03-05"),
            (TimeLimit(2, .day), "2026-03-10"), (TimeLimit(24, .hour), "2026-03-11 17:00"),
        ] as [(TimeLimit, String)])
    func remindsByTheAgreedLead(_ lead: TimeLimit, _ since: String) {
        let agenda = CaseAgenda(clock: CaseClock(policy: RulesPolicy(reminderLead: lead)))
        #expect(agenda.only(owing(), "2026-03-12 10:00")?.since == Instant(since))
    }

    @Test(
        arguments: [
            ("closed", "granted", [.owedOverdue]), ("closed", "denied", []), ("decided", "granted", [.owedOverdue]),
            ("returned", "returned", []), ("withdrawn", nil, []), ("voided", nil, []), ("notAccepted", nil, []),
        ] as [(String, String?, [CaseNotice.Kind])])
    func afterTheEndOnlyAGrantStillOwes(_ status: String, _ outcome: String?, _ kinds: [CaseNotice.Kind]) {
        var record = owing()
        record[.status] = status
        record[.outcome] = outcome
        #expect(agenda.kinds(record, "2026-04-20") == kinds)
    }

    @Test func aDeclarationOwesNothing() {
        var record = owing()
        record.update(.named("commitments")) { $0[0][.named("commitments[].kind")] = "declaration" }
        #expect(agenda.kinds(record, "2026-03-20") == [])
    }

    @Test func severalAreToldApart() {
        var record = owing()
        record.add(
            "commitments",
            ["kind": "deferred", "madeAt": at("2026-03-03 10:00"), "dueAt": at("2026-03-11 17:00")])
        let standing = agenda.look(at: record, now: Instant("2026-03-12")).standing
        #expect(standing.map(\.subject) == ["commitments[0]", "commitments[1]"])
        #expect(standing.map(\.kind) == [.owedReminder, .owedOverdue])
        #expect(standing.last?.chinese == "容缺材料应于2026-03-11T17:00:00+08:00前补交，逾期未补。")
    }

    @Test func aPauseFreezesTheLamp() {
        var record = ClockSketch(start: "2026-03-02 10:00", limit: (1, "workday")).record
        record.addPause("2026-03-03 09:00", nil)
        let lamp = agenda.only(record, "2026-03-20")
        #expect(lamp?.kind == .clockYellow)
        #expect(lamp?.english == "Yellow: little of the time limit is left; the clock is paused.")
        #expect(agenda.next(record, "2026-03-20") == nil)
    }
}
