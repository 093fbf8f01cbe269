/// A question to a hub that answers by SQL or runs the agent.
public enum HubQuestion: Hashable, Sendable {
    /// Sums of buckets.
    case fingerprints(FingerprintQuery)
    /// Rows.
    case rows(RowsQuery)

    /// Where it is posted.
    public var path: String {
        switch self {
        case .fingerprints: "/recon/v1/fingerprints"
        case .rows: "/recon/v1/rows"
        }
    }

    /// The body.
    public func encoded() -> [UInt8] {
        switch self {
        case .fingerprints(let query): query.encoded()
        case .rows(let query): query.encoded()
        }
    }

    /// Reads the answer to this question.
    ///
    /// - Throws: `unreadable`, `limit` or `sum`, see ``FingerprintAnswer`` and ``RowsAnswer``.
    public func answer(decoding bytes: [UInt8]) throws(FeedError) -> HubAnswer {
        switch self {
        case .fingerprints: .fingerprints(try FingerprintAnswer(decoding: bytes))
        case .rows: .rows(try RowsAnswer(decoding: bytes))
        }
    }
}

/// The answer to a ``HubQuestion``.
public enum HubAnswer: Hashable, Sendable {
    /// Sums of buckets.
    case fingerprints(FingerprintAnswer)
    /// Rows.
    case rows(RowsAnswer)

    /// The view that was asked.
    public var snapshot: String {
        switch self {
        case .fingerprints(let answer): answer.snapshot
        case .rows(let answer): answer.snapshot
        }
    }
}
