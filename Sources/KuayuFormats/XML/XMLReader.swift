/// Strict XML 1.0 with namespaces and without document types.
///
/// | document | node |
/// |---|---|
/// | element without attributes and child elements | text, the span is everything between its tags |
/// | element with attributes or child elements | object: first the attributes, then the child elements |
/// | text beside attributes | a child of the element, without a name |
/// | text beside child elements | refused, unless it is white space |
/// | comments, processing instructions | skipped, also inside text |
/// | `xmlns` attributes | kept as attributes; every prefix must be declared |
public enum XMLReader {
    /// Reads one document, already in UTF-8, in one pass.
    ///
    /// The encoding that it declares is not looked at.
    ///
    /// - Throws: ``FormatError`` with the offset of the first byte that is wrong.
    public static func read(_ bytes: [UInt8], limits: FormatLimits = .standard) throws(FormatError) -> Tape {
        try limits.checkSize(bytes.count)
        var parser = XMLParser(limits: limits, capacity: bytes.count / 24 + 8)
        try parser.parse(bytes.span)
        return Tape(bytes: bytes, nodes: parser.nodes, format: .xml)
    }

    /// The encoding that the XML declaration of a raw document names, as written; nil without one.
    ///
    /// Reads the first 200 bytes at most and works for every encoding that extends ASCII.
    public static func declaredEncoding(of bytes: [UInt8]) -> String? {
        let start = bytes.starts(with: UTF8Bytes.byteOrderMark) ? 3 : 0
        var head = bytes[start..<min(bytes.count, start + 200)]
        guard head.starts(with: "<?xml".utf8), let end = head.firstIndex(of: Ascii.greater) else { return nil }
        head = head[..<end]
        let word = Array("encoding".utf8)
        while head.count > word.count, !head.starts(with: word) { head = head.dropFirst() }
        head = head.dropFirst(word.count).drop(while: Ascii.isBlank)
        guard head.first == Ascii.equals else { return nil }
        head = head.dropFirst().drop(while: Ascii.isBlank)
        guard let quote = head.first, quote == Ascii.quote || quote == Ascii.apostrophe else { return nil }
        guard let close = head.dropFirst().firstIndex(of: quote) else { return nil }
        return String(decoding: head.dropFirst()[..<close], as: UTF8.self)
    }
}

/// The state of reading one document: the tape so far, the elements that are open, the prefixes in force.
struct XMLParser {
    /// An element whose end tag has not come yet.
    struct Open {
        let node: Int
        /// Where its first text that is not white space stands, or -1.
        var firstText = -1
        var isEscaped = false
        var hasElements = false
        /// How many prefixes were in force around it.
        let outerPrefixes: Int
    }

    let limits: FormatLimits
    var nodes: [Tape.Node] = []
    var open: [Open] = []
    var prefixes: [XMLPrefix] = []

    init(limits: FormatLimits, capacity: Int) {
        self.limits = limits
        nodes.reserveCapacity(min(capacity, max(0, limits.nodes)))
        open.reserveCapacity(16)
    }

    mutating func parse(_ bytes: Span<UInt8>) throws(FormatError) {
        var at = try Self.prologEnd(bytes)
        guard at < bytes.count else { throw FormatError(.xmlExpected(.root), at: at) }
        at = try startTag(bytes, at)
        while !open.isEmpty { at = try content(bytes, at) }
        at = try Self.skipMisc(bytes, at)
        if at < bytes.count { throw FormatError(.xmlContentOutsideRoot, at: at) }
    }

    /// Reads a run of text and the one piece of markup behind it.
    private mutating func content(_ bytes: Span<UInt8>, _ start: Int) throws(FormatError) -> Int {
        let top = open.count - 1
        var text = TextRun()
        let at = try text.scan(bytes, start)
        if text.isEscaped { open[top].isEscaped = true }
        if text.first >= 0 { try noteText(top, at: text.first) }
        guard at < bytes.count else {
            throw FormatError(.xmlUnclosedElement(opened: Int(nodes[open[top].node].nameStart) - 1), at: at)
        }
        guard at + 1 < bytes.count else { throw FormatError(.xmlUnterminated(.tag), at: at) }
        switch bytes[at + 1] {
        case Ascii.slash: return try endTag(bytes, at)
        case Ascii.exclamation: return try declaration(bytes, at)
        case Ascii.question:
            open[top].isEscaped = true
            return try Self.instructionEnd(bytes, at)
        default:
            if open[top].firstText >= 0 { throw FormatError(.xmlMixedContent, at: open[top].firstText) }
            open[top].hasElements = true
            nodes[open[top].node].kind = .object
            return try startTag(bytes, at)
        }
    }

