import KuayuAdapters
import KuayuEngine
import KuayuModel
import KuayuReconcile

/// Computes reports from what is kept: runs, breaks with their steps, repairs, signatures, the cases in force.
struct ReportMaker {
    let reconciler: Reconciler
    private static let page = 10_000
    /// Days of the trend.
    private static let trendDays = 30

    private var store: any ReconcilingStore { reconciler.store }

    /// A break with the steps of its life.
    struct Life {
        var item: Break
        var events: [BreakEvent]
    }

    /// The report of a day or of one run.
    func report(_ period: ReconReport.Period, hubs: [RegionCode]) throws -> ReconReport {
        let made = reconciler.now
        let (day, sections) = try sections(period, hubs)
        let end = Self.end(of: day)
        let asOf = min(made, end)
        let lives = try hubs.flatMap { try self.lives(of: $0, until: asOf) }
        let calendar = try reconciler.currentRulebook().calendar
        let start = Self.end(of: day.adding(days: -1))
        let lines = lives.filter { life in
            life.item.state != .closed || life.item.closedAt.map { $0 >= start } ?? false
        }.map { ReconReport.BreakLine($0.item, at: asOf, calendar: calendar) }
        return ReconReport(
            period: period, madeAt: made, hubs: sections,
            rollForward: account(of: lives, day: day).lines.map(ReconReport.RollForward.init),
            breaks: lines, trend: try trend(hubs, lives, until: day), repairs: try repairs(hubs, from: start, to: end),
            signOffs: try signOffs(hubs, day), notices: try notices(hubs, from: start), service: try figures(asOf))
    }

    private func sections(
        _ period: ReconReport.Period, _ hubs: [RegionCode]
    ) throws -> (day: CalendarDate, [ReconReport.HubSection]) {
        switch period {
        case .day(let day):
            return (day, try hubs.map { try section($0, runs(of: $0, day: day)) })
        case .run(let id):
            guard let run = try store.readReconciliation({ try $0.run(id) }) else {
                throw ReconcileRefusal.noSuchRun(id)
            }
            return ((run.endedAt ?? run.startedAt).date, [try section(run.hub, [run])])
        }
    }

    private func section(_ hub: RegionCode, _ runs: [RunRecord]) throws -> ReconReport.HubSection {
        let name = reconciler.gateway.federation.hubs[hub]?.profile.name
        return ReconReport.HubSection(hub: hub, name: name, runs: runs)
    }

    /// Runs that belong to a day: those that closed it, and those that were begun in it and closed no other.
    func runs(of hub: RegionCode, day: CalendarDate) throws -> [RunRecord] {
        try store.readReconciliation { try $0.runs(RunFilter(hub: hub, limit: 10_000)) }
            .filter { $0.day == day || ($0.day == nil && $0.startedAt.date == day) }
            .sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
    }

    // MARK: breaks

    /// Every break of a hub as it stood at a moment.
    func lives(of hub: RegionCode, until moment: Instant) throws -> [Life] {
        try store.readReconciliation { reader in
            var lives: [Life] = []
            var after: BreakFilter.Position?
            while true {
                let page = try reader.breaks(BreakFilter(hub: hub, after: after, limit: Self.page))
                for item in page where item.firstSeenAt <= moment {
                    let events = try reader.breakEvents(of: item.id).map(\.event)
                    lives.append(Self.life(item, events, until: moment))
                }
                guard page.count == Self.page, let last = page.last else { return lives }
                after = BreakFilter.Position(last)
            }
        }
    }

    private static func life(_ item: Break, _ events: [BreakEvent], until moment: Instant) -> Life {
        var item = item
        let past = events.filter { $0.at <= moment }
        if past.count < events.count {
            let standing = BreakStanding(of: past)
            item.state = standing.state ?? item.state
            item.assignee = standing.assignee
            item.closedAt = standing.closedAt
            item.closeReason = standing.closeReason
            item.acceptedUntil = standing.acceptedUntil
        }
        return Life(item: item, events: past)
    }

    /// The account of a hub's day.
    func account(of hub: RegionCode, day: CalendarDate) throws -> RollForward {
        account(of: try lives(of: hub, until: Self.end(of: day)), day: day)
    }

    /// What was open at the end of the day is counted from the breaks, not from their steps.
    private func account(of lives: [Life], day: CalendarDate) -> RollForward {
        let keys = Dictionary(
            lives.map { ($0.item.id, RollForward.Key(hub: $0.item.hub, code: $0.item.finding.code)) },
            uniquingKeysWith: { first, _ in first })
        let events = lives.flatMap(\.events).sorted { $0.at < $1.at }
        return RollForward(
            day: day, events: events, keys: keys, closing: RollForward.openCounts(lives.map(\.item)))
    }

