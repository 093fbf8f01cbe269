import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuTestKit
import Synchronization
import Testing

/// What a careless or hostile hub, a damaged row or an unlucky moment must not do.
@Suite struct AttackTests {
    private static let theme = Field.named("bundle.theme")
    private static let role = Field.named("bundle.role")
    private static let number = Field.named("bundle.bundleId")
    private static let after = Field.named("bundle.after")
    private static let dueAt = Field.named("commitments[].dueAt")

    private static func main(_ bundle: String = "YJS-1") -> CaseRecord {
        var record = RulesBench.application(
            item: "000723099000", name: "新生儿出生", handling: ["320500", "330100"], mode: "joint")
        record[number] = bundle
        record[theme] = "newborn"
        record[role] = "main"
        return record
    }

    private static func children(_ bench: RulesBench, of main: CaseID) throws -> [String: CaseID] {
        let number = try #require(try bench.record(main)[number])
        let ids = try bench.store.read { try $0.bundleMembers(number, origin: .shanghai) }.filter { $0 != main }
        return Dictionary(
            try ids.map { (try bench.record($0)[.itemName] ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func owing(_ record: CaseRecord, due: String) -> CaseRecord {
        var record = record
        var material = CaseRow(.materials)
        material[.named("materials[].id")] = "M1"
        material[.named("materials[].name")] = "户口簿"
        material[.named("materials[].source")] = "deferred"
        material[.named("materials[].necessity")] = "deferred"
        record[.materials] = [material]
        record[.named("commitments")] = [promise(madeAt: "2026-03-02T09:00:00+08:00", due: due)]
        return record
    }

    private static func promise(madeAt: String, due: String) -> CaseRow {
        var promise = CaseRow(.named("commitments"))
        promise[.named("commitments[].kind")] = "deferred"
        promise[.named("commitments[].madeAt")] = madeAt
        promise[dueAt] = due
        return promise
    }

    private static func sees(_ hub: RegionCode, _ id: CaseID, _ bench: RulesBench) throws -> Bool {
        let event = try #require(try bench.store.read { try $0.caseInForce(id) })
        let hub = try #require(bench.gateway.federation.hubs[hub])
        return try CaseAccess.takesPart(hub, in: event, of: bench.gateway.federation)
    }

    // MARK: nobody hears of what does not concern him yet

    @Test func whatIsHeldIsNotShownToThoseWhoHaveNotBeenTold() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let main = try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        let held = try #require(try Self.children(bench, of: main)["新生儿入户"])
        let papers = RulesBench.application(handling: ["330100"], mode: "collect")
        let uncollected = try await bench.accepted(papers, from: .shanghai, number: "SH2")
        for id in [main, held, uncollected] {
            #expect(try Self.sees(.shanghai, id, bench))
            #expect(try !Self.sees(.zhejiang, id, bench))
        }
        try await bench.accepted(RulesBench.application(handling: ["330100"]), from: .shanghai, number: "SH3")
    }

    @Test func nobodyHandlesACaseWhosePapersAreNotCollected() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let papers = RulesBench.application(handling: ["330100"], mode: "collect")
        let id = try await bench.accepted(papers, from: .shanghai, number: "SH2")
        let answer = try await bench.report(id, from: .zhejiang) { record in
            record[.status] = "notAccepted"
            record[.outcome] = "notAccepted"
        }
        #expect(try answer.head == nil && bench.status(id) == .submitted)
    }

    @Test func alarmsOfWhatIsOwedDoNotGoToThoseWhoHaveNotBeenTold() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let due = "2026-03-12T17:00:00+08:00"
        let main = try await bench.accepted(Self.owing(Self.main(), due: due), from: .shanghai, number: "SH1")
        let held = try #require(try Self.children(bench, of: main)["新生儿入户"])
        let papers = Self.owing(RulesBench.application(handling: ["330100"], mode: "collect"), due: due)
        let uncollected = try await bench.accepted(papers, from: .shanghai, number: "SH2")
        try await bench.pass(to: "2026-03-13T09:00:00+08:00")
        for id in [main, held, uncollected] {
            #expect(try bench.notices(id).contains("owedOverdue"))
            #expect(try bench.told(.zhejiang, of: id) == [])
        }
    }

    // MARK: notices

    /// A case of one version: its row of notices is not empty for ever.
    @Test func aCaseThatNeverChangedClearsItsNotices() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[.named("proactive")] = "true"
        record[.status] = "accepted"
        record[.startedAt] = "2026-03-02T09:00:00+08:00"
        record[.named("limits.promised.amount")] = "5"
        record[.named("limits.promised.unit")] = "workday"
        let id = try await bench.accepted(record, from: .zhejiang, number: "ZJ1")
        for day in 6...12 where try bench.notices(id) != ["clockYellow"] {
            try await bench.pass(to: "2026-03-\(day < 10 ? "0" : "")\(day)T00:00:01+08:00")
        }
        #expect(try bench.notices(id) == ["clockYellow"])
        try await bench.pass(to: "2026-03-13T09:00:00+08:00")
        #expect(try bench.notices(id) == ["clockRed"])
    }

