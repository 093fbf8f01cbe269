import KuayuModel
import KuayuReconcile

/// One comparison of one hub: both lanes of one snapshot on either side, every difference explained, breaks brought up to
/// date in one transaction.
struct ReconcileRun {
    let reconciler: Reconciler
    let hub: FederatedHub
    let plan: ReconciliationPlan

    private var store: any ReconcilingStore { reconciler.store }

    /// What was gathered before anything is written.
    private struct Gathered {
        var findings: [Finding] = []
        var scope = RunScope()
        var lanes: [RunRecord.LaneRecord] = []
        var agreedDays: [AgreedDay] = []
        var links: [Lane: String] = [:]
        var cut: ReconciliationCut?
        /// When the hub's rows are from.
        var readAt: Instant
    }

    /// Carries the run out; its record is written with everything it changed.
    func carryOut(_ run: RunRecord) async throws -> RunRecord {
        var gathered = Gathered(readAt: run.startedAt)
        let client = HubLedgerClient(hub: hub, transport: reconciler.gateway.transport)
        let comparer = LaneComparer(
            client: client, profile: plan.profile, feeds: reconciler.feeds, digester: reconciler.digester)
        do throws(FeedError) {
            let claims = try await comparer.claims()
            try await compareLanes(run, comparer, claims, &gathered)
        } catch {
            for lane in Lane.allCases { gathered.scope.faults[lane] = error }
        }
        try addAgeing(&gathered)
        return try conclude(run, gathered)
    }

    // MARK: comparing

    private func compareLanes(
        _ run: RunRecord, _ comparer: LaneComparer, _ claims: LaneComparer.Claims, _ gathered: inout Gathered
    ) async throws(FeedError) {
        let cut = cut(claims)
        gathered.cut = cut
        // What the hub said before the run began cannot show what was repaired since.
        gathered.readAt = min(run.startedAt, cut.hubWatermark)
        for lane in Lane.allCases.sorted() {
            do throws(FeedError) {
                try await compare(lane, run, comparer, claims, cut, &gathered)
            } catch {
                gathered.scope.faults[lane] = error
            }
        }
    }

    private func cut(_ claims: LaneComparer.Claims) -> ReconciliationCut {
        let told: Int64
        switch claims {
        case .meta(let meta): told = meta.watermark
        case .feeds(let dropped): told = dropped.values.map(\.manifest.snapshotAt).min() ?? 0
        }
        // A watermark of a second holds what happened within it; a hub's clock that is ahead proves nothing.
        let now = reconciler.now
        let hub = min(Instant(epochSeconds: told).adding(milliseconds: 999), now)
        return ReconciliationCut(
            hubWatermark: hub, gatewayWatermark: now, graceMilliseconds: plan.grace.milliseconds)
    }

    private func compare(
        _ lane: Lane, _ run: RunRecord, _ comparer: LaneComparer, _ claims: LaneComparer.Claims,
        _ cut: ReconciliationCut, _ gathered: inout Gathered
    ) async throws(FeedError) {
        let view: GatewayLedgerView
        do {
            view = try GatewayLedgerView(
                hub: hub.region, lane: lane, snapshot: try store.snapshot(), digester: reconciler.digester)
        } catch {
            throw FeedError(.unavailable, "the gateway's own ledger: \(error)")
        }
        let start = reconciler.now
        var comparison = try await comparer.compare(
            lane, with: view, claims: claims, dirtyDays: run.kind == .continuous ? try dirtyDays(lane, view) : nil)
        comparison.cost = comparer.client.meter.take()
        comparison.cost.milliseconds = reconciler.now.milliseconds(since: start)
        let judged = try await judge(comparison, cut)
        try FeedCheck.verifyFlood(
            breaks: judged.findings.filter { !$0.isInFlight && !$0.isExplained }.count,
            rows: Int(clamping: max(comparison.expected.count, comparison.found.count)),
            sevenDayMedian: try median(lane))
        gathered.findings += judged.findings
        gathered.scope.compared[lane] = .everything
        gathered.scope.unchecked.formUnion(judged.unchecked)
        gathered.lanes.append(try record(comparison, judged, view, claims))
        gathered.agreedDays += agreedDays(comparison, view, run)
    }

    private func judge(
        _ comparison: LaneComparison, _ cut: ReconciliationCut
    ) async throws(FeedError) -> RunJudge.Judged {
        let judge = RunJudge(
            gateway: reconciler.gateway, hub: hub, verifier: reconciler.verifier, digester: reconciler.digester)
        do {
            return try await judge.judge(comparison, cut: cut)
        } catch {
            throw FeedError(.unavailable, "the gateway's own history: \(error)")
        }
    }

    /// Days whose sum is not the one that agreed last, and days of breaks that stand.
    private func dirtyDays(_ lane: Lane, _ view: GatewayLedgerView) throws(FeedError) -> [Int] {
        do {
            let (agreed, standing) = try store.readReconciliation { reader in
                (try reader.agreedDays(hub: hub.region, lane: lane), try reader.standingBreaks(hub: hub.region))
            }
            let known = Dictionary(agreed.map { ($0.day, $0.total) }, uniquingKeysWith: { first, _ in first })
            var days = Set(view.index.days.filter { known[$0.day] != $0.total }.map(\.day))
            for item in standing where item.finding.lane == lane {
                let elements = (item.finding.expected.map { [$0] } ?? []) + item.finding.found.map(\.element)
                for key in elements.compactMap(\.key) { days.insert(BucketWidth.day.number(of: key)) }
            }
            return days.sorted()
        } catch {
            throw FeedError(.unavailable, "what agreed before: \(error)")
        }
    }

