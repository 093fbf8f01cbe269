/// How long things took against what was promised: a bar from nothing to the median, a thin line to nine tenths, and a
/// mark at the promise.
struct RangeChart {
    struct Row {
        var name: String
        /// Tenths of a day.
        var median: Int
        var ninety: Int
        var promise: Int?
    }

    var label: String
    var rows: [Row]
    /// What the three marks are called.
    var names: (median: String, ninety: String, promise: String)

    var svg: String {
        let left = 8 + (rows.map { SVG.width(of: $0.name, size: 13) }.max() ?? 0)
        let most = Double(max(10, rows.map { max($0.ninety, $0.promise ?? 0) }.max() ?? 0)) * 1.08
        let place = { (tenths: Int) in left + Double(tenths) / most * (440 - left - 30) }
        var drawing = SVG(width: 440, height: 28 + Double(rows.count) * 32, label: description)
        legend(&drawing)
        for (index, row) in rows.enumerated() {
            let y = 32 + Double(index) * 32
            drawing.text(0, y + 13, row.name, size: 13)
            drawing.line(left, y + 9, place(row.ninety), y + 9, stroke: "#4d5b68", width: 2)
            drawing.line(place(row.ninety), y + 3, place(row.ninety), y + 15, stroke: "#4d5b68", width: 2)
            drawing.rectangle(left, y + 2, place(row.median) - left, 14, fill: "#4a8bb8", title: days(row.median))
            if let promise = row.promise {
                drawing.line(place(promise), y - 3, place(promise), y + 21, stroke: "#b3401a", width: 3, dash: "4 2")
            }
        }
        return drawing.text
    }

    private func legend(_ drawing: inout SVG) {
        drawing.rectangle(0, 4, 18, 10, fill: "#4a8bb8")
        drawing.text(23, 14, names.median, size: 12, style: "soft")
        var x = 23 + SVG.width(of: names.median, size: 12) + 16
        drawing.line(x, 9, x + 18, 9, stroke: "#4d5b68", width: 2)
        drawing.line(x + 18, 4, x + 18, 14, stroke: "#4d5b68", width: 2)
        drawing.text(x + 24, 14, names.ninety, size: 12, style: "soft")
        x += 24 + SVG.width(of: names.ninety, size: 12) + 16
        drawing.line(x + 4, 1, x + 4, 17, stroke: "#b3401a", width: 3, dash: "4 2")
        drawing.text(x + 12, 14, names.promise, size: 12, style: "soft")
    }

    private func days(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }

    private var description: String {
        let told = rows.map { row in
            let promise = row.promise.map { ", \(names.promise) \(days($0))" } ?? ""
            return "\(row.name) \(names.median) \(days(row.median)), \(names.ninety) \(days(row.ninety))\(promise)"
        }
        return "\(label): " + told.joined(separator: "; ")
    }
}
