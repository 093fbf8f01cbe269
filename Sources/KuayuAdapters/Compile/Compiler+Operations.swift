import KuayuModel

extension Compiler {
    private static let operationNames = [
        "text", "int", "decimal", "bool", "code", "date", "datetime", "epoch", "id", "digest", "division", "hex",
        "base64", "fold", "texts",
    ]
    private static let optionNames: [String: [String]] = [
        "date": ["accept", "unset"], "datetime": ["accept", "unset"], "epoch": ["accept", "unset"],
        "division": ["within", "skip"],
    ]

    /// `as:` a map of operations; options follow the operation that they belong to.
    mutating func operations(_ node: YAMLNode?) -> [Operation] {
        guard let node else { return [] }
        guard let entries = node.entries else {
            reporter.error("KA006", node.place, "`as` must be a map of operations.", help: "Write {code: status}.")
            return []
        }
        var operations: [Operation] = []
        var index = 0
        while index < entries.count {
            let entry = entries[index]
            let allowed = Self.optionNames[entry.key] ?? []
            let options = entries[(index + 1)...].prefix { allowed.contains($0.key) }
            index += 1 + options.count
            guard Self.operationNames.contains(entry.key) else {
                let isOption = Self.optionNames.values.contains { $0.contains(entry.key) }
                reporter.error(
                    "KA002", entry.keyNode.place,
                    isOption
                        ? "`\(entry.key)` does not follow an operation that takes it."
                        : "There is no operation `\(entry.key)`.",
                    help: Spelling.help(
                        for: entry.key, in: Self.operationNames,
                        otherwise: "The operations are: \(Self.operationNames.joined(separator: ", "))."))
                continue
            }
            let optionMap = YAMLMap(node: node, entries: Array(options))
            operations += operation(entry, optionMap)
        }
        return operations
    }

    private mutating func operation(_ entry: YAMLEntry, _ options: YAMLMap) -> [Operation] {
        let argument = entry.value
        switch entry.key {
        case "text": return single(textOperation(argument))
        case "int": return [.int]
        case "decimal": return single(decimalOperation(argument))
        case "bool": return single(boolOperation(argument))
        case "code":
            guard let name = argumentText(argument, "code"), let table = table(name, argument.place) else { return [] }
            return [.code(table)]
        case "date", "datetime": return single(momentOperation(entry, options))
        case "epoch": return single(epochOperation(argument, options))
        case "id":
            return named(argument, "id", Operation.IdentityKind.self).map { [.id($0)] } ?? []
        case "digest":
            guard let prefix = argumentText(argument, "digest") else { return [] }
            guard ["md5", "sha256", "sm3"].contains(prefix) else {
                reporter.error("KA006", argument.place, "`digest` is md5, sha256 or sm3.")
                return []
            }
            return [.digest(prefix: prefix)]
        case "division": return single(divisionOperation(argument, options))
        case "hex": return [.hex]
        case "base64": return [.base64]
        case "fold":
            return (argument.list ?? [argument]).compactMap { item in
                named(item, "fold", Operation.FoldKind.self).map { .fold($0) }
            }
        case "texts": return single(argumentText(argument, "texts").map { .texts(separator: Array($0.utf8)) })
        default: return []
        }
    }

    private func single(_ operation: Operation?) -> [Operation] { operation.map { [$0] } ?? [] }

    private mutating func argumentText(_ node: YAMLNode, _ name: String) -> String? {
        guard let text = node.text, !text.isEmpty else {
            reporter.error("KA006", node.place, "`\(name)` needs a text.")
            return nil
        }
        return text
    }

