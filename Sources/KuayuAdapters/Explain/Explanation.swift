import KuayuFormats
public import KuayuModel

/// What became of one local text or one canonical field, for people.
///
/// Values are masked.
public struct ExplainRow: Sendable, Hashable {
    /// Path in the canonical case.
    public let canonicalPath: String
    /// The value, masked; empty when it is absent.
    public let value: String
    /// Path in the local document.
    public let localPath: String
    /// Line in the payload, from 1; 0 when the text stands nowhere.
    public let line: Int
    /// Column in the payload, from 1.
    public let column: Int
    /// The local text, masked.
    public let raw: String
    /// Operations applied, inward order: `fold, code`.
    public let operation: String
    /// `iso`, `canonising`, `partial` or `one-way`.
    public let operationClass: String
    /// The rule, `adapter.yaml:12`.
    public let rule: String
}

/// How one case of a payload was read.
public struct Explanation: Sendable {
    /// One row per rule and value.
    public let rows: [ExplainRow]
    /// Local paths that no rule names; they stay at the region's own gateway.
    public let carried: [String]
    /// Local paths that are dropped by a rule.
    public let dropped: [String]
    /// Issues of the case.
    public let refused: [Issue]
}

extension Adapter {
    /// Explains every case of a payload: the same rules, run once more with their places kept.
    public func explain(_ payload: [UInt8]) -> [Explanation] {
        let positions = PositionIndex(payload, program.wire.encoding)
        return read(payload).cases.map { item in
            guard let (tape, root) = document(item.bytes) else {
                return Explanation(rows: [], carried: [], dropped: [], refused: item.issues)
            }
            let map = (try? program.wire.encoding.decode(item.bytes))?.map ?? .identity
            let base = program.wire.embedded == nil ? item.span.lowerBound : nil
            var explainer = Explainer(adapter: self, tape: tape, root: root) { offset in
                base.map { positions.position($0 + map.sourceOffset(offset)) }
                    ?? positions.position(item.span.lowerBound)
            }
            return explainer.explain(item.issues)
        }
    }
}

/// Walks the rules over one case.
private struct Explainer {
    let adapter: Adapter
    let tape: Tape
    let root: Int
    let place: (Int) -> MessagePosition
    private var rows: [ExplainRow] = []
    private var program: Program { adapter.program }

    init(adapter: Adapter, tape: Tape, root: Int, place: @escaping (Int) -> MessagePosition) {
        self.adapter = adapter
        self.tape = tape
        self.root = root
        self.place = place
    }

    mutating func explain(_ issues: [Issue]) -> Explanation {
        let outcome = CaseReader(adapter, tape, root).read()
        add(program.rules, outcome, scope: 0, row: 0, record: outcome.record)
        let (carried, dropped) = unmapped(outcome.captures)
        return Explanation(rows: rows, carried: carried, dropped: dropped, refused: issues)
    }

    private mutating func add(_ rules: [Rule], _ outcome: CaseOutcome, scope: Int, row: Int, record: CaseRecord) {
        for rule in rules {
            switch rule {
            case .group(let group): add(group.rules, outcome, scope: scope, row: row, record: record)
            case .each(let each): addRows(each, outcome, record)
            default: add(rule, outcome, scope: scope, row: row) { Self.value($0, record) }
            }
        }
    }

    private mutating func addRows(_ each: EachRule, _ outcome: CaseOutcome, _ record: CaseRecord) {
        for (index, row) in record[each.list].enumerated() {
            let origins = outcome.origins[each.list.index]
            let number = index < origins.count ? origins[index] : -1
            let isCaptured = number >= 0 && each.inline == nil && number < outcome.captures.rowCount(each.scope)
            for rule in each.rules where isCaptured {
                add(rule, outcome, scope: each.scope, row: number, at: index) { row[$0.field] }
            }
        }
    }

    private static func value(_ target: CanonicalTarget, _ record: CaseRecord) -> String? {
        switch target {
        case .scalar(let field): record[field]
        case .row: nil
        case .indexed(let list, let index, let field):
            index < record[list].count ? record[list][index][field] : nil
        case .selected(let list, let selections, let field):
            record[list].first { row in selections.allSatisfy { row[$0.field] == $0.value } }?[field]
        }
    }

