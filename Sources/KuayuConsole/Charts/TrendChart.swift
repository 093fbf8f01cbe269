/// Thirty days of one hub: open breaks as a line, differences of each day as bars.
struct TrendChart {
    var label: String
    /// Differences, nil where no run came to a conclusion, and open breaks, ascending by day.
    var points: [(differences: Int?, open: Int)]
    var firstDay: String
    var lastDay: String
    /// The highest value of all hubs, so that their drawings can be compared.
    var top: Int

    var svg: String {
        let (left, right, above, below) = (26.0, 246.0, 12.0, 96.0)
        let most = Double(Self.roundedUp(top))
        let step = (right - left) / Double(max(1, points.count))
        let height = { (value: Int) in below - Double(value) / most * (below - above) }
        var drawing = SVG(width: 280, height: 116, label: label)
        for part in [0.0, 0.5, 1.0] {
            let y = below - part * (below - above)
            drawing.line(left, y, right, y, stroke: part == 0 ? "#4d5b68" : "#d5dbe1")
            drawing.text(left - 4, y + 3.5, SVG.format(part * most), size: 10, anchor: .end, style: "soft")
        }
        for (index, point) in points.enumerated() {
            let x = left + Double(index) * step
            if let differences = point.differences {
                guard differences > 0 else { continue }
                drawing.rectangle(
                    x + step * 0.2, height(differences), step * 0.6, below - height(differences), fill: "#e6a877")
            } else {
                drawing.text(x + step / 2, below - 2, "×", size: 12, anchor: .middle, isBold: true)
            }
        }
        let line = points.enumerated().map { (x: left + (Double($0.offset) + 0.5) * step, y: height($0.element.open)) }
        drawing.path(line, stroke: "#0f4c81", width: 2)
        if let last = line.last, let value = points.last?.open {
            drawing.circle(last.x, last.y, 3, fill: "#0f4c81")
            drawing.text(last.x + 7, last.y + 4.5, number(value), size: 14, isBold: true)
        }
        drawing.text(left, 111, firstDay, size: 10, style: "soft")
        drawing.text(right, 111, lastDay, size: 10, anchor: .end, style: "soft")
        return drawing.text
    }

    /// The next of 2, 4, 10, 20, 40, 100 … : half of it is a whole number.
    static func roundedUp(_ value: Int) -> Int {
        var scale = 1
        while scale <= Int.max / 100 {
            for step in [2, 4, 10] where step * scale >= value { return step * scale }
            scale *= 10
        }
        return value
    }
}
