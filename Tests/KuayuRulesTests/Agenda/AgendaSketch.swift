import KuayuModel
import KuayuRules

extension CaseRecord {
    /// A row of a list from local column names.
    mutating func add(_ list: String, _ columns: KeyValuePairs<String, String>) {
        var row = CaseRow(.named(list))
        for (column, value) in columns { row[.named("\(list)[].\(column)")] = value }
        self[.named(list)].append(row)
    }
}

/// The times of a list of columns in the short spelling of ``ClockSketch``.
func at(_ text: String) -> String { ClockSketch.canonical(text) }

extension CaseAgenda {
    /// The kinds that stand at a moment.
    func kinds(_ record: CaseRecord, _ now: String) -> [CaseNotice.Kind] {
        look(at: record, now: Instant(now)).standing.map(\.kind)
    }

    /// The one notice that stands at a moment, nil when there is none or more than one.
    func only(_ record: CaseRecord, _ now: String) -> CaseNotice? {
        let standing = look(at: record, now: Instant(now)).standing
        return standing.count == 1 ? standing.first : nil
    }

    /// The next look after a moment.
    func next(_ record: CaseRecord, _ now: String) -> Instant? { look(at: record, now: Instant(now)).next }
}
