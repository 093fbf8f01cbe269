import KuayuModel
import KuayuReconcile

/// Breaks, facts and plans to test with.
enum RepairBench {
    static let digester = PortableDigester()
    static let hub = RegionCode.zhejiang
    static let start = Instant(epochMilliseconds: 1_772_416_800_000)

    static func caseID(_ number: Int) -> String {
        let digits = String(number)
        return "CSJ20260302" + String(repeating: "0", count: 7 - digits.count) + digits
    }

    static func element(_ number: Int, version: Int, status: String = "accepted", content: String = "-")
        -> LedgerElement
    {
        LedgerElement(
            caseID: caseID(number), version: version, status: status, contentDigest: content, nonce: "00ff",
            registeredAt: 1_772_416_800)
    }

    static func finding(
        _ number: Int, _ code: BreakCode, _ action: RepairAction, expected: Int?, found: [Int],
        isAutomatic: Bool = true, isInFlight: Bool = false
    ) -> Finding {
        Finding(
            code: code, lane: .in, caseID: caseID(number), isInFlight: isInFlight,
            firstVersion: expected ?? found.first ?? 0,
            expected: expected.map { element(number, version: $0) },
            found: found.map {
                HubRow(element: element(number, version: $0), stateAt: 1_772_416_900, localNumber: "Z1")
            },
            chinese: "", english: "", action: action, isAutomatic: isAutomatic)
    }

    static func item(
        _ finding: Finding, state: BreakState = .open, hub: RegionCode = hub, id: String? = nil
    ) -> Break {
        Break(
            id: id ?? "break-\(finding.caseID)-\(finding.code.rawValue)", hub: hub, finding: finding, state: state,
            firstRun: "RC-1", firstSeenAt: start, lastRun: "RC-1", lastSeenAt: start)
    }

    static func facts(_ deliveries: [(version: Int, state: String)], attempts: Int = 1) -> CaseFacts {
        CaseFacts(
            deliveries: deliveries.map {
                CaseFacts.Delivery(
                    version: $0.version, state: $0.state, createdAt: start, settledAt: start, attemptCount: attempts,
                    reason: nil)
            })
    }

    /// A plan of redeliveries of so many cases.
    static func plan(steps: Int) -> RepairPlan {
        let breaks = (0..<steps).map { item(finding($0, .behind, .redeliver, expected: 3, found: [1])) }
        return RepairPlanner(cap: max(1, steps)).plan(
            run: "RC-330000-20260302100000-0001", hub: hub, breaks: breaks, scope: .automatic, digester: digester,
            facts: { _ in facts([(1, "delivered"), (3, "delivered")]) }
        ).plan
    }
}
