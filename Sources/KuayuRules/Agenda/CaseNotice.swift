public import KuayuModel

/// Something about a case that somebody should know or do, without its state having changed.
///
/// Holds no personal data.
public struct CaseNotice: Hashable, Sendable {
    /// What it is about.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// 黄灯: little of the limit is left.
        case clockYellow
        /// 红灯: the limit has run out.
        case clockRed
        /// 容缺补交提醒: something owed is due soon.
        case owedReminder
        /// 容缺逾期: something owed did not come.
        case owedOverdue
        /// 一次告知逾期: neither acceptance nor a complete notice within the working days allowed.
        case supplementLate
        /// 收件逾期: the papers of a case in mode `collect` were not collected within the working days allowed.
        case collectLate
        /// 重复告知: a further notice asks for more.
        case supplementAgain
        /// 免提交待核: a material that need not be submitted could not be resolved.
        case exemptUnproved
        /// 证照过期.
        case licenceExpired
        /// 证照标识校验不符.
        case licenceIdWrong
        /// 前置事项未办成: a child of a bundle waits for one that ended badly.
        case bundleBlocked
        /// 重复要件: a child asks for what another already has.
        case bundleAsksAgain

        /// What the reader of a process entry sees, at most 20 characters.
        public var title: String {
            switch self {
            case .clockYellow: "时限预警"
            case .clockRed: "办理超时"
            case .owedReminder: "容缺补交提醒"
            case .owedOverdue: "容缺逾期未补"
            case .supplementLate: "一次告知逾期"
            case .collectLate: "收件逾期"
            case .supplementAgain: "重复告知"
            case .exemptUnproved: "免提交材料待核"
            case .licenceExpired: "证照过期"
            case .licenceIdWrong: "证照标识有误"
            case .bundleBlocked: "前置事项未办成"
            case .bundleAsksAgain: "重复要件"
            }
        }
    }

    /// How urgent it is.
    public enum Severity: String, Hashable, Sendable, CaseIterable {
        case info
        case warning
        case alarm
    }

    /// What it is about.
    public var kind: Kind
    /// Which commitment, material or child; empty for the case as a whole.
    public var subject: String
    /// Since when it holds.
    public var since: Instant
    /// How urgent it is.
    public var severity: Severity
    /// Whose hubs are told by a process entry; empty for operators only.
    public var tells: CaseRoles
    /// For people, one sentence.
    public var chinese: String
    /// The same in English.
    public var english: String

    /// A notice.
    public init(
        _ kind: Kind, subject: String = "", since: Instant, severity: Severity, tells: CaseRoles = [],
        chinese: String, english: String
    ) {
        self.kind = kind
        self.subject = subject
        self.since = since
        self.severity = severity
        self.tells = tells
        self.chinese = chinese
        self.english = english
    }
}
