import KuayuModel

/// What a case says about its clock, gaps filled from its process entries.
struct ClockFacts {
    /// A time in which the clock stands still.
    struct Pause: Hashable {
        var from: Instant
        /// The end; nil while it is not known.
        var to: Instant?
        var cause: PauseCause

        func contains(_ moment: Instant) -> Bool { from <= moment && to.map { moment < $0 } ?? true }
    }

    var start: Instant?
    /// Whether the case has been decided or has ended otherwise.
    var isEnded: Bool
    /// When; nil when the case does not say, and before.
    var end: Instant?
    var pauses: [Pause]
    var limit: TimeLimit?
    var ignoredExtensions: Int
    var declaredDueAt: Instant?
    /// The latest moment of which the case tells.
    var latest: Instant?

    init(_ record: CaseRecord) {
        let state = record[.status].flatMap(CaseState.init(rawValue:))
        let events = Self.events(of: record)
        latest = events.map(\.at).max()
        start = instant(record[.startedAt])
        if start == nil, let state, state.progress >= CaseState.accepted.progress {
            start = events.first { $0.action == CaseState.accepted.rawValue }?.at
        }
        let decidedAt = instant(record[.decidedAt])
        isEnded = decidedAt != nil || (state?.isDecided ?? false)
        end = isEnded ? decidedAt ?? Self.end(in: state, events: events) : nil
        declaredDueAt = instant(record[.dueAt])
        (limit, ignoredExtensions) = Self.limit(of: record)
        pauses = []
        pauses = pauses(of: record, state: state, events: events)
    }

    // MARK: Limit

    private static func limit(of record: CaseRecord) -> (TimeLimit?, ignored: Int) {
        let extensions = record[ClockFields.extensions].compactMap {
            timeLimit($0[ClockFields.extensionAmount], $0[ClockFields.extensionUnit])
        }
        let promised = timeLimit(record[ClockFields.promisedAmount], record[ClockFields.promisedUnit])
        let statutory = timeLimit(record[ClockFields.statutoryAmount], record[ClockFields.statutoryUnit])
        guard var limit = promised ?? statutory else { return (nil, extensions.count) }
        let added = extensions.filter { $0.unit == limit.unit }
        for row in added { limit.amount = min(limit.amount + row.amount, WorkCalendar.countLimit) }
        return (limit, extensions.count - added.count)
    }

    private static func timeLimit(_ amount: String?, _ unit: String?) -> TimeLimit? {
        guard let amount = amount.flatMap(Int.init), let unit = unit.flatMap(TimeLimit.Unit.init(rawValue:))
        else { return nil }
        return TimeLimit(min(max(amount, 0), WorkCalendar.countLimit), unit)
    }

    // MARK: End

    private typealias Entry = (action: String, at: Instant)

    private static func events(of record: CaseRecord) -> [Entry] {
        record[.events].compactMap { row in
            guard let action = row[.eventAction], let at = instant(row[.eventStartedAt]) else { return nil }
            return (action, at)
        }
    }

    private static let decisions: Set<String> = ["decided", "denied", "issued", "delivered", "closed"]

    private static func end(in state: CaseState?, events: [Entry]) -> Instant? {
        guard let state else { return nil }
        let isEarlyEnd = state.progress > CaseState.closed.progress
        let entry =
            isEarlyEnd
            ? events.last { $0.action == state.rawValue } : events.first { decisions.contains($0.action) }
        return entry?.at
    }

    // MARK: Pauses

    /// The pauses that the case lists, and the one that its status says.
    ///
    /// Where nothing tells when the status was entered, the last thing the case tells of, or the start, stands for it:
    /// what is not known is not held against the office.
    private func pauses(of record: CaseRecord, state: CaseState?, events: [Entry]) -> [Pause] {
        var pauses = record[ClockFields.pauses].compactMap { row -> Pause? in
            guard let from = instant(row[ClockFields.pauseFrom]) else { return nil }
            let cause = row[ClockFields.pauseCause].flatMap(PauseCause.init(rawValue:)) ?? .special
            let to = instant(row[ClockFields.pauseTo]).map { max($0, from) } ?? Self.resumption(after: from, events)
            return Pause(from: from, to: to, cause: cause)
        }
        guard let cause = Self.cause(of: state) else { return pauses }
        let entered = events.last { $0.action == state?.rawValue }?.at
        let isOpen = pauses.contains { $0.to == nil }
        guard let from = entered ?? (isOpen ? nil : Self.request(in: record, cause) ?? latest ?? start)
        else { return pauses }
        pauses.append(Pause(from: from, to: nil, cause: cause))
        return pauses
    }

    /// A pause without an end ended when the review went on, if the process entries tell of it.
    private static func resumption(after from: Instant, _ events: [Entry]) -> Instant? {
        events.filter { $0.action == CaseState.reviewing.rawValue && $0.at > from }.map(\.at).min()
    }

    private static func cause(of state: CaseState?) -> PauseCause? {
        switch state {
        case .supplementing: .supplement
        case .special: .special
        default: nil
        }
    }

    private static func request(in record: CaseRecord, _ cause: PauseCause) -> Instant? {
        let times =
            cause == .supplement
            ? record[ClockFields.supplements].map { $0[ClockFields.supplementRequestedAt] }
            : record[ClockFields.special].map { $0[ClockFields.specialStartedAt] }
        return times.compactMap(instant).max()
    }
}

/// A time in its canonical text; nil when absent or no time.
func instant(_ text: String?) -> Instant? { text.flatMap { Instant(canonical: $0) } }

/// Fields that the clock reads, looked up once.
enum ClockFields {
    static let promisedAmount = Field.named("limits.promised.amount")
    static let promisedUnit = Field.named("limits.promised.unit")
    static let statutoryAmount = Field.named("limits.statutory.amount")
    static let statutoryUnit = Field.named("limits.statutory.unit")
    static let extensions = ListField.named("extensions")
    static let extensionAmount = Field.named("extensions[].amount")
    static let extensionUnit = Field.named("extensions[].unit")
    static let pauses = ListField.named("pauses")
    static let pauseFrom = Field.named("pauses[].from")
    static let pauseTo = Field.named("pauses[].to")
    static let pauseCause = Field.named("pauses[].cause")
    static let supplements = ListField.named("supplements")
    static let supplementRequestedAt = Field.named("supplements[].requestedAt")
    static let special = ListField.named("special")
    static let specialStartedAt = Field.named("special[].startedAt")
}
