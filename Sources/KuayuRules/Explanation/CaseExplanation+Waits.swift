import KuayuModel

extension ExplanationFacts {
    // MARK: what it waits for

    var waits: [Sentence] {
        if state.isFinal { return [] }
        return supplements + originals
    }

    private var supplements: [Sentence] {
        record[ListField.named("supplements")].compactMap { row in
            guard row[Field.named("supplements[].answeredAt")] == nil, state == .supplementing else { return nil }
            let items = row[AgendaFields.supplementItems].map(texts) ?? []
            let due = row[Field.named("supplements[].dueAt")]
            return Sentence(
                .waits,
                "等待补正" + (items.isEmpty ? "" : "：\(items.joined(separator: "、"))") + (due.map { "，期限 \($0)" } ?? "")
                    + "。",
                "It waits for what is missing" + (items.isEmpty ? "" : ": \(items.joined(separator: ", "))")
                    + (due.map { ", until \($0)" } ?? "") + ".")
        }
    }

    private var originals: [Sentence] {
        let names = record[.materials].filter { row in
            row[Field.named("materials[].logistics.sentAt")] != nil
                && row[Field.named("materials[].logistics.receivedAt")] == nil
        }.compactMap { $0[Field.named("materials[].name")] }
        if names.isEmpty { return [] }
        return [
            Sentence(
                .waits, "原件在途：\(names.joined(separator: "、"))。",
                "Originals are on their way: \(names.joined(separator: ", ")).")
        ]
    }

    // MARK: time

    var time: [Sentence] {
        let provisional = clock.isProvisional
        let note = provisional ? "（含未公布的年份，暂定）" : ""
        let noteEnglish = provisional ? " (provisional: the calendar of that year is not announced)" : ""
        switch clock.state {
        case .notStarted:
            let limit = clock.limit.map { "，受理后 \(CaseWords.amount($0.amount, $0.unit))" } ?? ""
            let english = clock.limit.map { "; \(CaseWords.englishAmount($0.amount, $0.unit)) from acceptance" } ?? ""
            return [Sentence(.clock, "时限尚未起算\(limit)。", "The clock has not started\(english).")]
        case .stopped:
            guard clock.startedAt != nil else { return [] }
            return [
                Sentence(.clock, "时限已停：\(used)\(note)。", "The clock has stopped: \(usedEnglish)\(noteEnglish).")
            ]
        case .running, .paused:
            return [
                Sentence(
                    .clock, "\(clockState)：\(used)\(due)\(lamp)\(note)。",
                    "\(clockStateEnglish): \(usedEnglish)\(dueEnglish)\(lampEnglish)\(noteEnglish).")
            ]
        }
    }

    private var used: String {
        let count = "已用 \(CaseWords.amount(clock.used, clock.unit))"
        guard let limit = clock.limit, let remaining = clock.remaining else { return count }
        let rest =
            remaining < 0
            ? "超期 \(CaseWords.amount(-remaining, clock.unit))" : "剩余 \(CaseWords.amount(remaining, clock.unit))"
        return "时限 \(CaseWords.amount(limit.amount, limit.unit))，\(count)，\(rest)"
    }

    private var usedEnglish: String {
        let count = "\(CaseWords.englishAmount(clock.used, clock.unit)) used"
        guard let limit = clock.limit, let remaining = clock.remaining else { return count }
        let rest = "\(CaseWords.englishAmount(abs(remaining), clock.unit)) \(remaining < 0 ? "overdue" : "left")"
        return "\(count) of \(limit.amount), \(rest)"
    }

    private var due: String { clock.deadline.map { "，最迟 \($0.canonical) 办结" } ?? "，期限在计时恢复后才能确定" }
    private var dueEnglish: String {
        clock.deadline.map { ", due \($0.canonical)" } ?? ", due when the clock runs again"
    }

    private var lamp: String {
        switch clock.warning {
        case .none: ""
        case .yellow: "，黄灯"
        case .red: "，红灯"
        }
    }

    private var lampEnglish: String { clock.warning == .none ? "" : ", \(clock.warning.rawValue) lamp" }

    private var clockState: String {
        switch clock.state {
        case .paused(.supplement): "补正期间暂停计时"
        case .paused(.special): "特别程序期间暂停计时"
        default: "正在计时"
        }
    }

    private var clockStateEnglish: String {
        switch clock.state {
        case .paused(let cause): "The clock is paused (\(cause.rawValue))"
        default: "The clock runs"
        }
    }

    // MARK: owed

    var owed: [Sentence] {
        record[AgendaFields.commitments].compactMap { row in
            let names = row[AgendaFields.commitmentMaterials].map(texts) ?? []
            let (chinese, english) = (names.joined(separator: "、"), names.joined(separator: ", "))
            if row[AgendaFields.commitmentKind] == "declaration" {
                return Sentence(.owed, "以告知承诺代替：\(chinese)。", "Declared in place of proof: \(english).")
            }
            if let at = row[AgendaFields.commitmentFulfilledAt] {
                return Sentence(.owed, "容缺材料已补齐：\(chinese)（\(at)）。", "Owed and handed in: \(english) (\(at)).")
            }
            let due = row[AgendaFields.commitmentDueAt]
            return Sentence(
                .owed, "容缺待补：\(chinese)" + (due.map { "，最迟 \($0)" } ?? "") + "。",
                "Owed: \(english)" + (due.map { ", until \($0)" } ?? "") + ".")
        }
    }

