import KuayuEvidence
import KuayuModel

/// What a hub knows: its documents, its ledger, what it still has to send.
///
/// A value; the node guards it.
struct HubBook: Sendable {
    /// One case as the hub holds it.
    struct Entry: Sendable {
        var number: String
        var document: LocalTree
        /// What the hub was told last of the case.
        var registration: CaseRegistration?
        /// Whether the hub handles it.
        var isHandled: Bool
        /// Steps that lie ahead at this hub.
        var stages: [CaseStage]
        /// The hub's own version of the document.
        var dataVersion: Int
        /// When the document changed last.
        var changedAt: Instant
        /// When it takes the next step, if it is to take one.
        var nextStepAt: Instant?
        /// Whether a change of its own waits to be taken by the gateway.
        var isPending: Bool
    }

    /// A message on its way to the gateway, the same in every attempt.
    struct Outgoing: Sendable {
        var key: String
        var number: String
        var document: LocalTree
        var firstSentAt: Instant?
    }

    /// Counters for the terminal and for tests.
    public struct Counters: Sendable {
        var created = 0
        var sent = 0
        var acknowledged = 0
        var refused = 0
        var received = 0
        var repeated = 0
        var rejected = 0
    }

    private(set) var entries: [String: Entry] = [:]
    private var numberByCase: [CaseID: String] = [:]
    /// Ids of messages that were applied.
    private var applied: Set<String> = []
    /// How often each event of a case was applied, under whatever message id: never more than once.
    private(set) var applications: [String: Int] = [:]
    private(set) var outbox: [Outgoing] = []
    var counters = Counters()

    // MARK: what the hub sends

    /// A new case of its own.
    mutating func create(_ entry: Entry, key: String) {
        entries[entry.number] = entry
        counters.created += 1
        outbox.append(Outgoing(key: key, number: entry.number, document: entry.document))
    }

    /// The next messages to send, taken out of the outbox.
    mutating func takeOutgoing(_ limit: Int) -> [Outgoing] {
        let taken = Array(outbox.prefix(limit))
        outbox.removeFirst(taken.count)
        return taken
    }

    /// A message that was not taken goes back to the front.
    mutating func putBack(_ messages: [Outgoing]) { outbox.insert(contentsOf: messages, at: 0) }

    /// Documents changed in a window, for hubs that are pulled from; `to` exclusive.
    func pending(from: Instant, to: Instant) -> [LocalTree] {
        entries.values.filter { $0.isPending && $0.changedAt >= from && $0.changedAt < to }
            .sorted { $0.number < $1.number }.map(\.document)
    }

    /// Forgets what is queued to be sent; pulled hubs answer from their documents instead.
    mutating func dropOutbox() { outbox.removeAll() }

    // MARK: what the hub learns

    /// The gateway took a message.
    mutating func learn(_ registration: CaseRegistration?, number: String, isRefused: Bool) {
        entries[number]?.isPending = false
        if isRefused {
            counters.refused += 1
            return
        }
        counters.acknowledged += 1
        if let registration { remember(registration, number: number) }
    }

    private mutating func remember(_ registration: CaseRegistration, number: String) {
        numberByCase[registration.caseID] = number
        if let known = entries[number]?.registration, known.version > registration.version { return }
        entries[number]?.registration = registration
    }

    /// A message of the gateway: applied once, whatever comes twice.
    ///
    /// - Returns: whether it was new.
    mutating func apply(
        _ document: LocalTree, messageID: String, registration: CaseRegistration, format: any LocalFormat,
        ownNumber: () -> String, stages: () -> [CaseStage], now: Instant
    ) -> Bool {
        counters.received += 1
        guard applied.insert(messageID).inserted else {
            counters.repeated += 1
            return false
        }
        applications["\(registration.caseID.text)-\(registration.version)", default: 0] += 1
        var document = document
        format.setFederationID(registration.caseID.text, in: &document)
        // The gateway may be faster than its own receipt: then the document's own number leads to the case.
        if let number = numberByCase[registration.caseID] ?? knownNumber(document, format) {
            numberByCase[registration.caseID] = number
            format.setOwnNumber(number, in: &document)
            if let pending = entries[number], !pending.isPending { entries[number]?.document = document }
            remember(registration, number: number)
            return true
        }
        let number = ownNumber()
        format.setOwnNumber(number, in: &document)
        let isHandled = format.isHandledHere(document)
        entries[number] = Entry(
            number: number, document: document, registration: registration, isHandled: isHandled,
            stages: isHandled ? stages() : [], dataVersion: 1, changedAt: now, nextStepAt: isHandled ? now : nil,
            isPending: false)
        numberByCase[registration.caseID] = number
        return true
    }

    /// A case by its federation id or by the hub's own number.
    func entry(_ id: String) -> Entry? {
        CaseID(id).flatMap { numberByCase[$0] }.flatMap { entries[$0] } ?? entries[id]
    }

    private func knownNumber(_ document: LocalTree, _ format: any LocalFormat) -> String? {
        format.ownNumber(document).flatMap { entries[$0] != nil ? $0 : nil }
    }

    // MARK: handling

    /// Cases that are due for their next step.
    func due(at now: Instant) -> [String] {
        entries.values.filter { entry in
            !entry.isPending && !entry.stages.isEmpty && (entry.nextStepAt.map { $0 <= now } ?? false)
        }.map(\.number).sorted()
    }

    /// Takes a case its next step; the message about it goes into the outbox.
    mutating func step(_ number: String, format: any LocalFormat, now: Instant, pause: Int64) {
        guard var entry = entries[number], let stage = entry.stages.first else { return }
        entry.stages.removeFirst()
        entry.dataVersion += 1
        format.advance(&entry.document, to: stage, at: now, version: entry.dataVersion)
        entry.changedAt = now
        entry.isPending = true
        entry.nextStepAt = now.adding(milliseconds: pause)
        entries[number] = entry
        outbox.append(Outgoing(key: "\(number)-\(entry.dataVersion)", number: number, document: entry.document))
    }

    /// How many cases still have steps ahead, or something on its way.
    var unfinishedCount: Int { entries.values.filter { $0.isPending || !$0.stages.isEmpty }.count }

    /// Every case the gateway has told about, ascending by case.
    var ledger: [CaseRegistration] { entries.values.compactMap(\.registration).sorted { $0.caseID < $1.caseID } }
}
