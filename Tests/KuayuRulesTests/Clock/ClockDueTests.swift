import KuayuModel
import KuayuRules
import Testing

/// Monday is 2026-03-02; no holidays in that month.
@Suite struct ClockDueTests {
    let clock = CaseClock()

    private func due(_ sketch: ClockSketch) -> Instant? {
        clock.reading(of: sketch.record, now: Instant("2026-03-02 10:00")).dueAt
    }

    @Test(
        arguments: [
            ("2026-02-12 09:00", 5, "2026-02-26 23:59:59"), ("2026-02-14 09:00", 1, "2026-02-24 23:59:59"),
            ("2026-04-30 00:00", 3, "2026-05-08 23:59:59"), ("2026-09-30 23:59:59", 1, "2026-10-08 23:59:59"),
            ("2025-09-30 09:00", 5, "2025-10-14 23:59:59"), ("2026-03-02 10:00", 0, "2026-03-02 23:59:59"),
            ("2026-03-07 10:00", 0, "2026-03-07 23:59:59"), ("2026-03-07 10:00", 1, "2026-03-09 23:59:59"),
        ] as [(String, Int, String)])
    func countsWorkingDaysFromTheDayAfter(_ start: String, _ amount: Int, _ due: String) {
        let sketch = ClockSketch(start: start, limit: (amount, "workday"))
        let reading = clock.reading(of: sketch.record, now: Instant(start))
        #expect(reading.dueAt == Instant(due))
        #expect(reading.deadline == reading.dueAt)
        #expect(!reading.isProvisional)
    }

    @Test(
        arguments: [
            ([], "2026-03-09 23:59:59"),
            ([("2026-03-04 09:00", "2026-03-05 12:00")], "2026-03-11 23:59:59"),
            ([("2026-03-04 10:00", "2026-03-04 11:00")], "2026-03-10 23:59:59"),
            ([("2026-03-04 09:00", "2026-03-04 23:59:59")], "2026-03-10 23:59:59"),
            ([("2026-03-04 09:00", "2026-03-05")], "2026-03-11 23:59:59"),
            ([("2026-03-04", "2026-03-04")], "2026-03-10 23:59:59"),
            ([("2026-03-02 11:00", "2026-03-02 15:00")], "2026-03-09 23:59:59"),
            ([("2026-03-02 11:00", "2026-03-03")], "2026-03-10 23:59:59"),
            ([("2026-03-07 10:00", "2026-03-08 10:00")], "2026-03-09 23:59:59"),
            ([("2026-02-26 10:00", "2026-03-01 10:00")], "2026-03-09 23:59:59"),
            ([("2026-02-26 10:00", "2026-03-04 10:00")], "2026-03-11 23:59:59"),
            ([("2026-03-04", "2026-03-06"), ("2026-03-05", "2026-03-05 12:00")], "2026-03-12 23:59:59"),
            ([("2026-03-05", "2026-03-09"), ("2026-03-04", "2026-03-06")], "2026-03-13 23:59:59"),
            ([("2026-03-09 23:59:59", "2026-03-10")], "2026-03-11 23:59:59"),
            ([("2026-03-10", "2026-03-12")], "2026-03-09 23:59:59"),
            ([("2026-03-10", nil)], "2026-03-09 23:59:59"),
            ([("2026-03-09 23:59:59", nil)], nil),
            ([("2026-03-01", nil)], nil),
        ] as [([ClockSketch.Span], String?)])
    func leavesOutEveryDayThatAPauseTouches(_ pauses: [ClockSketch.Span], _ due: String?) {
        let sketch = ClockSketch(start: "2026-03-02 10:00", limit: (5, "workday"), pauses: pauses)
        #expect(self.due(sketch) == due.map { Instant($0) })
    }

    @Test(
        arguments: [
            (0, [], "2026-03-02 23:59:59"), (5, [], "2026-03-07 23:59:59"),
            (5, [("2026-03-04 10:00", "2026-03-05 10:00")], "2026-03-09 23:59:59"),
            (5, [("2026-03-07 23:59:59", "2026-03-07 23:59:59")], "2026-03-08 23:59:59"),
            (5, [("2026-03-08", nil)], "2026-03-07 23:59:59"), (5, [("2026-03-07", nil)], nil),
            (0, [("2026-03-02 11:00", "2026-03-05 10:00")], "2026-03-05 23:59:59"),
            (0, [("2026-03-02 11:00", nil)], nil), (0, [("2026-03-03", "2026-03-05")], "2026-03-02 23:59:59"),
            (3_650, [], "2036-02-28 23:59:59"),
        ] as [(Int, [ClockSketch.Span], String?)])
    func countsCalendarDaysAlike(_ amount: Int, _ pauses: [ClockSketch.Span], _ due: String?) {
        let sketch = ClockSketch(start: "2026-03-02 10:00", limit: (amount, "day"), pauses: pauses)
        #expect(self.due(sketch) == due.map { Instant($0) })
    }