    // MARK: branches

    var branches: [Sentence] {
        // What handles a main case are its children.
        guard mode == .joint, !isMain else { return [] }
        return handlingRegions.enumerated().map { index, region in
            let row = record[.branches].first { $0[.branchRegion] == region }
            let part = index == 0 ? "牵头" : "分办"
            let status = row?[.branchStatus]
            let outcome = row?[.branchOutcome]
            return Sentence(
                .branches,
                "\(part) \(CaseWords.place(region))：\(status.map { CaseWords.state($0) } ?? "尚未报送")"
                    + (outcome.map { "，\(CaseWords.outcome($0))" } ?? "") + "。",
                "\(index == 0 ? "Lead" : "Branch") \(CaseWords.place(region)): \(status ?? "nothing reported")"
                    + (outcome.map { ", \($0)" } ?? "") + ".")
        }
    }

    // MARK: bundle

    var bundled: [Sentence] {
        guard let bundle else { return [] }
        let theme = bundle.theme.map { "「\($0.name)」" } ?? "主题未知的"
        let ended = bundle.children.count { $0.standing.hasEnded }
        let part = isMain ? "主办件" : "子办件" + (bundle.child(caseID).map { " \($0.name)" } ?? "")
        let partEnglish = isMain ? "the main case" : "child \(bundle.child(caseID)?.name ?? "")"
        var sentences = [
            Sentence(
                .bundle, "属于一件事\(theme)的\(part)；子办件 \(bundle.children.count) 件，已办结 \(ended) 件。",
                "It is \(partEnglish) of the bundle \(bundle.theme?.id ?? "?"): \(ended) of \(bundle.children.count) "
                    + "children have ended.")
        ]
        for child in bundle.children where isMain || child.caseID == caseID {
            sentences.append(
                Sentence(
                    .bundle, "子办件 \(child.name)（\(child.caseID?.text ?? "未登记")）：\(CaseWords.name(of: child.standing))。",
                    "Child \(child.name) (\(child.caseID?.text ?? "not registered")) "
                        + "\(CaseWords.englishName(of: child.standing))."))
        }
        return sentences
    }

    // MARK: what people should know

    var noticed: [Sentence] {
        notices.map {
            Sentence(
                .notice, "\(CaseWords.name(of: $0.severity))：\($0.chinese)", "\($0.severity.rawValue): \($0.english)")
        }
    }

    var reported: [Sentence] {
        guard let ineffective else { return [] }
        let author = ineffective.author.map { CaseWords.place($0.text) } ?? "网关"
        return [
            Sentence(
                .report,
                "最近一次报送没有生效：\(author) \(ineffective.at.canonical)（第 \(ineffective.version) 版），"
                    + "\(Self.reason(ineffective.note))。",
                "The last report had no effect: \(author) at \(ineffective.at.canonical) (version \(ineffective.version)), "
                    + "\(ineffective.note.isEmpty ? "no reason recorded" : ineffective.note).")
        ]
    }

    /// The reasons that events are marked with, in Chinese.
    private static func reason(_ note: String) -> String {
        let reasons = [
            ("backwards", "状态不能倒退"), ("notYours", "这一状态不归报送方变更"), ("state not followed: final", "办件已经终结"),
            ("not the sender's to change", "所报内容不归报送方变更"), ("not taken back", "撤回的不是本方最后一条报文"),
        ]
        let known = reasons.filter { note.contains($0.0) }.map(\.1)
        return known.isEmpty ? (note.isEmpty ? "未记原因" : note) : known.joined(separator: "；") + "（\(note)）"
    }

    var undelivered: [Sentence] {
        deliveries.map { delivery in
            let again = delivery.nextAttemptAt.map { "，\($0.canonical) 再试" } ?? ""
            let againEnglish = delivery.nextAttemptAt.map { ", tried again at \($0.canonical)" } ?? ""
            let reason = delivery.reason.map { "：\($0)" } ?? ""
            let reasonEnglish = delivery.reason.map { ": \($0)" } ?? ""
            let hub = CaseWords.place(delivery.hub.text)
            return Sentence(
                .delivery,
                "第 \(delivery.version) 版尚未送达 \(hub)（投递 \(delivery.number)，\(delivery.state)\(again)）\(reason)。",
                "Version \(delivery.version) has not reached \(hub) (delivery \(delivery.number), \(delivery.state)"
                    + "\(againEnglish))\(reasonEnglish).")
        }
    }

    var kept: [Sentence] {
        withheld.filter { !$0.paths.isEmpty }.map { withheld in
            let hub = CaseWords.place(withheld.hub.text)
            return Sentence(
                .withheld, "\(hub) 只能看到 \(withheld.level.rawValue) 及以下，不含 \(withheld.paths.joined(separator: "、"))。",
                "\(hub) may have data up to \(withheld.level.rawValue), without \(withheld.paths.joined(separator: ", "))."
            )
        }
    }
}
