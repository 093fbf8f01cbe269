import KuayuFormats

extension Compiler {
    /// `codes:` name → file, or a map written in place.
    mutating func codes(_ node: YAMLNode?) {
        guard let node else { return }
        guard let entries = node.entries else {
            reporter.error("KA006", node.place, "`codes` must be a map.")
            return
        }
        for entry in entries {
            tablePlaces[entry.key] = entry.keyNode.place
            let table: CodeTable?
            if let file = entry.value.text {
                table = fileTable(entry.key, file, entry.value.place)
            } else if let pairs = entry.value.entries {
                table = inlineTable(entry.key, pairs)
            } else {
                reporter.error("KA006", entry.value.place, "A table is the name of a CSV file or a map.")
                table = nil
            }
            tableNumbers[entry.key] = program.tables.count
            program.tables.append(table ?? CodeTable(name: entry.key, localCount: 1, canonicalCount: 1, rows: []))
        }
    }

    private mutating func inlineTable(_ name: String, _ pairs: [YAMLEntry]) -> CodeTable {
        let rows = pairs.map { pair in
            checkQuoted(pair.keyNode, what: "The code")
            return CodeTable.Row(
                locals: [Self.cell(pair.key)], canonicals: [Self.cell(pair.value.text ?? "")], relation: .same,
                isPreferred: false, place: pair.keyNode.place)
        }
        return CodeTable(name: name, localCount: 1, canonicalCount: 1, rows: rows)
    }

    static func cell(_ text: String) -> CodeTable.Cell {
        switch text {
        case "": .absent
        case "*": .any
        default: .text(Array(text.utf8))
        }
    }

    private mutating func fileTable(_ name: String, _ file: String, _ place: Place) -> CodeTable? {
        guard let bytes = files.files[file] else {
            reporter.error(
                "KA007", place, "The table `\(file)` does not exist.",
                help: Spelling.help(for: file, in: files.paths(under: "codes/")))
            return nil
        }
        guard let text = decode(bytes) else {
            reporter.error("KA007", .whole(file), "The table is neither UTF-8 nor GB18030.")
            return nil
        }
        reporter.add(source: text, file: file)
        let lines = CSVLines.read(text)
        guard let header = lines.first, let layout = layout(header, file) else { return nil }
        var rows: [CodeTable.Row] = []
        for line in lines.dropFirst() where line.cells.contains(where: { !$0.isEmpty }) {
            if let row = row(line, layout, file) { rows.append(row) }
        }
        checkRows(rows, file)
        return CodeTable(
            name: name, localCount: layout.locals.count, canonicalCount: layout.canonicals.count, rows: rows)
    }

    private func decode(_ bytes: [UInt8]) -> String? {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        if let text = String(validating: body, as: UTF8.self) { return text }
        guard let decoded = try? GB18030.decode(Array(body)) else { return nil }
        return String(decoding: decoded.bytes, as: UTF8.self)
    }

    private struct Layout {
        var locals: [Int] = []
        var canonicals: [Int] = []
        var relation: Int?
        var out: Int?
    }

    private mutating func layout(_ header: CSVLines.Line, _ file: String) -> Layout? {
        var layout = Layout()
        for (index, name) in header.cells.enumerated() {
            if name == "local" || name.hasPrefix("local.") {
                layout.locals.append(index)
            } else if name == "canonical" || name.hasPrefix("canonical.") {
                layout.canonicals.append(index)
            } else if name == "rel" {
                layout.relation = index
            } else if name == "out" {
                layout.out = index
            } else if name != "label" {
                let place = Place(file: file, line: header.number, column: 1, length: header.length)
                reporter.error(
                    "KA020", place, "A code table has no column `\(name)`.",
                    help: "The header is: local,canonical,rel,out,label.")
            }
        }
        guard !layout.locals.isEmpty, !layout.canonicals.isEmpty else {
            let place = Place(file: file, line: header.number, column: 1, length: header.length)
            reporter.error(
                "KA020", place, "A code table needs the columns `local` and `canonical`.",
                help: "The header is: local,canonical,rel,out,label.")
            return nil
        }
        return layout
    }

