import KuayuModel

/// Joins, case by case, what both sides have in the buckets that differ.
struct DescentJoin: Sendable {
    private var expected: [String: LedgerElement] = [:]
    private var found: [String: [HubRow]] = [:]
    private let leaves: [Range<UInt32>]

    /// Reads the gateway's elements and holds them against the sums that they were compared by.
    init<Ledger: LedgerView, Digest: Digester>(
        leaves: [SQLDescent<Ledger, Digest>.Open], rows: [HubRow], ledger: Ledger, digester: Digest
    ) throws(FeedError) {
        self.leaves = leaves.map { BucketWidth.clipped($0.range) }.sorted { $0.lowerBound < $1.lowerBound }
        found = Dictionary(grouping: rows, by: \.element.caseID)
        for leaf in leaves {
            let elements = try ledger.elements(in: BucketWidth.clipped(leaf.range))
            var total = Accumulator()
            for digest in digester.digest(many: elements.map(\.signedBytes)) {
                if let id = ElementID(bytes: digest) { total.add(id) }
            }
            guard total == leaf.expected else {
                throw FeedError(.changed, "the gateway's own ledger changed while it was compared")
            }
            for element in elements { expected[element.caseID] = element }
        }
    }

    /// Cases with rows at the hub that the gateway does not expect in the same buckets, ascending.
    var unexpectedCases: [String] { found.keys.filter { expected[$0] == nil }.sorted() }

    /// How many rows of some cases were listed.
    func rowCount(of cases: [String]) -> Int { cases.reduce(0) { $0 + (found[$1]?.count ?? 0) } }

    /// Adds the rows of cases that lie in buckets where both sides agree.
    ///
    /// - Throws: when the hub contradicts what it listed or summed before.
    mutating func add(_ task: CasesTask, _ ledger: some LedgerView) throws(FeedError) {
        let asked = Set(task.cases)
        var again: [String: [HubRow]] = [:]
        for told in task.rows {
            let element = told.row.element
            guard asked.contains(element.caseID) else {
                throw FeedError(.misplaced, "\(element.caseID) was not asked for")
            }
            guard let key = element.key else {
                throw FeedError(.misplaced, "\(element.caseID) was registered outside of the range key")
            }
            if isListed(key) {
                again[element.caseID, default: []].append(told.row)
                continue
            }
            guard expected[element.caseID] == nil, try ledger.elements(in: key..<key + 1).contains(element) else {
                throw FeedError(.sum, "\(element.caseID) lies in a bucket whose sum does not cover it")
            }
            expected[element.caseID] = element
            found[element.caseID, default: []].append(told.row)
        }
        for caseID in task.cases {
            let before = (found[caseID] ?? []).filter { $0.element.key.map(isListed) ?? false }
            guard before.sorted(by: FullJoin.isBefore) == (again[caseID] ?? []).sorted(by: FullJoin.isBefore) else {
                throw FeedError(.count, "\(caseID) has other rows than were listed before")
            }
        }
    }

    /// Whether a key lies in a bucket that was read row by row.
    private func isListed(_ key: UInt32) -> Bool {
        var (low, high) = (0, leaves.count)
        while low < high {
            let middle = (low + high) / 2
            if leaves[middle].upperBound <= key { low = middle + 1 } else { high = middle }
        }
        return low < leaves.count && leaves[low].contains(key)
    }

    /// Every case of which the two sides do not say the same, ascending.
    func differences(_ lane: Lane) -> [CaseDifference] {
        var differences: [CaseDifference] = []
        for caseID in Set(expected.keys).union(found.keys).sorted() {
            let rows = found[caseID] ?? []
            if rows.count == 1, rows[0].element == expected[caseID] { continue }
            differences.append(
                CaseDifference(
                    lane: lane, caseID: caseID, expected: expected[caseID],
                    found: rows.sorted(by: FullJoin.isBefore)))
        }
        return differences
    }
}
