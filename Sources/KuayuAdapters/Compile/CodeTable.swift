/// A code table: rows of local and canonical cells, tried in order.
struct CodeTable: Sendable {
    enum Relation: String, Sendable {
        /// The same thing.
        case same = "="
        /// The local value is narrower: read only.
        case narrower = "<"
        /// The local value is wider: written, and read back as another.
        case wider = ">"
    }

    enum Cell: Sendable, Hashable {
        case absent
        case any
        case text([UInt8])
    }

    struct Row: Sendable {
        let locals: [Cell]
        let canonicals: [Cell]
        let relation: Relation
        let isPreferred: Bool
        let place: Place

        var isRead: Bool { relation != .wider }
        var isWritten: Bool { relation != .narrower }
    }

    let name: String
    let localCount: Int
    let canonicalCount: Int
    let rows: [Row]
    /// For single columns: local text → canonical text, and back.
    private let inwardCodes: CodeLookup
    private let outwardCodes: CodeLookup

    init(name: String, localCount: Int, canonicalCount: Int, rows: [Row]) {
        self.name = name
        self.localCount = localCount
        self.canonicalCount = canonicalCount
        self.rows = rows
        var inward: [[UInt8]: Int] = [:]
        var outward: [[UInt8]: Int] = [:]
        if localCount == 1 && canonicalCount == 1 {
            for (index, row) in rows.enumerated() {
                if case .text(let text) = row.locals[0], row.isRead, inward[text] == nil { inward[text] = index }
                guard case .text(let text) = row.canonicals[0], row.isWritten else { continue }
                if let old = outward[text], rows[old].isPreferred || !row.isPreferred { continue }
                outward[text] = index
            }
        }
        inwardCodes = CodeLookup(
            inward.sorted { $0.value < $1.value }.map { ($0.key, rows[$0.value].canonicals[0].bytes ?? []) })
        outwardCodes = CodeLookup(
            outward.sorted { $0.value < $1.value }.map { ($0.key, rows[$0.value].locals[0].bytes ?? []) })
    }

    /// The canonical code of a local one (tables of one column each).
    func inward(_ local: ArraySlice<UInt8>) -> [UInt8]? {
        inwardCodes[local]
    }

    /// The local code of a canonical one (tables of one column each).
    func outward(_ canonical: String) -> [UInt8]? {
        outwardCodes[Array(canonical.utf8)[...]]
    }

    /// The first row to read for some local texts (`nil` = absent).
    func rowInward(_ locals: [[UInt8]?]) -> Row? {
        rows.first { $0.isRead && Self.match($0.locals, locals) }
    }

    /// Rows to write for some canonical values, the marked one first, then in order.
    func rowsOutward(_ canonicals: [[UInt8]?]) -> [Row] {
        let fitting = rows.filter { $0.isWritten && Self.match($0.canonicals, canonicals) }
        return fitting.filter(\.isPreferred) + fitting.filter { !$0.isPreferred }
    }

    /// Whether the canonical values may stand behind these local texts, exactly or as something finer: some row writes
    /// them so, and the texts do not say more than that row is read back as.
    ///
    /// `isWritten` tells the columns that a rule writes from those that it observes.
    func admits(_ canonicals: [[UInt8]?], behind locals: [[UInt8]?], isWritten: [Bool]) -> Bool {
        let said = rowInward(locals)
        let candidates = rowsOutward(canonicals)
        let fitting = candidates.filter { Self.match($0.locals, locals, where: isWritten.map { !$0 }) }
        guard !fitting.isEmpty else {
            // Nothing observed went with any row: the first was written all the same.
            return candidates.first.map { Self.match($0.locals, locals, where: isWritten) } ?? false
        }
        return fitting.contains { row in
            guard Self.match(row.locals, locals) else { return false }
            guard let said, let back = readBack(row) else { return true }
            return back.canonicals == said.canonicals
        }
    }

    /// The row that is read where this one was written: the first that holds for everything this row stands for.
    func readBack(_ row: Row) -> Row? {
        rows.first { other in
            other.isRead && zip(other.locals, row.locals).allSatisfy { $0 == .any || $0 == $1 }
        }
    }

    private static func match(_ cells: [Cell], _ values: [[UInt8]?], where counts: [Bool]? = nil) -> Bool {
        for (index, (cell, value)) in zip(cells, values).enumerated() {
            if let counts, !counts[index] { continue }
            switch cell {
            case .any: continue
            case .absent: if value != nil { return false }
            case .text(let text): if value != text { return false }
            }
        }
        return true
    }
}

/// Texts by text in one buffer: code tables are short, and comparing lengths first beats hashing.
struct CodeLookup: Sendable {
    private let keys: [UInt8]
    private let ends: [Int32]
    private let values: [[UInt8]]

    init(_ pairs: [([UInt8], [UInt8])]) {
        var keys: [UInt8] = []
        ends = pairs.map { key, _ in
            keys += key
            return Int32(keys.count)
        }
        self.keys = keys
        values = pairs.map(\.1)
    }

    subscript(key: ArraySlice<UInt8>) -> [UInt8]? {
        var start = 0
        for index in ends.indices {
            let end = Int(ends[index])
            if end - start == key.count, keys[start..<end].elementsEqual(key) { return values[index] }
            start = end
        }
        return nil
    }
}

extension CodeTable.Cell {
    var bytes: [UInt8]? {
        if case .text(let text) = self { text } else { nil }
    }
}
