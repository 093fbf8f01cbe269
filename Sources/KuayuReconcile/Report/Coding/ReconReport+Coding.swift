import KuayuFormats
import KuayuModel

extension ReconReport {
    /// The report as one JSON object, members in a fixed order, indented.
    public func json() -> [UInt8] { JSONLayout.lines(ReportEncoder.object(self, capacity: 1 << 16)) }

    /// A report from its JSON: every member must be there, no other, and of the right kind.
    ///
    /// What follows from other members (the answer, totals, ageing) is computed again, not believed. At most 256 MiB.
    public static func read(json: [UInt8]) throws(ReportError) -> ReconReport {
        let tape: Tape
        do {
            tape = try JSONReader.read(json, limits: FormatLimits(bytes: 256 << 20, depth: 16, nodes: 16_000_000))
        } catch {
            throw ReportError(place: "byte \(error.offset)", reason: error.message)
        }
        var report: ReconReport = try ReportDecoder.object(tape, 0, path: "")
        report.ageing = Ageing.rows(hubs: report.hubs.map(\.hub), breaks: report.breaks)
        return report
    }
}

extension ReconReport: FieldCoded {
    static var blank: ReconReport {
        ReconReport(period: .run(""), madeAt: .blank, hubs: [])
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        var schema = SchemaName()
        try coder.text("schema", &schema, "What this document is.")
        try coder.part("period", &period, "What the report is about.")
        try coder.text("madeAt", &madeAt, "When it was made.")
        var answer = AnswerPart(self)
        try coder.part("answer", &answer, "The answer; follows from the rest.")
        try coder.list("hubs", &hubs, "The hubs, by code.")
        try coder.list("rollForward", &rollForward, "How open breaks became what they are; rows of zeros are left out.")
        try coder.list("ageing", &ageing, "Open breaks by hub and age; follows from the breaks.")
        try coder.list("breaks", &breaks, "Breaks that are not over, and those closed in the period.")
        try coder.list("trend", &trend, "The last days of each hub.")
        try coder.list("repairs", &repairs, "Repairs of the period.")
        try coder.list("signOffs", &signOffs, "Signatures under the day, by hub.")
        try coder.list("notices", &notices, "Notices that are open, or were closed in the period.")
        try coder.part("service", &service, "What the service is measured by; null where it was not computed.")
    }
}

/// The one text that names the schema.
private struct SchemaName: TextCoded {
    static var blank: SchemaName { SchemaName() }
    static var shape: TextShape { .choice([ReconReport.schema]) }
    init() {}
    init?(reportText: String) { if reportText != ReconReport.schema { return nil } }
    var reportText: String { ReconReport.schema }
}

extension ReconReport.Period: FieldCoded {
    static var blank: ReconReport.Period { .run("") }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        var day: CalendarDate?
        var run: String?
        switch self {
        case .day(let value): day = value
        case .run(let value): run = value
        }
        try coder.text("day", &day, "The day at +08:00; null when the report is about one run.")
        try coder.text("run", &run, "Id of the run; null when the report is about a day.")
        switch (day, run) {
        case (let day?, nil): self = .day(day)
        case (nil, let run?): self = .run(run)
        default: throw ReportError(place: "period", reason: "either a day or a run is needed")
        }
    }
}

/// The answer as it is written.
private struct AnswerPart: FieldCoded {
    private let answer: ReconReport.Answer
    static var blank: AnswerPart { AnswerPart(.blank) }
    init(_ report: ReconReport) { answer = report.answer }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        var verdict = answer.verdict
        var since = answer.since
        var hubs = answer.hubs
        try coder.text("verdict", &verdict, "Whether the ledgers agree.")
        try coder.derived("waiting", answer.waiting, "Different cases with an open break in some ledger.")
        try coder.text("since", &since, "Since when the first of them waits.")
        try coder.derived("chinese", answer.chinese, "The answer in one sentence.")
        try coder.derived("english", answer.english, "The same in English.")
        try coder.derived("chineseDetail", answer.chineseDetail, "What else there is to know.")
        try coder.derived("englishDetail", answer.englishDetail, "The same in English.")
        try coder.list("hubs", &hubs, "The answer by hub.")
    }
}

extension ReconReport.HubAnswer: FieldCoded {
    static var blank: ReconReport.HubAnswer {
        ReconReport.HubAnswer(
            hub: .blank, verdict: .unknown, waiting: 0, matched: 0, inFlight: 0, unchecked: 0, accepted: 0, late: 0)
    }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("hub", &hub, "The hub, GB/T 2260.")
        try coder.text("verdict", &verdict, "Whether its ledger and the gateway's say the same.")
        try coder.number("waiting", &waiting, "Cases with an open break in its ledger.")
        try coder.text("since", &since, "Since when the first of them waits.")
        try coder.number("matched", &matched, "Records that agree.")
        try coder.number("inFlight", &inFlight, "Differences that something under way explains.")
        try coder.number("unchecked", &unchecked, "Records of which the hub cannot tell the content.")
        try coder.number("accepted", &accepted, "Breaks that two persons accepted.")
        try coder.number("late", &late, "Cases that are stuck or overdue (R10, R11).")
    }
}

extension ReconReport.HubSection: FieldCoded {
    static var blank: ReconReport.HubSection { ReconReport.HubSection(hub: .blank, runs: []) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("hub", &hub, "The hub, GB/T 2260.")
        try coder.text("name", &name, "Its Chinese name.")
        try coder.list("runs", &runs, "The runs of the period, by their beginning.")
    }
}
