public import KuayuModel

/// Says what a difference is, why it is there, and what is to be done about it.
///
/// The first rule that fits decides, so that one case is one finding:
///
/// 1. *Nothing found.* R03 in lane `out`, R01 in lane `in`.
/// 2. *Nothing expected.* The gateway has the case and the hub takes part in it, or shows a receipt that holds: R02. It
///    shows one that fails: R13. Else R09, whether nobody issued the id or the case is not for this hub's eyes.
/// 3. *More than one row*, also when one of them is right: R08.
/// 4. *The row's own number leads to another case*: R08.
/// 5. *Nonce or second of registration differ* (a nonce `-` is not compared): R12.
/// 6. *Lower version.* R06 when the row contradicts the event of that version in our history, else R04.
/// 7. *Higher version*: R05.
/// 8. *Other state*: R06.
/// 9. *Other content*: R07; unchecked where one side cannot say its content.
///
/// A difference is in flight when something under way explains it: an event of the case after the cut, a delivery
/// to this hub that is not settled or was settled after the cut, a row that changed after the cut, or, for R05, a row that
/// cannot say when it changed. A failed receipt (R13) is never in flight.
///
/// It is explained for good (R01, R04) when every event that the hub lacks was refused by it or cancelled by a person.
public struct Classifier: Hashable, Sendable {
    /// What is said of a difference.
    public enum Verdict: Hashable, Sendable {
        /// A break, or something under way or refused that explains it.
        case finding(Finding)
        /// Everything agrees but the content, which one side cannot say.
        case unchecked
        /// There is no difference.
        case agrees
    }

    /// Whether the hub can be asked for a case in its own format.
    ///
    /// Where it cannot, what would have to be fetched (R02 without history, R05, R07) becomes a question to the region.
    public var canFetch: Bool

    /// A classifier.
    public init(canFetch: Bool = true) { self.canFetch = canFetch }

    /// The verdict on one difference.
    ///
    /// - Parameters:
    ///   - facts: what the gateway's history says of the case and the hub, read after the rows.
    ///   - cut: up to when both ledgers were complete.
    ///   - hub: the hub that was asked.
    public func findings(
        of difference: CaseDifference, facts: CaseFacts, cut: ReconciliationCut, hub: RegionCode
    ) -> Verdict {
        let reading = Reading(difference: difference, facts: facts, cut: cut, hub: hub)
        guard let expected = difference.expected else {
            return difference.found.isEmpty ? .agrees : .finding(unexpected(reading))
        }
        guard let row = difference.found.first else { return .finding(missing(reading)) }
        if difference.found.count > 1 || reading.numberLeadsElsewhere {
            return .finding(reading.finding(.duplicate, .quarantine, Sentences.duplicate(reading)))
        }
        return compare(row.element, with: expected, reading)
    }

    /// An incident that an audit of receipts came to, whether or not the rows agree (R13).
    ///
    /// - Parameter reason: what fails, for people; no personal data.
    public func evidence(
        of difference: CaseDifference, reason: String, cut: ReconciliationCut, hub: RegionCode
    ) -> Finding {
        let facts = CaseFacts(receipt: .invalid(reason))
        let reading = Reading(difference: difference, facts: facts, cut: cut, hub: hub)
        return reading.finding(.evidence, .incident, Sentences.evidence(reading), isInFlight: false)
    }

    private func missing(_ reading: Reading) -> Finding {
        if reading.difference.lane == .out {
            return reading.finding(.missingAtOrigin, .askRegion, Sentences.missingAtOrigin(reading))
        }
        let isExplained = reading.isRefused(after: 0)
        return reading.finding(
            .missingAtHub, .redeliver, Sentences.missingAtHub(reading, isExplained: isExplained),
            isAutomatic: !isExplained, isExplained: isExplained)
    }

    private func unexpected(_ reading: Reading) -> Finding {
        let facts = reading.facts
        if !facts.events.isEmpty && facts.isParty || facts.receipt == .valid { return unregistered(reading) }
        if case .invalid = facts.receipt {
            return reading.finding(.evidence, .incident, Sentences.evidence(reading), isInFlight: false)
        }
        return reading.finding(.orphan, .quarantine, Sentences.orphan(reading))
    }

