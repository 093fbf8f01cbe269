import ArgumentParser
import Foundation
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuSQLite

struct DeliveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delivery", abstract: "投递 — lists deliveries; retries, parks, releases, confirms, cancels one.",
        subcommands: [List.self, Retry.self, Park.self, Release.self, Confirm.self, Cancel.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "列表 — deliveries that are not settled, or those of a state.",
            discussion: """
                Examples:
                  kuayu delivery list
                  kuayu delivery list --state parked --hub 340000 --json
                """)
        @OptionGroup var options: ConfigurationOptions
        @Option(help: "状态 — waiting sending retrying delivered rejected inDoubt parked cancelled; repeatable.")
        var state: [String] = []
        @Option(help: "枢纽 — only to this region.") var hub: String?
        @Option(help: "最多行数 — at most so many.") var limit = 100
        @Flag(help: "输出 JSON — one line a delivery.") var json = false

        func run() throws {
            let states = try state.map { name in
                guard let state = DeliveryState(rawValue: name) else {
                    throw CommandFailure(
                        "\(name) is not a state", help: DeliveryState.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return state
            }
            let wanted = Set(states.isEmpty ? DeliveryState.allCases.filter { !$0.isSettled } : states)
            let region = try hub.map { text in
                guard let code = RegionCode(text) else {
                    throw CommandFailure("\(text) is not a region", help: "6 digits")
                }
                return code
            }
            let limit = limit
            let rows = try SQLiteStore(path: options.load().store, creates: false).read {
                try $0.deliveries(states: wanted, hub: region, after: nil, limit: limit)
            }
            print(json ? rows.map { DeliveryText.json($0).line }.joined(separator: "\n") : DeliveryText.table(rows))
        }
    }

    /// A decision about one delivery, carried out by the running gateway.
    struct Decision: ParsableArguments {
        @Argument(help: "投递编号 — as `delivery list` shows it.") var delivery: Int64
        @Option(help: "操作人 — who decides; goes on record.") var by: String
        @Option(help: "原因 — why; goes on record.") var reason: String?
        @OptionGroup var options: ConfigurationOptions

        func carryOut(_ action: String) throws {
            let configuration = try options.load()
            let admin = AdminClient(port: configuration.admin.port)
            var query = "by=" + AdminClient.escaped(by)
            if let reason { query += "&reason=" + AdminClient.escaped(reason) }
            print(try admin.post("/admin/deliveries/\(delivery)/\(action)?\(query)"), terminator: "")
        }
    }

    struct Retry: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "重试 — tries a parked, doubtful or retrying delivery now.",
            discussion: """
                Example:
                  kuayu delivery retry 17 --by zhang.wei
                """)
        @OptionGroup var decision: Decision
        func run() throws { try decision.carryOut("retry") }
    }

    struct Park: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "挂起 — stops trying a delivery.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.carryOut("park") }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "放行 — puts a parked delivery back in line.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.carryOut("release") }
    }

    struct Confirm: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "确认送达 — settles a delivery in doubt after the receiver was asked and has it.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.carryOut("confirm") }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "取消 — gives a delivery up for good; needs --reason.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.carryOut("cancel") }
    }
}

/// Deliveries for people and programs.
enum DeliveryText {
    static func table(_ rows: [DeliveryRow]) -> String {
        if rows.isEmpty { return "没有这样的投递 — no such delivery" }
        var table = TextTable(["编号", "办件", "版本", "枢纽", "状态", "尝试", "下次", "原因"])
        for row in rows {
            table.add([
                String(row.id.value), row.caseID.text, String(row.version), row.hub.text, row.state.rawValue,
                String(row.attemptCount), row.nextAttemptAt?.canonical ?? "", row.reason ?? "",
            ])
        }
        return table.text
    }

    static func json(_ row: DeliveryRow) -> JSONOutput {
        .object([
            ("delivery", .number(row.id.value)), ("case", .text(row.caseID.text)),
            ("version", .number(Int64(row.version))), ("hub", .text(row.hub.text)), ("message", .text(row.messageID)),
            ("state", .text(row.state.rawValue)), ("attempts", .number(Int64(row.attemptCount))),
            ("nextAttemptAt", .optional(row.nextAttemptAt?.canonical)), ("reason", .optional(row.reason)),
            ("createdAt", .text(row.createdAt.canonical)), ("settledAt", .optional(row.settledAt?.canonical)),
        ])
    }
}
