import KuayuHubs
import KuayuModel
import Testing

/// What the simulated hubs say in their own formats is what the adapters read, with the extension block and without.
@Suite struct ScenarioHubFormatTests {
    private typealias Hubs = ScenarioHubs

    /// Divisions in three other regions, or own and two others.
    private static func places(_ region: RegionCode) -> [String] {
        let all: [RegionCode: String] = [
            .shanghai: "310115", .jiangsu: "320500", .zhejiang: "330106", .anhui: "340104",
        ]
        return RegionCode.federated.filter { $0 != region }.compactMap { all[$0] }
    }

    @Test(arguments: ScenarioHubs.ways) func jointCases(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let places = Self.places(way.region)
        let made = try desk.order(
            [("mode", "joint"), ("item", "000118043000"), ("handling", places.joined(separator: ","))], now: Hubs.now)
        let record = try Hubs.read(made.payload, way.region)
        #expect(record[.mode] == "joint")
        #expect(record.column("places.handling[].division") == places)
        #expect(record[.status] == "submitted")
        #expect(record[.catalogCode] == "000118043000")
        #expect(record[.localNumbers].contains { $0[.localNumberValue] == made.number })
    }

    @Test(arguments: ScenarioHubs.ways) func collectedCases(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let own = way.region.value + 100
        let collected =
            Divisions.standard.division(RegionCode(value: own) ?? way.region) == nil
            ? way.region.text : String(own)
        let made = try desk.order(
            [
                ("mode", "collect"), ("item", "000131011000"), ("collected", collected),
                ("handling", Self.places(way.region)[0]),
            ], now: Hubs.now)
        let first = try Hubs.read(made.payload, way.region)
        #expect(first[.mode] == "collect")
        #expect(first[.status] == "submitted")
        #expect(first[.collectedDivision] == (way.usesExtension ? collected : nil))
        #expect(desk.ahead(of: made.number) == ["collected"])
        // Nothing happens before the case is registered.
        #expect(desk.settle(now: Hubs.later(1)) == [])
        desk.learn(try Hubs.registration(1, .submitted), number: made.number)
        #expect(desk.settle(now: Hubs.later(1)) == [made.number])
        let payload = desk.payload(of: made.number, now: Hubs.later(1))
        let second = try Hubs.read(#require(payload), way.region)
        #expect(second[.status] == "collected")
        #expect(second[.collectedDivision] == (way.usesExtension ? collected : nil))
        #expect(second.column("materials[].logistics.trackingNumber").contains("-") == !way.usesExtension)
    }

    @Test(arguments: ScenarioHubs.ways) func collectedWithTheFirstMessage(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let made = try desk.order(
            [("mode", "collect"), ("collect", "now"), ("handling", Self.places(way.region)[1])], now: Hubs.now)
        #expect(try Hubs.read(made.payload, way.region)[.status] == "collected")
        #expect(desk.ahead(of: made.number) == [])
    }

    @Test(arguments: ScenarioHubs.ways) func owedMaterials(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let made = try desk.order(
            [("item", "002063021000"), ("handling", Self.places(way.region)[0]), ("owed", "首付款发票"), ("due", "3d")],
            now: Hubs.now)
        let record = try Hubs.read(made.payload, way.region)
        let due = Hubs.later(3 * 86_400).canonical
        let saysDue = way.usesExtension || way.region == .zhejiang || way.region == .anhui
        #expect(record.column("materials[].source").last == "deferred")
        #expect(record.column("materials[].name").last == "首付款发票")
        #expect(record.column("commitments[].dueAt") == (saysDue ? [due] : []))
        #expect(record.column("commitments[].kind") == (saysDue ? ["deferred"] : []))
        if way.usesExtension { #expect(record.column("commitments[].madeAt") == [Hubs.now.canonical]) }
        desk.learn(try Hubs.registration(1, .submitted), number: made.number)
        let told = desk.act("fulfilled", on: made.number, now: Hubs.later(60))
        let fulfilled = try Hubs.read(#require(told), way.region)
        #expect(fulfilled[.status] == "submitted")
        #expect(fulfilled.column("materials[].source").last == "applicant")
        #expect(
            fulfilled.column("commitments[].fulfilledAt") == (way.usesExtension ? [Hubs.later(60).canonical] : []))
    }

    @Test(arguments: ScenarioHubs.ways) func mainCasesOfBundles(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let places = Array(Self.places(way.region).prefix(2))
        let made = try desk.order(
            [("theme", "newborn"), ("handling", places.joined(separator: ","))], now: Hubs.now)
        let record = try Hubs.read(made.payload, way.region)
        let saysNumber = way.usesExtension || way.region != .shanghai
        let saysTheme = way.usesExtension || way.region == .zhejiang
        #expect((record.text("bundle.bundleId") != nil) == saysNumber)
        #expect(record.text("bundle.theme") == (saysTheme ? "新生儿出生" : nil))
        #expect(record.text("bundle.role") == (way.usesExtension ? "main" : nil))
        #expect(record[.itemName] == "新生儿出生")
        #expect(record[.mode] == "joint")
        #expect(record.column("places.handling[].division") == places)
        #expect(desk.ahead(of: made.number) == [])
    }

    /// A child that a hub makes itself.
    @Test(arguments: ScenarioHubs.ways) func childrenOfBundles(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let made = try desk.order(
            [
                ("theme", "newborn"), ("item", "000709035000"), ("handling", Self.places(way.region)[0]),
                ("bundle", "YJS-1"), ("main", "N1"), ("after", "birth-certificate"),
            ], now: Hubs.now)
        let record = try Hubs.read(made.payload, way.region)
        let region = way.region
        let whole = way.usesExtension
        #expect(record.text("bundle.bundleId") == (whole || region != .shanghai ? "YJS-1" : nil))
        #expect(record.text("bundle.childOf") == (whole || [.zhejiang, .anhui].contains(region) ? "N1" : nil))
        #expect(record.text("bundle.after") == (whole || region == .jiangsu ? "birth-certificate" : nil))
        #expect(record.text("bundle.role") == (whole ? "child" : nil))
        #expect(record[.itemName] == "新生儿入户")
    }

    // MARK: steps

    /// A stage, and what must be read after it.
    struct Stage: Sendable {
        let name: String
        let status: String
        var outcome: String?
        /// The state that only the extension block can say.
        var exact: String?
    }

    private static let stages = [
        Stage(name: "collected", status: "collected"), Stage(name: "accepted", status: "accepted"),
        Stage(name: "supplementing", status: "supplementing"), Stage(name: "reviewing", status: "reviewing"),
        Stage(name: "special", status: "special"), Stage(name: "granted", status: "closed", outcome: "granted"),
        Stage(name: "denied", status: "closed", outcome: "denied"),
        Stage(name: "decided", status: "closed", outcome: "granted", exact: "decided"),
        Stage(name: "issued", status: "closed", outcome: "granted", exact: "issued"),
        Stage(name: "delivered", status: "closed", outcome: "granted", exact: "delivered"),
        Stage(name: "closed", status: "closed", outcome: "granted"),
        Stage(name: "notAccepted", status: "notAccepted", outcome: "notAccepted"),
        Stage(name: "returned", status: "returned", outcome: "returned"),
        Stage(name: "withdrawn", status: "withdrawn", outcome: "withdrawn"),
        Stage(name: "voided", status: "voided", outcome: "voided"),
    ]

    @Test(arguments: ScenarioHubs.ways) func everyStage(_ way: ScenarioHubs.Way) throws {
        for stage in Self.stages {
            var desk = try Hubs.desk(way)
            let made = try desk.order([("handling", Self.places(way.region)[0])], now: Hubs.now)
            desk.learn(try Hubs.registration(1, .submitted), number: made.number)
            let payload = desk.act(stage.name, on: made.number, now: Hubs.later(5))
            let record = try Hubs.read(#require(payload), way.region)
            let status = way.usesExtension ? stage.exact ?? stage.status : stage.status
            #expect(record[.status] == status, "\(stage.name)")
            #expect(record[.outcome] == stage.outcome, "\(stage.name)")
        }
    }

    @Test(arguments: ScenarioHubs.ways) func specialProceduresEnd(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let made = try desk.order([("handling", Self.places(way.region)[0])], now: Hubs.now)
        for (index, (stage, status)) in [("accepted", "accepted"), ("special", "special"), ("reviewing", "reviewing")]
            .enumerated()
        {
            let version = index + 1
            desk.learn(try Hubs.registration(version, .submitted), number: made.number)
            let payload = desk.act(stage, on: made.number, now: Hubs.later(Int64(version) * 10))
            let record = try Hubs.read(#require(payload), way.region)
            #expect(record[.status] == status)
            let says = way.usesExtension || way.region == .jiangsu
            if stage == "reviewing" {
                #expect(record.column("special[].endedAt") == (says ? [Hubs.later(30).canonical] : []))
                #expect(record.column("special[].startedAt") == (says ? [Hubs.later(20).canonical] : []))
            }
        }
    }

    /// Papers that need not be submitted because a certificate library has them.
    @Test(arguments: ScenarioHubs.ways) func licencesInPlaceOfPapers(_ way: ScenarioHubs.Way) throws {
        var desk = try Hubs.desk(way)
        let licence = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
        let made = try desk.order(
            [("handling", Self.places(way.region)[0]), ("licence", licence)], now: Hubs.now)
        let record = try Hubs.read(made.payload, way.region)
        let says = way.usesExtension || [.zhejiang, .jiangsu].contains(way.region)
        #expect(record.column("materials[].source") == ["licence"])
        #expect(record.column("materials[].provenance.licenceId") == [says ? licence : "-"])
        #expect(record.column("materials[].exempt") == [way.usesExtension ? "true" : "-"])
    }

    /// What cannot be followed says why.
    @Test(arguments: [
        ("mode=often", "mode is"), ("item=000000000000", "no such item"), ("handling=999999", "no division"),
        ("due=tomorrow", "due is"), ("theme=nothing", "no such theme"), ("stages=accepted,sleeping", "no such stage"),
        ("answer=perhaps", "answer is"), ("colour=red", "no such parameter"), ("mode=online&mode=joint", "twice"),
        ("collect=soon", "collect is"), ("to=110000", "to is"), ("due=1000000s", "due is"),
    ]) func ordersThatCannotBeFollowed(_ query: String, _ words: String) throws {
        var desk = try Hubs.desk(.init(region: .zhejiang, usesExtension: true))
        let parameters = query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=").map(String.init)
            return (name: parts[0], value: parts[1])
        }
        let error = #expect(throws: (any Error).self) { try desk.order(parameters, now: Hubs.now) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(words))
    }
}
