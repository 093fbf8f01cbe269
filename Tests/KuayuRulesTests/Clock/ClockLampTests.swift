import KuayuModel
import KuayuRules
import Testing

@Suite struct ClockLampTests {
    let clock = CaseClock()

    struct Row: Sendable {
        var limit: (Int, String)
        var now: String
        var used: Int
        var warning: ClockReading.Warning

        init(_ amount: Int, _ unit: String, _ now: String, _ used: Int, _ warning: ClockReading.Warning) {
            limit = (amount, unit)
            self.now = now
            self.used = used
            self.warning = warning
        }
    }

    @Test(arguments: [
        Row(5, "workday", "2026-03-02 10:00", 0, .none), Row(5, "workday", "2026-03-02 23:59:59", 0, .none),
        Row(5, "workday", "2026-03-03", 1, .none), Row(5, "workday", "2026-03-05 23:59:59", 3, .none),
        Row(5, "workday", "2026-03-06", 4, .yellow), Row(5, "workday", "2026-03-08 12:00", 4, .yellow),
        Row(5, "workday", "2026-03-09", 5, .yellow), Row(5, "workday", "2026-03-09 23:59:59", 5, .yellow),
        Row(5, "workday", "2026-03-10", 6, .red), Row(5, "workday", "2026-03-11", 7, .red),
        // Overdue over a weekend: the first day beyond the limit begins at once and lasts to the end of Monday.
        Row(4, "workday", "2026-03-06 23:59:59", 4, .yellow), Row(4, "workday", "2026-03-07", 5, .red),
        Row(4, "workday", "2026-03-09 23:59:59", 5, .red), Row(4, "workday", "2026-03-10", 6, .red),
        // A fifth of 20 is 4, of 19 is 3.
        Row(20, "workday", "2026-03-23 23:59:59", 15, .none), Row(20, "workday", "2026-03-24", 16, .yellow),
        Row(19, "workday", "2026-03-23 23:59:59", 15, .none), Row(19, "workday", "2026-03-24", 16, .yellow),
        Row(19, "workday", "2026-03-23", 15, .none),
        Row(1, "workday", "2026-03-02 10:00", 0, .yellow), Row(0, "workday", "2026-03-02 23:59:59", 0, .yellow),
        Row(0, "workday", "2026-03-03", 1, .red),
        Row(10, "day", "2026-03-09 23:59:59", 7, .none), Row(10, "day", "2026-03-10", 8, .yellow),
        Row(10, "day", "2026-03-12 23:59:59", 10, .yellow), Row(10, "day", "2026-03-13", 11, .red),
        Row(10, "hour", "2026-03-02 10:00", 0, .none), Row(10, "hour", "2026-03-02 10:00:01", 1, .none),
        Row(10, "hour", "2026-03-02 17:00", 7, .none), Row(10, "hour", "2026-03-02 17:00:01", 8, .yellow),
        Row(10, "hour", "2026-03-02 20:00", 10, .yellow), Row(10, "hour", "2026-03-02 20:00:01", 11, .red),
        Row(10, "hour", "2026-03-02 21:00", 11, .red), Row(10, "hour", "2026-03-02 21:00:01", 12, .red),
        Row(0, "hour", "2026-03-02 10:00", 0, .yellow), Row(0, "hour", "2026-03-02 10:00:01", 1, .red),
        // Before the start, as a clock that is slow may have it.
        Row(5, "workday", "2026-03-01", 0, .none), Row(5, "hour", "2026-03-01", 0, .none),
    ])
    func showsWhatIsUsedAndHowUrgentItIs(_ row: Row) {
        let sketch = ClockSketch(start: "2026-03-02 10:00", limit: row.limit)
        let reading = clock.reading(of: sketch.record, now: Instant(row.now))
        #expect(reading.used == row.used)
        #expect(reading.remaining == row.limit.0 - row.used)
        #expect(reading.warning == row.warning)
        #expect(reading.state == .running)
    }

