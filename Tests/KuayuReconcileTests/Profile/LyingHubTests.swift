import KuayuModel
import KuayuReconcile
import Testing

/// A lie, and what it must be taken for.
struct Lie: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: FeedError.Kind
    let meta: @Sendable (inout HubMeta) -> Void
    let fingerprints: @Sendable (inout FingerprintAnswer, FingerprintQuery) -> Void
    let rows: @Sendable (inout RowsAnswer, RowsQuery) -> Void
    /// Down to the finest sums, or whole days row by row in many pages.
    var limits = DescentLimits(directRows: 0, smallBucket: 1)

    var testDescription: String { name }

    static func meta(_ name: String, _ kind: FeedError.Kind, _ bend: @escaping @Sendable (inout HubMeta) -> Void)
        -> Lie
    {
        Lie(name: name, kind: kind, meta: bend, fingerprints: { _, _ in }, rows: { _, _ in })
    }

    static func sums(
        _ name: String, _ kind: FeedError.Kind,
        _ bend: @escaping @Sendable (inout FingerprintAnswer, FingerprintQuery) -> Void
    ) -> Lie {
        Lie(name: name, kind: kind, meta: { _ in }, fingerprints: bend, rows: { _, _ in })
    }

    static func rows(
        _ name: String, _ kind: FeedError.Kind,
        _ bend: @escaping @Sendable (inout RowsAnswer, RowsQuery) -> Void
    ) -> Lie {
        Lie(
            name: name, kind: kind, meta: { _ in }, fingerprints: { _, _ in }, rows: bend,
            limits: DescentLimits(directRows: .max, page: 16))
    }
}

@Suite struct LyingHubTests {
    static let pair = LedgerPair(seed: 77, count: 1_200, days: 5, rarity: 60)

    static let lies: [Lie] = [
        .meta("one row more in the totals", .count) { meta in
            meta.in.total = Accumulator(count: meta.in.total.count + 1, sum: meta.in.total.sum)
        },
        .meta("another sum in the totals", .sum) { $0.in.total.add(Accumulator(count: 0, sum: ElementID(0, 0, 0, 1))) },
        .meta("other totals, the snapshot of yesterday", .changed) { $0.snapshot = "s0" },
        .sums("sums of another snapshot", .changed) { answer, _ in answer.snapshot = "s2" },
        .sums("a day left out", .count) { answer, _ in answer.buckets.removeLast() },
        .sums("an hour left out", .count) { answer, query in
            if query.width == .hour { answer.buckets.removeFirst() }
        },
        .sums("a bucket twice", .misplaced) { answer, _ in answer.buckets.append(answer.buckets[0]) },
        .sums("a bucket that was not asked for", .misplaced) { answer, query in
            if query.width == .hour { bend(&answer, start: 86_400 * 900 - 28_800) }
        },
        .sums("a bucket that begins in between", .misplaced) { answer, _ in
            bend(&answer, start: answer.buckets[0].start + 1)
        },
        .sums("a bucket before the first day", .misplaced) { answer, query in
            bend(&answer, start: -28_800 - query.width.seconds)
        },
        .sums("more buckets than asked for", .misplaced) { answer, query in
            if query.width == .day { return }
            for number in 0..<40 { bend(&answer, start: (1_000 + number) * query.width.seconds - 28_800, adds: true) }
        },
        .sums("an hour with a wrong sum", .sum) { answer, query in
            if query.width == .hour { bend(&answer, limb: 1) }
        },
        .sums("rows moved from one hour to another", .sum) { answer, query in
            guard query.width == .fiveMinutes, answer.buckets.count > 1 else { return }
            // The whole adds up; the first parent does not.
            let last = answer.buckets.count - 1
            let (first, other) = (answer.buckets[0], answer.buckets[last])
            answer.buckets[0] = sum(first.start, first.count, other.limbs) ?? first
            answer.buckets[last] = sum(other.start, other.count, first.limbs) ?? other
        },
        .rows("rows of another snapshot", .changed) { answer, _ in answer.snapshot = "s2" },
        .rows("a page cut off", .count) { answer, _ in
            answer.rows.removeLast()
            answer.after = nil
        },
        .rows("no rows at all", .count) { answer, _ in
            answer.rows = []
            answer.after = nil
        },
        .rows("pages without rows, for ever", .count) { answer, _ in
            answer.rows = []
            answer.after = "more"
        },
        .rows("the first page again and again", .misplaced) { answer, query in
            guard let first = first(query), query.after != nil else { return }
            answer.rows = first
        },
        .rows("one row again and again", .sum) { answer, _ in
            answer.rows = Array(repeating: answer.rows[0], count: answer.rows.count)
        },
        .rows("rows in another order", .misplaced) { answer, _ in answer.rows.reverse() },
        .rows("a row of an hour that was not asked for", .misplaced) { answer, _ in
            bendRow(&answer) { $0.registeredAt += 86_400 * 400 }
        },
        .rows("a row before the range key begins", .misplaced) { answer, _ in
            bendRow(&answer, at: 0) { $0.registeredAt = 0 }
        },
        .rows("a row with the identity of another", .identity) { answer, _ in
            answer.rows[0].id = ElementID(1, 2, 3, 4)
        },
        .rows("a row whose state was changed", .identity) { answer, _ in answer.rows[0].row.element.status = "voided" },
        .rows("a row exchanged for an invented one", .sum) { answer, _ in
            bendRow(&answer) { $0.version += 40 }
            answer.rows.sort(by: ListHub.isBefore)
        },
        .rows("more rows than claimed", .count) { answer, _ in
            if answer.after == nil { answer.rows.append(answer.rows[answer.rows.count - 1]) }
        },
        .rows("more rows than asked for", .limit) { answer, query in
            while answer.rows.count <= query.limit { answer.rows.append(answer.rows[answer.rows.count - 1]) }
        },
    ]

