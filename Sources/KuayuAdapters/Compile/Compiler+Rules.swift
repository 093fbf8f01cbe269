import KuayuModel

extension Compiler {
    /// What a rule is, by the key that gives it away.
    private static let kinds: [(key: String, allowed: [String])] = [
        ("each", ["each", "from", "key", "optional", "inline", "rules", "why"]),
        ("group", ["group", "optional", "rules", "why"]),
        ("variant", ["variant", "cases", "optional", "why"]),
        ("template", ["template", "parts", "optional", "why"]),
        ("hook", ["hook", "local", "canonical", "why"]),
        ("const", ["const", "why"]),
        ("present", ["present", "from", "yes", "no", "write", "why"]),
        ("code", ["code", "local", "canonical", "optional", "write", "why"]),
        ("made", ["to", "made", "why"]),
        (
            "to",
            ["to", "from", "as", "optional", "default", "absent", "write", "shares", "why"]
        ),
    ]

    mutating func rules(_ node: YAMLNode, _ context: Context) -> [Rule] {
        guard let list = node.list else {
            reporter.error("KA006", node.place, "`rules` must be a list.")
            return []
        }
        return list.compactMap { rule($0, context) }
    }

    private mutating func rule(_ node: YAMLNode, _ context: Context) -> Rule? {
        guard let entries = node.entries else {
            reporter.error("KA006", node.place, "A rule must be a map.", help: "Write {to: …, from: …}.")
            return nil
        }
        let keys = entries.map(\.key)
        guard let kind = Self.kinds.first(where: { keys.contains($0.key) }) else {
            let all = Self.kinds.map(\.key)
            let guess = keys.lazy.compactMap { Spelling.nearest(to: $0, in: all) }.first
            reporter.error(
                "KA002", node.place, "This rule is of no known kind.",
                help: guess.map { "did you mean `\($0)`?" }
                    ?? "A rule has one of the keys \(all.joined(separator: ", ")).")
            return nil
        }
        guard let map = map(node, kind.allowed, what: "A rule with `\(kind.key)`") else { return nil }
        switch kind.key {
        case "each": return each(map, context)
        case "group": return group(map, context)
        case "variant": return variant(map, context)
        case "template": return template(map, context)
        case "hook": return hook(map, context)
        case "const": return constant(map, context)
        case "present": return present(map, context)
        case "code": return tuple(map, context)
        case "made": return position(map, context)
        default: return scalar(map, context)
        }
    }

    // MARK: Targets

    mutating func target(_ map: YAMLMap, _ key: String, _ context: Context) -> CanonicalTarget? {
        guard let text = text(map, key, required: true) else { return nil }
        return target(text, map.place(key), context)
    }

    mutating func target(_ text: String, _ place: Place, _ context: Context) -> CanonicalTarget? {
        guard let target = CanonicalTarget.parse(text, in: context.list) else {
            unknownField(text, place, context.list)
            return nil
        }
        if let first = made.updateValue(place, forKey: target) {
            reporter.error("KA013", place, "`\(text)` is already made by the rule in line \(first.line).")
        }
        if case .selected(_, let selections, _) = target {
            for selection in selections {
                if case .code(let set) = CaseSchema.v1.info(selection.field).type, !set.contains(selection.value) {
                    reporter.error("KA011", place, "`\(selection.value)` is no code of `\(selection.field.path)`.")
                }
            }
        }
        return target
    }

    private mutating func kind(_ map: YAMLMap, _ operations: [Operation]) -> ScalarKind {
        switch choice(map, "write", ["text", "number", "bool"]) {
        case "text": .text
        case "number": .number
        case "bool": .bool
        default: operations.first?.kind ?? .text
        }
    }

    // MARK: Plain rules

