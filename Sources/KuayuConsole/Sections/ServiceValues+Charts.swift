import KuayuReconcile

/// Clocks, materials owed, and what was saved.
extension ServiceValues {
    var charts: Values {
        let owedOverdue = figures.owed.reduce(0) { $0 + $1.overdue }
        let incomplete = figures.savings.reduce(0) { $0 + $1.incomplete }
        return [
            "hasClocks": !figures.clocks.isEmpty, "clockChart": clocks, "clockNote": clockNote,
            "hasOwed": !figures.owed.isEmpty,
            "owedChart": owed,
            "owedOverdue": words(
                "按受理后的工作日数；其中已过承诺补交期限 \(number(owedOverdue)) 份。",
                "By working days since acceptance; of \(number(owedOverdue)) the promised time is over."),
            "hasSavings": !figures.savings.isEmpty, "savingChart": savings,
            "savingNote": words(
                "每件平均；只计前后两数俱全的办件，另有 \(number(incomplete)) 个数不全而未计。",
                "Average of a case; only those that say both numbers count, \(number(incomplete)) others do not."),
        ]
    }

    /// The overdue are few next to the rest: their numbers are written out.
    private var clockNote: String {
        let overdue = figures.clocks.filter { $0.overdue > 0 }.map {
            "\(words.language.name(of: $0.region)) \(number($0.overdue))"
        }
        let paused = figures.clocks.reduce(0) { $0 + $1.pausedForSupplement + $1.pausedForProcedure }
        let list = overdue.isEmpty ? words("无", "none") : overdue.joined(separator: words("、", ", "))
        return words("超期：\(list)；暂停 \(number(paused)) 件。", "Overdue: \(list); \(number(paused)) paused.")
    }

    private var clocks: String {
        StackedBars(
            label: words["clocks"],
            parts: [
                StackedBars.Part(name: words("运行", "running"), fill: "#b4d2e8", isDark: false),
                StackedBars.Part(name: words("黄灯", "little left"), fill: "#f3c44f", isDark: false),
                StackedBars.Part(name: words("超期", "overdue"), fill: "#8f2d0b", isDark: true),
                StackedBars.Part(name: words("补正暂停", "paused: supplement"), fill: "#d5dbe1", isDark: false),
                StackedBars.Part(name: words("特别程序暂停", "paused: special procedure"), fill: "#8a96a1", isDark: false),
            ],
            rows: figures.clocks.map {
                (
                    name: words.language.name(of: $0.region),
                    values: [$0.running, $0.yellow, $0.overdue, $0.pausedForSupplement, $0.pausedForProcedure]
                )
            }
        ).svg
    }

    private var owed: String {
        let names = [
            words("0–5 日", "0–5 days"), words("6–10 日", "6–10"), words("11–20 日", "11–20"),
            words("更久", "more"),
        ]
        let shades = [StackedBars.ramp[0], StackedBars.ramp[2], StackedBars.ramp[4], StackedBars.ramp[5]]
        return StackedBars(
            label: words["owed"],
            parts: zip(names, shades).map { StackedBars.Part(name: $0, fill: $1.0, isDark: $1.1) },
            rows: figures.owed.map {
                (name: words.language.name(of: $0.region), values: [$0.upTo5, $0.upTo10, $0.upTo20, $0.more])
            }
        ).svg
    }

    private var savings: String {
        BeforeAfterChart(
            label: words["savings"],
            rows: figures.savings.filter { $0.cases > 0 }.map {
                BeforeAfterChart.Row(
                    name: words.measure($0.measure), before: $0.before * 100 / $0.cases,
                    after: $0.after * 100 / $0.cases)
            },
            names: (words("改革前", "before"), words("改革后", "now"))
        ).svg
    }
}
