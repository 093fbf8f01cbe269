public import KuayuModel

/// What one answer taught, and what to send next.
public struct NegentropyStep: Hashable, Sendable {
    /// Items that the other side does not have; none that an earlier step told.
    public var have: [NegentropyItem]
    /// Identities that only the other side has; none that an earlier step told.
    public var need: [ElementID]
    /// The next message; nil when everything is settled.
    public var next: [UInt8]?
}

/// The side that asks (the initiator): learns which items each side lacks.
public struct NegentropyClient<Storage: NegentropyStorage, Hash: Digester>: Sendable {
    /// How far it is.
    private enum Phase { case idle, waiting, done }

    private let exchange: NegentropyExchange<Storage, Hash>
    private var phase = Phase.idle
    private var rounds = 0
    private var have: Set<ElementID> = []
    private var need: Set<ElementID> = []

    /// A client with a set.
    ///
    /// `frameLimit`: bytes of a message that is sent; 0 for no limit, at least 4,096 otherwise; 1 MiB as it stands.
    public init(
        _ storage: Storage, digester: Hash, frameLimit: Int = 1 << 20, limits: NegentropyLimits = NegentropyLimits()
    ) {
        exchange = NegentropyExchange(storage, digester, frameLimit: frameLimit, limits: limits)
    }

    /// The first message: the whole set in sixteen parts, or cut at some timestamps.
    ///
    /// Fingerprints say which ids a range has, not under which timestamps: an item that both sides have under different
    /// timestamps is found when a bound lies between the two. `cuts`, ascending, puts bounds there.
    ///
    /// - Throws: `outOfTurn` the second time.
    public mutating func initiate(cuts: [UInt64] = []) throws(NegentropyError) -> [UInt8] {
        guard phase == .idle else { throw NegentropyError(.outOfTurn, at: 0) }
        phase = .waiting
        return exchange.opening(cuts)
    }

    /// Takes the answer to the message before.
    ///
    /// - Throws: what is wrong with the answer; the exchange is over then.
    public mutating func reconcile(_ message: [UInt8]) throws(NegentropyError) -> NegentropyStep {
        guard phase == .waiting else { throw NegentropyError(.outOfTurn, at: 0) }
        phase = .done
        rounds += 1
        guard rounds <= exchange.limits.rounds else {
            throw NegentropyError(.rounds(limit: exchange.limits.rounds), at: 0)
        }
        var reader = try NegentropyReader(message, limits: exchange.limits)
        let version = try reader.version()
        guard version == NegentropyProtocol.version else { throw NegentropyError(.unsupportedVersion(version), at: 0) }
        let ranges = try reader.ranges(exchange.limits)
        var found = ListComparison(have: have, need: need)
        // The sets are in one place only, so that adding to them does not copy them.
        (have, need) = ([], [])
        let storage = exchange.storage
        let answer = exchange.answer(reader, ranges) { listed, ours in found.compare(listed, storage.items(ours)) }
        (have, need) = (found.have, found.need)
        guard have.count + need.count <= exchange.limits.ids else {
            throw NegentropyError(.ids(limit: exchange.limits.ids), at: 0)
        }
        let next: [UInt8]? = answer.count == 1 ? nil : answer
        phase = next == nil ? .done : .waiting
        return NegentropyStep(have: found.newHave, need: found.newNeed, next: next)
    }
}

/// Compares lists of ids and keeps what only one side has, each once.
private struct ListComparison {
    var have: Set<ElementID>
    var need: Set<ElementID>
    var newHave: [NegentropyItem] = []
    var newNeed: [ElementID] = []

    init(have: Set<ElementID>, need: Set<ElementID>) {
        self.have = have
        self.need = need
    }

    mutating func compare(_ theirs: [ElementID], _ ours: [NegentropyItem]) {
        // Both lists have the same order, so most of them agrees from either end.
        var first = 0
        while first < min(theirs.count, ours.count), theirs[first] == ours[first].id { first += 1 }
        var tail = 0
        while tail < min(theirs.count, ours.count) - first,
            theirs[theirs.count - 1 - tail] == ours[ours.count - 1 - tail].id
        {
            tail += 1
        }
        let listed = theirs[first..<(theirs.count - tail)]
        let kept = ours[first..<(ours.count - tail)]
        let theirSet = Set(listed)
        for item in kept where !theirSet.contains(item.id) {
            if have.insert(item.id).inserted { newHave.append(item) }
        }
        let ourSet = Set(kept.lazy.map(\.id))
        for id in listed where !ourSet.contains(id) {
            if need.insert(id).inserted { newNeed.append(id) }
        }
    }
}