    private mutating func noteText(_ top: Int, at position: Int) throws(FormatError) {
        if open[top].hasElements { throw FormatError(.xmlMixedContent, at: position) }
        if open[top].firstText < 0 { open[top].firstText = position }
    }

    /// A comment, a CDATA section, or something that is refused.
    private mutating func declaration(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) -> Int {
        let top = open.count - 1
        open[top].isEscaped = true
        if Self.starts(bytes, at, with: "<!--") { return try Self.commentEnd(bytes, at) }
        guard Self.starts(bytes, at, with: "<![CDATA[") else { throw Self.refusedDeclaration(bytes, at) }
        let (end, isBlank) = try Self.cdataEnd(bytes, at)
        if !isBlank { try noteText(top, at: at) }
        return end
    }

    private mutating func endTag(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) -> Int {
        let element = open[open.count - 1]
        let node = nodes[element.node]
        let length = Int(node.nameEnd - node.nameStart)
        let nameStart = at + 2
        var end = nameStart + length
        guard end < bytes.count, Self.isSame(bytes, Int(node.nameStart), nameStart, length),
            bytes[end] == Ascii.greater || Ascii.isBlank(bytes[end])
        else { throw mismatch(bytes, at, node) }
        end = Ascii.skipBlanks(bytes, end)
        guard end < bytes.count, bytes[end] == Ascii.greater else {
            throw FormatError(.xmlExpected(.tagEnd), at: end)
        }
        try closeElement(element, at)
        return end + 1
    }

    private func mismatch(_ bytes: Span<UInt8>, _ at: Int, _ node: Tape.Node) -> FormatError {
        do {
            let end = try XMLName.end(bytes, at + 2)
            // A tag that is cut off is no wrong tag.
            if end == bytes.count { return FormatError(.xmlUnterminated(.tag), at: at) }
            let length = Int(node.nameEnd - node.nameStart)
            if end - at - 2 == length, Self.isSame(bytes, Int(node.nameStart), at + 2, length) {
                return FormatError(.xmlExpected(.tagEnd), at: end)
            }
        } catch { return error }
        return FormatError(.xmlMismatchedTag(opened: Int(node.nameStart) - 1), at: at)
    }

    mutating func closeElement(_ element: Open, _ end: Int) throws(FormatError) {
        let start = Int(nodes[element.node].valueStart)
        nodes[element.node].valueEnd = Int32(truncatingIfNeeded: end)
        if !element.hasElements {
            try checkLength(start, end)
            if nodes[element.node].kind == .text {
                nodes[element.node].isEscaped = element.isEscaped
            } else if element.firstText >= 0 {
                try append(
                    Tape.Node(.text, value: start..<end, isEscaped: element.isEscaped, next: nodes.count + 1))
            }
        }
        nodes[element.node].next = Int32(truncatingIfNeeded: nodes.count)
        prefixes.removeLast(prefixes.count - element.outerPrefixes)
        open.removeLast()
    }

    /// Refuses a name or text that is too long.
    @inline(__always)
    func checkLength(_ start: Int, _ end: Int) throws(FormatError) {
        if end - start > limits.textBytes { throw FormatError(.textTooLong(limit: limits.textBytes), at: start) }
    }

    /// Appends a node, within the limit.
    @inline(__always)
    mutating func append(_ node: Tape.Node) throws(FormatError) {
        guard nodes.count < limits.nodes else {
            let start = node.nameStart == node.nameEnd ? node.valueStart : node.nameStart
            throw FormatError(.tooManyNodes(limit: limits.nodes), at: Int(start))
        }
        nodes.append(node)
    }
}
