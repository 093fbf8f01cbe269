/// Decodes spans of text and attribute values that the reader has checked.
enum XMLText {
    /// The characters of a span: references resolved, CDATA unwrapped, comments and instructions dropped, line ends
    /// made LF (XML 1.0, 2.11), and in attributes white space made spaces (3.3.3).
    static func decode(_ bytes: [UInt8], _ span: Range<Int>, isAttribute: Bool) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(span.count)
        let view = bytes.span
        var at = span.lowerBound
        while at < span.upperBound {
            switch view[at] {
            case Ascii.ampersand:
                // A checked span holds nothing but references behind an ampersand.
                let (scalar, length) = XMLReference.value(view, at) ?? (0xFFFD, 1)
                UTF8Bytes.append(scalar, to: &out)
                at += length
            case Ascii.less where !isAttribute: at = markup(bytes, at, span.upperBound, to: &out)
            case Ascii.carriageReturn: at = lineEnd(bytes, at, isAttribute ? Ascii.space : Ascii.lineFeed, to: &out)
            case Ascii.tab, Ascii.lineFeed:
                out.append(isAttribute ? Ascii.space : view[at])
                at += 1
            default:
                let start = at
                while at < span.upperBound, isPlain(view[at]) { at += 1 }
                out.append(contentsOf: bytes[start..<at])
            }
        }
        return out
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= Ascii.space && byte != Ascii.ampersand && byte != Ascii.less
    }

    /// CR LF and a lone CR are one line end.
    private static func lineEnd(_ bytes: [UInt8], _ at: Int, _ end: UInt8, to out: inout [UInt8]) -> Int {
        out.append(end)
        return at + 1 < bytes.count && bytes[at + 1] == Ascii.lineFeed ? at + 2 : at + 1
    }

    /// Appends the content of a CDATA section, or skips a comment or an instruction.
    private static func markup(_ bytes: [UInt8], _ start: Int, _ limit: Int, to out: inout [UInt8]) -> Int {
        let view = bytes.span
        if XMLParser.starts(view, start, with: "<![CDATA[") {
            var at = start + 9
            while at < limit, !XMLParser.starts(view, at, with: "]]>") {
                if view[at] == Ascii.carriageReturn {
                    at = lineEnd(bytes, at, Ascii.lineFeed, to: &out)
                } else {
                    out.append(view[at])
                    at += 1
                }
            }
            return at + 3
        }
        let isComment = XMLParser.starts(view, start, with: "<!--")
        var at = start + (isComment ? 4 : 2)
        while at < limit, !XMLParser.starts(view, at, with: isComment ? "-->" : "?>") { at += 1 }
        return at + (isComment ? 3 : 2)
    }
}
