import KuayuModel
import KuayuReconcile

/// Reports made up from a seed: nobody's data, the same for the same seed.
struct ReportSample {
    private var chance: SeededGenerator
    private let day: CalendarDate
    private let now: Instant
    private let calendar = WorkCalendar.standard

    init(seed: UInt64) {
        chance = SeededGenerator(seed: seed)
        now = Instant(epochSeconds: 1_795_522_200)  // 2026-11-24T20:10:00+08:00
        day = now.date
    }

    static let profiles: [(RegionCode, ReconcileProfile)] = [
        (.shanghai, .file), (.jiangsu, .negentropy), (.zhejiang, .sql), (.anhui, .file),
    ]

    /// A day on which three hubs differ and one agrees.
    mutating func report() -> ReconReport {
        let breaks = Self.cases.enumerated().map { line($0.offset, $0.element) }
        return ReconReport(
            period: .day(day), madeAt: now, hubs: Self.profiles.map { hub($0.0, $0.1, breaks: breaks) },
            rollForward: rollForward(breaks), breaks: breaks, trend: trend(breaks), repairs: repairs(),
            signOffs: signOffs(), notices: notices(breaks), service: ServiceSample.figures(using: &chance, asOf: now))
    }

    struct Case {
        var code: BreakCode
        var hub: RegionCode
        var lane: Lane
        var state: BreakState
        var daysAgo: Int
        var chinese: String
        var english: String
        var action: RepairAction
        var isAutomatic = false
        var expected: (Int, String)?
        var found: [(Int, String)] = []
        var lag = 0
    }

    private mutating func line(_ index: Int, _ example: Case) -> ReconReport.BreakLine {
        let caseID = Self.caseID(index, day: day.adding(days: -example.daysAgo - 2))
        func element(_ standing: (Int, String)) -> LedgerElement {
            LedgerElement(
                caseID: caseID, version: standing.0, status: standing.1, contentDigest: "-", nonce: "-",
                registeredAt: now.epochSeconds - 400_000)
        }
        let local = "33\(100_000 + index)"
        let finding = Finding(
            code: example.code, lane: example.lane, caseID: example.code == .feedError ? "340000_DZ_in.csv" : caseID,
            lag: example.lag, isInFlight: example.state == .inFlight, firstVersion: example.expected?.0 ?? 1,
            expected: example.expected.map(element),
            found: example.found.map { HubRow(element: element($0), localNumber: local) }, chinese: example.chinese,
            english: example.english, action: example.action, isAutomatic: example.isAutomatic)
        let first = now.adding(
            milliseconds: -Int64(example.daysAgo) * 86_400_000 - Int64(chance.next(below: 36_000_000)))
        let id = HexText.encode((0..<16).map { _ in UInt8(chance.next(below: 256)) })
        var found = Break(
            id: id, hub: example.hub, finding: finding, state: example.state, firstRun: "RC-1", firstSeenAt: first,
            lastRun: "RC-2", lastSeenAt: now.adding(milliseconds: -600_000))
        if [.assigned, .proposed].contains(example.state) { found.assignee = "li.min" }
        if example.state == .accepted { found.acceptedUntil = day.adding(days: 10) }
        if example.state == .closed {
            found.closedAt = now.adding(milliseconds: -3_600_000)
            found.closeReason = "repaired"
        }
        return ReconReport.BreakLine(found, at: now, calendar: calendar)
    }

    static func caseID(_ index: Int, day: CalendarDate) -> String {
        let number = String(10_000_000 + index * 37).dropFirst()
        return "CSJ\(day.compact)\(number)"
    }

    private mutating func hub(
        _ code: RegionCode, _ profile: ReconcileProfile, breaks: [ReconReport.BreakLine]
    ) -> ReconReport.HubSection {
        let open = breaks.filter { $0.hub == code && $0.isDisagreement }
        let cut = ReconciliationCut(
            hubWatermark: now.adding(milliseconds: -420_000), gatewayWatermark: now.adding(milliseconds: -180_000))
        let lanes = [Lane.in, .out].map { lane in
            record(lane, profile, breaks: open.filter { $0.lane == lane }.count)
        }
        let run = RunRecord(
            id: "RC-\(code.text)-20261124200000-0007", hub: code, profile: profile, kind: .daily, day: day,
            startedAt: now.adding(milliseconds: -600_000), endedAt: now.adding(milliseconds: -597_000),
            state: open.isEmpty ? .agreed : .differs, cut: cut, lanes: lanes)
        return ReconReport.HubSection(hub: code, runs: [run])
    }

