import KuayuGateway
import KuayuReconcile

/// The ledger of a simulated hub, out of its book.
struct BookSource: HubLedgerSource {
    let desk: SharedDesk
    let clock: any GatewayClock

    func view() async throws(FeedError) -> any HubLedgerView {
        let now = clock.now
        let (lines, watermark) = desk.withLock { ($0.book.lines, $0.book.watermark(now: now)) }
        func rows(_ lane: Lane) -> [HubRow] { lines.filter { $0.lane == lane }.map(\.row) }
        return MemoryLedgerView(watermark: watermark, out: rows(.out), in: rows(.in))
    }
}
