import KuayuEngine
import KuayuModel
import Testing

/// Which line of the agreements decides.
@Suite struct AgreementTests {
    private static let item = "310131001000"
    private static let other = "310131002000"
    private static let day = CalendarDate("2026-03-02") ?? .min

    private static func line(
        _ number: Int, _ from: String, _ to: String, item: String? = nil, mode: String? = nil,
        _ level: DataLevel = .l4, from first: String? = nil, to last: String? = nil
    ) -> Agreement {
        Agreement(
            from: RegionCode(from), to: RegionCode(to), catalogCode: item, mode: mode, maxLevel: level,
            validFrom: first.flatMap { CalendarDate($0) }, validTo: last.flatMap { CalendarDate($0) }, line: number)
    }

    private static func lines() -> [Agreement] {
        [
            line(2, "310000", "320000", .l4), line(3, "310000", "320500", .l3), line(4, "310000", "320509", .l2),
            line(5, "310115", "320000", .l1), line(6, "310115", "320500", item: item, .l1),
            line(7, "*", "330000", .l2), line(8, "310000", "330000", .l3), line(9, "*", "*", item: other, .l4),
            line(10, "310000", "320600", mode: "joint", .l1), line(11, "310000", "320700", .l1, to: "2026-03-01"),
            line(12, "310000", "320800", .l1, from: "2026-03-02", to: "2026-03-02"),
        ]
    }

    /// Sending and receiving division, item, and the number of the line that decides.
    @Test(
        arguments: [
            ("310101", "320102", item, 2), ("310101", "320500", item, 3), ("310101", "320506", item, 3),
            ("310101", "320509", item, 4), ("310000", "320000", item, 2),
            // The receiver's code counts first, then the sender's.
            ("310115", "320102", item, 5), ("310115", "320506", item, 6), ("310115", "320506", other, 3),
            ("310115", "320509", item, 4),
            // Any region ranks with a province: the higher level of both.
            ("310101", "330106", item, 8), ("340100", "330106", item, 7), ("310101", "330106", other, 9),
            // A line that says nothing of the mode, or of the day, does not stand in the way.
            ("310101", "320602", item, 2), ("310101", "320706", item, 2), ("310101", "320803", item, 12),
            ("340100", "310101", item, nil), ("340100", "310101", other, 9), ("320102", "310101", item, nil),
        ] as [(String, String, String, Int?)])
    func theNarrowestLineDecides(from: String, to: String, item: String, number: Int?) throws {
        let routing = Routing(agreements: Self.lines())
        let found = routing.agreement(
            from: try #require(RegionCode(from)), to: try #require(RegionCode(to)), item: item, mode: "online",
            on: Self.day)
        #expect(found?.line == number)
    }

    @Test func withoutADayTheDatesDoNotCount() throws {
        let routing = Routing(agreements: Self.lines())
        let to = try #require(RegionCode("320706"))
        let found = routing.agreement(from: .shanghai, to: to, item: Self.item, mode: "online", on: nil)
        #expect(found?.line == 11)
    }

    @Test func ofTwoLinesForTheSameTheHigherLevelCounts() {
        for levels in [[DataLevel.l2, .l4], [.l4, .l2]] {
            let lines = levels.enumerated().map { Self.line($0 + 2, "310000", "330000", $1) }
            let found = Routing(agreements: lines).agreement(
                from: .shanghai, to: .zhejiang, item: Self.item, mode: "online", on: Self.day)
            #expect(found?.maxLevel == .l4)
        }
    }

    /// A line for a city does not let its province have anything; one for the province covers the city.
    @Test func aNarrowLineCoversOnlyWhatLiesInside() throws {
        let suzhou = Agreement(from: nil, to: RegionCode("320500"), catalogCode: nil, mode: nil)
        let city = try #require(RegionCode("320500"))
        func isAllowed(_ line: Agreement, _ to: RegionCode) -> Bool {
            line.allows(from: .shanghai, to: to, item: Self.item, mode: "online", day: Self.day)
        }
        #expect(isAllowed(suzhou, city) && !isAllowed(suzhou, .jiangsu))
        #expect(try isAllowed(suzhou, #require(RegionCode("320506"))))
        #expect(try !isAllowed(suzhou, #require(RegionCode("320600"))))
        let jiangsu = Agreement(from: nil, to: .jiangsu, catalogCode: nil, mode: nil)
        #expect(isAllowed(jiangsu, city) && isAllowed(jiangsu, .jiangsu))
    }
}
