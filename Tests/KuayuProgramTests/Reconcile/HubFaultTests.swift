import KuayuCrypto
import KuayuEvidence
import KuayuHubs
import KuayuModel
import KuayuReconcile
import Testing

/// What faults make of a hub's ledger, and what puts them right.
@Suite struct HubFaultTests {
    private typealias Hubs = ScenarioHubs
    private static let way = ScenarioHubs.Way(region: .zhejiang, usesExtension: true)
    private static let digest = ContentDigest(Array(repeating: 7, count: 32))

    private static func registration(_ number: Int, _ version: Int, _ status: CaseState) throws -> CaseRegistration {
        CaseRegistration(
            caseID: try #require(CaseID("CSJ20261124010000\(number)")), version: version, status: status,
            at: 1_795_485_600 + number, nonce: "n\(number)", contentDigest: digest)
    }

    private static func message(_ number: Int, _ version: Int) -> String { "CSJ20261124010000\(number)-v\(version)" }

    /// Tells the hub a version of a case.
    private static func tell(
        _ desk: inout HubDesk, _ number: Int, _ version: Int, _ status: CaseState, at seconds: Int64
    ) throws {
        var record = try Hubs.registered(from: .anhui, [("handling", "330106"), ("item", "002063021000")], status)
        record[.caseID] = try registration(number, version, status).caseID.text
        let heard = desk.hear(
            try Hubs.write(record, for: way), message: message(number, version),
            registration: try registration(number, version, status), now: Hubs.later(seconds))
        #expect(heard)
    }

    /// A hub that was told three versions of two cases of another region and has made one of its own.
    private static func desk() throws -> HubDesk {
        var desk = try Hubs.desk(way)
        try desk.plan("", item: "002063021000")
        for number in [1, 2] {
            for (version, status) in [(1, CaseState.submitted), (2, .accepted), (3, .closed)] {
                try tell(&desk, number, version, status, at: Int64(version))
            }
        }
        let own = try desk.order([("to", "340000"), ("mode", "online")], now: Hubs.later(4))
        desk.learn(try registration(3, 1, .submitted), number: own.number)
        return desk
    }

    private static func rows(_ desk: HubDesk, _ lane: Lane) -> [String: HubRow] {
        Dictionary(grouping: desk.rows(lane), by: \.element.caseID).compactMapValues(\.first)
    }

    private static let one = "CSJ202611240100001"
    private static let two = "CSJ202611240100002"

    @Test func theLedgerHoldsWhatTheHubWasTold() throws {
        let desk = try Self.desk()
        #expect(desk.rows(.in).map(\.element.caseID).sorted() == [Self.one, Self.two])
        #expect(desk.rows(.out).map(\.element.caseID) == ["CSJ202611240100003"])
        let row = try #require(Self.rows(desk, .in)[Self.one])
        #expect(row.element.version == 3)
        #expect(row.element.status == "closed")
        #expect(row.element.contentDigest == Self.digest.text)
        #expect(row.stateAt == Hubs.later(3).epochSeconds)
        #expect(desk.watermark(now: Hubs.later(9)) == Hubs.later(9).epochSeconds)
    }

    @Test func aChangeUnderWayIsAVersionAheadWithoutContent() throws {
        var desk = try Self.desk()
        try Self.tell(&desk, 4, 1, .submitted, at: 5)
        let id = "CSJ202611240100004"
        let said = desk.act("accepted", on: id, now: Hubs.later(6))
        #expect(said != nil)
        let row = try #require(Self.rows(desk, .in)[id])
        #expect(row.element.version == 2)
        #expect(row.element.status == "accepted")
        #expect(row.element.contentDigest == "-")
        #expect(desk.watermark(now: Hubs.later(9)) == Hubs.later(6).epochSeconds)
        desk.learn(try Self.registration(4, 2, .accepted), number: id)
        #expect(Self.rows(desk, .in)[id]?.element.contentDigest == Self.digest.text)
    }

    @Test func losesACaseAndItsMessages() throws {
        var desk = try Self.desk()
        let answer = try desk.fault("lose", [("case", Self.one)], now: Hubs.later(9))
        #expect(answer == "\(Self.one) in v3 closed\n")
        #expect(Self.rows(desk, .in)[Self.one] == nil)
        // Under its original id it is news again, under the own number that it had.
        try Self.tell(&desk, 1, 3, .closed, at: 10)
        #expect(Self.rows(desk, .in)[Self.one]?.element.version == 3)
        #expect(desk.ahead(of: Self.one) == [])
    }

