/// Why a `.ack` or `.ok` file is refused, and where.
public struct FileTextError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Kind: Hashable, Sendable {
        /// Longer than ``FileText/limitBytes``.
        case tooLong
        /// The file has no line.
        case empty
        /// The first line of a manifest is not a count, a space and 64 hexadecimal digits.
        case head
        /// A line has a number of columns that none of its layouts has.
        case columnCount(Int)
        /// A column has a value that it cannot have.
        case column(String)
        /// A backslash before anything but `|`, `n` or a backslash.
        case escape
    }

    /// What is wrong.
    public let kind: Kind
    /// Line, from 1.
    public let line: Int

    /// A refusal.
    public init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
    }
}

/// Lines of columns with `|` between them; `\|`, `\n` and `\\` stand for a bar, a new line and a backslash.
public enum FileText {
    /// Longest file that is read.
    public static let limitBytes = 5 << 20

    /// One line without its end.
    static func line(_ columns: [String]) -> String { columns.map(escaped).joined(separator: "|") }

    /// The lines that are not empty, with their numbers from 1.
    ///
    /// A byte-order mark and carriage returns are passed over.
    static func lines(_ text: String) throws(FileTextError) -> [(number: Int, bytes: ArraySlice<UInt8>)] {
        guard text.utf8.count <= limitBytes else { throw FileTextError(.tooLong, line: 1) }
        var bytes = Array(text.utf8)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            return line.isEmpty ? nil : (index + 1, line)
        }
    }

    /// The columns of one line, escapes resolved.
    static func columns(_ line: ArraySlice<UInt8>, number: Int) throws(FileTextError) -> [String] {
        var columns: [String] = []
        var column: [UInt8] = []
        var bytes = line.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "|"):
                columns.append(String(decoding: column, as: UTF8.self))
                column = []
            case UInt8(ascii: "\\"):
                guard let character = meaning(bytes.next()) else { throw FileTextError(.escape, line: number) }
                column.append(character)
            default: column.append(byte)
            }
        }
        return columns + [String(decoding: column, as: UTF8.self)]
    }

    private static func meaning(_ escaped: UInt8?) -> UInt8? {
        switch escaped {
        case UInt8(ascii: "|"), UInt8(ascii: "\\"): escaped
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        default: nil
        }
    }

    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "|"), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
            case UInt8(ascii: "\r"): continue
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
