public import KuayuModel

/// Words for people: the Chinese names of what `case/v1` spells in English.
public enum CaseWords {
    /// Of a state.
    public static func name(of state: CaseState) -> String {
        switch state {
        case .draft: "草稿"
        case .submitted: "已提交"
        case .collected: "已收件"
        case .transferred: "已转办"
        case .accepted: "已受理"
        case .reviewing: "审查中"
        case .supplementing: "待补正"
        case .special: "特别程序"
        case .decided: "已决定"
        case .issued: "已制证"
        case .delivered: "已送达"
        case .closed: "办结"
        case .notAccepted: "不予受理"
        case .returned: "已退回"
        case .withdrawn: "已撤回"
        case .voided: "已作废"
        }
    }

    /// Of a state by its code; the code itself when it is none.
    public static func state(_ code: String?) -> String {
        guard let code else { return "状态未知" }
        return CaseState(rawValue: code).map(name) ?? code
    }

    /// Of a mode by its code.
    public static func mode(_ code: String?) -> String {
        switch code {
        case "online": "全程网办"
        case "collect": "异地代收代办"
        case "joint": "多地联办"
        default: code ?? "模式未知"
        }
    }

    /// Of an outcome by its code.
    public static func outcome(_ code: String?) -> String {
        switch code {
        case "granted": "准予"
        case "denied": "不予许可"
        case "notAccepted": "不予受理"
        case "returned": "退回"
        case "withdrawn": "撤回"
        case "voided": "作废"
        case "forwarded": "转报"
        case "supplementTimeout": "逾期未补正"
        case "done": "办毕"
        default: code ?? "未报结果"
        }
    }

    /// Of a way in which a result is handed over, by its code.
    public static func deliveryWay(_ code: String?) -> String {
        switch code {
        case "self": "自取"
        case "express": "快递"
        case "electronic": "电子送达"
        case "terminal": "自助终端"
        default: code ?? "方式未知"
        }
    }

    /// A number of units.
    public static func amount(_ number: Int, _ unit: TimeLimit.Unit) -> String {
        switch unit {
        case .workday: "\(number) 个工作日"
        case .day: "\(number) 个自然日"
        case .hour: "\(number) 小时"
        }
    }

    /// A number of units in English.
    public static func englishAmount(_ number: Int, _ unit: TimeLimit.Unit) -> String {
        let noun =
            switch unit {
            case .workday: "working day"
            case .day: "calendar day"
            case .hour: "hour"
            }
        return "\(number) \(noun)\(abs(number) == 1 ? "" : "s")"
    }

    /// Of a severity.
    public static func name(of severity: CaseNotice.Severity) -> String {
        switch severity {
        case .info: "提示"
        case .warning: "提醒"
        case .alarm: "告警"
        }
    }

    /// Of the parts a region plays.
    public static func name(of roles: CaseRoles) -> String {
        var names: [String] = []
        if roles.contains(.applying) { names.append("申请地") }
        if roles.contains(.collecting) { names.append("收件地") }
        if roles.contains(.handling) { names.append("受理地") }
        if roles.contains(.gateway) { names.append("网关") }
        return names.joined(separator: "、")
    }

    /// Of a verdict on one of the ten ones.
    public static func name(of verdict: TenOnes.Verdict) -> String {
        switch verdict {
        case .met: "做到"
        case .notMet: "未做到"
        case .open: "尚不能说"
        }
    }

    /// How a child of a bundle stands.
    public static func name(of standing: BundleView.Standing) -> String {
        switch standing {
        case .waiting(let names): "等待 \(names.joined(separator: "、"))"
        case .blocked(let names): "前置 \(names.joined(separator: "、")) 未办成"
        case .circular(let names): "前置成环 \(names.joined(separator: "、"))"
        case .ready: "待放行"
        case .open: "办理中"
        case .ended(let outcome): outcome == nil ? "办结，结果未报" : "办结：\(Self.outcome(outcome))"
        }
    }

    /// The same in English.
    public static func englishName(of standing: BundleView.Standing) -> String {
        switch standing {
        case .waiting(let names): "waits for \(names.joined(separator: ", "))"
        case .blocked(let names): "is blocked: \(names.joined(separator: ", ")) did not end well"
        case .circular(let names): "is in a circle: \(names.joined(separator: ", "))"
        case .ready: "may be released"
        case .open: "is being worked"
        case .ended(let outcome): "has ended: \(outcome ?? "no outcome reported")"
        }
    }

    /// A division with its name, as far as it is known: `浦东新区 310115`.
    public static func place(_ division: String?) -> String {
        guard let division else { return "未知" }
        guard let code = RegionCode(String(division.prefix(6))) else { return division }
        let name = code.name
        return name == code.text ? division : "\(name) \(division)"
    }
}
