import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules

// For people: tables under headings; a section without content is left out.
extension CaseFile {
    var text: String {
        let sections = [
            clockSection, owedSection, supplementSection, noticeSection, bundleSection, branchSection,
            originalSection, releaseSection, eventSection, messageSection, deliverySection,
        ]
        return ([heading] + sections.compactMap { $0 }).joined(separator: "\n\n")
    }

    private var heading: String {
        var table = TextTable([
            "办件 \(current.head.caseID.text)", "第 \(current.head.version) 版 · \(current.head.status.rawValue)",
        ])
        let numbers = record[.localNumbers].map { "\($0[.localNumberRegion] ?? "")=\($0[.localNumberValue] ?? "")" }
        let fields: [(String, String?)] = [
            ("事项", record[.itemName].map { "\($0) (\(record[.catalogCode] ?? ""))" }), ("模式", record[.mode]),
            ("申请人", record[.applicantName]), ("证件", record[Field.named("applicant.idNumber")]),
            ("申请地", record[.appliedDivision]), ("收件地", record[.collectedDivision]),
            ("受理地", record[.handling].compactMap { $0[.handlingDivision] }.joined(separator: " ")),
            (
                "渠道",
                [record[Field.named("channel.kind")], record[Field.named("channel.site")]].compactMap { $0 }
                    .joined(separator: " ")
            ),
            ("本地编号", numbers.joined(separator: " ")), ("登记", current.head.registeredAt.canonical),
            ("结果", record[.outcome]), ("归档号", record[Field.named("result.archive.reference")]),
            ("分级", insight.level.rawValue),
        ]
        for (name, value) in fields { if let value, !value.isEmpty { table.add([name, value]) } }
        return table.text
    }

    // MARK: what the rules say

    private var clockSection: String? {
        let clock = insight.clock
        guard clock.limit != nil || clock.startedAt != nil || clock.declaredDueAt != nil else { return nil }
        var table = TextTable(["状态", "时限", "已用", "剩余", "办结期限", "声明期限", "灯", "暂定"])
        table.add([
            Self.state(clock.state), clock.limit.map { CaseWords.amount($0.amount, $0.unit) } ?? "-",
            clock.startedAt == nil ? "-" : CaseWords.amount(clock.used, clock.unit),
            clock.startedAt == nil ? "-" : clock.remaining.map { CaseWords.amount($0, clock.unit) } ?? "-",
            clock.dueAt?.canonical ?? "-", clock.declaredDueAt?.canonical ?? "-", Self.lamp(clock.warning),
            clock.isProvisional ? "是" : "否",
        ])
        return "时限 clock\n" + table.text
    }

    static func state(_ state: ClockReading.State) -> String {
        switch state {
        case .notStarted: "未起算"
        case .running: "计时"
        case .paused(.supplement): "暂停（补正）"
        case .paused(.special): "暂停（特别程序）"
        case .stopped: "已停"
        }
    }

    private static func lamp(_ warning: ClockReading.Warning) -> String {
        switch warning {
        case .none: "-"
        case .yellow: "黄灯"
        case .red: "红灯"
        }
    }

    private var owedSection: String? {
        let rows = record[ListField.named("commitments")]
        if rows.isEmpty { return nil }
        var table = TextTable(["类型", "材料", "承诺时间", "期限", "补齐"])
        for row in rows {
            func value(_ name: String) -> String { row[Field.named("commitments[]." + name)] ?? "-" }
            table.add([
                value("kind") == "declaration" ? "告知承诺" : "容缺", Self.list(row[Field.named("commitments[].materials")]),
                value("madeAt"), value("dueAt"), value("fulfilledAt"),
            ])
        }
        return "容缺与承诺 commitments\n" + table.text
    }

    private var supplementSection: String? {
        let rows = record[ListField.named("supplements")]
        if rows.isEmpty { return nil }
        var table = TextTable(["告知时间", "期限", "清单", "补正时间"])
        for row in rows {
            func value(_ name: String) -> String { row[Field.named("supplements[]." + name)] ?? "-" }
            table.add([
                value("requestedAt"), value("dueAt"), Self.list(row[Field.named("supplements[].items")]),
                value("answeredAt"),
            ])
        }
        return "补正 supplements\n" + table.text
    }

    static func list(_ value: String?) -> String {
        value.map { $0.split(separator: "\n").joined(separator: "、") } ?? "-"
    }

    private var noticeSection: String? {
        if insight.notices.isEmpty { return nil }
        var table = TextTable(["级别", "类型", "对象", "自", "记录", "内容"])
        for notice in insight.notices {
            table.add([
                CaseWords.name(of: notice.severity), notice.kind.title, notice.subject,
                notice.since.canonical, notice.isRecorded ? "是" : "否", notice.chinese,
            ])
        }
        return "提醒 notices\n" + table.text
    }

