import KuayuModel

/// What somebody asks a hub to make: everything that is not said is drawn.
struct CaseOrder: Sendable {
    /// When the origin collects the papers of a case in mode `collect`.
    enum Collecting: String, CaseIterable, Sendable {
        /// A message of its own, after the case is registered.
        case later
        /// The first message says it.
        case now
        /// Never.
        case none
    }

    var item: ServiceItem?
    var mode: String?
    /// The region of a drawn division in charge.
    var target: RegionCode?
    var handling: [Division] = []
    var collected: Division?
    var collecting = Collecting.later
    var owed: [String] = []
    var due: Instant?
    var licence: String?
    var theme: ServiceBundle?
    var bundle: CaseDraft.BundlePart?
    var plan = CasePlan()

    /// An order by its parameters: each name at most once, nothing unknown.
    init(_ parameters: [(name: String, value: String)], now: Instant) throws(OrderError) {
        var values: [String: String] = [:]
        for (name, value) in parameters {
            guard Self.names.contains(name) else {
                let known = Self.names.sorted().joined(separator: " ")
                throw OrderError(reason: "no such parameter: \(name); known: \(known)")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw OrderError(reason: "\(name) is given twice")
            }
        }
        try read(values, now: now)
        try readBundle(values)
    }

    private static let names: Set<String> = [
        "mode", "item", "to", "handling", "collected", "collect", "owed", "due", "licence", "theme", "bundle", "after",
        "main", "stages", "answer",
    ]

    private mutating func read(_ values: [String: String], now: Instant) throws(OrderError) {
        mode = try values["mode"].map { text throws(OrderError) in
            guard ServiceItem.Mode(rawValue: text) != nil else {
                throw OrderError(reason: "mode is online, collect or joint")
            }
            return text
        }
        if let text = values["item"] {
            item = Items.standard.item(text) ?? Items.standard.all.first { $0.name == text }
            if item == nil { throw OrderError(reason: "no such item: \(text)") }
        }
        if let text = values["to"] {
            target = RegionCode(text)
            if target?.isFederated != true { throw OrderError(reason: "to is a region of the federation") }
        }
        for text in Self.words(values["handling"], ",") { handling.append(try Self.division(text)) }
        if let text = values["collected"] { collected = try Self.division(text) }
        if let text = values["collect"] {
            guard let how = Collecting(rawValue: text) else {
                throw OrderError(reason: "collect is later, now or none")
            }
            collecting = how
        }
        owed = Self.words(values["owed"], ";")
        if let text = values["due"] { due = try Self.moment(text, now: now) }
        licence = values["licence"]
        if let text = values["stages"] { plan.steps = try PlanStep.list(text) }
        if let text = values["answer"] { plan.answersAlone = try Self.answer(text) }
    }

    private mutating func readBundle(_ values: [String: String]) throws(OrderError) {
        if let text = values["theme"] {
            theme = Bundles.standard.bundle(text) ?? Bundles.standard.all.first { $0.name == text }
            if theme == nil { throw OrderError(reason: "no such theme: \(text)") }
        }
        guard theme != nil || values["bundle"] != nil else { return }
        // A part of a bundle names its main or the number of its bundle; the main itself only the theme.
        let isMain = theme != nil && values["main"] == nil && item == nil
        bundle = CaseDraft.BundlePart(
            number: values["bundle"] ?? "", theme: theme?.name ?? "", isMain: isMain, childOf: values["main"],
            after: Self.words(values["after"], ","))
    }

    // MARK: values

    /// `auto` or `told`.
    static func answer(_ text: String) throws(OrderError) -> Bool {
        switch text {
        case "auto": true
        case "told": false
        default: throw OrderError(reason: "answer is auto or told")
        }
    }

    private static func words(_ text: String?, _ separator: Character) -> [String] {
        (text ?? "").split(separator: separator).map(String.init)
    }

    private static func division(_ text: String) throws(OrderError) -> Division {
        guard let code = RegionCode(text), let division = Divisions.standard.division(code), code.isFederated else {
            throw OrderError(reason: "\(text) is no division of the federation, six digits")
        }
        return division
    }

    /// A moment, `2026-11-27T17:30:00+08:00`, or a time from now: `30s`, `5m`, `3h`, `2d`.
    static func moment(_ text: String, now: Instant) throws(OrderError) -> Instant {
        // A plus in a query is a blank.
        if let moment = Instant(canonical: text.replacing(" ", with: "+")) { return moment }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0,
            count < 1_000_000
        else {
            throw OrderError(reason: "due is a moment like 2026-11-27T17:30:00+08:00 or a time like 30s, 5m, 3h, 2d")
        }
        return now.adding(milliseconds: count * unit * 1_000)
    }
}

/// Why an order or a plan cannot be followed.
struct OrderError: Error {
    let reason: String
    /// Whether the order is sound and there is nothing to follow it with.
    var isMissing = false
}
