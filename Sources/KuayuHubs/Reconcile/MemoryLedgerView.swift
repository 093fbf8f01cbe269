import KuayuCrypto
public import KuayuReconcile

/// A view of a ledger that lies in memory.
public struct MemoryLedgerView: HubLedgerView {
    /// Unix seconds until which the view holds every change.
    public let watermark: Int64
    private let lanes: [Lane: [ToldRow]]
    private let sums: [Lane: HubMeta.LaneTotals]

    /// A view of rows in any order; each identity is computed.
    public init(watermark: Int64, out: [HubRow], in lane: [HubRow]) {
        self.init(watermark: watermark, told: [.out: Self.told(out), .in: Self.told(lane)])
    }

    /// A view of rows with the identities that they are told with.
    init(watermark: Int64, told: [Lane: [ToldRow]]) {
        self.watermark = watermark
        lanes = told.mapValues { $0.sorted(by: Self.isBefore) }
        sums = lanes.mapValues(Self.totals)
    }

    static func told(_ rows: [HubRow]) -> [ToldRow] {
        let digests = SHA256().digest(many: rows.map(\.element.signedBytes))
        return zip(rows, digests).map { row, digest in
            ToldRow(row, id: ElementID(bytes: digest) ?? ElementID(0, 0, 0, 0))
        }
    }

    private static func isBefore(_ a: ToldRow, _ b: ToldRow) -> Bool {
        let (left, right) = (a.row.element.registeredAt, b.row.element.registeredAt)
        guard left == right else { return left < right }
        let words = (a.id.w3, a.id.w2, a.id.w1, a.id.w0)
        let others = (b.id.w3, b.id.w2, b.id.w1, b.id.w0)
        return words == others ? (a.row.localNumber ?? "") < (b.row.localNumber ?? "") : words < others
    }

    private static func totals(_ rows: [ToldRow]) -> HubMeta.LaneTotals {
        var lane = HubMeta.LaneTotals(duplicates: rows.count - Set(rows.map(\.row.element.caseID)).count)
        for told in rows {
            lane.total.add(told.id)
            lane.statuses[told.row.element.status, default: 0] += 1
        }
        return lane
    }

    // MARK: answers

    /// A lane as a whole.
    public func totals(_ lane: Lane) async throws(FeedError) -> HubMeta.LaneTotals {
        sums[lane] ?? HubMeta.LaneTotals(duplicates: 0)
    }

    /// The sums of every bucket that has rows, ascending.
    public func buckets(_ query: FingerprintQuery) async throws(FeedError) -> [BucketSum] {
        var buckets: [BucketSum] = []
        var sum = LimbSum()
        for index in query.ranges.flatMap({ indices($0, query.lane) }) {
            let told = rows(query.lane)[index]
            guard let key = told.row.element.key else { continue }
            let start = query.width.start(of: query.width.number(of: key))
            if start != sum.start {
                if let bucket = sum.bucket { buckets.append(bucket) }
                sum = LimbSum(start: start)
            }
            sum.add(told.id)
        }
        if let bucket = sum.bucket { buckets.append(bucket) }
        return buckets
    }

    /// Rows, ascending by second of registration and then by identity; the cursor is the number of rows told.
    public func rows(_ query: RowsQuery) async throws(FeedError) -> (rows: [ToldRow], after: String?) {
        let all = rows(query.lane)
        let selected: [Int]
        switch query.selection {
        case .ranges(let ranges): selected = ranges.flatMap { indices($0, query.lane) }
        case .identities(let ids):
            let wanted = Set(ids)
            selected = all.indices.filter { wanted.contains(all[$0].id) }
        case .cases(let cases):
            let wanted = Set(cases)
            selected = all.indices.filter { wanted.contains(all[$0].row.element.caseID) }
        case .duplicates: selected = duplicates(all)
        }
        guard let begin = Int(query.after ?? "0"), (0...selected.count).contains(begin) else {
            throw FeedError(.unreadable, "after: no such cursor")
        }
        let end = min(begin + query.limit, selected.count)
        return (selected[begin..<end].map { all[$0] }, end < selected.count ? String(end) : nil)
    }

    /// Every row of a lane, in the same order.
    public func all(_ lane: Lane) async throws(FeedError) -> [ToldRow] { rows(lane) }

    private func rows(_ lane: Lane) -> [ToldRow] { lanes[lane] ?? [] }

    private func duplicates(_ all: [ToldRow]) -> [Int] {
        var counts: [String: Int] = [:]
        for told in all { counts[told.row.element.caseID, default: 0] += 1 }
        return all.indices.filter { (counts[all[$0].row.element.caseID] ?? 0) > 1 }
    }

    // MARK: ranges

    /// The rows that were registered within a range of the key.
    private func indices(_ range: Range<Int>, _ lane: Lane) -> Range<Int> {
        let all = rows(lane)
        // Nothing has a key before 0.
        let begin = first(all, notBefore: max(range.lowerBound, 0))
        return begin..<max(begin, first(all, notBefore: range.upperBound))
    }

    private func first(_ all: [ToldRow], notBefore key: Int) -> Int {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].row.element.registeredAt - LedgerElement.keyEpoch < Int64(key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

/// The sums of a bucket while its rows are read.
private struct LimbSum {
    var start = Int.min
    private var count = 0
    private var limbs = [UInt64](repeating: 0, count: 8)

    init(start: Int = .min) { self.start = start }

    mutating func add(_ id: ElementID) {
        count += 1
        for (index, word) in [id.w3, id.w2, id.w1, id.w0].enumerated() {
            limbs[2 * index] += word >> 32
            limbs[2 * index + 1] += word & 0xFFFF_FFFF
        }
    }

    var bucket: BucketSum? { BucketSum(start: start, count: count, limbs: limbs) }
}
