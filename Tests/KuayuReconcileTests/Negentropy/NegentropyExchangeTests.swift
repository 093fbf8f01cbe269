import KuayuModel
import KuayuReconcile
import Testing

/// Two sets and what an exchange between them must find.
struct TwoSets {
    var ours: [LedgerEntry]
    var theirs: [LedgerEntry]

    /// `common` items on both sides, and some that only one side has.
    init(common: Int, onlyOurs: Int, onlyTheirs: Int, keys: Range<UInt32>, seed: UInt64) {
        let all = RandomEntries.make(common + onlyOurs + onlyTheirs, keys: keys, seed: seed)
        ours = Array(all[..<(common + onlyOurs)])
        theirs = Array(all[..<common] + all[(common + onlyOurs)...])
    }

    static func items(_ entries: [LedgerEntry]) -> [NegentropyItem] {
        entries.map { NegentropyItem(timestamp: UInt64($0.key), id: $0.id) }
    }

    var have: Set<NegentropyItem> { Set(Self.items(ours)).subtracting(Self.items(theirs)) }

    var need: Set<ElementID> { Set(theirs.map(\.id)).subtracting(ours.map(\.id)) }
}

/// A whole exchange, message by message.
struct Exchange {
    var have: [NegentropyItem] = []
    var need: [ElementID] = []
    var messages: [[UInt8]] = []

    init(
        _ ours: some NegentropyStorage, _ theirs: some NegentropyStorage, frameLimit: Int = 0, cuts: [UInt64] = [],
        limits: NegentropyLimits = NegentropyLimits()
    ) throws {
        var client = NegentropyClient(ours, digester: PortableDigester(), frameLimit: frameLimit, limits: limits)
        let server = NegentropyServer(theirs, digester: PortableDigester(), frameLimit: frameLimit, limits: limits)
        var next: [UInt8]? = try client.initiate(cuts: cuts)
        while let message = next {
            let answer = try server.answer(message)
            messages += [message, answer]
            let step = try client.reconcile(answer)
            have += step.have
            need += step.need
            next = step.next
        }
    }
}

/// The result of an exchange is the difference of the two sets, whatever they are.
@Suite struct NegentropyExchangeTests {
    static let shapes: [(common: Int, onlyOurs: Int, onlyTheirs: Int)] = [
        (0, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0), (31, 0, 0), (31, 1, 0), (32, 0, 1), (33, 0, 0), (0, 31, 33),
        (0, 32, 32), (0, 33, 31), (1000, 0, 0), (1000, 1, 1), (1000, 40, 70), (0, 1000, 1000), (20_000, 3, 5),
        (20_000, 400, 0),
    ]
    static let spans: [Range<UInt32>] = [77..<78, 0..<40, 0..<2_000_000_000]

