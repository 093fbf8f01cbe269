/// A map of a YAML file whose keys have been checked.
struct YAMLMap {
    let node: YAMLNode
    private let entries: [String: YAMLEntry]

    init(node: YAMLNode, entries: [YAMLEntry]) {
        self.node = node
        self.entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
    }

    subscript(key: String) -> YAMLNode? { entries[key]?.value }

    func has(_ key: String) -> Bool { entries[key] != nil }

    /// The place of a value, or of the map when the key is absent.
    func place(_ key: String) -> Place { entries[key]?.value.place ?? node.place }
}

extension Compiler {
    /// A map with none but the allowed keys; others are reported.
    mutating func map(_ node: YAMLNode, _ allowed: [String], what: String) -> YAMLMap? {
        guard let entries = node.entries else {
            reporter.error("KA006", node.place, "\(what) must be a map.")
            return nil
        }
        for entry in entries where !allowed.contains(entry.key) {
            reporter.error(
                "KA002", entry.keyNode.place, "\(what) has no key `\(entry.key)`.",
                help: Spelling.help(
                    for: entry.key, in: allowed, otherwise: "The keys are: \(allowed.joined(separator: ", "))."))
        }
        return YAMLMap(node: node, entries: entries)
    }

    /// A text; absent is `nil`, anything else than a text is reported.
    mutating func text(_ map: YAMLMap, _ key: String, required: Bool = false) -> String? {
        guard let value = map[key] else {
            if required { reporter.error("KA006", map.node.place, "The key `\(key)` is missing.") }
            return nil
        }
        guard let text = value.text else {
            reporter.error("KA006", value.place, "`\(key)` must be a text.")
            return nil
        }
        return text
    }

    mutating func flag(_ map: YAMLMap, _ key: String, otherwise: Bool) -> Bool {
        guard let text = text(map, key) else { return otherwise }
        switch text {
        case "true": return true
        case "false": return false
        default:
            reporter.error("KA006", map.place(key), "`\(key)` must be true or false.")
            return otherwise
        }
    }

    mutating func number(_ map: YAMLMap, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(map, key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            reporter.error(
                "KA006", map.place(key),
                "`\(key)` must be a whole number from \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }

    mutating func choice(_ map: YAMLMap, _ key: String, _ choices: [String]) -> String? {
        guard let text = text(map, key) else { return nil }
        guard choices.contains(text) else {
            reporter.error(
                "KA006", map.place(key), "`\(key)` cannot be `\(text)`.",
                help: Spelling.help(
                    for: text, in: choices, otherwise: "It is one of: \(choices.joined(separator: ", "))."))
            return nil
        }
        return text
    }

    /// A list of texts; a single text counts as a list of one.
    mutating func texts(_ map: YAMLMap, _ key: String) -> [String] {
        guard let value = map[key] else { return [] }
        return texts(value, what: "`\(key)`")
    }

    mutating func texts(_ node: YAMLNode, what: String) -> [String] {
        if let text = node.text { return [text] }
        guard let list = node.list else {
            reporter.error("KA006", node.place, "\(what) must be a list of texts.")
            return []
        }
        return list.compactMap { item in
            guard let text = item.text else {
                reporter.error("KA006", item.place, "\(what) must be a list of texts.")
                return nil
            }
            return text
        }
    }

    mutating func localPath(_ map: YAMLMap, _ key: String) -> LocalPath? {
        guard let text = text(map, key, required: true) else { return nil }
        return localPath(text, map.place(key))
    }

    mutating func localPath(_ text: String, _ place: Place) -> LocalPath? {
        guard let path = LocalPath(text) else {
            reporter.error(
                "KA006", place, "`\(text)` is no local path.",
                help:
                    "Write steps with `/` between, `@x` for an attribute, `X[@K='V']`, `X[last]`, `X[!k]`, `X[exists]`."
            )
            return nil
        }
        return path
    }

    /// A path without predicates, as the names of its steps.
    mutating func plainPath(_ map: YAMLMap, _ key: String, required: Bool = false) -> [[UInt8]]? {
        guard let text = text(map, key, required: required) else { return nil }
        guard let path = localPath(text, map.place(key)) else { return nil }
        guard path.steps.allSatisfy({ $0.predicates.isEmpty }) else {
            reporter.error("KA006", map.place(key), "`\(key)` takes a plain path without predicates.")
            return nil
        }
        return path.steps.map { Array($0.name.utf8) }
    }

    /// KA005: a code that other readers of YAML would not leave alone.
    mutating func checkQuoted(_ node: YAMLNode, what: String) {
        guard case .scalar(let text, isQuoted: false) = node.content, Self.isAmbiguous(text) else { return }
        reporter.warning(
            "KA005", node.place, "\(what) `\(text)` is not quoted; other readers of YAML take it for something else.",
            help: "Write \"\(text)\".")
    }

    private static func isAmbiguous(_ text: String) -> Bool {
        let words = ["true", "false", "yes", "no", "on", "off", "null", "~", "y", "n"]
        if words.contains(text.lowercased()) { return true }
        return !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E }
    }
}
