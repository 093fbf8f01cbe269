public import KuayuModel

/// What changed: breaks as they stand now, and the steps that led there, in the order in which they happened.
public struct BreakChanges: Hashable, Sendable {
    /// Every break that is not as it was, ascending by id.
    public var breaks: [Break]
    /// The steps.
    public var events: [BreakEvent]

    /// Changes; by default none.
    public init(breaks: [Break] = [], events: [BreakEvent] = []) {
        self.breaks = breaks
        self.events = events
    }
}

/// Why something cannot be done to a break.
public enum BreakRefusal: Error, Hashable, Sendable {
    /// There is no such break here.
    case unknown(String)
    /// It stands where this cannot be done.
    case wrongState(BreakState, BreakSignal)
    /// The person who proposed it cannot approve it.
    case samePerson(String)
    /// A name that is empty, longer than ``BreakOrder/nameLimit``, or holds a control character or `|`.
    case badName
    /// A text that the decision rests on is missing, or too short to be one.
    case evidenceMissing
    /// That text is longer than ``BreakOrder/evidenceLimit``, or holds a control character.
    case evidenceUnusable
    /// A reason that does not carry such a decision.
    case reasonUnfit(ReasonCode)
    /// A repair that does not help with this kind of break.
    case actionUnfit(RepairAction, BreakCode)
    /// A last day of acceptance that is over, or more than ``BreakOrder/acceptanceDays`` ahead.
    case dayUnfit(CalendarDate)
    /// The history of the break does not show what was proposed.
    case proposalUnknown
}

/// The breaks of one hub: what runs, persons and repairs make of them.
///
/// A value without a clock or a store. Every change is told twice: as the break as it stands, and as steps whose fold is
/// the same break (``BreakStanding``). One difference has one break at a time: while it stands, it keeps the id of the
/// version at which it was seen first.
public struct BreakBook: Sendable {
    /// The hub.
    public let hub: RegionCode
    var byID: [String: Break]

    /// The breaks of a hub: all that stand, and those that ``identities(of:hub:digester:)`` names even if closed.
    ///
    /// Breaks of other hubs are left out.
    public init(hub: RegionCode, breaks: [Break]) {
        self.hub = hub
        byID = [:]
        for item in breaks where item.hub == hub { byID[item.id] = item }
    }

    /// Every break in the book, ascending by id.
    public var breaks: [Break] { byID.values.sorted { $0.id < $1.id } }

    /// One break; nil when it is not in the book.
    public subscript(id: String) -> Break? { byID[id] }

    /// The ids that findings may revive: those of them that are closed have to be in the book when a run is taken in.
    public static func identities(
        of findings: RunFindings, hub: RegionCode, digester: some Digester
    ) -> [String] {
        findings.admitted(hub: hub).map { BreakIdentity.id(of: $0, hub: hub, digester: digester) }
    }

    /// Moves a break and records the step.
    ///
    /// - Returns: whether it moved.
    mutating func move(
        _ item: inout Break, on signal: BreakSignal, _ step: Step, into changes: inout BreakChanges
    ) throws(BreakRefusal) -> Bool {
        switch item.state.move(on: signal) {
        case .refused: throw .wrongState(item.state, signal)
        case .stays: return false
        case .to(let state):
            changes.events.append(
                BreakEvent(
                    breakID: item.id, at: step.at, run: step.run, from: item.state, to: state, by: step.by,
                    reason: step.reason))
            item.enter(state, at: step.at, reason: step.reason)
            return true
        }
    }

    /// Who moves a break, when and why.
    struct Step {
        let at: Instant
        let run: String?
        let by: String
        let reason: String?
    }
}

extension Break {
    /// What a step makes of everything that follows from the steps alone.
    mutating func enter(_ state: BreakState, at: Instant, reason: String?) {
        var standing = BreakStanding(self)
        standing.enter(state, at: at, reason: reason)
        self.state = state
        stateSince = at
        assignee = standing.assignee
        closedAt = standing.closedAt
        closeReason = standing.closeReason
        acceptedUntil = standing.acceptedUntil
    }
}

/// What the steps of a break alone say of it.
public struct BreakStanding: Hashable, Sendable {
    /// Where it stands; nil before the first step.
    public private(set) var state: BreakState?
    /// Since when.
    public private(set) var since: Instant?
    /// Who looks after it.
    public private(set) var assignee: String?
    /// When it was over.
    public private(set) var closedAt: Instant?
    /// Why it is over.
    public private(set) var closeReason: String?
    /// Until when two persons live with it.
    public private(set) var acceptedUntil: CalendarDate?

    /// Nothing yet.
    public init() {}

    /// What a break itself says.
    public init(_ item: Break) {
        state = item.state
        since = item.stateSince
        assignee = item.assignee
        closedAt = item.closedAt
        closeReason = item.closeReason
        acceptedUntil = item.acceptedUntil
    }

    /// The fold of steps, in the order in which they happened.
    public init(of events: some Sequence<BreakEvent>) {
        self.init()
        for event in events { enter(event.to, at: event.at, reason: event.reason) }
    }

    mutating func enter(_ state: BreakState, at: Instant, reason: String?) {
        self.state = state
        since = at
        closedAt = state == .closed ? at : nil
        closeReason = state == .closed ? reason : nil
        let note = reason.flatMap { DecisionNote(text: $0) }
        if state == .assigned { assignee = note?.assignee }
        acceptedUntil = nil
        if state == .accepted, case .accept(let until)? = note?.proposal { acceptedUntil = until }
        // A break that was never open and comes back is a new one.
        if state == .detected { assignee = nil }
    }
}
