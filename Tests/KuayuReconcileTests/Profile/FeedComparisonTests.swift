import KuayuModel
import KuayuReconcile
import Testing

/// The pure half of profile F, given whole small ledgers as if no line had been settled before.
@Suite struct FeedComparisonTests {
    private let digester = PortableDigester()
    private let mine = LedgerElementTests.elements

    private func compare(
        _ rows: [HubRow], identities: Bool = true, change: (inout FeedManifest) -> Void = { _ in },
        edit: (String) -> String = { $0 }
    ) throws(FeedError) -> LaneComparison {
        var (csv, manifest) = FeedWriter.write(
            rows, hub: .anhui, lane: .in, file: "x.csv", snapshotAt: 1_704_067_300, previous: nil,
            identities: identities, digester: digester)
        change(&manifest)
        let lines = edit(String(decoding: csv, as: UTF8.self)).split(separator: "\n")
        let feed = lines.dropFirst().enumerated().map {
            FeedRawLine(offset: $0.offset, number: $0.offset + 2, bytes: Array($0.element.utf8))
        }
        var totals = FeedTotals()
        let ledger = mine.map { element in
            let line = FeedLedgerLine(element: element, id: element.id(digester))
            totals.add(element, line.id)
            var bytes: [UInt8] = []
            line.append(to: &bytes)
            return Array(bytes.dropLast())
        }
        return try FeedComparison(manifest: manifest, ledger: totals, hasIdentities: identities)
            .compare(ledgerLines: ledger, feedLines: feed, registered: nil, digester: digester)
    }

    private func row(_ index: Int, _ change: (inout LedgerElement) -> Void = { _ in }) -> HubRow {
        var element = mine[index]
        change(&element)
        return HubRow(element: element, stateAt: 1_704_067_250)
    }

    @Test(arguments: [true, false]) func equalsTheFullJoin(identities: Bool) throws {
        for rows in [
            [row(0), row(1), row(2)], [row(0), row(2)], [], [row(0) { $0.version = 2 }, row(1), row(2)],
            [row(0) { $0.status = "VOIDED" }, row(1) { $0.contentDigest = "-" }, row(2) { $0.registeredAt += 60 }],
            [row(0), row(1), row(1), row(2)], [row(0), row(1), row(1) { $0.version = 9 }, row(2)],
        ] {
            let comparison = try compare(rows, identities: identities)
            let oracle = FullJoin.compare(lane: .in, expected: mine, found: rows, digester: digester)
            #expect(comparison == oracle)
        }
    }

    @Test(arguments: [true, false]) func knowsNoNonceOfAnUnknownCase(identities: Bool) throws {
        let stranger = row(0) { $0.caseID = "KY-9" }
        let comparison = try compare([row(0), row(1), row(2), stranger], identities: identities)
        var shown = stranger
        shown.element.nonce = "-"
        #expect(comparison.differences == [CaseDifference(lane: .in, caseID: "KY-9", expected: nil, found: [shown])])
        #expect(comparison.found.count == 4)
    }

    @Test func anotherNonceShowsInTheIdentity() throws {
        let other = row(1) { $0.nonce = "ffffffffffffffffffffffffffffffff" }
        let comparison = try compare([row(0), other, row(2)])
        var shown = other
        shown.element.nonce = "-"
        #expect(comparison.differences.map(\.found) == [[shown]])
        // Without identities nobody can tell which row it is, only that the sum is wrong.
        let error = #expect(throws: FeedError.self) { try compare([row(0), other, row(2)], identities: false) }
        #expect(error?.kind == .sum)
    }

    @Test func anIdentityThatContradictsItsRowStopsEverything() {
        let rows = [row(0), row(1), row(2)]
        let lie: (inout FeedManifest) -> Void = { $0.statuses = ["ACCEPTED": 1, "CLOSED": 2] }
        let error = #expect(throws: FeedError.self) {
            try compare(rows, change: lie, edit: { $0.replacing("SUBMITTED", with: "CLOSED") })
        }
        #expect(error == FeedError(.identity, "line 3: the identity does not follow from the row's fields"))
    }

    @Test(arguments: FeedError.Kind.allCases) func claimsMustHold(kind: FeedError.Kind) {
        let lies: [FeedError.Kind: (inout FeedManifest) -> Void] = [
            .count: { $0.statuses = ["ACCEPTED": 2, "CLOSED": 1] },
            .misplaced: { $0.registered = 1_704_067_200...1_704_067_201 },
            .sum: { $0.total.add(ElementID(0, 0, 0, 1)) },
        ]
        guard let lie = lies[kind] else { return }
        let error = #expect(throws: FeedError.self) { try compare([row(0), row(1)], change: lie) }
        #expect(error?.kind == kind)
    }

    @Test func theWriterSaysWhetherItsRowsAscend() {
        for (order, isSorted) in [([0, 1, 2], true), ([0, 0, 2], true), ([1, 0, 2], false), ([], true)] {
            let (_, manifest) = FeedWriter.write(
                order.map { row($0) }, hub: .anhui, lane: .in, file: "x.csv", snapshotAt: 1, previous: nil,
                digester: digester)
            #expect(manifest.isSorted == isSorted)
        }
    }
}
