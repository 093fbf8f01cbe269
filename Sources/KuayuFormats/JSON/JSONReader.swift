/// Strict JSON: RFC 8259 in UTF-8.
///
/// Refuses what parsers disagree on: byte-order marks, duplicate names (escapes or not), lone surrogates, anything
/// after the value. Numbers are checked but stay text, so that no id and no amount is rounded.
public enum JSONReader {
    /// Reads one document in one pass.
    ///
    /// - Throws: ``FormatError`` with the offset of the first byte that is wrong; for a duplicate name where the
    ///   second one starts.
    public static func read(_ bytes: [UInt8], limits: FormatLimits = .standard) throws(FormatError) -> Tape {
        try limits.checkSize(bytes.count)
        if bytes.starts(with: UTF8Bytes.byteOrderMark) { throw FormatError(.jsonByteOrderMark, at: 0) }
        var parser = JSONParser(limits: limits, capacity: bytes.count / 16 + 8)
        try parser.parse(bytes.span)
        return Tape(bytes: bytes, nodes: parser.nodes, format: .json)
    }

    /// The text of a string that itself holds JSON, with the map from its offsets back to those of the tape.
    public static func embeddedText(_ tape: Tape, _ index: Int) -> (bytes: [UInt8], map: SourceMap) {
        let node = tape.nodes[index]
        let span = Int(node.valueStart)..<Int(node.valueEnd)
        guard node.isEscaped, case .json = tape.format else {
            return (tape.decodedBytes(index), .shift(by: span.lowerBound))
        }
        return JSONEscapes.decodeWithMap(tape.bytes, span)
    }
}

/// The state of reading one document: the tape so far and the containers that are open.
struct JSONParser {
    let limits: FormatLimits
    var nodes: [Tape.Node] = []
    private var open: [Int] = []
    private var names = JSONNameCheck()

    init(limits: FormatLimits, capacity: Int) {
        self.limits = limits
        nodes.reserveCapacity(min(capacity, max(0, limits.nodes)))
    }

    mutating func parse(_ bytes: Span<UInt8>) throws(FormatError) {
        var at = try value(bytes, Ascii.skipBlanks(bytes, 0), name: 0..<0, nameIsEscaped: false)
        while let parent = open.last {
            at = Ascii.skipBlanks(bytes, at)
            let isObject = nodes[parent].kind == .object
            guard at < bytes.count else {
                throw FormatError(.jsonUnexpectedEnd(isObject ? .commaOrBrace : .commaOrBracket), at: at)
            }
            if bytes[at] == (isObject ? Ascii.closeBrace : Ascii.closeBracket) {
                try close(bytes, parent, at)
                at += 1
                continue
            }
            if nodes.count - 1 > parent {
                guard bytes[at] == Ascii.comma else {
                    throw FormatError(.jsonExpected(isObject ? .commaOrBrace : .commaOrBracket), at: at)
                }
                at = Ascii.skipBlanks(bytes, at + 1)
            }
            at = try isObject ? member(bytes, at) : value(bytes, at, name: 0..<0, nameIsEscaped: false)
        }
        at = Ascii.skipBlanks(bytes, at)
        if at < bytes.count { throw FormatError(.jsonTrailingContent, at: at) }
    }

    private mutating func member(_ bytes: Span<UInt8>, _ at: Int) throws(FormatError) -> Int {
        guard at < bytes.count else { throw FormatError(.jsonUnexpectedEnd(.name), at: at) }
        guard bytes[at] == Ascii.quote else { throw FormatError(.jsonExpected(.name), at: at) }
        var isEscaped = false
        let end = try Self.stringEnd(bytes, at + 1, &isEscaped)
        try checkLength(at + 1, end)
        let colon = Ascii.skipBlanks(bytes, end + 1)
        guard colon < bytes.count else { throw FormatError(.jsonUnexpectedEnd(.colon), at: colon) }
        guard bytes[colon] == Ascii.colon else { throw FormatError(.jsonExpected(.colon), at: colon) }
        return try value(
            bytes, Ascii.skipBlanks(bytes, colon + 1), name: at + 1..<end, nameIsEscaped: isEscaped)
    }

    /// Reads a scalar whole, or opens a container.
    ///
    /// Returns where to go on.
    private mutating func value(
        _ bytes: Span<UInt8>, _ at: Int, name: Range<Int>, nameIsEscaped: Bool
    ) throws(FormatError) -> Int {
        guard at < bytes.count else { throw FormatError(.jsonUnexpectedEnd(.value), at: at) }
        guard nodes.count < limits.nodes else { throw FormatError(.tooManyNodes(limit: limits.nodes), at: at) }
        let byte = bytes[at]
        var isEscaped = false
        var span = at..<at
        var end = at
        let kind: Tape.Kind
        switch byte {
        case Ascii.quote:
            kind = .text
            end = try Self.stringEnd(bytes, at + 1, &isEscaped) + 1
            span = at + 1..<end - 1
        case Ascii.openBrace, Ascii.openBracket:
            kind = byte == Ascii.openBrace ? .object : .array
            guard open.count < limits.depth else { throw FormatError(.tooDeep(limit: limits.depth), at: at) }
            open.append(nodes.count)
            end = at + 1
            span = end..<end
        case Ascii.minus, 0x30...0x39:
            kind = .number
            end = try Self.numberEnd(bytes, at)
            span = at..<end
        default:
            (kind, end) = try Self.word(bytes, at)
            span = at..<end
        }
        try checkLength(span.lowerBound, span.upperBound)
        nodes.append(
            Tape.Node(
                kind, name: name, nameIsEscaped: nameIsEscaped, value: span, isEscaped: isEscaped,
                next: nodes.count + 1))
        return end
    }

    private mutating func close(_ bytes: Span<UInt8>, _ index: Int, _ at: Int) throws(FormatError) {
        nodes[index].valueEnd = Int32(truncatingIfNeeded: at)
        nodes[index].next = Int32(truncatingIfNeeded: nodes.count)
        open.removeLast()
        if nodes[index].kind == .object { try names.check(bytes, nodes, index) }
    }

    @inline(__always)
    private func checkLength(_ start: Int, _ end: Int) throws(FormatError) {
        if end - start > limits.textBytes { throw FormatError(.textTooLong(limit: limits.textBytes), at: start) }
    }
}
