/// A place in a message as its sender wrote it.
public struct MessagePosition: Hashable, Sendable {
    /// Byte offset in the original encoding, from 0.
    public let offset: Int
    /// Line, from 1.
    public let line: Int
    /// Column in characters, from 1.
    public let column: Int

    /// A place.
    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }
}

/// One thing that is wrong with a message, for the person who has to mend it.
///
/// Values of persons are masked.
public struct Issue: Hashable, Sendable {
    /// How grave it is.
    public enum Severity: String, Hashable, Sendable {
        /// The case is refused.
        case error
        /// The case is taken; somebody should look.
        case warning
    }

    /// Stable code, `group.what`: `json.duplicate-key`, `code.unknown`, `id.check-digit`.
    public let code: String
    /// How grave it is.
    public let severity: Severity
    /// Where in the sender's format: `ApplyInfo/ApplyerPageCode`, `materials[2]/stuff_code`.
    public let path: String
    /// Where in the bytes, if it stands at a place.
    public let position: MessagePosition?
    /// The adapter rule involved, as `file:line`.
    public let rule: String?
    /// What is wrong and why, one sentence.
    public let message: String
    /// How to mend it.
    public let help: String

    /// An issue.
    public init(
        code: String, severity: Severity = .error, path: String, position: MessagePosition? = nil,
        rule: String? = nil, message: String, help: String
    ) {
        self.code = code
        self.severity = severity
        self.path = path
        self.position = position
        self.rule = rule
        self.message = message
        self.help = help
    }
}
