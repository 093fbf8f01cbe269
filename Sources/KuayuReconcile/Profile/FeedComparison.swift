public import KuayuModel

/// A line that the fast comparison could not settle, with where it stands.
public struct FeedRawLine: Hashable, Sendable {
    /// Byte offset in the file: the order of lines.
    public var offset: Int
    /// Counted from 1, the header included; 0 where it was not counted.
    public var number: Int
    /// Without its line feed.
    public var bytes: [UInt8]

    /// A line.
    public init(offset: Int, number: Int, bytes: [UInt8]) {
        self.offset = offset
        self.number = number
        self.bytes = bytes
    }
}

/// Turns the few lines in which two files differ into differences, and proves that the rest agrees.
///
/// What is known of the gateway's ledger as a whole (number, sum, states), less its lines that differ, plus the hub's
/// lines that differ, must be what the hub's manifest claims. So ten million rows are checked at the cost of the rows
/// that differ. For this to hold, every line not given here must be the same on both sides, identity included where the
/// file has that column.
///
/// A file has no nonces. A row of a known case whose claimed identity does not follow from its fields and our nonce was
/// made with another one: its nonce is reported as `-`, which differs from ours. A row that claims our identity but has
/// other fields than ours contradicts itself and stops the comparison.
public struct FeedComparison: Sendable {
    private let manifest: FeedManifest
    private let ledger: FeedTotals
    private let hasIdentities: Bool

    /// A comparison of the gateway's whole ledger with a file.
    public init(manifest: FeedManifest, ledger: FeedTotals, hasIdentities: Bool) {
        self.manifest = manifest
        self.ledger = ledger
        self.hasIdentities = hasIdentities
    }

    /// The differences, ascending by case, after every check.
    ///
    /// `ledgerLines` and `feedLines` are all lines of every case of which any line differs, in any order; `registered`
    /// is the range over the file's other lines, nil when there are none.
    ///
    /// - Throws: ``FeedError``: `unreadable`, `limit`, `identity`, `count`, `misplaced`, `sum`.
    public func compare(
        ledgerLines: [[UInt8]], feedLines: [FeedRawLine], registered: ClosedRange<Int64>?, digester: some Digester
    ) throws(FeedError) -> LaneComparison {
        var expected: [String: FeedLedgerLine] = [:]
        for bytes in ledgerLines {
            let line = try FeedLedgerLine.parse(bytes)
            expected[line.element.caseID] = line
        }
        var rest = ledger
        for line in expected.values { rest.remove(line.element, line.id) }
        let found = try read(feedLines, expected, &rest, digester)
        let times =
            found.rows.values.joined().map { $0.element.registeredAt }
            + [registered?.lowerBound, registered?.upperBound].compactMap { $0 }
        try FeedCheck.verify(
            statuses: rest.statuses, registered: FeedTotals.range(times), total: found.isSummed ? rest.total : nil,
            against: manifest)
        return LaneComparison(
            lane: manifest.lane, expected: ledger.total, found: manifest.total,
            differences: differences(expected, found.rows))
    }

    private struct Found {
        var rows: [String: [HubRow]] = [:]
        /// False once a row's identity can be known to nobody but the hub.
        var isSummed = true
    }

    private func read(
        _ lines: [FeedRawLine], _ expected: [String: FeedLedgerLine], _ rest: inout FeedTotals,
        _ digester: some Digester
    ) throws(FeedError) -> Found {
        var found = Found()
        for raw in lines.sorted(by: { $0.offset < $1.offset }) {
            var line = try FeedLine.parse(raw.bytes, number: raw.number, hasIdentities: hasIdentities)
            let id = try identity(&line, expected[line.row.element.caseID], raw.number, digester)
            rest.add(line.row.element, id ?? ElementID(0, 0, 0, 0))
            if id == nil { found.isSummed = false }
            found.rows[line.row.element.caseID, default: []].append(line.row)
        }
        return found
    }

    /// Gives a row its nonce, and returns the identity with which the hub counted it; nil when that cannot be known.
    private func identity(
        _ line: inout FeedLine, _ mine: FeedLedgerLine?, _ number: Int, _ digester: some Digester
    ) throws(FeedError) -> ElementID? {
        guard let mine else { return line.eid }
        var element = line.row.element
        element.nonce = mine.element.nonce
        let id = element == mine.element ? mine.id : element.id(digester)
        guard let claimed = line.eid, claimed != id else {
            line.row.element = element
            return id
        }
        guard claimed != mine.id else {
            throw FeedError(.identity, "line \(number): the identity does not follow from the row's fields")
        }
        return claimed
    }

    private func differences(
        _ expected: [String: FeedLedgerLine], _ found: [String: [HubRow]]
    ) -> [CaseDifference] {
        Set(expected.keys).union(found.keys).sorted().compactMap { caseID in
            let (mine, rows) = (expected[caseID]?.element, found[caseID] ?? [])
            if rows.count == 1, rows[0].element == mine { return nil }
            return CaseDifference(
                lane: manifest.lane, caseID: caseID, expected: mine, found: rows.sorted(by: FullJoin.isBefore))
        }
    }
}