    private mutating func scalar(_ map: YAMLMap, _ context: Context) -> Rule? {
        let path = localPath(map, "from")
        let target = target(map, "to", context)
        if let value = map["as"], let entry = value.entries?.first(where: { $0.key == "texts" }),
            entry.value.text == "array"
        {
            return texts(map, path, target, context)
        }
        let operations = operations(map["as"])
        guard let path, let target else { return nil }
        checkType(operations, target, map.place("as"))
        let shares = flag(map, "shares", otherwise: false)
        guard let node = textNode(for: path, context, map.place("from"), shares: shares) else { return nil }
        let absent = absentText(map, context)
        let isOptional = flag(map, "optional", otherwise: false) || absent != nil
        let value = text(map, "default")
        if let value { checkDefault(value, target, map) }
        checkOptional(isOptional, target, map, context)
        return .scalar(
            ScalarRule(
                target: target, node: node, operations: operations, isOptional: isOptional, defaultValue: value,
                absent: absent, kind: kind(map, operations), shares: shares, cut: shares ? Self.cut(target) : nil,
                place: map.node.place,
                localPath: program.scopes[context.scope].nodes[node].path))
    }

    private static func cut(_ target: CanonicalTarget) -> Int? {
        if case .text(let max) = CaseSchema.v1.info(target.field).type { max } else { nil }
    }

    private mutating func absentText(_ map: YAMLMap, _ context: Context) -> ScalarRule.AbsentText? {
        guard let value = map["absent"] else { return nil }
        if let text = value.text { return .text(Array(text.utf8)) }
        guard let inner = self.map(value, ["local"], what: "`absent`"), let path = localPath(inner, "local"),
            let node = node(for: path, context, inner.place("local"))
        else { return nil }
        return .node(node)
    }

    private mutating func checkDefault(_ value: String, _ target: CanonicalTarget, _ map: YAMLMap) {
        guard let problem = CaseValidation.problem(in: value, of: target.field), problem.severity == .error else {
            return
        }
        reporter.error(
            "KA011", map.place("default"), "The default `\(value)` is no value of `\(target.path)`.", help: problem.help
        )
    }

    private mutating func checkOptional(
        _ isOptional: Bool, _ target: CanonicalTarget, _ map: YAMLMap, _ context: Context
    ) {
        let info = CaseSchema.v1.info(target.field)
        if isOptional, info.isRequired, info.owner != .gateway, !Self.completedFields.contains(target.field),
            map["default"] == nil, context.list == nil, case .scalar = target
        {
            reporter.warning(
                "KA014", map.node.place, "The rule is optional, but a case without `\(target.path)` is refused.",
                help: "Leave `optional` out.")
        }
    }

    /// Required fields that the gateway completes when the document does not say them.
    static let completedFields: Set<Field> = [.caseID, .version, .registeredAt, .mode, .appliedDivision]

    private mutating func texts(
        _ map: YAMLMap, _ path: LocalPath?, _ target: CanonicalTarget?, _ context: Context
    ) -> Rule? {
        guard let path, let target else { return nil }
        guard context.scope == 0 else {
            reporter.error("KA006", map.place("from"), "Lists do not nest: `texts: array` cannot stand in `each`.")
            return nil
        }
        guard case .texts = CaseSchema.v1.info(target.field).type else {
            reporter.error("KA011", map.place("as"), "`\(target.path)` is no list of texts.")
            return nil
        }
        guard let scope = rowScope(at: path, map.place("from")),
            let node = program.scopes[0].nodes.firstIndex(where: { $0.rows == scope })
        else { return nil }
        program.scopes[scope].nodes[0].hasText = true
        return .texts(
            TextsRule(
                target: target, scope: scope, node: node, isOptional: flag(map, "optional", otherwise: false),
                place: map.node.place, localPath: path.text))
    }

    private mutating func constant(_ map: YAMLMap, _ context: Context) -> Rule? {
        guard let value = map["const"],
            let inner = self.map(value, ["local", "value", "write", "check"], what: "`const`"),
            let path = localPath(inner, "local"), let text = text(inner, "value", required: true)
        else { return nil }
        let isChecked = flag(inner, "check", otherwise: false)
        let kind = kind(inner, [])
        guard let node = textNode(for: path, context, inner.place("local")) else { return nil }
        return .constant(
            ConstantRule(
                node: node, value: Array(text.utf8), kind: kind, isChecked: isChecked, place: map.node.place,
                localPath: path.text))
    }

