import KuayuEvidence
import KuayuModel

/// What a hub was told of a case once, and the document that it held then.
struct ToldVersion: Sendable {
    var registration: CaseRegistration
    var document: LocalTree
    var at: Instant
    /// Whether a message of the gateway told it; otherwise a receipt for a message of the hub's own.
    var isMessage: Bool
}

/// What a hub knows: its documents, its ledger, what it still has to send, what it is to do.
///
/// A value; the desk holds it.
struct HubBook: Sendable {
    /// One case as the hub holds it.
    struct Entry: Sendable {
        var number: String
        var document: LocalTree
        /// What the hub was told last of the case.
        var registration: CaseRegistration?
        /// Whether it was applied for here.
        var isOwn = false
        /// Whether the hub handles it, alone or as a branch.
        var isHandled = false
        /// Whether it is the main case of a bundle, which nobody handles.
        var isMain = false
        /// Whether it waits for another case of its bundle.
        var isHeld = false
        /// What lies ahead at this hub.
        var steps: [PlanStep] = []
        /// The hub's own version of the document.
        var dataVersion = 1
        /// When the document changed last.
        var changedAt: Instant
        /// When it takes the next step, if it is to take one.
        var nextStepAt: Instant?
        /// Whether a change of its own waits to be taken by the gateway.
        var isPending = false
        /// Changes of its own that the gateway has not answered: on their way, or lost on it.
        var ownChanges = 0
        /// The state that the last of them brought the case into; nil when it changed none.
        var ownState: CaseState?
        /// When the hub was last told of the case.
        var toldAt: Instant?
        /// The last receipt for a message about it, as it came.
        var receipt: String?
        /// Every version it was told of, oldest first; the last ``HubBook/historyLimit``.
        var history: [ToldVersion] = []
        var memory = CaseMemory()

        init(number: String, document: LocalTree, now: Instant) {
            self.number = number
            self.document = document
            changedAt = now
        }
    }

    /// A message on its way to the gateway, the same in every attempt.
    struct Outgoing: Sendable {
        var key: String
        var number: String
        var document: LocalTree
        var firstSentAt: Instant?
    }

    /// Counters for the terminal and for tests.
    struct Counters: Sendable {
        var created = 0
        var sent = 0
        var acknowledged = 0
        var refused = 0
        var received = 0
        var repeated = 0
        var rejected = 0
    }

    /// Most versions of a case that are remembered.
    static let historyLimit = 32

    private(set) var entries: [String: Entry] = [:]
    private var numberByCase: [CaseID: String] = [:]
    /// Ids of messages that were applied, with the version each told of.
    private var applied: [CaseID: [String: Int]] = [:]
    /// How often each event of a case was applied, under whatever message id: never more than once.
    private(set) var applications: [String: Int] = [:]
    private(set) var outbox: [Outgoing] = []
    /// What has been done to the ledger on purpose.
    var faults = LedgerFaults()
    var counters = Counters()
    var plans = PlanBook()
    /// Whether what the format lacks is said in the extension block.
    var usesExtension = true

    // MARK: what the hub sends

    /// A new case of its own.
    mutating func create(_ entry: Entry, key: String) {
        entries[entry.number] = entry
        counters.created += 1
        outbox.append(Outgoing(key: key, number: entry.number, document: entry.document))
    }

