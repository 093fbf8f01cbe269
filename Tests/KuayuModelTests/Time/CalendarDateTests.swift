import KuayuModel
import Testing

@Suite struct CalendarDateTests {
    @Test(
        arguments: [
            ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11_016, 2), ("2026-11-24", 20_781, 2),
            ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
        ] as [(String, Int, Int)])
    func countsDays(_ text: String, _ days: Int, _ weekday: Int) throws {
        let date = try #require(CalendarDate(text))
        #expect(date.daysSinceEpoch == days)
        #expect(date.weekday == weekday)
        #expect(CalendarDate(daysSinceEpoch: days).text == text)
    }

    @Test(
        arguments: [
            (2023, 2, 29, false), (2024, 2, 29, true), (1900, 2, 29, false), (2000, 2, 29, true), (2026, 4, 31, false),
            (2026, 4, 30, true), (2026, 0, 1, false), (2026, 13, 1, false), (2026, 1, 0, false), (2026, 1, 32, false),
            (0, 1, 1, false), (10_000, 1, 1, false), (1, 1, 1, true), (9_999, 12, 31, true),
            (Int.max, 1, Int.min, false),
        ] as [(Int, Int, Int, Bool)])
    func knowsWhichDaysExist(_ year: Int, _ month: Int, _ day: Int, _ exists: Bool) {
        let date = CalendarDate(year: year, month: month, day: day)
        #expect((date != nil) == exists)
        if let date { #expect(date.components == (year, month, day)) }
    }

    @Test func everyDayOf270YearsAndSamplesOfTheRestRoundTrip() {
        var previous = CalendarDate.min.components
        let far = stride(from: CalendarDate.min.daysSinceEpoch + 1, to: -40_000, by: 11)
        let late = stride(from: 60_000, through: CalendarDate.max.daysSinceEpoch, by: 11)
        for days in Array(far) + Array(-40_000..<60_000) + Array(late) {
            let date = CalendarDate(daysSinceEpoch: days)
            let parts = date.components
            if CalendarDate(year: parts.year, month: parts.month, day: parts.day) != date || parts <= previous {
                Testing.Issue.record("day \(days) is \(parts)")
                return
            }
            previous = parts
        }
    }

    @Test func stopsAtTheEnds() {
        #expect(CalendarDate.max.adding(days: 1) == .max)
        #expect(CalendarDate.min.adding(days: -1) == .min)
        #expect(CalendarDate.min.adding(days: .max) == .max)
        #expect(CalendarDate.max.adding(days: .min) == .min)
        #expect(day("2026-02-28").adding(days: 1) == day("2026-03-01"))
        #expect(day("2026-03-01").adding(days: -1) == day("2026-02-28"))
    }

    @Test func readsTheCompactForm() {
        #expect(CalendarDate(compact: "20260302".utf8) == day("2026-03-02"))
        #expect(day("0987-03-02").compact == "09870302")
        for text in ["", "2026030", "202603022", "2026-3-2", "20260230"] {
            #expect(CalendarDate(compact: text.utf8) == nil)
        }
    }
}