    /// The entry that tells of an alarm is not the event that the alarm counts from.
    @Test func anAlarmDoesNotStartItsOwnPeriodAnew() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var papers = RulesBench.application(handling: ["330100"], mode: "collect")
        let id = try await bench.accepted(papers, from: .shanghai, number: "SH2")
        try await bench.pass(to: "2026-03-10T09:00:00+08:00")
        #expect(try bench.notices(id) == ["collectLate"])
        bench.clock.set(try #require(Instant(canonical: "2026-03-11T09:00:00+08:00")))
        papers[.named("applicant.mobile")] = "13800138000"
        try await bench.accepted(papers, from: .shanghai, number: "SH2")
        #expect(try bench.notices(id) == ["collectLate"])
        try await bench.pass(to: "2026-04-01T09:00:00+08:00")
        #expect(try bench.events(id).filter { $0.kind == .notice }.count == 1)
    }

    /// However much is owed, one look tells of it once.
    @Test func manyNoticesMakeOneEvent() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[.named("commitments")] = (10..<40).map {
            Self.promise(madeAt: "2026-03-02T09:00:\($0)+08:00", due: "2026-03-12T17:00:00+08:00")
        }
        let id = try await bench.accepted(record, from: .shanghai, number: "SH1")
        try await bench.report(id, from: .zhejiang) { $0[.status] = "accepted" }
        let before = try bench.events(id).count
        try await bench.pass(to: "2026-03-13T09:00:00+08:00")
        #expect(try bench.notices(id).filter { $0 == "owedOverdue" }.count >= 30)
        #expect(try bench.events(id).count == before + 1)
    }

    // MARK: bundles

    @Test func anOrderWithoutABundleHoldsNobodyUp() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[Self.after] = "birth-certificate"
        let id = try await bench.accepted(record, from: .shanghai, number: "SH1")
        #expect(try bench.status(id) == .transferred && !bench.told(.zhejiang, of: id).isEmpty)
    }

    /// Of two main cases with one number only the first would ever be split.
    @Test func aNumberHasOneMainCase() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        let answer = try await bench.send(Self.main(), from: .shanghai, number: "SH2")
        #expect(answer.head == nil && answer.issues.map(\.code).contains("bundle.two-mains"), "\(answer.issues)")
    }

    @Test func aNumberThatEveryCaseHasIsNoBundle() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var codes: [String] = []
        for index in 0..<110 where codes.isEmpty {
            var record = RulesBench.application(handling: ["330100"])
            record[Self.number] = "无"
            codes = try await bench.send(record, from: .shanghai, number: "SH\(index)").issues.map(\.code)
        }
        #expect(codes == ["bundle.too-many"])
    }

    @Test func aMainCaseStaysOne() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let main = try await bench.accepted(Self.main(), from: .shanghai, number: "SH1")
        let births = try #require(try Self.children(bench, of: main)["出生医学证明签发"])
        try await bench.report(main, from: .shanghai) { record in
            record[Self.role] = "child"
            record[Self.theme] = "retirement"
            record.update(.handling) { $0[1][.handlingDivision] = "330200" }
        }
        let record = try bench.record(main)
        #expect(record[Self.role] == "main" && record[Self.theme] == "newborn")
        #expect(record[.handling].compactMap { $0[.handlingDivision] } == ["320500", "330100"])
        #expect(try bench.told(.zhejiang, of: main) == [])
        try await bench.report(births, from: .jiangsu) { record in
            record[.status] = "closed"
            record[.outcome] = "granted"
            record[.decidedAt] = bench.clock.now.canonical
        }
        let household = try #require(try Self.children(bench, of: main)["新生儿入户"])
        #expect(try bench.status(household) == .transferred)
    }

    @Test func aCaseThatIsHandledDoesNotBecomeAMainCase() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let id = try await bench.accepted(RulesBench.application(handling: ["330100"]), from: .shanghai, number: "SH1")
        try await bench.report(id, from: .shanghai) { record in
            record[Self.role] = "main"
            record[Self.theme] = "newborn"
            record[Self.number] = "YJS-9"
        }
        #expect(try bench.store.read { try $0.cases(CaseFilter()) }.count == 1)
        let answer = try await bench.report(id, from: .zhejiang) { $0[.status] = "accepted" }
        #expect(try answer.outcome == .accepted && bench.status(id) == .accepted)
    }

    /// A child that was sent singly, waits, and whose papers a third region collects.
    @Test func papersOfAHeldChildCanBeCollected() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var first = RulesBench.application(item: "000723045000", name: "出生医学证明签发", handling: ["320500"])
        first[Self.number] = "YJS-3"
        let birth = try await bench.accepted(first, from: .shanghai, number: "SH1")
        var second = RulesBench.application(handling: ["330100"], mode: "collect")
        second[.collectedDivision] = "340100"
        second[Self.number] = "YJS-3"
        second[Self.after] = birth.text
        let household = try await bench.accepted(second, from: .shanghai, number: "SH2")
        try await bench.report(birth, from: .jiangsu) { record in
            record[.status] = "closed"
            record[.outcome] = "granted"
            record[.decidedAt] = bench.clock.now.canonical
        }
        #expect(try bench.status(household) == .submitted && bench.told(.zhejiang, of: household) == [])
        try await bench.report(household, from: .anhui) { $0[.status] = "collected" }
        #expect(try bench.status(household) == .transferred && !bench.told(.zhejiang, of: household).isEmpty)
    }

    /// What a child waits for may be misspelt: somebody has to see it.
    @Test func aChildThatWaitsForNobodyKnownIsNoticed() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[Self.number] = "YJS-4"
        record[Self.after] = "brith-certificate"
        let id = try await bench.accepted(record, from: .shanghai, number: "SH1")
        #expect(try bench.notices(id) == ["bundleBlocked"])
        #expect(try bench.told(.zhejiang, of: id) == [])
    }

    // MARK: one bad case

    @Test func aCaseThatCannotBeReadHoldsUpNobody() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let papers = RulesBench.application(handling: ["330100"], mode: "collect")
        let bad = try await bench.accepted(papers, from: .shanghai, number: "SH1")
        let good = try await bench.accepted(papers, from: .shanghai, number: "SH2")
        var event = try #require(try bench.events(bad).last)
        event.head.version += 1
        event = EventRecord(
            head: event.head, kind: .changed, author: nil, messageID: nil, at: bench.clock.now,
            canonical: Array("{".utf8), note: "damaged", nextLookAt: bench.clock.now)
        let damaged = event
        try bench.store.write { try $0.insert(damaged) }
        try await bench.pass(to: "2026-03-10T09:00:00+08:00")
        #expect(try bench.notices(good) == ["collectLate"])
    }

    // MARK: licences

    /// A library that does not answer is not asked hundreds of times while a hub waits.
    @Test func aLibraryThatIsAwayHoldsUpNoPayload() async throws {
        let library = AwayLibrary()
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00", licences: library)
        var record = RulesBench.application(handling: ["330100"])
        record[.materials] = (1...200).map { index in
            var row = CaseRow(.materials)
            row[.named("materials[].id")] = "M\(index)"
            row[.named("materials[].name")] = "材料\(index)"
            row[.named("materials[].source")] = "licence"
            row[.named("materials[].exempt")] = "true"
            row[.named("materials[].provenance.licenceId")] = "L-\(index)"
            return row
        }
        let answer = try await bench.send(record, from: .shanghai, number: "SH1")
        #expect(answer.head != nil && answer.issues.count == 200)
        #expect(library.count.withLock { $0 } <= 32)
    }

    // MARK: calendar

    @Test func aNewCalendarAlsoTellsWhatStandsByIt() async throws {
        let bench = try RulesBench(at: "2026-12-28T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[.named("limits.promised.amount")] = "5"
        record[.named("limits.promised.unit")] = "workday"
        let id = try await bench.accepted(record, from: .shanghai, number: "SH1")
        try await bench.report(id, from: .zhejiang) { $0[.status] = "accepted" }
        #expect(try bench.record(id)[.calendar]?.hasSuffix(" provisional") ?? false)
        bench.clock.set(try #require(Instant(canonical: "2027-02-01T09:00:00+08:00")))
        let rows = try RulesBench.calendarWith2027()
        #expect(await bench.gateway.load(calendar: try WorkCalendar(csv: rows), bytes: rows, by: "王"))
        await bench.gateway.lookAtDueCases()
        #expect(try bench.record(id)[.calendar] == "CN-2018-2027")
        #expect(try bench.notices(id) == ["clockRed"])
    }
}

/// A library that cannot be reached; counts how often it was asked.
private final class AwayLibrary: LicenceLibrary {
    let count = Mutex(0)
    var name: String { "证照库" }
    func answer(licence id: String) async -> LicenceAnswer {
        count.withLock { $0 += 1 }
        return .unavailable(reason: "away")
    }
}
