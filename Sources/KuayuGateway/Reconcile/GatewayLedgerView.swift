import KuayuModel
import KuayuReconcile

/// One lane of a hub as the gateway expects it, unchanged while it is compared.
///
/// Holds keys and identities; the rows stay in the store and are read where the two sides differ.
struct GatewayLedgerView: LedgerView {
    let hub: RegionCode
    let lane: Lane
    let index: LedgerIndex
    /// Sum of the keys of all elements, modulo 2⁶⁴: identities do not cover the time of registration.
    let keySum: UInt64
    private let snapshot: any StoreSnapshot
    private let digester: any Digester
    private static let page = 10_000

    init(hub: RegionCode, lane: Lane, snapshot: any StoreSnapshot, digester: any Digester) throws(StoreError) {
        self.hub = hub
        self.lane = lane
        self.snapshot = snapshot
        self.digester = digester
        (index, keySum) = try snapshot.read { reader in
            var builder = LedgerIndexBuilder()
            var sum: UInt64 = 0
            try reader.ledgerEntries(hub: hub, lane: lane, keys: 0..<UInt32(1 << 31)) { entry in
                builder.add(entry)
                sum &+= UInt64(entry.key)
            }
            return (builder.finish().index, sum)
        }
    }

    func totals(in keys: Range<UInt32>) -> Accumulator { index.total(keys) }

    var days: [Int] { index.days.map(\.day) }

    func elements(in keys: Range<UInt32>) throws(FeedError) -> [LedgerElement] {
        do {
            return try snapshot.read { reader in
                var elements: [LedgerElement] = []
                var after: LedgerEntry?
                repeat {
                    let rows = try reader.ledgerRows(hub: hub, lane: lane, keys: keys, after: after, limit: Self.page)
                    elements += rows.map(\.element)
                    after =
                        rows.count == Self.page
                        ? rows.last.map { LedgerEntry(key: $0.key, id: $0.element.id(digester), row: 0) } : nil
                } while after != nil
                return elements
            }
        } catch {
            throw FeedError(.unavailable, "the gateway's own ledger: \(error)")
        }
    }

    /// The rows of these entries, in their order; the snapshot has all of them.
    func elements(of entries: [LedgerEntry]) throws(FeedError) -> [LedgerElement?] {
        do {
            let found = try snapshot.read { reader in
                try reader.ledgerRows(hub: hub, lane: lane, entries: entries).map(\.element)
            }
            return found.map { $0 }
        } catch {
            throw FeedError(.unavailable, "the gateway's own ledger: \(error)")
        }
    }

    /// Every row with its identity, in the order of the case ids.
    func forEachByCase(_ body: (LedgerElement, ElementID) throws(FeedError) -> Void) throws {
        try snapshot.read { reader in
            var after: CaseID?
            while true {
                let rows = try reader.ledger(hub: hub, after: after, limit: Self.page)
                let elements = rows.filter { $0.lane == lane }.map(\.element)
                for (element, digest) in zip(elements, digester.digest(many: elements.map(\.signedBytes))) {
                    guard let id = ElementID(bytes: digest) else { continue }
                    try body(element, id)
                }
                guard rows.count == Self.page, let last = rows.last else { return }
                after = last.caseID
            }
        }
    }

    /// How many cases there are in each state.
    func statusCounts() throws(StoreError) -> [LedgerStatusCount] {
        try snapshot.read { try $0.ledgerStatusCounts(hub: hub, lane: lane) }
    }
}