    /// R02: taken back into the ledger from our own history or from the hub's document and our receipt.
    private func unregistered(_ reading: Reading) -> Finding {
        let words = Sentences.missingAtGateway(reading)
        guard let row = reading.onlyRow else {
            return reading.finding(.missingAtGateway, .askRegion, words)
        }
        let last = reading.facts.events.last?.version ?? 0
        let action: RepairAction
        if reading.event(row.version).map({ reading.agrees(row, with: $0) }) == true {
            action = .register
        } else if reading.facts.events.isEmpty {
            action = canFetch ? .register : .askRegion
        } else if row.version > last {
            action = canFetch ? .pull : .askRegion
        } else {
            action = .askRegion
        }
        var isAutomatic = action != .askRegion
        if case .invalid = reading.facts.receipt { isAutomatic = false }
        return reading.finding(.missingAtGateway, action, words, isAutomatic: isAutomatic)
    }

    private func compare(_ row: LedgerElement, with expected: LedgerElement, _ reading: Reading) -> Verdict {
        if row.registeredAt != expected.registeredAt || Self.differ(row.nonce, expected.nonce) {
            let isTold = reading.difference.lane == .in || reading.facts.deliveries.contains { $0.state == "delivered" }
            return .finding(
                reading.finding(
                    .keySkew, isTold ? .resync : .askRegion, Sentences.keySkew(reading), isAutomatic: isTold))
        }
        if row.version < expected.version { return .finding(behind(row, expected, reading)) }
        if row.version > expected.version { return .finding(ahead(row, expected, reading)) }
        if row.status != expected.status {
            return .finding(
                reading.finding(.statusConflict, reading.adjustment, Sentences.statusConflict(reading)))
        }
        if row.contentDigest == expected.contentDigest { return .agrees }
        guard Self.differ(row.contentDigest, expected.contentDigest) else { return .unchecked }
        let action: RepairAction = canFetch ? reading.adjustment : .askRegion
        return .finding(reading.finding(.contentMismatch, action, Sentences.contentMismatch(reading)))
    }

    private func behind(_ row: LedgerElement, _ expected: LedgerElement, _ reading: Reading) -> Finding {
        if let event = reading.event(row.version), !reading.agrees(row, with: event) {
            return reading.finding(
                .statusConflict, .adjustHub, Sentences.historyConflict(reading, event: event))
        }
        let lacking = reading.events(after: row.version, through: expected.version)
        let isOwn = lacking.contains { $0.author == reading.hub }
        let isExplained = reading.isRefused(after: row.version)
        let lag = lacking.isEmpty ? expected.version - row.version : lacking.count
        return reading.finding(
            .behind, isOwn ? .askRegion : .redeliver,
            Sentences.behind(reading, row: row, lag: lag, isExplained: isExplained),
            lag: lag, isAutomatic: !isOwn && !isExplained, isExplained: isExplained)
    }

    private func ahead(_ row: LedgerElement, _ expected: LedgerElement, _ reading: Reading) -> Finding {
        let known = reading.events(after: expected.version, through: row.version)
        // The hub has what we say it was not told: our ledger of it is behind our own history.
        let isOurs = reading.event(row.version).map { reading.agrees(row, with: $0) } == true
        let lag = isOurs ? known.count : row.version - expected.version
        let action: RepairAction = isOurs ? .register : canFetch ? .pull : .askRegion
        let isUndated = !isOurs && reading.difference.found.allSatisfy { $0.stateAt == nil }
        return reading.finding(
            .ahead, action, Sentences.ahead(reading, row: row, lag: lag, isOurs: isOurs), lag: lag,
            isAutomatic: action != .askRegion, isInFlight: isUndated ? true : nil)
    }

    /// Whether two texts that both sides can say are not the same.
    static func differ(_ a: String, _ b: String) -> Bool { a != "-" && b != "-" && a != b }
}
