import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuTestKit
import Testing

/// What time alone does to a case: warnings, reminders, alarms; and what people are told of it.
@Suite struct NoticeFollowTests {
    private static func owing() -> CaseRecord {
        var record = RulesBench.application(handling: ["330100"])
        var material = CaseRow(.materials)
        material[.named("materials[].id")] = "M1"
        material[.named("materials[].name")] = "户口簿"
        material[.named("materials[].source")] = "deferred"
        material[.named("materials[].necessity")] = "deferred"
        record[.materials] = [material]
        var promise = CaseRow(.named("commitments"))
        promise[.named("commitments[].kind")] = "deferred"
        promise[.named("commitments[].dueAt")] = "2026-03-12T17:00:00+08:00"
        record[.named("commitments")] = [promise]
        return record
    }

    private static func accept(_ bench: RulesBench, _ id: CaseID) async throws {
        try await bench.report(id, from: .zhejiang) { record in
            record[.status] = "accepted"
            record[.startedAt] = bench.clock.now.canonical
        }
    }

    @Test func remindsOfWhatIsOwedAndRaisesAnAlarm() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let id = try await bench.accepted(Self.owing(), from: .shanghai, number: "SH1")
        try await Self.accept(bench, id)
        #expect(try bench.notices(id) == [])
        let before = try bench.told(.shanghai, of: id).count
        try await bench.pass(to: "2026-03-10T09:00:00+08:00")
        #expect(try bench.notices(id) == ["owedReminder"])
        #expect(try bench.told(.shanghai, of: id).count == before + 1)
        #expect(try bench.events(id).last?.kind == .notice)
        #expect(try bench.record(id)[.events].contains { $0[.named("events[].step")] == "容缺补交提醒" })
        #expect(try bench.record(id)[.events].last?[.eventAction] == "accepted")
        try await bench.pass(to: "2026-03-12T17:00:01+08:00")
        #expect(try bench.notices(id) == ["owedOverdue"])
        #expect(try bench.status(id) == .accepted)
        let version = try bench.events(id).count
        try await bench.pass(to: "2026-03-12T18:00:00+08:00")
        #expect(try bench.events(id).count == version)
    }

    @Test func clearsWhatWasHandedIn() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let id = try await bench.accepted(Self.owing(), from: .shanghai, number: "SH1")
        try await Self.accept(bench, id)
        try await bench.pass(to: "2026-03-10T09:00:00+08:00")
        #expect(try bench.notices(id) == ["owedReminder"])
        try await bench.report(id, from: .shanghai) { record in
            record.update(.materials) { rows in
                rows[0][.named("materials[].source")] = "applicant"
                rows[0][.named("materials[].necessity")] = "required"
            }
        }
        #expect(try bench.record(id)[.named("commitments")].first?[.named("commitments[].fulfilledAt")] != nil)
        #expect(try bench.notices(id) == [])
        try await bench.pass(to: "2026-03-13T09:00:00+08:00")
        #expect(try bench.notices(id) == [])
    }

    @Test func alarmsWhenNobodySaysWhatIsMissing() async throws {
        let bench = try RulesBench(at: "2026-03-02T09:00:00+08:00")
        let id = try await bench.accepted(RulesBench.application(handling: ["330100"]), from: .shanghai, number: "SH1")
        try await bench.pass(to: "2026-03-09T18:00:00+08:00")
        #expect(try bench.notices(id) == [])
        try await bench.pass(to: "2026-03-10T09:00:00+08:00")
        #expect(try bench.notices(id) == ["supplementLate"])
        #expect(try bench.status(id) == .transferred)
        try await Self.accept(bench, id)
        #expect(try bench.notices(id) == [])
    }

    @Test func countsALimitBeyondTheCalendarProvisionallyUntilANewOneIsLoaded() async throws {
        let bench = try RulesBench(at: "2026-12-28T09:00:00+08:00")
        var record = RulesBench.application(handling: ["330100"])
        record[.named("limits.promised.amount")] = "10"
        record[.named("limits.promised.unit")] = "workday"
        let id = try await bench.accepted(record, from: .shanghai, number: "SH1")
        try await Self.accept(bench, id)
        #expect(try bench.record(id)[.calendar] == "CN-2018-2026 provisional")
        let rows = try #require(try? RulesBench.calendarWith2027())
        #expect(await bench.gateway.load(calendar: try WorkCalendar(csv: rows), bytes: rows, by: "王"))
        await bench.gateway.lookAtDueCases()
        #expect(try bench.record(id)[.calendar] == "CN-2018-2027")
        #expect(try bench.events(id).last?.kind == .notice)
        #expect(bench.store.audits.map(\.action) == ["calendar"])
    }
}
