import Foundation
import KuayuConsole
import KuayuModel
import KuayuReconcile
import Testing

/// The report as a page.
///
/// `KUAYU_UPDATE_GOLDEN=1` rewrites the known pages.
@Suite struct ReportPageTests {
    private static let isUpdate = ProcessInfo.processInfo.environment["KUAYU_UPDATE_GOLDEN"] == "1"

    private func html(_ report: ReconReport, _ language: ReportLanguage = .chinese) -> String {
        String(decoding: ReportPage.html(report, language: language), as: UTF8.self)
    }

    /// What stands between two markers of a page.
    private func part(_ page: String, _ language: ReportLanguage) throws -> Substring {
        let start = try #require(page.range(of: "<main class=\"sheet \(language.rawValue)\""))
        let end = try #require(page[start.upperBound...].range(of: "</main>"))
        return page[start.upperBound..<end.lowerBound]
    }

    private func compare(_ page: String, with name: String) throws {
        let file = ReportSamples.tests.appending(path: "Golden/\(name)")
        if Self.isUpdate { try Data(page.utf8).write(to: file) }
        let known = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        let isEqual = known == page
        #expect(isEqual, "\(name) is out of date; run with KUAYU_UPDATE_GOLDEN=1 and look at it in a browser")
    }

    @Test func isTheKnownPage() throws { try compare(html(ReportSamples.day()), with: "report.html") }

    @Test func isCalmWhenNothingDiffers() throws {
        let page = try html(ReportSamples.calm())
        try compare(page, with: "report-calm.html")
        #expect(page.contains("class=\"answer agrees\""))
        #expect(page.contains("没有未结差异。") && page.contains("No break is open."))
    }

    @Test func opensWithTheAnswerInBothLanguages() throws {
        let report = try ReportSamples.day()
        let page = html(report)
        for language in ReportLanguage.allCases {
            let body = try part(page, language)
            let heading = try #require(body.range(of: "<h1>"))
            #expect(body[heading.upperBound...].hasPrefix(report.answer.sentence(language)))
        }
        #expect(page.contains("id=\"lang-zh\" aria-label=\"中文\" checked"))
        #expect(html(report, .english).contains("id=\"lang-en\" aria-label=\"English\" checked"))
    }

    @Test func namesEveryBreakInBothLanguages() throws {
        let report = try ReportSamples.day()
        let page = html(report)
        for language in ReportLanguage.allCases {
            let body = try part(page, language)
            for line in report.breaks {
                #expect(body.contains("id=\"\(language.rawValue)-\(line.id)\""))
                #expect(body.contains(line.caseID))
            }
        }
    }

    @Test func foldsMostOfAFlood() throws {
        let page = try html(ReportSamples.flood(500))
        let body = try part(page, .chinese)
        #expect(body.components(separatedBy: "<tr data-hub=").count - 1 == 500)
        #expect(body.contains("其余 "))
        let unfolded = body.components(separatedBy: "<details><summary>其余")
        #expect(unfolded.count > 1)
    }

    @Test func loadsNothing() throws {
        let page = try html(ReportSamples.day())
        #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("//cdn"))
        #expect(
            !page.contains(" src=") && !page.contains("<link") && !page.contains("url(") && !page.contains("@import"))
        #expect(page.components(separatedBy: "<script").count == 2)
        #expect(!page.contains(" style=") && !page.contains(" onclick="))
        #expect(page.contains("default-src &#39;none&#39;"))
    }

    @Test func leavesNoHoleInATemplate() throws {
        for report in [try ReportSamples.day(), try ReportSamples.calm()] {
            let page = html(report)
            #expect(!page.contains("{{") && !page.contains("Optional("))
            #expect(page.components(separatedBy: "<section").count == page.components(separatedBy: "</section>").count)
            #expect(page.components(separatedBy: "<tr").count == page.components(separatedBy: "</tr>").count)
        }
    }

    @Test func hasNoIdTwice() throws {
        let page = try html(ReportSamples.day())
        let ids = page.components(separatedBy: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(ids).count == ids.count)
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\"><img onerror=x>", "' onmouseover='x", "</style>&{{w.brand}}", "]]>-->",
    ])
    func escapesWhateverItIsGiven(_ hostile: String) throws {
        var report = try ReportSamples.day()
        report.period = .run(hostile)
        report.hubs[0].name = hostile
        report.hubs[0].runs[0].id = hostile
        report.hubs[0].runs[0].state = .feedError
        report.hubs[0].runs[0].fault = FeedError(.unreadable, hostile)
        for place in report.breaks.indices {
            report.breaks[place].caseID = hostile
            report.breaks[place].id = "\(hostile)\(place)"
            report.breaks[place].chinese = hostile
            report.breaks[place].english = hostile
            report.breaks[place].assignee = hostile
            report.breaks[place].closeReason = hostile
            report.breaks[place].expected = ReconReport.Standing(version: 1, status: hostile, localNumber: hostile)
            report.breaks[place].found = [ReconReport.Standing(version: 1, status: hostile, localNumber: hostile)]
        }
        report.service?.byItem[0].name = hostile
        report.service?.byMode[0].key = hostile
        report.service?.bundles[0].name = hostile
        report.service?.savings[0].measure = hostile
        report.repairs[0].stopReason = hostile
        report.signOffs[0].first = ReconReport.Signature(by: hostile, at: report.madeAt)
        let page = html(report)
        #expect(!page.contains(hostile))
        #expect(page.components(separatedBy: "<script").count == 2)
        #expect(page.components(separatedBy: "</style>").count == 2)
    }
}
