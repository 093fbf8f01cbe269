import ArgumentParser
import KuayuModel

struct ReconcileRepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "修复 — shows a plan, or carries out the plan that was shown.",
        subcommands: [Plan.self, Apply.self])

    struct Plan: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "方案 — what would be done, JSON; its id is needed to apply it.",
            discussion: """
                Example:
                  kuayu reconcile repair plan 340000
                """)
        @Argument(help: "枢纽 — 6 digits.") var hub: HubArgument
        @Flag(help: "已批准的 — what two persons approved instead of what needs nobody.") var approved = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let admin = AdminClient(port: try options.load().admin.port)
            let scope = approved ? "approved" : "automatic"
            print(try admin.get("/admin/reconcile/plans/\(hub.region.text)?scope=\(scope)"))
        }
    }

    struct Apply: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "执行 — carries a plan out; applying it twice changes nothing.",
            discussion: """
                Example:
                  kuayu reconcile repair apply 340000 3f…a1 --by zhang.wei
                """)
        @Argument(help: "枢纽 — 6 digits.") var hub: HubArgument
        @Argument(help: "方案编号 — as shown by plan.") var plan: String
        @Option(help: "何人 — who orders it.") var by: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let admin = AdminClient(port: try options.load().admin.port)
            let path = "/admin/reconcile/plans/\(hub.region.text)/\(AdminClient.escaped(plan))"
            print(try admin.post(path + AdminClient.query([("by", by)])), terminator: "")
        }
    }
}

struct ReconcileSignOffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signoff", abstract: "签核 — signs a hub's day; with the second person the report is frozen.",
        discussion: """
            Example:
              kuayu reconcile signoff 330000 2026-11-23 --by zhang.wei
            """)
    @Argument(help: "枢纽 — 6 digits.") var hub: HubArgument
    @Argument(help: "日期 — yyyy-MM-dd.") var day: StatsCommand.Day
    @Option(help: "何人 — who signs.") var by: String
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let admin = AdminClient(port: try options.load().admin.port)
        let path = "/admin/reconcile/signoff/\(hub.region.text)/\(day.date.text)"
        print(try admin.post(path + AdminClient.query([("by", by)])), terminator: "")
    }
}
