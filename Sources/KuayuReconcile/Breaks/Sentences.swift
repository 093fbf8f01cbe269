import KuayuModel

/// One sentence for every kind of break: who did what, and why the two ledgers differ.
///
/// Times are at +08:00. Names and numbers of persons never occur: what comes from outside (states, reasons, own
/// numbers) is checked, cut or left out before it is said.
enum Sentences {
    /// The sentence in both languages.
    struct Words: Hashable, Sendable {
        var chinese: String
        var english: String

        init(_ chinese: String, _ english: String) {
            self.chinese = chinese
            self.english = english
        }
    }

    /// R01.
    static func missingAtHub(_ reading: Reading, isExplained: Bool) -> Words {
        let hub = reading.hub.name
        let sent = deliveries(reading, after: 0)
        if isExplained {
            return Words(
                "\(hub)没有该件，因为它未被接收：\(sent.chinese)",
                "\(hub) does not have the case because it was not taken there: \(sent.english)")
        }
        let state = expected(reading)
        let told = sent.chinese.isEmpty ? Words("没有向其投递的记录", "no delivery to it is on record") : sent
        return Words(
            "\(hub)没有该件；网关为\(state.chinese)，\(told.chinese)",
            "\(hub) does not have the case; the gateway has \(state.english); \(told.english)")
    }

    /// R02.
    static func missingAtGateway(_ reading: Reading) -> Words {
        let hub = reading.hub.name
        let rows = rows(reading.difference.found)
        let why: Words
        if reading.onlyRow == nil {
            why = Words("它有多行，不能据其一补登", "none of several rows can be taken for it")
        } else if let row = reading.onlyRow, let event = reading.event(row.version) {
            let by = author(event)
            let time = time(event.at, reading)
            why =
                reading.agrees(row, with: event)
                ? Words(
                    "网关历史中该版本由\(by.chinese)于 \(time) 上报，与之一致",
                    "\(by.english) reported that version \(time), and our history agrees")
                : Words(
                    "网关历史中该版本为\(state(event.status).chinese)，与之不符",
                    "in our history that version is \(state(event.status).english)")
        } else if let last = reading.facts.events.last {
            why = Words("网关历史只到版本 \(last.version)", "our history ends at version \(last.version)")
        } else {
            why = Words("它出示的网关回执有效", "the receipt of ours that it shows is valid")
        }
        var receipt = Words("", "")
        if case .invalid(let text) = reading.facts.receipt {
            receipt = Words("；它出示的回执未通过验证：\(safe(text))", "; the receipt that it shows fails: \(safe(text))")
        }
        return Words(
            "\(hub)有该件\(rows.chinese)，网关对其台账中没有；\(why.chinese)\(receipt.chinese)",
            "\(hub) has the case as \(rows.english) and the gateway's ledger of it has not; "
                + "\(why.english)\(receipt.english)")
    }

    /// R03.
    static func missingAtOrigin(_ reading: Reading) -> Words {
        let hub = reading.hub.name
        let state = expected(reading)
        let since = reading.difference.expected.map { time(Instant(epochSeconds: $0.registeredAt), reading) } ?? "?"
        return Words(
            "\(hub)的发出台账中没有该件，但它于 \(since) 登记过；网关为\(state.chinese)，以回执为凭",
            "\(hub) denies a case that it registered \(since); the gateway has \(state.english) "
                + "and its receipt is the evidence")
    }

    /// R04.
    static func behind(_ reading: Reading, row: LedgerElement, lag: Int, isExplained: Bool) -> Words {
        let hub = reading.hub.name
        let has = standing(row)
        let sent = deliveries(reading, after: row.version)
        if isExplained {
            return Words(
                "\(hub)仍为\(has.chinese)，因为之后的未被接收：\(sent.chinese)",
                "\(hub) still has \(has.english) because it did not take what followed: \(sent.english)")
        }
        let target = reading.difference.expected?.version ?? row.version
        let told =
            sent.chinese.isEmpty
            ? Words(
                "网关为版本 \(target)，没有向其投递的记录",
                "the gateway has version \(target), and no delivery of it is on record") : sent
        return Words(
            "\(hub)仍为\(has.chinese)，落后 \(lag) 个环节；\(told.chinese)",
            "\(hub) still has \(has.english), \(count(lag, "event")) behind; \(told.english)")
    }

