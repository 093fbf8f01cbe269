import KuayuModel

/// 办件解读: a case in sentences, each in Chinese and in English; no value of a person is in any of them.
public struct CaseExplanation: Hashable, Sendable {
    /// What a sentence is about.
    public enum Topic: String, Hashable, Sendable, CaseIterable {
        /// 办件: what it is.
        case matter
        /// 轮到谁: whose turn it is.
        case turn
        /// 可做: what each side may do next.
        case next
        /// 等待: what it waits for.
        case waits
        /// 时限.
        case clock
        /// 容缺与承诺.
        case owed
        /// 分办.
        case branches
        /// 一件事.
        case bundle
        /// 提醒.
        case notice
        /// 未生效: the last report that changed nothing.
        case report
        /// 投递: what has not reached its receiver.
        case delivery
        /// 扣留: what is withheld from whom.
        case withheld

        /// Chinese name.
        public var chinese: String {
            switch self {
            case .matter: "办件"
            case .turn: "轮到谁"
            case .next: "可做"
            case .waits: "等待"
            case .clock: "时限"
            case .owed: "容缺与承诺"
            case .branches: "分办"
            case .bundle: "一件事"
            case .notice: "提醒"
            case .report: "未生效"
            case .delivery: "投递"
            case .withheld: "扣留"
            }
        }
    }

    /// One sentence.
    public struct Sentence: Hashable, Sendable {
        /// What it is about.
        public let topic: Topic
        /// The sentence.
        public let chinese: String
        /// The same in English.
        public let english: String

        init(_ topic: Topic, _ chinese: String, _ english: String) {
            self.topic = topic
            self.chinese = chinese
            self.english = english
        }
    }

    /// The sentences, in the order of ``Topic``.
    public let sentences: [Sentence]

    /// Explains a case.
    public init(of facts: ExplanationFacts) {
        sentences =
            [facts.matter, facts.turn] + facts.next + facts.waits + facts.time + facts.owed + facts.branches
            + facts.bundled + facts.noticed + facts.reported + facts.undelivered + facts.kept
    }
}

typealias Sentence = CaseExplanation.Sentence

extension ExplanationFacts {
    // MARK: what it is

    var matter: Sentence {
        let item = record[.itemName] ?? "事项未知"
        let code = record[.catalogCode] ?? "-"
        let places = record[.handling].compactMap { $0[.handlingDivision] }.map { CaseWords.place($0) }
        let handling = places.isEmpty ? "尚未确定的地方" : places.joined(separator: "、")
        let isProactive = record[Field.named("proactive")] == "true"
        let begun = isProactive ? "（免申即享，由受理地发起）" : ""
        let result = record[.outcome].map { "，结果\(CaseWords.outcome($0))" } ?? ""
        return Sentence(
            .matter,
            "\(caseID.text) 是「\(item)」（\(code)）\(begun)，申请地 \(CaseWords.place(record[.appliedDivision]))，"
                + "以\(CaseWords.mode(record[.mode]))办理，受理地 \(handling)；"
                + "现为第 \(version) 版，\(CaseWords.name(of: state))\(result)。",
            "\(caseID.text) is 「\(item)」 (\(code))\(isProactive ? ", granted without application" : ""), applied for in "
                + "\(CaseWords.place(record[.appliedDivision])), mode \(mode.rawValue), handled by \(handling); version "
                + "\(version), state \(state.rawValue)\(record[.outcome].map { ", outcome \($0)" } ?? "").")
    }

    // MARK: whose turn

