import KuayuModel
import KuayuReconcile

/// Agreement by hub and day, and the totals of both sides.
extension ReportValues {
    var agreement: Values {
        let days = Array(Set(report.trend.map(\.day))).sorted().suffix(30)
        let totals = totalRows
        return [
            "hasHeat": !days.isEmpty, "days": dayLabels(Array(days)),
            "heat": report.hubs.map { heatRow($0, Array(days)) }, "hasTotals": !totals.isEmpty, "totals": totals,
            "statuses": lanes.flatMap { section, lane in
                lane.byStatus.map { row -> Values in
                    [
                        "hub": section.name(in: language), "lane": words.lane(lane.lane),
                        "status": words.status(row.status), "expected": number(row.expected),
                        "found": row.found.map(number) ?? "—",
                    ]
                }
            },
            "dayCounts": lanes.flatMap { section, lane in
                lane.byDay.map { row -> Values in
                    [
                        "hub": section.name(in: language), "lane": words.lane(lane.lane), "day": row.day.text,
                        "expected": number(row.expected), "differing": number(row.differing),
                    ]
                }
            },
        ]
    }

    private var lanes: [(ReconReport.HubSection, RunRecord.LaneRecord)] {
        report.hubs.flatMap { section in (section.decisive?.lanes ?? []).map { (section, $0) } }
    }

    /// The day of the month, with the month where it begins.
    private func dayLabels(_ days: [CalendarDate]) -> [Values] {
        days.enumerated().map { index, day in
            let (_, month, date) = day.components
            let isNew = index == 0 || date == 1
            return ["label": isNew ? "\(month)/\(date)" : String(date)]
        }
    }

    private func heatRow(_ section: ReconReport.HubSection, _ days: [CalendarDate]) -> Values {
        let name = section.name(in: language)
        let points = Dictionary(
            report.trend.filter { $0.hub == section.hub }.map { ($0.day, $0) }, uniquingKeysWith: { $1 })
        let cells = days.map { day -> Values in
            let (text, level, says) = heatCell(points[day])
            return ["text": text, "level": level, "says": "\(name) \(language.day(day)): \(says)"]
        }
        return ["name": name, "cells": cells]
    }

    private func heatCell(_ point: ReconReport.TrendPoint?) -> (String, String, String) {
        guard let point else { return ("", "hn", words("没有对账", "no run")) }
        guard let count = point.differences else { return ("?", "hx", words["heatUnknown"]) }
        let says = words("\(count) 处差异", count == 1 ? "1 difference" : "\(count) differences")
        switch count {
        case 0: return ("✓", "h0", words["heatAgree"])
        case 1...2: return (String(count), "h1", says)
        case 3...5: return (String(count), "h2", says)
        case 6...20: return (String(count), "h3", says)
        case ..<1_000: return (String(count), "h4", says)
        default: return ("\(count / 1_000)k", "h4", says)
        }
    }

    private var totalRows: [Values] {
        lanes.map { section, lane in
            let isEqual = lane.expected == lane.found
            return [
                "hub": section.name(in: language), "lane": words.lane(lane.lane),
                "expected": number(Int(clamping: lane.expected.count)),
                "found": number(Int(clamping: lane.found.count)),
                "sumMark": isEqual ? "=" : "≠", "sumClass": isEqual ? "good" : lane.breaks == 0 ? "doubt" : "wrong",
                "shortSum": String(lane.expected.hexadecimal.prefix(8))
                    + (isEqual ? "" : " / " + lane.found.hexadecimal.prefix(8)),
                "fullSum": "\(lane.expected.hexadecimal) / \(lane.found.hexadecimal)", "matched": number(lane.matched),
                "inFlight": number(lane.inFlight), "unchecked": number(lane.unchecked),
                "breakCount": number(lane.breaks), "breaksClass": lane.breaks > 0 ? "wrong" : "zero",
                "cut": section.decisive?.cut.map { language.minute($0.at) } ?? "—",
            ]
        }
    }
}
