public import KuayuModel

/// How much of a ledger a run looked at.
public enum RunExtent: Hashable, Sendable {
    /// All of it.
    case everything
    /// Cases registered on these days, at +08:00.
    case days(Set<CalendarDate>)
    /// These cases.
    case cases(Set<String>)

    /// Whether a finding, were it still so, would have been seen again.
    ///
    /// A case whose two sides say different days of registration is covered only when both days were looked at.
    func covers(_ finding: Finding) -> Bool {
        switch self {
        case .everything: return true
        case .cases(let cases): return cases.contains(finding.caseID)
        case .days(let days):
            let elements = (finding.expected.map { [$0] } ?? []) + finding.found.map(\.element)
            return !elements.isEmpty
                && elements.allSatisfy { days.contains(Instant(epochSeconds: $0.registeredAt).date) }
        }
    }
}

/// What a run looked at: breaks outside are neither opened nor closed by it.
public struct RunScope: Hashable, Sendable {
    /// Lanes that were compared, with how much of them.
    public var compared: [Lane: RunExtent]
    /// Lanes of which nothing can be concluded, and why: one R14 for each, and nothing else changes in them.
    public var faults: [Lane: FeedError]
    /// How much of the gateway's own cases was looked at for R10 and R11; nil for nothing.
    public var aged: RunExtent?
    /// Cases whose receipts were audited: only these can close an R13 that an audit found.
    public var audited: Set<String>
    /// Cases that agree but for the content, which one side cannot say: an R07 of theirs stays.
    public var unchecked: Set<String>

    /// A scope; by default of nothing.
    public init(
        compared: [Lane: RunExtent] = [:], faults: [Lane: FeedError] = [:], aged: RunExtent? = nil,
        audited: Set<String> = [], unchecked: Set<String> = []
    ) {
        self.compared = compared
        self.faults = faults
        self.aged = aged
        self.audited = audited
        self.unchecked = unchecked
    }

    /// Both lanes, the whole of them, and the gateway's own cases.
    public static let everything = RunScope(compared: [.in: .everything, .out: .everything], aged: .everything)

    /// Whether the run may say that a finding is no longer so.
    public func covers(_ finding: Finding) -> Bool {
        switch finding.code {
        case .feedError: return isSound(finding.lane)
        case .stuck, .overdue: return aged?.covers(finding) ?? false
        case .evidence where finding.expected != nil: return audited.contains(finding.caseID)
        case .contentMismatch where unchecked.contains(finding.caseID): return false
        default: return isSound(finding.lane) && compared[finding.lane]?.covers(finding) ?? false
        }
    }

    /// Whether the run's findings of a kind count: nothing is drawn from a lane that could not be compared.
    func admits(_ finding: Finding) -> Bool {
        switch finding.code {
        case .stuck, .overdue, .evidence, .feedError: true
        default: faults[finding.lane] == nil
        }
    }

    private func isSound(_ lane: Lane) -> Bool { compared[lane] != nil && faults[lane] == nil }
}

/// What one run says of one hub.
public struct RunFindings: Hashable, Sendable {
    /// The run.
    public var run: String
    /// When it began to read: a repair that was carried out later is not judged by it.
    public var startedAt: Instant
    /// When its findings are taken in.
    public var now: Instant
    /// Up to when both ledgers were complete; nil where no lane was compared.
    public var cut: ReconciliationCut?
    /// What it found; the faults of lanes need no finding of their own.
    public var findings: [Finding]
    /// What it looked at.
    public var scope: RunScope

    /// The findings of a run.
    public init(
        run: String, startedAt: Instant, now: Instant, cut: ReconciliationCut?, findings: [Finding], scope: RunScope
    ) {
        self.run = run
        self.startedAt = startedAt
        self.now = now
        self.cut = cut
        self.findings = findings
        self.scope = scope
    }

    /// Findings that count, the faults of lanes among them: one for each lane, case and kind, in that order.
    func admitted(hub: RegionCode) -> [Finding] {
        let faults = scope.faults.map { Finding.feedError($0.value, lane: $0.key, hub: hub, on: now.date) }
        var seen: Set<BreakKey> = []
        return (findings.filter(scope.admits) + faults)
            .sorted { BreakKey($0) < BreakKey($1) }
            .filter { seen.insert(BreakKey($0)).inserted }
    }
}

/// What makes two findings speak of one difference while it stands.
struct BreakKey: Hashable, Comparable {
    let caseID: String
    let lane: Lane
    let code: BreakCode

    init(_ finding: Finding) {
        caseID = finding.caseID
        lane = finding.lane
        code = finding.code
    }

    static func < (a: BreakKey, b: BreakKey) -> Bool { (a.caseID, a.lane, a.code) < (b.caseID, b.lane, b.code) }
}

extension BreakCode {
    /// Whether comparing ledgers finds it, one for a case: not R10, R11, R14.
    var isOfComparison: Bool {
        switch self {
        case .stuck, .overdue, .feedError: false
        default: true
        }
    }
}

extension Finding {
    /// R14: nothing can be concluded from what a hub said of a lane.
    ///
    /// Its case is the name of the source, `ledger-in` or `ledger-out`; its version the day, so that a fault of another
    /// day is another break.
    public static func feedError(_ error: FeedError, lane: Lane, hub: RegionCode, on day: CalendarDate) -> Finding {
        let words = Sentences.feedError(error, lane: lane, hub: hub)
        let parts = day.components
        return Finding(
            code: .feedError, lane: lane, caseID: "ledger-\(lane.rawValue)", isInFlight: false,
            firstVersion: parts.year * 10_000 + parts.month * 100 + parts.day, expected: nil, found: [],
            chinese: words.chinese, english: words.english, action: .retry, isAutomatic: false)
    }
}
