import KuayuGateway
import KuayuModel
import KuayuReconcile

/// What reconciliation keeps, in memory.
struct MemoryReconciliation: Sendable {
    struct DayKey: Hashable, Sendable {
        let hub: RegionCode?
        let day: CalendarDate
    }

    struct AgreedKey: Hashable, Sendable {
        let hub: RegionCode
        let lane: Lane
        let day: Int
    }

    struct GroupKey: Hashable, Sendable {
        let hub: RegionCode
        let code: BreakCode
        let openedAt: Instant
    }

    struct Sending: Hashable, Sendable {
        let notice: String
        let channel: String
    }

    var runs: [String: RunRecord] = [:]
    var breaks: [String: Break] = [:]
    var events: [RecordedBreakEvent] = []
    var agreed: [AgreedKey: AgreedDay] = [:]
    var reports: [DayKey: StoredReport] = [:]
    var signOffs: [DayKey: SignOff] = [:]
    var plans: [String: KeptRepairPlan] = [:]
    var steps: [String: [Int: KeptRepairStep]] = [:]
    var groups: [GroupKey: IssueGroup] = [:]
    var notices: [IssueNotice] = []
    var sendings: Set<Sending> = []
}

/// Look-ups and writes on a copy.
final class MemoryReconcileTransaction: ReconcileTransaction {
    var contents: MemoryReconciliation

    init(_ contents: MemoryReconciliation) { self.contents = contents }

    private func page<T>(_ values: [T], _ limit: Int) -> [T] { Array(values.prefix(min(max(limit, 1), 10_000))) }

    // MARK: runs

    func run(_ id: String) -> RunRecord? { contents.runs[id] }

