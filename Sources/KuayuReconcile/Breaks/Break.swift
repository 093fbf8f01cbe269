public import KuayuModel

/// Where a break stands.
public enum BreakState: String, Hashable, Sendable, CaseIterable {
    /// Seen in a run, not judged yet; leaves with the same run.
    case detected
    /// Something under way, or a settled refusal, explains it; leaves for closed, or for open when it is there again and
    /// older than the grace (never while a settled refusal explains it).
    case inFlight
    /// Nothing explains it; leaves for autoRepairing, assigned, proposed, accepted or closed.
    case open
    /// The gateway carries out a repair of a kind that needs nobody; leaves for verifying or open.
    case autoRepairing
    /// A person looks after it; leaves for proposed, accepted or closed.
    case assigned
    /// A person proposed a repair, an acceptance or a voiding; leaves for approved, accepted, closed, or open.
    case proposed
    /// The repair was approved; leaves for repairing, or for open when it is taken back or the rows change.
    case approved
    /// The approved repair is carried out; leaves for verifying or open.
    case repairing
    /// Carried out; leaves for closed when the range was read again and agrees, else for open.
    case verifying
    /// Over; leaves for reopened when it is seen again.
    case closed
    /// Two persons live with it until a day; leaves for reopened after that day, or closed when it is gone.
    case accepted
    /// Was over and is back; goes on like open.
    case reopened

    /// Whether it counts among the breaks of a report that are not over.
    public var isOpen: Bool {
        switch self {
        case .closed, .accepted, .inFlight, .detected: false
        default: true
        }
    }

    /// The Chinese word.
    public var chinese: String {
        switch self {
        case .detected: "已发现"
        case .inFlight: "在途"
        case .open: "待处理"
        case .autoRepairing: "自动修复中"
        case .assigned: "已分派"
        case .proposed: "已提议"
        case .approved: "已批准"
        case .repairing: "修复中"
        case .verifying: "复核中"
        case .closed: "已关闭"
        case .accepted: "已接受"
        case .reopened: "再次出现"
        }
    }
}

/// What is done about a break.
public enum RepairAction: String, Hashable, Sendable, CaseIterable {
    /// The gateway sends its events again under their original ids (R01, R04).
    case redeliver
    /// The gateway fetches the case from the hub and takes its change in (R05).
    case pull
    /// The gateway takes the case into its ledger on the evidence of its own receipt or history (R02).
    case register
    /// The gateway sends the registration data again (R12).
    case resync
    /// The gateway's state is sent again although the hub disagrees: adjusting the hub (R06, R07); two persons.
    case adjustHub
    /// The hub's state is taken in although the gateway disagrees: adjusting the gateway (R06, R07); two persons.
    case adjustGateway
    /// The hub must set the case apart; the gateway can only ask (R08, R09); two persons.
    case quarantine
    /// The regions in charge are told (R10, R11).
    case escalate
    /// Ask the region: nothing can be done from here (R03, and others where a hub cannot be asked).
    case askRegion
    /// Treat as an incident (R13).
    case incident
    /// Read the source again (R14).
    case retry

    /// The Chinese word.
    public var chinese: String {
        switch self {
        case .redeliver: "按原报文号重投"
        case .pull: "拉取对端事件"
        case .register: "凭证核验后补登"
        case .resync: "重发登记信息"
        case .adjustHub: "以网关为准调整对端"
        case .adjustGateway: "以对端为准调整网关"
        case .quarantine: "隔离"
        case .escalate: "上报督办"
        case .askRegion: "询问当地"
        case .incident: "按事件处置"
        case .retry: "重新取数"
        }
    }
}

