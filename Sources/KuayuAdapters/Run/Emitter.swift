import KuayuFormats

/// Writes captures down as one case of a local document, with what is carried over from the original.
struct Emitter {
    let program: Program
    let captures: Captures
    let original: OriginalDocument?
    let rowOrigins: [[Int]]
    private(set) var out: [UInt8] = []

    init(_ program: Program, _ captures: Captures, original: OriginalDocument?, rowOrigins: [[Int]]) {
        self.program = program
        self.captures = captures
        self.original = original
        self.rowOrigins = rowOrigins
        out.reserveCapacity(4_096)
    }

    /// The case's element as UTF-8: a JSON object, an XML element named `name`, or a line without its end.
    mutating func run(name: [UInt8]) -> [UInt8] {
        switch program.wire.format {
        case .json:
            if !object(0, scope: 0, row: 0, path: []) { out += [0x7B, 0x7D] }
        case .xml: element(0, name: name[...], scope: 0, row: 0, path: [], keepsEmpty: true)
        case .delimited: line()
        }
        return out
    }

    // MARK: JSON

    /// Writes an object; `false`, and nothing written, when it is empty.
    private mutating func object(_ trie: Int, scope: Int, row: Int, path: [[UInt8]]) -> Bool {
        let mark = out.count
        out.append(0x7B)
        var isFirst = true
        var arrays: Set<[UInt8]> = []
        let walk = program.walks[scope]
        for place in walk.places(walk.nodes[trie]) {
            let child = Int(walk.children[place])
            let node = walk.nodes[child]
            if node.isObservedOnly { continue }
            // Most members of most documents are absent leaves.
            if node.childCount == 0, node.rows < 0, !node.hasPredicate, !captures[scope, row, child].isScalar {
                continue
            }
            let start = out.count
            if node.hasPredicate, !arrays.insert(Array(walk.name(node))).inserted { continue }
            if !isFirst { out.append(0x2C) }
            out.append(contentsOf: walk.member(node))
            let inner = below(path, walk.name(node))
            let written =
                node.hasPredicate
                ? selectedArray(Array(walk.name(node)), of: trie, scope: scope, row: row, path: inner)
                : jsonValue(child, node, scope: scope, row: row, path: inner)
            if written { isFirst = false } else { out.removeLast(out.count - start) }
        }
        carryJSON(trie, scope: scope, row: row, path: path, isFirst: &isFirst)
        if isFirst {
            out.removeLast(out.count - mark)
            return false
        }
        out.append(0x7D)
        return true
    }

    private mutating func jsonValue(
        _ index: Int, _ node: WalkScope.Node, scope: Int, row: Int, path: [[UInt8]]
    ) -> Bool {
        if node.rows >= 0 { return array(Int(node.rows), path: path) }
        let found = captures[scope, row, index]
        if found.isScalar {
            scalar(found, isWhole: node.isWhole)
            return true
        }
        return node.childCount == 0 ? false : object(index, scope: scope, row: row, path: path)
    }

    private mutating func scalar(_ found: Capture, isWhole: Bool = false) {
        let bytes = captures.bytes(found)
        if isWhole || (found.kind != .text && JSONText.isLiteral(bytes)) {
            out += bytes
        } else {
            JSONText.append(bytes, to: &out)
        }
    }

    private mutating func array(_ scope: Int, path: [[UInt8]]) -> Bool {
        let count = captures.rowCount(scope)
        if count == 0 { return false }
        out.append(0x5B)
        for number in 0..<count {
            if number > 0 { out.append(0x2C) }
            let found = captures[scope, number, 0]
            if found.isScalar {
                scalar(found)
            } else if !object(0, scope: scope, row: number, path: path) {
                out += [0x7B, 0x7D]
            }
        }
        out.append(0x5D)
        return true
    }

