import KuayuModel
import KuayuRules
import Testing

/// A calendar that replaces another: what is taken, and what is refused at which place.
@Suite struct CalendarFileTests {
    /// A calendar of the years 2025 and 2026 that is in force.
    private let current = try? WorkCalendar(csv: Array(Self.csv("2025", "2026").utf8))

    /// The days that every year has.
    private static func csv(_ years: String..., more: String = "") -> String {
        "date,kind,name\n" + years.map { "\($0)-01-01,holiday,元旦\n\($0)-10-01,holiday,国庆节\n" }.joined() + more
    }

    private func read(_ text: String) throws -> (edition: String?, places: [String], english: [String]) {
        let current = try #require(current)
        do throws(CalendarFile.Refusal) {
            return (try CalendarFile.read(Array(text.utf8), replacing: current).edition, [], [])
        } catch {
            return (nil, error.problems.map { "\($0.line):\($0.column)" }, error.problems.map(\.english))
        }
    }

    @Test(
        arguments: [
            (csv("2025", "2026"), "CN-2025-2026"), (csv("2025", "2026", "2027"), "CN-2025-2027"),
            (csv("2024", "2025", "2026"), "CN-2024-2026"),
            (csv("2025", "2026", more: "2026-02-14,workday,\"春节, 调休\"\n"), "CN-2025-2026"),
            (csv("2025", "2026").split(separator: "\n").joined(separator: "\r\n"), "CN-2025-2026"),
            (csv("2025", "2026", more: "\n\n"), "CN-2025-2026"),
        ])
    func takesACompleteCalendar(text: String, edition: String) throws {
        let result = try read(text)
        #expect(result.edition == edition, "\(result.english)")
    }

    @Test(
        arguments: [
            ("", ["1:1"]), ("date,kind,name\n", ["1:1"]), ("\u{FEFF}" + csv("2025", "2026"), ["1:1"]),
            ("day,kind,name\n2025-01-01,holiday,\n", ["1:1", "2:1"]),
            (csv("2025", "2026", more: "2026-02-30,holiday,x\n"), ["6:1"]),
            (csv("2025", "2026", more: "2026-02-03,rest,x\n"), ["6:12"]),
            (csv("2025", "2026", more: "2026-2-3,rest,x\n"), ["6:10", "6:1"]),
            (csv("2025", "2026", more: "2026-02-03,holiday\n"), ["6:1"]),
            (csv("2025", "2026", more: "2026-01-01,workday,x\n"), ["6:1"]),
            (csv("2026", "2027"), ["1:1"]), (csv("2025"), ["1:1"]), (csv("2027"), ["1:1", "1:1"]),
            // Only the beginning of a year, and a year left out in between.
            (csv("2025", "2026", more: "2027-01-01,holiday,元旦\n"), ["6:1"]),
            (csv("2025", "2026", "2028"), ["1:1", "1:1"]),
        ])
    func refusesWithThePlace(text: String, places: [String]) throws {
        let result = try read(text)
        #expect(result.edition == nil)
        #expect(result.places == places, "\(result.english)")
        #expect(result.english.allSatisfy { !$0.isEmpty })
    }

    @Test func refusesBytesThatAreNotUTF8() throws {
        let current = try #require(current)
        let bytes = Array("date,kind,name\n2026-01-01,holiday,".utf8) + [0xCE, 0xE2, 0x0A]
        #expect {
            try CalendarFile.read(bytes, replacing: current)
        } throws: { error in
            (error as? CalendarFile.Refusal)?.problems.map(\.line) == [2]
        }
    }

    /// The calendar that is built in, written out and read again, is taken and says the same of every day.
    @Test func takesTheBuiltInCalendarWrittenOut() throws {
        let standard = WorkCalendar.standard
        var text = "date,kind,name\n"
        let first = try #require(CalendarDate(year: standard.years.lowerBound, month: 1, day: 1))
        let last = try #require(CalendarDate(year: standard.years.upperBound, month: 12, day: 31))
        let days = (first.daysSinceEpoch...last.daysSinceEpoch).map { CalendarDate(daysSinceEpoch: $0) }
        for day in days {
            let isWorked = standard.isWorkday(day).isWorkday
            if isWorked != (day.weekday <= 5) { text += "\(day.text),\(isWorked ? "workday" : "holiday"),\n" }
        }
        let again = try CalendarFile.read(Array(text.utf8), replacing: standard)
        #expect(again.edition == standard.edition)
        #expect(days.allSatisfy { again.isWorkday($0) == standard.isWorkday($0) })
    }
}