    private mutating func record(_ lane: Lane, _ profile: ReconcileProfile, breaks: Int) -> RunRecord.LaneRecord {
        let count = 180_000 + chance.next(below: 400_000)
        let inFlight = chance.next(below: 9)
        var cost = ComparisonCost()
        cost.bytesSent = 400 + chance.next(below: 9_000)
        cost.bytesReceived = profile == .file ? count * 104 : 12_000 + chance.next(below: 700_000)
        cost.roundTrips = profile == .file ? 2 : 3 + chance.next(below: 2)
        cost.milliseconds = Int64(120 + chance.next(below: 1_400))
        func sum() -> ElementID { ElementID(chance.next(), chance.next(), chance.next(), chance.next()) }
        let expected = Accumulator(count: UInt64(count), sum: sum())
        let days = (0..<14).map { back in
            let here = 600 + chance.next(below: 900)
            return RunRecord.DayCount(
                day: day.adding(days: back - 13), expected: here, differing: back == 10 ? breaks : 0)
        }
        let states = ["accepted", "reviewing", "closed"].map { state in
            let here = 900 + chance.next(below: 90_000)
            return RunRecord.StatusCount(status: state, expected: here, found: profile == .negentropy ? nil : here)
        }
        return RunRecord.LaneRecord(
            lane: lane, expected: expected,
            found: breaks + inFlight == 0 ? expected : Accumulator(count: UInt64(count), sum: sum()),
            matched: count - breaks - inFlight, inFlight: inFlight,
            unchecked: profile == .file ? 0 : lane == .in ? 210 : 0,
            breaks: breaks, byStatus: states, byDay: days, cost: cost)
    }

    private func rollForward(_ breaks: [ReconReport.BreakLine]) -> [ReconReport.RollForward] {
        struct Key: Hashable { var hub: RegionCode; var code: BreakCode }
        var rows: [Key: ReconReport.RollForward] = [:]
        for line in breaks where line.state != .inFlight {
            let key = Key(hub: line.hub, code: line.code)
            var row = rows[key] ?? ReconReport.RollForward(hub: key.hub, code: key.code)
            if line.firstSeenAt.date == day { row.new += 1 } else { row.opening += 1 }
            switch line.state {
            case .closed: if line.isAutomatic { row.auto += 1 } else { row.manual += 1 }
            case .accepted: row.accepted += 1
            default: row.closing += 1
            }
            rows[key] = row
        }
        return rows.values.sorted { ($0.hub, $0.code) < ($1.hub, $1.code) }
    }

    private mutating func trend(_ breaks: [ReconReport.BreakLine]) -> [ReconReport.TrendPoint] {
        var points: [ReconReport.TrendPoint] = []
        for (place, (hub, _)) in Self.profiles.enumerated() {
            var open = place == 3 ? 9 : place
            for back in (0..<30).reversed() {
                let differences = chance.chance(permille: 300) ? chance.next(below: place == 3 ? 14 : 5) : 0
                open = max(0, open + differences - chance.next(below: 4))
                let now = breaks.filter { $0.hub == hub && $0.state.isOpen && $0.code != .feedError }.count
                let failed = place == 3 && back == 6
                points.append(
                    ReconReport.TrendPoint(
                        day: day.adding(days: -back), hub: hub,
                        differences: failed
                            ? nil
                            : back == 0 ? breaks.filter { $0.hub == hub && $0.isDisagreement }.count : differences,
                        openBreaks: back == 0 ? now : open))
            }
        }
        return points
    }

    private func repairs() -> [ReconReport.RepairLine] {
        [
            ReconReport.RepairLine(
                plan: "RP-7f3a91c0", hub: .anhui, action: .redeliver, startedAt: now.adding(milliseconds: -3_700_000),
                endedAt: now.adding(milliseconds: -3_650_000), steps: 14, done: 12, skipped: 2),
            ReconReport.RepairLine(
                plan: "RP-0b44d2e9", hub: .zhejiang, action: .adjustHub,
                startedAt: now.adding(milliseconds: -5_200_000),
                endedAt: now.adding(milliseconds: -5_100_000), steps: 40, done: 31, failed: 3, proposedBy: "li.min",
                approvedBy: "wang.hui", stopReason: "more than 5 % of the steps failed"),
        ]
    }

    private func signOffs() -> [ReconReport.SignOff] {
        let digest = "sha256:" + String(repeating: "5a", count: 32)
        let first = ReconReport.Signature(by: "li.min", at: now.adding(milliseconds: -300_000))
        let second = ReconReport.Signature(by: "wang.hui", at: now.adding(milliseconds: -120_000))
        return [
            ReconReport.SignOff(hub: .jiangsu, day: day, reportDigest: digest, first: first, second: second),
            ReconReport.SignOff(hub: .shanghai, day: day, reportDigest: digest, first: first),
            ReconReport.SignOff(hub: .zhejiang, day: day), ReconReport.SignOff(hub: .anhui, day: day),
        ]
    }

    private func notices(_ breaks: [ReconReport.BreakLine]) -> [ReconReport.NoticeLine] {
        let count = breaks.filter { $0.hub == .anhui && $0.code == .behind && $0.state.isOpen }.count
        return [
            ReconReport.NoticeLine(
                id: "340000-R04", hub: .anhui, code: .behind, chinese: "安徽有办件状态滞后",
                english: "Anhui is behind with some cases", count: count,
                openedAt: now.adding(milliseconds: -345_600_000))
        ]
    }
}
