/// Columns for people: padded by display width, Chinese characters counting two.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: [String]) { self.header = header }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// The table, lines without trailing blanks.
    var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in
            all.map { column < $0.count ? Self.width($0[column]) : 0 }.max() ?? 0
        }
        return all.map { line($0, widths) }.joined(separator: "\n")
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        var text = ""
        for (column, cell) in row.enumerated() {
            text += cell
            if column < row.count - 1 { text += String(repeating: " ", count: widths[column] - Self.width(cell) + 2) }
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }

    /// Cells a text takes on a terminal (East Asian Width W and F count two).
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + (isWide($1.value) ? 2 : 1) }
    }

    private static func isWide(_ scalar: UInt32) -> Bool {
        (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar) || (0xAC00...0xD7A3).contains(scalar)
            || (0xF900...0xFAFF).contains(scalar) || (0xFE30...0xFE6F).contains(scalar)
            || (0xFF00...0xFF60).contains(scalar) || (0xFFE0...0xFFE6).contains(scalar)
            || (0x20000...0x3FFFD).contains(scalar)
    }
}
