import KuayuFeeds
import KuayuModel
import KuayuReconcile
import Testing

@Suite struct LedgerSnapshotTests {
    private let world = FeedWorld(seed: 4, rows: 3, faults: 0)

    @Test func addsUp() throws {
        let snapshot = try LedgerSnapshot(world.mine.reversed(), digester: PortableDigester())
        var totals = FeedTotals()
        for element in world.mine { totals.add(element, element.id(PortableDigester())) }
        #expect(snapshot.totals == totals && snapshot.totals.total.count == 3)
    }

    @Test func refusesWhatCannotBeReadBack() throws {
        var bad = world.mine[0]
        bad.status = "a,b"
        for elements in [[world.mine[0], world.mine[0]], [bad]] {
            let error = #expect(throws: FeedError.self) { try LedgerSnapshot(elements, digester: PortableDigester()) }
            #expect(error?.kind == .unavailable)
        }
        let writer = LedgerSnapshotWriter()
        try writer.append(world.mine[1], id: ElementID(0, 0, 0, 1))
        #expect(throws: FeedError.self) { try writer.append(world.mine[0], id: ElementID(0, 0, 0, 1)) }
    }

    @Test func refusesAFileThatIsNone() {
        for path in ["/nowhere/at/all", "/"] {
            let error = #expect(throws: FeedError.self) { try FeedBytes(path: path) }
            #expect(error?.kind == .unavailable)
        }
        #expect(throws: FeedError.self) { try LedgerSnapshotWriter(path: "/nowhere/at/all") }
    }
}
