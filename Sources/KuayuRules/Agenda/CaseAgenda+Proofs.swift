import KuayuModel

extension CaseAgenda {
    /// 免提交, 证照标识, 证照有效期: what stands in for papers, and what was issued, holds up.
    func proofSpans(_ facts: AgendaFacts) -> [NoticeSpan] {
        let materials = facts.isEnded ? [] : facts.record[.materials]
        let licences = facts.state == .voided ? [] : facts.record[AgendaFields.licences]
        let decided = instant(facts.record[.decidedAt]) ?? facts.knownSince
        return materials.indices.flatMap { materialSpans(materials[$0], index: $0, since: facts.knownSince) }
            + licences.indices.flatMap { licenceSpans(licences[$0], index: $0, decided: decided) }
    }

    private func materialSpans(_ row: CaseRow, index: Int, since: Instant) -> [NoticeSpan] {
        let subject = "materials[\(index)]"
        var spans: [NoticeSpan] = []
        if row[AgendaFields.materialExempt] == "true" && !Self.isResolvable(row) {
            let notice = CaseNotice(
                .exemptUnproved, subject: subject, since: since, severity: .warning,
                chinese: "第\(index + 1)项材料标为免提交，但没有可核验的来源。",
                english: "Material \(index + 1) need not be submitted, but nothing says where it can be found: no "
                    + "licence id, no query, no provider with the time of verification.")
            spans.append(NoticeSpan(notice))
        }
        if let id = row[AgendaFields.materialLicenceID] {
            spans += identifierSpans(id, subject: subject, since: since)
        }
        return spans
    }

    /// Whether the provenance of a material leads somewhere: to a licence, to a query, or to a provider who verified it.
    static func isResolvable(_ material: CaseRow) -> Bool {
        material[AgendaFields.materialLicenceID] != nil || material[AgendaFields.materialQuery] != nil
            || (material[AgendaFields.materialProvider] != nil && material[AgendaFields.materialVerifiedAt] != nil)
    }

    private func licenceSpans(_ row: CaseRow, index: Int, decided: Instant) -> [NoticeSpan] {
        let subject = "result.licences[\(index)]"
        var spans = validitySpans(row, index: index, subject: subject, decided: decided)
        if let id = row[AgendaFields.licenceID] { spans += identifierSpans(id, subject: subject, since: decided) }
        return spans
    }

    /// A licence that was never valid or was issued expired is a mistake; one that ran out later is only good to know.
    private func validitySpans(_ row: CaseRow, index: Int, subject: String, decided: Instant) -> [NoticeSpan] {
        guard let to = row[AgendaFields.licenceValidTo].flatMap({ CalendarDate($0) }) else { return [] }
        if let from = row[AgendaFields.licenceValidFrom].flatMap({ CalendarDate($0) }), from > to {
            let notice = CaseNotice(
                .licenceExpired, subject: subject, since: decided, severity: .warning,
                chinese: "第\(index + 1)份证照的有效期起（\(from)）晚于有效期止（\(to)）。",
                english: "Licence \(index + 1) is valid from \(from), after the day it is valid to, \(to).")
            return [NoticeSpan(notice)]
        }
        let isMistake = to < decided.date
        let notice = CaseNotice(
            .licenceExpired, subject: subject,
            since: isMistake ? decided : to.adding(days: 1).beginning, severity: isMistake ? .warning : .info,
            chinese: "第\(index + 1)份证照有效期至\(to)，已过期。", english: "Licence \(index + 1) was valid to \(to).")
        return [NoticeSpan(notice)]
    }

    private func identifierSpans(_ id: String, subject: String, since: Instant) -> [NoticeSpan] {
        do throws(IdentifierError) {
            _ = try LicenceIdentifier(validating: id)
            return []
        } catch {
            let notice = CaseNotice(
                .licenceIdWrong, subject: subject, since: since, severity: .warning, chinese: error.messageZH,
                english: error.message)
            return [NoticeSpan(notice)]
        }
    }
}
