/// Whether repaired cases agree now: a break is over because the ledgers agree, never because something was sent.
public enum RepairVerification {
    /// What the rows that were read again say of a step's break.
    public enum Verdict: Hashable, Sendable {
        /// Both ledgers say the same.
        case agrees
        /// They agree as far as a hub that cannot say its content can tell.
        case agreesUnchecked
        /// They do not; the break stays open.
        case differs
        /// The step changed nothing, or the plan did not come to it: nothing was to be verified.
        case notVerified
    }

    /// The verdict of every break of a plan.
    ///
    /// - Parameters:
    ///   - expected: what the gateway's ledger says of each case now; a case without a row is missing.
    ///   - found: what the hub's ledger says now; likewise.
    public static func verdicts(
        _ execution: RepairExecution, expected: [String: LedgerElement], found: [String: [HubRow]]
    ) -> [String: Verdict] {
        var verdicts: [String: Verdict] = [:]
        for step in execution.plan.steps {
            switch execution.outcomes[step.index] {
            case .done, .already:
                verdicts[step.breakID] = verdict(expected[step.caseID], found[step.caseID] ?? [])
            case .stale, .failed, .askRegion, nil:
                verdicts[step.breakID] = .notVerified
            }
        }
        return verdicts
    }

    private static func verdict(_ expected: LedgerElement?, _ found: [HubRow]) -> Verdict {
        guard let expected, found.count == 1, let row = found.first?.element else {
            return expected == nil && found.isEmpty ? .agrees : .differs
        }
        if row == expected { return .agrees }
        var blank = row
        blank.contentDigest = expected.contentDigest
        let isSilent = row.contentDigest == "-" || expected.contentDigest == "-"
        return isSilent && blank == expected ? .agreesUnchecked : .differs
    }
}