    private var bundleSection: String? {
        guard let bundle = insight.bundle else { return nil }
        let tenOnes = TenOnes(bundle)
        var children = TextTable(["子办件", "办件编号", "受理地", "状态", "处境"])
        for child in bundle.children {
            children.add([
                child.name, child.caseID?.text ?? "-",
                child.record[.handling].compactMap { $0[.handlingDivision] }.joined(separator: " "),
                child.state.rawValue, CaseWords.name(of: child.standing),
            ])
        }
        var ones = TextTable(["十个一", "结论", "理由"])
        for check in tenOnes.checks { ones.add([check.key.name, CaseWords.name(of: check.verdict), check.chinese]) }
        let main = bundle.main?.caseID.map { "主办件 \($0.text)" } ?? "没有主办件"
        let end = bundle.isClosed ? "已全部办结" : "未全部办结"
        return "一件事 bundle \(tenOnes.number ?? "-") \(tenOnes.theme ?? "主题未知") · \(main) · \(end)\n" + children.text
            + "\n" + ones.text
    }

    private var branchSection: String? {
        guard record[.mode] == "joint", !isMain else { return nil }
        var table = TextTable(["分办区域", "角色", "状态", "受理", "结果", "办结"])
        var seen: [String] = []
        for row in record[.handling] {
            guard let region = row[.handlingDivision].map({ String($0.prefix(2)) + "0000" }), !seen.contains(region)
            else { continue }
            let branch = record[.branches].first { $0[.branchRegion] == region }
            table.add([
                CaseWords.place(region), seen.isEmpty ? "牵头" : "分办", branch?[.branchStatus] ?? "未报送",
                branch?[Field.named("branches[].acceptedAt")] ?? "-", branch?[.branchOutcome] ?? "-",
                branch?[Field.named("branches[].decidedAt")] ?? "-",
            ])
            seen.append(region)
        }
        return "分办 branches\n" + table.text
    }

    private var originalSection: String? {
        let rows = record[.materials].filter { row in
            row[Field.named("materials[].originalRequired")] == "true"
                || row[Field.named("materials[].logistics.carrier")] != nil
                || row[Field.named("materials[].logistics.sentAt")] != nil
        }
        let way = record[Field.named("delivery.way")]
        if rows.isEmpty && way == nil { return nil }
        var table = TextTable(["原件", "承运方", "运单号", "寄出", "收到"])
        for row in rows {
            func value(_ name: String) -> String { row[Field.named("materials[].logistics." + name)] ?? "-" }
            table.add([
                row[Field.named("materials[].name")] ?? "-", value("carrier"), value("trackingNumber"), value("sentAt"),
                value("receivedAt"),
            ])
        }
        if way != nil {
            func value(_ name: String) -> String { record[Field.named("delivery." + name)] ?? "-" }
            table.add([
                "办理结果（\(CaseWords.deliveryWay(way))）", value("carrier"), value("trackingNumber"), value("sentAt"),
                value("signedAt"),
            ])
        }
        return "原件与结果流转 logistics\n" + table.text
    }

    /// A main case of a bundle is handled by its children and goes to none of their regions itself.
    private var isMain: Bool { insight.bundle?.main?.caseID == current.head.caseID }

    private var releaseSection: String? {
        if isMain { return nil }
        switch release {
        case .unknown(let reason): return "扣留 withheld\n无法得知 — unknown: \(reason)"
        case .known(let rows):
            if rows.isEmpty { return nil }
            var table = TextTable(["接收方", "可见级别", "扣留"])
            for row in rows {
                table.add([
                    CaseWords.place(row.hub.text), row.level.rawValue,
                    row.paths.isEmpty ? "无" : row.paths.joined(separator: " "),
                ])
            }
            return "扣留 withheld\n" + table.text
        }
    }

    // MARK: what happened

    private var eventSection: String? {
        var table = TextTable(["时间", "版本", "事件", "报送", "状态", "原代码", "说明"])
        for event in events {
            table.add([
                event.at.canonical, String(event.head.version), event.kind.rawValue, event.author?.text ?? "网关",
                event.head.status.rawValue, event.raw ?? "", event.note,
            ])
        }
        return "事件 events\n" + table.text
    }

    private var messageSection: String? {
        var table = TextTable(["时间", "报文", "来自", "结果"])
        for message in messages {
            table.add([message.receivedAt.canonical, message.id, message.sender.text, message.outcome.rawValue])
        }
        return "报文 messages\n" + table.text
    }

    private var deliverySection: String? {
        var table = TextTable(["投递", "版本", "枢纽", "状态", "尝试", "原因"])
        for (row, attempts) in deliveries {
            let tries = attempts.map { "\($0.number):\($0.outcome ?? "…")" }.joined(separator: " ")
            table.add([
                String(row.id.value), String(row.version), row.hub.text, row.state.rawValue, tries, row.reason ?? "",
            ])
        }
        return "投递 deliveries\n" + table.text
    }
}
