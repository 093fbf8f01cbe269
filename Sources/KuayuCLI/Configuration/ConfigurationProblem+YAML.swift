import Yams

// What the YAML reader says, in words that name the file's place and the way out.
extension ConfigurationProblem {
    /// A text that is not YAML, or YAML that this file may not hold.
    init(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let sentence = context.map { "\($0.text), \(problem)" } ?? problem
            self.init(notYAML: sentence, line: mark.line, column: mark.column)
        case .reader(let problem, let offset, _, _):
            let place = Self.place(of: offset ?? 0, in: text)
            self.init(
                line: place.line, column: place.column, path: "", message: "this is not YAML: \(problem)",
                help: "remove the character, or write it as an escape in double quotes")
        case .duplicatedKeysInMapping(let keys, let context):
            self.init(
                line: context.mark.line, column: context.mark.column, path: keys.first ?? "",
                message: "stands more than once in one map", help: "keep one of them")
        default:
            self.init(notYAML: "\(error)", line: 1, column: 1)
        }
    }

    /// A text whose structure cannot be read.
    init(notYAML problem: String, line: Int, column: Int) {
        self.init(
            line: line, column: column, path: "", message: "this is not YAML: \(problem)",
            help: "check brackets, quotes and indentation here and in the lines above; blanks, no tabs")
    }

    /// Line and column, from 1, of a character that is `offset` characters behind the first.
    private static func place(of offset: Int, in text: String) -> (line: Int, column: Int) {
        let before = text.prefix(offset)
        let lineStart = before.lastIndex(where: \.isNewline).map { before.index(after: $0) } ?? before.startIndex
        return (before.count(where: \.isNewline) + 1, before.distance(from: lineStart, to: before.endIndex) + 1)
    }
}
