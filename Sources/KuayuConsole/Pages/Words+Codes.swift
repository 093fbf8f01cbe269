import KuayuModel
import KuayuReconcile

extension Words {
    /// A verdict.
    func verdict(_ verdict: ReconReport.Verdict) -> (mark: String, text: String) {
        switch verdict {
        case .agrees: ("✓", self("一致", "agrees"))
        case .differs: ("≠", self("不一致", "differs"))
        case .unknown: ("?", self("未得出结论", "no conclusion"))
        }
    }

    /// How a hub answers.
    func profile(_ profile: ReconcileProfile?) -> String {
        switch profile {
        case .sql: self("S 汇总查询", "S sums")
        case .file: self("F 文件", "F file")
        case .negentropy: self("N 协议", "N negentropy")
        case nil: "—"
        }
    }

    func kind(_ kind: RunRecord.Kind) -> String {
        switch kind {
        case .continuous: self("持续", "continuous")
        case .daily: self("日终", "daily")
        case .onDemand: self("手动", "on demand")
        case .audit: self("抽查", "audit")
        case .verification: self("复核", "verification")
        }
    }

    func runState(_ state: RunRecord.State) -> (text: String, style: String) {
        switch state {
        case .running: (self("进行中", "running"), "")
        case .agreed: (self("✓ 一致", "✓ agrees"), "good")
        case .differs: (self("≠ 有差异", "≠ differs"), "wrong")
        case .feedError: (self("? 对账源异常", "? feed error"), "doubt")
        }
    }

    func lane(_ lane: Lane) -> String { lane == .in ? self("收进", "in") : self("发出", "out") }

    func state(_ state: BreakState) -> String {
        if language == .chinese { return state.chinese }
        switch state {
        case .inFlight: return "in flight"
        case .autoRepairing: return "being repaired"
        default: return state.rawValue
        }
    }

    func action(_ action: RepairAction) -> String {
        if language == .chinese { return action.chinese }
        switch action {
        case .redeliver: return "send again under the original ids"
        case .pull: return "fetch the events from the hub"
        case .register: return "verify the receipt and register"
        case .resync: return "send the registration data again"
        case .adjustHub: return "adjust the hub to the gateway"
        case .adjustGateway: return "adjust the gateway to the hub"
        case .quarantine: return "set apart"
        case .escalate: return "tell the region in charge"
        case .askRegion: return "ask the region"
        case .incident: return "treat as an incident"
        case .retry: return "read the source again"
        }
    }

    /// The name of a kind of break.
    func name(_ code: BreakCode) -> String {
        if language == .chinese { return code.chinese }
        switch code {
        case .missingAtHub: return "missing at the hub"
        case .missingAtGateway: return "missing at the gateway"
        case .missingAtOrigin: return "missing at its origin"
        case .behind: return "hub behind"
        case .ahead: return "hub ahead"
        case .statusConflict: return "state conflict"
        case .contentMismatch: return "content differs"
        case .duplicate: return "duplicate"
        case .orphan: return "nobody issued it"
        case .stuck: return "stuck"
        case .overdue: return "overdue"
        case .keySkew: return "registration time differs"
        case .evidence: return "evidence fails"
        case .feedError: return "source failed"
        }
    }

    /// What a kind means.
    func meaning(_ code: BreakCode) -> String {
        switch code {
        case .missingAtHub: self("应有而对端没有", "the hub should have it and has not")
        case .missingAtGateway: self("对端有而网关没有", "the hub has it, the gateway has not")
        case .missingAtOrigin: self("源端否认自己发出的办件", "the origin denies a case it sent")
        case .behind: self("对端落后于已发生的环节", "the hub has an earlier version of our history")
        case .ahead: self("对端有网关未收到的环节", "the hub has a later version than the gateway")
        case .statusConflict: self("版本相同，状态不同", "same version, other state")
        case .contentMismatch: self("版本与状态相同，内容不同", "same version and state, other content")
        case .duplicate: self("一件两行，或一个本地编号对应两件", "one case twice, or one local number in two cases")
        case .orphan: self("从未有人发出的编号", "an id that nobody issued")
        case .stuck: self("太久没有环节；台账本身一致", "no event for too long; the ledgers agree")
        case .overdue: self("时限已到；台账本身一致", "the clock ran out; the ledgers agree")
        case .keySkew: self("登记时间或随机数不同", "time of registration or nonce differ")
        case .evidence: self("回执或签名不成立", "a receipt or signature fails")
        case .feedError: self("文件、快照或自检有误，不据此列差异", "file, snapshot or self-check failed; no breaks are drawn from it")
        }
    }

    /// A canonical state; as it is spelled where it is none.
    func status(_ code: String) -> String {
        guard language == .chinese, let state = CaseState(rawValue: code) else { return code }
        switch state {
        case .draft: return "草稿"
        case .submitted: return "已提交"
        case .collected: return "已收件"
        case .transferred: return "已转办"
        case .accepted: return "已受理"
        case .reviewing: return "审查中"
        case .supplementing: return "补正中"
        case .special: return "特别程序中"
        case .decided: return "已决定"
        case .issued: return "已制证"
        case .delivered: return "已送达"
        case .closed: return "已办结"
        case .notAccepted: return "不予受理"
        case .returned: return "已退回"
        case .withdrawn: return "已撤回"
        case .voided: return "已作废"
        }
    }

    func mode(_ key: String, name: String) -> String {
        switch key {
        case "online": self("全程网办", "online")
        case "collect": self("异地代收代办", "collected elsewhere")
        case "joint": self("多地联办", "joint")
        default: name.isEmpty ? key : name
        }
    }

    func measure(_ key: String) -> String {
        switch key {
        case "steps": self("环节", "steps")
        case "materials": self("材料", "materials")
        case "limit": self("时限（工作日）", "time (working days)")
        case "visits": self("跑动", "visits")
        default: key
        }
    }

    /// Milliseconds as `1.2 s`.
    func duration(_ milliseconds: Int64) -> String {
        switch milliseconds {
        case ..<1_000: "\(milliseconds) ms"
        case ..<60_000: "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s"
        default: "\(milliseconds / 60_000) min \(milliseconds % 60_000 / 1_000) s"
        }
    }

    /// Bytes as `1.2 MB`, powers of ten.
    func bytes(_ count: Int) -> String {
        var rest = count * 10
        var unit = 0
        while rest >= 10_000 && unit < 4 {
            rest /= 1_000
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(rest / 10).\(rest % 10) \(["B", "kB", "MB", "GB", "TB"][unit])"
    }

    /// Tenths of a working day as `3.4`.
    func tenths(_ value: Int) -> String { "\(value / 10).\(value % 10)" }
}

/// A number as people read it.
func number(_ value: Int) -> String { ReportLanguage.grouped(value) }
