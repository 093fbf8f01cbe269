/// The states of a case, in the order of its life.
///
/// Each state lists the states that may follow it.
public enum CaseState: String, Hashable, Sendable, CaseIterable {
    /// Being written; never leaves its hub. → submitted
    case draft
    /// Handed in at the place of application. → any later state
    case submitted
    /// Papers collected and identity checked by the collecting region (收件 is not 受理). → transferred and later
    case collected
    /// Routed by the gateway to the handling region. → accepted and later
    case transferred
    /// Taken on by the handling region (受理); the clock starts. → reviewing and later
    case accepted
    /// Under review. ⇄ supplementing, special; → decided and later
    case reviewing
    /// Waiting for the applicant to complete the papers (补正); the clock stops. → reviewing and later
    case supplementing
    /// In a special procedure; the clock stops. → reviewing and later
    case special
    /// Decided, granted or denied. → issued, delivered, closed
    case decided
    /// The licence or document was issued. → delivered, closed
    case issued
    /// The applicant has the result. → closed
    case delivered
    /// Finished. Final.
    case closed
    /// Not accepted (不予受理). Final.
    case notAccepted
    /// Sent back to the applicant. Final.
    case returned
    /// Withdrawn by the applicant before the decision. Final.
    case withdrawn
    /// Taken back or cancelled. Final.
    case voided

    /// Whether nothing follows.
    public var isFinal: Bool {
        switch self {
        case .closed, .notAccepted, .returned, .withdrawn, .voided: true
        default: false
        }
    }

    /// Whether the decision has been made or the case has ended otherwise.
    public var isDecided: Bool { isFinal || progress >= CaseState.decided.progress }

    /// Whether the state belongs to a case whose decision was made and is being carried out.
    public var isResult: Bool { progress >= CaseState.decided.progress && progress <= CaseState.closed.progress }

    /// What stops the clock while the case is in this state; nil when it runs.
    public var pauseCause: String? {
        switch self {
        case .supplementing: "supplement"
        case .special: "special"
        default: nil
        }
    }

    /// Place in the order of ``allCases``, from 0.
    var ordinal: Int {
        switch self {
        case .draft: 0
        case .submitted: 1
        case .collected: 2
        case .transferred: 3
        case .accepted: 4
        case .reviewing: 5
        case .supplementing: 6
        case .special: 7
        case .decided: 8
        case .issued: 9
        case .delivered: 10
        case .closed: 11
        case .notAccepted: 12
        case .returned: 13
        case .withdrawn: 14
        case .voided: 15
        }
    }

    /// How far along the case is; states that alternate share a number, early ends come last.
    public var progress: Int {
        switch self {
        case .draft: 0
        case .submitted: 1
        case .collected: 2
        case .transferred: 3
        case .accepted: 4
        case .reviewing, .supplementing, .special: 5
        case .decided: 6
        case .issued: 7
        case .delivered: 8
        case .closed: 9
        case .notAccepted, .returned, .withdrawn, .voided: 10
        }
    }
}

/// The part a region plays in one case.
public struct CaseRoles: OptionSet, Hashable, Sendable {
    /// The parts as bits.
    public let rawValue: UInt8
    /// Parts from their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Where the applicant applied.
    public static let applying = CaseRoles(rawValue: 1)
    /// Collects papers for another region.
    public static let collecting = CaseRoles(rawValue: 2)
    /// Decides.
    public static let handling = CaseRoles(rawValue: 4)
    /// The gateway itself.
    public static let gateway = CaseRoles(rawValue: 8)
}

/// What becomes of a reported state.
public enum StateMove: Hashable, Sendable {
    /// The case moves; states skipped on the way are recorded as passed.
    case moves(passed: [CaseState])
    /// The report says what is already so.
    case stays
    /// In a joint case: the report is of the sender's own branch, and the whole stays where it is.
    case branch
    /// The report is recorded and changes nothing.
    case noEffect(Reason)

    /// Why a report changes nothing.
    public enum Reason: String, Hashable, Sendable {
        /// It would move the case backwards.
        case backwards
        /// The reporting side may not make this move.
        case notYours
        /// The case has ended.
        case final
    }
}