    private mutating func selectedArray(
        _ name: [UInt8], of parent: Int, scope: Int, row: Int, path: [[UInt8]]
    ) -> Bool {
        let mark = out.count
        out.append(0x5B)
        var isFirst = true
        for child in program.scopes[scope].nodes[parent].children {
            let node = program.scopes[scope].nodes[child]
            guard node.name == name, let predicate = node.predicate else { continue }
            let start = out.count
            if !isFirst { out.append(0x2C) }
            let inner = out.count
            guard object(child, scope: scope, row: row, path: path) else {
                out.removeLast(out.count - start)
                continue
            }
            var key: [UInt8] = []
            JSONText.append(predicate.key, to: &key)
            key.append(0x3A)
            JSONText.append(predicate.value, to: &key)
            key.append(0x2C)
            out.insert(contentsOf: key, at: inner + 1)
            isFirst = false
        }
        if isFirst { out.removeLast(out.count - mark) } else { out.append(0x5D) }
        return !isFirst
    }

    // MARK: XML

    @discardableResult
    private mutating func element(
        _ trie: Int, name: ArraySlice<UInt8>, scope: Int, row: Int, path: [[UInt8]], keepsEmpty: Bool
    ) -> Bool {
        let walk = program.walks[scope]
        let mark = out.count
        out.append(0x3C)
        out += name
        let node = walk.nodes[trie]
        let hasAttributes =
            (node.hasAttributes || node.hasPredicate) && attributes(trie, walk, scope: scope, row: row)
        let body = out.count
        out.append(0x3E)
        let found = captures[scope, row, trie]
        if found.isScalar { XMLEscapes.append(captures.bytes(found), to: &out) }
        for place in walk.places(node) {
            xmlChild(Int(walk.children[place]), walk, scope: scope, row: row, path: path)
        }
        carryXML(trie, scope: scope, row: row, path: path)
        if out.count == body + 1 {
            if !keepsEmpty && !hasAttributes && !found.isScalar {
                out.removeLast(out.count - mark)
                return false
            }
            out.removeLast()
            out.append(0x2F)
            out.append(0x3E)
            return true
        }
        out.append(0x3C)
        out.append(0x2F)
        out += name
        out.append(0x3E)
        return true
    }

    private mutating func attributes(_ trie: Int, _ walk: WalkScope, scope: Int, row: Int) -> Bool {
        var hasAny = false
        let parent = walk.nodes[trie]
        if parent.hasPredicate, let predicate = program.scopes[scope].nodes[trie].predicate, predicate.isAttribute {
            attribute(predicate.key[...], predicate.value[...])
        }
        for place in walk.places(parent) {
            let child = Int(walk.children[place])
            let node = walk.nodes[child]
            guard node.isAttribute, !node.isObservedOnly else { continue }
            let found = captures[scope, row, child]
            guard found.isScalar else { continue }
            attribute(walk.name(node), captures.bytes(found))
            hasAny = true
        }
        return hasAny
    }

    private mutating func attribute(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        out.append(0x20)
        out += name
        out += [0x3D, 0x22]
        XMLEscapes.append(value, isAttribute: true, to: &out)
        out.append(0x22)
    }

    private mutating func xmlChild(_ child: Int, _ walk: WalkScope, scope: Int, row: Int, path: [[UInt8]]) {
        let node = walk.nodes[child]
        if node.isAttribute || node.isObservedOnly { return }
        // Most elements of most documents are absent leaves.
        if node.childCount == 0, node.rows < 0, !node.hasPredicate, original == nil,
            !captures[scope, row, child].isScalar
        {
            return
        }
        let name = walk.name(node)
        let inner = below(path, name)
        if node.rows >= 0 {
            for number in 0..<captures.rowCount(Int(node.rows)) {
                element(0, name: name, scope: Int(node.rows), row: number, path: inner, keepsEmpty: true)
            }
            return
        }
        let mark = out.count
        let written = element(child, name: name, scope: scope, row: row, path: inner, keepsEmpty: false)
        guard written, node.hasPredicate, let predicate = program.scopes[scope].nodes[child].predicate,
            !predicate.isAttribute
        else { return }
        // `X[k='V']`: the element that picks X stands first in it.
        var key: [UInt8] = [0x3C] + predicate.key + [0x3E]
        XMLEscapes.append(predicate.value[...], to: &key)
        key += [0x3C, 0x2F] + predicate.key + [0x3E]
        out.insert(contentsOf: key, at: mark + name.count + 2)
    }

