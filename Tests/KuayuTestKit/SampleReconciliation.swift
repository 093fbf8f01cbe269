public import KuayuGateway
public import KuayuModel
public import KuayuReconcile

/// Runs, breaks, reports and repairs for tests: made up, with every field filled.
public enum SampleReconciliation {
    /// 2026-03-02T10:00:00+08:00 and so many seconds.
    public static func at(_ seconds: Int64 = 0) -> Instant {
        SampleRows.start.adding(milliseconds: seconds * 1000)
    }

    /// The day of ``at(_:)`` and so many days.
    public static func day(_ days: Int = 0) -> CalendarDate { SampleRows.start.date.adding(days: days) }

    /// A run with nothing found yet.
    public static func run(
        _ number: Int, hub: RegionCode = .zhejiang, kind: RunRecord.Kind = .daily, state: RunRecord.State = .running,
        day: CalendarDate? = nil
    ) -> RunRecord {
        RunRecord(
            id: "RC-\(number)", hub: hub, profile: .sql, kind: kind, day: day, startedAt: at(Int64(number)),
            state: state)
    }

    /// A run with everything in it.
    public static func fullRun(_ number: Int) -> RunRecord {
        var run = run(number, state: .differs, day: day())
        var cost = ComparisonCost()
        (cost.bytesSent, cost.bytesReceived, cost.roundTrips, cost.milliseconds) = (1, 2, 3, 4)
        let most = Accumulator(
            count: .max, sum: ElementID(.max, 1, 2, .max - 1))
        run.lanes = [
            RunRecord.LaneRecord(
                lane: .in, expected: most, found: Accumulator(), matched: 5, inFlight: 6, unchecked: 7, breaks: 8,
                byStatus: [
                    RunRecord.StatusCount(status: "accepted", expected: 1, found: 2),
                    RunRecord.StatusCount(status: "closed", expected: 1, found: nil),
                ], byDay: [RunRecord.DayCount(day: day(), expected: 3, differing: 1)], cost: cost)
        ]
        run.endedAt = at(99)
        run.cut = ReconciliationCut(hubWatermark: at(1), gatewayWatermark: at(2), graceMilliseconds: 3)
        run.fault = FeedError(.sum, "车道 \"in\"\n")
        return run
    }

    /// A row's element.
    public static func element(_ version: Int = 3) -> LedgerElement {
        LedgerElement(
            caseID: SampleRows.caseID(1).text, version: version, status: "accepted", contentDigest: "-",
            nonce: "00112233445566778899aabbccddeeff", registeredAt: at().epochSeconds)
    }

    /// A break.
    public static func item(
        _ number: Int, hub: RegionCode = .zhejiang, code: BreakCode = .behind, state: BreakState = .open,
        caseID: String? = nil
    ) -> Break {
        let finding = Finding(
            code: code, lane: .in, caseID: caseID ?? SampleRows.caseID(number).text, lag: 2, isInFlight: false,
            isExplained: true, firstVersion: 3, expected: element(),
            found: [
                HubRow(element: element(1)), HubRow(element: element(2), stateAt: 7, localNumber: "浙A\"1"),
            ], chinese: "浙江仍为第 1 版", english: "still version 1", action: .redeliver, isAutomatic: true)
        return Break(
            id: "b\(number)", hub: hub, finding: finding, state: state, firstRun: "RC-1",
            firstSeenAt: at(Int64(number)), lastRun: "RC-2", lastSeenAt: at(100), seenCount: 2, assignee: "李",
            closedAt: at(5), closeReason: "repaired", acceptedUntil: day(9), stateSince: at(6))
    }

    /// A step in the life of a break.
    public static func event(
        _ item: Break, from: BreakState? = nil, to: BreakState? = nil, after seconds: Int64 = 0
    ) -> BreakEvent {
        BreakEvent(
            breakID: item.id, at: at(seconds), run: "RC-1", from: from, to: to ?? item.state, by: "gateway",
            reason: "seen")
    }

    /// A report.
    public static func report(
        _ text: String = "{}", hub: RegionCode? = .zhejiang, day: CalendarDate = day()
    ) -> StoredReport {
        StoredReport(
            hub: hub, day: day, digest: "sha256:\(text)", computedAt: at(3), bytes: Array(text.utf8))
    }

    /// Signatures under ``report(_:hub:day:)``.
    public static func signOff(
        _ first: String?, _ second: String? = nil, report: String = "{}", day: CalendarDate = day()
    ) -> SignOff {
        SignOff(
            hub: .zhejiang, day: day, reportDigest: first == nil ? nil : "sha256:\(report)",
            first: first.map { SignOff.Signature(by: $0, at: at(4)) },
            second: second.map { SignOff.Signature(by: $0, at: at(5)) })
    }

    /// A repair plan of one step.
    public static func plan(_ run: String, hub: RegionCode = .zhejiang, begunAt: Instant = at()) -> KeptRepairPlan {
        let step = RepairStep(
            index: 0, breakID: "b1", code: .behind, action: .redeliver, lane: .in, caseID: SampleRows.caseID(1).text,
            sendings: [RepairStep.Sending(version: 2, messageID: "m", attemptCount: 1)], intakeID: nil,
            expected: element(), found: [HubRow(element: element(1), stateAt: 7, localNumber: "x")])
        return KeptRepairPlan(
            plan: RepairPlan(run: run, hub: hub, steps: [step], digester: PortableDigester()), by: "gateway",
            begunAt: begunAt)
    }

    /// An issue.
    public static func group(
        _ code: BreakCode = .behind, openedAt: Instant = at(), closedAt: Instant? = nil, count: Int = 1
    ) -> IssueGroup {
        IssueGroup(
            hub: .zhejiang, code: code, openedAt: openedAt, count: count, peak: 9, toldCount: 1, sequence: 2,
            lastAt: at(50), closedAt: closedAt)
    }
}
