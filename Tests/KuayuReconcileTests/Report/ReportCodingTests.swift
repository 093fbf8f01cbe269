import Foundation
import KuayuModel
import KuayuReconcile
import Testing

/// The JSON of a report, its schema, and what is derived from it.
///
/// `KUAYU_UPDATE_GOLDEN=1` rewrites the files.
@Suite struct ReportCodingTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let isUpdate = ProcessInfo.processInfo.environment["KUAYU_UPDATE_GOLDEN"] == "1"
    private let report: ReconReport

    init() {
        var sample = ReportSample(seed: 20_261_124)
        report = sample.report()
    }

    private func compare(_ wanted: [UInt8], with path: String) throws {
        let file = Self.root.appending(path: path)
        if Self.isUpdate { try Data(wanted).write(to: file) }
        let found = try [UInt8](Data(contentsOf: file))
        let isEqual = found == wanted
        #expect(isEqual, "\(path) is out of date; run the tests with KUAYU_UPDATE_GOLDEN=1 and review it")
    }

    @Test func writesTheKnownDocument() throws {
        try compare(report.json(), with: "Tests/KuayuReconcileTests/Vectors/report-sample.json")
    }

    @Test func publishesTheSchema() throws {
        try compare(ReportSchema.document(), with: "schema/recon-report.v1.json")
    }

    @Test func readsWhatItWrites() throws {
        let read = try ReconReport.read(json: report.json())
        #expect(read == report)
        #expect(read.json() == report.json())
        #expect(read.answer == report.answer)
    }

    @Test func readsEmptyAndRunReports() throws {
        let run = ReconReport(period: .run("RC-310000-20261124200000-0001"), madeAt: report.madeAt, hubs: [])
        #expect(try ReconReport.read(json: run.json()) == run)
    }

    @Test func readsAFaultOfAHub() throws {
        var changed = report
        changed.hubs[0].runs[0].state = .feedError
        changed.hubs[0].runs[0].lanes = []
        changed.hubs[0].runs[0].fault = FeedError(.digest, "the file of lane in does not fit its manifest")
        #expect(try ReconReport.read(json: changed.json()) == changed)
    }

    /// What stands in the document, what is put there instead, and where the reader complains.
    @Test(arguments: [
        ("kuayu-recon-report-1", "kuayu-recon-report-2", "schema"),
        ("\"madeAt\"", "\"madeat\"", "madeAt"),
        ("\"waiting\": ", "\"extra\": 1, \"waiting\": ", "answer.extra"),
        ("\"hub\": \"310000\"", "\"hub\": \"31000\"", "hub"),
        ("\"lane\": \"in\"", "\"lane\": \"both\"", "lane"),
        ("\"opening\": 1", "\"opening\": -1", "opening"),
        ("\"opening\": 1", "\"opening\": 1.5", "opening"),
        ("\"opening\": 1", "\"opening\": null", "opening"),
        ("\"automatic\": true", "\"automatic\": 1", "automatic"),
        ("\"day\": \"2026-11-24\"", "\"day\": \"2026-11-31\"", "day"),
        ("+08:00\"", "Z\"", "madeAt"),
    ])
    func refusesAnythingElse(_ part: String, _ instead: String, _ place: String) throws {
        let text = String(decoding: report.json(), as: UTF8.self)
        let range = try #require(text.range(of: part))
        let changed = text.replacingCharacters(in: range, with: instead)
        let error = #expect(throws: ReportError.self) { try ReconReport.read(json: Array(changed.utf8)) }
        #expect(error?.place.hasSuffix(place) == true, "\(error?.description ?? "")")
    }

    @Test func namesTheByteThatIsNoJSON() {
        let error = #expect(throws: ReportError.self) { try ReconReport.read(json: Array("{\"a\":}".utf8)) }
        #expect(error?.place == "byte 5")
    }

    @Test func doesNotBelieveWhatFollowsFromTheRest() throws {
        let text = String(decoding: report.json(), as: UTF8.self)
        let lie = text.replacingOccurrences(of: "\"verdict\": \"differs\"", with: "\"verdict\": \"agrees\"")
            .replacingOccurrences(of: "\"holds\": true", with: "\"holds\": false")
        #expect(lie != text)
        let read = try ReconReport.read(json: Array(lie.utf8))
        #expect(read.answer.verdict == .differs)
        #expect(!read.rollForward.contains { !$0.holds })
    }

    @Test func writesOneLineForEachPart() throws {
        let lines = ReportNDJSON.lines(of: report).split(separator: 0x0A)
        var count: [String: Int] = [:]
        for line in lines {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            count[object["type"] as? String ?? "-", default: 0] += 1
        }
        #expect(count["break"] == report.breaks.count)
        #expect(count["total"] == 8 && count["run"] == 4 && count["report"] == 1)
        #expect(count["day"] == 120)
        #expect(count["rollForward"] == report.rollForward.count)
    }
}
