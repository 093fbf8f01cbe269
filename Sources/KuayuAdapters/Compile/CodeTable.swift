/// A code table: rows of local and canonical cells, tried in order.
///
/// A class, so that asking it copies nothing.
final class CodeTable: Sendable {
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

    /// A class, so that looking through rows counts one reference and copies no cells.
    final class Row: Sendable {
        let locals: [Cell]
        let canonicals: [Cell]
        let relation: Relation
        let isPreferred: Bool
        let place: Place

        init(locals: [Cell], canonicals: [Cell], relation: Relation, isPreferred: Bool, place: Place) {
            self.locals = locals
            self.canonicals = canonicals
            self.relation = relation
            self.isPreferred = isPreferred
            self.place = place
        }

        var isRead: Bool { relation != .wider }
        var isWritten: Bool { relation != .narrower }
    }

    let name: String
    let localCount: Int
    let canonicalCount: Int
    let rows: [Row]
    /// For single columns: local text → number of the row, and canonical text → number of the row.
    private let inwardCodes: CodeLookup
    private let outwardCodes: CodeLookup
    /// Canonical texts of single columns, by row: made once and shared by every case.
    private let canonicalTexts: [String]
    private let localCells: CellTable
    private let canonicalCells: CellTable
    private let isReadRow: [Bool]
    private let isWrittenRow: [Bool]

    init(name: String, localCount: Int, canonicalCount: Int, rows: [Row]) {
        self.name = name
        self.localCount = localCount
        self.canonicalCount = canonicalCount
        self.rows = rows
        isReadRow = rows.map(\.isRead)
        isWrittenRow = rows.map(\.isWritten)
        localCells = CellTable(rows.map(\.locals))
        canonicalCells = CellTable(rows.map(\.canonicals))
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
        canonicalTexts = rows.map { ByteCodes.text($0.canonicals.first?.bytes ?? []) }
        inwardCodes = CodeLookup(inward)
        outwardCodes = CodeLookup(outward)
    }

    /// The canonical code of a local one (tables of one column each).
    func inward(_ local: ArraySlice<UInt8>) -> String? { inwardCodes[local].map { canonicalTexts[$0] } }

    /// The local code of a canonical one (tables of one column each).
    func outward(_ canonical: ArraySlice<UInt8>) -> [UInt8]? {
        outwardCodes[canonical].map { rows[$0].locals[0].bytes ?? [] }
    }

    /// The first row to read for some local texts (`nil` = absent).
    func rowInward(_ locals: [ArraySlice<UInt8>?]) -> Row? {
        for index in rows.indices where isReadRow[index] && localCells.matches(index, locals) { return rows[index] }
        return nil
    }

    /// Rows to write for some canonical values, the marked one first, then in order.
    func rowsOutward(_ canonicals: [ArraySlice<UInt8>?]) -> [Row] {
        var marked: [Row] = []
        var others: [Row] = []
        for index in rows.indices where isWrittenRow[index] && canonicalCells.matches(index, canonicals) {
            if rows[index].isPreferred { marked.append(rows[index]) } else { others.append(rows[index]) }
        }
        return marked + others
    }

    /// Whether no coarser row is written with the same cells as this one for another value of a column.
    func isExact(_ row: Row, column: Int) -> Bool {
        for index in rows.indices where !isReadRow[index] {
            let other = rows[index]
            if other.locals == row.locals, other.canonicals[column] != row.canonicals[column] { return false }
        }
        return true
    }

    /// Whether the canonical values may stand behind these local texts, exactly or as something finer: some row writes
    /// them so, and the texts do not say more than that row is read back as.
    ///
    /// `isWritten` tells the columns that a rule writes from those that it observes.
    func admits(
        _ canonicals: [ArraySlice<UInt8>?], behind locals: [ArraySlice<UInt8>?], isWritten: [Bool]
    ) -> Bool {
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

    private static func match(_ cells: [Cell], _ values: [ArraySlice<UInt8>?], where counts: [Bool]? = nil) -> Bool {
        for (index, (cell, value)) in zip(cells, values).enumerated() {
            if let counts, !counts[index] { continue }
            if cell != .any, !cell.says(value) { return false }
        }
        return true
    }
}

/// The cells of one side of a table in one buffer: most rows are passed over by a glance at a length.
private struct CellTable: Sendable {
    private struct Span: Sendable {
        let start: Int32
        let end: Int32
    }

