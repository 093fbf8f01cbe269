import KuayuAdapters
import KuayuEngine
import KuayuModel

/// Who may see a case.
public enum CaseAccess {
    /// Whether a hub's region applied for, collects or handles a case, and has its part in it by now: not while the case is
    /// held, and of a bundle's main case only the place of application.
    public static func takesPart(_ hub: FederatedHub, in event: EventRecord, of federation: Federation) throws -> Bool {
        let record = try read(event)
        guard let participants = try? federation.routing.participants(of: record) else { return false }
        return Audience.of(record, participants, themes: .standard).contains(hub.region)
    }

    /// The canonical document as the hub may see it, and the canonical paths of what it may not.
    public static func released(
        _ event: EventRecord, to hub: FederatedHub, in federation: Federation
    ) throws -> (document: [UInt8], withheld: [String]) {
        let released = Release.record(try read(event), to: hub, in: federation)
        return (CaseDocument.encode(released.record), released.withheld)
    }

    private static func read(_ event: EventRecord) throws -> CaseRecord {
        guard let record = CaseDocument.decode(event.canonical).record else {
            throw StoreError.corrupt("case \(event.head.caseID.text) cannot be read")
        }
        return record
    }
}
