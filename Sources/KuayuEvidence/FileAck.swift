/// 应答文件: the `.ack` file with which a file region and the gateway answer a file of cases, one line for each case.
///
/// `SBLSH|0||message|case|version|at|nonce|status|content` (accepted, with the case on record), `SBLSH|0|` (accepted)
/// or `SBLSH|1|reason` (refused). Text in Unicode; the encoding of the file is its writer's and reader's business.
public struct FileAck: Hashable, Sendable {
    /// The answer for one case.
    public enum Answer: Hashable, Sendable {
        /// Taken; the gateway adds what it has on record, a region does not.
        case accepted(RegisteredMessage?)
        /// Not taken, and why.
        case refused(reason: String)
    }

    /// One line.
    public struct Line: Hashable, Sendable {
        /// The number under which the case stood in the file: SBLSH, or YWBH where that was empty.
        public var number: String
        /// The answer.
        public var answer: Answer

        /// A line.
        public init(number: String, answer: Answer) {
            self.number = number
            self.answer = answer
        }
    }

    /// The lines in file order.
    public var lines: [Line]

    /// An answer file.
    public init(lines: [Line]) { self.lines = lines }

    /// The text of the file, each line ended by a new line.
    public var text: String {
        lines.map { FileText.line(Self.columns($0)) + "\n" }.joined()
    }

    /// Reads the text of a file.
    ///
    /// A file without lines answers nothing and is refused.
    public init(text: String) throws(FileTextError) {
        var lines: [Line] = []
        for (number, bytes) in try FileText.lines(text) {
            lines.append(try Self.line(FileText.columns(bytes, number: number), number))
        }
        guard !lines.isEmpty else { throw FileTextError(.empty, line: 1) }
        self.lines = lines
    }

    private static func columns(_ line: Line) -> [String] {
        switch line.answer {
        case .accepted(let registered): [line.number, "0", ""] + (registered?.columns ?? [])
        case .refused(let reason): [line.number, "1", reason]
        }
    }

    private static func line(_ columns: [String], _ number: Int) throws(FileTextError) -> Line {
        let fullCount = 3 + RegisteredMessage.columnCount
        guard columns.count == 3 || columns.count == fullCount else {
            throw FileTextError(.columnCount(columns.count), line: number)
        }
        guard !columns[0].isEmpty else { throw FileTextError(.column("number"), line: number) }
        switch columns[1] {
        case "0":
            let registered = columns.count == 3 ? nil : try RegisteredMessage(columns[3...], line: number)
            return Line(number: columns[0], answer: .accepted(registered))
        case "1":
            guard columns.count == 3 else { throw FileTextError(.columnCount(columns.count), line: number) }
            return Line(number: columns[0], answer: .refused(reason: columns[2]))
        default: throw FileTextError(.column("result"), line: number)
        }
    }
}
