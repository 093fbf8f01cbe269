import Foundation
import KuayuAdapters
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuSQLite

/// The forms of service beside the ordinary flow, each from the first message to the close: 多地联办, 一件事, 容缺 kept and
/// broken, 异地代收代办.
struct DemoScenarios: Sendable {
    let plan: DemoPlan
    /// The gateway's store, to look at cases; only read.
    let store: SQLiteStore

    /// How one of them ended.
    struct Outcome: Sendable {
        let title: String
        let caseID: CaseID?
        /// What happened, for people; or why it did not.
        let story: String
        let isDone: Bool
    }

    /// A case as it stands.
    private struct Standing: Sendable {
        let record: CaseRecord
        let notices: [String]
        var status: String { record[.status] ?? "" }
    }

    /// Not what should have happened, or not in time.
    private struct Stuck: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs all of them at once.
    func run() async -> [Outcome] {
        async let joint = outcome("多地联办 joint", joint)
        async let newborn = outcome("一件事 newborn", newborn)
        async let kept = outcome("容缺补齐 owed, kept", { try await owing(isKept: true) })
        async let broken = outcome("容缺逾期 owed, broken", { try await owing(isKept: false) })
        async let collected = outcome("异地代收代办 collect", collected)
        return await [joint, newborn, kept, broken, collected]
    }

    private func outcome(_ title: String, _ body: () async throws -> (CaseID, String)) async -> Outcome {
        do {
            let (id, story) = try await body()
            return Outcome(title: title, caseID: id, story: story, isDone: true)
        } catch {
            return Outcome(title: title, caseID: nil, story: "\(error)", isDone: false)
        }
    }

    // MARK: the forms of service

    /// Shanghai applies; Jiangsu leads and asks for a supplement, Zhejiang denies its part, Anhui grants.
    private func joint() async throws -> (CaseID, String) {
        let (number, id) = try await order(
            .shanghai, "mode=joint&item=000118043000&handling=320500,330106,340104&answer=auto")
        try script(.jiangsu, id, "accepted,supplementing,hold,reviewing,waitBranches,granted")
        try script(.zhejiang, id, "accepted,denied")
        try script(.anhui, id, "accepted,reviewing,granted")
        let end = try await until(id, "\(number) is closed") { $0.status == "closed" }
        let branches = end.record[.branches].map { row in
            "\(row[.branchRegion] ?? "") \(row[.branchOutcome] ?? row[.branchStatus] ?? "")"
        }
        return (id, "三地分办 \(branches.joined(separator: "，"))；牵头地办结 \(end.record[.outcome] ?? "")")
    }

    /// Shanghai applies once; born in Suzhou, household in Hangzhou: five cases, one answer.
    private func newborn() async throws -> (CaseID, String) {
        let (number, id) = try await order(.shanghai, "theme=newborn&handling=320500,330106")
        var planned: Set<CaseID> = []
        let end = try await until(id, "\(number) is closed") { standing in
            for child in members(of: standing.record) where child != id && planned.insert(child).inserted {
                for region in [RegionCode.jiangsu, .zhejiang] {
                    try? script(region, child, "accepted,reviewing,granted")
                }
            }
            return standing.status == "closed"
        }
        return (id, "一次申请，\(planned.count) 个子办件依次办理，一次反馈 \(end.record[.outcome] ?? "")")
    }

