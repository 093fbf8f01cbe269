public import KuayuModel

/// Compares one lane with a hub that runs negentropy: profile N.
///
/// The exchange finds which identities only one side has; then the hub gives its rows of those identities, and all its
/// rows of every case that differs, because another row of such a case may be one that both sides have. The hub has
/// committed itself to number and sum before: they must be the gateway's less what the hub lacks, plus what only the hub
/// has. Every identity is computed again; what was asked for must come, and nothing else.
///
/// Identities do not cover the time of registration: a row that differs in nothing but that time is found when it lies
/// in another day than expected (``Opening/days``), or in another sixteenth of the ledger (``Opening/sixteenths``).
public struct NegentropyComparison<Hash: Digester>: Sendable {
    /// How the gateway's first message cuts the ledger.
    public enum Opening: String, Hashable, Sendable, CaseIterable {
        /// A fingerprint for each day.
        case days
        /// Sixteen fingerprints: least bytes.
        case sixteenths
    }

    /// What to do next.
    public enum Step: Hashable, Sendable {
        /// Post this message of negentropy to the hub and hand its answer to `take(message:)`.
        case exchange([UInt8])
        /// Put this question to the hub and hand the answer to `take(rows:)`.
        case ask(RowsQuery)
        /// Read these elements in the gateway's own ledger and hand them to `take(elements:)` in this order.
        case look([LedgerEntry])
        /// The comparison is complete.
        case done(LaneComparison)
    }

    /// What is under way.
    enum Phase {
        case idle
        case exchanging
        case looking
        case identities(asked: [ElementID], later: [ElementID])
        case duplicates
        case cases(asked: [String], later: [String])
        case done
    }

    /// Identities or cases of one question.
    static var batch: Int { 2_000 }

    let lane: Lane
    let meta: HubMeta
    let snapshot: LedgerSnapshot
    let digester: Hash
    let limits: NegentropyLimits
    private let opening: Opening
    private var client: NegentropyClient<LedgerSnapshot, Hash>
    var phase = Phase.idle
    /// What only the gateway has.
    var have: [LedgerEntry] = []
    /// What only the hub has.
    var need: Set<ElementID> = []
    /// What the gateway has of cases that differ, by case; an element that changed meanwhile is as it is now.
    var expected: [String: LedgerElement] = [:]
    /// Cases that differ, or may.
    var cases: Set<String> = []
    /// The hub's rows of those cases.
    var rows: [ToldRow] = []
    /// Rows of the question under way.
    var page: [ToldRow] = []
    private var cost = ComparisonCost()

    /// Prepares a comparison.
    ///
    /// - Parameters:
    ///   - meta: what the hub said of its ledger; everything is held against it.
    ///   - index: the gateway's side.
    public init(
        lane: Lane, meta: HubMeta, index: LedgerIndex, digester: Hash, opening: Opening = .days,
        frameLimit: Int = 1 << 20, limits: NegentropyLimits = NegentropyLimits()
    ) {
        self.lane = lane
        self.meta = meta
        self.digester = digester
        self.opening = opening
        self.limits = limits
        snapshot = LedgerSnapshot(index)
        client = NegentropyClient(snapshot, digester: digester, frameLimit: frameLimit, limits: limits)
    }

    /// What the hub claims of this lane.
    var claimed: Accumulator { meta[lane].total }

    /// The first step; done at once when both sides are empty.
    ///
    /// Equal totals are not enough: a row under another time of registration leaves them as they are.
    public mutating func begin() throws(FeedError) -> Step {
        guard case .idle = phase else { throw Self.outOfTurn }
        if claimed == Accumulator(), snapshot.count == 0 { return finished([]) }
        phase = .exchanging
        do throws(NegentropyError) {
            return exchange(try client.initiate(cuts: opening == .days ? dayBounds : []))
        } catch {
            throw Self.feedError(error)
        }
    }

    /// Takes the hub's answer to a message of negentropy.
    ///
    /// - Throws: why nothing can be concluded; the comparison is over then.
    public mutating func take(message: [UInt8]) throws(FeedError) -> Step {
        guard case .exchanging = phase else { throw Self.outOfTurn }
        cost.bytesReceived += message.count
        let step: NegentropyStep
        do throws(NegentropyError) {
            step = try client.reconcile(message)
        } catch {
            throw Self.feedError(error)
        }
        for item in step.have {
            let key = UInt32(truncatingIfNeeded: item.timestamp)
            guard let row = snapshot.index.row(key: key, id: item.id) else { continue }
            have.append(LedgerEntry(key: key, id: item.id, row: row))
        }
        need.formUnion(step.need)
        if let next = step.next { return exchange(next) }
        phase = .looking
        have.sort()
        return have.isEmpty ? try look([]) : .look(have)
    }

    /// Takes the gateway's elements; nil for one whose case is gone.
    ///
    /// An element that changed since the index stood is taken as it is now: its case is then in flight.
    public mutating func take(elements: [LedgerElement?]) throws(FeedError) -> Step {
        guard case .looking = phase else { throw Self.outOfTurn }
        return try look(elements)
    }

    /// Takes the hub's answer to a question for rows.
    ///
    /// - Throws: why nothing can be concluded; the comparison is over then.
    public mutating func take(rows answer: RowsAnswer) throws(FeedError) -> Step {
        guard answer.snapshot == meta.snapshot else {
            throw FeedError(.changed, "rows are of another snapshot than the hub's totals")
        }
        return try accept(answer)
    }

    /// The comparison with these differences.
    mutating func finished(_ differences: [CaseDifference]) -> Step {
        phase = .done
        return .done(
            LaneComparison(
                lane: lane, expected: snapshot.index.total, found: claimed, differences: differences, cost: cost))
    }

    /// A question for rows; counts it.
    mutating func ask(_ selection: RowsQuery.Selection, after: String? = nil) -> Step {
        let query = RowsQuery(lane: lane, snapshot: meta.snapshot, selection: selection, after: after)
        cost.roundTrips += 1
        cost.bytesSent += query.encoded().count
        return .ask(query)
    }

    /// Adds to what the comparison has cost, for what only the transport knows.
    public mutating func addReceived(bytes: Int) { cost.bytesReceived += bytes }

    private mutating func exchange(_ message: [UInt8]) -> Step {
        cost.roundTrips += 1
        cost.bytesSent += message.count
        return .exchange(message)
    }

    /// Where the gateway's days begin and end.
    private var dayBounds: [UInt64] {
        var bounds: [UInt64] = []
        for day in snapshot.index.days {
            let keys = LedgerDay.keys(day.day)
            for bound in [UInt64(keys.lowerBound), UInt64(keys.upperBound)] where bound > bounds.last ?? 0 {
                bounds.append(bound)
            }
        }
        return bounds
    }

    static var outOfTurn: FeedError { FeedError(.changed, "an answer came that was not asked for") }

    private static func feedError(_ error: NegentropyError) -> FeedError {
        FeedError(error.isLimit ? .limit : .unreadable, error.description)
    }
}
