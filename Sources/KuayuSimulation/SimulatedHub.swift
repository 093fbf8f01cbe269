import KuayuEngine
import KuayuModel

/// A hub with a ledger of its own.
///
/// It hands in cases, applies what it receives, and remembers what it was told.
struct SimulatedHub {
    let region: RegionCode
    let capability: ReceiverCapability

    /// A message that the hub wants the gateway to take.
    struct Outgoing {
        let id: String
        let body: [UInt8]
        let caseID: CaseID?
        let status: CaseState
        let handling: RegionCode
        var isAnswered = false
        var attempts = 0
    }

    /// Messages it has sent or will send, by id.
    var outgoing: [String: Outgoing] = [:]
    /// Ids in the order in which they came up.
    var order: [String] = []
    /// How often each message id was applied.
    var applications: [String: Int] = [:]
    /// The version applied last of each case.
    var ledger: [CaseID: Int] = [:]
    /// How often each event of a case was applied, under whatever id.
    var eventApplications: [String: Int] = [:]
    /// Ids that it refused for good.
    var refused: Set<String> = []

    init(region: RegionCode, capability: ReceiverCapability) {
        self.region = region
        self.capability = capability
    }

    mutating func plan(_ message: Outgoing) {
        outgoing[message.id] = message
        order.append(message.id)
    }

    /// Applies an event; true when it is new to the hub.
    ///
    /// A hub that deduplicates by id ignores what it has.
    mutating func apply(messageID: String, caseID: CaseID, version: Int) -> (isNew: Bool, violation: String?) {
        let known = applications[messageID, default: 0] > 0
        if known && capability != .neither { return (false, nil) }
        applications[messageID, default: 0] += 1
        let event = "\(caseID.text) v\(version)"
        eventApplications[event, default: 0] += 1
        var violation: String?
        if capability != .neither && eventApplications[event, default: 0] > 1 {
            violation = "I4 \(region.text) applied \(event) twice"
        }
        if let last = ledger[caseID], last > version, !known {
            violation = "I7 \(region.text) got \(event) after version \(last)"
        }
        ledger[caseID] = max(ledger[caseID] ?? 0, version)
        return (true, violation)
    }
}
