/// Finds how much of an address names nothing finer than a county.
enum AddressHead {
    /// The province, city and county at the beginning of an address, each of which may be left out.
    ///
    /// Names are those of the table of divisions, old ones included. A heuristic on 区 and 县 would also show housing
    /// estates and business parks, so an address elsewhere in the country gives an empty text.
    static func division(in text: String) -> String {
        var index = text.startIndex
        for names in levels { index = skip(names, in: text, from: index) }
        return String(text[..<index])
    }

    private static let levels: [Set<String>] = [Division.Level.province, .city, .county].map { level in
        let names = Set(Divisions.standard.all.filter { $0.level == level }.map(\.plainName))
        return level == .city ? names.union(["市辖区"]) : names
    }

    private static let longestName = Divisions.standard.all.map(\.plainName.count).max() ?? 0

    /// Index behind the longest of the names that the text has at `index`; `index` itself when it has none there.
    private static func skip(_ names: Set<String>, in text: String, from index: String.Index) -> String.Index {
        var head = text[index...].prefix(longestName)
        while !head.isEmpty {
            if names.contains(String(head)) { return head.endIndex }
            head = head.dropLast()
        }
        return index
    }
}
