import KuayuFormats

/// Whether elements of a local document are there and not empty, captured or about to be written.
struct Presence {
    let program: Program
    let captures: Captures

    func isPresent(scope: Int, row: Int, node: Int) -> Bool {
        let found = captures[scope, row, node]
        if found.isScalar { return captures.text(found, program.policy) != nil }
        if found.node >= 0, let tape = captures.tape, found.kind != .null, found.kind != .absent {
            return hasText(tape, Int(found.node))
        }
        let inner = program.scopes[scope].nodes[node]
        if inner.rows >= 0, captures.rowCount(inner.rows) > 0 { return true }
        return inner.children.contains { isPresent(scope: scope, row: row, node: $0) }
    }

    private func hasText(_ tape: Tape, _ index: Int) -> Bool {
        for inner in index..<Int(tape.nodes[index].next) {
            let node = tape.nodes[inner]
            switch node.kind {
            case .text, .number, .bool: if node.valueEnd > node.valueStart { return true }
            case .object, .array, .null: continue
            }
        }
        return false
    }
}

/// The texts that a tuple code looks at.
struct TupleTexts {
    let program: Program
    let captures: Captures
    let scope: Int
    let row: Int

    func texts(_ rule: TupleRule) -> [[UInt8]?] { rule.locals.map { text($0.observation) } }

    func text(_ observation: Observation) -> [UInt8]? {
        guard let pick = observation.rows else { return value(observation, scope: scope, row: row) }
        guard let number = rowNumber(pick) else { return nil }
        return value(observation, scope: pick.scope, row: number)
    }

    private func rowNumber(_ pick: Observation.RowPick) -> Int? {
        let count = captures.rowCount(pick.scope)
        switch pick.choice {
        case .last: return count > 0 ? count - 1 : nil
        case .missing(let node):
            return (0..<count).first { number in
                captures.text(captures[pick.scope, number, node], program.policy) == nil
                    && hasContent(pick.scope, number)
            }
        case .equals(let node, let value):
            return (0..<count).first { captures.bytes(captures[pick.scope, $0, node]).elementsEqual(value) }
        }
    }

    private func hasContent(_ scope: Int, _ number: Int) -> Bool {
        Presence(program: program, captures: captures).isPresent(scope: scope, row: number, node: 0)
    }

    private func value(_ observation: Observation, scope: Int, row: Int) -> [UInt8]? {
        if observation.isExistence {
            let presence = Presence(program: program, captures: captures)
            return presence.isPresent(scope: scope, row: row, node: observation.node) ? [UInt8(ascii: "1")] : nil
        }
        return captures.text(captures[scope, row, observation.node], program.policy).map { Array($0) }
    }
}
