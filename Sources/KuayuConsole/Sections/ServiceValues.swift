import KuayuModel
import KuayuReconcile

/// What the service is measured by.
struct ServiceValues {
    let figures: ServiceFigures
    let words: Words

    init(_ figures: ServiceFigures, _ words: Words) {
        self.figures = figures
        self.words = words
    }

    var all: Values {
        var values: Values = ["asOf": words.language.minute(figures.asOf)]
        for part in [directions, counts, decisions, charts, bundles] { values.merge(part) { _, new in new } }
        return values
    }

    private func name(_ region: RegionCode) -> String { words.language.name(of: region) }

    /// From where to where, all modes together.
    private var directions: Values {
        let regions = Array(Set(figures.directions.flatMap { [$0.from, $0.to] })).sorted()
        var counts: [RegionCode: [RegionCode: Int]] = [:]
        for row in figures.directions { counts[row.from, default: [:]][row.to, default: 0] += row.cases }
        let most = max(1, counts.values.flatMap(\.values).max() ?? 1)
        let rows = regions.map { from -> Values in
            let values = regions.map { counts[from]?[$0] ?? 0 }
            let cells = zip(regions, values).map { to, count -> Values in
                let shade = to == from && count == 0 ? "self" : count == 0 ? "zero" : "m\(1 + min(3, count * 4 / most))"
                return ["text": to == from && count == 0 ? "—" : number(count), "shade": shade]
            }
            return ["from": name(from), "cells": cells, "sum": number(values.reduce(0, +))]
        }
        return ["hasDirections": !regions.isEmpty, "columns": regions.map(name), "directionRows": rows]
    }

    private var counts: Values {
        let total = max(1, figures.byMode.reduce(0) { $0 + $1.cases })
        let modes = figures.byMode.map { row -> Values in
            [
                "name": words.mode(row.key, name: row.name), "cases": number(row.cases), "ended": number(row.ended),
                "granted": number(row.granted), "bar": Self.bar(row.cases, of: total),
            ]
        }
        let items = figures.byItem.sorted { ($1.cases, $0.key) < ($0.cases, $1.key) }.prefix(10).map { row -> Values in
            [
                "name": row.name, "key": row.key, "cases": number(row.cases), "ended": number(row.ended),
                "granted": number(row.granted),
            ]
        }
        return ["hasModes": !modes.isEmpty, "modes": modes, "hasItems": !items.isEmpty, "items": items]
    }

    /// A share as a small bar with its percentage.
    private static func bar(_ value: Int, of total: Int) -> String {
        let permille = value * 1_000 / total
        let text = "\(permille / 10).\(permille % 10)%"
        var drawing = SVG(width: 110, height: 16, label: text)
        drawing.rectangle(0, 3, 60, 10, fill: "#eef1f4")
        drawing.rectangle(0, 3, Double(permille) * 0.06, 10, fill: "#4a8bb8")
        drawing.text(66, 12.5, text, size: 12)
        return drawing.text
    }

    private var decisions: Values {
        let rows = figures.decisions
        let chart = RangeChart(
            label: words["decisions"],
            rows: rows.map {
                RangeChart.Row(
                    name: name($0.region), median: $0.medianTenths, ninety: $0.p90Tenths,
                    promise: $0.promiseMedianTenths)
            },
            names: (
                words("中位用时", "median"), words("九成在此内", "90 % within"),
                words("承诺中位（工作日）", "promised (working days)")
            ))
        let table = rows.map { row -> Values in
            let permille = row.withinPermille
            return [
                "region": name(row.region), "decided": number(row.decided), "median": words.tenths(row.medianTenths),
                "ninety": words.tenths(row.p90Tenths), "promise": row.promiseMedianTenths.map(words.tenths) ?? "—",
                "within": permille.map { "\($0 / 10).\($0 % 10)%" } ?? "—",
                "withinClass": permille.map { $0 < 900 ? "wrong" : "good" } ?? "",
            ]
        }
        return ["hasDecisions": !rows.isEmpty, "decisionChart": chart.svg, "decisions": table]
    }

    private var bundles: Values {
        let rows = figures.bundles.map { row -> Values in
            [
                "name": row.name, "count": number(row.bundles), "open": number(row.open),
                "across": number(row.acrossRegions), "children": "\(number(row.ended)) / \(number(row.children))",
            ]
        }
        return ["hasBundles": !rows.isEmpty, "bundles": rows]
    }
}
