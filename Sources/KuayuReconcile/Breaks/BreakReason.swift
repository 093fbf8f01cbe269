public import KuayuModel

/// Why a break is over.
public enum CloseReason: Hashable, Sendable {
    /// It was repaired, and the rows agree.
    case repaired
    /// It was in flight and has arrived; it never was an open break.
    case arrived
    /// It is gone without a repair; where it became another kind of break, that kind.
    case vanished(BreakCode?)
    /// Persons decided that it is none; what they said.
    case voided(String)

    /// The text under which it is kept: `repaired`, `arrived`, `vanished`, `vanished:R07`, `voided:…`.
    public var text: String {
        switch self {
        case .repaired: "repaired"
        case .arrived: "arrived"
        case .vanished(nil): "vanished"
        case .vanished(let code?): "vanished:\(code.rawValue)"
        case .voided(let said): "voided:\(said)"
        }
    }

    /// The reason from its text; nil for anything else.
    public init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("repaired", nil): self = .repaired
        case ("arrived", nil): self = .arrived
        case ("vanished", nil): self = .vanished(nil)
        case ("vanished", let code?):
            guard let code = BreakCode(rawValue: code) else { return nil }
            self = .vanished(code)
        case ("voided", let said?): self = .voided(said)
        default: return nil
        }
    }

    /// For people.
    public var chinese: String {
        switch self {
        case .repaired: "已修复并复核一致"
        case .arrived: "在途已到达"
        case .vanished(nil): "自行消除"
        case .vanished(let code?): "转为 \(code.rawValue) \(code.chinese)"
        case .voided(let said): "作废：\(said)"
        }
    }
}

/// Why a person decides as they do: a closed list, so that decisions can be counted.
public enum ReasonCode: String, Hashable, Sendable, CaseIterable {
    /// The hub has checked its record and stands by it.
    case hubConfirmed
    /// The gateway's record was checked against its evidence.
    case gatewayConfirmed
    /// The originals were looked at.
    case documentsReviewed
    /// A fault of the hub's system, known and named.
    case hubFault
    /// A fault of the gateway, known and named.
    case gatewayFault
    /// The hub's format cannot say it.
    case formatLimit
    /// The applicant's case was registered twice.
    case registeredTwice
    /// The applicant withdrew.
    case applicantWithdrew
    /// The region works on it.
    case regionAtWork
    /// From before the two were joined.
    case legacy
    /// A test.
    case test
    /// No difference in truth.
    case falseAlarm
    /// The evidence does not carry the proposal.
    case insufficientEvidence
    /// Whose work it is.
    case assignment

    /// The Chinese words.
    public var chinese: String {
        switch self {
        case .hubConfirmed: "对端已核实"
        case .gatewayConfirmed: "网关已核实"
        case .documentsReviewed: "已核原件"
        case .hubFault: "对端系统故障"
        case .gatewayFault: "网关故障"
        case .formatLimit: "格式无法表达"
        case .registeredTwice: "重复登记"
        case .applicantWithdrew: "申请人撤回"
        case .regionAtWork: "当地处理中"
        case .legacy: "历史遗留"
        case .test: "测试数据"
        case .falseAlarm: "误报"
        case .insufficientEvidence: "证据不足"
        case .assignment: "分派办理"
        }
    }
}

/// What is proposed for a break.
public enum BreakProposal: Hashable, Sendable {
    /// A repair.
    case repair(RepairAction)
    /// Living with it up to and including a day.
    case accept(until: CalendarDate)
    /// Treating it as no break.
    case void

    /// Whether another person must approve it.
    ///
    /// Everything that sets one ledger's word above the other's; sending again what was sent needs one person only.
    public var needsTwoPersons: Bool {
        switch self {
        case .repair(.redeliver), .repair(.resync), .repair(.pull), .repair(.register): false
        default: true
        }
    }
}

/// What a person said when deciding about a break, as one line that can be kept and read again.
public struct DecisionNote: Hashable, Sendable {
    /// Why.
    public var reason: ReasonCode
    /// What was proposed; nil where nothing was.
    public var proposal: BreakProposal?
    /// Who is to look after it; nil where nobody was named.
    public var assignee: String?
    /// What the decision rests on.
    public var evidence: String

    /// A note.
    public init(reason: ReasonCode, proposal: BreakProposal? = nil, assignee: String? = nil, evidence: String) {
        self.reason = reason
        self.proposal = proposal
        self.assignee = assignee
        self.evidence = evidence
    }

    private static let mark = " | "

    /// `hubConfirmed | adjustHub | evidence: …`; the evidence comes last.
    public var text: String {
        var parts = [reason.rawValue]
        switch proposal {
        case .repair(let action): parts.append(action.rawValue)
        case .accept(let until): parts.append("accept until \(until.text)")
        case .void: parts.append("void")
        case nil: break
        }
        if let assignee { parts.append("to \(assignee)") }
        return (parts + ["evidence: \(evidence)"]).joined(separator: Self.mark)
    }

    /// A note from its text; nil for anything else.
    public init?(text: String) {
        guard let (head, evidence) = Self.split(text, at: "\(Self.mark)evidence: ") else { return nil }
        var parts: [String] = []
        var rest = head
        while let (part, tail) = Self.split(rest, at: Self.mark) {
            parts.append(part)
            rest = tail
        }
        parts.append(rest)
        guard let reason = ReasonCode(rawValue: parts[0]) else { return nil }
        self.init(reason: reason, evidence: evidence)
        for part in parts.dropFirst() {
            if part.hasPrefix("to ") {
                assignee = String(part.dropFirst(3))
            } else if part.hasPrefix("accept until ") {
                guard let date = CalendarDate(part.dropFirst(13)) else { return nil }
                proposal = .accept(until: date)
            } else if part == "void" {
                proposal = .void
            } else {
                guard let action = RepairAction(rawValue: part) else { return nil }
                proposal = .repair(action)
            }
        }
    }

    /// What stands before and after the first place of a text; nil when it does not occur.
    private static func split(_ text: String, at place: String) -> (String, String)? {
        let (bytes, wanted) = (Array(text.utf8), Array(place.utf8))
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
            if bytes[start..<start + wanted.count].elementsEqual(wanted) {
                return (
                    String(decoding: bytes[..<start], as: UTF8.self),
                    String(decoding: bytes[(start + wanted.count)...], as: UTF8.self)
                )
            }
        }
        return nil
    }
}
