import ArgumentParser
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuSQLite

struct ReconcileBreaksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breaks", abstract: "差异 — what is open, with its sentence and what is proposed.",
        discussion: """
            Examples:
              kuayu reconcile breaks --hub 340000 --code R04
              kuayu reconcile breaks --all
            """)
    @Option(help: "枢纽 — of this hub only.") var hub: HubArgument?
    @Option(help: "类别 — R01 to R14.") var code: CodeArgument?
    @Flag(help: "含在途与已关闭 — also what is in flight, accepted or closed.") var all = false
    @Option(help: "最多行数 — at most so many.") var limit = 200
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let store = try SQLiteStore(path: options.load().store, creates: false)
        let states = all ? nil : Set(BreakState.allCases.filter(\.isOpen))
        let found = try store.readReconciliation {
            try $0.breaks(BreakFilter(hub: hub?.region, code: code?.code, states: states, limit: limit))
        }
        let now = SystemClock().now
        print(
            found.isEmpty
                ? "没有差异 — no breaks" : ReconcileText.breaks(found.map { ReconReport.BreakLine($0, at: now) }))
    }
}

/// Finds one break by its id or the beginning of it.
enum BreakLookup {
    static func find(_ id: String, in store: SQLiteStore) throws -> (item: Break, events: [BreakEvent]) {
        try store.readReconciliation { reader in
            var candidates = try reader.breaks(ids: [id])
            if candidates.isEmpty {
                candidates = try reader.breaks(BreakFilter(limit: 10_000)).filter { $0.id.hasPrefix(id) }
            }
            guard let item = candidates.first else {
                throw CommandFailure("there is no break \(id)", help: "kuayu reconcile breaks --all lists them")
            }
            guard candidates.count == 1 else {
                throw CommandFailure("\(candidates.count) breaks begin with \(id)", help: "give more of the id")
            }
            return (item, try reader.breakEvents(of: item.id).map(\.event))
        }
    }
}

struct ReconcileExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "说明 — one break: both sides, why they differ, its life, what is proposed.",
        discussion: """
            Example:
              kuayu reconcile explain 5f2b91c0
            """)
    @Argument(help: "差异编号 — or the beginning of it.") var id: String
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let store = try SQLiteStore(path: options.load().store, creates: false)
        let (item, events) = try BreakLookup.find(id, in: store)
        let finding = item.finding
        print("\(item.id) \(finding.code.rawValue) \(finding.code.chinese) · \(item.state.chinese)")
        print("\(finding.chinese)\n\(finding.english)\n")
        var sides = TextTable(["一侧", "办件", "版本", "状态", "内容", "登记"])
        func add(_ name: String, _ element: LedgerElement?) {
            guard let element else { return sides.add([name, "—", "", "", "", ""]) }
            sides.add([
                name, element.caseID, "\(element.version)", element.status, String(element.contentDigest.prefix(19)),
                Instant(epochSeconds: element.registeredAt).canonical,
            ])
        }
        add("网关", finding.expected)
        if finding.found.isEmpty { add(item.hub.name, nil) }
        for row in finding.found { add(item.hub.name, row.element) }
        print(sides.text)
        var life = TextTable(["时间", "从", "到", "由", "缘由"])
        for event in events {
            life.add([
                event.at.canonical, event.from?.chinese ?? "", event.to.chinese, event.by, event.reason ?? "",
            ])
        }
        print(life.text)
        print("处置：\(finding.action.chinese)\(finding.isAutomatic ? "（自动）" : "")")
    }
}

struct ReconcileDecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "裁定 — assigns, proposes, approves or declines; two persons where two are needed.",
        discussion: """
            Examples:
              kuayu reconcile decide 5f2b91c0 assign --to wang.min --by zhang.wei
              kuayu reconcile decide 5f2b91c0 propose --what adjustHub --by wang.min --reason gatewayConfirmed --evidence 工单4711
              kuayu reconcile decide 5f2b91c0 approve --by zhang.wei --reason gatewayConfirmed --evidence 工单4711
              kuayu reconcile decide 5f2b91c0 propose --what accept --until 2026-12-31 --by wang.min --reason legacy --evidence 批复12号
            """)
    @Argument(help: "差异编号 — or the beginning of it.") var id: String
    @Argument(help: "动作 — assign, propose, approve or decline.") var action: String
    @Option(help: "何人 — who decides.") var by: String
    @Option(help: "分派给 — for assign.") var to: String?
    @Option(help: "提议 — an action, accept or void.") var what: String?
    @Option(help: "接受至 — yyyy-MM-dd.") var until: String?
    @Option(help: "原因代码 — from the closed list.") var reason: String?
    @Option(help: "依据 — what it rests on; no personal data.") var evidence: String?
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.load()
        let item = try BreakLookup.find(id, in: SQLiteStore(path: configuration.store, creates: false)).item
        let query = AdminClient.query([
            ("by", by), ("to", to), ("what", what), ("until", until), ("reason", reason), ("evidence", evidence),
        ])
        print(
            try AdminClient(port: configuration.admin.port).post(
                "/admin/reconcile/breaks/\(item.id)/\(action)\(query)"),
            terminator: "")
    }
}
