public import KuayuModel

/// Breaks of one kind at one hub, told as one issue: it opens once, counts, and closes.
public struct IssueGroup: Hashable, Sendable {
    /// The hub.
    public var hub: RegionCode
    /// What kind of break.
    public var code: BreakCode
    /// When the issue was opened.
    public var openedAt: Instant
    /// Breaks that are open now.
    public var count: Int
    /// Most breaks that were open at once.
    public var peak: Int
    /// How many there were when it was told last.
    public var toldCount: Int
    /// Number of the last notice about it, from 1.
    public var sequence: Int
    /// When a run saw it last.
    public var lastAt: Instant
    /// When it was over; nil while it stands.
    public var closedAt: Instant?

    /// An issue.
    public init(
        hub: RegionCode, code: BreakCode, openedAt: Instant, count: Int, peak: Int, toldCount: Int, sequence: Int,
        lastAt: Instant, closedAt: Instant? = nil
    ) {
        self.hub = hub
        self.code = code
        self.openedAt = openedAt
        self.count = count
        self.peak = peak
        self.toldCount = toldCount
        self.sequence = sequence
        self.lastAt = lastAt
        self.closedAt = closedAt
    }

    /// Hub and code: at most one issue of a key is open.
    public var key: String { "\(hub.text)-\(code.rawValue)" }
}

/// What is told about an issue, once.
public struct IssueNotice: Hashable, Sendable {
    /// What happened.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// There are breaks where there were none.
        case opened = "issue.opened"
        /// There are ten times as many as when it was told last.
        case grew = "issue.grew"
        /// There are none any more.
        case closed = "issue.closed"
    }

    /// What happened.
    public var kind: Kind
    /// The issue as it stands.
    public var group: IssueGroup
    /// When.
    public var at: Instant

    /// A notice.
    public init(kind: Kind, group: IssueGroup, at: Instant) {
        self.kind = kind
        self.group = group
        self.at = at
    }

    /// Its id, the same however often it is sent: receivers that know it drop it.
    public var id: String { "\(group.key)-\(group.openedAt.epochMilliseconds)-\(group.sequence)" }
}

/// Turns the open breaks of a hub into issues and what is told about them.
public enum IssueBook {
    /// What one look at a hub changes.
    public struct Change: Hashable, Sendable {
        /// Issues as they stand now, of those that changed; ascending by key.
        public var groups: [IssueGroup] = []
        /// What is told, in the same order.
        public var notices: [IssueNotice] = []
    }

    /// A new notice is due when there are so many times as many breaks as were told last.
    static let growth = 10

    /// Compares the issues that stand with the breaks that are open.
    ///
    /// - Parameters:
    ///   - groups: issues of the hub that are not closed.
    ///   - open: open breaks of the hub by code; codes without any may be left out.
    public static func update(
        _ groups: [IssueGroup], hub: RegionCode, open: [BreakCode: Int], now: Instant
    ) -> Change {
        var change = Change()
        let standing = groups.filter { $0.hub == hub && $0.closedAt == nil }
        for code in BreakCode.allCases {
            let count = open[code] ?? 0
            let group = standing.first { $0.code == code }
            guard var next = group ?? opened(hub, code, count, now) else { continue }
            next.count = count
            next.peak = max(next.peak, count)
            next.lastAt = now
            if count == 0 { next.closedAt = now }
            if let kind = kind(of: next, isNew: group == nil) {
                next.sequence += 1
                next.toldCount = count
                change.notices.append(IssueNotice(kind: kind, group: next, at: now))
            }
            if next != group { change.groups.append(next) }
        }
        return change
    }

    private static func opened(_ hub: RegionCode, _ code: BreakCode, _ count: Int, _ now: Instant) -> IssueGroup? {
        guard count > 0 else { return nil }
        return IssueGroup(
            hub: hub, code: code, openedAt: now, count: count, peak: count, toldCount: 0, sequence: 0, lastAt: now)
    }

    private static func kind(of group: IssueGroup, isNew: Bool) -> IssueNotice.Kind? {
        if group.closedAt != nil { return .closed }
        if isNew { return .opened }
        return group.count >= group.toldCount * growth ? .grew : nil
    }
}
