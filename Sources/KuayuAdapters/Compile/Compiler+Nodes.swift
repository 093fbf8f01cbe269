extension Compiler {
    /// The node of a writable path; made where it is new.
    ///
    /// Steps through a list or an observation are errors.
    mutating func node(for path: LocalPath, _ context: Context, _ place: Place) -> Int? {
        if let fields = context.inlineFields {
            guard path.steps.count == 1, let node = fields[path.steps[0].name] else {
                reporter.error(
                    "KA006", place, "`\(path.text)` is no part of the inline list.",
                    help: Spelling.help(for: path.text, in: fields.keys.sorted()))
                return nil
            }
            return node
        }
        guard !path.isObserved else {
            reporter.error(
                "KA006", place, "`\(path.text)` can only be observed; a rule cannot write there.",
                help: "Only a tuple code may look at [last], [!k] and [exists].")
            return nil
        }
        return walk(path, scope: context.scope, place)
    }

    /// Follows a path of names and equality selectors.
    private mutating func walk(_ path: LocalPath, scope: Int, _ place: Place) -> Int? {
        if program.wire.format == .delimited, scope == 0, !isColumn(path) {
            reporter.error(
                "KA006", place, "There is no column `\(path.text)`.",
                help: Spelling.help(
                    for: path.text, in: program.wire.columns.map { String(decoding: $0, as: UTF8.self) }))
            return nil
        }
        var current = 0
        for (index, step) in path.steps.enumerated() {
            if step.isAttribute, program.wire.format != .xml {
                reporter.error("KA006", place, "Only XML has attributes: `\(path.text)`.")
                return nil
            }
            current = child(step, of: current, scope: scope)
            if program.scopes[scope].nodes[current].rows >= 0, index < path.steps.count - 1 {
                reporter.error(
                    "KA019", place, "`\(step.name)` is a list; `\(path.text)` reads it as a single element.",
                    help: "Use `each`, or a selector.")
                return nil
            }
        }
        return current
    }

    private func isColumn(_ path: LocalPath) -> Bool {
        path.steps.count == 1 && program.wire.columns.contains(Array(path.steps[0].name.utf8))
    }

    private mutating func child(_ step: LocalPath.Step, of parent: Int, scope: Int) -> Int {
        var predicate: LocalNode.Predicate?
        if case .equals(let key, let isAttribute, let value)? = step.predicates.first {
            predicate = LocalNode.Predicate(
                key: Array(key.utf8), isAttribute: isAttribute, value: Array(value.utf8))
        }
        let name = Array(step.name.utf8)
        for index in program.scopes[scope].nodes[parent].children {
            let node = program.scopes[scope].nodes[index]
            if node.name == name && node.isAttribute == step.isAttribute && node.predicate == predicate {
                return index
            }
        }
        let index = program.scopes[scope].nodes.count
        let above = program.scopes[scope].nodes[parent].path
        let text = LocalPath(steps: [step]).text
        program.scopes[scope].nodes.append(
            LocalNode(
                name: name, isAttribute: step.isAttribute, predicate: predicate, parent: parent,
                path: above == "." ? text : "\(above)/\(text)"))
        program.scopes[scope].nodes[parent].children.append(index)
        return index
    }

    /// The node of a text that a rule reads and writes; KA017 when another rule has it and this one does not share.
    mutating func textNode(
        for path: LocalPath, _ context: Context, _ place: Place, shares: Bool = false
    ) -> Int? {
        guard let node = node(for: path, context, place) else { return nil }
        guard program.scopes[context.scope].nodes[node].rows < 0 else {
            reporter.error("KA019", place, "`\(path.text)` is a list and is read as a single element.")
            return nil
        }
        program.scopes[context.scope].nodes[node].hasText = true
        if program.scopes[context.scope].nodes[node].place == nil {
            program.scopes[context.scope].nodes[node].place = place
        }
        let spot = LocalSpot(scope: context.scope, node: node)
        if let first = writers[spot] {
            if !shares {
                reporter.error(
                    "KA017", place, "`\(path.text)` is already read by the rule in line \(first.line).",
                    help: "Add `shares: true` if this rule is the second to use it.")
            }
        } else {
            writers[spot] = place
        }
        return node
    }

    /// The scope of the rows at a path; made where it is new.
    mutating func rowScope(at path: LocalPath, _ place: Place) -> Int? {
        guard let node = walk(path, scope: 0, place) else { return nil }
        let scope = scopeOfRows(node)
        if program.scopes[0].nodes[node].place == nil { program.scopes[0].nodes[node].place = place }
        return scope
    }

    private mutating func scopeOfRows(_ node: Int) -> Int {
        if program.scopes[0].nodes[node].rows >= 0 { return program.scopes[0].nodes[node].rows }
        let scope = program.scopes.count
        program.scopes.append(LocalScope())
        program.scopes[scope].nodes[0].path = program.scopes[0].nodes[node].path
        program.scopes[0].nodes[node].rows = scope
        return scope
    }

    /// Nodes for the columns of a delimited file, in their order.
    mutating func makeColumns() {
        for column in program.wire.columns {
            let step = LocalPath.Step(name: String(decoding: column, as: UTF8.self))
            _ = child(step, of: 0, scope: 0)
        }
    }

    // MARK: Observations

    /// What a tuple member looks at.
    ///
    /// Called when all other rules have made their names.
    mutating func observation(_ path: LocalPath, _ context: Context, _ place: Place) -> Observation? {
        let isExistence = path.steps.last?.predicates.last == .exists
        var steps = path.steps
        if isExistence { steps[steps.count - 1].predicates.removeLast() }
        guard let split = steps.firstIndex(where: { !$0.predicates.isEmpty && !isWritableSelector($0, steps, context) })
        else {
            guard let node = observedNode(steps, scope: context.scope, place) else { return nil }
            return Observation(rows: nil, node: node, isExistence: isExistence)
        }
        guard context.scope == 0, steps[split].predicates.count == 1 else {
            reporter.error("KA006", place, "`\(path.text)` looks at rows in a way that is not supported.")
            return nil
        }
        var listSteps = Array(steps[...split])
        listSteps[split].predicates = []
        guard let listNode = observedNode(listSteps, scope: 0, place) else { return nil }
        let scope = scopeOfRows(listNode)
        let choice: Observation.Choice
        switch steps[split].predicates[0] {
        case .last, .exists: choice = .last
        case .missing(let key):
            guard let node = observedNode([LocalPath.Step(name: key)], scope: scope, place) else { return nil }
            choice = .missing(node: node)
        case .equals(let key, let isAttribute, let value):
            let step = LocalPath.Step(name: key, isAttribute: isAttribute)
            guard let node = observedNode([step], scope: scope, place) else { return nil }
            choice = .equals(node: node, value: Array(value.utf8))
        }
        guard let node = observedNode(Array(steps[(split + 1)...]), scope: scope, place) else { return nil }
        return Observation(
            rows: Observation.RowPick(scope: scope, choice: choice), node: node, isExistence: isExistence)
    }

    /// `X[@K='V']` stands for a node of its own unless the rows of X are a list.
    private func isWritableSelector(_ step: LocalPath.Step, _ steps: [LocalPath.Step], _ context: Context) -> Bool {
        guard step.predicates.count == 1, case .equals = step.predicates[0] else { return false }
        return !program.scopes[context.scope].nodes.contains {
            $0.rows >= 0 && $0.name == Array(step.name.utf8)
        }
    }

    private mutating func observedNode(_ steps: [LocalPath.Step], scope: Int, _ place: Place) -> Int? {
        let before = program.scopes[scope].nodes.count
        guard let node = walk(LocalPath(steps: steps), scope: scope, place) else { return nil }
        for index in before..<max(before, program.scopes[scope].nodes.count) {
            program.scopes[scope].nodes[index].isObservedOnly = true
        }
        return node
    }
}
