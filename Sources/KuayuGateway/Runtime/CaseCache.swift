import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel
import Synchronization

/// The latest versions of cases and the last documents of regions, so that a delivery need not read them back.
///
/// Bounded: when full, the half that was put in first is dropped. Every miss is answered by the store.
final class CaseCache: Sendable {
    struct Version: Hashable, Sendable {
        let caseID: CaseID
        let version: Int
    }

    struct Snapshot: Sendable {
        let head: CaseHead
        let record: CaseRecord
        let canonical: [UInt8]
        let digest: ContentDigest
    }

    private struct State {
        var snapshots: [Version: Snapshot] = [:]
        var order: [Version] = []
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int = 20_000) { self.limit = limit }

    func put(_ snapshot: Snapshot, for key: Version) {
        state.withLock { state in
            if state.snapshots.updateValue(snapshot, forKey: key) == nil { state.order.append(key) }
            if state.order.count > limit {
                for old in state.order.prefix(limit / 2) { state.snapshots[old] = nil }
                state.order.removeFirst(limit / 2)
            }
        }
    }

    /// Forgets everything: what a failed round put in was never stored.
    func removeAll() {
        state.withLock { state in
            state.snapshots.removeAll()
            state.order.removeAll()
        }
    }

    func get(_ key: Version) -> Snapshot? { state.withLock { $0.snapshots[key] } }
}

extension CaseCache.Snapshot {
    /// Reads an event back; throws when what is stored cannot be read.
    init(_ event: EventRecord, crypto: some EvidenceCrypto) throws {
        guard let record = CaseDocument.decode(event.canonical).record else {
            throw StoreError.corrupt("case \(event.head.caseID.text) version \(event.head.version) cannot be read")
        }
        self.init(
            head: event.head, record: record, canonical: event.canonical,
            digest: ContentDigest(crypto.sha256(event.canonical)))
    }
}
