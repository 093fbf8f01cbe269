import KuayuModel

extension Compiler {
    mutating func tuple(_ map: YAMLMap, _ context: Context) -> Rule? {
        let paths = texts(map, "local").map { ($0, localPath($0, map.place("local"))) }
        var canonicals: [CanonicalTarget] = []
        for name in texts(map, "canonical") {
            if let target = target(name, map.place("canonical"), context) { canonicals.append(target) }
        }
        let kinds = texts(map, "write")
        guard let name = text(map, "code", required: true), !paths.isEmpty, !canonicals.isEmpty,
            let table = table(name, map.place("code"), locals: paths.count, canonicals: canonicals.count)
        else {
            if paths.isEmpty || canonicals.isEmpty {
                reporter.error("KA006", map.node.place, "A tuple code needs `local` and `canonical`.")
            }
            return nil
        }
        for (column, target) in canonicals.enumerated() {
            if case .code(let set) = CaseSchema.v1.info(target.field).type {
                checkCodes(program.tables[table], set, target, column: column)
            }
        }
        var locals: [TupleRule.Local] = []
        for (index, (_, path)) in paths.enumerated() {
            guard let path else { return nil }
            guard let local = local(path, index < kinds.count ? kinds[index] : "text", context, map) else { return nil }
            locals.append(local)
        }
        return .tuple(
            TupleRule(
                table: table, locals: locals, canonicals: canonicals,
                isOptional: flag(map, "optional", otherwise: false), place: map.node.place))
    }

    /// Plain paths are made now; observed ones when every rule has been read.
    private mutating func local(
        _ path: LocalPath, _ kind: String, _ context: Context, _ map: YAMLMap
    ) -> TupleRule.Local? {
        let scalarKind: ScalarKind = kind == "number" ? .number : kind == "bool" ? .bool : .text
        if path.isObserved || isList(path, context) {
            pendingObservations.append((path, context, map.place("local")))
            // The node is the number of the pending observation until `finishObservations` replaces it.
            let waiting = Observation(rows: nil, node: -pendingObservations.count, isExistence: false)
            return TupleRule.Local(observation: waiting, isWritten: false, kind: scalarKind, path: path.text)
        }
        guard let node = node(for: path, context, map.place("local")) else { return nil }
        program.scopes[context.scope].nodes[node].hasText = true
        return TupleRule.Local(
            observation: Observation(rows: nil, node: node, isExistence: false), isWritten: true, kind: scalarKind,
            path: path.text)
    }

    private func isList(_ path: LocalPath, _ context: Context) -> Bool {
        guard let first = path.steps.last, case .equals? = first.predicates.first else { return false }
        return program.scopes[context.scope].nodes.contains { $0.rows >= 0 && $0.name == Array(first.name.utf8) }
    }

    /// Resolves observations, and decides which plain members a tuple writes: those that no other rule does.
    mutating func finishObservations() {
        if let (path, place) = extensionPath {
            program.extensionNode = textNode(for: path, Context(), place)
            if let node = program.extensionNode { program.scopes[0].nodes[node].isWhole = program.extensionIsObject }
        }
        var resolved: [Observation?] = []
        for (path, context, place) in pendingObservations {
            resolved.append(observation(path, context, place))
        }
        program.rules = program.rules.map { finish($0, scope: 0, resolved) }
    }

    private mutating func finish(_ rule: Rule, scope: Int, _ resolved: [Observation?]) -> Rule {
        switch rule {
        case .tuple(var tuple):
            for index in tuple.locals.indices {
                let node = tuple.locals[index].observation.node
                if node < 0 {
                    if let observation = resolved[-node - 1] { tuple.locals[index].observation = observation }
                } else {
                    let spot = LocalSpot(scope: scope, node: node)
                    tuple.locals[index].isWritten = writers[spot] == nil
                    if writers[spot] == nil { writers[spot] = tuple.place }
                }
            }
            return .tuple(tuple)
        case .each(let each):
            return .each(
                EachRule(
                    list: each.list, scope: each.scope, node: each.node, inline: each.inline,
                    isOptional: each.isOptional, rules: each.rules.map { finish($0, scope: each.scope, resolved) },
                    place: each.place, localPath: each.localPath))
        case .group(let group):
            return .group(
                GroupRule(
                    node: group.node, isOptional: group.isOptional,
                    rules: group.rules.map { finish($0, scope: scope, resolved) }, targets: group.targets,
                    place: group.place, localPath: group.localPath))
        case .variant(let variant):
            return .variant(
                VariantRule(
                    target: variant.target, node: variant.node, kind: variant.kind, isOptional: variant.isOptional,
                    cases: variant.cases.map { item in
                        VariantRule.Case(
                            local: item.local, canonical: item.canonical,
                            rules: item.rules.map { finish($0, scope: scope, resolved) })
                    }, place: variant.place, localPath: variant.localPath))
        default: return rule
        }
    }

