/// One thing that the gateway does about one break, and what must still be so when it does it.
public struct RepairStep: Hashable, Sendable {
    /// An event that is sent again.
    public struct Sending: Hashable, Sendable {
        /// The event's number.
        public var version: Int
        /// The id under which the hub knows it.
        public var messageID: String
        /// How often it had been tried when the plan was made: a delivery that was tried since is not sent once more.
        public var attemptCount: Int

        /// An event to send again.
        public init(version: Int, messageID: String, attemptCount: Int) {
            self.version = version
            self.messageID = messageID
            self.attemptCount = attemptCount
        }
    }

    /// Its place in the plan, from 0.
    public var index: Int
    /// The break it is to end.
    public var breakID: String
    /// What kind of break.
    public var code: BreakCode
    /// What is done.
    public var action: RepairAction
    /// The lane.
    public var lane: Lane
    /// The case.
    public var caseID: String
    /// The events that are sent again, ascending; empty for the actions that send nothing.
    public var sendings: [Sending]
    /// The id under which the hub's document is taken in; nil for the actions that take nothing in.
    public var intakeID: String?
    /// The row that the gateway's ledger must still have; nil when it must have none.
    public var expected: LedgerElement?
    /// The rows that the hub must still have; empty when it must have none.
    public var found: [HubRow]

    /// A step.
    public init(
        index: Int, breakID: String, code: BreakCode, action: RepairAction, lane: Lane, caseID: String,
        sendings: [Sending] = [], intakeID: String? = nil, expected: LedgerElement?, found: [HubRow]
    ) {
        self.index = index
        self.breakID = breakID
        self.code = code
        self.action = action
        self.lane = lane
        self.caseID = caseID
        self.sendings = sendings
        self.intakeID = intakeID
        self.expected = expected
        self.found = found
    }

    /// The id under which a hub's document of a case is taken in: `recon-{case}-v{version}`.
    public static func intakeID(caseID: String, version: Int) -> String { "recon-\(caseID)-v\(version)" }

    /// Whether the hub's rows of the case are still those that were found, whatever their order.
    public func stillFinds(_ rows: [HubRow]) -> Bool {
        // When the hub reached its state, and its own number, say nothing about what it has.
        func key(_ row: HubRow) -> [String] {
            let element = row.element
            return [
                element.caseID, String(element.version), element.status, element.contentDigest, element.nonce,
                String(element.registeredAt),
            ]
        }
        return rows.map(key).sorted { $0.lexicographicallyPrecedes($1) }
            == found.map(key).sorted { $0.lexicographicallyPrecedes($1) }
    }
}

/// What came of one step.
public enum RepairOutcome: Hashable, Sendable {
    /// It was carried out; for what is sent again this means that it is in line, not that it arrived.
    case done
    /// Nothing was to be done: an earlier try, or something else, had done it.
    case already
    /// What it was planned for is no longer so; its break is looked at again.
    case stale(String)
    /// It could not be carried out; its break is looked at again.
    case failed(String)
    /// It needs a person, or the region: the gateway cannot or must not do it alone.
    case askRegion(String)

    /// Stable name, for rows and pages.
    public var name: String {
        switch self {
        case .done: "done"
        case .already: "already"
        case .stale: "stale"
        case .failed: "failed"
        case .askRegion: "askRegion"
        }
    }

    /// Why; nil where the name says all.
    ///
    /// No personal data.
    public var detail: String? {
        switch self {
        case .done, .already: nil
        case .stale(let reason), .failed(let reason), .askRegion(let reason): reason
        }
    }

    /// An outcome from its stored name and detail; nil for an unknown name.
    public init?(name: String, detail: String?) {
        switch name {
        case "done": self = .done
        case "already": self = .already
        case "stale": self = .stale(detail ?? "")
        case "failed": self = .failed(detail ?? "")
        case "askRegion": self = .askRegion(detail ?? "")
        default: return nil
        }
    }

    /// The Chinese word.
    public var chinese: String {
        switch self {
        case .done: "已执行"
        case .already: "此前已执行"
        case .stale: "前提已变，跳过"
        case .failed: "执行失败"
        case .askRegion: "转人工询问当地"
        }
    }
}
