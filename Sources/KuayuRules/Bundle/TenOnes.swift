import KuayuModel

/// 十个一: what is asked of a bundle, checked on one as far as its cases tell.
///
/// Holds no personal data: reasons name children, themes and numbers of things.
public struct TenOnes: Hashable, Sendable {
    /// One of the ten.
    public enum Key: String, Hashable, Sendable, CaseIterable {
        /// 一张清单: the children are those of a published list.
        case oneList
        /// 一窗受理: handed in at one place.
        case oneWindow
        /// 一次告知: whatever is missing is said once.
        case oneNotice
        /// 一表申请: one form serves all children.
        case oneForm
        /// 一套材料: one set of materials serves all children.
        case oneSet
        /// 一次提交: handed in once.
        case oneSubmission
        /// 一次反馈: answered once.
        case oneFeedback
        /// 一次分办: handed on to those in charge at once, each child once.
        case oneDistribution
        /// 一窗出件: results come from one place.
        case oneCounter
        /// 一号服务: one number, under which one applicant finds everything.
        case oneNumber

        /// Its Chinese name.
        public var name: String {
            switch self {
            case .oneList: "一张清单"
            case .oneWindow: "一窗受理"
            case .oneNotice: "一次告知"
            case .oneForm: "一表申请"
            case .oneSet: "一套材料"
            case .oneSubmission: "一次提交"
            case .oneFeedback: "一次反馈"
            case .oneDistribution: "一次分办"
            case .oneCounter: "一窗出件"
            case .oneNumber: "一号服务"
            }
        }
    }

    /// What can be said of one of the ten.
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        /// It is so, and stays so unless something new comes in.
        case met
        /// It is not so.
        case notMet
        /// It cannot be said yet, or the cases do not tell.
        case open
    }

    /// One of the ten with its verdict.
    public struct Check: Hashable, Sendable {
        /// Which one.
        public let key: Key
        /// What can be said.
        public let verdict: Verdict
        /// Why, one sentence in Chinese.
        public let chinese: String
        /// The same in English.
        public let english: String
    }

    /// Number of the bundle; `nil` when no case has it.
    public let number: String?
    /// The theme, in Chinese; `nil` when it is not known.
    public let theme: String?
    /// The ten, in the order of ``Key``.
    public let checks: [Check]

    /// Checks a bundle.
    public init(_ view: BundleView) {
        let cases = [view.main?.record].compactMap { $0 } + view.children.map(\.record)
        number = cases.lazy.compactMap { $0[BundleField.bundleID] }.first ?? view.main?.caseID?.text
        theme = view.theme?.name
        let examiner = TenOnesExaminer(view: view, cases: cases)
        checks = Key.allCases.map(examiner.check)
    }

    /// The check of one of the ten.
    public subscript(key: Key) -> Check { checks[Key.allCases.firstIndex(of: key) ?? 0] }

    /// How many have a verdict.
    public func count(_ verdict: Verdict) -> Int { checks.count { $0.verdict == verdict } }

    /// The report as text: a heading and two lines per check, each ended by LF.
    public var text: String {
        var text = "十个一 \(theme ?? "（主题未知）") \(number ?? "（无编号）"): "
        text += "met \(count(.met)), notMet \(count(.notMet)), open \(count(.open))\n"
        for check in checks {
            text += "\(check.key.name) \(check.key.rawValue): \(check.verdict.rawValue)\n"
            text += "  \(check.chinese) \(check.english)\n"
        }
        return text
    }
}
