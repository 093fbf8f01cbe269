import KuayuModel
import Testing

@Suite struct CaseIDTests {
    @Test func takesAnIDApart() throws {
        let id = try CaseID(validating: "CSJ202611240700042")
        #expect(id.date == day("2026-11-24"))
        #expect(id.gateway == 7)
        #expect(id.sequence == 42)
        #expect(id.text == "CSJ202611240700042")
        #expect(id.rawValue == 202_611_240_700_042)
        #expect(CaseID(rawValue: id.rawValue) == id)
    }

    @Test(arguments: [(0, 0), (0, 1), (99, 99_999), (7, 42)] as [(Int, Int)])
    func makesIDsThatReadBack(_ gateway: Int, _ sequence: Int) throws {
        let id = try #require(CaseID.make(date: day("2026-11-24"), gateway: gateway, sequence: sequence))
        #expect(CaseID(id.text) == id)
        #expect(id.gateway == gateway)
        #expect(id.sequence == sequence)
    }

    @Test(arguments: [(-1, 0), (100, 0), (0, -1), (0, 100_000), (Int.max, Int.max)] as [(Int, Int)])
    func makesNoneOutsideTheLimits(_ gateway: Int, _ sequence: Int) {
        #expect(CaseID.make(date: day("2026-11-24"), gateway: gateway, sequence: sequence) == nil)
    }

    @Test(
        arguments: [
            ("", IdentifierError.Kind.length(expected: 18, got: 0)),
            ("CSJ20261124000001", .length(expected: 18, got: 17)),
            ("CSJ2026112400000011", .length(expected: 18, got: 19)),
            ("csj202611240000001", .prefix), ("KY-202611240000001", .prefix),
            ("CSJ20261124000000A", .character(position: 18)), ("CSJ202613240000001", .date),
            ("CSJ202602290000001", .date), ("CSJ000011240000001", .date),
        ] as [(String, IdentifierError.Kind)])
    func refusesWithTheKind(_ text: String, _ expected: IdentifierError.Kind) {
        #expect(kind(CaseID.init(validating:), text) == expected)
        #expect(CaseID(text) == nil)
    }

    @Test(arguments: [0, 1, 202_613_240_000_001, UInt64.max])
    func refusesNumbersWithoutADate(_ raw: UInt64) {
        #expect(CaseID(rawValue: raw) == nil)
    }

    @Test func ordersByDayThenGatewayThenSequence() throws {
        let texts = ["CSJ202611240000001", "CSJ202611240000002", "CSJ202611240100000", "CSJ202611250000000"]
        let ids = try texts.map { try CaseID(validating: $0) }
        #expect(ids.reversed().sorted() == ids)
    }
}
