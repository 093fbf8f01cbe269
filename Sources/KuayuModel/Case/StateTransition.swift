/// One line of the transition table: who brings a case from some states into another.
///
/// A change of state that no line has is none: it would go backwards, or come after the end.
public struct StateTransition: Hashable, Sendable {
    /// The states it starts from.
    public let from: [CaseState]
    /// The state it leads to.
    public let to: CaseState
    /// The part that may report it.
    public let owner: CaseRoles
    /// The modes in which it exists.
    public let modes: [ServiceItem.Mode]
    /// What it is called.
    public let chinese: String

    private init(
        _ from: [CaseState], _ to: CaseState, _ owner: CaseRoles, _ chinese: String,
        modes: [ServiceItem.Mode] = ServiceItem.Mode.allCases
    ) {
        self.from = from
        self.to = to
        self.owner = owner
        self.modes = modes
        self.chinese = chinese
    }

    private static let atHandOver: [CaseState] = [.draft, .submitted, .collected]
    private static let beforeAcceptance = atHandOver + [.transferred]
    private static let beforeReview = beforeAcceptance + [.accepted]
    /// Every state before the decision.
    private static let undecided = beforeReview + [.reviewing, .supplementing, .special]

    /// Every change of state that there is.
    ///
    /// A case may skip what lies between: the skipped states of the main line are recorded as passed.
    public static let table: [StateTransition] = [
        // The applying side.
        StateTransition([.draft], .submitted, .applying, "提交申请"),
        StateTransition([.supplementing], .reviewing, .applying, "提交补正"),
        StateTransition(undecided, .withdrawn, .applying, "撤回申请"),
        // The collecting region.
        StateTransition([.draft, .submitted], .collected, .collecting, "收件"),
        StateTransition([.supplementing], .reviewing, .collecting, "收件窗口代交补正", modes: [.collect]),
        // The gateway.
        StateTransition(atHandOver, .transferred, .gateway, "转办"),
        // The handling region.
        StateTransition(beforeAcceptance, .accepted, .handling, "受理"),
        StateTransition(beforeReview + [.supplementing, .special], .reviewing, .handling, "审查"),
        StateTransition(beforeReview + [.reviewing, .special], .supplementing, .handling, "补正告知"),
        StateTransition(beforeReview + [.reviewing, .supplementing], .special, .handling, "特别程序"),
        StateTransition(undecided, .decided, .handling, "决定"),
        StateTransition(undecided + [.decided], .issued, .handling, "制证"),
        StateTransition(undecided + [.decided, .issued], .delivered, .handling, "送达"),
        StateTransition(undecided + [.decided, .issued, .delivered], .closed, .handling, "办结"),
        StateTransition(undecided + [.decided, .issued, .delivered], .notAccepted, .handling, "不予受理"),
        StateTransition(undecided + [.decided, .issued, .delivered], .returned, .handling, "退回"),
        StateTransition(undecided + [.decided, .issued, .delivered], .voided, .handling, "作废"),
    ]
}