    // MARK: Delimited

    private mutating func line() {
        let children = program.scopes[0].nodes[0].children
        for (index, child) in children.enumerated() {
            if index > 0 { out.append(program.wire.isCSV ? 0x2C : 0x7C) }
            let found = captures[0, 0, child]
            if found.isScalar {
                DelimitedText.append(captures.bytes(found), isCSV: program.wire.isCSV, to: &out)
            } else if let carried = carriedColumn(child) {
                DelimitedText.append(carried, isCSV: program.wire.isCSV, to: &out)
            }
        }
    }

    private func carriedColumn(_ child: Int) -> ArraySlice<UInt8>? {
        let node = program.scopes[0].nodes[child]
        guard let original, program.keepsUnmapped, !node.hasText || node.isObservedOnly, !isDropped([node.name]) else {
            return nil
        }
        return original.captures.bytes(original.captures.scalars[child])
    }

    // MARK: Carry

    /// The tape node of the original behind a trie node.
    private func originalNode(_ trie: Int, scope: Int, row: Int) -> Int? {
        guard let original, program.keepsUnmapped else { return nil }
        let number = scope == 0 ? 0 : row < rowOrigins[scope].count ? rowOrigins[scope][row] : -1
        guard number >= 0 else { return nil }
        let found = original.captures[scope, number, trie]
        guard found.node >= 0, original.tape.nodes[Int(found.node)].kind == .object else { return nil }
        return Int(found.node)
    }

    /// Paths matter only for what is carried over.
    @inline(__always)
    private func below(_ path: [[UInt8]], _ name: ArraySlice<UInt8>) -> [[UInt8]] {
        original == nil ? [] : path + [Array(name)]
    }

    private func isDropped(_ path: [[UInt8]]) -> Bool {
        program.drops.contains { path.count >= $0.steps.count && path.starts(with: $0.steps) }
    }

    /// Children of the original element that no rule names.
    private func unmapped(_ trie: Int, scope: Int, row: Int, path: [[UInt8]]) -> [Int] {
        guard let original, let parent = originalNode(trie, scope: scope, row: row) else { return [] }
        let tape = original.tape
        let known = program.scopes[scope].nodes[trie].children.map { program.scopes[scope].nodes[$0] }
        return tape.children(of: parent).filter { child in
            let node = tape.nodes[child]
            if node.nameStart == node.nameEnd { return false }
            let isKnown = known.contains {
                !$0.isObservedOnly && $0.isAttribute == node.isAttribute && tape.nameEquals(child, $0.name)
            }
            return !isKnown && !isDropped(path + [Array(tape.name(child).utf8)])
        }
    }

    private mutating func carryJSON(_ trie: Int, scope: Int, row: Int, path: [[UInt8]], isFirst: inout Bool) {
        guard let original else { return }
        for child in unmapped(trie, scope: scope, row: row, path: path) {
            if !isFirst { out.append(0x2C) }
            isFirst = false
            JSONText.append(Array(original.tape.name(child).utf8), to: &out)
            out.append(0x3A)
            out += original.tape.bytes[original.tape.extent(of: child)]
        }
    }

    private mutating func carryXML(_ trie: Int, scope: Int, row: Int, path: [[UInt8]]) {
        guard let original else { return }
        for child in unmapped(trie, scope: scope, row: row, path: path)
        where !original.tape.nodes[child].isAttribute {
            out += original.tape.bytes[original.tape.extent(of: child)]
        }
    }
}
