/// Suggestions for misspelt names.
enum Spelling {
    /// The nearest of some names, if it is near enough to be meant.
    static func nearest(to name: String, in names: some Sequence<String>) -> String? {
        let limit = max(1, min(3, name.count / 3))
        let best = names.map { (distance(name, $0), $0) }.min { ($0.0, $0.1) < ($1.0, $1.1) }
        guard let best, best.0 <= limit else { return nil }
        return best.1
    }

    /// Help text for an unknown name.
    static func help(for name: String, in names: some Sequence<String>, otherwise: String = "") -> String {
        nearest(to: name, in: names).map { "did you mean `\($0)`?" } ?? otherwise
    }

    /// Edit distance (Levenshtein).
    static func distance(_ first: String, _ second: String) -> Int {
        let a = Array(first.unicodeScalars.prefix(80))
        let b = Array(second.unicodeScalars.prefix(80))
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let change = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