    @Test(arguments: shapes, spans)
    func findsTheDifferenceOfTwoSets(shape: (common: Int, onlyOurs: Int, onlyTheirs: Int), keys: Range<UInt32>) throws {
        let sets = TwoSets(
            common: shape.common, onlyOurs: shape.onlyOurs, onlyTheirs: shape.onlyTheirs, keys: keys,
            seed: UInt64(shape.common + shape.onlyOurs * 7))
        for frameLimit in [0, 4096, 9000] {
            let exchange = try Exchange(
                LedgerSnapshot(LedgerIndex(sets.ours)), NegentropyItems(TwoSets.items(sets.theirs)),
                frameLimit: frameLimit)
            #expect(Set(exchange.have) == sets.have)
            #expect(Set(exchange.need) == sets.need)
            #expect(exchange.have.count == sets.have.count, "each only once")
            #expect(exchange.need.count == sets.need.count, "each only once")
            if frameLimit > 0 { #expect(exchange.messages.allSatisfy { $0.count <= frameLimit }) }
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func findsTheDifferenceOfRandomSets(seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let sets = TwoSets(
            common: Int.random(in: 0..<3000, using: &chance), onlyOurs: Int.random(in: 0..<200, using: &chance),
            onlyTheirs: Int.random(in: 0..<200, using: &chance),
            keys: 0..<UInt32.random(in: 1...2_000_000, using: &chance), seed: seed)
        let cuts = seed.isMultiple(of: 3) ? [0, 5, 86_400, 1_000_000] as [UInt64] : []
        let exchange = try Exchange(
            LedgerSnapshot(LedgerIndex(sets.ours)), LedgerSnapshot(LedgerIndex(sets.theirs)),
            frameLimit: seed.isMultiple(of: 2) ? 4096 : 0, cuts: cuts)
        #expect(Set(exchange.have) == sets.have)
        #expect(Set(exchange.need) == sets.need)
        #expect(exchange.have.count + exchange.need.count == sets.have.count + sets.need.count)
    }

    @Test func bothStoragesSayTheSame() throws {
        let sets = TwoSets(common: 5000, onlyOurs: 20, onlyTheirs: 30, keys: 0..<3_000_000, seed: 99)
        let first = try Exchange(
            LedgerSnapshot(LedgerIndex(sets.ours)), LedgerSnapshot(LedgerIndex(sets.theirs)))
        let second = try Exchange(
            NegentropyItems(TwoSets.items(sets.ours)), NegentropyItems(TwoSets.items(sets.theirs)))
        #expect(first.messages == second.messages)
    }

    @Test func equalSetsNeedOneRound() throws {
        let sets = TwoSets(common: 5000, onlyOurs: 0, onlyTheirs: 0, keys: 0..<3_000_000, seed: 98)
        let exchange = try Exchange(LedgerSnapshot(LedgerIndex(sets.ours)), LedgerSnapshot(LedgerIndex(sets.theirs)))
        #expect(exchange.messages.count == 2)
        #expect(exchange.messages[1] == [0x61])
        #expect(exchange.messages[0].count < 400)
    }

    /// The identity does not cover the time of registration; a bound between two times does.
    @Test func cutsFindAnItemUnderAnotherTimestamp() throws {
        let entries = RandomEntries.make(400, keys: 0..<1_000_000, seed: 97).sorted()
        var moved = entries
        let old = entries[5]
        moved[5] = LedgerEntry(key: old.key + 86_400, id: old.id, row: old.row)
        let (ours, theirs) = (LedgerSnapshot(LedgerIndex(entries)), LedgerSnapshot(LedgerIndex(moved)))
        let days = (1..<13).map { UInt64(LedgerDay.keys($0).lowerBound) }
        let exchange = try Exchange(ours, theirs, cuts: days)
        #expect(exchange.have == [NegentropyItem(timestamp: UInt64(old.key), id: old.id)])
        #expect(exchange.need == [old.id])
    }

    /// In a full frame the fingerprint of the rest covers the range that did not fit.
    ///
    /// Both sides have a full frame, the server's set ends before what only the client has.
    @Test func aFullFrameLosesNothingAtTheEnd() throws {
        let many = RandomEntries.make(3000, keys: 0..<100_000, seed: 96)
        let tail = RandomEntries.make(600, keys: 200_000..<300_000, seed: 95)
        let sets = (ours: many.dropFirst(900) + tail, theirs: Array(many.prefix(2100)))
        let exchange = try Exchange(
            LedgerSnapshot(LedgerIndex(sets.ours)), LedgerSnapshot(LedgerIndex(sets.theirs)), frameLimit: 4096)
        #expect(exchange.have.count == 900 + 600)
        #expect(exchange.need.count == 900)
    }

    @Test func laterRoundsAreLimited() throws {
        let sets = TwoSets(common: 0, onlyOurs: 3000, onlyTheirs: 3000, keys: 0..<100_000, seed: 94)
        let (ours, theirs) = (LedgerSnapshot(LedgerIndex(sets.ours)), LedgerSnapshot(LedgerIndex(sets.theirs)))
        #expect(throws: NegentropyError(.rounds(limit: 3), at: 0)) {
            try Exchange(ours, theirs, frameLimit: 4096, limits: NegentropyLimits(rounds: 3))
        }
        #expect(throws: NegentropyError(.ids(limit: 1000), at: 0)) {
            try Exchange(ours, theirs, frameLimit: 4096, limits: NegentropyLimits(ids: 1000))
        }
    }

    @Test func everyMessageHasItsTurn() throws {
        let storage = NegentropyItems([])
        var client = NegentropyClient(storage, digester: PortableDigester())
        #expect(throws: NegentropyError(.outOfTurn, at: 0)) { try client.reconcile([0x61]) }
        _ = try client.initiate()
        #expect(throws: NegentropyError(.outOfTurn, at: 0)) { try client.initiate() }
        #expect(try client.reconcile([0x61]).next == nil)
        #expect(throws: NegentropyError(.outOfTurn, at: 0)) { try client.reconcile([0x61]) }
    }
}
