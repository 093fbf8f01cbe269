import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuModel

/// What of a case a hub may have: what is above its level is withheld, and the hub is told which paths.
enum Release {
    /// The case as the hub may see it, with the paths that were withheld.
    static func record(_ record: CaseRecord, to hub: FederatedHub, in federation: Federation) -> CaseLevel.Released {
        CaseLevel.released(record, upTo: federation.releaseLevel(of: record, to: hub))
    }

    /// Digest of the case as released to the hub; nil where the hub cannot say one.
    static func digest(
        _ snapshot: CaseCache.Snapshot, to hub: FederatedHub, in federation: Federation, crypto: any EvidenceCrypto
    ) -> ContentDigest? {
        if !hub.hasContentDigest { return nil }
        return digest(record(snapshot.record, to: hub, in: federation), of: snapshot, crypto: crypto)
    }

    static func digest(
        _ released: CaseLevel.Released, of snapshot: CaseCache.Snapshot, crypto: any EvidenceCrypto
    ) -> ContentDigest {
        released.withheld.isEmpty
            ? snapshot.digest : ContentDigest(crypto.sha256(CaseDocument.encode(released.record)))
    }
}
