/// Bars of several parts, one bar a row, each part with its number.
struct StackedBars {
    /// One kind of part.
    struct Part {
        var name: String
        var fill: String
        /// Whether its number is written in white.
        var isDark: Bool
    }

    var label: String
    var parts: [Part]
    var rows: [(name: String, values: [Int])]

    /// Six shades of one hue, light to dark: they stay apart in grey and for the colour-blind.
    static let ramp: [(String, Bool)] = [
        ("#dceaf5", false), ("#b4d2e8", false), ("#82b3d6", false), ("#4a8bb8", true), ("#1f6492", true),
        ("#0a2f52", true),
    ]

    var svg: String {
        let left = 8 + (rows.map { SVG.width(of: $0.name, size: 13) }.max() ?? 0)
        let most = Double(rows.map { $0.values.reduce(0, +) }.max() ?? 0)
        let space = 440 - left - 44
        let (keys, keyHeight) = legendPlaces()
        var drawing = SVG(width: 440, height: keyHeight + Double(rows.count) * 30 + 4, label: description)
        for (part, place) in zip(parts, keys) {
            drawing.rectangle(place.x, place.y, 12, 12, fill: part.fill, stroke: "#4d5b68")
            drawing.text(place.x + 17, place.y + 10.5, part.name, size: 12, style: "soft")
        }
        for (index, row) in rows.enumerated() {
            let y = keyHeight + Double(index) * 30
            drawing.text(0, y + 16, row.name, size: 13)
            var x = left
            for (part, value) in zip(parts, row.values) where value > 0 {
                let width = max(2, Double(value) / max(1, most) * space)
                let title = "\(row.name) · \(part.name): \(number(value))"
                drawing.rectangle(x, y, width, 22, fill: part.fill, stroke: "#fff", title: title)
                let text = number(value)
                if width > SVG.width(of: text, size: 12) + 4 {
                    drawing.text(
                        x + width / 2, y + 15.5, text, size: 12, anchor: .middle, style: part.isDark ? "inv" : nil)
                }
                x += width
            }
            drawing.text(x + 6, y + 16, number(row.values.reduce(0, +)), size: 13, isBold: true)
        }
        return drawing.text
    }

    private func legendPlaces() -> ([(x: Double, y: Double)], Double) {
        var places: [(x: Double, y: Double)] = []
        var x = 0.0
        var y = 2.0
        for part in parts {
            let width = 17 + SVG.width(of: part.name, size: 12) + 14
            if x + width > 440 {
                x = 0
                y += 20
            }
            places.append((x, y))
            x += width
        }
        return (places, y + 26)
    }

    private var description: String {
        let told = rows.map { row in
            let values = zip(parts, row.values).filter { $0.1 > 0 }.map { "\($0.0.name) \(number($0.1))" }
            return "\(row.name) " + (values.isEmpty ? "0" : values.joined(separator: ", "))
        }
        return "\(label): " + told.joined(separator: "; ")
    }
}
