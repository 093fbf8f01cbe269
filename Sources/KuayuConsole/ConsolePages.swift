import KuayuModel
public import KuayuReconcile

/// The pages of reconciliation at the admin port: plain values in, bytes of HTML out.
///
/// Like the report they carry both languages. Values of persons must be masked before they come here.
public enum ConsolePages {
    /// A link with what it is called.
    public struct Link: Hashable, Sendable {
        /// Where it leads, relative to the page.
        public var href: String
        /// What it is called.
        public var label: String

        /// A link.
        public init(href: String, label: String) {
            self.href = href
            self.label = label
        }
    }

    /// A report that was made before.
    public struct ReportLink: Hashable, Sendable {
        /// Day or run.
        public var title: String
        /// Its answer in Chinese.
        public var chinese: String
        /// Its answer in English.
        public var english: String
        /// Its formats: HTML, JSON, CSV, NDJSON, PDF.
        public var formats: [Link]

        /// A report.
        public init(title: String, chinese: String, english: String, formats: [Link]) {
            self.title = title
            self.chinese = chinese
            self.english = english
            self.formats = formats
        }
    }

    /// What the first page shows.
    public struct Index: Hashable, Sendable {
        /// The state now, as a report of the present day; its breaks are listed.
        public var report: ReconReport
        /// The latest runs, newest first.
        public var runs: [RunRecord]
        /// Reports, newest first.
        public var reports: [ReportLink]
        /// What stands before the id of a break in a link to it.
        public var breakPrefix: String
        /// Links at the top.
        public var links: [Link]

        /// A first page.
        public init(
            report: ReconReport, runs: [RunRecord], reports: [ReportLink], breakPrefix: String = "breaks/",
            links: [Link] = []
        ) {
            self.report = report
            self.runs = runs
            self.reports = reports
            self.breakPrefix = breakPrefix
            self.links = links
        }
    }

    /// The policy that a server should send with these pages; they carry it too.
    public static var contentSecurityPolicy: String { Page.policy }

    /// The first page: hubs, latest runs, open breaks, reports.
    public static func index(_ index: Index, language: ReportLanguage = .chinese) -> [UInt8] {
        Page.whole(title: "对账 · Reconciliation", language: language) { language in
            Page.render("index", values(index, Words(language)))
        }
    }

    /// The history of runs, in the order given.
    public static func history(
        _ runs: [RunRecord], links: [Link] = [], language: ReportLanguage = .chinese
    ) -> [UInt8] {
        Page.whole(title: "历史批次 · Runs", language: language) { language in
            let words = Words(language)
            var values = frame(links, words)
            values["standalone"] = true
            values.merge(runValues(runs, words)) { _, new in new }
            return Page.render("history", values)
        }
    }

    static func frame(_ links: [Link], _ words: Words) -> Values {
        [
            "w": words.table, "other": words.language == .chinese ? "lang-en" : "lang-zh",
            "links": links.map { ["href": safe($0.href), "label": $0.label] as Values },
        ]
    }

    /// A link within the console; anything that names a scheme or another host leads nowhere.
    static func safe(_ href: String) -> String {
        let path = href.split(separator: "/", omittingEmptySubsequences: false).first ?? ""
        return path.contains(":") || href.hasPrefix("//") || href.contains("\\") ? "#" : href
    }

    private static func runValues(_ runs: [RunRecord], _ words: Words) -> Values {
        [
            "hasRuns": !runs.isEmpty,
            "runs": runs.map { RunValues.row($0, hub: words.language.name(of: $0.hub), words) },
        ]
    }

    private static func values(_ index: Index, _ words: Words) -> Values {
        let report = ReportValues(index.report, words.language)
        let open = index.report.breaks.filter(\.state.isOpen)
        var values = frame(index.links, words)
        values.merge(runValues(index.runs, words)) { _, new in new }
        values.merge(
            [
                "standalone": false, "madeAt": words.language.minute(index.report.madeAt), "hasAnswer": true,
                "verdict": report.answer.verdict.rawValue, "glyph": words.verdict(report.answer.verdict).mark,
                "sentence": report.answer.sentence(words.language), "detail": report.answer.detail(words.language),
                "hasBreaks": !open.isEmpty,
            ] as Values
        ) { _, new in new }
        values["cards"] = zip(index.report.hubs, report.answer.hubs).map { section, answer -> Values in
            let verdict = words.verdict(answer.verdict)
            return [
                "verdict": answer.verdict.rawValue, "name": section.name(in: words.language),
                "code": section.hub.text, "profile": words.profile(section.decisive?.profile), "mark": verdict.mark,
                "standing": verdict.text, "open": number(open.filter { $0.hub == section.hub }.count),
                "since": answer.since.map(words.language.minute) ?? "—",
                "started": section.decisive.map { words.language.minute($0.startedAt) } ?? "—",
            ]
        }
        values["breaks"] = open.sorted { ($0.firstSeenAt, $0.id) < ($1.firstSeenAt, $1.id) }.map { line -> Values in
            [
                "age": "T+\(line.ageWorkdays)", "hub": report.name(line.hub),
                "code": "\(line.code.rawValue) \(words.name(line.code))", "caseID": line.caseID,
                "href": safe(index.breakPrefix + line.id), "sentence": line.sentence(words.language),
                "action": words.action(line.action), "state": words.state(line.state),
            ]
        }
        values["reports"] = index.reports.map { link -> Values in
            [
                "title": link.title, "sentence": words(link.chinese, link.english),
                "links": link.formats.map { ["href": safe($0.href), "label": $0.label] as Values },
            ]
        }
        return values
    }
}
