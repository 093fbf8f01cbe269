import KuayuModel
import KuayuReconcile

/// Everything that the template of a report is filled with, in one language.
struct ReportValues {
    let report: ReconReport
    let words: Words
    let answer: ReconReport.Answer
    var language: ReportLanguage { words.language }

    init(_ report: ReconReport, _ language: ReportLanguage) {
        self.report = report
        words = Words(language)
        answer = report.answer
    }

    var all: Values {
        var values: Values = [
            "w": words.table, "period": report.period.text, "schema": ReconReport.schema,
            "madeAt": language.minute(report.madeAt), "other": language == .chinese ? "lang-en" : "lang-zh",
            "verdict": answer.verdict.rawValue, "glyph": words.verdict(answer.verdict).mark,
            "sentence": answer.sentence(language), "detail": answer.detail(language), "cards": cards,
        ]
        for part in [agreement, ageing, breaks, rollForward, costs, signatures] {
            values.merge(part) { _, new in new }
        }
        if let service = report.service { values["service"] = ServiceValues(service, words).all }
        return values
    }

    /// Name of a hub as the report names it.
    func name(_ hub: RegionCode) -> String {
        report.hubs.first { $0.hub == hub }?.name(in: language) ?? language.name(of: hub)
    }

    private var cards: [Values] {
        zip(report.hubs, answer.hubs).map { section, answer in
            let verdict = words.verdict(answer.verdict)
            let fault = section.decisive?.fault
            return [
                "verdict": answer.verdict.rawValue, "name": section.name(in: language), "code": section.hub.text,
                "profile": words.profile(section.decisive?.profile), "mark": verdict.mark, "standing": verdict.text,
                "waiting": number(answer.waiting), "since": answer.since.map(language.minute) ?? "—",
                "matched": number(answer.matched), "inFlight": number(answer.inFlight),
                "unchecked": number(answer.unchecked), "late": number(answer.late),
                "hasFault": fault != nil, "faultText": fault.map { "R14 \($0.description)" } ?? "",
            ]
        }
    }
}