    @Test(
        arguments: [
            (0, [], "2026-03-02 10:00"), (8, [], "2026-03-02 18:00"), (48, [], "2026-03-04 10:00"),
            (8, [("2026-03-02 12:00", "2026-03-02 14:30")], "2026-03-02 20:30"),
            (8, [("2026-03-02 09:00", "2026-03-02 11:00")], "2026-03-02 19:00"),
            (
                8, [("2026-03-02 12:00", "2026-03-02 14:00"), ("2026-03-02 13:00", "2026-03-02 15:00")],
                "2026-03-02 21:00"
            ),
            (8, [("2026-03-02 17:59:59", "2026-03-02 19:00")], "2026-03-02 19:00:01"),
            (8, [("2026-03-02 18:00:00", "2026-03-02 19:00")], "2026-03-02 19:00:00"),
            (8, [("2026-03-02 18:00:01", "2026-03-02 19:00")], "2026-03-02 18:00:00"),
            (8, [("2026-03-02 17:59:59", nil)], nil), (8, [("2026-03-02 18:00:00", nil)], nil),
            (8, [("2026-03-02 18:00:01", nil)], "2026-03-02 18:00"),
        ] as [(Int, [ClockSketch.Span], String?)])
    func takesPausesOffHoursToTheSecond(_ amount: Int, _ pauses: [ClockSketch.Span], _ due: String?) {
        let sketch = ClockSketch(start: "2026-03-02 10:00", limit: (amount, "hour"), pauses: pauses)
        #expect(self.due(sketch) == due.map { Instant($0) })
    }

    @Test(
        arguments: [
            ([], 5, 0, "2026-03-09 23:59:59"), ([(10, "workday")], 15, 0, "2026-03-23 23:59:59"),
            ([(5, "workday"), (5, "workday")], 15, 0, "2026-03-23 23:59:59"),
            ([(10, "day")], 5, 1, "2026-03-09 23:59:59"), ([(1, "workday"), (1, "hour")], 6, 1, "2026-03-10 23:59:59"),
        ] as [([(Int, String)], Int, Int, String)])
    func addsExtensionsOfTheSameUnit(
        _ extensions: [(Int, String)], _ limit: Int, _ ignored: Int, _ due: String
    ) {
        let sketch = ClockSketch(start: "2026-03-02 10:00", limit: (5, "workday"), extensions: extensions)
        let reading = clock.reading(of: sketch.record, now: Instant("2026-03-02 10:00"))
        #expect(reading.limit == TimeLimit(limit, .workday))
        #expect(reading.ignoredExtensions == ignored)
        #expect(reading.dueAt == Instant(due))
    }

    @Test func prefersThePromiseToTheLaw() {
        var record = ClockSketch(start: "2026-03-02 10:00").record
        record[.named("limits.statutory.amount")] = "20"
        record[.named("limits.statutory.unit")] = "workday"
        #expect(clock.reading(of: record, now: Instant("2026-03-02 10:00")).limit == TimeLimit(20, .workday))
        record[.named("limits.promised.amount")] = "3"
        #expect(clock.reading(of: record, now: Instant("2026-03-02 10:00")).limit == TimeLimit(20, .workday))
        record[.named("limits.promised.unit")] = "day"
        #expect(clock.reading(of: record, now: Instant("2026-03-02 10:00")).limit == TimeLimit(3, .day))
    }

    @Test func boundsEvenAbsurdLimits() {
        let extensions = (0..<4).map { _ in (3_650, "workday") }
        let sketch = ClockSketch(start: "2026-03-02 10:00", limit: (3_650, "workday"), extensions: extensions)
        let reading = clock.reading(of: sketch.record, now: Instant("9999-12-31 23:59:59"))
        #expect(reading.limit == TimeLimit(WorkCalendar.countLimit, .workday))
        #expect(reading.dueAt != nil)
        #expect(reading.warning == .red)
    }
}
