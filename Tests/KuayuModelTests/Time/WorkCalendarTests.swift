import KuayuModel
import Testing

/// Expected dates follow the holiday notices of the State Council for 2018 to 2026.
@Suite struct WorkCalendarTests {
    let calendar = WorkCalendar.standard

    @Test(
        arguments: [
            ("2026-02-12", 5, "2026-02-26"), ("2026-02-14", 1, "2026-02-24"), ("2026-04-30", 3, "2026-05-08"),
            ("2026-09-30", 1, "2026-10-08"), ("2025-09-30", 5, "2025-10-14"), ("2026-03-02", 1, "2026-03-03"),
            ("2026-03-06", 1, "2026-03-09"), ("2026-03-02", 0, "2026-03-02"), ("2026-10-01", 0, "2026-10-01"),
        ] as [(String, Int, String)])
    func addsWorkingDays(_ start: String, _ count: Int, _ end: String) throws {
        let due = try calendar.adding(workdays: count, to: day(start))
        #expect(due.date == day(end))
        #expect(!due.isProvisional)
        #expect(calendar.workdays(from: day(start), to: day(end)).count == count)
    }

    @Test(
        arguments: [
            ("2026-12-30", 1, "2026-12-31", false), ("2026-12-31", 0, "2026-12-31", false),
            ("2026-12-31", 1, "2027-01-01", true), ("2027-01-01", 0, "2027-01-01", true),
            ("2017-12-29", 0, "2017-12-29", true), ("2017-12-29", 1, "2018-01-02", true),
            ("2017-12-31", 1, "2018-01-02", false), ("2030-03-04", 5, "2030-03-11", true),
        ] as [(String, Int, String, Bool)])
    func marksWhatIsNotAnnouncedAsProvisional(
        _ start: String, _ count: Int, _ end: String, _ isProvisional: Bool
    ) throws {
        let due = try calendar.adding(workdays: count, to: day(start))
        #expect(due.date == day(end))
        #expect(due.isProvisional == isProvisional)
    }

    @Test(arguments: [-1, Int.min])
    func refusesNegativeCounts(_ count: Int) {
        #expect(throws: WorkCalendar.CountError.negative(count)) {
            try calendar.adding(workdays: count, to: day("2026-03-02"))
        }
    }

    @Test func refusesMoreThanTheLimit() throws {
        _ = try calendar.adding(workdays: 10_000, to: day("2026-03-02"))
        for count in [10_001, Int.max] {
            #expect(throws: WorkCalendar.CountError.tooMany(count, limit: 10_000)) {
                try calendar.adding(workdays: count, to: day("2026-03-02"))
            }
        }
    }

    @Test(
        arguments: [
            ("2026-02-14", true, false), ("2026-02-28", true, false), ("2026-02-16", false, false),
            ("2026-03-07", false, false), ("2026-03-06", true, false), ("2026-10-10", true, false),
            ("2027-01-01", true, true), ("2027-01-02", false, true), ("2017-12-31", false, true),
            ("2018-01-01", false, false), ("2026-12-31", true, false),
        ] as [(String, Bool, Bool)])
    func knowsWorkdays(_ date: String, _ isWorkday: Bool, _ isProvisional: Bool) {
        #expect(calendar.isWorkday(day(date)) == (isWorkday, isProvisional))
    }

    @Test func countsBothWaysAndOverTheEdges() {
        #expect(calendar.workdays(from: day("2026-03-06"), to: day("2026-03-02")) == (-4, false))
        #expect(calendar.workdays(from: day("2026-03-02"), to: day("2026-03-02")) == (0, false))
        #expect(calendar.workdays(from: day("2026-12-31"), to: day("2027-01-04")) == (2, true))
        #expect(calendar.workdays(from: .min, to: .min) == (0, false))
    }

    @Test func countingAndAddingAgree() throws {
        var rng = SeededGenerator(seed: 13)
        for _ in 0..<2_000 {
            let start = day("2017-06-01").adding(days: rng.next(below: 4_000))
            let count = rng.next(below: 120)
            let due = try calendar.adding(workdays: count, to: start)
            let counted = calendar.workdays(from: start, to: due.date)
            #expect(counted.count == count, "\(start) + \(count)")
            if count > 0 {
                #expect(counted.isProvisional == due.isProvisional)
                #expect(calendar.isWorkday(due.date).isWorkday)
            }
        }
    }

    @Test func namesItsEdition() {
        #expect(calendar.edition == "CN-2018-2026")
        #expect(calendar.years == 2018...2026)
        #expect(calendar.covers(day("2018-01-01")) && calendar.covers(day("2026-12-31")))
        #expect(!calendar.covers(day("2017-12-31")) && !calendar.covers(day("2027-01-01")))
    }

    @Test(
        arguments: [
            ("date,kind,name\n", 1), ("date,kind,name\n2026-02-30,holiday,x\n", 2),
            ("date,kind,name\n2026-01-01,free,x\n", 2),
            ("date,kind,name\n2026-01-01,holiday,x\n\n2026-01-01,holiday,x\n", 4), ("date,name\n2026-01-01,x\n", 2),
        ] as [(String, Int)])
    func refusesBrokenTables(_ csv: String, _ line: Int) {
        let error = #expect(throws: ReferenceError.self) { try WorkCalendar(csv: Array(csv.utf8)) }
        #expect(error?.line == line)
    }

    @Test func refusesATableWithAYearLeftOut() {
        let csv = "date,kind,name\n2026-01-01,holiday,x\n2028-01-03,holiday,x\n"
        let error = #expect(throws: ReferenceError.self) { try WorkCalendar(csv: Array(csv.utf8)) }
        #expect(error?.line == 3)
        #expect(error?.reason == "no rows of the year 2027")
    }

    @Test(
        arguments: [
            ("2026-03-09", 0, "2026-03-09"), ("2026-03-08", 0, "2026-03-06"), ("2026-03-09", 1, "2026-03-06"),
            ("2026-03-08", 1, "2026-03-05"), ("2026-02-26", 5, "2026-02-12"), ("2026-02-24", 1, "2026-02-14"),
            ("2026-10-08", 1, "2026-09-30"), ("2018-01-02", 1, "2017-12-29"),
        ] as [(String, Int, String)])
    func subtractsWorkingDays(_ end: String, _ count: Int, _ start: String) throws {
        #expect(try calendar.subtracting(workdays: count, from: day(end)) == day(start))
        #expect(calendar.workdays(from: day(start), to: day(end)).count == count)
    }

    @Test func subtractingHasLimits() throws {
        #expect(throws: WorkCalendar.CountError.negative(-1)) {
            try calendar.subtracting(workdays: -1, from: day("2026-03-02"))
        }
        #expect(throws: WorkCalendar.CountError.tooMany(10_001, limit: 10_000)) {
            try calendar.subtracting(workdays: 10_001, from: day("2026-03-02"))
        }
        #expect(try calendar.subtracting(workdays: 10_000, from: day("0002-01-01")) == .min)
    }
}
