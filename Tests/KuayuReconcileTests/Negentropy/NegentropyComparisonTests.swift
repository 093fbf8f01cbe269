import KuayuModel
import KuayuReconcile
import Testing

/// A hub that runs negentropy over some rows, and may lie.
struct NegentropyHub {
    var rows: [HubRow]
    var pageRows = 7
    var duplicatesClaim: Int?
    /// Changes what the hub claims, or answers.
    var claim: (Accumulator) -> Accumulator = { $0 }
    var alter: (RowsQuery, RowsAnswer) -> RowsAnswer = { $1 }
    var alterMessage: ([UInt8]) -> [UInt8] = { $0 }

    init(_ rows: [HubRow]) { self.rows = rows }

    static func id(_ row: HubRow) -> ElementID { row.element.id(PortableDigester()) }

    var meta: HubMeta {
        var total = Accumulator()
        for row in rows { total.add(Self.id(row)) }
        return HubMeta(
            snapshot: "s1", watermark: 1, profiles: [.negentropy],
            out: HubMeta.LaneTotals(total: claim(total), duplicates: duplicatesClaim), in: HubMeta.LaneTotals())
    }

    var server: NegentropyServer<LedgerSnapshot, PortableDigester> {
        let entries = rows.enumerated().compactMap { number, row in
            row.element.key.map { LedgerEntry(key: $0, id: Self.id(row), row: UInt32(number)) }
        }
        return NegentropyServer(LedgerSnapshot(LedgerIndex(entries)), digester: PortableDigester())
    }

    func answer(_ query: RowsQuery) -> RowsAnswer {
        let counts = Dictionary(grouping: rows, by: \.element.caseID).mapValues(\.count)
        let chosen = rows.filter { row in
            switch query.selection {
            case .identities(let ids): ids.contains(Self.id(row))
            case .cases(let cases): cases.contains(row.element.caseID)
            case .duplicates: (counts[row.element.caseID] ?? 0) > 1
            case .ranges: false
            }
        }
        let start = query.after.flatMap(Int.init) ?? 0
        let page = chosen.dropFirst(start).prefix(pageRows)
        let end = start + page.count
        return alter(
            query,
            RowsAnswer(
                snapshot: "s1", rows: page.map { ToldRow($0, id: Self.id($0)) },
                after: end < chosen.count ? String(end) : nil))
    }

    /// The comparison of a whole lane with this hub.
    func compare(
        _ expected: [LedgerElement], opening: NegentropyComparison<PortableDigester>.Opening = .days
    ) throws -> LaneComparison {
        let index = LedgerIndex(
            expected.enumerated().map { LedgerEntry(key: $1.key ?? 0, id: $1.id(PortableDigester()), row: UInt32($0)) })
        var comparison = NegentropyComparison(
            lane: .out, meta: meta, index: index, digester: PortableDigester(), opening: opening)
        let server = server
        var step = try comparison.begin()
        while true {
            switch step {
            case .exchange(let message): step = try comparison.take(message: alterMessage(server.answer(message)))
            case .ask(let query): step = try comparison.take(rows: answer(query))
            case .look(let entries): step = try comparison.take(elements: entries.map { expected[Int($0.row)] })
            case .done(let result): return result
            }
        }
    }
}

/// Profile N comes to what reading everything comes to.
@Suite struct NegentropyComparisonTests {
    static func element(_ number: Int, at seconds: Int64? = nil, version: Int = 2) -> LedgerElement {
        LedgerElement(
            caseID: "CSJ\(1000 + number)", version: version, status: "accepted", contentDigest: "sha256:\(number)",
            nonce: "n\(number)", registeredAt: seconds ?? LedgerElement.keyEpoch + Int64(number) * 7_919)
    }

