import KuayuModel
import KuayuReconcile
import Testing

/// Runs a descent to its end against something that answers.
func descend(
    _ expected: [LedgerElement], meta: HubMeta, dirtyDays: [Int]? = nil, limits: DescentLimits = DescentLimits(),
    rounds: Int = 5_000, _ answer: (HubQuestion) throws -> HubAnswer
) throws -> (comparison: LaneComparison, rounds: Int) {
    var descent = SQLDescent(
        lane: .in, meta: meta, ledger: ListLedger(expected), digester: PortableDigester(), dirtyDays: dirtyDays,
        limits: limits)
    var step = try descent.begin()
    var count = 0
    while case .ask(let questions) = step {
        count += 1
        if count > rounds { throw FeedError(.unavailable, "the descent does not end") }
        step = try descent.take(questions.map(answer))
    }
    guard case .done(let comparison) = step else { throw FeedError(.unavailable, "never") }
    return (comparison, count)
}

@Suite struct SQLDescentTests {
    @Test(arguments: 0..<30 as Range<UInt64>)
    func findsWhatTheFullJoinFinds(seed: UInt64) throws {
        let sizes = [(0, 1, 2), (1, 1, 1), (40, 3, 4), (700, 2, 30), (900, 40, 100), (900, 2, 3)]
        let size = sizes[Int(seed) % sizes.count]
        let pair = LedgerPair(seed: seed, count: size.0, days: size.1, rarity: size.2)
        try expectTheFullJoin(pair)
        try expectTheFullJoin(pair, limits: DescentLimits(directRows: 0, smallBucket: 0, page: 7))
    }

    @Test(arguments: 100..<108 as Range<UInt64>)
    func findsTheSameWhenCertainDaysAreLookedAtFirst(seed: UInt64) throws {
        let pair = LedgerPair(seed: seed, count: 600, days: 30, rarity: 60)
        try expectTheFullJoin(pair, dirtyDays: [])
        try expectTheFullJoin(pair, dirtyDays: [3, 4, 9, -5, 9])
        try expectTheFullJoin(pair, dirtyDays: Array(0..<40))
        try expectTheFullJoin(pair, dirtyDays: [1_000_000])
    }

    private func expectTheFullJoin(
        _ pair: LedgerPair, dirtyDays: [Int]? = nil, limits: DescentLimits = DescentLimits()
    ) throws {
        let hub = ListHub(pair.found)
        let wanted = FullJoin.compare(
            lane: .in, expected: pair.expected, found: pair.found, digester: PortableDigester())
        var (comparison, rounds) = try descend(
            pair.expected, meta: hub.meta, dirtyDays: dirtyDays, limits: limits, hub.answer)
        if limits.page > 100 { #expect(rounds <= (dirtyDays == nil ? 5 : 6)) }
        comparison.cost = ComparisonCost()
        #expect(comparison == wanted)
    }

    @Test func asksOnceWhenTheDaysAgree() throws {
        let pair = LedgerPair(seed: 1, count: 300, days: 4, rarity: 1_000_000)
        let result = try descend(pair.expected, meta: ListHub(pair.found).meta, ListHub(pair.found).answer)
        #expect(result.rounds == 1)
        #expect(result.comparison.cost.roundTrips == 1)
        #expect(result.comparison.differences.isEmpty)
    }

    @Test func asksNothingOfAnEmptyLedger() throws {
        #expect(try descend([], meta: ListHub([]).meta, ListHub([]).answer).rounds == 0)
    }

    @Test func readsFewRowsForFewDifferences() throws {
        var pair = LedgerPair(seed: 2, count: 6_000, days: 10, rarity: 1_000_000)
        for index in stride(from: 0, to: 6_000, by: 600) { pair.found[index].element.version += 1 }
        let hub = ListHub(pair.found)
        var rows = 0
        let result = try descend(pair.expected, meta: hub.meta) { question in
            let answer = hub.answer(question)
            if case .rows(let page) = answer { rows += page.rows.count }
            return answer
        }
        #expect(result.comparison.differences.count == 10)
        #expect(result.rounds <= 4)
        #expect(rows <= 512)
    }

    @Test func looksOnlyAtDirtyDaysWhenTheRestAgrees() throws {
        var pair = LedgerPair(seed: 3, count: 800, days: 20, rarity: 1_000_000)
        pair.found[5].element.version += 1
        let hub = ListHub(pair.found)
        let key = try #require(pair.found[5].element.key)
        let day = BucketWidth.day.number(of: key)
        let result = try descend(pair.expected, meta: hub.meta, dirtyDays: [day]) { question in
            if case .fingerprints(let query) = question {
                #expect(query.ranges == [BucketWidth.day.start(of: day)..<BucketWidth.day.start(of: day + 1)])
            }
            return hub.answer(question)
        }
        #expect(result.comparison.differences.count == 1)
    }

    @Test func refusesToReadMoreRowsThanTheLimit() throws {
        let pair = LedgerPair(seed: 4, count: 100, days: 1, rarity: 1_000_000)
        let hub = ListHub(pair.found)
        #expect(kind { try descend([], meta: hub.meta, limits: DescentLimits(rows: 100), hub.answer) } == nil)
        #expect(kind { try descend([], meta: hub.meta, limits: DescentLimits(rows: 99), hub.answer) } == .limit)
    }

    @Test func noticesThatItsOwnLedgerChanged() throws {
        struct Drifting: LedgerView {
            var ledger: ListLedger
            func totals(in keys: Range<UInt32>) -> Accumulator { ledger.totals(in: keys) }
            func elements(in keys: Range<UInt32>) -> [LedgerElement] { Array(ledger.elements(in: keys).dropLast()) }
            var days: [Int] { ledger.days }
        }
        let pair = LedgerPair(seed: 5, count: 50, days: 1, rarity: 5)
        let hub = ListHub(pair.found)
        var descent = SQLDescent(
            lane: .in, meta: hub.meta, ledger: Drifting(ledger: ListLedger(pair.expected)),
            digester: PortableDigester())
        let found = kind {
            var step = try descent.begin()
            while case .ask(let questions) = step { step = try descent.take(questions.map(hub.answer)) }
        }
        #expect(found == .changed)
    }
}

/// The kind of the error that some work ends with; nil when it succeeds.
func kind(_ work: () throws -> some Any) -> FeedError.Kind? {
    do {
        _ = try work()
        return nil
    } catch {
        return (error as? FeedError)?.kind
    }
}
