/// What something was and what it is, two bars a row, each row on its own scale, with the share that was saved.
struct BeforeAfterChart {
    struct Row {
        var name: String
        /// Hundredths a case.
        var before: Int
        var after: Int
    }

    var label: String
    var rows: [Row]
    var names: (before: String, after: String)

    var svg: String {
        let left = 10 + (rows.map { SVG.width(of: $0.name, size: 13) }.max() ?? 0)
        let space = 440 - left - 104
        var drawing = SVG(width: 440, height: 24 + Double(rows.count) * 42, label: description)
        drawing.rectangle(0, 3, 18, 10, fill: "#c9ced3", stroke: "#4d5b68")
        drawing.text(23, 13, names.before, size: 12, style: "soft")
        let second = 23 + SVG.width(of: names.before, size: 12) + 16
        drawing.rectangle(second, 3, 18, 10, fill: "#0b6b4f")
        drawing.text(second + 23, 13, names.after, size: 12, style: "soft")
        for (index, row) in rows.enumerated() {
            let y = 26 + Double(index) * 42
            let most = Double(max(1, row.before, row.after))
            drawing.text(0, y + 21, row.name, size: 13)
            for (place, value) in [row.before, row.after].enumerated() {
                let top = y + Double(place) * 16
                let width = Double(value) / most * space
                drawing.rectangle(
                    left, top, width, 14, fill: place == 0 ? "#c9ced3" : "#0b6b4f", stroke: "#4d5b68")
                drawing.text(left + width + 6, top + 11.5, Self.hundredths(value), size: 12)
            }
            drawing.text(440, y + 22, share(row), size: 17, anchor: .end, isBold: true)
        }
        return drawing.text
    }

    private func share(_ row: Row) -> String {
        guard row.before > 0 else { return "—" }
        let percent = (row.before - row.after) * 100 / row.before
        return percent >= 0 ? "−\(percent)%" : "+\(-percent)%"
    }

    static func hundredths(_ value: Int) -> String {
        let rest = value % 100
        return "\(value / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private var description: String {
        let told = rows.map { row in
            "\(row.name) \(names.before) \(Self.hundredths(row.before)), \(names.after) "
                + "\(Self.hundredths(row.after)) (\(share(row)))"
        }
        return "\(label): " + told.joined(separator: "; ")
    }
}
