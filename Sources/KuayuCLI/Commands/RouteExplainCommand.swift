import ArgumentParser
import Foundation
import KuayuAdapters
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuSQLite

extension RouteCommand {
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "说明 — why a case goes where it goes, or why it is refused: division, hub, agreement, level.",
            discussion: """
                Examples:
                  kuayu route explain CSJ202611240000001
                  kuayu route explain --file regions/330000/samples/01-new-person.json --from 330000
                A stored case is explained by the agreements of the day of its registration, a document by
                today's. Any number that a region gave the case finds it. Personal data is never printed.
                Exit code 2 when there is no such case, or the document would be refused.
                """)
        @Argument(help: "办件编号 — federation id or any local number.") var id: String?
        @Option(help: "报文文件 — a document that has not been sent, in the format of --from.") var file: String?
        @Option(help: "区域代码 — the hub that would send it.") var from: String?
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "输出 JSON — for programs, one line a case.") var json = false

        func validate() throws {
            guard (id == nil) != (file == nil), (file == nil) == (from == nil) else {
                throw ValidationError("either a case, or --file with --from")
            }
        }

        func run() throws {
            let configuration = try options.load()
            let federation = try FederationLoader(configuration: configuration).load().federation
            if let id {
                try explainStored(id, federation, SQLiteStore(path: configuration.store, creates: false))
            } else if let file, let from {
                try explainDocument(file, from: from, federation)
            }
        }

        // MARK: a case on record

        private func explainStored(_ id: String, _ federation: Federation, _ store: SQLiteStore) throws {
            let files = try store.read { reader in
                try (CaseID(id).map { [$0] } ?? reader.caseIDs(anyNumber: id)).compactMap { try history($0, reader) }
            }
            if files.isEmpty {
                print("没有这个办件 — no case has the number \(id)")
                throw ExitCode(2)
            }
            for (first, last, payload) in files {
                guard let record = CaseDocument.decode(last.canonical).record else {
                    throw CommandFailure("\(last.head.caseID.text) cannot be read", help: "kuayu db verify")
                }
                let sender = first.author ?? first.head.origin
                let explanation = federation.explain(
                    record, from: sender, on: LocalDateTime(first.head.registeredAt).date,
                    modeSource: modeSource(payload, record, federation.hubs[sender]))
                let name = "\(last.head.caseID.text) 第 \(last.head.version) 版 version \(last.head.version)"
                show(text(explanation, name, record, federation))
            }
        }

        /// The explanation, with what the receivers' formats cannot say.
        private func text(
            _ explanation: RouteExplanation, _ subject: String, _ record: CaseRecord, _ federation: Federation
        ) -> RouteText {
            var text = RouteText(explanation: explanation, subject: subject, record: record)
            // A document says neither its place of application nor its mode where the gateway can tell.
            var full = record
            if full[.appliedDivision] == nil { full[.appliedDivision] = explanation.sender.text }
            if full[.mode] == nil { full[.mode] = explanation.mode }
            for receiver in explanation.receivers where receiver.refusal == nil {
                let found = federation.unwritable(full, to: receiver.region, now: SystemClock().now)
                if !found.isEmpty { text.unwritable[receiver.region] = found }
            }
            return text
        }

        /// First and last event of a case, and the document that registered it.
        private func history(
            _ id: CaseID, _ reader: any CaseReader
        ) throws -> (first: EventRecord, last: EventRecord, payload: [UInt8]?)? {
            let events = try reader.events(id)
            guard let first = events.first, let last = events.last else { return nil }
            guard let author = first.author, let messageID = first.messageID else { return (first, last, nil) }
            return (first, last, try reader.message(sender: author, id: messageID)?.payload)
        }

        /// The case on record always has a mode; whether somebody said it stands in the first document.
        private func modeSource(
            _ payload: [UInt8]?, _ record: CaseRecord, _ hub: FederatedHub?
        ) -> RouteExplanation.ModeSource? {
            guard let payload, let hub, let said = hub.adapter.read(payload).cases.first?.record else { return nil }
            if said[.mode] != nil { return .message }
            let catalogue = record[.catalogCode].flatMap { Items.standard.item($0)?.mode.rawValue }
            return catalogue == record[.mode] ? .catalogue : catalogue == nil ? .standard : nil
        }

        // MARK: a document

        private func explainDocument(_ file: String, from: String, _ federation: Federation) throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw CommandFailure("\(file) cannot be read", help: "name a payload in the format of --from")
            }
            guard let hub = RegionCode(from).flatMap({ federation.hubs[$0] }) else {
                let hubs = federation.regions.sorted().map(\.text).joined(separator: ", ")
                throw CommandFailure("\(from) is not a hub of this federation", help: "one of \(hubs)")
            }
            let reading = hub.adapter.read(Array(data))
            for issue in reading.envelopeIssues { print(IssueText.line(issue)) }
            var isRefused = !reading.envelopeIssues.isEmpty
            for (index, item) in reading.cases.enumerated() {
                if !json || item.record == nil { for issue in item.issues { print(IssueText.line(issue)) } }
                guard let record = item.record else {
                    isRefused = true
                    continue
                }
                let explanation = federation.explain(
                    record, from: hub.region, on: LocalDateTime(SystemClock().now).date)
                let name = reading.cases.count == 1 ? file : "\(file) 第 \(index + 1) 件 case \(index + 1)"
                var text = text(explanation, name, record, federation)
                text.issues = item.issues
                show(text)
                if !text.isDeliverable || item.issues.contains(where: { $0.severity == .error }) {
                    isRefused = true
                }
            }
            if isRefused { throw ExitCode(2) }
        }

        private func show(_ text: RouteText) { print(json ? text.json.line : text.text) }
    }
}