    /// R05.
    static func ahead(_ reading: Reading, row: LedgerElement, lag: Int, isOurs: Bool) -> Words {
        let hub = reading.hub.name
        let has = standing(row)
        let mine = expected(reading)
        let at = reading.difference.found.first?.stateAt.map { time(Instant(epochSeconds: $0), reading) }
        let since = at.map { Words("（\($0)）", " since \($0)") } ?? Words("", "")
        if isOurs {
            return Words(
                "\(hub)已有\(has.chinese)\(since.chinese)，与网关历史一致，但网关对其台账仍为\(mine.chinese)",
                "\(hub) has \(has.english)\(since.english) as in our history, but the gateway's "
                    + "ledger of it says \(mine.english)")
        }
        return Words(
            "\(hub)已到\(has.chinese)\(since.chinese)，网关仍为\(mine.chinese)：有 \(lag) 个环节网关未收到",
            "\(hub) has \(has.english)\(since.english) and the gateway \(mine.english): "
                + "\(count(lag, "event")) never arrived")
    }

    /// R06: two accounts of the version in force.
    static func statusConflict(_ reading: Reading) -> Words {
        let row = reading.onlyRow.map { state($0.status) } ?? unknownState
        let mine = reading.difference.expected.map { state($0.status) } ?? unknownState
        let version = reading.difference.expected?.version ?? 0
        let source = source(reading, version: version)
        return Words(
            "同为版本 \(version)，\(reading.hub.name)为\(row.chinese)，网关为\(mine.chinese)\(source.chinese)",
            "at version \(version) \(reading.hub.name) says \(row.english) and the gateway "
                + "\(mine.english)\(source.english)")
    }

    /// R06: the row contradicts an earlier event of our history.
    static func historyConflict(_ reading: Reading, event: CaseFacts.Event) -> Words {
        let hub = reading.hub.name
        let row = reading.onlyRow.map { standing($0) } ?? unknownState
        let mine = expected(reading)
        let by = author(event)
        let time = time(event.at, reading)
        let then = state(event.status)
        if reading.onlyRow?.status == event.status {
            return Words(
                "\(hub)停在\(row.chinese)，但内容与网关历史中的该版本（由\(by.chinese)于 \(time) 上报）不同；网关现为\(mine.chinese)",
                "\(hub) still has \(row.english), with other content than our history has for it "
                    + "(\(by.english), \(time)); the gateway has \(mine.english)")
        }
        return Words(
            "\(hub)停在\(row.chinese)，但网关历史中该版本为\(then.chinese)（由\(by.chinese)于 \(time) 上报）；网关现为\(mine.chinese)",
            "\(hub) still has \(row.english), which in our history was \(then.english) "
                + "(\(by.english), \(time)); the gateway has \(mine.english)")
    }

    /// R07.
    static func contentMismatch(_ reading: Reading) -> Words {
        let row = reading.onlyRow.map { standing($0) } ?? unknownState
        let version = reading.difference.expected?.version ?? 0
        let theirs = short(reading.onlyRow?.contentDigest)
        let ours = short(reading.difference.expected?.contentDigest)
        let source = source(reading, version: version)
        return Words(
            "\(reading.hub.name)与网关同为\(row.chinese)，内容不同（摘要 \(theirs) 与 \(ours)）\(source.chinese)",
            "\(reading.hub.name) and the gateway both have \(row.english), with other content "
                + "(digests \(theirs) and \(ours))\(source.english)")
    }

    /// R08.
    static func duplicate(_ reading: Reading) -> Words {
        let hub = reading.hub.name
        let found = reading.difference.found
        let mine = expected(reading)
        if found.count == 1, let other = reading.facts.caseOfLocalNumber {
            return Words(
                "\(hub)该件的本地编号对应网关的另一件 \(other)；网关该件为\(mine.chinese)",
                "the number under which \(hub) files this case leads to another case, \(other); "
                    + "the gateway has \(mine.english)")
        }
        let rows = rows(found)
        let right = found.count { $0.element == reading.difference.expected }
        let verdict =
            right == 0
            ? Words("均与网关不一致", "none agrees")
            : Words("其中 \(right) 行一致", "\(right) of them \(right == 1 ? "agrees" : "agree")")
        return Words(
            "\(hub)有该件 \(found.count) 行：\(rows.chinese)；网关为\(mine.chinese)，\(verdict.chinese)",
            "\(hub) has the case \(found.count) times: \(rows.english); the gateway has "
                + "\(mine.english), \(verdict.english)")
    }

