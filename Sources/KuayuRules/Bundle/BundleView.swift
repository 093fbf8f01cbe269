public import KuayuModel

/// A bundle (一件事) as its cases stand: who waits for whom, who may go, and what the whole amounts to.
///
/// A pure function of the cases in force; nothing is remembered between two looks. The members must be all cases of one
/// ``BundleKey``.
public struct BundleView: Sendable {
    /// How a child stands towards the others.
    public enum Standing: Hashable, Sendable {
        /// Held: these entries of its order have not ended, or have not arrived. → ready, blocked
        case waiting(for: [String])
        /// Held: these entries of its order ended without what it needs; only the applying side can go on, by
        /// withdrawing it. → ended
        case blocked(by: [String])
        /// Held: these children, itself among them, wait for each other. → waiting once the order is sent again
        case circular([String])
        /// Held, and waits for no other case any more: to be released. → open
        case ready
        /// Handed on to the regions in charge, or never kept from them. → ended
        case open
        /// Finished, or ended early; the outcome is `nil` when it was never reported.
        case ended(outcome: String?)

        /// Whether the regions in charge have not been told of the child yet.
        public var isHeld: Bool {
            switch self {
            case .waiting, .blocked, .circular, .ready: true
            case .open, .ended: false
            }
        }

        /// Whether it is finished or ended early.
        public var hasEnded: Bool { if case .ended = self { true } else { false } }
    }

    /// One case below the main case, or of a bundle without one.
    public struct Child: Sendable {
        /// Its case id; `nil` when it is not registered yet.
        public let caseID: CaseID?
        /// How the bundle calls it: the theme's name for it, else its case id, else its place among the children.
        ///
        /// Unique within the bundle.
        public let name: String
        /// The case.
        public let record: CaseRecord
        /// Its state.
        public let state: CaseState
        /// How it stands.
        public let standing: Standing
        /// Entries of its order that no case of the bundle answers to: not arrived yet, or mistyped.
        public let missing: [String]
        /// The theme's row for it; `nil` when the theme does not have it.
        public let themeChild: ServiceBundle.Child?

        /// Whether it ended with what the applicant wanted.
        public var endedWell: Bool {
            if case .ended(let outcome) = standing { BundleOrder.isGood(outcome) } else { false }
        }
    }

    /// A notice of one case of the bundle.
    public struct Notice: Hashable, Sendable {
        /// The case that it is about.
        public let caseID: CaseID
        /// What it says.
        public let notice: CaseNotice
    }

    /// What a main case should become.
    public struct Consolidation: Hashable, Sendable {
        /// Its new state.
        public let state: CaseState
        /// Its outcome, once all children have ended.
        public let outcome: String?
        /// 一次反馈: one sentence per child, once all have ended.
        public let description: String?
    }

    /// The theme; `nil` when nobody names one and the items do not tell.
    public let theme: ServiceBundle?
    /// The main case; `nil` in a bundle that a hub split by itself.
    public let main: BundleMember?
    /// The other cases: in the order of the theme, then by case id.
    public let children: [Child]
    /// What the main case should become; `nil` when it stays as it is, and without one.
    public let consolidated: Consolidation?
    /// Held children that may go to their regions in charge now, in the order of ``children``.
    ///
    /// None when the main case was withdrawn or ended early itself. A child that a hub sent singly and whose papers are
    /// still to be collected (收件) goes once they are.
    public let releases: [CaseID]
    /// Children that the applicant no longer wants, because the main case was withdrawn or voided, and that are not
    /// decided yet.
    public let recalls: [CaseID]
    /// Whether there are children and all have ended.
    public let isClosed: Bool
    /// What stands about the children.
    public let notices: [Notice]
    /// What is wrong with the bundle itself, all warnings: `bundle.circle`, `bundle.two-mains`.
    public let issues: [Issue]

    /// Demands that were made, or could have been met, in another child.
    let repeated: [RepeatedDemand]

    /// Looks at the cases of one bundle.
    public init(members: [BundleMember], themes: Bundles = .standard) {
        let order = BundleOrder(members: members, themes: themes)
        let children = order.children()
        let repeated = RepeatedDemand.find(in: children)
        theme = order.theme
        main = order.main
        self.children = children
        self.repeated = repeated
        isClosed = !children.isEmpty && children.allSatisfy(\.standing.hasEnded)
        consolidated = Self.consolidation(of: order.main, children)
        let mainState = order.main?.state
        let isMainGone = mainState.map { $0.isFinal && $0 != .closed } ?? false
        let isSplitByHub = order.main == nil
        let ready = children.filter { $0.standing == .ready && !(isSplitByHub && Self.awaitsPapers($0)) }
        releases = isMainGone ? [] : ready.compactMap(\.caseID)
        let isRecalled = mainState == .withdrawn || mainState == .voided
        recalls = isRecalled ? children.compactMap { $0.state.isDecided ? nil : $0.caseID } : []
        notices = Self.notices(about: children, repeated: repeated)
        issues = order.issues(of: children)
    }

    /// Whether the papers of a child are collected in a region that has not done so yet.
    ///
    /// Of what was fanned out they were handed in with the main case.
    private static func awaitsPapers(_ child: Child) -> Bool {
        child.record[.mode] == "collect" && child.record[.collectedDivision] != nil
            && child.state.progress < CaseState.collected.progress
    }

    /// The child with a case id.
    public func child(_ caseID: CaseID) -> Child? { children.first { $0.caseID == caseID } }

    /// How a case of the bundle stands; `nil` for the main case and for one that is not of it.
    public func standing(of caseID: CaseID) -> Standing? { child(caseID)?.standing }
}
