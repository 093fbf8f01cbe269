public import KuayuModel

/// Compares one lane with a hub that can only sum and list: profile S.
///
/// Days that differ are asked by hours, hours by five minutes, and what remains by its rows, at most four rounds of
/// questions; the questions of one round do not depend on each other. One more round asks for all rows of cases that
/// only the hub seems to have, because another row of such a case may lie where both sides agree.
///
/// Nothing a hub says is taken on trust: sums of finer buckets must add up to the coarser, listed identities to the sums,
/// every identity is computed again, every row must lie in its bucket and in order, and all answers must be of one
/// snapshot. The gateway sends no sum of its own.
///
/// Sums do not cover the time of registration: a row that differs in nothing but that time is found when it lies in
/// another day, hour or five minutes than expected and its bucket is looked at, not when both fall into one.
public struct SQLDescent<Ledger: LedgerView, Digest: Digester>: Sendable {
    /// What to do next.
    public enum Step: Hashable, Sendable {
        /// Put these questions to the hub, in any order, and hand all answers to ``take(_:)`` in the order given here.
        case ask([HubQuestion])
        /// The comparison is complete.
        case done(LaneComparison)
    }

    /// Ranges whose buckets must add up to a claim.
    struct Parent: Hashable {
        var ranges: [Range<Int>]
        /// Nil where nothing was claimed before.
        var claimed: Accumulator?
    }

    /// A bucket of which the two sides do not say the same.
    struct Open: Hashable {
        var range: Range<Int>
        var width: BucketWidth
        var found: Accumulator
        var expected: Accumulator
    }

    /// What a question was asked for.
    enum Pending {
        case fingerprints(FingerprintQuery, [Parent])
        /// The first question of a run that looks at certain days: the other days must make up the rest.
        case dirtyDays(FingerprintQuery)
        case rows(RowsTask)
        case cases(CasesTask)

        var question: HubQuestion {
            switch self {
            case .fingerprints(let query, _), .dirtyDays(let query): .fingerprints(query)
            case .rows(let task): .rows(task.query)
            case .cases(let task): .rows(task.query)
            }
        }
    }

    let lane: Lane
    let meta: HubMeta
    let ledger: Ledger
    let digester: Digest
    let limits: DescentLimits
    private let dirtyDays: [Int]?
    private var pending: [Pending] = []
    private var cost = ComparisonCost()
    /// Buckets that were, or are being, read row by row.
    var leaves: [Open] = []
    /// What they hold at the hub.
    var rows: [HubRow] = []
    /// Set once the leaves are complete.
    private var join: DescentJoin?

    /// Prepares a comparison.
    ///
    /// - Parameters:
    ///   - meta: what the hub said of its ledger; all answers are held against it.
    ///   - ledger: the gateway's side, unchanged until the comparison ends.
    ///   - dirtyDays: numbers of the days to look at (``BucketWidth/day``); all other days are looked at only if they do
    ///     not make up the rest of the hub's total. Nil, or none, looks at every day.
    public init(
        lane: Lane, meta: HubMeta, ledger: Ledger, digester: Digest, dirtyDays: [Int]? = nil,
        limits: DescentLimits = DescentLimits()
    ) {
        self.lane = lane
        self.meta = meta
        self.ledger = ledger
        self.digester = digester
        self.dirtyDays = dirtyDays
        self.limits = limits
    }

    /// The first step; done at once when both sides are empty.
    ///
    /// Equal totals are not enough: a row under another day leaves them as they are.
    public mutating func begin() throws(FeedError) -> Step {
        let claimed = meta[lane].total
        if claimed == Accumulator(), ledger.total == claimed { return .done(comparison([])) }
        let whole = BucketWidth.day.whole
        let dirty = Self.ranges(ofDays: dirtyDays ?? [])
        if dirty.isEmpty || dirty.count >= ProfileLimits.ranges {
            pending = [.fingerprints(query(.day, [whole]), [Parent(ranges: [whole], claimed: claimed)])]
        } else {
            pending = [.dirtyDays(query(.day, dirty))]
        }
        return ask()
    }

    /// Takes the answers to the questions of the step before.
    ///
    /// - Throws: why nothing can be concluded; the descent is over then.
    public mutating func take(_ answers: [HubAnswer]) throws(FeedError) -> Step {
        precondition(answers.count == pending.count, "every question has one answer")
        for answer in answers where answer.snapshot != meta.snapshot {
            throw FeedError(.changed, "an answer is of another snapshot than the hub's totals")
        }
        let asked = pending
        pending = []
        var open: [Open] = []
        for (question, answer) in zip(asked, answers) { open += try take(answer, to: question) }
        try descend(open)
        return try pending.isEmpty ? conclude() : ask()
    }

    /// The buckets that an answer shows to differ; pages that go on are asked for.
    private mutating func take(_ answer: HubAnswer, to question: Pending) throws(FeedError) -> [Open] {
        switch (question, answer) {
        case (.fingerprints(let query, let parents), .fingerprints(let answer)):
            return try compare(answer, query, parents)
        case (.dirtyDays(let query), .fingerprints(let answer)):
            return try compareDirtyDays(answer, query)
        case (.rows(var task), .rows(let answer)):
            if try task.take(answer, digester) { rows += task.rows } else { ask(.rows(task)) }
        case (.cases(var task), .rows(let answer)):
            let ledger = ledger
            if try task.take(answer, digester) { try join?.add(task, ledger) } else { ask(.cases(task)) }
        default: throw FeedError(.unreadable, "an answer is not of the kind that was asked for")
        }
        return []
    }

    private mutating func ask() -> Step {
        cost.roundTrips += pending.count
        return .ask(pending.map(\.question))
    }

    mutating func ask(_ more: Pending) { pending.append(more) }

    /// Joins the leaves; asks once more where only the hub seems to have a case.
    private mutating func conclude() throws(FeedError) -> Step {
        if let join { return .done(comparison(join.differences(lane))) }
        let join = try DescentJoin(leaves: leaves, rows: rows, ledger: ledger, digester: digester)
        self.join = join
        pending = join.unexpectedCases.chunked(2_048).map { cases in
            .cases(
                CasesTask(
                    query: RowsQuery(
                        lane: lane, snapshot: meta.snapshot, selection: .cases(cases), limit: ProfileLimits.rows),
                    limit: join.rowCount(of: cases) + cases.count))
        }
        return pending.isEmpty ? .done(comparison(join.differences(lane))) : ask()
    }

    private func comparison(_ differences: [CaseDifference]) -> LaneComparison {
        LaneComparison(
            lane: lane, expected: ledger.total, found: meta[lane].total, differences: differences, cost: cost)
    }

    func query(_ width: BucketWidth, _ ranges: [Range<Int>]) -> FingerprintQuery {
        FingerprintQuery(lane: lane, snapshot: meta.snapshot, width: width, ranges: ranges)
    }

    /// Ranges of days, neighbours together; days outside of the range key are left out.
    private static func ranges(ofDays days: [Int]) -> [Range<Int>] {
        let width = BucketWidth.day
        let last = width.number(of: UInt32(BucketWidth.keyEnd - 1))
        return Set(days).filter { (0...last).contains($0) }.sorted()
            .map { width.start(of: $0)..<width.start(of: $0 + 1) }.joinedNeighbours()
    }
}

extension [Range<Int>] {
    /// Ascending ranges with those joined that touch.
    func joinedNeighbours() -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in self {
            if let last = joined.last, last.upperBound == range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<range.upperBound
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}

extension Array {
    /// Pieces of at most so many elements, in order.
    func chunked(_ size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
