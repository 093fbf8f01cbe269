import KuayuModel

/// A difference with everything that is known about it: what the rules and the sentences look at.
struct Reading {
    let difference: CaseDifference
    let facts: CaseFacts
    let cut: ReconciliationCut
    let hub: RegionCode

    /// The hub's row when it has exactly one.
    var onlyRow: LedgerElement? { difference.found.count == 1 ? difference.found.first?.element : nil }

    /// Whether a row's own number leads to another case at the gateway.
    var numberLeadsElsewhere: Bool {
        guard let other = facts.caseOfLocalNumber else { return false }
        return other != difference.caseID
    }

    /// The event of a version in our history; nil when there is none.
    func event(_ version: Int) -> CaseFacts.Event? { facts.events.first { $0.version == version } }

    /// Our events after one version, up to another, ascending.
    func events(after: Int, through: Int) -> [CaseFacts.Event] {
        facts.events.filter { $0.version > after && $0.version <= through }
    }

    /// Deliveries to the hub of events after a version, up to what it should have.
    func deliveries(after version: Int) -> [CaseFacts.Delivery] {
        let end = difference.expected?.version ?? .max
        return facts.deliveries.filter { $0.version > version && $0.version <= end }
    }

    /// Whether a row says what an event of our history said.
    func agrees(_ row: LedgerElement, with event: CaseFacts.Event) -> Bool {
        row.status == event.status && !Classifier.differ(row.contentDigest, event.contentDigest)
    }

    /// Whether the hub refused, or a person cancelled, everything after a version that it was to be told, and nothing
    /// of it was the hub's own report.
    func isRefused(after version: Int) -> Bool {
        let end = difference.expected?.version ?? .max
        let told = deliveries(after: version)
        let isOwn = facts.events.contains { $0.version > version && $0.version <= end && $0.author == hub }
        return !told.isEmpty && !isOwn && told.allSatisfy { $0.state == "rejected" || $0.state == "cancelled" }
    }

    /// Who has to follow whom where two accounts of one event differ: the gateway follows a hub that reported the event
    /// itself, else the hub follows the gateway.
    var adjustment: RepairAction {
        guard let version = difference.expected?.version, event(version)?.author == hub else { return .adjustHub }
        return .adjustGateway
    }

    /// Whether something under way explains the difference.
    var isUnderWay: Bool {
        let end = cut.at
        return facts.events.contains { $0.at > end }
            || facts.deliveries.contains { !$0.isSettled || ($0.settledAt ?? end) > end }
            || difference.found.contains { $0.stateAt.map { Instant(epochSeconds: $0) > end } ?? false }
    }

    func finding(
        _ code: BreakCode, _ action: RepairAction, _ words: Sentences.Words, lag: Int = 0, isAutomatic: Bool = false,
        isInFlight: Bool? = nil, isExplained: Bool = false
    ) -> Finding {
        let versions = difference.found.map(\.element.version)
        return Finding(
            code: code, lane: difference.lane, caseID: difference.caseID, lag: lag,
            isInFlight: isExplained || isInFlight ?? isUnderWay, isExplained: isExplained,
            firstVersion: difference.expected?.version ?? versions.max() ?? 0, expected: difference.expected,
            found: difference.found, chinese: words.chinese, english: words.english, action: action,
            isAutomatic: isAutomatic)
    }
}
