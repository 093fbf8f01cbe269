public import KuayuModel

/// Compares two whole ledgers case by case: what every profile must come to, at the cost of reading everything.
public enum FullJoin {
    /// Every case that the two sides do not say the same of; the order of either side does not matter.
    ///
    /// A case agrees when the hub has exactly one row of it and that row's element is the expected one. Content that one
    /// side cannot say (`-`) differs too; whether that is a break is decided later.
    public static func compare(
        lane: Lane, expected: [LedgerElement], found: [HubRow], digester: some Digester
    ) -> LaneComparison {
        var comparison = LaneComparison(
            lane: lane, expected: total(expected, digester), found: total(found.map(\.element), digester),
            differences: [])
        var mine: [String: LedgerElement] = [:]
        for element in expected { mine[element.caseID] = element }
        let theirs = Dictionary(grouping: found, by: \.element.caseID)
        for caseID in Set(mine.keys).union(theirs.keys).sorted() {
            let rows = theirs[caseID] ?? []
            if rows.count == 1, rows[0].element == mine[caseID] { continue }
            comparison.differences.append(
                CaseDifference(lane: lane, caseID: caseID, expected: mine[caseID], found: rows.sorted(by: isBefore)))
        }
        return comparison
    }

    private static func total(_ elements: [LedgerElement], _ digester: some Digester) -> Accumulator {
        var sum = Accumulator()
        for element in elements { sum.add(element.id(digester)) }
        return sum
    }

    /// An order that depends on nothing but the rows.
    static func isBefore(_ a: HubRow, _ b: HubRow) -> Bool {
        let (x, y) = (a.element, b.element)
        return (x.version, x.status, x.contentDigest, x.nonce, x.registeredAt, a.localNumber ?? "")
            < (y.version, y.status, y.contentDigest, y.nonce, y.registeredAt, b.localNumber ?? "")
    }
}