    /// Puts a case back that has changed; the message about it goes into the outbox.
    mutating func send(_ entry: Entry) {
        entries[entry.number] = entry
        outbox.append(
            Outgoing(key: "\(entry.number)-\(entry.dataVersion)", number: entry.number, document: entry.document))
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

    /// The gateway has answered a message: what it says of the case, and the receipt where there is one.
    mutating func learn(
        _ registration: CaseRegistration?, number: String, isRefused: Bool, receipt: String? = nil, now: Instant
    ) {
        entries[number]?.isPending = false
        entries[number]?.ownChanges = 0
        if isRefused {
            counters.refused += 1
            // A case that was never registered has no life.
            if entries[number]?.registration == nil { entries[number]?.steps = [] }
            return
        }
        counters.acknowledged += 1
        if let receipt { entries[number]?.receipt = receipt }
        if let registration { remember(registration, number: number, isMessage: false, now: now) }
    }

    /// Takes in registration data; those of an older version tell no more than when and under which nonce the case was
    /// registered, which never changes.
    private mutating func remember(_ registration: CaseRegistration, number: String, isMessage: Bool, now: Instant) {
        guard var entry = entries[number] else { return }
        numberByCase[registration.caseID] = number
        defer { entries[number] = entry }
        if let known = entry.registration, known.version > registration.version {
            entry.registration?.at = registration.at
            entry.registration?.nonce = registration.nonce
            return
        }
        let isNews = entry.registration.map { $0.version < registration.version } ?? true
        entry.registration = registration
        guard isNews || entry.history.isEmpty else {
            entry.history[entry.history.count - 1].registration = registration
            return
        }
        entry.toldAt = now
        entry.ownChanges = min(entry.ownChanges, entry.isPending ? 1 : 0)
        if let original = faults.originals[registration.caseID]?.registration?.version,
            original <= registration.version
        {
            faults.originals[registration.caseID] = nil
        }
        entry.history.append(
            ToldVersion(registration: registration, document: entry.document, at: now, isMessage: isMessage))
        entry.history = entry.history.suffix(Self.historyLimit)
    }

    /// A message of the gateway: applied once, whatever comes twice; a repeat tells the registration data again.
    ///
    /// `steps` draws what lies ahead of a case that no plan speaks of; `pause` is the time between two steps.
    mutating func apply(
        _ document: LocalTree, messageID: String, registration: CaseRegistration, format: any LocalFormat,
        ownNumber: () -> String, steps: () -> [PlanStep], now: Instant, pause: Int64
    ) {
        counters.received += 1
        guard applied[registration.caseID, default: [:]].updateValue(registration.version, forKey: messageID) == nil
        else {
            counters.repeated += 1
            if let number = numberByCase[registration.caseID] {
                remember(registration, number: number, isMessage: true, now: now)
            }
            return
        }
        applications["\(registration.caseID.text)-\(registration.version)", default: 0] += 1
        var document = document
        format.setFederationID(registration.caseID.text, in: &document)
        // The gateway may be faster than its own receipt: then the document's own number leads to the case.
        if let number = numberByCase[registration.caseID] ?? knownNumber(document, format),
            let entry = entries[number]
        {
            format.setOwnNumber(number, in: &document)
            entries[number] = heard(
                document, registration, by: entry, format: format, now: now, pause: pause)
            remember(registration, number: number, isMessage: true, now: now)
            return
        }
        let lost = faults.lost.removeValue(forKey: registration.caseID)
        let number = lost?.number ?? ownNumber()
        format.setOwnNumber(number, in: &document)
        var entry = lost.map(Self.blank) ?? Entry(number: number, document: document, now: now)
        entry.isHandled = format.isHandledHere(document)
        if lost == nil { entry.isOwn = belongsToOwnBundle(document, format) }
        if entry.isHandled, lost == nil {
            // Until the gateway has passed it on, a child of an own bundle waits for another one.
            entry.isHeld = entry.isOwn && registration.status.progress < CaseState.transferred.progress
            let names = [registration.caseID.text, number]
            entry.steps = plans.steps(names: names, item: format.itemCode(document)) ?? steps()
            entry.nextStepAt = now
        }
        entry.document = document
        entry.registration = registration
        entries[number] = heard(document, registration, by: entry, format: format, now: now, pause: pause)
        remember(registration, number: number, isMessage: true, now: now)
    }

    /// A case that was lost and comes again: what its clerks know of it is not lost.
    private static func blank(_ lost: Entry) -> Entry {
        var entry = lost
        entry.registration = nil
        entry.history = []
        entry.receipt = nil
        return entry
    }

    /// Whether a case that the gateway tells of is a child of a bundle that was applied for here.
    private func belongsToOwnBundle(_ document: LocalTree, _ format: any LocalFormat) -> Bool {
        let mains = entries.values.filter(\.isMain)
        if mains.isEmpty { return false }
        if let number = format.bundleNumber(document) {
            return mains.contains { format.bundleNumber($0.document) == number }
        }
        // A format without bundles leaves the applicant to go by.
        let applicant = format.applicantNumber(document)
        return mains.contains {
            format.bundleNumber($0.document) == nil && format.applicantNumber($0.document) == applicant
        }
    }

    /// A case by its federation id or by the hub's own number.
    func entry(_ id: String) -> Entry? {
        CaseID(id).flatMap { numberByCase[$0] }.flatMap { entries[$0] } ?? entries[id]
    }

    /// Puts a case back as changed by hand.
    mutating func put(_ entry: Entry) {
        entries[entry.number] = entry
        if let id = entry.registration?.caseID { numberByCase[id] = entry.number }
    }

    /// Takes a case and every memory of it out of the book; what of it lies in the outbox is not sent.
    mutating func remove(_ entry: Entry) {
        entries[entry.number] = nil
        dropOutbox(of: entry.number)
        guard let id = entry.registration?.caseID else { return }
        numberByCase[id] = nil
        forget(id, after: 0)
    }

    /// Forgets the messages that told of later versions of a case, so that they are news when they come again.
    mutating func forget(_ id: CaseID, after version: Int) {
        applied[id] = applied[id]?.filter { $0.value <= version }
        for (event, _) in applications where event.hasPrefix(id.text + "-") {
            if let number = Int(event.dropFirst(id.text.count + 1)), number > version { applications[event] = nil }
        }
    }

    /// Messages about a case that are not sent yet will never be.
    mutating func dropOutbox(of number: String) { outbox.removeAll { $0.number == number } }

    private func knownNumber(_ document: LocalTree, _ format: any LocalFormat) -> String? {
        format.ownNumber(document).flatMap { entries[$0] != nil ? $0 : nil }
    }

    /// How many cases still have steps ahead, or something on its way.
    var unfinishedCount: Int { entries.values.filter { $0.isPending || !$0.steps.isEmpty }.count }

    /// Every case the gateway has told about, ascending by case.
    var ledger: [CaseRegistration] { entries.values.compactMap(\.registration).sorted { $0.caseID < $1.caseID } }
}
