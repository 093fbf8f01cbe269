import KuayuModel

extension CaseAgenda {
    /// 黄灯 until 红灯, 红灯 until the end of the case; a pause freezes the lamp as it freezes the count.
    func clockSpans(_ facts: AgendaFacts) -> [NoticeSpan] {
        let course = facts.course
        guard !facts.isEnded, course.facts.start != nil else { return [] }
        var spans: [NoticeSpan] = []
        if let yellowAt = course.yellowAt {
            let due = course.deadline?.canonical
            let notice = CaseNotice(
                .clockYellow, since: yellowAt, severity: .warning,
                chinese: due.map { "黄灯：办理时限将于\($0)届满。" } ?? "黄灯：办理时限所剩不多，目前暂停计时。",
                english: due.map { "Yellow: the time limit runs out at \($0)." }
                    ?? "Yellow: little of the time limit is left; the clock is paused.")
            spans.append(NoticeSpan(notice, until: course.redAt))
        }
        if let redAt = course.redAt, let due = course.deadline?.canonical {
            let notice = CaseNotice(
                .clockRed, since: redAt, severity: .alarm, chinese: "红灯：办理时限已于\(due)届满，尚未办结。",
                english: "Red: the time limit ran out at \(due) without a decision.")
            spans.append(NoticeSpan(notice))
        }
        return spans
    }
}
