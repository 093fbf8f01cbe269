import KuayuAdapters
import KuayuEngine
import KuayuModel

/// Who may see a case.
public enum CaseAccess {
    /// Whether a hub's region applied for, collects or handles a case.
    public static func takesPart(_ hub: FederatedHub, in event: EventRecord) throws -> Bool {
        let record = try read(event)
        return !((try? Routing.participants(of: record))?.roles(of: hub.region).isEmpty ?? true)
    }

    /// The canonical document as the hub may see it.
    public static func released(_ event: EventRecord, to hub: FederatedHub, in federation: Federation) throws -> [UInt8]
    {
        CaseDocument.encode(Release.record(try read(event), to: hub, in: federation).record)
    }

    private static func read(_ event: EventRecord) throws -> CaseRecord {
        guard let record = CaseDocument.decode(event.canonical).record else {
            throw StoreError.corrupt("case \(event.head.caseID.text) cannot be read")
        }
        return record
    }
}