    private mutating func named<T: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, _ name: String, _ type: T.Type
    ) -> T? where T.RawValue == String {
        guard let text = argumentText(node, name) else { return nil }
        if let value = T(rawValue: text) { return value }
        let names = T.allCases.map(\.rawValue)
        reporter.error(
            "KA006", node.place, "`\(name)` cannot be `\(text)`.",
            help: Spelling.help(for: text, in: names, otherwise: "It is one of: \(names.joined(separator: ", "))."))
        return nil
    }

    private mutating func textOperation(_ node: YAMLNode) -> Operation? {
        if node.isEmpty { return .text(max: nil) }
        guard let map = map(node, ["max"], what: "`text`") else { return nil }
        return .text(max: number(map, "max", in: 1...100_000))
    }

    private mutating func decimalOperation(_ node: YAMLNode) -> Operation? {
        if node.isEmpty { return .decimal(scale: 2) }
        guard let map = map(node, ["scale"], what: "`decimal`") else { return nil }
        return .decimal(scale: number(map, "scale", in: 0...6) ?? 2)
    }

    private mutating func boolOperation(_ node: YAMLNode) -> Operation? {
        if node.isEmpty { return .bool(yes: nil, no: nil) }
        guard let map = map(node, ["true", "false"], what: "`bool`") else { return nil }
        let yes = text(map, "true")
        let no = text(map, "false")
        guard (yes == nil) == (no == nil), yes != no || yes == nil else {
            reporter.error("KA006", node.place, "`bool` needs two different spellings, or none.")
            return nil
        }
        return .bool(yes: yes.map { Array($0.utf8) }, no: no.map { Array($0.utf8) })
    }

    private mutating func momentOperation(_ entry: YAMLEntry, _ options: YAMLMap) -> Operation? {
        guard let first = argumentText(entry.value, entry.key) else { return nil }
        var patterns: [DateTimeFormat] = []
        for text in [first] + texts(options, "accept") {
            // `'T'` and `T` are the same.
            if let pattern = try? DateTimeFormat(String(text.filter { $0 != "'" })) {
                patterns.append(pattern)
            } else {
                reporter.error(
                    "KA006", entry.value.place, "`\(text)` is no date pattern.",
                    help: "Use yyyy MM dd HH mm ss SSS and signs; a year, a month and a day are needed.")
            }
        }
        let unset = texts(options, "unset").map { Array($0.utf8) }
        return entry.key == "date" ? .date(patterns, unset: unset) : .datetime(patterns, unset: unset)
    }

    private mutating func epochOperation(_ node: YAMLNode, _ options: YAMLMap) -> Operation? {
        guard let text = argumentText(node, "epoch") else { return nil }
        guard let unit = Operation.EpochUnit(rawValue: text) else {
            reporter.error("KA006", node.place, "`epoch` is s or ms.")
            return nil
        }
        let accept = choice(options, "accept", ["seconds"])
        return .epoch(unit, acceptsSeconds: accept != nil, unset: texts(options, "unset").map { Array($0.utf8) })
    }

    private mutating func divisionOperation(_ node: YAMLNode, _ options: YAMLMap) -> Operation? {
        guard let kind = argumentText(node, "division") else { return nil }
        guard kind == "code" || kind == "path" else {
            reporter.error("KA006", node.place, "`division` is code or path.")
            return nil
        }
        return .division(
            Operation.DivisionSpelling(
                isPath: kind == "path", within: text(options, "within"), skip: Set(texts(options, "skip"))))
    }

    /// KA011: operations whose outcome can never be of the field's type.
    mutating func checkType(_ operations: [Operation], _ target: CanonicalTarget, _ place: Place) {
        guard let last = operations.last(where: { if case .fold = $0 { false } else { true } }) else { return }
        let type = CaseSchema.v1.info(target.field).type
        let fits: Bool
        switch (last, type) {
        case (.code(let number), .code(let set)):
            checkCodes(program.tables[number], set, target)
            fits = true
        case (.code, .bool), (.code, .int), (.code, .text): fits = true
        case (.code, _): fits = false
        case (.bool, _): fits = type == .bool
        case (.int, .int), (.int, .text), (.int, .code): fits = true
        case (.int, _): fits = false
        case (.decimal, _): fits = type == .decimal
        case (.date, _): fits = type == .date
        case (.datetime, .instant), (.epoch, .instant), (.datetime, .date): fits = true
        case (.datetime, _), (.epoch, _): fits = false
        case (.digest, .digest), (.digest, .text): fits = true
        case (.digest, _): fits = false
        case (.division, .division), (.division, .region): fits = true
        case (.division, _): fits = false
        case (.texts, .texts): fits = true
        case (.texts, _): fits = false
        case (.text, .bool), (.text, .instant), (.text, .date), (.text, .decimal): fits = false
        default: fits = true
        }
        if fits { return }
        reporter.error(
            "KA011", place, "`\(last.name)` does not give what `\(target.path)` holds (\(Self.describe(type))).")
    }

    /// The canonical codes of a table must be codes of the field.
    mutating func checkCodes(_ table: CodeTable, _ set: CodeSet, _ target: CanonicalTarget, column: Int = 0) {
        for row in table.rows {
            guard case .text(let bytes) = row.canonicals[column] else { continue }
            let code = String(decoding: bytes, as: UTF8.self)
            guard !set.contains(code) else { continue }
            reporter.error(
                "KA011", row.place, "`\(code)` is no code of `\(target.path)`.",
                help: Spelling.help(
                    for: code, in: set.codes, otherwise: "The codes are: \(set.codes.joined(separator: ", "))."))
        }
    }

    static func describe(_ type: FieldType) -> String {
        switch type {
        case .text: "a text"
        case .code(let set): "a code of \(set.rawValue)"
        case .bool: "true or false"
        case .int: "a whole number"
        case .decimal: "an amount"
        case .date: "a date"
        case .instant: "an instant"
        case .division: "a division"
        case .region: "a region"
        case .texts: "a list of texts"
        default: "an identifier"
        }
    }
}