    @Test(
        arguments: [
            (0, "2026-03-30 00:00:00"), (95, "2026-03-30 00:00:00"), (96, "2026-03-27 00:00:00"),
            (100, "2026-03-27 00:00:00"), (500, "2026-03-17 00:00:00"), (1_000, "2026-03-02 10:00:00"),
            (2_000, "2026-03-02 10:00:00"), (-1, "2026-03-30 00:00:00"),
        ] as [(Int, String)])
    func turnsYellowByTheAgreedShare(_ permille: Int, _ yellowAt: String) {
        let clock = CaseClock(policy: RulesPolicy(yellowPermille: permille))
        let sketch = ClockSketch(start: "2026-03-02 10:00", limit: (21, "workday"))
        let reading = clock.reading(of: sketch.record, now: Instant("2026-03-02 10:00"))
        #expect(reading.yellowAt == Instant(yellowAt))
        #expect(reading.redAt == Instant("2026-04-01"))
    }

    @Test func aPauseFreezesCountAndLamp() {
        let pause = ("2026-03-06 10:00", "2026-03-16 10:00")
        let record = ClockSketch(start: "2026-03-02 10:00", limit: (4, "workday"), pauses: [pause]).record
        for (now, used, warning) in [
            ("2026-03-05", 3, ClockReading.Warning.yellow), ("2026-03-10", 3, .yellow),
            ("2026-03-16 12:00", 3, .yellow),
            ("2026-03-17", 4, .yellow), ("2026-03-18", 5, .red),
        ] {
            let reading = clock.reading(of: record, now: Instant(now))
            #expect(reading.used == used && reading.warning == warning, "\(now)")
        }
        #expect(clock.reading(of: record, now: Instant("2026-03-06 09:59:59")).state == .running)
        #expect(clock.reading(of: record, now: Instant("2026-03-06 10:00")).state == .paused(.supplement))
        #expect(clock.reading(of: record, now: Instant("2026-03-16 09:59:59")).state == .paused(.supplement))
        #expect(clock.reading(of: record, now: Instant("2026-03-16 10:00")).state == .running)
    }

    @Test func anOpenPauseChangesNothingAnyMore() {
        let record = ClockSketch(start: "2026-03-02 10:00", limit: (5, "workday"), pauses: [("2026-03-04", nil)]).record
        let reading = clock.reading(of: record, now: Instant("2026-06-01"))
        #expect(reading.state == .paused(.supplement))
        #expect(reading.used == 1 && reading.remaining == 4)
        #expect(reading.warning == .none)
        #expect(reading.nextChangeAt == nil && reading.deadline == nil)
    }

    @Test(
        arguments: [
            ("2026-03-05 23:59:59", .none), ("2026-03-06", .yellow), ("2026-03-09 12:00", .yellow),
            ("2026-03-09 12:00:01", .red),
        ] as [(String, ClockReading.Warning)])
    func goesByTheDeclaredDateWithoutALimit(_ now: String, _ warning: ClockReading.Warning) {
        var record = ClockSketch(start: "2026-03-02 10:00").record
        record[.dueAt] = ClockSketch.canonical("2026-03-09 12:00")
        let reading = clock.reading(of: record, now: Instant(now))
        #expect(reading.warning == warning)
        #expect(reading.dueAt == nil && reading.limit == nil && reading.remaining == nil)
        #expect(reading.deadline == Instant("2026-03-09 12:00"))
        record.addPause("2026-03-03", nil)
        #expect(clock.reading(of: record, now: Instant(now)).warning == .none)
    }

    @Test func aCaseWithoutAnyLimitNeverWarns() {
        let reading = clock.reading(of: ClockSketch(start: "2026-03-02 10:00").record, now: Instant("2036-03-02"))
        #expect(reading.warning == .none && reading.deadline == nil)
        #expect(reading.used > 2_000 && reading.unit == .workday)
    }
}
