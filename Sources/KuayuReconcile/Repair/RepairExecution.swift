/// How far a plan has come, and whether it may go on.
///
/// Made anew from the outcomes that were kept, it stands where it stood: each step is carried out until it has an
/// outcome, and none that has one is carried out again.
public struct RepairExecution: Hashable, Sendable {
    /// When a plan stops itself: something is wrong that more tries would only make worse.
    public struct Limits: Hashable, Sendable {
        /// Share of failed steps among those attempted above which it stops, thousandths.
        ///
        /// Default 50.
        public var failedPermille: Int
        /// It does not stop before so many have failed, at least 1.
        ///
        /// Default 3.
        public var failedLeast: Int

        /// Limits.
        public init(failedPermille: Int = 50, failedLeast: Int = 3) {
            self.failedPermille = max(0, failedPermille)
            self.failedLeast = max(1, failedLeast)
        }
    }

    /// What comes next.
    public enum Next: Hashable, Sendable {
        /// This step.
        case step(RepairStep)
        /// Nothing: every step has its outcome.
        case finished
        /// Nothing: too many steps failed.
        case stopped(failed: Int, attempted: Int)
    }

    /// How many steps came to what.
    public struct Tally: Hashable, Sendable {
        /// Carried out.
        public var done = 0
        /// Had been carried out before.
        public var already = 0
        /// Skipped, because what they were planned for is no longer so.
        public var stale = 0
        /// Failed.
        public var failed = 0
        /// Left to persons.
        public var askRegion = 0
        /// Without an outcome.
        public var left = 0

        /// Steps that were tried: skipped ones are not.
        public var attempted: Int { done + already + failed + askRegion }

        /// Nothing yet.
        public init() {}
    }

    /// The plan.
    public let plan: RepairPlan
    /// What came of the steps so far, by their place.
    public private(set) var outcomes: [Int: RepairOutcome]
    /// How many steps came to what.
    public private(set) var tally = Tally()
    /// When it stops itself.
    public let limits: Limits
    private var cursor = 0

    /// A plan with what has come of it so far; outcomes of steps that it does not have are left out.
    public init(_ plan: RepairPlan, outcomes: [Int: RepairOutcome] = [:], limits: Limits = Limits()) {
        self.plan = plan
        self.limits = limits
        self.outcomes = outcomes.filter { plan.steps.indices.contains($0.key) }
        tally.left = plan.steps.count
        for outcome in self.outcomes.values { count(outcome) }
        advance()
    }

    /// What comes next.
    public var next: Next {
        if cursor >= plan.steps.count { return .finished }
        return isTripped ? .stopped(failed: tally.failed, attempted: tally.attempted) : .step(plan.steps[cursor])
    }

    /// Whether too many steps failed.
    public var isTripped: Bool {
        tally.failed >= limits.failedLeast && tally.failed * 1_000 > tally.attempted * limits.failedPermille
    }

    /// Takes the outcome of a step.
    ///
    /// - Returns: false when the step has one already, or is not of this plan: the first counts.
    @discardableResult
    public mutating func record(_ outcome: RepairOutcome, of index: Int) -> Bool {
        guard plan.steps.indices.contains(index), outcomes[index] == nil else { return false }
        outcomes[index] = outcome
        count(outcome)
        advance()
        return true
    }

    /// The cases whose rows have to be read again: those of steps that may have changed something, ascending.
    public var casesToVerify: [String] {
        let steps = plan.steps.filter { outcomes[$0.index] == .done || outcomes[$0.index] == .already }
        return Set(steps.map(\.caseID)).sorted()
    }

    private mutating func advance() {
        while cursor < plan.steps.count, outcomes[cursor] != nil { cursor += 1 }
    }

    private mutating func count(_ outcome: RepairOutcome) {
        tally.left -= 1
        switch outcome {
        case .done: tally.done += 1
        case .already: tally.already += 1
        case .stale: tally.stale += 1
        case .failed: tally.failed += 1
        case .askRegion: tally.askRegion += 1
        }
    }
}
