public import KuayuModel
public import KuayuRules

/// A notice about a case as stored: raised once, cleared when it holds no longer.
public struct NoticeRow: Hashable, Sendable {
    /// The case.
    public var caseID: CaseID
    /// What it is about.
    public var kind: CaseNotice.Kind
    /// Which commitment, material or child; empty for the case as a whole.
    public var subject: String
    /// How urgent it is.
    public var severity: CaseNotice.Severity
    /// When it was raised.
    public var raisedAt: Instant
    /// When it was cleared; nil while it stands.
    public var clearedAt: Instant?
    /// For people.
    public var chinese: String
    /// The same in English.
    public var english: String

    /// A row.
    public init(
        caseID: CaseID, kind: CaseNotice.Kind, subject: String, severity: CaseNotice.Severity, raisedAt: Instant,
        clearedAt: Instant? = nil, chinese: String, english: String
    ) {
        self.caseID = caseID
        self.kind = kind
        self.subject = subject
        self.severity = severity
        self.raisedAt = raisedAt
        self.clearedAt = clearedAt
        self.chinese = chinese
        self.english = english
    }

    /// A notice that was just raised.
    public init(_ notice: CaseNotice, on caseID: CaseID, at now: Instant) {
        self.init(
            caseID: caseID, kind: notice.kind, subject: notice.subject, severity: notice.severity, raisedAt: now,
            chinese: notice.chinese, english: notice.english)
    }
}

/// Which notices are wanted.
public struct NoticeFilter: Hashable, Sendable {
    /// Only of this kind.
    public var kind: CaseNotice.Kind?
    /// Only of this urgency.
    public var severity: CaseNotice.Severity?
    /// Only of cases of this origin.
    public var origin: RegionCode?
    /// Cleared ones as well.
    ///
    /// Default false.
    public var includesCleared: Bool
    /// At most so many, 1 to 10,000.
    ///
    /// Default 100.
    public var limit: Int

    /// A filter.
    public init(
        kind: CaseNotice.Kind? = nil, severity: CaseNotice.Severity? = nil, origin: RegionCode? = nil,
        includesCleared: Bool = false, limit: Int = 100
    ) {
        self.kind = kind
        self.severity = severity
        self.origin = origin
        self.includesCleared = includesCleared
        self.limit = limit
    }
}

/// How many notices of a kind stand.
public struct NoticeCount: Hashable, Sendable {
    /// The kind.
    public var kind: CaseNotice.Kind
    /// Their urgency.
    public var severity: CaseNotice.Severity
    /// How many.
    public var count: Int

    /// A count.
    public init(kind: CaseNotice.Kind, severity: CaseNotice.Severity, count: Int) {
        self.kind = kind
        self.severity = severity
        self.count = count
    }
}
