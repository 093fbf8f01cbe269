import KuayuFormats

/// Captures what the rules look at, in one pass over a case's part of a tape.
struct TapeWalk {
    let program: Program
    let tape: Tape
    private(set) var captures: Captures
    private let isXML: Bool

    init(_ program: Program, _ tape: Tape) {
        self.program = program
        self.tape = tape
        captures = Captures(program.scopes)
        captures.tape = tape
        isXML = program.wire.format == .xml
    }

    /// Captures the case whose element is at `node`.
    consuming func run(at node: Int) -> Captures {
        captures.scalars[0] = capture(node)
        walk(node, trie: 0, scope: 0, row: 0)
        return captures
    }

    private func capture(_ index: Int) -> Capture {
        let node = tape.nodes[index]
        let kind: Capture.Kind
        switch node.kind {
        case .object: return container(index, node)
        case .array: kind = .array
        case .text: kind = .text
        case .number: kind = .number
        case .bool: kind = .bool
        case .null: kind = .null
        }
        return Capture(
            kind: kind, source: node.isEscaped ? .escaped : .tape, start: node.valueStart, end: node.valueEnd,
            node: Int32(index))
    }

    /// An element; in XML one with attributes may still hold a single text beside them.
    private func container(_ index: Int, _ node: Tape.Node) -> Capture {
        if isXML {
            var text: Int?
            for child in tape.children(of: index) where !tape.nodes[child].isAttribute {
                let inner = tape.nodes[child]
                guard inner.nameStart == inner.nameEnd, text == nil else {
                    text = nil
                    return Capture(kind: .container, node: Int32(index))
                }
                text = child
            }
            if let text {
                var found = capture(text)
                if tape.nodes[text].isEscaped { return found }
                found.node = Int32(index)
                return found
            }
        }
        return Capture(kind: .container, node: Int32(index))
    }

    private mutating func walk(_ index: Int, trie: Int, scope: Int, row: Int) {
        guard tape.nodes[index].kind == .object, program.walks[scope].nodes[trie].childCount > 0 else { return }
        let end = Int(tape.nodes[index].next)
        var child = index + 1
        var hint = 0
        while child < end {
            if let found = match(child, trie, scope: scope, hint: &hint) {
                enter(child, trie: found, scope: scope, row: row)
            }
            child = Int(tape.nodes[child].next)
        }
    }

    /// The trie node of a tape node.
    ///
    /// Documents mostly keep the order of the rules, so the search goes on where the last one ended.
    private func match(_ index: Int, _ trie: Int, scope: Int, hint: inout Int) -> Int? {
        let parent = program.walks[scope].nodes[trie]
        let count = Int(parent.childCount)
        var place = hint
        for _ in 0..<count {
            let candidate = Int(program.walks[scope].children[Int(parent.firstChild) + place])
            let next = place + 1 == count ? 0 : place + 1
            let node = program.walks[scope].nodes[candidate]
            if program.walks[scope].matches(node, tape, index), fits(node, candidate, index, scope) {
                hint = node.rows >= 0 ? place : next
                return candidate
            }
            place = next
        }
        return nil
    }

    private func fits(_ node: WalkScope.Node, _ candidate: Int, _ index: Int, _ scope: Int) -> Bool {
        guard node.hasPredicate, isXML, let predicate = program.scopes[scope].nodes[candidate].predicate else {
            return true
        }
        return holds(predicate, index)
    }

    private func holds(_ predicate: LocalNode.Predicate, _ index: Int) -> Bool {
        guard tape.nodes[index].kind == .object else { return false }
        return tape.children(of: index).contains { child in
            tape.nodes[child].isAttribute == predicate.isAttribute && tape.nameEquals(child, predicate.key)
                && tape.decodedBytes(child) == predicate.value
        }
    }

    private mutating func enter(_ index: Int, trie: Int, scope: Int, row: Int) {
        let node = program.walks[scope].nodes[trie]
        if node.rows >= 0 {
            rows(index, Int(node.rows), scope: scope, row: row, trie: trie)
            return
        }
        if node.hasPredicate, !isXML {
            selected(index, program.scopes[scope].nodes[trie].name, scope: scope, row: row, trie: trie)
            return
        }
        if captures[scope, row, trie].kind != .absent {
            if captures[scope, row, trie].kind != .repeated {
                captures.repeated.append(Captures.Repeated(scope: scope, trie: trie, node: index))
            }
            captures[scope, row, trie].kind = .repeated
            return
        }
        captures[scope, row, trie] = capture(index)
        if !node.isWhole { walk(index, trie: trie, scope: scope, row: row) }
    }

    private mutating func rows(_ index: Int, _ rows: Int, scope: Int, row: Int, trie: Int) {
        captures[scope, row, trie] = capture(index)
        if isXML {
            addRow(index, rows)
            return
        }
        guard tape.nodes[index].kind == .array else { return }
        for item in tape.children(of: index) { addRow(item, rows) }
    }

    private mutating func addRow(_ index: Int, _ rows: Int) {
        let number = captures.addRow(rows)
        captures[rows, number, 0] = capture(index)
        walk(index, trie: 0, scope: rows, row: number)
    }

    /// Entries of a JSON array that an equality selector picks.
    ///
    /// Several trie nodes may look at one array.
    private mutating func selected(_ index: Int, _ name: [UInt8], scope: Int, row: Int, trie: Int) {
        guard tape.nodes[index].kind == .array else { return }
        let parent = program.scopes[scope].nodes[trie].parent
        for candidate in program.scopes[scope].nodes[parent].children {
            let node = program.scopes[scope].nodes[candidate]
            guard node.name == name, let predicate = node.predicate else { continue }
            guard let item = tape.children(of: index).first(where: { holds(predicate, $0) }) else { continue }
            captures[scope, row, candidate] = capture(item)
            walk(item, trie: candidate, scope: scope, row: row)
        }
    }
}
