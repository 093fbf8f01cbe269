import ArgumentParser
import Foundation
import KuayuCrypto
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuSQLite

struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar",
        abstract: "工作日历 — the working days that limits are counted by; loads a newer calendar.",
        subcommands: [Show.self, Load.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "查看 — the calendar in force, year by year.",
            discussion: """
                Examples:
                  kuayu calendar show
                  kuayu calendar show --json
                """)
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "输出 JSON — for programs.") var json = false

        func run() throws {
            let store = try SQLiteStore(path: options.load().store, creates: false)
            let loaded = try store.read { try $0.calendar() }
            let calendar = try loaded.map { try WorkCalendar(csv: $0) } ?? .standard
            let digest = loaded.map { "sha256:" + SHA256.hex($0) }
            let years = calendar.years.map { CalendarYear($0, calendar) }
            if json {
                print(
                    JSONOutput.object([
                        ("edition", .text(calendar.edition)), ("loaded", .bool(loaded != nil)),
                        ("digest", .optional(digest)), ("years", .array(years.map(\.json))),
                    ]).line)
                return
            }
            print("\(calendar.edition) · \(digest.map { "已加载 loaded \($0)" } ?? "内置 built in")")
            var table = TextTable(["年份", "工作日", "放假（周一至周五）", "周末上班"])
            for year in years {
                table.add([String(year.year), String(year.worked), String(year.holidays), String(year.weekends)])
            }
            print(table.text)
        }
    }

    struct Load: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "加载 — checks a calendar file, shows which deadlines move, and counts by it from now on.",
            discussion: """
                Examples:
                  kuayu calendar load workdays.csv --dry-run
                  kuayu calendar load workdays.csv --by zhang.wei
                The file has the columns date,kind,name; kind is holiday for a day that is not worked and \
                workday for a weekend day that is. It must have every year of the calendar in force, each of \
                them complete; errors name line and column, exit code 2. Deadlines that rested on years not \
                announced are computed anew. Works with the running gateway, and with the store while it does \
                not run.
                """)
        @Argument(help: "日历文件 — CSV, UTF-8.") var file: String
        @Option(help: "操作人 — who loads it; goes on record.") var by: String?
        @Flag(help: "只核对 — shows what would move and changes nothing.") var dryRun = false
        @Flag(help: "输出 JSON — for programs.") var json = false
        @OptionGroup var options: ConfigurationOptions

        func validate() throws {
            if !dryRun && by?.allSatisfy(\.isWhitespace) ?? true {
                throw ValidationError("say who loads it with --by, or only look with --dry-run")
            }
        }

        func run() throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandFailure("\(file) cannot be read", help: "does it exist?")
            }
            let configuration = try options.load()
            let store = try SQLiteStore(path: configuration.store, creates: false)
            let current = try store.read { try CaseInsight.rulebook($0, policy: configuration.rules) }.calendar
            let calendar = try read(Array(data), replacing: current)
            let moves = try DeadlineMoves(from: current, to: calendar, now: SystemClock().now).find(in: store)
            if !dryRun, let by { try load(calendar, Array(data), by: by, configuration, store) }
            report(calendar, current, moves)
        }

        private func read(_ bytes: [UInt8], replacing current: WorkCalendar) throws -> WorkCalendar {
            do throws(CalendarFile.Refusal) {
                return try CalendarFile.read(bytes, replacing: current)
            } catch {
                if json {
                    print(JSONOutput.array(error.problems.map(Self.json)).line)
                } else {
                    for problem in error.problems { print(problem.text(file: file)) }
                }
                throw ExitCode(2)
            }
        }

        /// The running gateway takes it up at once; without one it is stored, and taken up at the next start.
        private func load(
            _ calendar: WorkCalendar, _ bytes: [UInt8], by: String, _ configuration: GatewayConfiguration,
            _ store: SQLiteStore
        ) throws {
            let admin = AdminClient(port: configuration.admin.port)
            if admin.isAnswered {
                _ = try admin.post("/admin/calendar?by=\(AdminClient.escaped(by))", body: bytes)
                return
            }
            let now = SystemClock().now
            try store.write { transaction in
                try transaction.set(calendar: bytes, at: now)
                try transaction.lookAtEveryOpenCase(at: now)
                try transaction.insert(
                    AuditRow(action: "calendar", subject: calendar.edition, by: by, reason: nil, at: now))
            }
        }

        private func report(_ calendar: WorkCalendar, _ current: WorkCalendar, _ moves: [DeadlineMove]) {
            if json {
                print(
                    JSONOutput.object([
                        ("edition", .text(calendar.edition)), ("before", .text(current.edition)),
                        ("loaded", .bool(!dryRun)), ("moved", .array(moves.map(\.json))),
                    ]).line)
                return
            }
            print(
                dryRun
                    ? "\(file) 可以加载，未改动：\(current.edition) → \(calendar.edition) — may be loaded, nothing was changed"
                    : "已加载：\(current.edition) → \(calendar.edition) — loaded")
            if moves.isEmpty {
                print("没有期限变动 — no deadline moves")
                return
            }
            var table = TextTable(["办件", "原期限", "新期限", "暂定"])
            for move in moves {
                table.add([
                    move.caseID.text, move.before?.canonical ?? "-", move.after?.canonical ?? "-",
                    "\(move.wasProvisional ? "是" : "否")→\(move.isProvisional ? "是" : "否")",
                ])
            }
            print("期限变动 \(moves.count) 件 — \(moves.count) deadlines\n" + table.text)
        }

        private static func json(_ problem: CalendarProblem) -> JSONOutput {
            .object([
                ("line", .number(Int64(problem.line))), ("column", .number(Int64(problem.column))),
                ("chinese", .text(problem.chinese)), ("english", .text(problem.english)),
            ])
        }
    }
}