    /// R09.
    static func orphan(_ reading: Reading) -> Words {
        let hub = reading.hub.name
        let rows = rows(reading.difference.found)
        let number =
            reading.facts.caseOfLocalNumber.map {
                Words("；其本地编号对应网关的 \($0)", "; its own number there leads to case \($0)")
            } ?? Words("", "")
        guard let first = reading.facts.events.first else {
            return Words(
                "\(hub)有无主件\(rows.chinese)：网关从未签发该编号，\(hub)也未出示回执\(number.chinese)",
                "\(hub) has \(rows.english) of a case whose id the gateway never issued, "
                    + "and shows no receipt for it\(number.english)")
        }
        let from = reading.facts.origin?.name ?? author(first).chinese
        return Words(
            "\(hub)持有它不应知晓的办件\(rows.chinese)：该件由\(from)登记，\(hub)不是参与方，可能误送他方",
            "\(hub) holds \(rows.english) of a case that it must not know: \(from) registered it "
                + "and \(hub) takes no part in it, so it was shown to the wrong eyes")
    }

    /// R12.
    static func keySkew(_ reading: Reading) -> Words {
        let hub = reading.hub.name
        let version = reading.onlyRow?.version ?? 0
        guard let mine = reading.difference.expected, let row = reading.onlyRow,
            row.registeredAt != mine.registeredAt
        else {
            return Words(
                "\(hub)版本 \(version) 的登记随机数与网关不同",
                "\(hub) has another nonce for the case than the gateway (version \(version))")
        }
        let theirs = second(row.registeredAt)
        let ours = second(mine.registeredAt)
        let also =
            Classifier.differ(row.nonce, mine.nonce) ? Words("，随机数也不同", ", and another nonce") : Words("", "")
        return Words(
            "\(hub)记的登记时间为 \(theirs)，网关为 \(ours)\(also.chinese)",
            "\(hub) says that the case was registered \(theirs), the gateway \(ours)\(also.english)")
    }

    /// R13.
    static func evidence(_ reading: Reading) -> Words {
        let hub = reading.hub.name
        let rows = rows(reading.difference.found)
        var reason = Words("", "")
        if case .invalid(let text) = reading.facts.receipt { reason = Words("：\(safe(text))", ": \(safe(text))") }
        let mine = expected(reading)
        let other =
            reading.difference.expected == nil
            ? Words("网关没有该件", "the gateway does not have the case")
            : Words("网关为\(mine.chinese)", "the gateway has \(mine.english)")
        return Words(
            "\(hub)为该件\(rows.chinese)出示的回执未通过验证\(reason.chinese)；\(other.chinese)",
            "the receipt that \(hub) shows for the case, \(rows.english), fails\(reason.english); \(other.english)")
    }

    /// R10.
    static func stuck(_ progress: CaseProgress, days: Int, limit: Int, now: Instant) -> Words {
        let since = time(progress.lastEventAt, on: now.date)
        let state = state(progress.status)
        let region = progress.inCharge.name
        return Words(
            "自 \(since) 起无新环节，已 \(days) 个工作日（上限 \(limit)）：版本 \(progress.version) 停在\(state.chinese)，由\(region)办理",
            "no event since \(since), \(count(days, "working day")) (limit \(limit)): version "
                + "\(progress.version) stays at \(state.english), and it is \(region)'s turn")
    }

    /// R11.
    static func overdue(_ progress: CaseProgress, ranOutAt end: Instant, now: Instant) -> Words {
        let time = time(end, on: now.date)
        let state = state(progress.status)
        let region = progress.inCharge.name
        return Words(
            "办理时限已于 \(time) 届满，版本 \(progress.version) 仍为\(state.chinese)，由\(region)办理",
            "the time limit ran out \(time) and version \(progress.version) is still "
                + "\(state.english); it is \(region)'s turn")
    }

    /// R14.
    static func feedError(_ error: FeedError, lane: Lane, hub: RegionCode) -> Words {
        let kind = words(for: error.kind)
        let detail = safe(error.detail)
        let part = lane == .in ? Words("收进", "in") : Words("发出", "out")
        return Words(
            "\(hub.name)的\(part.chinese)台账本次不可用：\(kind.chinese)（\(detail)）；未据此认定任何差异",
            "nothing can be concluded from \(hub.name)'s ledger of lane \(part.english): \(kind.english) "
                + "(\(detail)); no break was drawn from it")
    }
}