    private mutating func add(
        _ rule: Rule, _ outcome: CaseOutcome, scope: Int, row: Int, at index: Int? = nil,
        value: (CanonicalTarget) -> String?
    ) {
        let (node, path, operations) = local(rule)
        let found = node.map { outcome.captures[scope, row, $0] } ?? .absent
        let raw = outcome.captures.bytes(found)
        let position = found.node >= 0 ? place(Int(tape.nodes[Int(found.node)].valueStart)) : nil
        let classes = operations.map(\.operationClass)
        let kind =
            classes.contains(.partial) ? Operation.Class.partial : classes.contains(.canonising) ? .canonising : .iso
        for target in rule.targets {
            let text = value(target)
            if text == nil && !found.isScalar { continue }
            let canonical = index.map { target.path.replacingRow($0) } ?? target.path
            rows.append(
                ExplainRow(
                    canonicalPath: canonical,
                    value: text.map { CaseMasking.maskedText(target.field, $0) } ?? "",
                    localPath: scope == 0 ? path : RowPath.located(path, program.scopes[scope], row: row),
                    line: position?.line ?? 0, column: position?.column ?? 0,
                    raw: found.isScalar ? CaseMasking.maskedText(target.field, ByteCodes.text(raw)) : "",
                    operation: operations.isEmpty ? name(rule) : operations.map(\.name).joined(separator: ", "),
                    operationClass: kind.rawValue, rule: rule.place.rule))
        }
    }

    private func local(_ rule: Rule) -> (node: Int?, path: String, operations: [Operation]) {
        switch rule {
        case .scalar(let rule): (rule.node, rule.localPath, rule.operations)
        case .texts(let rule): (nil, rule.localPath, [])
        case .constant(let rule): (rule.node, rule.localPath, [])
        case .present(let rule): (rule.node, rule.localPath, [])
        case .tuple(let rule):
            (
                rule.locals.first { $0.isWritten && $0.observation.rows == nil }?.observation.node,
                rule.locals.map(\.path).joined(separator: " + "), [.code(rule.table)]
            )
        case .variant(let rule): (rule.node, rule.localPath, [])
        case .template(let rule): (rule.node, rule.localPath, [])
        case .hook(let rule): (rule.locals.first?.node, rule.localPath, [])
        case .position, .group, .each: (nil, "", [])
        }
    }

    private func name(_ rule: Rule) -> String {
        switch rule {
        case .variant: "variant"
        case .template: "template"
        case .hook(let rule): "hook \(rule.name)"
        case .position: "position"
        case .texts: "texts"
        default: "text"
        }
    }

    // MARK: What no rule names

    private func unmapped(_ captures: Captures) -> (carried: [String], dropped: [String]) {
        var carried: Set<String> = []
        var dropped: Set<String> = []
        func visit(_ index: Int, _ trie: Int, _ scope: Int, _ path: [String]) {
            for child in tape.children(of: index) where tape.nodes[child].nameStart < tape.nodes[child].nameEnd {
                let node = tape.nodes[child]
                let inner = path + [tape.name(child)]
                let known = program.scopes[scope].nodes[trie].children.first {
                    let name = program.scopes[scope].nodes[$0]
                    return !name.isObservedOnly && name.isAttribute == node.isAttribute
                        && tape.nameEquals(child, name.name)
                }
                guard let known, isUsed(known, scope) else {
                    let steps = inner.map { Array($0.utf8) }
                    let isDropped = !program.keepsUnmapped || program.drops.contains { steps.starts(with: $0.steps) }
                    if isDropped {
                        dropped.insert(inner.joined(separator: "/"))
                    } else {
                        carried.insert(inner.joined(separator: "/"))
                    }
                    continue
                }
                let rows = program.scopes[scope].nodes[known].rows
                if rows < 0 {
                    if node.kind == .object, !program.scopes[scope].nodes[known].isWhole {
                        visit(child, known, scope, inner)
                    }
                } else if node.kind == .array {
                    for item in tape.children(of: child) { visit(item, 0, rows, inner) }
                } else if node.kind == .object {
                    visit(child, 0, rows, inner)
                }
            }
        }
        visit(root, 0, 0, [])
        return (carried.sorted(), dropped.sorted())
    }

    /// Columns exist for every name of a table, used or not.
    private func isUsed(_ node: Int, _ scope: Int) -> Bool {
        let found = program.scopes[scope].nodes[node]
        return found.hasText || found.rows >= 0 || !found.children.isEmpty
    }
}

extension String {
    /// `materials[].name` → `materials[2].name`.
    fileprivate func replacingRow(_ index: Int) -> String {
        guard let place = firstIndex(of: "["), self[place...].hasPrefix("[]") else { return self }
        return self[..<place] + "[\(index)]" + self[self.index(place, offsetBy: 2)...]
    }
}
