public import KuayuModel

/// Two persons stand for a hub's report of a day; from then on it is frozen.
public struct SignOff: Hashable, Sendable {
    /// One of the two.
    public struct Signature: Hashable, Sendable {
        /// Who.
        public var by: String
        /// When.
        public var at: Instant

        /// A signature.
        public init(by: String, at: Instant) {
            self.by = by
            self.at = at
        }
    }

    /// Why a signature is not taken.
    public enum Refusal: Error, Hashable, Sendable {
        /// The name is empty, longer than 64 characters, or holds a control character.
        case nobody
        /// The day is not over at +08:00.
        case dayNotOver(CalendarDate)
        /// The hub has no run of the day from which something could be concluded.
        case noRun
        /// Lines whose account does not add up.
        case notBalanced([RollForward.Key])
        /// The second person is the first.
        case samePerson
        /// The report is not the one that the first person signed.
        case otherReport(signed: String)
        /// Both have signed; nothing can be added.
        case frozen
    }

    /// The hub.
    public let hub: RegionCode
    /// The day, at +08:00.
    public let day: CalendarDate
    /// Digest of the report's bytes, `sha256:…`; nil until somebody signs.
    public private(set) var reportDigest: String?
    /// Who signed first (编制).
    public private(set) var first: Signature?
    /// Who signed after (复核).
    public private(set) var second: Signature?

    /// A day that nobody has signed, or one read from the store.
    public init(
        hub: RegionCode, day: CalendarDate, reportDigest: String? = nil, first: Signature? = nil,
        second: Signature? = nil
    ) {
        self.hub = hub
        self.day = day
        self.reportDigest = reportDigest
        self.first = first
        self.second = second
    }

    /// Whether both have signed: the report can no longer change.
    public var isFrozen: Bool { second != nil }

    /// What a person signs.
    public struct Statement: Hashable, Sendable {
        /// Digest of the report's bytes, `sha256:…`.
        public var reportDigest: String
        /// The day's account; only the lines of the hub count.
        public var rollForward: RollForward
        /// Whether the hub has a daily run of the day that ended with an answer (not R14).
        public var hasRun: Bool

        /// A statement.
        public init(reportDigest: String, rollForward: RollForward, hasRun: Bool) {
            self.reportDigest = reportDigest
            self.rollForward = rollForward
            self.hasRun = hasRun
        }
    }

    /// Takes a signature: the first, or the second.
    ///
    /// - Throws: ``Refusal``; nothing has changed then.
    public mutating func sign(by person: String, at now: Instant, _ statement: Statement) throws(Refusal) {
        if isFrozen { throw .frozen }
        if !Self.isPerson(person) { throw .nobody }
        if now.date <= day { throw .dayNotOver(day) }
        if !statement.hasRun { throw .noRun }
        let wrong = statement.rollForward.lines.filter { $0.key.hub == hub && !$0.isBalanced }.map(\.key)
        if !wrong.isEmpty || statement.rollForward.day != day { throw .notBalanced(wrong) }
        let signature = Signature(by: person, at: now)
        guard let first, let reportDigest else {
            self.first = signature
            self.reportDigest = statement.reportDigest
            return
        }
        // Before the digest: the same person cannot learn by trying whether the report has changed.
        if Self.name(first.by) == Self.name(person) { throw .samePerson }
        if reportDigest != statement.reportDigest { throw .otherReport(signed: reportDigest) }
        second = signature
    }

    /// Takes the first signature back, as long as there is no second: the report may be made anew.
    ///
    /// - Returns: false when there is nothing to take back.
    public mutating func withdraw() -> Bool {
        guard first != nil, second == nil else { return false }
        first = nil
        reportDigest = nil
        return true
    }

    /// Whether a text can be the name of a person: 1 to 64 characters, none of them a control character.
    public static func isPerson(_ text: String) -> Bool {
        let name = name(text)
        return !name.isEmpty && text.count <= 64
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Whether two names are of different persons: case and surrounding blanks make no other person.
    public static func areDifferent(_ a: String, _ b: String) -> Bool { name(a) != name(b) }

    private static func name(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        var trimmed = String.UnicodeScalarView(scalars.drop(while: isBlank))
        while let last = trimmed.last, isBlank(last) { trimmed.removeLast() }
        return String(trimmed).lowercased()
    }
}

extension SignOff.Refusal {
    /// For people, in Chinese.
    public var chinese: String {
        switch self {
        case .nobody: "签署人姓名无效"
        case .dayNotOver(let day): "\(day.text) 尚未结束，不能签署"
        case .noRun: "当日没有可据以签署的对账结果"
        case .notBalanced(let keys):
            "滚动核对不平：" + keys.map { "\($0.hub.text) \($0.code.rawValue)" }.joined(separator: "、")
        case .samePerson: "第二签署人须与第一签署人不同"
        case .otherReport: "报告在第一签署之后已变化，须重新签署"
        case .frozen: "双方均已签署，报告已冻结"
        }
    }

    /// For people, in English.
    public var english: String {
        switch self {
        case .nobody: "the name of the person is not valid"
        case .dayNotOver(let day): "\(day.text) is not over yet"
        case .noRun: "the day has no run from which anything could be concluded"
        case .notBalanced(let keys):
            "the account does not add up: " + keys.map { "\($0.hub.text) \($0.code.rawValue)" }.joined(separator: ", ")
        case .samePerson: "the second person must not be the first"
        case .otherReport: "the report has changed since it was signed first"
        case .frozen: "both have signed; the report is frozen"
        }
    }
}
