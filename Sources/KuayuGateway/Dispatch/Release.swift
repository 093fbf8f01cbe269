import KuayuAdapters
import KuayuEvidence
import KuayuModel

/// What of a case a hub may have: fields above its level are withheld.
enum Release {
    /// The case as the hub may see it, with the paths that were withheld.
    static func record(_ record: CaseRecord, to hub: FederatedHub, in federation: Federation) -> (
        record: CaseRecord, withheld: [String]
    ) {
        let level = federation.releaseLevel(of: record, to: hub)
        if level == .l4 { return (record, []) }
        var released = record
        var withheld: [String] = []
        for (field, _) in record.presentScalars where isAbove(field, level) {
            released[field] = nil
            withheld.append(field.path)
        }
        for index in CaseSchema.v1.lists.indices {
            let list = ListField(index: index)
            let fields = CaseSchema.v1.info(list).fields.filter { isAbove($0, level) }
            if fields.isEmpty || record[list].isEmpty { continue }
            released.update(list) { rows in
                for row in rows.indices { for field in fields { rows[row][field] = nil } }
            }
            withheld += fields.map(\.path)
        }
        return (released, withheld)
    }

    /// Digest of the case as released to the hub; nil where the hub cannot say one.
    static func digest(
        _ snapshot: CaseCache.Snapshot, to hub: FederatedHub, in federation: Federation, crypto: any EvidenceCrypto
    ) -> ContentDigest? {
        if !hub.hasContentDigest { return nil }
        let (released, withheld) = record(snapshot.record, to: hub, in: federation)
        return withheld.isEmpty ? snapshot.digest : ContentDigest(crypto.sha256(CaseDocument.encode(released)))
    }

    private static func isAbove(_ field: Field, _ level: DataLevel) -> Bool {
        CaseSchema.v1.info(field).level > level
    }
}
