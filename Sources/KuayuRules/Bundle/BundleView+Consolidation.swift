import KuayuModel

extension BundleView {
    /// Characters that `result.description` may have.
    static let descriptionLimit = 1_000

    /// What a main case should become; `nil` when it stays as it is.
    ///
    /// Accepted with the first child that is accepted, under review once one is worked further, ended with the last
    /// child; never backwards, and never away from an end of its own.
    static func consolidation(of main: BundleMember?, _ children: [Child]) -> Consolidation? {
        guard let main, !children.isEmpty else { return nil }
        let current = main.state
        if current.isFinal { return nil }
        if children.allSatisfy(\.standing.hasEnded) { return end(of: children, from: current) }
        let working = CaseState.reviewing.progress...CaseState.closed.progress
        let wanted: CaseState? =
            if children.contains(where: { working.contains($0.state.progress) }) {
                .reviewing
            } else if children.contains(where: wasAccepted) {
                .accepted
            } else {
                nil
            }
        guard let wanted, wanted.progress > current.progress else { return nil }
        return Consolidation(state: wanted, outcome: nil, description: nil)
    }

    private static func wasAccepted(_ child: Child) -> Bool {
        (CaseState.accepted.progress...CaseState.closed.progress).contains(child.state.progress)
            || child.record[.startedAt] != nil
    }

    private static func end(of children: [Child], from current: CaseState) -> Consolidation {
        let outcome = outcome(of: children)
        // Withdrawn is a state as well as an outcome, and not one that follows a decision.
        if outcome == "withdrawn" && !current.isDecided {
            return Consolidation(state: .withdrawn, outcome: outcome, description: description(of: children))
        }
        return Consolidation(
            state: .closed, outcome: outcome == "withdrawn" ? "done" : outcome, description: description(of: children))
    }

    /// granted: all well; withdrawn: all withdrawn; denied: none well; done: some.
    ///
    /// Children that were voided, because they should not have been there, do not count beside others.
    private static func outcome(of children: [Child]) -> String {
        let counted = children.filter { $0.state != .voided }
        if counted.allSatisfy({ $0.state == .withdrawn || $0.standing == .ended(outcome: "withdrawn") }) {
            return "withdrawn"
        }
        let good = counted.count(where: \.endedWell)
        return good == counted.count ? "granted" : good == 0 ? "denied" : "done"
    }

    /// One sentence per child, as many as fit.
    static func description(of children: [Child]) -> String {
        let sentences = children.map(sentence)
        var text = ""
        for (index, sentence) in sentences.enumerated() {
            let rest = sentences.count - index
            let remark = "另有\(rest)项。"
            let room = descriptionLimit - TextRules.characterCount(text) - TextRules.characterCount(sentence)
            guard room >= (rest == 1 ? 0 : TextRules.characterCount(remark)) else { return text + remark }
            text += sentence
        }
        return text
    }

    private static func sentence(_ child: Child) -> String {
        var outcome: String?
        if case .ended(let ended) = child.standing { outcome = ended }
        return "\(child.record[.itemName] ?? child.name)：\(word(for: outcome))。"
    }

    private static func word(for outcome: String?) -> String {
        switch outcome {
        case "granted": "准予"
        case "denied": "不予许可"
        case "notAccepted": "不予受理"
        case "returned": "退回"
        case "withdrawn": "已撤回"
        case "voided": "已作废"
        case "forwarded": "转报"
        case "supplementTimeout": "逾期未补正"
        case "done": "办毕"
        default: "办结，结果未报"
        }
    }
}
