import Yams

/// A node of a YAML file: only what the language uses, scalars as their text.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        case scalar(String, isQuoted: Bool)
        case map([YAMLEntry])
        case list([YAMLNode])
    }

    let content: Content
    let place: Place

    var text: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }
    var list: [YAMLNode]? {
        if case .list(let nodes) = content { nodes } else { nil }
    }
    var entries: [YAMLEntry]? {
        if case .map(let entries) = content { entries } else { nil }
    }
    /// Whether nothing stands there (`key:`).
    var isEmpty: Bool {
        if case .scalar("", isQuoted: false) = content { true } else { false }
    }
}

/// One `key: value` of a map.
struct YAMLEntry: Sendable {
    let key: String
    let keyNode: YAMLNode
    let value: YAMLNode
}

/// Reads a YAML file into ``YAMLNode``s; every problem becomes a diagnostic.
enum YAMLTree {
    /// Bytes that a file of an adapter may have.
    static let byteLimit = 1 << 20
    /// Nesting that a file may have.
    static let depthLimit = 40

    static func read(_ bytes: [UInt8], file: String, reporter: inout Reporter) -> YAMLNode? {
        guard bytes.count <= byteLimit else {
            reporter.error("KA001", .whole(file), "The file is larger than \(byteLimit) bytes.")
            return nil
        }
        guard
            let source = String(
                validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
        else {
            reporter.error("KA001", .whole(file), "The file is not UTF-8.", help: "Save it as UTF-8.")
            return nil
        }
        reporter.add(source: source, file: file)
        guard !nestsTooDeep(source) else {
            reporter.error("KA001", .whole(file), "The file nests deeper than \(depthLimit) levels.")
            return nil
        }
        do {
            let parser = try Parser(yaml: source, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                reporter.error("KA001", .whole(file), "The file is empty.")
                return nil
            }
            return convert(root, file: file, reporter: &reporter)
        } catch let error as YamlError {
            report(error, file: file, reporter: &reporter)
        } catch {
            reporter.error("KA001", .whole(file), "The file cannot be read as YAML.")
        }
        return nil
    }

    /// Flow brackets nest on the parser's stack, so their depth is bounded before parsing.
    private static func nestsTooDeep(_ source: String) -> Bool {
        var depth = 0
        var lineDepth = 0
        for byte in source.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > 200 { return true }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\n"): lineDepth = 0
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
                lineDepth += 1
                if lineDepth > 500 { return true }
            default: break
            }
        }
        return false
    }

    private static func convert(_ node: Node, file: String, depth: Int = 0, reporter: inout Reporter) -> YAMLNode {
        var place = Place(file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, length: 1)
        checkProperties(place, &reporter)
        guard depth < depthLimit else {
            reporter.error("KA001", place, "The file nests deeper than \(depthLimit) levels.")
            return YAMLNode(content: .scalar("", isQuoted: true), place: place)
        }
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            place.length = scalar.string.unicodeScalars.count + (isQuoted ? 2 : 0)
            return YAMLNode(content: .scalar(scalar.string, isQuoted: isQuoted), place: place)
        case .sequence(let sequence):
            let items = sequence.map { convert($0, file: file, depth: depth + 1, reporter: &reporter) }
            return YAMLNode(content: .list(items), place: place)
        case .mapping(let mapping):
            let entries = mapping.map { key, value in
                let keyNode = convert(key, file: file, depth: depth + 1, reporter: &reporter)
                if keyNode.text == nil { reporter.error("KA006", keyNode.place, "A key must be a text.") }
                return YAMLEntry(
                    key: keyNode.text ?? "", keyNode: keyNode,
                    value: convert(value, file: file, depth: depth + 1, reporter: &reporter))
            }
            return YAMLNode(content: .map(entries), place: place)
        case .alias:
            reporter.error("KA004", place, "Anchors and aliases are not part of the adapter language.")
            return YAMLNode(content: .scalar("", isQuoted: true), place: place)
        }
    }

    /// Tags and anchors stand in front of their node; no plain text begins with their signs.
    ///
    /// An alias needs an anchor.
    private static func checkProperties(_ place: Place, _ reporter: inout Reporter) {
        switch reporter.character(at: place) {
        case "!":
            reporter.error(
                "KA004", place, "Tags are not part of the adapter language.", help: "Quote the text if it is a text.")
        case "&":
            reporter.error(
                "KA004", place, "Anchors and aliases are not part of the adapter language.",
                help: "Write the value out where it is used.")
        default: break
        }
    }

    private static func report(_ error: YamlError, file: String, reporter: inout Reporter) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let place = Place(file: file, line: mark.line, column: mark.column, length: 1)
            reporter.error("KA001", place, "This is not YAML: \(problem).", help: yamlHelp(problem))
        case .duplicatedKeysInMapping(let keys, let context):
            let place = Place(
                file: file, line: context.mark.line, column: context.mark.column, length: keys.first?.count ?? 1)
            let names = keys.map { "`\($0)`" }.joined(separator: ", ")
            reporter.error("KA003", place, "The key \(names) stands twice in one map.", help: "Keep one of them.")
        default:
            reporter.error("KA001", .whole(file), "The file cannot be read as YAML.")
        }
    }

    private static func yamlHelp(_ problem: String) -> String {
        problem.contains("mapping values")
            ? "Quote texts that hold a colon and a space." : "Check brackets, quotes and indentation."
    }
}