    @Test(arguments: [(1, 2, "accepted"), (2, 1, "submitted")])
    func setsACaseBackUntilItIsToldAgain(_ back: Int, _ version: Int, _ status: String) throws {
        var desk = try Self.desk()
        let truth = Self.rows(desk, .in)[Self.one]
        _ = try desk.fault("setback", [("case", Self.one), ("back", "\(back)")], now: Hubs.later(9))
        let row = try #require(Self.rows(desk, .in)[Self.one])
        #expect(row.element.version == version)
        #expect(row.element.status == status)
        #expect(row.stateAt == Hubs.later(Int64(version)).epochSeconds, "it does not look like news")
        for (version, status) in [(1, CaseState.submitted), (2, .accepted), (3, .closed)] {
            try Self.tell(&desk, 1, version, status, at: 10)
        }
        #expect(Self.rows(desk, .in)[Self.one]?.element == truth?.element)
    }

    @Test(arguments: ["alter", "status", "skew", "double", "twin"])
    func changesOneRowAndAClerkPutsItRight(_ fault: String) throws {
        var desk = try Self.desk()
        let before = Self.rows(desk, .in)
        _ = try desk.fault(fault, [("case", Self.one)], now: Hubs.later(9))
        let after = Self.rows(desk, .in)
        let (old, new) = (try #require(before[Self.one]), try #require(after[Self.one]))
        switch fault {
        case "alter": #expect(new.element.contentDigest != old.element.contentDigest)
        case "status": #expect(new.element.status != old.element.status)
        case "skew": #expect(new.element.registeredAt != old.element.registeredAt)
        case "double": #expect(desk.rows(.in).filter { $0.element.caseID == Self.one } == [old, old])
        default: #expect(new.localNumber != old.localNumber)
        }
        #expect(new.element.version == old.element.version)
        #expect(new.stateAt == old.stateAt)
        #expect(after[Self.two] == before[Self.two])
        let corrected = desk.correct(Self.one)
        #expect(corrected == [Self.one])
        #expect(Self.rows(desk, .in) == before)
        #expect(desk.rows(.in).count == 2)
    }

    @Test func aRepeatedMessageTellsTheSecondOfRegistrationAgain() throws {
        var desk = try Self.desk()
        let before = Self.rows(desk, .in)
        _ = try desk.fault("skew", [("case", Self.one)], now: Hubs.later(9))
        try Self.tell(&desk, 1, 3, .closed, at: 10)
        #expect(Self.rows(desk, .in) == before)
    }

    @Test func inventsACaseThatNobodyRegistered() throws {
        var desk = try Self.desk()
        let answer = try desk.fault("invent", now: Hubs.later(9))
        let id = try #require(answer.split(separator: " ").first.map(String.init))
        #expect(Self.rows(desk, .in)[id] != nil)
        #expect(CaseID(id) != nil)
        let corrected = desk.correct(id)
        #expect(corrected == [id])
        #expect(desk.rows(.in).count == 2)
    }

    @Test func takesACaseFurtherAndLosesTheMessage() throws {
        var desk = try Self.desk()
        try Self.tell(&desk, 4, 1, .submitted, at: 5)
        _ = try desk.fault("advance", now: Hubs.later(9))
        let row = try #require(Self.rows(desk, .in)["CSJ202611240100004"])
        #expect(row.element.version == 2)
        #expect(row.element.status == "accepted")
        #expect(row.element.contentDigest == "-")
        #expect(desk.watermark(now: Hubs.later(9)) == Hubs.later(9).epochSeconds, "nothing is under way")
        let id = "CSJ202611240100004"
        let caseID = try #require(CaseID(id))
        let number = try #require(desk.number(of: caseID))
        let payload = try #require(desk.payload(of: number, now: Hubs.later(9)))
        #expect(try Hubs.read(payload, .zhejiang)[.status] == "accepted", "whoever asks for the case gets the change")
        // What comes later settles it.
        try Self.tell(&desk, 4, 3, .reviewing, at: 11)
        #expect(Self.rows(desk, .in)[id]?.element.version == 3)
    }

    @Test(arguments: [
        ("nothing", ""), ("lose", "CSJ202611249999999"), ("setback", Self.one + "&back=3"), ("setback", "&back=0"),
        ("advance", Self.one), ("badreceipt", Self.one), ("lose", "&lane=up"),
    ])
    func refusesWhatCannotBeDone(_ fault: String, _ order: String) throws {
        var desk = try Self.desk()
        let before = Self.rows(desk, .in)
        var parameters: [(name: String, value: String)] = []
        for (index, part) in order.split(separator: "&", omittingEmptySubsequences: false).enumerated()
        where !part.isEmpty {
            let pair = index == 0 ? ["case", String(part)] : part.split(separator: "=").map(String.init)
            parameters.append((pair[0], pair[1]))
        }
        #expect(throws: (any Error).self) { try desk.fault(fault, parameters, now: Hubs.later(9)) }
        #expect(Self.rows(desk, .in) == before)
    }

    @Test func theSameSeedDrawsTheSameCase() throws {
        var (first, second) = (try Self.desk(), try Self.desk())
        for fault in ["status", "double"] {
            let drawn = [try first.fault(fault, now: Hubs.later(9)), try second.fault(fault, now: Hubs.later(9))]
            #expect(drawn[0] == drawn[1])
        }
    }
}