/// One year of a calendar.
private struct CalendarYear {
    let year: Int
    /// Days that are worked.
    var worked = 0
    /// Days from Monday to Friday that are not.
    var holidays = 0
    /// Weekend days that are.
    var weekends = 0

    init(_ year: Int, _ calendar: WorkCalendar) {
        self.year = year
        guard let first = CalendarDate(year: year, month: 1, day: 1),
            let last = CalendarDate(year: year, month: 12, day: 31)
        else { return }
        for day in first.daysSinceEpoch...last.daysSinceEpoch {
            let date = CalendarDate(daysSinceEpoch: day)
            let isWorked = calendar.isWorkday(date).isWorkday
            if isWorked { worked += 1 }
            if date.weekday <= 5 && !isWorked { holidays += 1 }
            if date.weekday > 5 && isWorked { weekends += 1 }
        }
    }

    var json: JSONOutput {
        .object([
            ("year", .number(Int64(year))), ("worked", .number(Int64(worked))),
            ("holidays", .number(Int64(holidays))), ("weekends", .number(Int64(weekends))),
        ])
    }
}

/// A case whose deadline is another by another calendar.
struct DeadlineMove {
    let caseID: CaseID
    let before: Instant?
    let after: Instant?
    let wasProvisional: Bool
    let isProvisional: Bool

    var json: JSONOutput {
        .object([
            ("case", .text(caseID.text)), ("before", .optional(before?.canonical)),
            ("after", .optional(after?.canonical)), ("wasProvisional", .bool(wasProvisional)),
            ("provisional", .bool(isProvisional)),
        ])
    }
}

/// Which deadlines of cases that have not ended another calendar moves.
struct DeadlineMoves {
    private let old: CaseClock
    private let new: CaseClock
    private let now: Instant

    init(from old: WorkCalendar, to new: WorkCalendar, now: Instant) {
        self.old = CaseClock(calendar: old)
        self.new = CaseClock(calendar: new)
        self.now = now
    }

    func find(in store: some CaseStore) throws -> [DeadlineMove] {
        var moves: [DeadlineMove] = []
        try CasePages(store: store, from: nil, to: nil).forEach { record in
            guard let caseID = record[.caseID].flatMap({ CaseID($0) }) else { return }
            let (before, after) = (old.reading(of: record, now: now), new.reading(of: record, now: now))
            guard before.state != .stopped,
                before.dueAt != after.dueAt || before.isProvisional != after.isProvisional
            else { return }
            moves.append(
                DeadlineMove(
                    caseID: caseID, before: before.dueAt, after: after.dueAt, wasProvisional: before.isProvisional,
                    isProvisional: after.isProvisional))
        }
        return moves.sorted { $0.caseID < $1.caseID }
    }
}