    private mutating func present(_ map: YAMLMap, _ context: Context) -> Rule? {
        guard let name = text(map, "present", required: true), let path = localPath(map, "from") else { return nil }
        guard let target = CanonicalTarget.parse(name, in: context.list) else {
            unknownField(name, map.place("present"), context.list)
            return nil
        }
        guard let yes = text(map, "yes", required: true), let no = text(map, "no", required: true), yes != no else {
            reporter.error("KA006", map.node.place, "`present` needs two different texts `yes` and `no`.")
            return nil
        }
        guard let node = textNode(for: path, context, map.place("from")) else { return nil }
        return .present(
            PresentRule(
                target: target, node: node, yes: Array(yes.utf8), no: Array(no.utf8), kind: kind(map, []),
                place: map.node.place, localPath: path.text))
    }

    private mutating func position(_ map: YAMLMap, _ context: Context) -> Rule? {
        guard let target = target(map, "to", context) else { return nil }
        guard context.list != nil, choice(map, "made", ["position"]) != nil else {
            reporter.error("KA006", map.node.place, "`made: position` stands inside `each` only.")
            return nil
        }
        return .position(PositionRule(target: target, place: map.node.place))
    }

    // MARK: Rules of rules

    private mutating func each(_ map: YAMLMap, _ context: Context) -> Rule? {
        guard context.scope == 0, context.list == nil else {
            reporter.error("KA006", map.node.place, "Lists do not nest.")
            return nil
        }
        guard let name = text(map, "each", required: true), let path = localPath(map, "from"),
            let rules = map["rules"]
        else {
            if map["rules"] == nil { reporter.error("KA006", map.node.place, "`each` needs `rules`.") }
            return nil
        }
        guard let list = CaseSchema.v1.list(name) else {
            reporter.error(
                "KA010", map.place("each"), "case/v1 has no list `\(name)`.",
                help: Spelling.help(for: name, in: CaseSchema.v1.lists.map(\.path)))
            return nil
        }
        checkKey(map, list)
        let isOptional = flag(map, "optional", otherwise: true)
        var inner = Context(scope: 0, list: list)
        var inline: InlineFormat?
        let node: Int
        if let format = map["inline"] {
            guard let text = textNode(for: path, context, map.place("from")),
                let parsed = inlineFormat(format, path.text, &inner)
            else { return nil }
            node = text
            inline = parsed
        } else {
            guard let scope = rowScope(at: path, map.place("from")),
                let found = program.scopes[0].nodes.firstIndex(where: { $0.rows == scope })
            else { return nil }
            program.scopes[0].nodes[found].isObservedOnly = false
            inner.scope = scope
            node = found
        }
        let compiled = self.rules(rules, inner)
        checkRequiredColumns(compiled, list, map)
        return .each(
            EachRule(
                list: list, scope: inner.scope, node: node, inline: inline, isOptional: isOptional, rules: compiled,
                place: map.node.place, localPath: path.text))
    }

    private mutating func checkKey(_ map: YAMLMap, _ list: ListField) {
        let given = texts(map, "key")
        guard !given.isEmpty else { return }
        let key = CaseSchema.v1.info(list).key.map { CaseSchema.v1.info($0).localPath }
        if Set(given) != Set(key) {
            reporter.error(
                "KA006", map.place("key"), "The key of `\(list.path)` is \(key.joined(separator: ", ")).")
        }
    }

    private mutating func checkRequiredColumns(_ rules: [Rule], _ list: ListField, _ map: YAMLMap) {
        let made = Set(rules.flatMap(\.targets).map(\.field))
        for field in CaseSchema.v1.info(list).fields where CaseSchema.v1.info(field).isRequired {
            if made.contains(field) || field == .localNumberRegion { continue }
            reporter.error(
                CaseSchema.v1.info(list).key.contains(field) ? "KA016" : "KA012", map.node.place,
                "No rule makes `\(field.path)`, which every row needs.")
        }
    }

