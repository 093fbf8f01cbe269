/// How the bytes of a document stand for characters.
public enum TextEncoding: String, Hashable, Sendable, CaseIterable {
    /// UTF-8, RFC 3629.
    case utf8
    /// GB 18030-2022.
    case gb18030
    /// The one- and two-byte part of GB 18030. Outward only the repertoire of GBK 1.0 is written.
    case gbk

    /// The document as UTF-8, with the map from UTF-8 offsets back to offsets of `bytes`.
    ///
    /// UTF-8 comes back untouched and unchecked: its readers check it.
    public func decode(_ bytes: [UInt8]) throws(FormatError) -> (bytes: [UInt8], map: SourceMap) {
        switch self {
        case .utf8: (bytes, .identity)
        case .gb18030: try GB18030.decode(bytes)
        case .gbk: try GB18030.decode(bytes, repertoire: .gbk)
        }
    }

    /// The text, given as UTF-8, in this encoding; an error at the first character that it cannot say.
    public func encode(_ utf8: [UInt8]) throws(FormatError) -> [UInt8] {
        switch self {
        case .utf8: utf8
        case .gb18030: try GB18030.encode(utf8, repertoire: .gb18030)
        case .gbk: try GB18030.encode(utf8, repertoire: .gbk)
        }
    }
}

/// A place in a document for people.
public struct SourcePosition: Hashable, Sendable {
    /// Bytes before it in the original document.
    public let offset: Int
    /// The line, from 1.
    ///
    /// A line ends with LF, CR LF or CR.
    public let line: Int
    /// The column, from 1, in characters (Unicode scalars).
    public let column: Int

    /// A position.
    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }
}

/// The line and column of a byte offset.
///
/// Any bytes will do: a broken sequence counts as one character. A byte-order mark takes no column. An offset inside
/// a character gives that character; one outside the document gives its nearest end.
public func sourcePosition(of offset: Int, in bytes: [UInt8], encoding: TextEncoding) -> SourcePosition {
    let offset = min(max(0, offset), bytes.count)
    let (line, start) = lineStart(before: offset, in: bytes)
    let column = encoding == .utf8 ? columnUTF8(start, offset, bytes) : columnGB18030(start, offset, bytes)
    return SourcePosition(offset: offset, line: line, column: column)
}

private func lineStart(before offset: Int, in bytes: [UInt8]) -> (line: Int, start: Int) {
    var line = 1
    var start = 0
    for index in 0..<offset {
        let byte = bytes[index]
        if byte == Ascii.carriageReturn && index + 1 < bytes.count && bytes[index + 1] == Ascii.lineFeed { continue }
        if byte == Ascii.lineFeed || byte == Ascii.carriageReturn {
            line += 1
            start = index + 1
        }
    }
    return (line, start)
}

private func columnUTF8(_ start: Int, _ offset: Int, _ bytes: [UInt8]) -> Int {
    var index = start == 0 && bytes.starts(with: UTF8Bytes.byteOrderMark) ? 3 : start
    var column = 1
    while index < offset {
        let length = bytes[index] < 0x80 ? 1 : max(1, UTF8Bytes.length(bytes.span, index))
        if index + length > offset { break }
        index += length
        column += 1
    }
    return column
}

private func columnGB18030(_ start: Int, _ offset: Int, _ bytes: [UInt8]) -> Int {
    var index = start == 0 && bytes.starts(with: GB18030.byteOrderMark) ? 4 : start
    var column = 1
    while index < offset {
        let length = GB18030.sequenceLength(bytes.span, index)
        if index + length > offset { break }
        index += length
        column += 1
    }
    return column
}