    @Test(arguments: lies)
    func isFoundOut(lie: Lie) throws {
        let hub = ListHub(Self.pair.found)
        var meta = hub.meta
        lie.meta(&meta)
        let found = kind {
            try descend(Self.pair.expected, meta: meta, limits: lie.limits, rounds: 3_000) { question in
                switch (question, hub.answer(question)) {
                case (.fingerprints(let query), .fingerprints(var answer)):
                    lie.fingerprints(&answer, query)
                    return .fingerprints(answer)
                case (.rows(let query), .rows(var answer)):
                    if !answer.rows.isEmpty, case .ranges = query.selection { lie.rows(&answer, query) }
                    return .rows(answer)
                case (_, let answer): return answer
                }
            }
        }
        #expect(found == lie.kind)
    }

    /// Lies about all rows of a case, asked for at the end.
    static let caseLies: [(FeedError.Kind, @Sendable (inout RowsAnswer) -> Void)] = [
        (.count, { $0.rows.removeAll() }),
        (.misplaced, { answer in bendRow(&answer, at: 0) { $0.caseID = "CSJ012024010199" } }),
        (.misplaced, { answer in bendRow(&answer, at: 0) { $0.registeredAt = 5 } }),
        (.identity, { $0.rows[0].id = ElementID(0, 0, 0, 9) }),
        (.changed, { $0.snapshot = "s9" }),
        (.count, { $0.rows += $0.rows + $0.rows }),
        (
            .count,
            {
                $0.rows = []; $0.after = "more"
            }
        ),
        (.sum, { answer in bendRow(&answer, at: 0) { $0.registeredAt += 86_400 * 700 } }),
    ]

    @Test(arguments: caseLies.indices)
    func isFoundOutWhenAskedForACase(index: Int) throws {
        let (wanted, bend) = Self.caseLies[index]
        let hub = ListHub(Self.pair.found)
        let found = kind {
            try descend(Self.pair.expected, meta: hub.meta) { question in
                guard case .rows(let query) = question, case .cases = query.selection,
                    case .rows(var answer) = hub.answer(question)
                else { return hub.answer(question) }
                bend(&answer)
                return .rows(answer)
            }
        }
        #expect(found == wanted)
    }

    @Test func theHonestHubIsBelieved() throws {
        let hub = ListHub(Self.pair.found)
        let limits = DescentLimits(directRows: 0, smallBucket: 1, page: 7)
        #expect(kind { try descend(Self.pair.expected, meta: hub.meta, limits: limits, hub.answer) } == nil)
    }

    private static func sum(_ start: Int, _ count: Int, _ limbs: [UInt64]) -> BucketSum? {
        BucketSum(start: start, count: count, limbs: limbs)
    }

    /// Moves the first bucket, or adds a copy of it elsewhere.
    private static func bend(_ answer: inout FingerprintAnswer, start: Int, adds: Bool = false) {
        guard let first = answer.buckets.first, let moved = sum(start, first.count, first.limbs) else { return }
        if adds { answer.buckets.append(moved) } else { answer.buckets[0] = moved }
    }

    /// Changes the last limb of the first bucket.
    private static func bend(_ answer: inout FingerprintAnswer, limb: UInt64) {
        guard let first = answer.buckets.first else { return }
        var limbs = first.limbs
        limbs[7] = limbs[7] > 0 ? limbs[7] - limb : limb
        answer.buckets[0] = sum(first.start, first.count, limbs) ?? first
    }

    /// Changes a row and gives it the identity that follows.
    private static func bendRow(
        _ answer: inout RowsAnswer, at index: Int? = nil, _ change: (inout LedgerElement) -> Void
    ) {
        let at = index ?? answer.rows.count - 1
        change(&answer.rows[at].row.element)
        answer.rows[at].id = answer.rows[at].row.element.id(PortableDigester())
    }

    /// The first page of a question.
    private static func first(_ query: RowsQuery) -> [ToldRow]? {
        var query = query
        query.after = nil
        guard case .rows(let answer) = ListHub(pair.found).answer(.rows(query)) else { return nil }
        return answer.rows
    }
}
