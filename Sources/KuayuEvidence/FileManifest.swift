import KuayuModel

/// 校验文件: the `.ok` file that completes a file of cases: until it is there and fits, the file does not exist.
///
/// First line: the number of lines and the SM3 digest (GB/T 32905-2016) of the file. The gateway adds a line for each
/// case: `SBLSH|message id|case id|version|registeredAt|nonce|status|content`; a region writes the first line only.
public struct FileManifest: Hashable, Sendable {
    /// One case of the file.
    public struct Entry: Hashable, Sendable {
        /// The number under which the case stands in the file: SBLSH, or YWBH where that is empty.
        public var number: String
        /// The message and the case on record.
        public var message: RegisteredMessage

        /// An entry.
        public init(number: String, message: RegisteredMessage) {
            self.number = number
            self.message = message
        }
    }

    /// Number of lines that the file must have.
    public var lineCount: Int
    /// SM3 digest of the bytes of the file: 64 lower-case hexadecimal digits.
    public var sm3: String
    /// The cases, in file order; may be empty.
    public var entries: [Entry]

    /// A manifest.
    public init(lineCount: Int, sm3: String, entries: [Entry] = []) {
        self.lineCount = lineCount
        self.sm3 = sm3
        self.entries = entries
    }

    /// The text of the manifest, each line ended by a new line.
    public var text: String {
        let lines = entries.map { FileText.line([$0.number] + $0.message.columns) }
        return (["\(lineCount) \(sm3)"] + lines).map { $0 + "\n" }.joined()
    }

    /// Reads the text of a manifest.
    ///
    /// Upper-case digits of the digest are taken as lower-case.
    public init(text: String) throws(FileTextError) {
        let lines = try FileText.lines(text)
        guard let first = lines.first else { throw FileTextError(.empty, line: 1) }
        let head = String(decoding: first.bytes, as: UTF8.self)
        let words = head.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count == 2, let count = RegisteredMessage.number(String(words[0])) else {
            throw FileTextError(.head, line: first.number)
        }
        let digits = words[1].lowercased()
        guard digits.utf8.count == 64, HexText.decode(digits) != nil else {
            throw FileTextError(.head, line: first.number)
        }
        lineCount = count
        sm3 = digits
        entries = []
        for (number, bytes) in lines.dropFirst() {
            entries.append(try Self.entry(FileText.columns(bytes, number: number), number))
        }
    }

    private static func entry(_ columns: [String], _ line: Int) throws(FileTextError) -> Entry {
        guard columns.count == 1 + RegisteredMessage.columnCount else {
            throw FileTextError(.columnCount(columns.count), line: line)
        }
        guard !columns[0].isEmpty else { throw FileTextError(.column("number"), line: line) }
        return Entry(number: columns[0], message: try RegisteredMessage(columns[1...], line: line))
    }
}
