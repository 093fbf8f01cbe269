import KuayuModel
import KuayuRules

/// A case of which only the clock matters, written in few words.
///
/// Times are `yyyy-MM-dd HH:mm:ss`, seconds and time of day optional.
struct ClockSketch {
    typealias Span = (from: String, to: String?)

    var status = "reviewing"
    var start: String?
    var limit: (Int, String)?
    var pauses: [Span] = []
    var extensions: [(Int, String)] = []

    /// The case.
    var record: CaseRecord {
        var record = CaseRecord()
        record[.status] = status
        record[.startedAt] = start.map(Self.canonical)
        record[.named("limits.promised.amount")] = limit.map { String($0.0) }
        record[.named("limits.promised.unit")] = limit?.1
        for pause in pauses { record.addPause(pause.from, pause.to) }
        for (amount, unit) in extensions {
            var row = CaseRow(.named("extensions"))
            row[.named("extensions[].amount")] = String(amount)
            row[.named("extensions[].unit")] = unit
            record[.named("extensions")].append(row)
        }
        return record
    }

    /// `2026-03-02`, `2026-03-02 10:00` or `2026-03-02 10:00:00` as the canonical text.
    static func canonical(_ text: String) -> String {
        let parts = text.split(separator: " ")
        let time = parts.count < 2 ? "00:00:00" : parts[1].utf8.count == 5 ? "\(parts[1]):00" : String(parts[1])
        return "\(parts[0])T\(time)+08:00"
    }
}

extension CaseRecord {
    mutating func addPause(_ from: String, _ to: String?, cause: String = "supplement") {
        var row = CaseRow(.named("pauses"))
        row[.named("pauses[].from")] = ClockSketch.canonical(from)
        row[.named("pauses[].to")] = to.map(ClockSketch.canonical)
        row[.named("pauses[].cause")] = cause
        self[.named("pauses")].append(row)
    }

    mutating func addEvent(_ action: String, _ at: String) {
        var row = CaseRow(.events)
        row[.eventAction] = action
        row[.eventStartedAt] = ClockSketch.canonical(at)
        self[.events].append(row)
    }
}

extension Instant {
    /// A time that a test knows to exist, in the spelling of ``ClockSketch``.
    init(_ text: String) { self = Instant(canonical: ClockSketch.canonical(text)) ?? Instant(epochSeconds: 0) }
}

extension Instant {
    var plusOneSecond: Instant { adding(milliseconds: 1_000) }
}
