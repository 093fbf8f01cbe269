import KuayuFormats

/// What questions and answers of the reconciliation interface may hold at most.
public enum ProfileLimits {
    /// Ranges of one question.
    public static let ranges = 512
    /// Buckets of one answer.
    public static let buckets = 50_000
    /// Rows of one answer, and the most that a question may ask for.
    public static let rows = 10_000
    /// Identities, or cases, that one question names.
    public static let names = 4_096
    /// Bytes of a question.
    public static let questionBytes = 1 << 20
    /// Bytes of an answer.
    public static let answerBytes = 16 << 20
    /// Bytes of a snapshot's token or of a cursor.
    static let tokenBytes = 512
    /// Bytes of a case id, a state, a digest or a nonce.
    static let nameBytes = 160
    /// Bytes of a hub's own number.
    static let localNumberBytes = 256
    /// Rows that anybody may claim to have.
    static let claimedRows: UInt64 = 1 << 31

    /// For the reader of questions.
    static let question = FormatLimits(bytes: questionBytes, depth: 8, nodes: 40_000, textBytes: 1_024)
    /// For the reader of answers.
    static let answer = FormatLimits(bytes: answerBytes, depth: 8, nodes: 1_000_000, textBytes: 1_024)
}