/// The explanation of a route for people and for programs.
struct RouteText {
    let explanation: RouteExplanation
    /// What is explained: a case or a file.
    let subject: String
    let record: CaseRecord
    /// What is wrong with a document, beside its route.
    var issues: [KuayuModel.Issue] = []
    /// What the formats of receivers cannot say.
    var unwritable: [RegionCode: [KuayuModel.Issue]] = [:]

    /// Whether everyone would take it.
    var isDeliverable: Bool { explanation.refusal == nil && unwritable.isEmpty }

    // MARK: for people

    var text: String {
        var parts = [heading]
        if !explanation.parties.isEmpty { parts.append("参与方 who takes part\n" + parties) }
        if !explanation.receivers.isEmpty { parts.append("送往 who is told\n" + receivers) }
        parts.append(conclusion)
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var heading: String {
        var table = TextTable(["路由 route", subject])
        table.add(["报送 sender", "\(explanation.sender.text) \(explanation.sender.name)"])
        table.add(["协议日 day", explanation.day.text])
        let name = Items.standard.item(explanation.item)?.name
        table.add(["事项 item", [explanation.item, name ?? ""].filter { !$0.isEmpty }.joined(separator: " ")])
        table.add(["模式 mode", "\(explanation.mode) — \(modeSource)"])
        table.add(["定级 level", "\(explanation.level.rawValue) — 办件所含最高一级 the highest of what it holds"])
        if explanation.isProactive {
            table.add(["免申即享", "由受理地发起，申请地是当事人所在地 begins with the authority"])
        }
        if record[.named("bundle.role")] == "main" {
            table.add(["一件事", "主办件由网关分办，子办件各自送达 the gateway splits it; its children are sent"])
        }
        return table.text
    }

    private var modeSource: String {
        switch explanation.modeSource {
        case .message: "报文写明 said by the message"
        case .catalogue: "报文未写，取事项目录 from the items catalogue"
        case .standard: "报文和事项目录都未写，按全程网办 nobody says one"
        }
    }

    private var parties: String {
        var table = TextTable(["区域", "角色", "字段", "依据"])
        for party in explanation.parties {
            let first = ["\(party.region.text) \(party.region.name)", Self.roles(party)]
            if party.places.isEmpty {
                table.add(first + ["", "未写申请地，取牵头受理地 no place of application: that of the lead"])
            }
            for (index, place) in party.places.enumerated() {
                // What the document leaves out is the sender's.
                let isAssumed = place.role == .applied && record[.appliedDivision] == nil
                let way = (isAssumed ? "报文未写，取报送方 not said: the sender's → " : "") + Self.way(place.route)
                table.add((index == 0 ? first : ["", ""]) + [place.path, way])
            }
        }
        return table.text
    }

    private static func roles(_ party: RouteExplanation.Party) -> String {
        var roles: [String] = []
        if party.roles.contains(.applying) { roles.append("申请 applying") }
        if party.roles.contains(.collecting) { roles.append("收件 collecting") }
        if party.roles.contains(.handling) { roles.append(party.isLead ? "受理(牵头) handling (lead)" : "受理 handling") }
        return roles.joined(separator: ", ")
    }

    /// `330103 下城区（已撤销 abolished）→ 330105 拱墅区 → 前缀 prefix 33 → 330000`.
    private static func way(_ route: DivisionRoute) -> String {
        var steps: [String] = []
        let name = Divisions.standard.division(route.code)?.plainName ?? "区划表中没有 not in the table"
        if let abolished = route.abolished {
            let old = Divisions.standard.division(abolished)?.plainName ?? ""
            if abolished != route.code { steps.append(route.division + " " + name) }
            let written = abolished == route.code ? route.division : abolished.text
            steps.append("\(written) \(old)（已撤销 abolished）")
            steps.append("\(route.current.text) \(Divisions.standard.division(route.current)?.plainName ?? "")")
        } else {
            steps.append("\(route.division) \(name)")
        }
        if let hub = route.hub {
            steps.append("前缀 prefix \(hub.prefix)")
            steps.append(hub.text)
        } else {
            steps.append("没有枢纽 no hub")
        }
        return steps.joined(separator: " → ")
    }

    private var receivers: String {
        var table = TextTable(["枢纽", "协议 agreement", "协议级别", "登记级别", "可收级别", "不予下发 withheld"])
        for receiver in explanation.receivers {
            let name = "\(receiver.region.text) \(receiver.region.name)"
            let lines = receiver.decisions.map(Self.decision).joined(separator: "; ")
            if lines.isEmpty {
                table.add([name, "不是枢纽 no hub", "-", "-", "-", "-"])
                continue
            }
            table.add([
                name, lines, receiver.agreedLevel?.rawValue ?? "-",
                receiver.hubLevel.rawValue, receiver.level.rawValue,
                receiver.withheld.isEmpty ? "无 nothing" : receiver.withheld.joined(separator: " "),
            ])
        }
        return table.text
    }

    private static func decision(_ decision: RouteExplanation.Decision) -> String {
        let pair = "\(decision.from.text)→\(decision.to.text)"
        guard let agreement = decision.agreement else { return "\(pair) 无协议 none" }
        let from = agreement.from?.text ?? "*"
        let to = agreement.to?.text ?? "*"
        let place = agreement.line.map { "agreements.csv:\($0) " } ?? ""
        return "\(place)\(from),\(to),\(agreement.catalogCode ?? "*"),\(agreement.mode ?? "*")"
    }

    private var conclusion: String {
        if !unwritable.isEmpty { return "结论 枢纽格式写不出 — the format of a receiver cannot say it\n" + unwritableLines }
        guard let refusal = explanation.refusal else { return "结论 可以送达 — it may go" }
        return "结论 拒收 — refused: \(refusal.chinese) — \(refusal.english) [\(refusal.code)]\n  help: \(refusal.help)"
    }

    private var unwritableLines: String {
        unwritable.sorted { $0.key < $1.key }.flatMap { region, issues in
            issues.map { "  \(region.text) \($0.code) \($0.path): \($0.message)\n  help: \($0.help)" }
        }.joined(separator: "\n")
    }

    // MARK: for programs

    var json: JSONOutput {
        .object([
            ("subject", .text(record[.caseID] ?? subject)), ("sender", .text(explanation.sender.text)),
            ("day", .text(explanation.day.text)), ("item", .text(explanation.item)),
            ("mode", .text(explanation.mode)), ("modeSource", .text(explanation.modeSource.rawValue)),
            ("proactive", .bool(explanation.isProactive)), ("level", .text(explanation.level.rawValue)),
            ("parties", .array(explanation.parties.map(Self.json))),
            ("receivers", .array(explanation.receivers.map(json))),
            ("refusal", Self.json(explanation.refusal)), ("issues", .array(issues.map(Self.json))),
        ])
    }

    private static func json(_ issue: KuayuModel.Issue) -> JSONOutput {
        .object([
            ("code", .text(issue.code)), ("severity", .text(issue.severity.rawValue)), ("path", .text(issue.path)),
            ("message", .text(issue.message)), ("help", .text(issue.help)),
        ])
    }

    private static func json(_ party: RouteExplanation.Party) -> JSONOutput {
        let roles: [(CaseRoles, String)] = [
            (.applying, "applying"), (.collecting, "collecting"), (.handling, "handling"),
        ]
        return .object([
            ("region", .text(party.region.text)), ("hub", .bool(party.isHub)), ("lead", .bool(party.isLead)),
            ("roles", .array(roles.filter { party.roles.contains($0.0) }.map { .text($0.1) })),
            ("places", .array(party.places.map(json))),
        ])
    }

    private static func json(_ place: CasePlace) -> JSONOutput {
        .object([
            ("path", .text(place.path)), ("division", .text(place.route.division)),
            ("known", .bool(place.route.isKnown)), ("abolished", .optional(place.route.abolished?.text)),
            ("current", .text(place.route.current.text)), ("prefix", .optional(place.route.prefix)),
            ("hub", .optional(place.route.hub?.text)),
        ])
    }

    private func json(_ receiver: RouteExplanation.Receiver) -> JSONOutput {
        let isHub = !receiver.decisions.isEmpty
        return .object([
            ("region", .text(receiver.region.text)), ("agreements", .array(receiver.decisions.map(Self.json))),
            ("agreedLevel", .optional(receiver.agreedLevel?.rawValue)),
            ("hubLevel", isHub ? .text(receiver.hubLevel.rawValue) : .null),
            ("level", isHub ? .text(receiver.level.rawValue) : .null),
            ("withheld", .array(receiver.withheld.map { .text($0) })), ("refusal", Self.json(receiver.refusal)),
            ("unwritable", .array((unwritable[receiver.region] ?? []).map(Self.json))),
        ])
    }

    private static func json(_ decision: RouteExplanation.Decision) -> JSONOutput {
        .object([
            ("from", .text(decision.from.text)), ("to", .text(decision.to.text)),
            ("line", decision.agreement?.line.map { .number(Int64($0)) } ?? .null),
            ("maxLevel", .optional(decision.agreement?.maxLevel.rawValue)),
        ])
    }

    private static func json(_ refusal: Routing.Refusal?) -> JSONOutput {
        guard let refusal else { return .null }
        return .object([
            ("code", .text(refusal.code)), ("path", .text(refusal.path)), ("message", .text(refusal.english)),
            ("help", .text(refusal.help)),
        ])
    }
}
