import KuayuModel
import KuayuReconcile
import Testing

@Suite struct BreakAgeTests {
    /// Working days by the announcements for 2026.
    ///
    /// 1 to 7 October are off, 10 October (a Saturday) is worked, and so is
    /// 20 September (a Sunday). Counts checked with Python on the same table.
    @Test(arguments: [
        ("2026-11-24", "2026-11-24", 0, BreakAge.Bucket.today),
        ("2026-11-24", "2026-11-25", 1, .one),
        ("2026-11-20", "2026-11-21", 0, .today),
        ("2026-11-20", "2026-11-22", 0, .today),
        ("2026-11-20", "2026-11-23", 1, .one),
        ("2026-11-21", "2026-11-23", 1, .one),
        ("2026-11-20", "2026-11-24", 2, .few),
        ("2026-11-20", "2026-11-25", 3, .few),
        ("2026-11-20", "2026-11-26", 4, .week),
        ("2026-09-30", "2026-10-07", 0, .today),
        ("2026-09-30", "2026-10-08", 1, .one),
        ("2026-10-09", "2026-10-10", 1, .one),
        ("2026-10-09", "2026-10-12", 2, .few),
        ("2026-09-19", "2026-09-20", 1, .one),
        ("2026-02-13", "2026-02-24", 2, .few),
        ("2026-09-28", "2026-10-16", 10, .month),
        ("2026-01-05", "2026-11-24", 219, .more),
        ("2026-11-25", "2026-11-24", 0, .today),
    ])
    func countsWorkingDays(start: String, end: String, workdays: Int, bucket: BreakAge.Bucket) throws {
        let from = try #require(Instant(canonical: "\(start)T23:59:59+08:00"))
        let to = try #require(Instant(canonical: "\(end)T00:00:00+08:00"))
        let age = BreakAge(from: from, to: to)
        #expect(age.workdays == workdays)
        #expect(age.bucket == bucket)
        #expect(!age.isProvisional)
    }

    @Test(arguments: [
        (Int.min, "T+0"), (-1, "T+0"), (0, "T+0"), (1, "T+1"), (2, "T+2–3"), (3, "T+2–3"), (4, "T+4–7"), (7, "T+4–7"),
        (8, "T+8–30"), (30, "T+8–30"), (31, "T+31+"), (Int.max, "T+31+"),
    ])
    func sortsAgesIntoBuckets(workdays: Int, text: String) {
        #expect(BreakAge.Bucket(workdays: workdays).rawValue == text)
    }

    @Test func saysWhenTheCalendarIsNotAnnouncedYet() {
        let start = Instant(epochSeconds: 4_000_000_000)
        #expect(BreakAge(from: start, to: start.adding(milliseconds: 86_400_000 * 3)).isProvisional)
    }

    @Test func stopsCountingWhenTheBreakIsOver() {
        let finding = BreakFixture.finding(.behind)
        var item = Break(
            id: "1", hub: .anhui, finding: finding, state: .open, firstRun: "a", firstSeenAt: BreakFixture.at(9),
            lastRun: "a", lastSeenAt: BreakFixture.at(9))
        let later = BreakFixture.at(9 + 24 * 3)
        #expect(BreakAge(of: item, at: later).workdays == 3)
        item.closedAt = BreakFixture.at(33)
        #expect(BreakAge(of: item, at: later).workdays == 1)
    }
}

@Suite struct AgeingRulesTests {
    static func progress(
        _ status: String, last: String, ranOut: String? = nil
    ) -> CaseProgress? {
        guard let lastEventAt = Instant(canonical: "\(last)T10:02:00+08:00") else { return nil }
        return CaseProgress(
            caseID: BreakFixture.caseID, inCharge: .anhui, lane: .in, version: 4, status: status,
            lastEventAt: lastEventAt, clockRanOutAt: ranOut.flatMap { Instant(canonical: "\($0)T17:00:00+08:00") })
    }

    /// The tenth working day after Tuesday, 10 November 2026 is the 24th; now it is the 24th, 17:00.
    @Test(arguments: [
        ("reviewing", "2026-11-10", nil, [BreakCode.stuck]),
        ("reviewing", "2026-11-11", nil, []),
        ("supplementing", "2026-11-10", nil, [.stuck]),
        ("decided", "2026-11-10", nil, [.stuck]),
        ("closed", "2026-01-05", "2026-11-01", []),
        ("withdrawn", "2026-01-05", "2026-11-01", []),
        ("reviewing", "2026-11-23", "2026-11-24", [.overdue]),
        ("reviewing", "2026-11-23", "2026-11-25", []),
        ("decided", "2026-11-23", "2026-11-01", []),
        ("reviewing", "2026-11-02", "2026-11-20", [.stuck, .overdue]),
        ("whatever", "2026-11-02", "2026-11-20", [.stuck, .overdue]),
    ])
    func findsCasesThatWait(status: String, last: String, ranOut: String?, codes: [BreakCode]) throws {
        let progress = try #require(Self.progress(status, last: last, ranOut: ranOut))
        let findings = AgeingRules().findings(of: progress, now: BreakFixture.at(17))
        #expect(findings.map(\.code) == codes)
        #expect(findings.allSatisfy { $0.action == .escalate && !$0.isInFlight && !$0.isAutomatic })
    }

    @Test(arguments: [(1, 1), (5, 5), (0, 1), (-3, 1)])
    func takesTheLimitOfDays(days: Int, effective: Int) throws {
        let rules = AgeingRules(stuckDays: days)
        #expect(rules.stuckDays == effective)
        let before = try #require(Self.progress("accepted", last: "2026-11-24"))
        #expect(rules.findings(of: before, now: BreakFixture.at(23)).isEmpty)
    }
}
