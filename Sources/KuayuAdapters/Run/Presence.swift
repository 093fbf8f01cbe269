import KuayuFormats

/// Whether elements of a local document are there and not empty, captured or about to be written.
extension Captures {
    func isPresent(_ program: Program, scope: Int, row: Int, node: Int) -> Bool {
        let found = self[scope, row, node]
        if found.isScalar { return text(found, program.policy) != nil }
        if found.node >= 0, tape != nil, found.kind != .null, found.kind != .absent {
            return hasText(Int(found.node))
        }
        let walk = program.walks[scope]
        let inner = walk.nodes[node]
        if inner.rows >= 0, rowCount(Int(inner.rows)) > 0 { return true }
        for place in walk.places(inner)
        where isPresent(program, scope: scope, row: row, node: Int(walk.children[place])) {
            return true
        }
        return false
    }

    private func hasText(_ index: Int) -> Bool {
        guard let tape else { return false }
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
extension Captures {
    func texts(_ rule: TupleRule, _ program: Program, scope: Int, row: Int) -> [ArraySlice<UInt8>?] {
        rule.locals.map { text($0.observation, program, scope: scope, row: row) }
    }

    private func text(
        _ observation: Observation, _ program: Program, scope: Int, row: Int
    ) -> ArraySlice<UInt8>? {
        guard let pick = observation.rows else { return value(observation, program, scope: scope, row: row) }
        guard let number = rowNumber(pick, program) else { return nil }
        return value(observation, program, scope: pick.scope, row: number)
    }

    private func rowNumber(_ pick: Observation.RowPick, _ program: Program) -> Int? {
        let count = rowCount(pick.scope)
        switch pick.choice {
        case .last: return count > 0 ? count - 1 : nil
        case .missing(let node):
            return (0..<count).first { number in
                text(self[pick.scope, number, node], program.policy) == nil
                    && isPresent(program, scope: pick.scope, row: number, node: 0)
            }
        case .equals(let node, let value):
            return (0..<count).first { bytes(self[pick.scope, $0, node]).elementsEqual(value) }
        }
    }

    private static let yes = [UInt8(ascii: "1")]

    private func value(
        _ observation: Observation, _ program: Program, scope: Int, row: Int
    ) -> ArraySlice<UInt8>? {
        if observation.isExistence {
            return isPresent(program, scope: scope, row: row, node: observation.node) ? Self.yes[...] : nil
        }
        return text(self[scope, row, observation.node], program.policy)
    }
}
