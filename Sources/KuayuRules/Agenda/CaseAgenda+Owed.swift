import KuayuModel

extension CaseAgenda {
    /// 容缺: a reminder from some days before something owed is due, an alarm after, nothing once it is there.
    ///
    /// A decided case still owes, unless it was denied; one that ended otherwise owes nothing.
    func owedSpans(_ facts: AgendaFacts) -> [NoticeSpan] {
        let isOver = facts.state.map { $0.isFinal && $0 != .closed } ?? false
        if isOver || facts.record[.outcome] == "denied" { return [] }
        let rows = facts.record[AgendaFields.commitments]
        return rows.indices.flatMap { index -> [NoticeSpan] in
            let row = rows[index]
            guard row[AgendaFields.commitmentKind] == "deferred", row[AgendaFields.commitmentFulfilledAt] == nil,
                let due = dueAt(row, facts)
            else { return [] }
            return owedSpans(row, index: index, due: due)
        }
    }

    /// When it is due, and never later than the case itself.
    private func dueAt(_ row: CaseRow, _ facts: AgendaFacts) -> Instant? {
        [instant(row[AgendaFields.commitmentDueAt]), facts.course.deadline].compactMap(\.self).min()
    }

    private func owedSpans(_ row: CaseRow, index: Int, due: Instant) -> [NoticeSpan] {
        let overdueFrom = due.adding(milliseconds: 1_000)
        let remindFrom = max(reminder(before: due), instant(row[AgendaFields.commitmentMadeAt]) ?? .distantPast)
        let subject = "commitments[\(index)]"
        let owed = owedNames(row)
        var spans: [NoticeSpan] = []
        if remindFrom < overdueFrom {
            let notice = CaseNotice(
                .owedReminder, subject: subject, since: remindFrom, severity: .info, tells: .applying,
                chinese: "容缺材料\(owed.chinese)须于\(due.canonical)前补交。",
                english: "Owed material\(owed.english) must be handed in by \(due.canonical).")
            spans.append(NoticeSpan(notice, until: overdueFrom))
        }
        let notice = CaseNotice(
            .owedOverdue, subject: subject, since: overdueFrom, severity: .alarm, tells: [.applying, .handling],
            chinese: "容缺材料\(owed.chinese)应于\(due.canonical)前补交，逾期未补。",
            english: "Owed material\(owed.english) was due at \(due.canonical) and has not come.")
        return spans + [NoticeSpan(notice)]
    }

    /// The beginning of the day, or the moment, that is the lead before something is due.
    private func reminder(before due: Instant) -> Instant {
        let lead = clock.policy.reminderLead
        switch lead.unit {
        case .workday:
            let day = try? clock.calendar.subtracting(workdays: lead.amount, from: due.date)
            return (day ?? due.date).beginning
        case .day: return due.date.adding(days: -lead.amount).beginning
        case .hour: return due.adding(milliseconds: Int64(lead.amount) * -3_600_000)
        }
    }

    /// What is owed, by the first names of the promise.
    private func owedNames(_ row: CaseRow) -> (chinese: String, english: String) {
        let names = row[AgendaFields.commitmentMaterials].map(texts) ?? []
        guard !names.isEmpty else { return ("", "") }
        let shown = names.prefix(3).joined(separator: "、")
        let isCut = names.count > 3
        return (
            "「\(shown)」" + (isCut ? "等\(names.count)项" : ""), " (\(shown)" + (isCut ? " and more" : "") + ")"
        )
    }
}

extension Instant {
    /// Earlier than any time a case can tell.
    static let distantPast = CalendarDate.min.beginning
}

/// The entries of a list of texts.
func texts(_ value: String) -> [String] { value.split(separator: "\n").map(String.init) }
