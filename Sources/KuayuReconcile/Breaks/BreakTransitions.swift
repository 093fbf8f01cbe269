/// What may happen to a break.
public enum BreakSignal: String, Hashable, Sendable, CaseIterable {
    /// A run saw it, and nothing explains it.
    case seen
    /// A run saw it, and something under way explains it.
    case seenInFlight
    /// A run saw it, something under way explains it, but it was there before and is older than the grace.
    case seenTooLong
    /// A run saw it, and a settled refusal explains it for good.
    case explained
    /// A run looked at the case and it was not there.
    case gone
    /// A run saw other rows than those that persons decided on.
    case changed
    /// The last day of its acceptance is over.
    case dayOver
    /// A person is to look after it.
    case assign
    /// A person proposes a repair, an acceptance or a voiding.
    case propose
    /// The proposed repair is approved.
    case approveRepair
    /// The proposed acceptance is approved.
    case approveAcceptance
    /// The proposed voiding is approved.
    case approveVoiding
    /// A proposal, an approval or an acceptance is taken back.
    case decline
    /// The gateway begins a repair.
    case repairBegun
    /// The repair was carried out.
    case carriedOut
    /// The repair failed, or what it was planned for is no longer so.
    case repairFailed
    /// The rows were read again after the repair and agree.
    case agreed
    /// The rows were read again after the repair and differ.
    case differed
}

/// What a signal does to a break.
public enum BreakMove: Hashable, Sendable {
    /// It goes there; to the same state when only who looks after it changes.
    case to(BreakState)
    /// It stays, and nothing is recorded as a step.
    case stays
    /// The signal cannot come here.
    case refused
}

extension BreakState {
    /// The table of transitions: what a signal does to a break in this state.
    ///
    /// `detected` lasts no longer than the run that sees a break first.
    public func move(on signal: BreakSignal) -> BreakMove {
        switch self {
        case .detected: Self.detectedMove(signal)
        case .inFlight: Self.inFlightMove(signal)
        case .open, .reopened: Self.openMove(signal)
        case .assigned: Self.assignedMove(signal)
        case .proposed: Self.proposedMove(signal)
        case .approved: Self.approvedMove(signal)
        case .autoRepairing, .repairing: Self.repairingMove(signal)
        case .verifying: Self.verifyingMove(signal)
        case .closed: Self.closedMove(signal)
        case .accepted: Self.acceptedMove(signal)
        }
    }

    private static func detectedMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen: .to(.open)
        case .seenInFlight, .seenTooLong, .explained: .to(.inFlight)
        default: .refused
        }
    }

    private static func inFlightMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen, .seenTooLong: .to(.open)
        case .seenInFlight, .explained, .changed: .stays
        case .gone: .to(.closed)
        default: .refused
        }
    }

    private static func openMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen, .seenInFlight, .seenTooLong, .changed: .stays
        case .explained: .to(.inFlight)
        case .gone: .to(.closed)
        case .assign: .to(.assigned)
        case .propose: .to(.proposed)
        case .repairBegun: .to(.autoRepairing)
        default: .refused
        }
    }

    private static func assignedMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .repairBegun: .refused
        default: openMove(signal)
        }
    }

    private static func proposedMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen, .seenInFlight, .seenTooLong: .stays
        case .explained: .to(.inFlight)
        case .gone, .approveVoiding: .to(.closed)
        case .changed, .decline: .to(.open)
        case .approveRepair: .to(.approved)
        case .approveAcceptance: .to(.accepted)
        default: .refused
        }
    }

    private static func approvedMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen, .seenInFlight, .seenTooLong: .stays
        case .explained: .to(.inFlight)
        case .gone: .to(.closed)
        case .changed, .decline: .to(.open)
        case .repairBegun: .to(.repairing)
        default: .refused
        }
    }

    private static func repairingMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen, .seenInFlight, .seenTooLong, .explained, .changed, .repairBegun: .stays
        case .gone: .to(.closed)
        case .carriedOut: .to(.verifying)
        case .repairFailed: .to(.open)
        default: .refused
        }
    }

    private static func verifyingMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen, .seenTooLong, .differed, .repairFailed: .to(.open)
        case .seenInFlight, .changed, .carriedOut: .stays
        case .explained: .to(.inFlight)
        case .gone, .agreed: .to(.closed)
        default: .refused
        }
    }

    private static func closedMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen: .to(.reopened)
        case .seenInFlight, .seenTooLong, .explained: .to(.inFlight)
        case .gone: .stays
        default: .refused
        }
    }

    private static func acceptedMove(_ signal: BreakSignal) -> BreakMove {
        switch signal {
        case .seen, .seenInFlight, .seenTooLong, .explained: .stays
        case .gone: .to(.closed)
        case .changed, .dayOver, .decline: .to(.reopened)
        default: .refused
        }
    }
}
