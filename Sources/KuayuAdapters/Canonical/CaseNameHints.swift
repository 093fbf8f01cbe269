import KuayuModel

/// What a name that does not exist was probably meant to be.
enum CaseNameHints {
    /// One sentence of help for an unknown member.
    static func hint(for name: String, among members: [CasePlan.Member]) -> String {
        if let near = nearest(to: name, among: members.map(\.name)) { return "Did you mean `\(near)`?" }
        let elsewhere = CaseSchema.v1.allFields.map(\.path).filter { lastName($0) == name }
        if let first = elsewhere.first { return "This member stands at `\(first)`." }
        let known = members.map(\.name).joined(separator: ", ")
        return "Leave it out, or carry it in `ext`. Known here: \(known)."
    }

    /// The candidate that takes fewest edits, if those are few for a name of this length.
    ///
    /// The first wins a tie.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        guard name.utf8.count <= 64 else { return nil }
        let wanted = Array(name.lowercased().utf8)
        let limit = max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(wanted, Array(candidate.lowercased().utf8))
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func lastName(_ path: String) -> String {
        path.split(separator: ".").last.map(String.init) ?? path
    }

    /// Levenshtein distance, with two neighbours exchanged counted as one edit.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