    var turn: Sentence {
        if state.isFinal { return Sentence(.turn, "已经终结，不再轮到任何一方。", "It has ended; it is nobody's turn.") }
        if isMain {
            return Sentence(
                .turn, "轮到子办件的各受理地；主办件的状态由网关汇总。",
                "It is the turn of those who handle its children; the gateway keeps the state of the main case.")
        }
        if let standing, standing.isHeld {
            return Sentence(
                .turn, standing == .ready ? "轮到网关放行。" : "暂不轮到任何一方：本件在等一件事中的其他子办件。",
                standing == .ready
                    ? "It is the gateway's turn: to release it."
                    : "Nobody's for now: it waits for other cases of its bundle.")
        }
        let (roles, task, english) = duty
        let regions = self.regions(of: roles)
        return Sentence(
            .turn, "轮到\(CaseWords.name(of: roles))（\(regions.joined(separator: "、"))）：\(task)。",
            "It is the turn of the \(Self.english(roles)) (\(regions.joined(separator: ", "))): \(english).")
    }

    /// Who has to act in a state, and what is expected.
    private var duty: (CaseRoles, String, String) {
        switch state {
        case .draft: (.applying, "提交申请", "to hand it in")
        case .submitted where mode == .collect: (.collecting, "收件并核验身份", "to collect the papers and check the identity")
        case .submitted, .collected: (.gateway, "转办", "to route it")
        case .transferred: (.handling, "受理、一次告知补正或不予受理", "to accept it, say once what is missing, or not accept it")
        case .supplementing where mode == .collect:
            ([.applying, .collecting], "补正（可由收件窗口代交）", "to complete the papers, also through the collecting window")
        case .supplementing: (.applying, "补正", "to complete the papers")
        case .accepted, .reviewing, .special: (.handling, "审查并决定", "to review and decide")
        default: (.handling, "出件、送达并办结", "to issue, deliver and close")
        }
    }

    private func regions(of roles: CaseRoles) -> [String] {
        var divisions: [String?] = []
        if roles.contains(.applying) { divisions.append(record[.appliedDivision]) }
        if roles.contains(.collecting) { divisions.append(record[.collectedDivision]) }
        if roles.contains(.handling) { divisions += waitingBranches.map { $0 } }
        if roles == .gateway { return ["kuayu"] }
        var names: [String] = []
        for division in divisions {
            let name = CaseWords.place(StatisticsGrouping.province(division))
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Handling regions that have not decided; all of them outside joint cases.
    private var waitingBranches: [String] {
        guard mode == .joint else { return handlingRegions }
        let open = handlingRegions.filter { region in
            let branch = record[.branches].first { $0[.branchRegion] == region }
            return !(branch?[.branchStatus].flatMap(CaseState.init(rawValue:))?.isDecided ?? false)
        }
        return open.isEmpty ? Array(handlingRegions.prefix(1)) : open
    }

    private static func english(_ roles: CaseRoles) -> String {
        var names: [String] = []
        if roles.contains(.applying) { names.append("applying region") }
        if roles.contains(.collecting) { names.append("collecting region") }
        if roles.contains(.handling) { names.append("handling region") }
        if roles.contains(.gateway) { names.append("gateway") }
        return names.joined(separator: " and the ")
    }

    // MARK: what each side may do

    var next: [Sentence] {
        if state.isFinal || isMain || standing?.isHeld ?? false { return heldNext }
        return [CaseRoles.applying, .collecting, .handling, .gateway].compactMap { role in
            if role == .collecting && mode != .collect { return nil }
            let lines = StateTransition.table.filter {
                $0.owner == role && $0.from.contains(state) && $0.modes.contains(mode)
            }
            if lines.isEmpty { return nil }
            let isBranch = role == .handling && mode == .joint
            return Sentence(
                .next,
                "\(CaseWords.name(of: role))可以：\(lines.map(\.chinese).joined(separator: "、"))"
                    + (isBranch ? "（各办各的分办，牵头地在其他分办都结束后办结整件）" : "") + "。",
                "The \(Self.english(role)) may report \(lines.map(\.to.rawValue).joined(separator: ", "))"
                    + (isBranch ? "; each of its own branch, the lead of the whole once the others have ended" : "")
                    + ".")
        }
    }

    /// A main case and a held child can only be withdrawn.
    private var heldNext: [Sentence] {
        guard !state.isFinal, !state.isDecided else { return [] }
        return [Sentence(.next, "申请地可以：撤回申请。", "The applying region may report withdrawn.")]
    }
}
