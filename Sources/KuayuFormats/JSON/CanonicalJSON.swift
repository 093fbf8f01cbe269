/// JSON Canonicalization Scheme, RFC 8785: one document, one spelling, for digests and signatures.
public enum CanonicalJSON {
    /// The canonical bytes of a JSON tape.
    ///
    /// Members are sorted by UTF-16 code units, numbers written as ECMAScript does. An integer of more than 15 digits
    /// that would not come out as it went in is outside of the scheme's domain (RFC 7493, 2.2) and refused, so that
    /// no two ids ever look the same.
    ///
    /// - Throws: ``FormatError`` of kind `numberNotExact` at such a number, or at one that is too large for a double.
    public static func canonicalize(_ tape: Tape) throws(FormatError) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(tape.bytes.count)
        try append(tape, 0, to: &out)
        return out
    }

    /// Appends the canonical bytes of one node and what is below it.
    public static func append(_ tape: Tape, _ index: Int, to out: inout [UInt8]) throws(FormatError) {
        // A stack of its own: the depth of a tape is whatever limit it was read with.
        var open: [Frame] = []
        try begin(tape, index, &open, to: &out)
        while !open.isEmpty {
            let top = open.count - 1
            guard open[top].position < open[top].members.count else {
                out.append(open[top].isObject ? Ascii.closeBrace : Ascii.closeBracket)
                open.removeLast()
                continue
            }
            let member = open[top].members[open[top].position]
            if open[top].position > 0 { out.append(Ascii.comma) }
            open[top].position += 1
            if open[top].isObject {
                appendString(tape.nameBytes(member), to: &out)
                out.append(Ascii.colon)
            }
            try begin(tape, member, &open, to: &out)
        }
    }

    /// A container that is being written.
    private struct Frame {
        let isObject: Bool
        let members: [Int]
        var position = 0
    }

    private static func begin(
        _ tape: Tape, _ index: Int, _ open: inout [Frame], to out: inout [UInt8]
    ) throws(FormatError) {
        let node = tape.nodes[index]
        switch node.kind {
        case .object:
            out.append(Ascii.openBrace)
            open.append(Frame(isObject: true, members: sortedMembers(tape, index)))
        case .array:
            out.append(Ascii.openBracket)
            open.append(Frame(isObject: false, members: Array(tape.children(of: index))))
        case .text: appendString(tape.decodedBytes(index)[...], to: &out)
        case .number: try appendNumber(tape, node, to: &out)
        case .bool, .null: out.append(contentsOf: tape.bytes[Int(node.valueStart)..<Int(node.valueEnd)])
        }
    }

    private static func sortedMembers(_ tape: Tape, _ index: Int) -> [Int] {
        let members = tape.children(of: index).map { (index: $0, name: tape.nameBytes($0)) }
        return members.sorted { precedes($0.name, $1.name) }.map(\.index)
    }

    /// Order by UTF-16 code units, over UTF-8: as by bytes, but U+E000–U+FFFF come behind what needs surrogates.
    static func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        for (one, other) in zip(left, right) where one != other { return rank(one) < rank(other) }
        return left.count < right.count
    }

    private static func rank(_ byte: UInt8) -> UInt8 { byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte }
}

// Strings, RFC 8785, 3.2.2.2.
extension CanonicalJSON {
    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// Appends a string with its quotes.
    public static func appendString(_ string: String, to out: inout [UInt8]) {
        appendString(Array(string.utf8)[...], to: &out)
    }

    /// Appends a string, given as UTF-8, with its quotes.
    public static func appendString(_ utf8: ArraySlice<UInt8>, to out: inout [UInt8]) {
        out.append(Ascii.quote)
        let first = utf8.startIndex
        let view = utf8.span
        var start = first
        for offset in 0..<view.count {
            let byte = view[offset]
            if byte >= Ascii.space && byte != Ascii.quote && byte != Ascii.backslash { continue }
            out.append(contentsOf: utf8[start..<first + offset])
            appendEscape(byte, to: &out)
            start = first + offset + 1
        }
        out.append(contentsOf: utf8[start...])
        out.append(Ascii.quote)
    }

    private static func appendEscape(_ byte: UInt8, to out: inout [UInt8]) {
        out.append(Ascii.backslash)
        switch byte {
        case 0x08: out.append(0x62)
        case 0x09: out.append(0x74)
        case 0x0A: out.append(0x6E)
        case 0x0C: out.append(0x66)
        case 0x0D: out.append(0x72)
        case Ascii.quote, Ascii.backslash: out.append(byte)
        default:
            out.append(contentsOf: [0x75, Ascii.zero, Ascii.zero])
            out.append(hexDigits[Int(byte >> 4)])
            out.append(hexDigits[Int(byte & 15)])
        }
    }
}