    /// Anhui applies and owes a paper; Jiangsu accepts all the same.
    private func owing(isKept: Bool) async throws -> (CaseID, String) {
        let due = isKept ? "2d" : "4s"
        let (number, id) = try await order(
            .anhui, "item=002063021000&handling=320500&owed=%E6%97%A0%E6%88%BF%E8%AF%81%E6%98%8E&due=\(due)")
        try script(.jiangsu, id, "accepted,hold,reviewing,granted")
        let awaited = isKept ? "owedReminder" : "owedOverdue"
        _ = try await until(id, "\(number): \(awaited)") { $0.status == "accepted" && $0.notices.contains(awaited) }
        if isKept {
            try await asking(.anhui, "fulfil?case=\(number)")
            _ = try await until(id, "\(number): handed in") { $0.notices.isEmpty }
        }
        try await asking(.jiangsu, "release?case=\(id.text)")
        let end = try await until(id, "\(number) is closed") { $0.status == "closed" }
        let story = isKept ? "容缺受理，提醒后补齐" : "容缺受理，逾期未补，已告警"
        return (id, "\(story)；办结 \(end.record[.outcome] ?? "")")
    }

    /// Zhejiang collects for Shanghai; the supplement is asked back through the collecting window.
    private func collected() async throws -> (CaseID, String) {
        let (number, id) = try await order(.zhejiang, "mode=collect&item=002009001000&handling=310115&answer=auto")
        try script(.shanghai, id, "accepted,supplementing,hold,reviewing,granted")
        let end = try await until(id, "\(number) is closed") { $0.status == "closed" }
        return (id, "收件后转受理地，补正经代收窗口补齐；办结 \(end.record[.outcome] ?? "")")
    }

    // MARK: asking hubs

    /// Has a hub make a case; its number there and the federation's, once it is registered.
    private func order(_ region: RegionCode, _ query: String) async throws -> (String, CaseID) {
        let number = try ask(region, "new?\(query)").trimmingCharacters(in: .whitespacesAndNewlines)
        let local = KuayuGateway.LocalNumber(region: region, value: number)
        let id = try await eventually("\(number) is registered") { try? store.read { try $0.caseID(number: local) } }
        return (number, id)
    }

    private func script(_ region: RegionCode, _ id: CaseID, _ stages: String) throws {
        _ = try ask(region, "plan?case=\(id.text)&stages=\(stages)")
    }

    private func ask(_ region: RegionCode, _ request: String) throws -> String {
        guard let control = plan.control(region.text) else { throw Stuck(description: "\(region.text) does not run") }
        return try control.post("/control/" + request)
    }

    /// Asks until the hub can: what it was told may still be under way.
    private func asking(_ region: RegionCode, _ request: String) async throws {
        _ = try await eventually("\(region.text) \(request)") { try? ask(region, request) }
    }

    // MARK: looking

    private func until(_ id: CaseID, _ what: String, _ condition: (Standing) -> Bool) async throws -> Standing {
        try await eventually(what) {
            guard let standing = standing(of: id), condition(standing) else { return nil }
            return standing
        }
    }

    private func standing(of id: CaseID) -> Standing? {
        try? store.read { reader in
            guard let event = try reader.caseInForce(id), let record = CaseDocument.decode(event.canonical).record
            else { return nil }
            return Standing(record: record, notices: try reader.openNotices(id).map(\.kind.rawValue))
        }
    }

    private func members(of record: CaseRecord) -> [CaseID] {
        guard let number = record[Field.named("bundle.bundleId")] ?? record[.caseID] else { return [] }
        return (try? store.read { try $0.bundleMembers(number, origin: .shanghai) }) ?? []
    }

    private func eventually<Value>(_ what: String, _ look: () -> Value?) async throws -> Value {
        let end = ContinuousClock.now + .seconds(plan.settings.limitSeconds)
        while ContinuousClock.now < end {
            if let value = look() { return value }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Stuck(description: "\(what) — never happened")
    }
}

extension DemoScenarios.Outcome {
    /// Prints a table; true when all went as they should.
    static func print(_ outcomes: [DemoScenarios.Outcome]) -> Bool {
        var table = TextTable(["服务形式", "办件", "结果"])
        for outcome in outcomes { table.add([outcome.title, outcome.caseID?.text ?? "—", outcome.story]) }
        Swift.print("\n四种服务形式 — forms of service, each from first message to close")
        Swift.print(table.text)
        return outcomes.allSatisfy(\.isDone)
    }
}
