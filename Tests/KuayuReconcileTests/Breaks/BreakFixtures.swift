import KuayuModel
import KuayuReconcile

/// A case between Jiangsu and Anhui on the morning of 2026-11-24, seen at noon.
enum BreakFixture {
    static let caseID = "CSJ3320261124000001"
    static let hub = RegionCode.anhui
    static let digester = PortableDigester()

    /// A time of that day at +08:00; `24:00` and later are on the days after.
    static func at(_ hour: Int, _ minute: Int = 0) -> Instant {
        Instant(epochSeconds: 1_795_449_600 + Int64(hour * 3_600 + minute * 60))
    }

    static let cut = ReconciliationCut(hubWatermark: at(12), gatewayWatermark: at(12))

    static let history: [CaseFacts.Event] = [
        event(1, "submitted", .jiangsu, 9), event(2, "transferred", nil, 9), event(3, "accepted", .shanghai, 10),
        event(4, "reviewing", .shanghai, 10), event(5, "decided", .shanghai, 11),
    ]

    static func event(_ version: Int, _ status: String, _ author: RegionCode?, _ hour: Int) -> CaseFacts.Event {
        CaseFacts.Event(
            version: version, status: status, author: author, at: at(hour), contentDigest: digest(version))
    }

    static func digest(_ version: Int) -> String { "sha256:0000000\(version)" }

    static func sent(
        _ version: Int, _ state: String = "delivered", tries: Int = 1, reason: String? = nil, settled: Instant? = nil
    ) -> CaseFacts.Delivery {
        let isSettled = ["delivered", "rejected", "cancelled"].contains(state)
        return CaseFacts.Delivery(
            version: version, state: state, createdAt: at(10),
            settledAt: isSettled ? settled ?? at(10, version) : nil, attemptCount: tries, reason: reason)
    }

    static func facts(
        _ deliveries: [CaseFacts.Delivery] = (1...5).map { sent($0) }, events: [CaseFacts.Event] = history,
        isParty: Bool = true, number: String? = nil, receipt: CaseFacts.ReceiptStanding = .none
    ) -> CaseFacts {
        CaseFacts(
            events: events, deliveries: deliveries, origin: events.isEmpty ? nil : .jiangsu, isParty: isParty,
            caseOfLocalNumber: number, receipt: receipt)
    }

    static func element(
        _ version: Int, _ status: String, content: String? = nil, nonce: String = "n", registeredAt: Int64? = nil
    ) -> LedgerElement {
        LedgerElement(
            caseID: caseID, version: version, status: status, contentDigest: content ?? digest(version), nonce: nonce,
            registeredAt: registeredAt ?? at(9).epochSeconds)
    }

    static func row(
        _ version: Int, _ status: String, content: String? = nil, nonce: String = "n", registeredAt: Int64? = nil,
        stateAt: Instant? = at(11), number: String? = nil
    ) -> HubRow {
        HubRow(
            element: element(version, status, content: content, nonce: nonce, registeredAt: registeredAt),
            stateAt: stateAt?.epochSeconds, localNumber: number)
    }

    static func difference(
        _ expected: LedgerElement?, _ found: [HubRow], lane: Lane = .in
    ) -> CaseDifference {
        CaseDifference(lane: lane, caseID: caseID, expected: expected, found: found)
    }

    static func verdict(
        _ expected: LedgerElement?, _ found: [HubRow], lane: Lane = .in, facts: CaseFacts = facts(),
        cut: ReconciliationCut = cut, canFetch: Bool = true
    ) -> Classifier.Verdict {
        Classifier(canFetch: canFetch).findings(
            of: difference(expected, found, lane: lane), facts: facts, cut: cut, hub: hub)
    }

    /// A finding as the book gets it.
    static func finding(
        _ code: BreakCode, version: Int = 5, inFlight: Bool = false, explained: Bool = false, lane: Lane = .in,
        caseID: String = caseID, found: [HubRow]? = nil
    ) -> Finding {
        var expected = element(version, "decided")
        expected.caseID = caseID
        return Finding(
            code: code, lane: lane, caseID: caseID, isInFlight: inFlight || explained, isExplained: explained,
            firstVersion: version, expected: expected, found: found ?? [row(3, "accepted")], chinese: "中",
            english: "en", action: .redeliver, isAutomatic: true)
    }
}
