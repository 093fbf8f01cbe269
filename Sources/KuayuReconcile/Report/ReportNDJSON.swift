import KuayuFormats
import KuayuModel

/// A report as lines of JSON, each with a `type`, for programs that take in streams.
///
/// One line for the report, each run, each lane of it, each roll-forward, ageing and trend row, each break, repair,
/// signature and notice.
public enum ReportNDJSON {
    /// The lines, each ended by LF.
    public static func lines(of report: ReconReport) -> [UInt8] {
        var out: [UInt8] = []
        append(Head(report), "report", to: &out)
        for section in report.hubs {
            for run in section.runs { appendRun(run, to: &out) }
        }
        for row in report.rollForward { append(row, "rollForward", to: &out) }
        for row in report.ageing { append(row, "ageing", to: &out) }
        for row in report.trend { append(row, "day", to: &out) }
        for row in report.breaks { append(row, "break", to: &out) }
        for row in report.repairs { append(row, "repair", to: &out) }
        for row in report.signOffs { append(row, "signOff", to: &out) }
        for row in report.notices { append(row, "notice", to: &out) }
        if let service = report.service { append(service, "service", to: &out) }
        return out
    }

    private static func appendRun(_ run: RunRecord, to out: inout [UInt8]) {
        var head = run
        head.lanes = []
        append(head, "run", to: &out)
        for lane in run.lanes { append(LaneLine(run: run.id, hub: run.hub, lane: lane), "total", to: &out) }
    }

    private static func append(_ value: some FieldCoded, _ type: String, to out: inout [UInt8]) {
        // The object's own members follow the type.
        out.append(contentsOf: Array("{\"type\":\"\(type)\",".utf8))
        out.append(contentsOf: ReportEncoder.object(value).dropFirst())
        out.append(0x0A)
    }
}

/// A report without its parts.
private struct Head: FieldCoded {
    private var report: ReconReport
    static var blank: Head { Head(.blank) }
    init(_ report: ReconReport) { self.report = report }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        let answer = report.answer
        try coder.derived("schema", ReconReport.schema, "What this is.")
        try coder.part("period", &report.period, "What the report is about.")
        try coder.text("madeAt", &report.madeAt, "When it was made.")
        try coder.derived("verdict", answer.verdict.rawValue, "Whether the ledgers agree.")
        try coder.derived("waiting", answer.waiting, "Different cases with an open break.")
        try coder.derived("chinese", answer.chinese, "The answer in one sentence.")
        try coder.derived("english", answer.english, "The same in English.")
    }
}

/// One lane of one run.
private struct LaneLine: FieldCoded {
    var run: String
    var hub: RegionCode
    var lane: RunRecord.LaneRecord
    static var blank: LaneLine { LaneLine(run: "", hub: .blank, lane: .blank) }

    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError) {
        try coder.text("run", &run, "The run.")
        try coder.text("hub", &hub, "The hub.")
        try lane.code(&coder)
    }
}