    /// `start` of a cell that is empty, and of one that holds for everything.
    private static let absent: Int32 = -1
    private static let any: Int32 = -2

    private let spans: [Span]
    private let bytes: [UInt8]
    private let width: Int

    init(_ rows: [[CodeTable.Cell]]) {
        var bytes: [UInt8] = []
        var spans: [Span] = []
        for cell in rows.joined() {
            switch cell {
            case .absent: spans.append(Span(start: Self.absent, end: Self.absent))
            case .any: spans.append(Span(start: Self.any, end: Self.any))
            case .text(let text):
                let start = bytes.count
                bytes += text
                spans.append(Span(start: Int32(start), end: Int32(bytes.count)))
            }
        }
        self.spans = spans
        self.bytes = bytes
        width = rows.first?.count ?? 0
    }

    /// Whether a row holds for these texts (`nil` = absent).
    func matches(_ row: Int, _ values: [ArraySlice<UInt8>?]) -> Bool {
        for column in 0..<min(width, values.count) {
            let cell = spans[row * width + column]
            if cell.start == Self.any { continue }
            guard let value = values[column] else {
                if cell.start == Self.absent { continue }
                return false
            }
            if cell.start == Self.absent || !isSame(cell, value) { return false }
        }
        return true
    }

    private func isSame(_ cell: Span, _ value: ArraySlice<UInt8>) -> Bool {
        guard Int(cell.end - cell.start) == value.count else { return false }
        let mine = bytes.span
        let theirs = value.span
        for offset in 0..<theirs.count where mine[Int(cell.start) + offset] != theirs[offset] { return false }
        return true
    }
}

/// Numbers by text: a table of slots over one buffer of keys, made when the adapter is compiled.
struct CodeLookup: Sendable {
    private struct Entry: Sendable {
        let start: Int32
        let end: Int32
        let value: Int32
    }

    private var keys: [UInt8] = []
    private var entries: [Entry] = []
    /// Number of an entry plus one, or 0; at most half full.
    private var slots: [Int32]

    init(_ pairs: [[UInt8]: Int]) {
        var size = 4
        while size < pairs.count * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        for (key, value) in pairs.sorted(by: { $0.value < $1.value }) {
            let start = keys.count
            keys += key
            entries.append(Entry(start: Int32(start), end: Int32(keys.count), value: Int32(value)))
            var slot = Self.hash(key.span) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(entries.count)
        }
    }

    subscript(key: ArraySlice<UInt8>) -> Int? {
        let mask = slots.count - 1
        let wanted = key.span
        var slot = Self.hash(wanted) & mask
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if isSame(entry, wanted) { return Int(entry.value) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func isSame(_ entry: Entry, _ wanted: Span<UInt8>) -> Bool {
        guard Int(entry.end - entry.start) == wanted.count else { return false }
        let mine = keys.span
        for offset in 0..<wanted.count where mine[Int(entry.start) + offset] != wanted[offset] { return false }
        return true
    }

    // FNV-1a. Tables are the operator's own, so that nobody outside chooses keys that collide.
    private static func hash(_ bytes: Span<UInt8>) -> Int {
        var sum: UInt32 = 0x811C_9DC5
        for index in 0..<bytes.count { sum = (sum ^ UInt32(bytes[index])) &* 0x0100_0193 }
        return Int(sum ^ sum >> 15)
    }
}

extension CodeTable.Cell {
    var bytes: [UInt8]? {
        if case .text(let text) = self { text } else { nil }
    }

    /// Whether the cell's text is this one, and it has none where there is none.
    func mayStand(for value: ArraySlice<UInt8>?) -> Bool {
        guard case .text(let text) = self else { return value == nil }
        return value?.elementsEqual(text) ?? false
    }

    /// Whether the cell is exactly this text, or empty where there is none.
    func says(_ value: ArraySlice<UInt8>?) -> Bool {
        guard case .text(let text) = self else { return self == .absent && value == nil }
        return value?.elementsEqual(text) ?? false
    }
}
