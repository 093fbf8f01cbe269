/// Builds one drawing; every text and attribute is escaped, colours are given as attributes.
struct SVG {
    private var body = ""
    let width: Double
    let height: Double
    private let label: String

    /// A drawing that says what it shows to those who cannot see it.
    init(width: Double, height: Double, label: String) {
        self.width = width
        self.height = height
        self.label = label
    }

    /// The drawing as an element of a page.
    var text: String {
        "<svg viewBox=\"0 0 \(Self.format(width)) \(Self.format(height))\" role=\"img\" aria-label=\"\(Self.escape(label))\">"
            + "<title>\(Self.escape(label))</title>\(body)</svg>"
    }

    mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String, stroke: String? = nil,
        title: String? = nil
    ) {
        body += "<rect x=\"\(Self.format(x))\" y=\"\(Self.format(y))\" width=\"\(Self.format(max(0, width)))\""
        body += " height=\"\(Self.format(max(0, height)))\" fill=\"\(fill)\""
        if let stroke { body += " stroke=\"\(stroke)\"" }
        body += title.map { "><title>\(Self.escape($0))</title></rect>" } ?? "/>"
    }

    mutating func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, width: Double = 1, dash: String? = nil
    ) {
        body += "<line x1=\"\(Self.format(x1))\" y1=\"\(Self.format(y1))\" x2=\"\(Self.format(x2))\""
        body += " y2=\"\(Self.format(y2))\" stroke=\"\(stroke)\" stroke-width=\"\(Self.format(width))\""
        body += (dash.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>"
    }

    mutating func path(_ points: [(x: Double, y: Double)], stroke: String, width: Double) {
        guard points.count > 1 else { return }
        let list = points.map { "\(Self.format($0.x)),\(Self.format($0.y))" }.joined(separator: " ")
        body += "<polyline points=\"\(list)\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(Self.format(width))\""
        body += " stroke-linejoin=\"round\"/>"
    }

    mutating func circle(_ x: Double, _ y: Double, _ radius: Double, fill: String, stroke: String = "none") {
        body +=
            "<circle cx=\"\(Self.format(x))\" cy=\"\(Self.format(y))\" r=\"\(Self.format(radius))\" fill=\"\(fill)\""
        body += " stroke=\"\(stroke)\" stroke-width=\"2\"/>"
    }

    /// Where a text begins.
    enum Anchor: String { case start, middle, end }

    mutating func text(
        _ x: Double, _ y: Double, _ text: String, size: Double = 12, anchor: Anchor = .start, style: String? = nil,
        isBold: Bool = false
    ) {
        body += "<text x=\"\(Self.format(x))\" y=\"\(Self.format(y))\" font-size=\"\(Self.format(size))\""
        if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
        if let style { body += " class=\"\(style)\"" }
        if isBold { body += " font-weight=\"700\"" }
        body += ">\(Self.escape(text))</text>"
    }

    /// A number with at most one digit after the point.
    static func format(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? String(tenths / 10) : String(Double(tenths) / 10)
    }

    /// How wide a text is drawn, roughly: ideographs are square.
    static func width(of text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E80 ? size : size * 0.58) }
    }

    static func escape(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