/// What one run says of one case: a break, or something under way that explains the difference.
public struct Finding: Hashable, Sendable {
    /// What kind.
    public var code: BreakCode
    /// The lane.
    public var lane: Lane
    /// The case; for R14 the name of the source.
    public var caseID: String
    /// How many events the hub is behind (R04) or ahead (R05); 0 otherwise.
    public var lag: Int
    /// Whether something under way explains it, as far as this run can tell.
    public var isInFlight: Bool
    /// Whether a refusal that is settled explains it for good; ``isInFlight`` is then true as well.
    ///
    /// Such a difference is shown with what is in flight and never becomes an open break: the hub has everything that
    /// it agreed to take.
    public var isExplained: Bool
    /// The version of the expected row, or of the hub's where nothing is expected: part of the identity.
    public var firstVersion: Int
    /// What the gateway expects.
    public var expected: LedgerElement?
    /// What the hub has.
    public var found: [HubRow]
    /// Who did what and why it differs, one sentence.
    public var chinese: String
    /// The same in English.
    public var english: String
    /// What is proposed.
    public var action: RepairAction
    /// Whether ``action`` may be carried out without a person.
    public var isAutomatic: Bool

    /// A finding.
    public init(
        code: BreakCode, lane: Lane, caseID: String, lag: Int = 0, isInFlight: Bool, isExplained: Bool = false,
        firstVersion: Int, expected: LedgerElement?, found: [HubRow], chinese: String, english: String,
        action: RepairAction, isAutomatic: Bool
    ) {
        self.code = code
        self.lane = lane
        self.caseID = caseID
        self.lag = lag
        self.isInFlight = isInFlight
        self.isExplained = isExplained
        self.firstVersion = firstVersion
        self.expected = expected
        self.found = found
        self.chinese = chinese
        self.english = english
        self.action = action
        self.isAutomatic = isAutomatic
    }
}

/// A difference with a life of its own: found, explained, repaired or accepted, over.
public struct Break: Hashable, Sendable {
    /// Digest of hub, lane, case, code and first version, 32 hexadecimal digits: stable over runs.
    public var id: String
    /// The hub.
    public var hub: RegionCode
    /// What the last run said of it.
    public var finding: Finding
    /// Where it stands.
    public var state: BreakState
    /// Since when it stands there; nil when that is not known, then ``firstSeenAt`` counts.
    public var stateSince: Instant?
    /// The run that saw it first.
    public var firstRun: String
    /// When it was seen first: its age counts from here.
    public var firstSeenAt: Instant
    /// The run that saw it last.
    public var lastRun: String
    /// When it was seen last.
    public var lastSeenAt: Instant
    /// In how many runs it was seen, the first included.
    public var seenCount: Int
    /// Who looks after it.
    public var assignee: String?
    /// When it was over.
    public var closedAt: Instant?
    /// Why it is over: `repaired`, `arrived`, `vanished` or `voided`, with more behind a colon: see ``CloseReason``.
    public var closeReason: String?
    /// Until when two persons live with it.
    public var acceptedUntil: CalendarDate?

    /// A break.
    public init(
        id: String, hub: RegionCode, finding: Finding, state: BreakState, firstRun: String, firstSeenAt: Instant,
        lastRun: String, lastSeenAt: Instant, seenCount: Int = 1, assignee: String? = nil, closedAt: Instant? = nil,
        closeReason: String? = nil, acceptedUntil: CalendarDate? = nil, stateSince: Instant? = nil
    ) {
        self.id = id
        self.hub = hub
        self.finding = finding
        self.state = state
        self.stateSince = stateSince
        self.firstRun = firstRun
        self.firstSeenAt = firstSeenAt
        self.lastRun = lastRun
        self.lastSeenAt = lastSeenAt
        self.seenCount = seenCount
        self.assignee = assignee
        self.closedAt = closedAt
        self.closeReason = closeReason
        self.acceptedUntil = acceptedUntil
    }
}

/// One step in the life of a break; the break is the fold of its events.
public struct BreakEvent: Hashable, Sendable {
    /// The break.
    public var breakID: String
    /// When.
    public var at: Instant
    /// The run that caused it; nil when a person did.
    public var run: String?
    /// Where it stood; nil at the beginning.
    public var from: BreakState?
    /// Where it stands now.
    public var to: BreakState
    /// Who: `gateway`, or a person.
    public var by: String
    /// Why, with a reason code where a person decided.
    public var reason: String?

    /// A step.
    public init(
        breakID: String, at: Instant, run: String?, from: BreakState?, to: BreakState, by: String, reason: String?
    ) {
        self.breakID = breakID
        self.at = at
        self.run = run
        self.from = from
        self.to = to
        self.by = by
        self.reason = reason
    }
}
