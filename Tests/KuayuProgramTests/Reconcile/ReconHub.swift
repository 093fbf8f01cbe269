import Foundation
import KuayuCrypto
import KuayuGateway
import KuayuHubs
import KuayuModel
import KuayuReconcile
import Synchronization

/// The interface of a hub over a ledger that a test can change.
final class ReconHub: Sendable {
    let api: ReconAPI
    let clock = ReconClock()
    private let source: Source

    private final class Source: HubLedgerSource {
        let rows: Mutex<[Lane: [HubRow]]>
        init(_ rows: [Lane: [HubRow]]) { self.rows = Mutex(rows) }

        func view() async throws(FeedError) -> any HubLedgerView {
            let rows = rows.withLock { $0 }
            return MemoryLedgerView(watermark: 1_795_485_600, out: rows[.out] ?? [], in: rows[.in] ?? [])
        }
    }

    init(rows: [Lane: [HubRow]], snapshotCount: Int = 8) {
        source = Source(rows)
        var settings = ReconAPI.Settings(hub: .zhejiang)
        settings.snapshotCount = snapshotCount
        api = ReconAPI(settings: settings, source: source, clock: clock)
    }

    /// A ledger of so many cases in each lane, some registered in the same second.
    static func ledger(_ count: Int) -> [Lane: [HubRow]] {
        var ledger: [Lane: [HubRow]] = [:]
        for (offset, lane) in Lane.allCases.enumerated() {
            ledger[lane] = (0..<count).map { index in
                let number = 100_000 + offset * 10_000 + index
                let element = LedgerElement(
                    caseID: "CSJ202611240\(number)", version: index % 5 + 1,
                    status: index % 3 == 0 ? "closed" : "accepted", contentDigest: "-", nonce: "n\(number)",
                    registeredAt: 1_795_000_000 + Int64(index / 2) * 7_777)
                return HubRow(element: element, stateAt: 1_795_400_000, localNumber: "L\(number)")
            }
        }
        return ledger
    }

    func change(_ body: (inout [Lane: [HubRow]]) -> Void) { source.rows.withLock { body(&$0) } }

    /// What really stands in a lane, ascending by case.
    func truth(_ lane: Lane) -> [HubRow] {
        source.rows.withLock { $0[lane] ?? [] }.sorted { $0.element.caseID < $1.element.caseID }
    }

    static let whole = RowsQuery.Selection.ranges([BucketWidth.day.whole])

    /// Ranges that hold every row, few enough buckets wide.
    static func ranges(of rows: [HubRow], _ width: BucketWidth) -> [Range<Int>] {
        if width != .fiveMinutes { return [BucketWidth.day.whole].map { width == .day ? $0 : hours(rows, $0) } }
        let starts = Set(rows.compactMap(\.element.key).map { width.start(of: width.number(of: $0)) })
        return starts.sorted().map { $0..<$0 + width.seconds }
    }

    private static func hours(_ rows: [HubRow], _ whole: Range<Int>) -> Range<Int> {
        let keys = rows.compactMap(\.element.key).map(Int.init)
        let (low, high) = (keys.min() ?? 0, keys.max() ?? 0)
        let width = BucketWidth.hour
        return width.start(of: width.number(of: UInt32(low)))..<width.start(of: width.number(of: UInt32(high)) + 1)
    }

    static func total(_ rows: [HubRow]) -> Accumulator {
        var sum = Accumulator()
        for row in rows { sum.add(row.element.id(SHA256())) }
        return sum
    }

    static func sum(_ lines: [FeedLine]) -> Accumulator {
        var sum = Accumulator()
        for id in lines.compactMap(\.eid) { sum.add(id) }
        return sum
    }

    // MARK: asking

    func ask(_ method: String, _ target: String, _ body: [UInt8] = []) async -> (status: Int, body: [UInt8]) {
        await api.ask(method, target, body)
    }

    func meta() async throws -> HubMeta { try HubMeta(decoding: await ask("GET", "/recon/v1/meta").body) }

    func rows(_ query: RowsQuery) async throws -> RowsAnswer {
        try RowsAnswer(decoding: await ask("POST", "/recon/v1/rows", query.encoded()).body)
    }

    /// What somebody needs who has nothing.
    func idsByNegentropy(_ lane: Lane, _ token: String) async throws -> Set<ElementID> {
        var client = NegentropyClient(NegentropyItems([]), digester: SHA256())
        var needed: Set<ElementID> = []
        var message: [UInt8]? = try client.initiate()
        while let question = message {
            let answer = await ask("POST", "/recon/v1/negentropy/\(lane.rawValue)?snapshot=\(token)", question)
            let step = try client.reconcile(answer.body)
            needed.formUnion(step.need)
            message = step.next
        }
        return needed
    }

    /// The file of a lane and what its manifest says.
    func feed(_ lane: Lane) async throws -> (manifest: FeedManifest, file: [UInt8], lines: [FeedLine]) {
        let manifest = try FeedManifest.decode(await ask("GET", "/recon/v1/feeds/\(lane.rawValue)/manifest").body)
        let file = await ask("GET", "/recon/v1/feeds/\(lane.rawValue)").body
        let lines = try file.split(separator: UInt8(ascii: "\n")).dropFirst().enumerated().map { index, line in
            try FeedLine.parse(line, number: index + 2, hasIdentities: true)
        }
        return (manifest, file, lines)
    }
}

/// A clock that stands until it is told to go on.
final class ReconClock: GatewayClock {
    private let time = Mutex(Instant(epochSeconds: 1_795_485_600))

    var now: Instant { time.withLock { $0 } }

    func pass(milliseconds: Int64) { time.withLock { $0 = $0.adding(milliseconds: milliseconds) } }
}

extension TemporaryFolder {
    /// The bytes of a file in it.
    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: file(name)))) }
}
