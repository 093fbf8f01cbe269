public import KuayuEngine
public import KuayuGateway
public import KuayuModel
public import KuayuReconcile

/// Rows for tests of stores: made up, but such as the gateway writes them.
public enum SampleRows {
    /// 2026-03-02T10:00:00+08:00.
    public static let start = Instant(epochSeconds: 1_772_416_800)

    /// The case `sequence` that a gateway registered so many days after 2026-03-02; the numbers must be valid.
    public static func caseID(_ sequence: Int, gateway: Int = 1, day: Int = 0) -> CaseID {
        guard let id = CaseID.make(date: start.date.adding(days: day), gateway: gateway, sequence: sequence) else {
            preconditionFailure("sequence \(sequence) or gateway \(gateway) is out of range")
        }
        return id
    }

    /// A case in force.
    public static func head(
        _ id: CaseID, version: Int = 1, status: CaseState = .submitted, origin: RegionCode = .shanghai
    ) -> CaseHead {
        CaseHead(
            caseID: id, version: version, status: status, nonce: "00112233445566778899aabbccddeeff",
            registeredAt: start, origin: origin)
    }

    /// An event; the first of a case registers it.
    public static func event(
        _ head: CaseHead, kind: EventRow.Kind? = nil, author: RegionCode? = .shanghai, message: String? = nil,
        catalogCode: String = "310131001000"
    ) -> EventRecord {
        EventRecord(
            head: head, kind: kind ?? (head.version == 1 ? .registered : .changed), author: author,
            messageID: author == nil ? nil : message ?? "m-\(head.caseID.text)-\(head.version)",
            at: start.adding(milliseconds: Int64(head.version) * 1000),
            canonical: Array("{\"version\":\(head.version)}".utf8), note: "registered", catalogCode: catalogCode)
    }

    /// A message about a case, or one that was refused.
    public static func message(
        _ id: String, sender: RegionCode = .shanghai, about head: CaseHead?, after seconds: Int64 = 0,
        receipt: [UInt8] = [0x65, 0x00, 0xFF]
    ) -> MessageRecord {
        MessageRecord(
            sender: sender, id: id, bodyDigest: Array(repeating: 7, count: 32), payload: Array("报文".utf8),
            caseID: head?.caseID, version: head?.version, outcome: head == nil ? .refused : .accepted,
            receivedAt: start.adding(milliseconds: seconds * 1000), receipt: receipt)
    }

    /// A delivery of one event.
    public static func delivery(
        _ number: Int64, _ id: CaseID, version: Int = 1, hub: RegionCode = .zhejiang, state: DeliveryState = .waiting,
        attempts: Int = 0
    ) -> DeliveryRow {
        DeliveryRow(
            id: DeliveryID(number), caseID: id, version: version, hub: hub,
            messageID: DeliveryRow.messageID(caseID: id, version: version, hub: hub), createdAt: start,
            deadline: start.adding(milliseconds: 259_200_000), state: state, attemptCount: attempts,
            settledAt: state.isSettled ? start.adding(milliseconds: 5000) : nil)
    }

    /// An attempt that is under way.
    public static func attempt(_ delivery: Int64, _ number: Int = 1, after seconds: Int64 = 1) -> AttemptRow {
        AttemptRow(
            delivery: DeliveryID(delivery), number: number, startedAt: start.adding(milliseconds: seconds * 1000))
    }

    /// An attempt that has ended.
    public static func ended(_ delivery: Int64, _ number: Int = 1, outcome: AttemptOutcome = .delivered) -> AttemptRow {
        var attempt = attempt(delivery, number)
        attempt.endedAt = start.adding(milliseconds: 2000)
        attempt.outcome = outcome.name
        attempt.detail = outcome.detail
        return attempt
    }

    /// A row of a hub's ledger.
    public static func ledger(
        _ id: CaseID, hub: RegionCode = .zhejiang, version: Int = 1, status: CaseState = .submitted,
        digest: String = "sha256:aa", lane: Lane = .in, nonce: String = "00112233445566778899aabbccddeeff",
        registeredAt: Instant = start, toldAt: Instant = start
    ) -> LedgerRow {
        LedgerRow(
            hub: hub, lane: lane, caseID: id, version: version, status: status, contentDigest: digest,
            registeredAt: registeredAt, nonce: nonce, toldAt: toldAt)
    }
}
