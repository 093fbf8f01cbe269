// Start tags, attributes and namespace prefixes.

/// A namespace declaration in force.
struct XMLPrefix {
    /// The span of the prefix.
    let name: Range<Int>
    /// The span of the namespace name.
    let uri: Range<Int>
    /// Where this namespace name stood first, so that two of them are compared once and not at every attribute.
    let namespace: Int
}

extension XMLParser {
    /// Reads a start tag, or an empty element whole.
    mutating func startTag(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) -> Int {
        guard open.count < limits.depth else { throw FormatError(.tooDeep(limit: limits.depth), at: at) }
        var isPrefixed = false
        let nameEnd = try XMLName.end(bytes, at + 1, &isPrefixed)
        try checkLength(at + 1, nameEnd)
        let index = nodes.count
        let outerPrefixes = prefixes.count
        try append(Tape.Node(.text, name: at + 1..<nameEnd, value: nameEnd..<nameEnd, next: index + 1))
        var end = nameEnd
        if end < bytes.count, bytes[end] != Ascii.greater {
            end = try attributes(bytes, end, of: index, &isPrefixed)
        }
        guard end < bytes.count else { throw FormatError(.xmlUnterminated(.tag), at: at) }
        let hasAttributes = nodes.count > index + 1
        if hasAttributes { nodes[index].kind = .object }
        if isPrefixed { try checkPrefixes(bytes, index) }
        let isEmpty = bytes[end] == Ascii.slash
        if isEmpty { end += 1 }
        guard end < bytes.count, bytes[end] == Ascii.greater else {
            throw FormatError(.xmlExpected(.tagEnd), at: end)
        }
        nodes[index].valueStart = Int32(truncatingIfNeeded: end + 1)
        let element = Open(node: index, outerPrefixes: outerPrefixes)
        open.append(element)
        if isEmpty { try closeElement(element, end + 1) }
        return end + 1
    }

    /// Reads the attributes behind the name; returns where `>` or `/` stands.
    private mutating func attributes(
        _ bytes: Span<UInt8>, _ start: Int, of element: Int, _ isPrefixed: inout Bool
    ) throws(FormatError) -> Int {
        var at = start
        while true {
            let next = Ascii.skipBlanks(bytes, at)
            guard next < bytes.count, bytes[next] != Ascii.greater, bytes[next] != Ascii.slash else { return next }
            guard next > at else { throw FormatError(.xmlExpected(.space), at: at) }
            let count = nodes.count - element - 1
            guard count < limits.attributes else {
                throw FormatError(.tooManyAttributes(limit: limits.attributes), at: next)
            }
            at = try attribute(bytes, next, &isPrefixed)
            try checkDuplicate(bytes, element)
        }
    }

    /// Reads `name="value"`; returns where to go on.
    private mutating func attribute(
        _ bytes: Span<UInt8>, _ start: Int, _ isPrefixed: inout Bool
    ) throws(FormatError) -> Int {
        let nameEnd = try XMLName.end(bytes, start, &isPrefixed)
        var at = Ascii.skipBlanks(bytes, nameEnd)
        guard at < bytes.count, bytes[at] == Ascii.equals else { throw FormatError(.xmlExpected(.equals), at: at) }
        at = Ascii.skipBlanks(bytes, at + 1)
        guard at < bytes.count, bytes[at] == Ascii.quote || bytes[at] == Ascii.apostrophe else {
            throw FormatError(.xmlExpected(.attributeValue), at: at)
        }
        let valueStart = at + 1
        var isEscaped = false
        let valueEnd = try Self.attributeValueEnd(bytes, valueStart, quote: bytes[at], &isEscaped)
        try checkLength(start, nameEnd)
        try checkLength(valueStart, valueEnd)
        try append(
            Tape.Node(
                .text, name: start..<nameEnd, value: valueStart..<valueEnd, isEscaped: isEscaped, isAttribute: true,
                next: nodes.count + 1))
        try declarePrefix(bytes, start..<nameEnd, uri: valueStart..<valueEnd)
        return valueEnd + 1
    }