    /// Median of the breaks that the runs of the last seven days saw in a lane.
    private func median(_ lane: Lane) throws(FeedError) -> Int {
        let since = reconciler.now.adding(milliseconds: -7 * 86_400_000)
        do {
            let runs = try store.readReconciliation { reader in
                try reader.runs(RunFilter(hub: hub.region, kind: .daily, limit: 7))
            }
            let counts = runs.filter { $0.startedAt >= since }.flatMap(\.lanes).filter { $0.lane == lane }
                .map(\.breaks).sorted()
            return counts.isEmpty ? 0 : counts[counts.count / 2]
        } catch {
            throw FeedError(.unavailable, "the runs before: \(error)")
        }
    }

    // MARK: what is kept

    private func record(
        _ comparison: LaneComparison, _ judged: RunJudge.Judged, _ view: GatewayLedgerView,
        _ claims: LaneComparer.Claims
    ) throws(FeedError) -> RunRecord.LaneRecord {
        let told: [String: Int]
        switch claims {
        case .meta(let meta): told = meta[comparison.lane].statuses
        case .feeds(let dropped): told = dropped[comparison.lane]?.manifest.statuses ?? [:]
        }
        let differing = comparison.differences.filter { $0.expected != nil }.count
        var byDay: [Int: Int] = [:]
        for difference in comparison.differences {
            let key = difference.expected?.key ?? difference.found.first?.element.key
            if let key { byDay[BucketWidth.day.number(of: key), default: 0] += 1 }
        }
        let inFlight = judged.findings.filter { $0.isInFlight || $0.isExplained }.count
        return RunRecord.LaneRecord(
            lane: comparison.lane, expected: comparison.expected, found: comparison.found,
            matched: Int(clamping: comparison.expected.count) - differing, inFlight: inFlight,
            unchecked: judged.unchecked.count, breaks: judged.findings.count - inFlight,
            byStatus: try statuses(view, told),
            byDay: Set(view.days).union(byDay.keys).sorted().map { day in
                RunRecord.DayCount(
                    day: BucketWidth.date(ofDay: day), expected: Int(clamping: view.index.total(day: day).count),
                    differing: byDay[day] ?? 0)
            }, cost: comparison.cost)
    }

    private func statuses(
        _ view: GatewayLedgerView, _ told: [String: Int]
    ) throws(FeedError) -> [RunRecord.StatusCount] {
        let ours: [String: Int]
        do {
            ours = Dictionary(
                try view.statusCounts().map { ($0.status.rawValue, $0.count) }, uniquingKeysWith: { first, _ in first })
        } catch {
            throw FeedError(.unavailable, "the gateway's own ledger: \(error)")
        }
        let order = CaseState.allCases.map(\.rawValue)
        let others = Set(ours.keys).union(told.keys).subtracting(order).sorted()
        return (order + others).filter { ours[$0] != nil || told[$0] != nil }.map {
            RunRecord.StatusCount(status: $0, expected: ours[$0] ?? 0, found: told.isEmpty ? nil : told[$0] ?? 0)
        }
    }

    private func agreedDays(
        _ comparison: LaneComparison, _ view: GatewayLedgerView, _ run: RunRecord
    ) -> [AgreedDay] {
        var differing: Set<Int> = []
        for difference in comparison.differences {
            let elements = (difference.expected.map { [$0] } ?? []) + difference.found.map(\.element)
            for key in elements.compactMap(\.key) { differing.insert(BucketWidth.day.number(of: key)) }
        }
        return view.index.days.filter { !differing.contains($0.day) }.map {
            AgreedDay(
                hub: hub.region, lane: comparison.lane, day: $0.day, total: $0.total, run: run.id,
                at: reconciler.now)
        }
    }

    private func addAgeing(_ gathered: inout Gathered) throws {
        let reader = AgeingReader(
            federation: reconciler.gateway.federation, rulebook: try reconciler.currentRulebook(),
            stuckDays: reconciler.settings.stuckDays)
        gathered.findings += try reader.findings(in: store, now: reconciler.now)[hub.region] ?? []
        gathered.scope.aged = .everything
    }

    private func conclude(_ run: RunRecord, _ gathered: Gathered) throws -> RunRecord {
        var run = run
        run.cut = gathered.cut
        run.lanes = gathered.lanes
        run.fault = Lane.allCases.sorted().lazy.compactMap { gathered.scope.faults[$0] }.first
        run.endedAt = reconciler.now
        let breaks = gathered.lanes.reduce(0) { $0 + $1.breaks }
        run.state = run.fault != nil ? .feedError : breaks > 0 ? .differs : .agreed
        let findings = RunFindings(
            run: run.id, startedAt: gathered.readAt, now: reconciler.now, cut: gathered.cut,
            findings: gathered.findings, scope: gathered.scope)
        try reconciler.take(findings, of: run, agreed: gathered.agreedDays)
        return run
    }
}