    // MARK: Templates and hooks

    mutating func template(_ map: YAMLMap, _ context: Context) -> Rule? {
        guard let head = map["template"], let inner = self.map(head, ["local", "pattern"], what: "`template`"),
            let path = localPath(inner, "local"), let pattern = text(inner, "pattern", required: true),
            let entries = map["parts"]?.entries
        else {
            if map["parts"]?.entries == nil { reporter.error("KA006", map.node.place, "`template` needs `parts`.") }
            return nil
        }
        var parts: [String: TemplateRule.Part] = [:]
        for entry in entries {
            if let part = part(entry, context) { parts[entry.key] = part }
        }
        guard let pieces = pieces(pattern, parts, inner.place("pattern")) else { return nil }
        checkSplittable(pieces, inner.place("pattern"))
        guard let node = textNode(for: path, context, inner.place("local")) else { return nil }
        return .template(
            TemplateRule(
                node: node, pieces: pieces, isOptional: flag(map, "optional", otherwise: false),
                place: map.node.place, localPath: path.text))
    }

    private mutating func part(_ entry: YAMLEntry, _ context: Context) -> TemplateRule.Part? {
        guard let map = map(entry.value, ["to", "as", "chars"], what: "A part"),
            let target = target(map, "to", context)
        else { return nil }
        let operations = operations(map["as"])
        checkType(operations, target, map.place("as"))
        var characters: (characters: CharacterClass, length: Int?)?
        if let text = text(map, "chars") {
            characters = CharacterClass.parse(text)
            if characters == nil {
                reporter.error("KA006", map.place("chars"), "`\(text)` is no class of characters with + * or {n}.")
            }
        }
        return TemplateRule.Part(
            target: target, operations: operations, characters: characters?.characters, length: characters?.length,
            place: entry.keyNode.place)
    }

    private mutating func pieces(
        _ pattern: String, _ parts: [String: TemplateRule.Part], _ place: Place
    ) -> [TemplateRule.Piece]? {
        var pieces: [TemplateRule.Piece] = []
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.literal(Array(rest[..<open].utf8))) }
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = String(rest[rest.index(after: open)..<close])
            guard let part = parts[name] else {
                reporter.error(
                    "KA072", place, "The placeholder `{\(name)}` has no part.",
                    help: Spelling.help(for: name, in: parts.keys.sorted()))
                return nil
            }
            pieces.append(.part(part))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.literal(Array(rest.utf8))) }
        return pieces
    }

    /// KA030: two parts that touch need a fixed length before the second.
    private mutating func checkSplittable(_ pieces: [TemplateRule.Piece], _ place: Place) {
        for (first, second) in zip(pieces, pieces.dropFirst()) {
            guard case .part(let part) = first, case .part = second, part.length == nil else { continue }
            reporter.error(
                "KA030", place, "Two parts of the template touch: the text cannot be split again.",
                help: "Put a sign between them, or give the first a fixed length: chars: \"[0-9]{6}\".")
        }
    }

    mutating func hook(_ map: YAMLMap, _ context: Context) -> Rule? {
        if (text(map, "why") ?? "").isEmpty {
            reporter.error("KA050", map.node.place, "A hook needs a `why`.", help: "Say what no rule can express.")
        }
        guard let name = text(map, "hook", required: true) else { return nil }
        guard let hook = hooks[name] else {
            reporter.error(
                "KA060", map.place("hook"), "The hook `\(name)` is not registered.",
                help: Spelling.help(for: name, in: hooks.names, otherwise: "Hooks are compiled into the gateway."))
            return nil
        }
        var locals: [(name: String, node: Int)] = []
        for entry in map["local"]?.entries ?? [] {
            guard let text = entry.value.text, let path = localPath(text, entry.value.place),
                let node = textNode(for: path, context, entry.value.place)
            else { return nil }
            locals.append((entry.key, node))
        }
        var canonicals: [(name: String, target: CanonicalTarget)] = []
        for entry in map["canonical"]?.entries ?? [] {
            guard let text = entry.value.text, let target = target(text, entry.value.place, context) else { return nil }
            canonicals.append((entry.key, target))
        }
        guard Set(locals.map(\.name)) == Set(hook.locals), Set(canonicals.map(\.name)) == Set(hook.canonicals) else {
            reporter.error(
                "KA061", map.node.place,
                "The hook `\(name)` takes local \(hook.locals.joined(separator: ", ")) "
                    + "and canonical \(hook.canonicals.joined(separator: ", ")).")
            return nil
        }
        return .hook(
            HookRule(
                name: name, hook: hook, locals: locals, canonicals: canonicals, place: map.node.place,
                localPath: locals.map { program.scopes[context.scope].nodes[$0.node].path }.joined(separator: ", ")))
    }
}
