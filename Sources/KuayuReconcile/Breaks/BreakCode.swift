/// What kind of difference a break is.
public enum BreakCode: String, Hashable, Sendable, CaseIterable, Comparable {
    /// The hub should have it and has not (短款·对端缺件).
    case missingAtHub = "R01"
    /// The hub has it, the gateway has not (长款·网关缺件).
    case missingAtGateway = "R02"
    /// The origin denies a case it sent (源端缺件).
    case missingAtOrigin = "R03"
    /// The hub is behind (状态滞后).
    case behind = "R04"
    /// The hub is ahead (状态超前).
    case ahead = "R05"
    /// Same version, other state (状态冲突).
    case statusConflict = "R06"
    /// Same version and state, other content (内容不一致).
    case contentMismatch = "R07"
    /// One case twice, or one local number in two cases (重复件).
    case duplicate = "R08"
    /// An id nobody issued (无主件).
    case orphan = "R09"
    /// No event for too long (滞留).
    case stuck = "R10"
    /// The clock ran out (超期).
    case overdue = "R11"
    /// Registration second or nonce differ (登记时间不一致).
    case keySkew = "R12"
    /// A receipt or signature fails (凭证异常).
    case evidence = "R13"
    /// The file, snapshot or self-check of the source failed (对账源异常).
    case feedError = "R14"

    /// The order of the codes.
    public static func < (a: BreakCode, b: BreakCode) -> Bool { a.rawValue < b.rawValue }

    /// The Chinese name.
    public var chinese: String {
        switch self {
        case .missingAtHub: "短款·对端缺件"
        case .missingAtGateway: "长款·网关缺件"
        case .missingAtOrigin: "源端缺件"
        case .behind: "状态滞后"
        case .ahead: "状态超前"
        case .statusConflict: "状态冲突"
        case .contentMismatch: "内容不一致"
        case .duplicate: "重复件"
        case .orphan: "无主件"
        case .stuck: "滞留"
        case .overdue: "超期"
        case .keySkew: "登记时间不一致"
        case .evidence: "凭证异常"
        case .feedError: "对账源异常"
        }
    }

    /// The name in capitals, as in protocols and exports.
    public var name: String {
        switch self {
        case .missingAtHub: "MISSING_AT_DEST"
        case .missingAtGateway: "MISSING_AT_GATEWAY"
        case .missingAtOrigin: "MISSING_AT_ORIGIN"
        case .behind: "BEHIND"
        case .ahead: "AHEAD"
        case .statusConflict: "STATUS_CONFLICT"
        case .contentMismatch: "CONTENT_MISMATCH"
        case .duplicate: "DUPLICATE"
        case .orphan: "ORPHAN"
        case .stuck: "STUCK"
        case .overdue: "OVERDUE"
        case .keySkew: "KEY_SKEW"
        case .evidence: "EVIDENCE"
        case .feedError: "FEED_ERROR"
        }
    }
}
