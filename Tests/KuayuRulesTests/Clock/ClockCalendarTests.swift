import Foundation
import KuayuModel
import KuayuRules
import Testing

@Suite struct ClockCalendarTests {
    /// A calendar that announces 2027: made up, with New Year's Day and the days around it.
    private func newer() throws -> WorkCalendar {
        var csv = try Self.file("Sources/KuayuModel/Data/workdays.csv")
        csv += Array("2027-01-01,holiday,New Year's Day\n2027-01-02,workday,New Year's Day\n".utf8)
        return try WorkCalendar(csv: csv)
    }

    private static func file(_ path: String) throws -> [UInt8] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: root.appending(path: path)))
    }

    @Test func aDateBeyondTheCalendarIsProvisionalUntilItIsAnnounced() throws {
        let now = Instant("2026-12-29 10:00")
        let moves = ClockSketch(start: "2026-12-30 10:00", limit: (2, "workday")).record
        let stays = ClockSketch(start: "2026-12-30 10:00", limit: (3, "workday")).record
        let before = CaseClock()
        #expect(before.reading(of: moves, now: now).dueAt == Instant("2027-01-01 23:59:59"))
        #expect(before.reading(of: moves, now: now).isProvisional)
        #expect(before.calendarField(for: moves, now: now) == "CN-2018-2026 provisional")
        #expect(before.reading(of: stays, now: now).dueAt == Instant("2027-01-04 23:59:59"))

        let after = CaseClock(calendar: try newer())
        #expect(after.reading(of: moves, now: now).dueAt == Instant("2027-01-02 23:59:59"))
        #expect(!after.reading(of: moves, now: now).isProvisional)
        #expect(after.calendarField(for: moves, now: now) == "CN-2018-2027")
        #expect(after.reading(of: stays, now: now).dueAt == Instant("2027-01-04 23:59:59"))
    }

    @Test(
        arguments: [
            ("2026-12-30 10:00", 1, "workday", false), ("2026-12-30 10:00", 2, "workday", true),
            ("2026-12-30 10:00", 30, "day", false), ("2026-12-30 10:00", 300, "hour", false),
            ("2026-12-31 10:00", 0, "workday", false), ("2027-01-01 10:00", 0, "workday", true),
        ] as [(String, Int, String, Bool)])
    func onlyWorkingDaysNeedTheCalendar(_ start: String, _ amount: Int, _ unit: String, _ isProvisional: Bool) {
        let record = ClockSketch(start: start, limit: (amount, unit)).record
        #expect(CaseClock().reading(of: record, now: Instant(start)).isProvisional == isProvisional)
    }

    @Test func whileItWaitsTheCountDecides() {
        let record = ClockSketch(start: "2026-12-30 10:00", limit: (5, "workday"), pauses: [("2026-12-31", nil)]).record
        #expect(!CaseClock().reading(of: record, now: Instant("2027-01-10")).isProvisional)
        let unlimited = ClockSketch(start: "2026-12-30 10:00").record
        #expect(!CaseClock().reading(of: unlimited, now: Instant("2026-12-31")).isProvisional)
        #expect(CaseClock().reading(of: unlimited, now: Instant("2027-01-01")).isProvisional)
        #expect(CaseClock().calendarField(for: CaseRecord(), now: Instant("2027-01-01")) == "CN-2018-2026")
    }

    /// 10,000 spans counted by another program; see the head of the file.
    @Test func agreesWithAnotherProgram() throws {
        let text = String(decoding: try Self.file("Tests/KuayuRulesTests/Vectors/workdays.csv"), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst()
        #expect(lines.count == 10_000)
        let clock = CaseClock()
        var wrong: [Substring] = []
        for line in lines {
            let parts = line.split(separator: ",")
            let start = "\(parts[0]) 10:00"
            let record = ClockSketch(start: start, limit: (Int(parts[1]) ?? -1, "workday")).record
            let reading = clock.reading(of: record, now: Instant(start))
            if reading.dueAt != Instant("\(parts[2]) 23:59:59") || reading.isProvisional { wrong.append(line) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(3))")
    }
}
