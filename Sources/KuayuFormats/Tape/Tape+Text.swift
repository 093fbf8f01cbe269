// Decoding of names and values.

extension Tape {
    /// The decoded value text of a leaf; the literal of a number or bool; empty for null, object and array.
    public func text(_ index: Int) -> String {
        let node = nodes[index]
        if node.isEscaped { return String(decoding: decodedBytes(index), as: UTF8.self) }
        switch node.kind {
        case .object, .array, .null: return ""
        case .text, .number, .bool:
            return String(decoding: bytes[Int(node.valueStart)..<Int(node.valueEnd)], as: UTF8.self)
        }
    }

    /// The bytes of ``text(_:)``, UTF-8.
    public func decodedBytes(_ index: Int) -> [UInt8] {
        let node = nodes[index]
        switch node.kind {
        case .object, .array, .null: return []
        case .text, .number, .bool: break
        }
        let span = Int(node.valueStart)..<Int(node.valueEnd)
        guard node.isEscaped else { return Array(bytes[span]) }
        switch format {
        case .json: return JSONEscapes.decode(bytes, span)
        case .xml: return XMLText.decode(bytes, span, isAttribute: node.isAttribute)
        case .delimited(let dialect): return dialect.decode(bytes, span)
        }
    }

    /// The decoded name; attributes carry a leading `@`; empty where a node has no name.
    public func name(_ index: Int) -> String {
        let node = nodes[index]
        let plain = String(decoding: nameBytes(index), as: UTF8.self)
        return node.isAttribute ? "@" + plain : plain
    }

    /// The decoded bytes of the name, without `@`.
    func nameBytes(_ index: Int) -> ArraySlice<UInt8> {
        let node = nodes[index]
        let span = Int(node.nameStart)..<Int(node.nameEnd)
        return node.nameIsEscaped ? JSONEscapes.decode(bytes, span)[...] : bytes[span]
    }

    /// Whether the decoded name is `name`; whether the node is an attribute is not considered.
    public func nameEquals(_ index: Int, _ name: [UInt8]) -> Bool {
        let node = nodes[index]
        if node.nameIsEscaped { return nameBytes(index).elementsEqual(name) }
        let start = Int(node.nameStart)
        guard Int(node.nameEnd) - start == name.count else { return false }
        for offset in 0..<name.count where bytes[start + offset] != name[offset] { return false }
        return true
    }

    /// The bytes of the whole value as it is written, with its quotes, brackets, or start and end tag.
    ///
    /// This is what is kept when a field is carried unread. For an XML attribute it includes the name.
    public func extent(of index: Int) -> Range<Int> {
        let node = nodes[index]
        let value = Int(node.valueStart)..<Int(node.valueEnd)
        switch format {
        case .json:
            switch node.kind {
            case .object, .array, .text: return value.lowerBound - 1..<value.upperBound + 1
            case .number, .bool, .null: return value
            }
        case .xml: return xmlExtent(node, value)
        case .delimited(let dialect):
            guard node.kind == .text, let quote = dialect.quote, value.lowerBound > 0,
                bytes[value.lowerBound - 1] == quote
            else { return value }
            return value.lowerBound - 1..<value.upperBound + 1
        }
    }

    private func xmlExtent(_ node: Node, _ value: Range<Int>) -> Range<Int> {
        if node.isAttribute { return Int(node.nameStart)..<value.upperBound + 1 }
        if node.nameStart == node.nameEnd { return value }
        let start = Int(node.nameStart) - 1
        // `<A/>` has an empty value right behind its tag; nothing else puts `/>` there.
        let isClosedInTag = value.isEmpty && bytes[value.lowerBound - 2] == Ascii.slash
        if isClosedInTag { return start..<value.upperBound }
        var end = value.upperBound
        while bytes[end] != Ascii.greater { end += 1 }
        return start..<end + 1
    }
}