    private mutating func inlineFormat(
        _ node: YAMLNode, _ path: String, _ context: inout Context
    ) -> InlineFormat? {
        guard let map = map(node, ["between", "parts", "fields", "escape"], what: "`inline`"),
            let between = text(map, "between", required: true)
        else { return nil }
        let parts = text(map, "parts") ?? ""
        let fields = texts(map, "fields")
        guard !between.isEmpty, !fields.isEmpty, fields.count == 1 || !parts.isEmpty else {
            reporter.error("KA006", node.place, "`inline` needs `between`, `fields`, and `parts` for several fields.")
            return nil
        }
        let scope = program.scopes.count
        program.scopes.append(LocalScope())
        program.scopes[scope].isInline = true
        program.scopes[scope].nodes[0].path = path
        var names: [String: Int] = [:]
        for field in fields {
            names[field] = program.scopes[scope].nodes.count
            program.scopes[scope].nodes[0].children.append(program.scopes[scope].nodes.count)
            program.scopes[scope].nodes.append(LocalNode(name: Array(field.utf8), parent: 0, path: "\(path)/\(field)"))
        }
        context.scope = scope
        context.inlineFields = names
        return InlineFormat(
            between: Array(between.utf8), parts: Array(parts.utf8), fields: fields.compactMap { names[$0] },
            escape: text(map, "escape")?.utf8.first)
    }

    private mutating func group(_ map: YAMLMap, _ context: Context) -> Rule? {
        guard let path = localPath(map, "group"), let rules = map["rules"],
            let node = node(for: path, context, map.place("group"))
        else {
            if map["rules"] == nil { reporter.error("KA006", map.node.place, "`group` needs `rules`.") }
            return nil
        }
        let isOptional = flag(map, "optional", otherwise: false)
        let compiled = self.rules(rules, context)
        return .group(
            GroupRule(
                node: node, isOptional: isOptional, rules: compiled, targets: compiled.flatMap(\.targets),
                place: map.node.place, localPath: path.text))
    }

    private mutating func variant(_ map: YAMLMap, _ context: Context) -> Rule? {
        guard let head = map["variant"], let inner = self.map(head, ["to", "local", "write"], what: "`variant`"),
            let target = target(inner, "to", context), let path = localPath(inner, "local"),
            let node = textNode(for: path, context, inner.place("local")), let entries = map["cases"]?.entries
        else {
            if map["cases"]?.entries == nil { reporter.error("KA006", map.node.place, "`variant` needs `cases`.") }
            return nil
        }
        let outside = made
        let outsideWriters = writers
        var after = made
        var afterWriters = writers
        var cases: [VariantRule.Case] = []
        for entry in entries {
            made = outside
            writers = outsideWriters
            if let found = variantCase(entry, context) { cases.append(found) }
            after.merge(made) { first, _ in first }
            afterWriters.merge(writers) { first, _ in first }
        }
        made = after
        writers = afterWriters
        checkCases(cases, target, map)
        return .variant(
            VariantRule(
                target: target, node: node, kind: kind(inner, []),
                isOptional: flag(map, "optional", otherwise: false), cases: cases, place: map.node.place,
                localPath: path.text))
    }

    private mutating func variantCase(_ entry: YAMLEntry, _ context: Context) -> VariantRule.Case? {
        checkQuoted(entry.keyNode, what: "The case")
        guard let map = map(entry.value, ["is", "rules"], what: "A case") else { return nil }
        let canonical = texts(map, "is")
        if canonical.isEmpty { reporter.error("KA006", entry.value.place, "A case needs `is`.") }
        return VariantRule.Case(
            local: Array(entry.key.utf8), canonical: canonical,
            rules: map["rules"].map { rules($0, context) } ?? [])
    }

    /// KA040–042.
    private mutating func checkCases(_ cases: [VariantRule.Case], _ target: CanonicalTarget, _ map: YAMLMap) {
        let all = cases.flatMap(\.canonical)
        for value in Set(all).sorted() where all.filter({ $0 == value }).count > 1 {
            reporter.error("KA042", map.node.place, "`\(value)` stands in two cases.", help: "Write it in one of them.")
        }
        guard case .code(let set) = CaseSchema.v1.info(target.field).type else { return }
        for value in all where !set.contains(value) {
            reporter.error(
                "KA040", map.node.place, "`\(value)` is no code of `\(target.path)`: the case is never reached.",
                help: Spelling.help(for: value, in: set.codes))
        }
        let missing = set.codes.filter { !all.contains($0) }
        if !missing.isEmpty {
            reporter.warning(
                "KA041", map.node.place,
                "No case writes \(missing.joined(separator: ", ")) of `\(target.path)`.",
                help: "Add the values to a case's `is`, or list them under `refuses`.")
        }
    }
}
