import ArgumentParser
import KuayuAdapters
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuSQLite

struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "办件 — shows one case with everything that happened to it, or lists cases.",
        subcommands: [Show.self, List.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "查看 — the timeline of one case: events, messages, deliveries, attempts.",
            discussion: """
                Examples:
                  kuayu case show CSJ202611240000001
                  kuayu case show SH2026112400000007 --json
                Any number that a region gave the case finds it. Personal data is masked.
                Exit code 2 when there is no such case.
                """)
        @Argument(help: "办件编号 — federation id or any local number.") var id: String
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "输出 JSON — for programs.") var json = false

        func run() throws {
            let store = try SQLiteStore(path: options.load().store, creates: false)
            let id = id
            let files = try store.read { reader in
                try (CaseID(id).map { [$0] } ?? reader.caseIDs(anyNumber: id)).compactMap { try CaseFile($0, reader) }
            }
            if files.isEmpty {
                print("没有这个办件 — no case has the number \(id)")
                throw ExitCode(2)
            }
            for file in files { print(json ? file.json.line : file.text) }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "列表 — cases, newest first.",
            discussion: """
                Example:
                  kuayu case list --origin 320000 --status reviewing --limit 20
                """)
        @OptionGroup var options: ConfigurationOptions
        @Option(help: "申请地 — only of this region.") var origin: String?
        @Option(help: "状态 — only in this state.") var status: String?
        @Option(help: "最多行数 — at most so many.") var limit = 50
        @Flag(help: "输出 JSON — one line a case.") var json = false

        func run() throws {
            let state = try status.map { name in
                guard let state = CaseState(rawValue: name) else {
                    throw CommandFailure(
                        "\(name) is not a state", help: CaseState.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return state
            }
            let filter = CaseFilter(origin: origin.flatMap { RegionCode($0) }, status: state, limit: limit)
            let rows = try SQLiteStore(path: options.load().store, creates: false).read { try $0.cases(filter) }
            if json {
                for row in rows { print(Self.json(row).line) }
                return
            }
            var table = TextTable(["办件", "申请地", "事项", "状态", "版本", "更新"])
            for row in rows {
                table.add([
                    row.head.caseID.text, row.head.origin.text,
                    Items.standard.item(row.catalogCode)?.name ?? row.catalogCode,
                    row.head.status.rawValue, String(row.head.version), row.changedAt.canonical,
                ])
            }
            print(table.text)
        }

        private static func json(_ row: CaseSummary) -> JSONOutput {
            .object([
                ("case", .text(row.head.caseID.text)), ("origin", .text(row.head.origin.text)),
                ("item", .text(row.catalogCode)), ("status", .text(row.head.status.rawValue)),
                ("version", .number(Int64(row.head.version))), ("changedAt", .text(row.changedAt.canonical)),
            ])
        }
    }
}

/// Everything that is known of one case, masked.
struct CaseFile: Sendable {
    let current: EventRecord
    let events: [EventRecord]
    let messages: [MessageRecord]
    let deliveries: [(row: DeliveryRow, attempts: [AttemptRow])]
    let record: CaseRecord

    init?(_ id: CaseID, _ reader: any CaseReader) throws {
        events = try reader.events(id)
        guard let last = events.last, let record = CaseDocument.decode(last.canonical).record else { return nil }
        current = last
        self.record = CaseMasking.masked(record)
        messages = try reader.messages(caseID: id)
        deliveries = try reader.deliveries(caseID: id).map { ($0, try reader.attempts($0.id)) }
    }

    // MARK: for people

    var text: String {
        var parts = [heading]
        var timeline = TextTable(["时间", "版本", "事件", "报送", "状态", "说明"])
        for event in events {
            timeline.add([
                event.at.canonical, String(event.head.version), event.kind.rawValue, event.author?.text ?? "网关",
                event.head.status.rawValue, event.note,
            ])
        }
        parts.append("事件 events\n" + timeline.text)
        var inbound = TextTable(["时间", "报文", "来自", "结果"])
        for message in messages {
            inbound.add([message.receivedAt.canonical, message.id, message.sender.text, message.outcome.rawValue])
        }
        parts.append("报文 messages\n" + inbound.text)
        var outbound = TextTable(["投递", "版本", "枢纽", "状态", "尝试", "原因"])
        for (row, attempts) in deliveries {
            let tries = attempts.map { "\($0.number):\($0.outcome ?? "…")" }.joined(separator: " ")
            outbound.add([
                String(row.id.value), String(row.version), row.hub.text, row.state.rawValue, tries, row.reason ?? "",
            ])
        }
        parts.append("投递 deliveries\n" + outbound.text)
        return parts.joined(separator: "\n\n")
    }

    private var heading: String {
        var table = TextTable([
            "办件 \(current.head.caseID.text)", "第 \(current.head.version) 版 · \(current.head.status.rawValue)",
        ])
        let fields: [(String, String?)] = [
            ("事项", record[.itemName].map { "\($0) (\(record[.catalogCode] ?? ""))" }), ("模式", record[.mode]),
            ("申请人", record[.applicantName]), ("证件", record[Field.named("applicant.idNumber")]),
            ("申请地", record[.appliedDivision]),
            ("受理地", record[.handling].compactMap { $0[.handlingDivision] }.joined(separator: " ")),
            (
                "本地编号",
                record[.localNumbers].map { "\($0[.localNumberRegion] ?? "")=\($0[.localNumberValue] ?? "")" }.joined(
                    separator: " ")
            ),
            ("登记", current.head.registeredAt.canonical), ("结果", record[.outcome]),
        ]
        for (name, value) in fields { if let value, !value.isEmpty { table.add([name, value]) } }
        return table.text
    }

    // MARK: for programs

    var json: JSONOutput {
        .object([
            ("case", .raw(CaseDocument.encode(record))),
            ("events", .array(events.map(Self.event))),
            ("messages", .array(messages.map(Self.message))),
            (
                "deliveries",
                .array(
                    deliveries.map {
                        .object([
                            ("delivery", DeliveryText.json($0.row)),
                            ("attempts", .array($0.attempts.map(Self.attempt))),
                        ])
                    })
            ),
        ])
    }

    private static func event(_ event: EventRecord) -> JSONOutput {
        .object([
            ("version", .number(Int64(event.head.version))), ("kind", .text(event.kind.rawValue)),
            ("status", .text(event.head.status.rawValue)), ("author", .optional(event.author?.text)),
            ("at", .text(event.at.canonical)), ("note", .text(event.note)),
        ])
    }

    private static func message(_ message: MessageRecord) -> JSONOutput {
        .object([
            ("message", .text(message.id)), ("sender", .text(message.sender.text)),
            ("outcome", .text(message.outcome.rawValue)), ("receivedAt", .text(message.receivedAt.canonical)),
            ("receipt", .text(String(decoding: message.receipt, as: UTF8.self))),
        ])
    }

    private static func attempt(_ attempt: AttemptRow) -> JSONOutput {
        .object([
            ("number", .number(Int64(attempt.number))), ("startedAt", .text(attempt.startedAt.canonical)),
            ("endedAt", .optional(attempt.endedAt?.canonical)), ("outcome", .optional(attempt.outcome)),
            ("detail", .optional(attempt.detail)),
        ])
    }
}
