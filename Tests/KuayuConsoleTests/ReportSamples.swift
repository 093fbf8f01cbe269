import Foundation
import KuayuModel
import KuayuReconcile

/// Reports to make pages of; all of them begin from the document that the tests of the report keep.
enum ReportSamples {
    static let tests = URL(filePath: #filePath).deletingLastPathComponent()

    static func day() throws -> ReconReport {
        let file = tests.deletingLastPathComponent().appending(path: "KuayuReconcileTests/Vectors/report-sample.json")
        return try ReconReport.read(json: [UInt8](Data(contentsOf: file)))
    }

    /// Every hub agrees, nothing happened.
    static func calm() throws -> ReconReport {
        let day = try day()
        var hubs = day.hubs
        for place in hubs.indices {
            hubs[place].runs[0].state = .agreed
            for lane in hubs[place].runs[0].lanes.indices {
                hubs[place].runs[0].lanes[lane].found = hubs[place].runs[0].lanes[lane].expected
                hubs[place].runs[0].lanes[lane].breaks = 0
                hubs[place].runs[0].lanes[lane].inFlight = 0
            }
        }
        let trend = day.trend.map {
            ReconReport.TrendPoint(day: $0.day, hub: $0.hub, differences: 0, openBreaks: 0)
        }
        return ReconReport(period: day.period, madeAt: day.madeAt, hubs: hubs, trend: trend)
    }

    /// So many breaks, most of one kind.
    static func flood(_ count: Int) throws -> ReconReport {
        let day = try day()
        var lines: [ReconReport.BreakLine] = []
        for index in 0..<count {
            var line = day.breaks[index % 5 == 0 ? index % day.breaks.count : 1]
            line.id = String(repeating: "0", count: 24) + String(10_000_000 + index)
            line.caseID = "CSJ20261120\(2_000_000 + index)"
            lines.append(line)
        }
        return ReconReport(period: day.period, madeAt: day.madeAt, hubs: day.hubs, breaks: lines, trend: day.trend)
    }
}
