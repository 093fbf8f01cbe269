import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuTestKit
import Testing

/// 一件事 through the gateway: one application, several cases, one feedback.
@Suite struct BundleFollowTests {
    /// Shanghai applies for a newborn: born in Suzhou, household in Hangzhou.
    private static func main() -> CaseRecord {
        var record = RulesBench.application(
            item: "000723099000", name: "新生儿出生", handling: ["320500", "330100"], mode: "joint")
        record[.named("bundle.bundleId")] = "YJS-1"
        record[.named("bundle.theme")] = "newborn"
        record[.named("bundle.role")] = "main"
        return record
    }

    private static func children(_ bench: RulesBench, main: CaseID) throws -> [String: CaseID] {
        // Without the extension block Shanghai cannot say its number of the bundle: then it is the case's.
        let number = try bench.record(main)[.named("bundle.bundleId")] ?? main.text
        let ids = try bench.store.read { try $0.bundleMembers(number, origin: .shanghai) }.filter { $0 != main }
        return Dictionary(uniqueKeysWithValues: try ids.map { (try bench.record($0)[.itemName] ?? "", $0) })
    }

    private static func finish(_ bench: RulesBench, _ id: CaseID, at region: RegionCode, denied: Bool = false)
        async throws
    {
        let answer = try await bench.report(id, from: region) { record in
            record[.status] = "closed"
            record[.outcome] = denied ? "denied" : "granted"
            record[.startedAt] = bench.clock.now.canonical
            record[.decidedAt] = bench.clock.now.canonical
        }
        #expect(answer.outcome == .accepted, "\(answer.issues)")
    }

    @Test(arguments: [true, false])
    func fansOutHoldsReleasesAndAnswersOnce(allowsExtension: Bool) async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let main = try await bench.accepted(
            Self.main(), from: .shanghai, number: "SH1", extension: allowsExtension)
        #expect(try bench.told(.jiangsu, of: main) == [] && bench.told(.zhejiang, of: main) == [])
        let children = try Self.children(bench, main: main)
        #expect(children.count == 5)
        let birth = try #require(children["出生医学证明签发"])
        let household = try #require(children["新生儿入户"])
        let card = try #require(children["社会保障卡申领"])
        #expect(try bench.status(birth) == .transferred && bench.status(household) == .submitted)
        #expect(try bench.told(.jiangsu, of: birth) == [1] && bench.told(.shanghai, of: birth) == [1])
        #expect(try bench.told(.zhejiang, of: household) == [] && bench.told(.shanghai, of: household) == [1])

        try await Self.finish(bench, birth, at: .jiangsu)
        #expect(try bench.status(household) == .transferred && bench.told(.zhejiang, of: household) == [2])
        #expect(try bench.status(card) == .submitted)
        #expect(try !bench.status(main).isFinal)
        for name in ["预防接种证办理", "新生儿入户", "城乡居民医保参保登记", "社会保障卡申领"] {
            let id = try #require(children[name])
            let region: RegionCode = name == "预防接种证办理" ? .jiangsu : .zhejiang
            #expect(try bench.status(id) == .transferred, "\(name)")
            try await Self.finish(bench, id, at: region)
        }
        #expect(try bench.status(main) == .closed)
        #expect(try bench.record(main)[.outcome] == "granted")
        #expect(try bench.record(main)[.named("result.description")]?.contains("新生儿入户") ?? false)
        #expect(try bench.events(main).filter { $0.head.status == .closed }.count == 1)
        #expect(try bench.told(.jiangsu, of: main) == [] && bench.told(.zhejiang, of: main) == [])
    }

    @Test func blocksWhatWaitsForADenial() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let main = try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        let children = try Self.children(bench, main: main)
        let birth = try #require(children["出生医学证明签发"])
        let household = try #require(children["新生儿入户"])
        try await Self.finish(bench, birth, at: .jiangsu, denied: true)
        #expect(try bench.status(household) == .submitted && bench.told(.zhejiang, of: household) == [])
        #expect(try bench.notices(household) == ["bundleBlocked"])
        #expect(try bench.told(.shanghai, of: household).count == 2)
        let answer = try await bench.report(main, from: .shanghai) { $0[.status] = "withdrawn" }
        #expect(answer.outcome == .accepted)
        #expect(try bench.status(main) == .withdrawn && bench.status(household) == .withdrawn)
        #expect(try bench.notices(household) == [])
        #expect(try bench.status(birth) == .closed)
    }

    @Test func sharesALaterMaterialWithEveryOpenChild() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let main = try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        let children = try Self.children(bench, main: main)
        try await bench.report(main, from: .shanghai) { record in
            var row = CaseRow(.materials)
            row[.named("materials[].id")] = "M9"
            row[.named("materials[].name")] = "父母结婚证"
            record[.materials].append(row)
        }
        for id in children.values {
            let names = try bench.record(id)[.materials].compactMap { $0[.named("materials[].name")] }
            #expect(names == ["父母结婚证"])
        }
        let held = try #require(children["新生儿入户"])
        #expect(try bench.told(.zhejiang, of: held) == [] && bench.told(.shanghai, of: held) == [1, 2])
    }

    /// A hub may have sent one of the children by itself, before the main case.
    @Test func completesWhatAHubHasSplitInPart() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var first = RulesBench.application(item: "000723045000", name: "出生医学证明签发", handling: ["320500"])
        first[.named("bundle.bundleId")] = "YJS-1"
        let own = try await bench.accepted(first, from: .shanghai, number: "SH0")
        let main = try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        let children = try Self.children(bench, main: main)
        #expect(children.count == 5 && children["出生医学证明签发"] == own)
    }

    @Test func makesAChildOnceWhateverBecomesOfIt() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let main = try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        let birth = try #require(try Self.children(bench, main: main)["出生医学证明签发"])
        try await bench.report(birth, from: .shanghai) { $0[.catalogCode] = "000723045999" }
        #expect(try bench.record(birth)[.catalogCode] == "000723045999")
        #expect(try bench.store.read { try $0.bundleMembers("YJS-1", origin: .shanghai) }.count == 6)
        // Nor does its hub send one again that is under way.
        var again = RulesBench.application(item: "000709035000", handling: ["330100"])
        again[.named("bundle.bundleId")] = "YJS-1"
        let answer = try await bench.send(again, from: .shanghai, number: "SH9")
        #expect(answer.head == nil && answer.issues.map(\.code) == ["bundle.child-exists"])
    }

    /// What belongs to a bundle is said where it was applied for.
    @Test func nobodyPutsACaseIntoTheBundleOfAnother() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let main = try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        var foreign = RulesBench.application(item: "000131009000", name: "内资有限公司设立登记", handling: ["330100"])
        foreign[.named("bundle.bundleId")] = "YJS-1"
        foreign[.status] = "accepted"
        let id = try await bench.accepted(foreign, from: .zhejiang, number: "ZJ1")
        #expect(try bench.record(id)[.named("bundle.bundleId")] == nil)
        #expect(try Self.children(bench, main: main).count == 5)
    }

    @Test func refusesABundleThatCannotBeSplit() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = Self.main()
        record[.named("bundle.theme")] = "nothing-known"
        let answer = try await bench.send(record, from: .shanghai, number: "SH1")
        #expect(answer.issues.map(\.code).contains("bundle.theme-unknown") && answer.head == nil)
    }
}
