import KuayuModel
import KuayuReconcile
import Testing

/// The sentence that a report opens with.
@Suite struct ReportAnswerTests {
    private static let now = Instant(epochSeconds: 1_795_522_200)  // 2026-11-24T20:10:00+08:00

    private static func section(
        _ hub: RegionCode, _ state: RunRecord.State, matched: Int = 1_000, inFlight: Int = 0, unchecked: Int = 0,
        breaks: Int = 0, kind: RunRecord.Kind = .daily
    ) -> ReconReport.HubSection {
        let lane = RunRecord.LaneRecord(
            lane: .in, expected: Accumulator(), found: Accumulator(), matched: matched, inFlight: inFlight,
            unchecked: unchecked, breaks: breaks)
        let run = RunRecord(
            id: "r", hub: hub, profile: .sql, kind: kind, startedAt: now, endedAt: now, state: state,
            lanes: state == .feedError ? [] : [lane])
        return ReconReport.HubSection(hub: hub, runs: [run])
    }

    private static func line(
        _ hub: RegionCode, _ caseID: String, _ code: BreakCode = .behind, _ state: BreakState = .open, hoursAgo: Int = 1
    ) -> ReconReport.BreakLine {
        let finding = Finding(
            code: code, lane: .in, caseID: caseID, isInFlight: false, firstVersion: 1, expected: nil, found: [],
            chinese: "", english: "", action: .redeliver, isAutomatic: true)
        let first = now.adding(milliseconds: -Int64(hoursAgo) * 3_600_000)
        let found = Break(
            id: "\(hub)\(caseID)\(code)", hub: hub, finding: finding, state: state, firstRun: "r", firstSeenAt: first,
            lastRun: "r", lastSeenAt: now)
        return ReconReport.BreakLine(found, at: now)
    }

    private static func report(
        _ hubs: [ReconReport.HubSection], _ breaks: [ReconReport.BreakLine] = []
    ) -> ReconReport {
        ReconReport(period: .day(now.date), madeAt: now, hubs: hubs, breaks: breaks)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var report: ReconReport
        var verdict: ReconReport.Verdict
        var chinese: String
        var english: String
        var testDescription: String { english }
    }

    static let rows: [Row] = [
        Row(
            report: report([]), verdict: .unknown, chinese: "尚未对账：没有任何枢纽的对账批次。",
            english: "Nothing was reconciled: there is no run of any hub."),
        Row(
            report: report([section(.anhui, .agreed), section(.jiangsu, .agreed, matched: 1_234_567)]),
            verdict: .agrees, chinese: "台账一致：2 个枢纽共 1,235,567 条记录逐条相符。",
            english: "The ledgers agree: 1,235,567 records at 2 hubs match one by one."),
        Row(
            report: report([section(.anhui, .agreed), section(.jiangsu, .feedError)]), verdict: .unknown,
            chinese: "暂不能断言台账一致：江苏未得出结论；安徽一致。",
            english: "Nobody can say yet that the ledgers agree: no conclusion for Jiangsu; Anhui agrees."),
        Row(
            report: report(
                [section(.anhui, .differs), section(.zhejiang, .differs), section(.jiangsu, .agreed)],
                [
                    line(.anhui, "a", hoursAgo: 30), line(.anhui, "b"), line(.zhejiang, "b", .ahead),
                    line(.anhui, "a", .statusConflict),
                ]),
            verdict: .differs, chinese: "台账不一致：2 件办件在等，最早自 11月23日 14:10——安徽 2 件、浙江 1 件。",
            english: "The ledgers do not agree: 2 cases wait, the first since 23 Nov 14:10 — Anhui 2, Zhejiang 1."),
        Row(
            report: report([section(.anhui, .differs)], [line(.anhui, "a")]), verdict: .differs,
            chinese: "台账不一致：1 件办件在等，最早自 11月24日 19:10——安徽 1 件。",
            english: "The ledgers do not agree: 1 case waits, the first since 24 Nov 19:10 — Anhui 1."),
        // Late cases, accepted breaks and those under way are told, but the ledgers agree.
        Row(
            report: report(
                [section(.anhui, .agreed)],
                [
                    line(.anhui, "a", .overdue), line(.anhui, "b", .behind, .accepted),
                    line(.anhui, "c", .behind, .inFlight), line(.anhui, "d", .behind, .closed),
                ]),
            verdict: .agrees, chinese: "台账一致：1 个枢纽共 1,000 条记录逐条相符。",
            english: "The ledgers agree: 1,000 records at 1 hub match one by one."),
        // A run that saw breaks which nobody lists is never agreement.
        Row(
            report: report([section(.anhui, .differs, breaks: 7)]), verdict: .differs,
            chinese: "台账不一致：7 件办件在等——安徽 7 件。",
            english: "The ledgers do not agree: 7 cases wait — Anhui 7."),
        // A verification or an audit looks at a part and says nothing of the whole.
        Row(
            report: report([section(.anhui, .agreed, kind: .verification)]), verdict: .unknown,
            chinese: "暂不能断言台账一致：安徽未得出结论。",
            english: "Nobody can say yet that the ledgers agree: no conclusion for Anhui."),
        // An open R14 is no conclusion even when an earlier run had one.
        Row(
            report: report([section(.anhui, .agreed)], [line(.anhui, "in.csv", .feedError)]), verdict: .unknown,
            chinese: "暂不能断言台账一致：安徽未得出结论。",
            english: "Nobody can say yet that the ledgers agree: no conclusion for Anhui."),
    ]

