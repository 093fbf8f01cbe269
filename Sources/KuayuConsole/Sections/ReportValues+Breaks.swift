import KuayuModel
import KuayuReconcile

/// The list of breaks: open ones by kind, oldest first; the others folded.
extension ReportValues {
    /// So many of a kind are shown; the rest is folded.
    static let shownCount = 50

    var breaks: Values {
        let open = report.breaks.filter(\.state.isOpen)
        let hubs = report.hubs.map { ["code": $0.hub.text, "name": $0.name(in: language)] as Values }
        let others = [BreakState.inFlight, .detected, .accepted, .closed].compactMap(other)
        return [
            "hasAny": !report.breaks.isEmpty, "hasOpen": !open.isEmpty, "filterHubs": hubs, "others": others,
            "groups": BreakCode.allCases.compactMap { code in group(code, open.filter { $0.code == code }) },
        ]
    }

    private func group(_ code: BreakCode, _ lines: [ReconReport.BreakLine]) -> Values? {
        guard let oldest = lines.map(\.firstSeenAt).min() else { return nil }
        let rows = lines.sorted { ($0.firstSeenAt, $0.id) < ($1.firstSeenAt, $1.id) }.map { row($0, namesKind: false) }
        let rest = rows.count - Self.shownCount
        return [
            "code": code.rawValue, "name": words.name(code), "meaning": words.meaning(code),
            "count": words("\(number(lines.count)) 件", number(lines.count)),
            "oldest": words("最早 \(language.minute(oldest))", "oldest \(language.minute(oldest))"),
            "rows": Array(rows.prefix(Self.shownCount)), "hasMore": rest > 0,
            "more": Array(rows.dropFirst(Self.shownCount)),
            "moreLabel": words("其余 \(number(rest)) 件", "\(number(rest)) more"),
        ]
    }

    private func other(_ state: BreakState) -> Values? {
        let lines = report.breaks.filter { $0.state == state }
        guard !lines.isEmpty else { return nil }
        let what =
            switch state {
            case .closed: words("期内已关闭", "Closed in the period")
            case .accepted: words("经两人签认接受", "Accepted by two persons")
            case .inFlight: words("在途，可由进行中的变更或投递解释", "In flight, explained by something under way")
            default: words.state(state)
            }
        return [
            "label": "\(what)：\(number(lines.count))", "isShort": lines.count <= 10,
            "rows": lines.map { row($0, namesKind: true) },
        ]
    }

    private func row(_ line: ReconReport.BreakLine, namesKind: Bool) -> Values {
        let age = line.ageWorkdays
        let kind = namesKind ? "\(line.code.rawValue) \(words.name(line.code))" : ""
        let lag = line.lag > 0 ? words("差 \(line.lag) 个环节", line.lag == 1 ? "1 event" : "\(line.lag) events") : ""
        return [
            "hubCode": line.hub.text, "hubName": name(line.hub), "laneName": words.lane(line.lane),
            "anchor": "\(language.rawValue)-\(line.id)", "ageKey": String(-line.firstSeenAt.epochSeconds),
            "ageText": "T+\(age)", "ageClass": age > 3 ? "old" : "", "caseID": line.caseID,
            "kindText": [kind, lag].filter { !$0.isEmpty }.joined(separator: " · "),
            "expectedText": line.expected.map(standing) ?? words("无", "nothing"),
            "foundTexts": line.found.isEmpty ? [words("无", "nothing")] : line.found.map(standing),
            "sentenceText": line.sentence(language), "sinceText": since(line),
            "actionText": words.action(line.action), "stateText": state(line),
        ]
    }

    private func standing(_ standing: ReconReport.Standing) -> String {
        "v\(standing.version) \(words.status(standing.status))"
            + (standing.localNumber.map { " #\($0)" } ?? "")
    }

    private func since(_ line: ReconReport.BreakLine) -> String {
        words("首见 \(language.minute(line.firstSeenAt))", "first seen \(language.minute(line.firstSeenAt))")
    }

    private func state(_ line: ReconReport.BreakLine) -> String {
        var parts = [words.state(line.state)]
        if line.isAutomatic && line.state.isOpen { parts.append(words("可自动", "automatic")) }
        if let assignee = line.assignee { parts.append(assignee) }
        if let until = line.acceptedUntil { parts.append(words("至 \(until.text)", "until \(until.text)")) }
        if let closed = line.closedAt { parts.append(language.minute(closed)) }
        if let reason = line.closeReason { parts.append(closing(reason)) }
        return parts.joined(separator: " · ")
    }

    private func closing(_ reason: String) -> String {
        switch reason {
        case "repaired": words("已修复", "repaired")
        case "vanished": words("自行消失", "vanished")
        case "voided": words("已作废", "voided")
        default: reason
        }
    }
}
