public import KuayuModel

/// The name of a break: the same difference has the same name in every run.
public enum BreakIdentity {
    /// First 32 hexadecimal digits of the digest of `kuayu-break-1` LF hub LF lane LF case LF code LF version LF.
    ///
    /// - Parameter firstVersion: the version when it was seen first; a break keeps its name while the case goes on.
    public static func id(
        hub: RegionCode, lane: Lane, caseID: String, code: BreakCode, firstVersion: Int, digester: some Digester
    ) -> String {
        let text = "kuayu-break-1\n\(hub.text)\n\(lane.rawValue)\n\(caseID)\n\(code.rawValue)\n\(firstVersion)\n"
        return HexText.encode(digester.digest(Array(text.utf8)).prefix(16))
    }

    /// The name that a finding has when it is seen for the first time.
    public static func id(of finding: Finding, hub: RegionCode, digester: some Digester) -> String {
        id(
            hub: hub, lane: finding.lane, caseID: finding.caseID, code: finding.code,
            firstVersion: finding.firstVersion, digester: digester)
    }
}
