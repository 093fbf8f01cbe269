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
        var bytes = 0
    }

    private let state = Mutex(State())
    private let limitBytes: Int

    /// A cache of at most so many bytes of canonical JSON.
    ///
    /// Default 64 MiB.
    init(limitBytes: Int = 64 << 20) { self.limitBytes = limitBytes }

    func put(_ snapshot: Snapshot, for key: Version) {
        state.withLock { state in
            if let old = state.snapshots.updateValue(snapshot, forKey: key) {
                state.bytes -= old.canonical.count
            } else {
                state.order.append(key)
            }
            state.bytes += snapshot.canonical.count
            if state.bytes > limitBytes { Self.dropOlderHalf(&state) }
        }
    }

    private static func dropOlderHalf(_ state: inout State) {
        let old = state.order.prefix(max(1, state.order.count / 2))
        for key in old { state.bytes -= state.snapshots.removeValue(forKey: key)?.canonical.count ?? 0 }
        state.order.removeFirst(old.count)
    }

    /// Forgets everything: what a failed round put in was never stored.
    func removeAll() {
        state.withLock { state in
            state.snapshots.removeAll()
            state.order.removeAll()
            state.bytes = 0
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