    /// A ledger, and the hub's with faults of every kind; kinds and places by chance.
    static func ledgers(_ count: Int, faults: Int, seed: UInt64) -> (expected: [LedgerElement], found: [HubRow]) {
        var chance = SeededGenerator(seed: seed)
        let expected = (0..<count).map { element($0) }
        var found = expected.map { HubRow(element: $0, stateAt: $0.registeredAt) }
        for fault in 0..<faults {
            guard let place = found.indices.randomElement(using: &chance) else { break }
            switch Int.random(in: 0..<9, using: &chance) {
            case 0: found.remove(at: place)
            case 1: found[place].element.version += 1
            case 2: found[place].element.status = "closed"
            case 3: found[place].element.contentDigest = "-"
            case 4: found[place].element.nonce = "other"
            case 5: found[place].element.registeredAt += 3 * 86_400
            case 6: found.append(found[place])
            case 7:
                var second = found[place]
                second.element.version -= 1
                second.localNumber = "L\(fault)"
                found.append(second)
            default: found.append(HubRow(element: element(100_000 + fault, at: found[place].element.registeredAt)))
            }
        }
        found.shuffle(using: &chance)
        return (expected, found)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func comesToTheFullJoin(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let (expected, found) = Self.ledgers(
            Int.random(in: 0..<300, using: &chance), faults: Int.random(in: 0..<25, using: &chance), seed: seed)
        var result = try NegentropyHub(found).compare(expected)
        result.cost = ComparisonCost()
        let oracle = FullJoin.compare(lane: .out, expected: expected, found: found, digester: PortableDigester())
        #expect(result == oracle)
    }

    @Test func equalLedgersCostOneRound() throws {
        let (expected, found) = Self.ledgers(500, faults: 0, seed: 1)
        let result = try NegentropyHub(found).compare(expected, opening: .sixteenths)
        #expect(result.differences.isEmpty)
        #expect(result.cost.roundTrips == 1)
        #expect(result.cost.bytesSent < 400)
        #expect(result.cost.bytesReceived == 1)
        #expect(try NegentropyHub([]).compare([]).cost == ComparisonCost())
    }

    @Test func manyDifferencesComeInSeveralQuestions() throws {
        let expected = (0..<100).map { Self.element($0) }
        let found = (50..<4300).map { HubRow(element: Self.element($0)) }
        var hub = NegentropyHub(found)
        hub.pageRows = 1_500
        #expect(try hub.compare(expected).differences.count == 50 + 4200)
    }

    @Test func aCaseThatChangedMeanwhileIsShownAsItIsNow() throws {
        let expected = (0..<40).map { Self.element($0) }
        var found = expected.map { HubRow(element: $0) }
        found[3].element.version = 3
        found[4].element.version = 3
        let hub = NegentropyHub(found)
        let index = LedgerIndex(
            expected.enumerated().map { LedgerEntry(key: $1.key ?? 0, id: $1.id(PortableDigester()), row: UInt32($0)) })
        var comparison = NegentropyComparison(lane: .out, meta: hub.meta, index: index, digester: PortableDigester())
        var step = try comparison.begin()
        var result: LaneComparison?
        while result == nil {
            switch step {
            case .exchange(let message): step = try comparison.take(message: hub.server.answer(message))
            case .ask(let query): step = try comparison.take(rows: hub.answer(query))
            case .look(let entries):
                // Case 3 has reached version 3 at the gateway too, case 4 version 4.
                step = try comparison.take(
                    elements: entries.map { $0.row == 3 ? Self.element(3, version: 3) : Self.element(4, version: 4) })
            case .done(let done): result = done
            }
        }
        #expect(result?.differences.map(\.caseID) == [Self.element(4).caseID])
        #expect(result?.differences.first?.expected == Self.element(4, version: 4))
    }

    struct Lie: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let kind: FeedError.Kind
        let tell: @Sendable (inout NegentropyHub) -> Void

        init(_ name: String, _ kind: FeedError.Kind, _ tell: @escaping @Sendable (inout NegentropyHub) -> Void) {
            (testDescription, self.kind, self.tell) = (name, kind, tell)
        }
    }

    private static func onIdentities(
        _ change: @escaping @Sendable (inout RowsAnswer) -> Void
    ) -> (RowsQuery, RowsAnswer) -> RowsAnswer {
        { query, answer in
            var answer = answer
            if case .identities = query.selection { change(&answer) }
            return answer
        }
    }

    private static func onCases(
        _ change: @escaping @Sendable (inout RowsAnswer) -> Void
    ) -> (RowsQuery, RowsAnswer) -> RowsAnswer {
        { query, answer in
            var answer = answer
            if case .cases = query.selection { change(&answer) }
            return answer
        }
    }

    static let lies: [Lie] = [
        Lie("sum claimed is another", .sum) {
            $0.claim = { Accumulator(count: $0.count, sum: ElementID(1, 2, 3, 4)) }
        },
        Lie("sum claimed is another, and no duplicates", .sum) {
            $0.claim = { Accumulator(count: $0.count, sum: ElementID(1, 2, 3, 4)) }
            $0.duplicatesClaim = 0
        },
        Lie("one row more is claimed", .sum) { $0.claim = { Accumulator(count: $0.count + 1, sum: $0.sum) } },
        Lie("a listed row does not come", .changed) { $0.alter = onIdentities { $0.rows.removeFirst() } },
        Lie("a row of a case does not come", .changed) { $0.alter = onCases { $0.rows.removeAll() } },
        Lie("a field is not the one hashed", .identity) {
            $0.alter = onIdentities { $0.rows[0].row.element.status = "closed" }
        },
        Lie("a row comes that nobody asked for", .misplaced) {
            $0.alter = onIdentities { $0.rows.append(told(element(7))) }
        },
        Lie("a case comes that nobody asked for", .misplaced) {
            $0.alter = onCases { $0.rows.append(told(element(7))) }
        },
        Lie("a case has another row now", .changed) {
            $0.alter = onCases { $0.rows.append(told(element(5, version: 9))) }
        },
        Lie("a row is there that it said it lacked", .changed) {
            $0.alter = onCases { $0.rows.append(told(element(5))) }
        },
        Lie("impossible time of registration", .misplaced) {
            $0.alter = onIdentities { $0.rows[0].row.element.registeredAt = 0 }
        },
        Lie("pages without rows", .count) {
            $0.alter = { query, _ in RowsAnswer(snapshot: "s1", rows: [], after: (query.after ?? "") + "1") }
        },
        Lie("another snapshot", .changed) { $0.alter = { RowsAnswer(snapshot: "s2", rows: $1.rows, after: $1.after) } },
        Lie("a cut message", .unreadable) { $0.alterMessage = { $0.dropLast() } },
        Lie("a message that is none", .unreadable) { $0.alterMessage = { _ in [1, 2, 3] } },
        Lie("too many ranges", .limit) {
            $0.alterMessage = { _ in [0x61] + [UInt8](repeating: 0, count: 3 * 1_000_001) }
        },
    ]

    private static func told(_ element: LedgerElement) -> ToldRow {
        ToldRow(HubRow(element: element), id: element.id(PortableDigester()))
    }

    @Test(arguments: lies)
    func findsOutAHubThatLies(lie: Lie) throws {
        let expected = (0..<60).map { Self.element($0) }
        var found = expected.map { HubRow(element: $0) }
        found[5].element.version = 3
        var hub = NegentropyHub(found)
        #expect(try hub.compare(expected).differences.map(\.caseID) == [Self.element(5).caseID])
        lie.tell(&hub)
        let error = #expect(throws: FeedError.self) { try hub.compare(expected) }
        #expect(error?.kind == lie.kind)
    }
}