    private static func attributeValueEnd(
        _ bytes: Span<UInt8>, _ start: Int, quote: UInt8, _ isEscaped: inout Bool
    ) throws(FormatError) -> Int {
        var at = start
        while at < bytes.count, bytes[at] != quote {
            let byte = bytes[at]
            if byte > Ascii.space && byte < 0x80 && byte != Ascii.ampersand && byte != Ascii.less {
                at += 1
            } else if byte == Ascii.ampersand {
                isEscaped = true
                at = try XMLReference.end(bytes, at)
            } else if byte == Ascii.less {
                throw FormatError(.xmlLessThanInAttribute, at: at)
            } else {
                // Line ends and tabs become spaces.
                if byte < Ascii.space { isEscaped = true }
                at = try skipCharacter(bytes, at)
            }
        }
        guard at < bytes.count else { throw FormatError(.xmlUnterminated(.attributeValue), at: start - 1) }
        return at
    }

    /// Compares the last attribute with those before it.
    private func checkDuplicate(_ bytes: Span<UInt8>, _ element: Int) throws(FormatError) {
        let last = nodes[nodes.count - 1]
        let length = last.nameEnd - last.nameStart
        for index in element + 1..<nodes.count - 1 {
            let other = nodes[index]
            if other.nameEnd - other.nameStart == length,
                Self.isSame(bytes, Int(other.nameStart), Int(last.nameStart), Int(length))
            {
                throw FormatError(.xmlDuplicateAttribute(first: Int(other.nameStart)), at: Int(last.nameStart))
            }
        }
    }
}

// Namespaces in XML 1.0, 3 and 6.3.
extension XMLParser {
    /// Takes note of `xmlns:prefix="uri"`.
    private mutating func declarePrefix(
        _ bytes: Span<UInt8>, _ name: Range<Int>, uri: Range<Int>
    ) throws(FormatError) {
        guard Self.starts(bytes, name.lowerBound, with: "xmlns:"), name.count > 6 else { return }
        let prefix = name.lowerBound + 6..<name.upperBound
        if Self.spells(bytes, prefix, "xml") || Self.spells(bytes, prefix, "xmlns") || uri.isEmpty {
            throw FormatError(.xmlReservedPrefix, at: name.lowerBound)
        }
        guard prefixes.count < limits.attributes else {
            throw FormatError(.tooManyAttributes(limit: limits.attributes), at: name.lowerBound)
        }
        var namespace = uri.lowerBound
        for index in prefixes.indices where Self.isSame(bytes, prefixes[index].uri, uri) {
            namespace = prefixes[index].namespace
            break
        }
        prefixes.append(XMLPrefix(name: prefix, uri: uri, namespace: namespace))
    }

    /// Checks the names of an element and its attributes: at most one colon, and a declared prefix.
    private func checkPrefixes(_ bytes: Span<UInt8>, _ element: Int) throws(FormatError) {
        var prefixed: [(start: Int, namespace: Int, local: Range<Int>)] = []
        for index in element..<nodes.count {
            let name = Int(nodes[index].nameStart)..<Int(nodes[index].nameEnd)
            guard let colon = try XMLName.colon(bytes, name) else { continue }
            let prefix = name.lowerBound..<colon
            if Self.spells(bytes, prefix, "xml") { continue }
            if Self.spells(bytes, prefix, "xmlns") {
                if index == element { throw FormatError(.xmlReservedPrefix, at: name.lowerBound) }
                continue
            }
            guard let namespace = namespace(bytes, prefix) else {
                throw FormatError(.xmlUndeclaredPrefix, at: name.lowerBound)
            }
            if index == element { continue }
            let local = colon + 1..<name.upperBound
            for other in prefixed
            where other.namespace == namespace && Self.isSame(bytes, other.local, local) {
                throw FormatError(.xmlDuplicateAttribute(first: other.start), at: name.lowerBound)
            }
            prefixed.append((name.lowerBound, namespace, local))
        }
    }

    private func namespace(_ bytes: Span<UInt8>, _ prefix: Range<Int>) -> Int? {
        var index = prefixes.count - 1
        while index >= 0 {
            if Self.isSame(bytes, prefixes[index].name, prefix) { return prefixes[index].namespace }
            index -= 1
        }
        return nil
    }

    /// Whether two spans hold the same bytes.
    private static func isSame(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count && isSame(bytes, left.lowerBound, right.lowerBound, left.count)
    }

    @inline(__always)
    static func isSame(_ bytes: Span<UInt8>, _ left: Int, _ right: Int, _ length: Int) -> Bool {
        guard right + length <= bytes.count else { return false }
        for offset in 0..<length where bytes[left + offset] != bytes[right + offset] { return false }
        return true
    }

    /// Whether a span is exactly this ASCII word.
    private static func spells(_ bytes: Span<UInt8>, _ span: Range<Int>, _ word: String) -> Bool {
        span.count == word.utf8.count && starts(bytes, span.lowerBound, with: word)
    }
}
