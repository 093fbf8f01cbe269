import KuayuHubs
import KuayuModel
import Testing

/// What the simulated hubs make of what the gateway tells them, in their parts of a case.
@Suite struct ScenarioHubLifeTests {
    private typealias Hubs = ScenarioHubs

    /// A region that hears, with a way to it.
    static let ways = ScenarioHubs.ways

    /// An origin that is not the region itself.
    private static func origin(_ region: RegionCode) -> RegionCode { region == .anhui ? .shanghai : .anhui }

    private static let places: [RegionCode: String] = [
        .shanghai: "310115", .jiangsu: "320500", .zhejiang: "330106", .anhui: "340104",
    ]

    private static func place(_ region: RegionCode) throws -> String { try #require(places[region]) }

    /// Tells a hub of the case; its own number.
    private static func tell(
        _ desk: inout HubDesk, _ record: CaseRecord, _ version: Int, _ status: CaseState, _ way: Hubs.Way,
        at seconds: Int64
    ) throws -> String {
        let heard = desk.hear(
            try Hubs.write(record, for: way), message: "m\(version)",
            registration: try Hubs.registration(version, status), now: Hubs.later(seconds))
        #expect(heard)
        let id = try #require(CaseID(Hubs.caseID))
        return try #require(desk.number(of: id))
    }

    /// What the hub says of the case now.
    private static func said(_ desk: HubDesk, _ number: String, _ way: Hubs.Way) throws -> CaseRecord {
        let payload = desk.payload(of: number, now: Hubs.later(0))
        return try Hubs.read(#require(payload), way.region)
    }

    @Test(arguments: ways) func handlesByPlanAndWaitsForTheSupplement(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        var record = try Hubs.registered(
            from: Self.origin(way.region), [("handling", try Self.place(way.region)), ("item", "002063021000")])
        try desk.plan("accepted,supplementing,hold,reviewing,denied", item: "002063021000")
        let number = try Self.tell(&desk, record, 1, .submitted, way, at: 1)
        #expect(desk.ahead(of: number) == ["accepted", "supplementing", "hold", "reviewing", "denied"])
        for (index, status) in ["accepted", "supplementing"].enumerated() {
            #expect(desk.settle(now: Hubs.later(Int64(index) + 2)) == [number])
            #expect(try Self.said(desk, number, way)[.status] == status)
            desk.learn(try Hubs.registration(index + 2, .accepted), number: number)
        }
        let asked = try Self.said(desk, number, way)
        #expect(asked.column("supplements[].requestedAt") == (way.usesExtension ? [Hubs.later(3).canonical] : []))
        #expect(desk.settle(now: Hubs.later(9)) == [], "it waits")
        // The other side hands in what was asked for.
        record = asked
        record[.caseID] = Hubs.caseID
        record.move(to: "reviewing", at: Hubs.later(9))
        var more = CaseRow(.materials)
        more[.named("materials[].id")] = "B9"
        more[.named("materials[].name")] = "补正材料"
        record[.materials].append(more)
        _ = try Self.tell(&desk, record, 4, .reviewing, way, at: 10)
        #expect(desk.settle(now: Hubs.later(11)) == [], "the wait is passed")
        #expect(desk.settle(now: Hubs.later(12)) == [number])
        #expect(try Self.said(desk, number, way)[.status] == "reviewing")
        desk.learn(try Hubs.registration(5, .reviewing), number: number)
        #expect(desk.settle(now: Hubs.later(13)) == [number])
        let last = try Self.said(desk, number, way)
        #expect(last[.status] == "closed")
        #expect(last[.outcome] == "denied")
        #expect(desk.ahead(of: number) == [])
    }

    @Test(arguments: ways) func handlesItsBranchOnly(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let origin = Self.origin(way.region)
        let lead = try #require(RegionCode.federated.first { $0 != way.region && $0 != origin })
        let places = try [lead, way.region].map(Self.place)
        let record = try Hubs.registered(
            from: origin, [("mode", "joint"), ("item", "000118043000"), ("handling", places.joined(separator: ","))])
        try desk.plan("accepted,denied", item: "000118043000")
        let number = try Self.tell(&desk, record, 1, .submitted, way, at: 1)
        #expect(desk.settle(now: Hubs.later(2)) == [number])
        let accepted = try Self.said(desk, number, way)
        #expect(accepted[.status] == "accepted")
        #expect(accepted.column("branches[].region") == (way.usesExtension ? [way.region.text] : []))
        #expect(accepted.column("places.handling[].unitName") == ["-", "-"], "the unit would be the lead's")
        desk.learn(try Hubs.registration(2, .submitted), number: number)
        #expect(desk.settle(now: Hubs.later(3)) == [number])
        let denied = try Self.said(desk, number, way)
        #expect(denied[.status] == "closed")
        #expect(denied[.outcome] == "denied")
        #expect(denied[.startedAt] == Hubs.later(2).canonical)
        #expect(denied.column("branches[].outcome") == (way.usesExtension ? ["denied"] : []))
    }

    @Test(arguments: ways) func theLeadWaitsForTheBranches(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let origin = Self.origin(way.region)
        let other = try #require(RegionCode.federated.first { $0 != way.region && $0 != origin })
        let places = try [way.region, other].map(Self.place)
        var record = try Hubs.registered(
            from: origin, [("mode", "joint"), ("item", "000118043000"), ("handling", places.joined(separator: ","))])
        try desk.plan("waitBranches,granted", item: "000118043000")
        let number = try Self.tell(&desk, record, 1, .submitted, way, at: 1)
        #expect(desk.settle(now: Hubs.later(2)) == [])
        #expect(desk.ahead(of: number) == ["waitBranches", "granted"])
        for (index, status) in ["reviewing", "closed"].enumerated() {
            var row = CaseRow(.branches)
            row[.branchRegion] = other.text
            row[.branchStatus] = status
            row[.branchOutcome] = status == "closed" ? "denied" : nil
            record[.branches] = [row]
            _ = try Self.tell(&desk, record, index + 2, .submitted, way, at: Int64(index) + 3)
            _ = desk.settle(now: Hubs.later(Int64(index) + 3))
            let isTold = way.usesExtension && status == "closed"
            #expect(desk.ahead(of: number) == (isTold ? ["granted"] : ["waitBranches", "granted"]))
        }
    }

    /// 收件 is not 受理: who handles a case in mode collect may wait for its papers.
    @Test(arguments: ways) func waitsForThePapers(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let record = try Hubs.registered(
            from: Self.origin(way.region),
            [("mode", "collect"), ("item", "000131011000"), ("handling", try Self.place(way.region))])
        try desk.plan("waitCollected,accepted", item: "000131011000")
        let number = try Self.tell(&desk, record, 1, .submitted, way, at: 1)
        #expect(desk.settle(now: Hubs.later(2)) == [])
        #expect(desk.ahead(of: number) == ["waitCollected", "accepted"])
        var collected = record
        collected.move(to: "collected", at: Hubs.later(3))
        #expect(try Self.tell(&desk, collected, 2, .collected, way, at: 4) == number)
        #expect(desk.settle(now: Hubs.later(5)) == [], "the wait is passed")
        #expect(desk.settle(now: Hubs.later(6)) == [number])
        #expect(try Self.said(desk, number, way)[.status] == "accepted")
    }

    /// A child that waits for another is told to its origin; where that also handles it, it does not begin.
    @Test(arguments: ways) func heldChildrenAreNotHandled(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let other = Self.origin(way.region)
        let places = try [other, way.region].map(Self.place)
        let main = try desk.order([("theme", "newborn"), ("handling", places.joined(separator: ","))], now: Hubs.now)
        let applied = try Hubs.read(main.payload, way.region)
        var child = try Hubs.registered(from: other, [("item", "000709035000"), ("handling", places[1])])
        for path in [
            "applicant.idNumber", "applicant.idType", "applicant.kind", "applicant.name", "bundle.bundleId",
            "bundle.theme",
        ] {
            child[Field.named(path)] = applied.text(path)
        }
        child[.appliedDivision] = way.region.text
        child[.status] = "submitted"
        try desk.plan("accepted,granted", item: "000709035000")
        let number = try Self.tell(&desk, child, 1, .submitted, way, at: 1)
        #expect(desk.ahead(of: number) == ["accepted", "granted"])
        #expect(desk.settle(now: Hubs.later(5)) == [], "it is held")
        child[.status] = "transferred"
        #expect(try Self.tell(&desk, child, 2, .transferred, way, at: 6) == number)
        #expect(desk.settle(now: Hubs.later(7)) == [number])
        #expect(try Self.said(desk, number, way)[.status] == "accepted")
    }

    @Test(arguments: ways) func theApplyingSideAnswers(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let made = try desk.order(
            [("item", "002063021000"), ("handling", try Self.place(Self.origin(way.region))), ("answer", "auto")],
            now: Hubs.now)
        var record = try Hubs.read(made.payload, way.region)
        desk.learn(try Hubs.registration(1, .submitted), number: made.number)
        record[.caseID] = Hubs.caseID
        record.move(to: "supplementing", at: Hubs.later(3))
        var asked = CaseRow(.named("supplements"))
        asked[.named("supplements[].requestedAt")] = Hubs.later(3).canonical
        asked[.named("supplements[].items")] = "无房证明"
        record[.named("supplements")] = [asked]
        #expect(try Self.tell(&desk, record, 2, .supplementing, way, at: 4) == made.number)
        #expect(desk.settle(now: Hubs.later(5)) == [made.number])
        let answer = try Self.said(desk, made.number, way)
        #expect(answer[.status] == "reviewing")
        #expect(answer.column("materials[].name").count == record.column("materials[].name").count + 1)
        if way.usesExtension {
            #expect(answer.column("supplements[].answeredAt") == [Hubs.later(5).canonical])
            #expect(answer.column("materials[].name").last == "无房证明")
        }
        #expect(desk.ahead(of: made.number) == [], "it answers once")
    }

    /// A region in charge that is also the place of application handles its branch once the case is registered.
    @Test(arguments: ways) func theOriginHandlesItsOwnBranch(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let places = try [Self.origin(way.region), way.region].map(Self.place)
        let made = try desk.order(
            [
                ("mode", "joint"), ("item", "000118043000"), ("handling", places.joined(separator: ",")),
                ("stages", "accepted,granted"),
            ], now: Hubs.now)
        #expect(desk.settle(now: Hubs.later(1)) == [])
        desk.learn(try Hubs.registration(1, .submitted), number: made.number)
        #expect(desk.settle(now: Hubs.later(2)) == [made.number])
        #expect(try Self.said(desk, made.number, way)[.status] == "accepted")
    }
}
