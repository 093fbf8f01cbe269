import KuayuModel
import KuayuReconcile

/// How the open breaks became what they are; repairs and notices.
extension ReportValues {
    var rollForward: Values {
        var total = Array(repeating: 0, count: 7)
        for row in report.rollForward { total = zip(total, numbers(row)).map(+) }
        let holds = report.rollForward.allSatisfy { $0.holds }
        return [
            "hasRoll": !report.rollForward.isEmpty, "rollRows": report.rollForward.map(row),
            "rollTotal": total.map { ["text": number($0)] as Values }, "totalMark": holds ? "✓" : "✗",
            "totalClass": holds ? "good" : "wrong", "hasRepairs": !report.repairs.isEmpty,
            "repairs": report.repairs.map(repair), "hasNotices": !report.notices.isEmpty,
            "notices": report.notices.map(notice),
        ]
    }

    private func numbers(_ row: ReconReport.RollForward) -> [Int] {
        [row.opening, row.new, row.reopened, row.auto, row.manual, row.accepted, row.closing]
    }

    private func row(_ row: ReconReport.RollForward) -> Values {
        [
            "hub": name(row.hub), "code": "\(row.code.rawValue) \(words.name(row.code))",
            "numbers": numbers(row).map { ["text": number($0), "zeroClass": $0 == 0 ? "zero" : ""] as Values },
            "holdsText": row.holds
                ? "✓" : words("✗ 应为 \(number(row.expectedClosing))", "✗ should be \(number(row.expectedClosing))"),
            "holdsClass": row.holds ? "good" : "wrong",
        ]
    }

    private func repair(_ line: ReconReport.RepairLine) -> Values {
        let outcome =
            line.stopReason ?? (line.endedAt == nil ? words("进行中", "under way") : words("完成", "ended"))
        return [
            "plan": line.plan, "hub": name(line.hub), "action": words.action(line.action),
            "started": language.minute(line.startedAt), "steps": number(line.steps), "done": number(line.done),
            "skipped": number(line.skipped), "failed": number(line.failed),
            "failedClass": line.failed > 0 ? "wrong" : "zero",
            "by": [person(line.proposedBy), line.approvedBy.map(person)].compactMap { $0 }.joined(separator: " / "),
            "outcome": outcome,
        ]
    }

    private func person(_ name: String) -> String { name == "gateway" ? words("网关自动", "gateway") : name }

    private func notice(_ line: ReconReport.NoticeLine) -> Values {
        [
            "hub": name(line.hub), "code": line.code.map { "\($0.rawValue) \(words.name($0))" } ?? "—",
            "text": language == .chinese ? line.chinese : line.english, "count": number(line.count),
            "opened": language.minute(line.openedAt), "closed": line.closedAt.map(language.minute) ?? "—",
        ]
    }
}
