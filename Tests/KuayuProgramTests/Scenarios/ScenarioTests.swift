import Testing

/// The forms of service from first message to close: real programs, real TLS, the four local formats, with the extension
/// block and without it.
@Suite(.timeLimit(.minutes(6))) struct ScenarioTests {
    private static let hubs = ["310000", "320000", "330000", "340000"]
    /// A division of each region.
    private static let places = ["310000": "310115", "320000": "320500", "330000": "330106", "340000": "340104"]

    private static func setup(_ takesExtension: Bool) -> TestFederation.Setup {
        TestFederation.Setup(hubs: hubs, takesExtension: takesExtension)
    }

    private static func place(_ region: String) throws -> String { try #require(places[region]) }

    /// 多地联办: Shanghai applies, Suzhou leads, Hangzhou denies its part, Hefei grants; Zhejiang is away for a while and
    /// the lead asks for a supplement.
    @Test(arguments: [true, false]) func jointCaseOverThreeRegions(takesExtension: Bool) async throws {
        try await TestFederation.with(Self.setup(takesExtension)) { federation in
            let item = "000118043000"
            try await federation.plan(
                "320000", "accepted,supplementing,hold,reviewing,waitBranches,granted", item: item)
            try await federation.plan("330000", "accepted,denied", item: item)
            try await federation.plan("340000", "accepted,reviewing,granted", item: item)
            try await federation.behave("330000", "down")
            let joint = try await federation.order(
                "310000",
                [("mode", "joint"), ("item", item), ("handling", "320500,330106,340104"), ("answer", "auto")])
            try await joint.eventually("the lead has the supplement and Anhui its result") { look in
                look.branches["340000"] == "closed granted" && look.status == "reviewing"
            }
            let waiting = try await joint.look()
            #expect(waiting.branches["330000"] == nil, "Zhejiang is down")
            #expect(waiting.column("supplements", "answeredAt").allSatisfy { $0 != "-" })
            #expect(waiting.rows("pauses").count == 1 && waiting.column("pauses", "to").allSatisfy { $0 != "-" })
            try await federation.behave("330000", "none")
            try await joint.eventually("Zhejiang denies") { $0.branches["330000"] == "closed denied" }
            // Without the extension block no format tells the lead how the others stand.
            if !takesExtension { try await joint.askEventually("320000", "release") }
            let closed = try await joint.eventually("the lead closes the whole") { $0.status == "closed" }
            #expect(closed.outcome == "granted" && closed.branches["320000"] == "closed granted")
            #expect(closed.events.filter { $0["status"] as? String == "closed" }.count == 1)
            let description = closed.result["description"] as? String ?? ""
            #expect(!description.contains("张"), "masked")
            try await federation.settle()
            try await federation.expectAgreement()
            let last = try await joint.look()
            #expect(last.told("310000").contains(last.events.count), "one consolidated result where it was applied for")
        }
    }

    struct Newborn: Sendable, CustomTestStringConvertible {
        let origin: String
        let birthplace: String
        let household: String
        let takesExtension: Bool
        var testDescription: String {
            "\(origin): born in \(birthplace), household in \(household), \(takesExtension ? "with" : "without") extension"
        }
    }

    /// 一件事: a newborn over two provinces; each of the four formats applies once.
    @Test(arguments: [
        Newborn(origin: "310000", birthplace: "320000", household: "330000", takesExtension: true),
        Newborn(origin: "340000", birthplace: "310000", household: "320000", takesExtension: true),
        Newborn(origin: "320000", birthplace: "330000", household: "340000", takesExtension: false),
        Newborn(origin: "330000", birthplace: "340000", household: "310000", takesExtension: false),
    ])
    func newbornBundleOverTwoProvinces(row: Newborn) async throws {
        try await TestFederation.with(Self.setup(row.takesExtension)) { federation in
            for hub in Self.hubs { try await federation.plan(hub, "accepted,reviewing,granted") }
            try await federation.plan(row.birthplace, "hold,accepted,granted", item: "000723045000")
            let sides = try [row.birthplace, row.household].map(Self.place).joined(separator: ",")
            let main = try await federation.order(row.origin, [("theme", "newborn"), ("handling", sides)])
            let split = try await main.eventually("one application, five cases") { $0.children.count == 5 }
            let birth = try #require(split.children["birth-certificate"])
            #expect(birth.standing == "open")
            for name in ["vaccination", "household", "medical-insurance", "social-card"] {
                #expect(split.children[name]?.standing == "waiting", "\(name)")
            }
            let certificate = ScenarioCase(federation: federation, origin: "", number: birth.id)
            try await certificate.askEventually(row.birthplace, "release")
            let closed = try await main.eventually("every child ends, then the whole") { $0.status == "closed" }
            #expect(closed.outcome == "granted")
            #expect(closed.children.values.allSatisfy { $0.standing == "ended" })
            #expect(closed.events.filter { $0["status"] as? String == "closed" }.count == 1, "one feedback")
            #expect(closed.tenOnes("notMet") == [])
            #expect(
                closed.told(row.birthplace) == [] && closed.told(row.household) == [], "the main case goes to nobody")
            // Order: the household begins after the birth certificate has ended.
            let household = try await ScenarioCase(
                federation: federation, origin: "", number: try #require(closed.children["household"]).id
            ).look()
            let ended = try await certificate.look().events.last?["at"] as? String ?? ""
            let released = household.events.first { $0["kind"] as? String == "transferred" }?["at"] as? String ?? ""
            #expect(!ended.isEmpty && released >= ended)
            try await federation.settle()
            try await federation.expectAgreement(isEveryHubUsed: false)
        }
    }

    /// 容缺 that is kept and one that is not, and 异地代收代办, from and in every format at once.
    @Test(arguments: [true, false]) func owedMaterialsAndCollectedPapers(takesExtension: Bool) async throws {
        try await TestFederation.with(Self.setup(takesExtension)) { federation in
            for hub in Self.hubs {
                try await federation.plan(hub, "accepted,hold,reviewing,granted", item: "002063021000")
                try await federation.plan(hub, "accepted,supplementing,hold,reviewing,granted", item: "002009001000")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, origin) in Self.hubs.enumerated() {
                    let other = Self.hubs[(index + 1) % Self.hubs.count]
                    group.addTask { try await Self.owing(federation, origin, other, isKept: true) }
                    group.addTask { try await Self.owing(federation, origin, other, isKept: false) }
                    group.addTask { try await Self.collecting(federation, origin, other) }
                }
                try await group.waitForAll()
            }
            try await federation.settle()
            try await federation.expectAgreement()
        }
    }

    /// Shanghai's own format has no time limit of what is owed, and Jiangsu's one per material: without the extension
    /// block both leave it with the case's own.
    private static func saysDue(_ origin: String, _ federation: TestFederation) -> Bool {
        federation.setup.takesExtension || !["310000", "320000"].contains(origin)
    }

    private static func owing(
        _ federation: TestFederation, _ origin: String, _ handling: String, isKept: Bool
    ) async throws {
        let owing = try await federation.order(
            origin,
            [
                ("item", "002063021000"), ("handling", try place(handling)), ("owed", "无房证明"),
                ("due", isKept ? "2d" : "4s"),
            ])
        let saysDue = saysDue(origin, federation)
        let awaited = isKept ? "owedReminder" : "owedOverdue"
        try await owing.eventually("\(origin): accepted with a promise, \(saysDue ? awaited : "no time said")") {
            look in
            look.status == "accepted" && look.rows("commitments").count == 1
                && (look.notices.contains(awaited) || !saysDue)
        }
        if isKept { try await owing.askEventually(origin, "fulfil") }
        let before = try await owing.eventually("\(origin): \(isKept ? "kept" : "not kept")") { look in
            look.column("commitments", "fulfilledAt").allSatisfy { ($0 != "-") == isKept }
                && look.notices.contains("owedOverdue") == (!isKept && saysDue)
                && (look.notices.contains("owedReminder") == false || (!isKept && !saysDue))
        }
        let notices = before.events.filter { $0["kind"] as? String == "notice" }
        #expect(!notices.isEmpty || !saysDue, "\(origin): told by an event")
        #expect(before.status == "accepted", "\(origin): a notice moves nothing")
        try await owing.askEventually(handling, "release")
        try await owing.eventually("\(origin): closed") { $0.status == "closed" }
    }

    private static func collecting(_ federation: TestFederation, _ origin: String, _ handling: String) async throws {
        let collected = try await federation.order(
            origin,
            [
                ("mode", "collect"), ("item", "002009001000"), ("handling", try place(handling)), ("answer", "auto"),
                ("collect", "later"),
            ])
        let closed = try await collected.eventually("\(origin): collected, asked back, closed") {
            $0.status == "closed"
        }
        let states = closed.events.compactMap { $0["status"] as? String }
        let order = ["collected", "transferred", "accepted", "supplementing", "reviewing", "closed"]
        let places = order.compactMap { states.firstIndex(of: $0) }
        #expect(places.count == order.count && places == places.sorted(), "\(origin): \(states)")
        let answer = closed.events.first { $0["status"] as? String == "reviewing" }
        #expect(answer?["author"] as? String == origin, "\(origin): answered through the collecting window")
    }
}