    private mutating func row(_ line: CSVLines.Line, _ layout: Layout, _ file: String) -> CodeTable.Row? {
        let place = Place(file: file, line: line.number, column: 1, length: line.length)
        func cell(_ index: Int) -> String { index < line.cells.count ? line.cells[index] : "" }
        let relationText = layout.relation.map(cell) ?? "="
        guard let relation = CodeTable.Relation(rawValue: relationText.isEmpty ? "=" : relationText) else {
            reporter.error("KA020", place, "`rel` is `\(relationText)`.", help: "It is =, < or >.")
            return nil
        }
        let mark = layout.out.map(cell) ?? ""
        guard mark.isEmpty || mark == "*" else {
            reporter.error("KA020", place, "`out` is `\(mark)`.", help: "It is empty or *.")
            return nil
        }
        let isTuple = layout.locals.count > 1 || layout.canonicals.count > 1
        let locals = layout.locals.map { Self.cell(cell($0)) }
        let canonicals = layout.canonicals.map { Self.cell(cell($0)) }
        if !isTuple, locals[0].bytes == nil || canonicals[0].bytes == nil {
            reporter.error("KA020", place, "The local or the canonical code is missing.")
            return nil
        }
        return CodeTable.Row(
            locals: locals, canonicals: canonicals, relation: relation, isPreferred: mark == "*", place: place)
    }

    private mutating func checkRows(_ rows: [CodeTable.Row], _ file: String) {
        var read: [[CodeTable.Cell]: Int] = [:]
        var whole: Set<[[CodeTable.Cell]]> = []
        var marked: [[CodeTable.Cell]: Int] = [:]
        for row in rows {
            if !whole.insert([row.locals, row.canonicals]).inserted {
                reporter.error("KA023", row.place, "This row stands twice.")
            } else if row.isRead, let first = read.updateValue(row.place.line, forKey: row.locals) {
                reporter.error(
                    "KA023", row.place, "The local code of this row is already read in line \(first).",
                    help: "Mark one of the rows with rel `>` if its canonical code is only written so.")
            }
            guard row.isPreferred, row.isWritten else { continue }
            if row.locals.count == 1, let first = marked.updateValue(row.place.line, forKey: row.canonicals) {
                reporter.error("KA022", row.place, "The canonical code is already marked `out` in line \(first).")
            }
        }
        checkZeros(rows)
    }

    /// Spreadsheets drop the zeros of `01`: one-digit codes beside two-digit ones of the same table.
    private mutating func checkZeros(_ rows: [CodeTable.Row]) {
        let codes = rows.compactMap { $0.locals.count == 1 ? $0.locals[0].bytes : nil }
        let isNumeric = codes.allSatisfy { $0.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
        let lengths = Set(codes.map(\.count))
        guard isNumeric, lengths == [1, 2], !codes.contains(where: { $0.count == 2 && $0[0] == 0x30 }) else { return }
        guard let row = rows.first(where: { $0.locals[0].bytes?.count == 1 }) else { return }
        reporter.warning(
            "KA025", row.place, "One-digit codes stand beside two-digit ones: a spreadsheet may have dropped zeros.",
            help: "Check whether the code is 0 and this digit.")
    }

    /// The number of a table with one column on each side, or of a tuple table.
    mutating func table(_ name: String, _ place: Place, locals: Int = 1, canonicals: Int = 1) -> Int? {
        guard let number = tableNumbers[name] else {
            reporter.error(
                "KA020", place, "There is no table `\(name)`.",
                help: Spelling.help(for: name, in: tableNumbers.keys.sorted(), otherwise: "Add it under `codes`."))
            return nil
        }
        usedTables.insert(name)
        let table = program.tables[number]
        guard table.rows.isEmpty || (table.localCount == locals && table.canonicalCount == canonicals) else {
            reporter.error(
                "KA020", place,
                "The table `\(name)` has \(table.localCount) local and \(table.canonicalCount) canonical columns; "
                    + "\(locals) and \(canonicals) are needed.")
            return nil
        }
        return number
    }
}

/// Lines of a CSV file (RFC 4180), enough for code tables.
enum CSVLines {
    struct Line {
        let number: Int
        let length: Int
        let cells: [String]
    }

    static func read(_ text: String) -> [Line] {
        var lines: [Line] = []
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() {
            let line = row.last == "\r" ? row.dropLast() : row
            if line.isEmpty { continue }
            lines.append(Line(number: index + 1, length: line.unicodeScalars.count, cells: cells(line)))
        }
        return lines
    }

    private static func cells(_ line: Substring) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        var wasQuote = false
        for character in line {
            if character == "\"" {
                if wasQuote { cell.append(character) }
                wasQuote = isQuoted && !wasQuote
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                cells.append(cell)
                cell = ""
                wasQuote = false
            } else {
                cell.append(character)
                wasQuote = false
            }
        }
        cells.append(cell)
        return cells.map { $0.trimmingSpaces() }
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        String(decoding: Folding.trim(Array(utf8)[...]), as: UTF8.self)
    }
}