    func runs(_ filter: RunFilter) -> [RunRecord] {
        let wanted = contents.runs.values.filter { run in
            (filter.hub.map { $0 == run.hub } ?? true) && (filter.kind.map { $0 == run.kind } ?? true)
                && (filter.state.map { $0 == run.state } ?? true) && (filter.day.map { $0 == run.day } ?? true)
                && (filter.before.map { run.startedAt < $0 } ?? true)
        }
        return page(wanted.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }, filter.limit)
    }

    func latestRun(hub: RegionCode, states: Set<RunRecord.State>?) -> RunRecord? {
        runs(RunFilter(hub: hub, limit: 10_000)).first { run in states.map { $0.contains(run.state) } ?? true }
    }

    func insert(_ run: RunRecord) throws {
        if contents.runs[run.id] != nil { throw StoreError.refused("run \(run.id) is stored already") }
        contents.runs[run.id] = run
    }

    func update(_ run: RunRecord) throws {
        try RunRule.check(run, after: contents.runs[run.id])
        contents.runs[run.id] = run
    }

    // MARK: breaks

    func standingBreaks(hub: RegionCode) -> [Break] {
        contents.breaks.values.filter { $0.hub == hub && $0.state != .closed }.sorted { $0.id < $1.id }
    }

    func breaks(ids: [String]) -> [Break] { Set(ids).sorted().compactMap { contents.breaks[$0] } }

    func breaks(_ filter: BreakFilter) -> [Break] {
        let wanted = contents.breaks.values.filter { item in
            (filter.hub.map { $0 == item.hub } ?? true) && (filter.code.map { $0 == item.finding.code } ?? true)
                && (filter.states.map { $0.contains(item.state) } ?? true)
                && (filter.caseID.map { $0 == item.finding.caseID } ?? true)
                && (filter.after.map { ($0.firstSeenAt, $0.id) < (item.firstSeenAt, item.id) } ?? true)
        }
        return page(wanted.sorted { ($0.firstSeenAt, $0.id) < ($1.firstSeenAt, $1.id) }, filter.limit)
    }

    func breakCounts() -> [BreakCount] {
        Dictionary(grouping: contents.breaks.values) { [$0.hub.text, $0.finding.code.rawValue, $0.state.rawValue] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .compactMap { _, items in
                items.first.map {
                    BreakCount(hub: $0.hub, code: $0.finding.code, state: $0.state, count: items.count)
                }
            }
    }

    func breakEvents(of id: String) -> [RecordedBreakEvent] { contents.events.filter { $0.event.breakID == id } }

    func breakEvents(_ filter: BreakEventFilter) -> [RecordedBreakEvent] {
        let wanted = contents.events.filter { item in
            (filter.hub.map { $0 == item.hub } ?? true) && (filter.from.map { $0 <= item.event.at } ?? true)
                && (filter.until.map { item.event.at < $0 } ?? true)
                && (filter.after.map { $0 < item.number } ?? true)
        }
        return page(wanted, filter.limit)
    }

    func lastBreakEvents(hub: RegionCode?, before instant: Instant) -> [RecordedBreakEvent] {
        var last: [String: RecordedBreakEvent] = [:]
        for item in contents.events where item.event.at < instant && (hub.map { $0 == item.hub } ?? true) {
            last[item.event.breakID] = item
        }
        return last.values.sorted { $0.event.breakID < $1.event.breakID }
    }

    func apply(breaks: [Break], events: [BreakEvent]) throws {
        try BreakRule.check(breaks: breaks, events: events, known: contents.breaks)
        for item in breaks { contents.breaks[item.id] = item }
        for event in events {
            guard let owner = contents.breaks[event.breakID] else { continue }
            contents.events.append(
                RecordedBreakEvent(
                    number: Int64(contents.events.count + 1), hub: owner.hub, code: owner.finding.code, event: event))
        }
    }

    // MARK: days and reports

    func agreedDays(hub: RegionCode, lane: Lane) -> [AgreedDay] {
        contents.agreed.values.filter { $0.hub == hub && $0.lane == lane }.sorted { $0.day < $1.day }
    }

    func upsert(_ days: [AgreedDay]) {
        for day in days {
            contents.agreed[MemoryReconciliation.AgreedKey(hub: day.hub, lane: day.lane, day: day.day)] = day
        }
    }

    func report(hub: RegionCode?, day: CalendarDate) -> StoredReport? {
        contents.reports[MemoryReconciliation.DayKey(hub: hub, day: day)]
    }

    func reports(before day: CalendarDate?, limit: Int) -> [StoredReport] {
        let wanted = contents.reports.values.filter { report in day.map { report.day < $0 } ?? true }.sorted {
            ($1.day, $0.hub?.text ?? "") < ($0.day, $1.hub?.text ?? "")
        }
        return page(wanted, limit).map { report in
            var line = report
            line.bytes = []
            return line
        }
    }

    func upsert(_ report: StoredReport) throws {
        let key = MemoryReconciliation.DayKey(hub: report.hub, day: report.day)
        let signOff = report.hub == nil ? nil : contents.signOffs[key]
        try SignOffRule.check(report, replacing: contents.reports[key], signOff: signOff)
        contents.reports[key] = report
    }

    func signOff(hub: RegionCode, day: CalendarDate) -> SignOff? {
        contents.signOffs[MemoryReconciliation.DayKey(hub: hub, day: day)]
    }

    func signOffs(hub: RegionCode, limit: Int) -> [SignOff] {
        page(contents.signOffs.values.filter { $0.hub == hub }.sorted { $0.day > $1.day }, limit)
    }

    func upsert(_ signOff: SignOff) throws {
        let key = MemoryReconciliation.DayKey(hub: signOff.hub, day: signOff.day)
        try SignOffRule.check(signOff, report: contents.reports[key], known: contents.signOffs[key])
        contents.signOffs[key] = signOff.first == nil ? nil : signOff
    }

    // MARK: repairs

    func repairPlan(_ id: String) -> KeptRepairPlan? { contents.plans[id] }

    func repairPlans(hub: RegionCode?, limit: Int) -> [KeptRepairPlan] {
        let wanted = contents.plans.values.filter { plan in hub.map { $0 == plan.plan.hub } ?? true }
        return page(wanted.sorted { ($1.begunAt, $0.plan.id) < ($0.begunAt, $1.plan.id) }, limit)
    }

    func openRepairPlans() -> [KeptRepairPlan] {
        contents.plans.values.filter { $0.endedAt == nil }
            .sorted { ($0.begunAt, $0.plan.id) < ($1.begunAt, $1.plan.id) }
    }

    func repairSteps(plan id: String) -> [KeptRepairStep] {
        (contents.steps[id] ?? [:]).values.sorted { $0.step < $1.step }
    }

    func insert(_ plan: KeptRepairPlan) {
        if contents.plans[plan.plan.id] == nil { contents.plans[plan.plan.id] = plan }
    }

    private func checkKnown(plan id: String) throws {
        if contents.plans[id] == nil { throw StoreError.refused("repair plan \(id) is not kept") }
    }

    func insert(_ step: KeptRepairStep, plan id: String) throws {
        try checkKnown(plan: id)
        if contents.steps[id]?[step.step] == nil { contents.steps[id, default: [:]][step.step] = step }
    }

    func endRepairPlan(_ id: String, at: Instant) throws {
        try checkKnown(plan: id)
        if contents.plans[id]?.endedAt == nil { contents.plans[id]?.endedAt = at }
    }

    // MARK: issues

    func openIssueGroups(hub: RegionCode) -> [IssueGroup] {
        contents.groups.values.filter { $0.hub == hub && $0.closedAt == nil }.sorted { $0.code < $1.code }
    }

    func issueGroups(hub: RegionCode?, limit: Int) -> [IssueGroup] {
        let wanted = contents.groups.values.filter { group in hub.map { $0 == group.hub } ?? true }
        return page(wanted.sorted { ($1.openedAt, $0.key) < ($0.openedAt, $1.key) }, limit)
    }

    func upsert(_ group: IssueGroup) throws {
        let open = openIssueGroups(hub: group.hub).first { $0.code == group.code }
        if group.closedAt == nil, let open, open.openedAt != group.openedAt {
            throw StoreError.refused("an issue \(group.key) is open already")
        }
        let key = MemoryReconciliation.GroupKey(hub: group.hub, code: group.code, openedAt: group.openedAt)
        contents.groups[key] = group
    }

    func unsentNotices(channel: String, limit: Int) -> [IssueNotice] {
        page(
            contents.notices.filter {
                !contents.sendings.contains(MemoryReconciliation.Sending(notice: $0.id, channel: channel))
            }, limit)
    }

    func insert(_ notice: IssueNotice) {
        if !contents.notices.contains(where: { $0.id == notice.id }) { contents.notices.append(notice) }
    }

    func setSent(notice id: String, channel: String, at: Instant) {
        contents.sendings.insert(MemoryReconciliation.Sending(notice: id, channel: channel))
    }
}
