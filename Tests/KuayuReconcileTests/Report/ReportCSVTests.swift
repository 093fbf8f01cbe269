import KuayuFormats
import KuayuModel
import KuayuReconcile
import Testing

/// The table of breaks.
@Suite struct ReportCSVTests {
    private func table(_ change: (inout ReconReport.BreakLine) -> Void = { _ in }) throws -> [[String]] {
        var sample = ReportSample(seed: 1)
        var report = sample.report()
        change(&report.breaks[0])
        let bytes = ReportCSV.breaks(of: report, byteOrderMark: false)
        return try DelimitedReader.rows(bytes, dialect: .csv).map { row in row.map { $0.text(in: bytes, dialect: .csv) }
        }
    }

    @Test func hasOneRowForEachBreak() throws {
        var sample = ReportSample(seed: 1)
        let report = sample.report()
        let rows = try table()
        #expect(rows[0] == ReportCSV.columns)
        #expect(rows.dropFirst().map { $0[0] } == report.breaks.map(\.id))
        #expect(rows.allSatisfy { $0.count == ReportCSV.columns.count })
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("a=1", "a=1"), ("", ""), ("=a,\"b\"\n", "'=a,\"b\"\n"), (" =1", " =1"),
    ])
    func disarmsFormulas(_ text: String, _ field: String) throws {
        let rows = try table { line in
            line.caseID = text
            line.chinese = text
            line.assignee = text
            line.found = [ReconReport.Standing(version: 1, status: text)]
        }
        #expect(rows[1][4] == field)
        #expect(rows[1][24] == field)
        #expect(rows[1][20] == field)
        #expect(rows[1][16] == field)
    }

    @Test func beginsWithTheByteOrderMarkThatSpreadsheetsNeed() {
        let empty = ReconReport(period: .run("a"), madeAt: Instant(epochSeconds: 0), hubs: [])
        #expect(ReportCSV.breaks(of: empty).starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(ReportCSV.breaks(of: empty, byteOrderMark: false).starts(with: Array("id,hub,".utf8)))
        #expect(ReportCSV.breaks(of: empty).suffix(2) == [0x0D, 0x0A])
    }
}
