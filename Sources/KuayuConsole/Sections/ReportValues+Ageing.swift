import KuayuModel
import KuayuReconcile

/// Age of the open breaks, and the trend of thirty days.
extension ReportValues {
    var ageing: Values {
        let top = report.trend.map { max($0.openBreaks, $0.differences ?? 0) }.max() ?? 0
        let trends = report.hubs.map { trend($0, top: top) }.filter { !$0.isEmpty }
        return [
            "hasAgeing": report.ageing.contains { $0.total > 0 }, "ageingChart": ageingChart,
            "hasTrend": !trends.isEmpty, "trends": trends,
            "points": report.trend.map { point -> Values in
                [
                    "day": point.day.text, "hub": name(point.hub),
                    "differences": point.differences.map(number) ?? "×", "open": number(point.openBreaks),
                ]
            },
        ]
    }

    private var ageingChart: String {
        let parts = zip(ReconReport.AgeBucket.allCases, StackedBars.ramp).map { bucket, shade in
            StackedBars.Part(name: Self.label(bucket), fill: shade.0, isDark: shade.1)
        }
        let rows = report.ageing.map { (name: name($0.hub), values: $0.counts) }
        return StackedBars(label: words["ageing"], parts: parts, rows: rows).svg
    }

    private static func label(_ bucket: ReconReport.AgeBucket) -> String {
        switch bucket {
        case .few: "T+2–3"
        case .week: "T+4–7"
        case .month: "T+8–30"
        case .more: "T+31…"
        case .today, .one: bucket.rawValue
        }
    }

    private func trend(_ section: ReconReport.HubSection, top: Int) -> Values {
        let points = report.trend.filter { $0.hub == section.hub }
        guard let first = points.first, let last = points.last else { return [:] }
        let name = section.name(in: language)
        let label =
            "\(name), \(language.day(first.day)) – \(language.day(last.day)): \(words["openBreaks"]) "
            + "\(number(first.openBreaks)) → \(number(last.openBreaks))"
        let chart = TrendChart(
            label: label, points: points.map { ($0.differences, $0.openBreaks) }, firstDay: language.day(first.day),
            lastDay: language.day(last.day), top: top)
        return ["name": name, "chart": chart.svg]
    }
}
