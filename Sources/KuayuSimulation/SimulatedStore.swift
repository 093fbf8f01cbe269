import KuayuEngine
import KuayuModel

/// A store that keeps what was committed and forgets everything else in a crash.
struct SimulatedStore {
    struct MessageKey: Hashable {
        let sender: RegionCode
        let id: String
    }

    struct AttemptKey: Hashable {
        let delivery: DeliveryID
        let number: Int
    }

    /// Everything that is in the file.
    struct Contents {
        var messages: [MessageKey: Registration] = [:]
        var heads: [CaseID: CaseHead] = [:]
        var events: [CaseID: [EventRow]] = [:]
        var deliveries: [DeliveryID: DeliveryRow] = [:]
        var attempts: [AttemptKey: AttemptRow] = [:]
    }

    /// What survives a crash.
    private(set) var durable = Contents()
    /// What the open transaction sees.
    private(set) var current = Contents()
    /// Deliveries that a decision of this transaction puts back in line.
    private var putBack: Set<String> = []
    /// What a constraint of a real store would have refused.
    private(set) var violations: [String] = []

    mutating func write(_ row: StoreWrite) {
        switch row {
        case .message(let registration):
            let key = MessageKey(sender: registration.sender, id: registration.messageID)
            if current.messages[key] != nil { violations.append("I3 message \(key.id) was stored twice") }
            current.messages[key] = registration
        case .event(let event):
            let id = event.head.caseID
            let last = current.heads[id]?.version ?? 0
            if event.head.version != last + 1 {
                violations.append("I2 case \(id.text) went from version \(last) to \(event.head.version)")
            }
            current.heads[id] = event.head
            current.events[id, default: []].append(event)
        case .delivery(let row):
            if let old = current.deliveries[row.id] {
                // Only a recorded decision takes a delivery out of a settled state, and only back to the line's end.
                let isDecided = putBack.remove(String(row.id.value)) != nil && row.state == .waiting
                if old.state.isSettled && old != row && !isDecided {
                    violations.append(
                        "I8 delivery \(row.id.value) left \(old.state.rawValue) for \(row.state.rawValue)")
                }
                if old.messageID != row.messageID || old.caseID != row.caseID || old.hub != row.hub {
                    violations.append("I3 delivery \(row.id.value) changed what it carries")
                }
            }
            current.deliveries[row.id] = row
        case .attempt(let attempt):
            current.attempts[AttemptKey(delivery: attempt.delivery, number: attempt.number)] = attempt
        case .audit(let audit): if audit.action == "redeliver" { putBack.insert(audit.subject) }
        }
    }

    mutating func commit() {
        durable = current
        putBack.removeAll()
    }

    /// A crash or a failed commit: the open transaction is gone.
    mutating func forget() {
        current = durable
        putBack.removeAll()
    }

    mutating func takeViolations() -> [String] {
        defer { violations.removeAll() }
        return violations
    }

    var recovered: RecoveredState {
        RecoveredState(
            deliveries: durable.deliveries.values.filter { !$0.state.isSettled }.sorted { $0.id < $1.id },
            lastDelivery: durable.deliveries.keys.map(\.value).max() ?? 0, lastCases: durable.heads.keys.sorted())
    }
}