    private func trend(
        _ hubs: [RegionCode], _ lives: [Life], until day: CalendarDate
    ) throws -> [ReconReport.TrendPoint] {
        let first = day.adding(days: 1 - Self.trendDays)
        var points: [ReconReport.TrendPoint] = []
        for hub in hubs {
            let runs = try store.readReconciliation { try $0.runs(RunFilter(hub: hub, limit: 10_000)) }
                .filter { $0.state == .agreed || $0.state == .differs }
            let mine = lives.filter { $0.item.hub == hub }
            for offset in 0..<Self.trendDays {
                let date = first.adding(days: offset)
                let last = runs.filter { ($0.day ?? $0.startedAt.date) == date && !$0.lanes.isEmpty }
                    .max { $0.startedAt < $1.startedAt }
                let end = Self.end(of: date)
                let open = mine.count { life in
                    life.events.last { $0.at <= end }.map { $0.to.isOpen } ?? false
                }
                points.append(
                    ReconReport.TrendPoint(
                        day: date, hub: hub,
                        differences: last.map { $0.lanes.reduce(0) { $0 + $1.breaks + $1.inFlight } }, openBreaks: open)
                )
            }
        }
        return points
    }

    // MARK: the rest

    private func repairs(_ hubs: [RegionCode], from: Instant, to: Instant) throws -> [ReconReport.RepairLine] {
        try store.readReconciliation { reader in
            try hubs.flatMap { try reader.repairPlans(hub: $0, limit: 1_000) }
                .filter { $0.begunAt >= from && $0.begunAt < to }
                .flatMap { try lines(of: $0, reader.repairSteps(plan: $0.plan.id)) }
        }
    }

    /// A line for each kind of action of a plan.
    private func lines(of kept: KeptRepairPlan, _ steps: [KeptRepairStep]) -> [ReconReport.RepairLine] {
        let outcomes = Dictionary(steps.map { ($0.step, $0.outcome) }, uniquingKeysWith: { first, _ in first })
        let execution = RepairExecution(kept.plan, outcomes: outcomes)
        var reason: String?
        if case .stopped(let failed, let attempted) = execution.next { reason = "\(failed)/\(attempted)" }
        return RepairAction.allCases.compactMap { action in
            let mine = kept.plan.steps.filter { $0.action == action }
            guard !mine.isEmpty else { return nil }
            let names = mine.compactMap { outcomes[$0.index]?.name }
            return ReconReport.RepairLine(
                plan: kept.plan.id, hub: kept.plan.hub, action: action, startedAt: kept.begunAt,
                endedAt: kept.endedAt, steps: mine.count, done: names.count { $0 == "done" || $0 == "already" },
                skipped: names.count { $0 == "stale" || $0 == "askRegion" }, failed: names.count { $0 == "failed" },
                proposedBy: kept.by, stopReason: reason)
        }
    }

    private func signOffs(_ hubs: [RegionCode], _ day: CalendarDate) throws -> [ReconReport.SignOff] {
        try store.readReconciliation { reader in
            try hubs.compactMap { hub in
                guard let known = try reader.signOff(hub: hub, day: day) else { return nil }
                return ReconReport.SignOff(
                    hub: hub, day: day, first: known.first.map { ReconReport.Signature(by: $0.by, at: $0.at) },
                    second: known.second.map { ReconReport.Signature(by: $0.by, at: $0.at) })
            }
        }
    }

    private func notices(_ hubs: [RegionCode], from: Instant) throws -> [ReconReport.NoticeLine] {
        try store.readReconciliation { reader in
            try hubs.flatMap { try reader.issueGroups(hub: $0, limit: 1_000) }
                .filter { $0.closedAt.map { $0 >= from } ?? true }
                .map { group in
                    ReconReport.NoticeLine(
                        id: "\(group.key)-\(group.openedAt.epochMilliseconds)", hub: group.hub, code: group.code,
                        chinese: "\(group.code.chinese)：现有 \(group.count) 件，最多 \(group.peak) 件",
                        english: "\(group.code.name): \(group.count) now, \(group.peak) at most",
                        count: group.count, openedAt: group.openedAt, closedAt: group.closedAt)
                }
        }
    }

    private func figures(_ moment: Instant) throws -> ServiceFigures {
        var collector = ServiceFigureCollector(rulebook: try reconciler.currentRulebook(), now: moment)
        var before: CaseID?
        while true {
            let page = try store.read { reader in
                try reader.cases(CaseFilter(before: before, limit: 1_000)).map { row in
                    (row.head.caseID, try reader.caseInForce(row.head.caseID))
                }
            }
            for case (_, let event?) in page {
                guard let record = CaseDocument.decode(event.canonical).record else { continue }
                collector.add(record)
            }
            guard page.count == 1_000, let last = page.last else { return collector.figures }
            before = last.0
        }
    }

    /// The first moment after a day, at +08:00.
    private static func end(of day: CalendarDate) -> Instant { LocalDateTime(date: day.adding(days: 1)).instant }
}
