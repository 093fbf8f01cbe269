import ArgumentParser
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuSQLite

struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "统计 — what the reform saved, which ways in were used, how bundles fare; from the cases in force.",
        subcommands: [Savings.self, Channels.self, Bundles.self])

    /// Which cases, and how they are put together.
    struct Selection: ParsableArguments {
        @Option(help: "分组 — item 事项, mode 模式 or region 区域.") var by: Grouping?
        @Option(help: "登记日期起 — registered from this day, yyyy-MM-dd.") var from: Day?
        @Option(help: "登记日期止 — registered up to and including this day.") var to: Day?
        @Flag(help: "输出 JSON — one line a row.") var json = false
        @OptionGroup var options: ConfigurationOptions

        func validate() throws {
            if let from, let to, to.date < from.date { throw ValidationError("--to lies before --from") }
        }

        var grouping: StatisticsGrouping? { by?.value }

        /// Passes every case in force that was registered in the days asked for, newest first.
        func forEachCase(_ body: (CaseRecord) -> Void) throws {
            let store = try SQLiteStore(path: options.load().store, creates: false)
            try CasePages(store: store, from: from?.date, to: to?.date).forEach(body)
        }
    }

    /// A grouping on the command line.
    struct Grouping: ExpressibleByArgument {
        let value: StatisticsGrouping

        init?(argument: String) {
            guard let value = StatisticsGrouping(rawValue: argument) else { return nil }
            self.value = value
        }

        static var allValueStrings: [String] { StatisticsGrouping.allCases.map(\.rawValue) }
    }

    /// A day on the command line.
    struct Day: ExpressibleByArgument {
        let date: CalendarDate

        init?(argument: String) {
            guard let date = CalendarDate(argument) else { return nil }
            self.date = date
        }
    }

    struct Savings: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "减环节、减材料、减时限、减跑动 — steps, materials, working days and visits saved.",
            discussion: """
                Examples:
                  kuayu stats savings --by item
                  kuayu stats savings --by region --from 2026-11-01 --to 2026-11-30 --json
                A case counts for a measure when it says what it was before and what it is now. \
                The region is that of the lead among those that handle the case.
                """)
        @OptionGroup var selection: Selection

        func run() throws {
            var statistics = SavingsStatistics(by: selection.grouping)
            try selection.forEachCase { statistics.add($0) }
            print(selection.json ? StatisticsText.json(statistics) : StatisticsText.table(statistics))
        }
    }

    struct Channels: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "渠道 — cases by way in and site: web, app, window, terminal, bank outlet, hospital, police station.",
            discussion: """
                Example:
                  kuayu stats channels --by region --from 2026-11-01
                The region is that where the applicant applied.
                """)
        @OptionGroup var selection: Selection

        func run() throws {
            var statistics = ChannelStatistics(by: selection.grouping)
            try selection.forEachCase { statistics.add($0) }
            print(selection.json ? StatisticsText.json(statistics) : StatisticsText.table(statistics))
        }
    }

    struct Bundles: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "一件事 — bundles by theme, with what became of their children.",
            discussion: """
                Example:
                  kuayu stats bundles --by region
                By item or mode a bundle counts wherever one of its children belongs; \
                by region, where it was applied for.
                """)
        @OptionGroup var selection: Selection

        func run() throws {
            var statistics = BundleStatistics(by: selection.grouping)
            try selection.forEachCase { statistics.add($0) }
            print(selection.json ? StatisticsText.json(statistics) : StatisticsText.table(statistics))
        }
    }
}

/// Cases in force, page by page, newest first.
///
/// Every page is one consistent look; a case that changes meanwhile counts as it is when its page is read.
struct CasePages {
    private static let pageSize = 1_000

    let store: any CaseStore
    /// Registered on this day or later.
    let from: CalendarDate?
    /// Registered on this day or earlier.
    let to: CalendarDate?

    func forEach(_ body: (CaseRecord) -> Void) throws {
        // An id bears the day of its registration.
        var before = to.flatMap { CaseID.make(date: $0.adding(days: 1), gateway: 0, sequence: 0) }
        while true {
            let filter = CaseFilter(before: before, limit: Self.pageSize)
            let page = try store.read { reader in
                try reader.cases(filter).map { (id: $0.head.caseID, event: try reader.caseInForce($0.head.caseID)) }
            }
            for row in page {
                if let from, row.id.date < from { return }
                if let event = row.event { body(try CaseLookup.record(of: event)) }
            }
            guard page.count == Self.pageSize, let last = page.last else { return }
            before = last.id
        }
    }
}