    @Test(arguments: rows)
    func saysWhetherTheLedgersAgree(_ row: Row) {
        let answer = row.report.answer
        #expect(answer.verdict == row.verdict)
        #expect(answer.chinese == row.chinese)
        #expect(answer.english == row.english)
    }

    @Test func tellsTheRestBeside() {
        let report = Self.report(
            [
                Self.section(.anhui, .differs, inFlight: 3, unchecked: 12), Self.section(.jiangsu, .agreed),
                Self.section(.zhejiang, .feedError),
            ],
            [Self.line(.anhui, "a"), Self.line(.anhui, "b", .stuck), Self.line(.anhui, "c", .behind, .accepted)])
        #expect(
            report.answer.chineseDetail
                == "江苏一致；浙江未得出结论；在途 3 件，有进行中的变更或投递可以解释；经两人签认接受 1 件；"
                + "12 件对端未提供内容摘要，只核对了编号、版本和状态；另有 1 件滞留或超期。")
        #expect(
            report.answer.englishDetail
                == "Jiangsu agrees; no conclusion for Zhejiang; 3 in flight, explained by a change or delivery under way; "
                + "1 accepted by two persons; of 12 the hub cannot tell the content: id, version and state were compared; "
                + "1 stuck or overdue besides.")
        #expect(Self.report([Self.section(.anhui, .agreed)]).answer.chineseDetail.isEmpty)
    }

    @Test(arguments: [
        (-1, ReconReport.AgeBucket.today), (0, .today), (1, .one), (2, .few), (3, .few), (4, .week), (7, .week),
        (8, .month), (30, .month), (31, .more), (Int.max, .more),
    ])
    func putsAgesIntoBuckets(_ age: Int, _ bucket: ReconReport.AgeBucket) {
        #expect(ReconReport.AgeBucket(workdays: age) == bucket)
    }

    @Test func countsAgesInWorkingDays() {
        // From Friday 20 November to Tuesday 24 November: two working days.
        #expect(Self.line(.anhui, "a", hoursAgo: 24 * 4).ageWorkdays == 2)
        let report = Self.report(
            [Self.section(.anhui, .differs), Self.section(.jiangsu, .agreed)],
            [Self.line(.anhui, "a", hoursAgo: 96), Self.line(.anhui, "b"), Self.line(.anhui, "c", .behind, .closed)])
        #expect(report.ageing.map(\.counts) == [[0, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0]])
    }
}
