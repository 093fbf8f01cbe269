import KuayuModel

extension CaseAgenda {
    /// 一次告知: one complete notice in time.
    func supplementSpans(_ facts: AgendaFacts) -> [NoticeSpan] {
        facts.isEnded ? [] : collectSpans(facts) + lateSpans(facts) + repeatedSpans(facts)
    }

    // MARK: In time

    /// Stands from the end of the working days allowed for as long as a handling region has neither accepted nor asked
    /// for a supplement.
    ///
    /// A case that is granted without application is accepted by nobody; a child of a bundle that waits for another has
    /// not reached anybody.
    private func lateSpans(_ facts: AgendaFacts) -> [NoticeSpan] {
        guard facts.record[AgendaFields.proactive] != "true", facts.record[ClockFields.supplements].isEmpty,
            let reached = reached(facts),
            let due = try? clock.calendar.adding(workdays: clock.policy.noticeWorkdays, to: reached.date)
        else { return [] }
        let since = due.date.end.adding(milliseconds: 1_000)
        return silentRegions(facts).map { region in
            let allowed = clock.policy.noticeWorkdays
            let chinese = region.isEmpty ? "" : "（\(region)）"
            let english = region.isEmpty ? "the handling region" : "region \(region)"
            let notice = CaseNotice(
                .supplementLate, subject: region, since: since, severity: .alarm,
                chinese: "收到后\(allowed)个工作日内既未受理也未一次性告知补正\(chinese)；"
                    + "依法自\(reached.date)收到之日起即为受理。",
                english: "Within \(allowed) working days \(english) neither accepted the case nor said what is "
                    + "missing; by law it counts as accepted from the day of receipt, \(reached.date).")
            return NoticeSpan(notice)
        }
    }

    /// Stands from the end of the working days allowed for as long as the papers of a case in mode `collect` are not
    /// collected: until then no handling region hears of it.
    private func collectSpans(_ facts: AgendaFacts) -> [NoticeSpan] {
        guard facts.record[.mode] == "collect", facts.state == .submitted,
            facts.record[AgendaFields.bundleAfter] == nil,
            let applied = facts.firstEvent(.submitted) ?? instant(facts.record[AgendaFields.appliedAt])
                ?? instant(facts.record[.registeredAt]),
            let due = try? clock.calendar.adding(workdays: clock.policy.noticeWorkdays, to: applied.date)
        else { return [] }
        let allowed = clock.policy.noticeWorkdays
        return [
            NoticeSpan(
                CaseNotice(
                    .collectLate, since: due.date.end.adding(milliseconds: 1_000), severity: .warning, tells: .applying,
                    chinese: "申请后\(allowed)个工作日内未收件；收件前不转受理地。",
                    english:
                        "The papers were not collected within \(allowed) working days; until they are, the handling "
                        + "region does not hear of the case."))
        ]
    }

    /// When the case reached the handling region: it was transferred, or else handed in; of a case whose papers another
    /// region collects, when it had them.
    private func reached(_ facts: AgendaFacts) -> Instant? {
        if let transferred = facts.firstEvent(.transferred) { return transferred }
        let isHeld = facts.record[AgendaFields.bundleAfter] != nil && facts.state == .submitted
        if isHeld || facts.record[AgendaFields.bundleRole] == "main" { return nil }
        if facts.record[.mode] == "collect" {
            if let collected = facts.firstEvent(.collected) { return collected }
            if facts.state == .submitted { return nil }
        }
        return facts.firstEvent(.submitted) ?? instant(facts.record[AgendaFields.appliedAt])
            ?? instant(facts.record[.registeredAt])
    }

    /// The handling regions that have not spoken: in a joint case each by its code, otherwise the empty text.
    private func silentRegions(_ facts: AgendaFacts) -> [String] {
        let hasSpoken = facts.course.facts.start != nil || facts.state.map(Self.isTakenOn) ?? false
        guard facts.record[.mode] == "joint" else { return hasSpoken ? [] : [""] }
        var regions: [String] = []
        for row in facts.record[.handling] {
            guard let division = row[.handlingDivision] else { continue }
            let region = String(division.prefix(2)) + "0000"
            if !regions.contains(region) { regions.append(region) }
        }
        return regions.enumerated().filter { index, region in
            let branch = facts.record[.branches].first { $0[.branchRegion] == region }
            // The lead's state is the whole's where its branch is not told apart.
            return branch.map { !Self.hasSpoken($0) } ?? !(index == 0 && hasSpoken)
        }.map(\.element)
    }

    private static func hasSpoken(_ branch: CaseRow) -> Bool {
        branch[AgendaFields.branchAcceptedAt] != nil
            || branch[.branchStatus].flatMap(CaseState.init(rawValue:)).map(isTakenOn) ?? false
    }

    private static func isTakenOn(_ state: CaseState) -> Bool { state.progress >= CaseState.accepted.progress }

    // MARK: Once

    /// A notice after the first stands out until the case is decided, unless it only repeats.
    private func repeatedSpans(_ facts: AgendaFacts) -> [NoticeSpan] {
        let rows = facts.record[ClockFields.supplements]
        let ordered = rows.indices
            .compactMap { index in
                instant(rows[index][ClockFields.supplementRequestedAt]).map { (index: index, at: $0) }
            }
            .sorted { ($0.at, $0.index) < ($1.at, $1.index) }
        return ordered.indices.dropFirst().compactMap { place in
            let earlier = ordered[..<place].map { rows[$0.index] }
            guard asksAgain(rows[ordered[place].index], at: ordered[place].at, after: earlier) else { return nil }
            let notice = CaseNotice(
                .supplementAgain, subject: "supplements[\(ordered[place].index)]", since: ordered[place].at,
                severity: .warning, chinese: "再次告知补正，含首次未告知的内容，不符合一次性告知。",
                english: "A further notice asks for what the first should have asked for (一次告知).")
            return NoticeSpan(notice)
        }
    }

    /// Whether a notice asks for more than the earlier ones.
    ///
    /// By the lists: it names something that no earlier one named; the same things may be asked for again, because what
    /// was handed in may not do. Where a list is not known, by time: it came before the one before it was answered.
    private func asksAgain(_ row: CaseRow, at time: Instant, after earlier: [CaseRow]) -> Bool {
        let asked = row[AgendaFields.supplementItems].map(texts) ?? []
        let lists = earlier.map { $0[AgendaFields.supplementItems].map(texts) ?? [] }
        if !asked.isEmpty && lists.allSatisfy({ !$0.isEmpty }) {
            return !Set(asked).isSubset(of: lists.joined())
        }
        guard let answered = instant(earlier.last?[AgendaFields.supplementAnsweredAt]) else { return true }
        return answered > time
    }
}
