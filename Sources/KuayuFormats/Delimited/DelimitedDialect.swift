/// How a table is written as text.
public struct DelimitedDialect: Hashable, Sendable {
    /// How a line ends when it is written.
    ///
    /// Both are read.
    public enum LineEnd: Hashable, Sendable {
        /// LF.
        case lineFeed
        /// CR LF, RFC 4180.
        case carriageReturnLineFeed
    }

    /// The byte between two fields; ASCII.
    public let separator: UInt8
    /// What encloses fields that hold separators, quotes or line ends; doubled inside of them.
    ///
    /// ASCII, nil for none.
    public let quote: UInt8?
    /// What escapes the separator, itself and, with `n`, a line end.
    ///
    /// ASCII, nil for none.
    public let escape: UInt8?
    /// How a line ends when it is written.
    public let lineEnd: LineEnd

    /// A dialect.
    ///
    /// Separator, quote and escape must be different ASCII characters and no line ends.
    public init(separator: UInt8, quote: UInt8?, escape: UInt8?, lineEnd: LineEnd) {
        self.separator = separator
        self.quote = quote
        self.escape = escape
        self.lineEnd = lineEnd
    }

    /// `a|b|c`, with the escapes `\|`, `\n` and `\\`; lines end with LF.
    public static let pipe = DelimitedDialect(
        separator: Ascii.pipe, quote: nil, escape: Ascii.backslash, lineEnd: .lineFeed)
    /// `a,"b ""c""",d`, RFC 4180; lines end with CR LF.
    public static let csv = DelimitedDialect(
        separator: Ascii.comma, quote: Ascii.quote, escape: nil, lineEnd: .carriageReturnLineFeed)

    /// The plain bytes of a span that the reader has checked and marked as escaped.
    func decode(_ bytes: [UInt8], _ span: Range<Int>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(span.count)
        var at = span.lowerBound
        while at < span.upperBound {
            let byte = bytes[at]
            if byte == escape && at + 1 < span.upperBound {
                out.append(bytes[at + 1] == 0x6E ? Ascii.lineFeed : bytes[at + 1])
                at += 2
            } else {
                out.append(byte)
                // A doubled quote; the reader lets no single one through.
                at += byte == quote ? 2 : 1
            }
        }
        return out
    }
}
