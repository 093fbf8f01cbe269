import KuayuModel

/// Puts an answer into words.
struct AnswerWords {
    private let answer: ReconReport.Answer
    private let sections: [ReconReport.HubSection]

    init(answer: ReconReport.Answer, hubs: [ReconReport.HubSection]) {
        self.answer = answer
        sections = hubs
    }

    var chinese: String {
        switch answer.verdict {
        case .agrees: return "台账一致：\(sections.count) 个枢纽共 \(number(\.matched)) 条记录逐条相符。"
        case .unknown where sections.isEmpty: return "尚未对账：没有任何枢纽的对账批次。"
        case .unknown:
            let rest = names(.agrees, .chinese, joined: "、")
            return "暂不能断言台账一致：\(names(.unknown, .chinese, joined: "、"))未得出结论"
                + (rest.isEmpty ? "。" : "；\(rest)一致。")
        case .differs:
            let since = answer.since.map { "，最早自 \(ReportLanguage.chinese.minute($0))" } ?? ""
            let hubs = differing(.chinese) { "\($0) \($1) 件" }.joined(separator: "、")
            return "台账不一致：\(ReportLanguage.grouped(answer.waiting)) 件办件在等\(since)——\(hubs)。"
        }
    }

    var english: String {
        switch answer.verdict {
        case .agrees:
            let hubs = sections.count == 1 ? "1 hub" : "\(sections.count) hubs"
            return "The ledgers agree: \(number(\.matched)) records at \(hubs) match one by one."
        case .unknown where sections.isEmpty: return "Nothing was reconciled: there is no run of any hub."
        case .unknown:
            let rest = names(.agrees, .english, joined: ", ")
            let verb = answer.hubs.filter { $0.verdict == .agrees }.count == 1 ? "agrees" : "agree"
            return "Nobody can say yet that the ledgers agree: no conclusion for "
                + names(.unknown, .english, joined: ", ") + (rest.isEmpty ? "." : "; \(rest) \(verb).")
        case .differs:
            let since = answer.since.map { ", the first since \(ReportLanguage.english.minute($0))" } ?? ""
            let hubs = differing(.english) { "\($0) \($1)" }.joined(separator: ", ")
            let cases = answer.waiting == 1 ? "1 case waits" : "\(ReportLanguage.grouped(answer.waiting)) cases wait"
            return "The ledgers do not agree: \(cases)\(since) — \(hubs)."
        }
    }

    var chineseDetail: String {
        var parts: [String] = []
        if answer.verdict == .differs {
            let agreeing = names(.agrees, .chinese, joined: "、")
            if !agreeing.isEmpty { parts.append("\(agreeing)一致") }
            let unknown = names(.unknown, .chinese, joined: "、")
            if !unknown.isEmpty { parts.append("\(unknown)未得出结论") }
        }
        if sum(\.inFlight) > 0 { parts.append("在途 \(number(\.inFlight)) 件，有进行中的变更或投递可以解释") }
        if sum(\.accepted) > 0 { parts.append("经两人签认接受 \(number(\.accepted)) 件") }
        if sum(\.unchecked) > 0 { parts.append("\(number(\.unchecked)) 件对端未提供内容摘要，只核对了编号、版本和状态") }
        if sum(\.late) > 0 { parts.append("另有 \(number(\.late)) 件滞留或超期") }
        return parts.isEmpty ? "" : parts.joined(separator: "；") + "。"
    }

    var englishDetail: String {
        var parts: [String] = []
        if answer.verdict == .differs {
            let agreeing = names(.agrees, .english, joined: ", ")
            let verb = answer.hubs.filter { $0.verdict == .agrees }.count == 1 ? "agrees" : "agree"
            if !agreeing.isEmpty { parts.append("\(agreeing) \(verb)") }
            let unknown = names(.unknown, .english, joined: ", ")
            if !unknown.isEmpty { parts.append("no conclusion for \(unknown)") }
        }
        if sum(\.inFlight) > 0 {
            parts.append("\(number(\.inFlight)) in flight, explained by a change or delivery under way")
        }
        if sum(\.accepted) > 0 { parts.append("\(number(\.accepted)) accepted by two persons") }
        if sum(\.unchecked) > 0 {
            parts.append(
                "of \(number(\.unchecked)) the hub cannot tell the content: id, version and state were compared")
        }
        if sum(\.late) > 0 { parts.append("\(number(\.late)) stuck or overdue besides") }
        guard let first = parts.first else { return "" }
        return ([first.prefix(1).uppercased() + first.dropFirst()] + parts.dropFirst()).joined(separator: "; ") + "."
    }

    private func sum(_ member: KeyPath<ReconReport.HubAnswer, Int>) -> Int {
        answer.hubs.reduce(0) { $0 + $1[keyPath: member] }
    }

    private func number(_ member: KeyPath<ReconReport.HubAnswer, Int>) -> String { ReportLanguage.grouped(sum(member)) }

    private func name(_ hub: RegionCode, _ language: ReportLanguage) -> String {
        sections.first { $0.hub == hub }?.name(in: language) ?? language.name(of: hub)
    }

    private func names(_ verdict: ReconReport.Verdict, _ language: ReportLanguage, joined separator: String) -> String {
        answer.hubs.filter { $0.verdict == verdict }.map { name($0.hub, language) }.joined(separator: separator)
    }

    /// The hubs that differ, most cases first.
    private func differing(_ language: ReportLanguage, _ text: (String, String) -> String) -> [String] {
        answer.hubs.filter { $0.verdict == .differs }
            .sorted { ($1.waiting, $0.hub) < ($0.waiting, $1.hub) }
            .map { text(name($0.hub, language), ReportLanguage.grouped($0.waiting)) }
    }
}
