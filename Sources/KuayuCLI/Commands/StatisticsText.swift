import KuayuModel
import KuayuRules

/// Statistics for people and programs.
enum StatisticsText {
    // MARK: savings

    static func table(_ statistics: SavingsStatistics) -> String {
        if statistics.total.cases == 0 { return none }
        var table = TextTable(["分组", "办件", "已填报", "指标", "计入", "原", "现", "减", "件均"])
        var groups = statistics.groups
        if groups.count > 1 { groups.append(statistics.total) }
        for group in groups {
            var lead = [label(group.key, statistics.grouping), String(group.cases), String(group.reporting)]
            let measures = SavingsStatistics.Measure.allCases.filter { group.sums[$0] != nil }
            if measures.isEmpty { table.add(lead) }
            for measure in measures {
                let sums = group[measure]
                table.add(
                    lead + [
                        measure.chinese, String(sums.cases), String(sums.before), String(sums.after),
                        String(sums.saved), perCase(sums) ?? "-",
                    ])
                lead = ["", "", ""]
            }
        }
        return table.text
    }

    static func json(_ statistics: SavingsStatistics) -> String {
        lines(
            statistics.groups.flatMap { group in
                SavingsStatistics.Measure.allCases.map { measure in
                    let sums = group[measure]
                    return .object([
                        ("group", .text(group.key)), ("cases", .number(Int64(group.cases))),
                        ("reporting", .number(Int64(group.reporting))), ("measure", .text(measure.rawValue)),
                        ("counted", .number(Int64(sums.cases))), ("incomplete", .number(Int64(sums.incomplete))),
                        ("before", .number(Int64(sums.before))), ("after", .number(Int64(sums.after))),
                        ("saved", .number(Int64(sums.saved))), ("savedPerCase", .optional(perCase(sums))),
                    ])
                }
            })
    }

    private static func perCase(_ sums: SavingsStatistics.Sums) -> String? {
        sums.savedPerCaseHundredths.map(hundredths)
    }

    // MARK: channels

    static func table(_ statistics: ChannelStatistics) -> String {
        if statistics.rows.isEmpty { return none }
        var table = TextTable(["分组", "渠道", "网点", "办件", "办结", "准予", "评价", "平均评价"])
        for (key, counts) in statistics.rows {
            table.add([
                label(key.group, statistics.grouping), channel(key.kind), key.site, String(counts.cases),
                String(counts.ended), String(counts.granted), String(counts.rated), rating(counts) ?? "-",
            ])
        }
        return table.text
    }

    static func json(_ statistics: ChannelStatistics) -> String {
        lines(
            statistics.rows.map { key, counts in
                .object([
                    ("group", .text(key.group)), ("channel", .text(key.kind)), ("site", .text(key.site)),
                    ("cases", .number(Int64(counts.cases))), ("ended", .number(Int64(counts.ended))),
                    ("granted", .number(Int64(counts.granted))), ("rated", .number(Int64(counts.rated))),
                    ("rating", .optional(rating(counts))),
                ])
            })
    }

    private static func rating(_ counts: ChannelStatistics.Counts) -> String? {
        counts.rated == 0 ? nil : hundredths((counts.ratingSum * 200 + counts.rated) / (2 * counts.rated))
    }

    /// Chinese names of the ways in.
    static func channel(_ kind: String) -> String {
        let names = [
            "web": "网上", "app": "移动端", "window": "窗口", "selfService": "自助终端", "bankOutlet": "银行网点",
            "hospital": "医院", "policeStation": "派出所", "post": "邮寄", "other": "其他",
        ]
        return names[kind].map { "\($0) \(kind)" } ?? kind
    }

    // MARK: bundles

    static func table(_ statistics: BundleStatistics) -> String {
        if statistics.rows.isEmpty { return "没有一件事办件 — no bundles" }
        var table = TextTable(["分组", "主题", "一件事", "办结", "跨区域", "子件", "子件办结", "准予", "未准予"])
        for (key, counts) in statistics.rows {
            table.add([
                label(key.group, statistics.grouping),
                Bundles.standard.bundle(key.theme).map { "\($0.name) \($0.id)" } ?? key.theme, String(counts.bundles),
                String(counts.closed), String(counts.acrossRegions), String(counts.children), String(counts.ended),
                String(counts.granted), String(counts.failed),
            ])
        }
        return table.text
    }

    static func json(_ statistics: BundleStatistics) -> String {
        lines(
            statistics.rows.map { key, counts in
                .object([
                    ("group", .text(key.group)), ("theme", .text(key.theme)),
                    ("bundles", .number(Int64(counts.bundles))), ("closed", .number(Int64(counts.closed))),
                    ("acrossRegions", .number(Int64(counts.acrossRegions))),
                    ("children", .number(Int64(counts.children))), ("ended", .number(Int64(counts.ended))),
                    ("granted", .number(Int64(counts.granted))), ("failed", .number(Int64(counts.failed))),
                ])
            })
    }

    // MARK: parts

    private static let none = "没有这样的办件 — no such case"

    private static func label(_ key: String, _ grouping: StatisticsGrouping?) -> String {
        if key == "*" { return "合计" }
        switch grouping {
        case .item: return Items.standard.item(key).map { "\($0.name) \(key)" } ?? key
        case .region: return RegionCode(key).map { "\($0.name) \(key)" } ?? key
        case .mode, nil: return key
        }
    }

    private static func hundredths(_ value: Int) -> String {
        let digits = String(value.magnitude % 100)
        return "\(value < 0 ? "-" : "")\(value.magnitude / 100).\(digits.count == 1 ? "0" : "")\(digits)"
    }

    private static func lines(_ objects: [JSONOutput]) -> String { objects.map(\.line).joined(separator: "\n") }
}
