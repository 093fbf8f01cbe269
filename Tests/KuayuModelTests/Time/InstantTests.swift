import KuayuModel
import Testing

/// Epoch values were computed with GNU date.
@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T08:00:00+08:00", 0), ("1970-01-01T07:59:59+08:00", -1),
            ("2026-01-01T08:00:00+08:00", 1_767_225_600),
            ("2020-01-01T08:00:00+08:00", 1_577_836_800), ("2026-11-24T00:00:00+08:00", 1_795_449_600),
            ("0001-01-01T00:00:00+08:00", -62_135_625_600), ("9999-12-31T23:59:59+08:00", 253_402_271_999),
        ] as [(String, Int64)])
    func readsAndWritesTheCanonicalText(_ text: String, _ seconds: Int64) throws {
        let instant = try #require(Instant(canonical: text))
        #expect(instant.epochSeconds == seconds)
        #expect(Instant(epochSeconds: seconds).canonical == text)
    }

    @Test(arguments: [
        "", "2026-03-02", "2026-03-02T09:30:00", "2026-03-02T09:30:00Z", "2026-03-02T09:30:00.000+08:00",
        "2026-03-02 09:30:00+08:00", "2026-02-29T09:30:00+08:00", "2026-03-02T24:00:00+08:00",
        "2026-03-02T09:30:00+0800", "2026-03-02T09:30:00+08:00 ",
    ])
    func refusesOtherSpellings(_ text: String) { #expect(Instant(canonical: text) == nil) }

    @Test(
        arguments: [
            (Int64(999), Int64(0)), (1_000, 1), (-1, -1), (-1_000, -1), (-1_001, -2), (0, 0),
            (Int64.max, Int64.max / 1_000), (Int64.min, Int64.min / 1_000 - 1),
        ] as [(Int64, Int64)])
    func roundsSecondsDown(_ milliseconds: Int64, _ seconds: Int64) {
        #expect(Instant(epochMilliseconds: milliseconds).epochSeconds == seconds)
    }

    @Test func stopsAtTheEnds() {
        let (first, last) = (Instant(epochMilliseconds: .min), Instant(epochMilliseconds: .max))
        #expect(last.adding(milliseconds: 1) == last)
        #expect(first.adding(milliseconds: -1) == first)
        #expect(last.milliseconds(since: first) == .max)
        #expect(first.milliseconds(since: last) == .min)
        #expect(Instant(epochSeconds: .max) == last)
        #expect(Instant(epochSeconds: .min) == first)
        #expect(last.canonical == "9999-12-31T23:59:59+08:00")
        #expect(first.canonical == "0001-01-01T00:00:00+08:00")
        #expect(first < last)
    }

    @Test func knowsTheLocalDay() {
        #expect(Instant(epochSeconds: 57_599).date == day("1970-01-01"))
        #expect(Instant(epochSeconds: 57_600).date == day("1970-01-02"))
        #expect(Instant(epochMilliseconds: 1_999).wholeSecond == Instant(epochSeconds: 1))
    }

    @Test(
        arguments: [
            (24, 0, 0, 0, false), (23, 59, 59, 999, true), (0, 60, 0, 0, false), (0, 0, 60, 0, false),
            (0, 0, 0, 1_000, false), (-1, 0, 0, 0, false), (0, 0, 0, 0, true),
        ] as [(Int, Int, Int, Int, Bool)])
    func checksTimesOfDay(_ hour: Int, _ minute: Int, _ second: Int, _ millisecond: Int, _ isTaken: Bool) {
        let time = LocalDateTime(
            year: 2026, month: 3, day: 2, hour: hour, minute: minute, second: second, millisecond: millisecond)
        #expect((time != nil) == isTaken)
        if let time {
            #expect(LocalDateTime(time.instant) == time)
            #expect([time.hour, time.minute, time.second, time.millisecond] == [hour, minute, second, millisecond])
        }
    }
}
