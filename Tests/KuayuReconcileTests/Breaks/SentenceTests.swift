import KuayuModel
import KuayuReconcile
import Testing

/// What is said of every kind of break, word for word, in both languages.
@Suite struct SentenceTests {
    typealias F = BreakFixture

    /// What is said, by the name of the situation: a row of ``ClassifierTests``, or one of ``others``.
    static let table = """
        no row in lane in
        安徽没有该件；网关为版本 5（已决定），版本 1 已于 10:01 投递，版本 2 已于 10:02 投递，版本 3 已于 10:03 投递，另有 2 个环节
        安徽 does not have the case; the gateway has version 5 (decided); version 1 was delivered 10:01; version 2 was \
        delivered 10:02; version 3 was delivered 10:03; 2 more events

        no row, nothing was sent
        安徽没有该件；网关为版本 5（已决定），没有向其投递的记录
        安徽 does not have the case; the gateway has version 5 (decided); no delivery to it is on record

        no row, everything was refused
        安徽没有该件，因为它未被接收：版本 3 于 10:03 被拒收，版本 4 于 10:04 被拒收：no such item
        安徽 does not have the case because it was not taken there: version 3 was refused 10:03; version 4 was refused \
        10:04: no such item

        no row, refused, but the hub reported itself
        安徽没有该件；网关为版本 5（已决定），版本 4 于 10:04 被拒收：no such item，版本 5 由其自行上报（11:00）
        安徽 does not have the case; the gateway has version 5 (decided); version 4 was refused 10:04: no such item; \
        version 5 it had reported itself 11:00

        no row in lane out
        安徽的发出台账中没有该件，但它于 09:00 登记过；网关为版本 5（已决定），以回执为凭
        安徽 denies a case that it registered 09:00; the gateway has version 5 (decided) and its receipt is the evidence

        ours by history
        安徽有该件版本 3（已受理），网关对其台账中没有；网关历史中该版本由上海于 10:00 上报，与之一致
        安徽 has the case as version 3 (accepted) and the gateway's ledger of it has not; 上海 reported that version \
        10:00, and our history agrees

        ours by history, other state
        安徽有该件版本 3（已决定），网关对其台账中没有；网关历史中该版本为已受理，与之不符
        安徽 has the case as version 3 (decided) and the gateway's ledger of it has not; in our history that version is \
        accepted

        ours by history, newer
        安徽有该件版本 6（已制证），网关对其台账中没有；网关历史只到版本 5
        安徽 has the case as version 6 (issued) and the gateway's ledger of it has not; our history ends at version 5

        ours by history, receipt fails
        安徽有该件版本 3（已受理），网关对其台账中没有；网关历史中该版本由上海于 10:00 上报，与之一致；它出示的回执未通过验证：key
        安徽 has the case as version 3 (accepted) and the gateway's ledger of it has not; 上海 reported that version \
        10:00, and our history agrees; the receipt that it shows fails: key

        ours by history, two rows
        安徽有该件版本 3（已受理）、版本 3（已受理），网关对其台账中没有；它有多行，不能据其一补登
        安徽 has the case as version 3 (accepted), version 3 (accepted) and the gateway's ledger of it has not; none of \
        several rows can be taken for it

        receipt holds, case unknown
        安徽有该件版本 3（已受理），网关对其台账中没有；它出示的网关回执有效
        安徽 has the case as version 3 (accepted) and the gateway's ledger of it has not; the receipt of ours that it \
        shows is valid

        receipt fails, case unknown
        安徽为该件版本 3（已受理）出示的回执未通过验证：key；网关没有该件
        the receipt that 安徽 shows for the case, version 3 (accepted), fails: key; the gateway does not have the case

        nobody issued it
        安徽有无主件版本 3（已受理）：网关从未签发该编号，安徽也未出示回执
        安徽 has version 3 (accepted) of a case whose id the gateway never issued, and shows no receipt for it

        nobody issued it, its number is another case's
        安徽有无主件版本 3（已受理）：网关从未签发该编号，安徽也未出示回执；其本地编号对应网关的 CSJ1
        安徽 has version 3 (accepted) of a case whose id the gateway never issued, and shows no receipt for it; its own \
        number there leads to case CSJ1

        not for this hub's eyes
        安徽持有它不应知晓的办件版本 3（已受理）：该件由江苏登记，安徽不是参与方，可能误送他方
        安徽 holds version 3 (accepted) of a case that it must not know: 江苏 registered it and 安徽 takes no part in it, \
        so it was shown to the wrong eyes

        one of two is right
        安徽有该件 2 行：版本 3（已受理）、版本 5（已决定）；网关为版本 5（已决定），其中 1 行一致
        安徽 has the case 2 times: version 3 (accepted), version 5 (decided); the gateway has version 5 (decided), 1 of \
        them agrees

        three rows, none right
        安徽有该件 3 行：版本 3（已受理）、版本 3（已受理）、版本 3（已受理）；网关为版本 5（已决定），均与网关不一致
        安徽 has the case 3 times: version 3 (accepted), version 3 (accepted), version 3 (accepted); the gateway has \
        version 5 (decided), none agrees

        its number leads elsewhere
        安徽该件的本地编号对应网关的另一件 CSJ3；网关该件为版本 5（已决定）
        the number under which 安徽 files this case leads to another case, CSJ3; the gateway has version 5 (decided)

        a second later
        安徽记的登记时间为 2026-11-24 09:00:01，网关为 2026-11-24 09:00:00
        安徽 says that the case was registered 2026-11-24 09:00:01, the gateway 2026-11-24 09:00:00

        another nonce
        安徽版本 5 的登记随机数与网关不同
        安徽 has another nonce for the case than the gateway (version 5)

        two events back
        安徽仍为版本 3（已受理），落后 2 个环节；版本 4 已于 10:04 投递，版本 5 已于 10:05 投递
        安徽 still has version 3 (accepted), 2 events behind; version 4 was delivered 10:04; version 5 was delivered \
        10:05

        four back
        安徽仍为版本 1（已提交），落后 4 个环节；版本 2 已于 10:02 投递，版本 3 已于 10:03 投递，版本 4 已于 10:04 投递，另有 1 个环节
        安徽 still has version 1 (submitted), 4 events behind; version 2 was delivered 10:02; version 3 was delivered \
        10:03; version 4 was delivered 10:04; 1 more event

        without history
        安徽仍为版本 3（已受理），落后 2 个环节；网关为版本 5，没有向其投递的记录
        安徽 still has version 3 (accepted), 2 events behind; the gateway has version 5, and no delivery of it is on \
        record

        the rest was refused
        安徽仍为版本 3（已受理），因为之后的未被接收：版本 4 于 10:04 被拒收：no such item，版本 5 于 10:05 被拒收
        安徽 still has version 3 (accepted) because it did not take what followed: version 4 was refused 10:04: no such \
        item; version 5 was refused 10:05

        state of another version
        安徽停在版本 3（已决定），但网关历史中该版本为已受理（由上海于 10:00 上报）；网关现为版本 5（已决定）
        安徽 still has version 3 (decided), which in our history was accepted (上海, 10:00); the gateway has version 5 \
        (decided)

        content of another version
        安徽停在版本 3（已受理），但内容与网关历史中的该版本（由上海于 10:00 上报）不同；网关现为版本 5（已决定）
        安徽 still has version 3 (accepted), with other content than our history has for it (上海, 10:00); the gateway \
        has version 5 (decided)

        one event on
        安徽已到版本 6（已制证）（11:00），网关仍为版本 5（已决定）：有 1 个环节网关未收到
        安徽 has version 6 (issued) since 11:00 and the gateway version 5 (decided): 1 event never arrived

        three events on
        安徽已到版本 8（办结）（11:00），网关仍为版本 5（已决定）：有 3 个环节网关未收到
        安徽 has version 8 (closed) since 11:00 and the gateway version 5 (decided): 3 events never arrived

        cannot say when
        安徽已到版本 6（已制证），网关仍为版本 5（已决定）：有 1 个环节网关未收到
        安徽 has version 6 (issued) and the gateway version 5 (decided): 1 event never arrived

        as our history goes on
        安徽已有版本 5（已决定）（11:00），与网关历史一致，但网关对其台账仍为版本 3（已受理）
        安徽 has version 5 (decided) since 11:00 as in our history, but the gateway's ledger of it says version 3 \
        (accepted)

        other state
        同为版本 5，安徽为已制证，网关为已决定；该环节由上海于 11:00 上报
        at version 5 安徽 says issued and the gateway decided; 上海 reported it 11:00

        other content
        安徽与网关同为版本 5（已决定），内容不同（摘要 …ffffffff 与 …00000005）；该环节由上海于 11:00 上报
        安徽 and the gateway both have version 5 (decided), with other content (digests …ffffffff and …00000005); 上海 \
        reported it 11:00

        waiting
        安徽仍为版本 3（已受理），落后 2 个环节；版本 4、5 自 10:00 起待投递
        安徽 still has version 3 (accepted), 2 events behind; versions 4 and 5 wait to be sent since 10:00

        waiting1
        安徽仍为版本 3（已受理），落后 2 个环节；版本 5 自 10:00 起待投递
        安徽 still has version 3 (accepted), 2 events behind; version 5 waits to be sent since 10:00

        sending
        安徽仍为版本 3（已受理），落后 2 个环节；版本 4、5 投递中（10:00 起，第 2 次尝试）
        安徽 still has version 3 (accepted), 2 events behind; versions 4 and 5 are being sent since 10:00 (attempt 2)

        sending1
        安徽仍为版本 3（已受理），落后 2 个环节；版本 5 投递中（10:00 起，第 1 次尝试）
        安徽 still has version 3 (accepted), 2 events behind; version 5 is being sent since 10:00 (attempt 1)

        retrying
        安徽仍为版本 3（已受理），落后 2 个环节；版本 4、5 自 10:00 起已尝试 2 次：timed out
        安徽 still has version 3 (accepted), 2 events behind; versions 4 and 5 were tried since 10:00, 2 attempts: \
        timed out

        retrying1
        安徽仍为版本 3（已受理），落后 2 个环节；版本 5 自 10:00 起已尝试 1 次
        安徽 still has version 3 (accepted), 2 events behind; version 5 was tried since 10:00, 1 attempt

        delivered
        安徽仍为版本 3（已受理），落后 2 个环节；版本 4、5 已于 10:04 投递（第 2 次尝试）
        安徽 still has version 3 (accepted), 2 events behind; versions 4 and 5 were delivered 10:04 at attempt 2

        delivered1
        安徽仍为版本 3（已受理），落后 2 个环节；版本 5 已于 10:05 投递
        安徽 still has version 3 (accepted), 2 events behind; version 5 was delivered 10:05

        rejected1
        安徽仍为版本 3（已受理），因为之后的未被接收：版本 5 于 10:05 被拒收
        安徽 still has version 3 (accepted) because it did not take what followed: version 5 was refused 10:05

        inDoubt
        安徽仍为版本 3（已受理），落后 2 个环节；版本 4、5 自 10:00 起尝试 2 次，是否到达待核：timed out
        安徽 still has version 3 (accepted), 2 events behind; versions 4 and 5 are in doubt after 2 attempts since \
        10:00: timed out

        parked
        安徽仍为版本 3（已受理），落后 2 个环节；版本 4、5 自 10:00 起尝试 2 次后挂起：timed out
        安徽 still has version 3 (accepted), 2 events behind; versions 4 and 5 are parked after 2 attempts since 10:00: \
        timed out

        cancelled
        安徽仍为版本 3（已受理），因为之后的未被接收：版本 4、5 的投递于 10:04 被取消：timed out
        安徽 still has version 3 (accepted) because it did not take what followed: versions 4 and 5 were cancelled \
        10:04: timed out

        odd1
        安徽仍为版本 3（已受理），落后 2 个环节；版本 5 投递状态不明
        安徽 still has version 3 (accepted), 2 events behind; version 5 is in an unknown state

        R10
        自 11-02 10:02 起无新环节，已 16 个工作日（上限 10）：版本 4 停在审查中，由安徽办理
        no event since 11-02 10:02, 16 working days (limit 10): version 4 stays at reviewing, and it is 安徽's turn

        R11
        办理时限已于 11-20 17:00 届满，版本 4 仍为审查中，由安徽办理
        the time limit ran out 11-20 17:00 and version 4 is still reviewing; it is 安徽's turn

        sum
        安徽的收进台账本次不可用：合计与所报不符（day 2026-11-20）；未据此认定任何差异
        nothing can be concluded from 安徽's ledger of lane in: the sum of the rows is not the sum claimed (day \
        2026-11-20); no break was drawn from it

        unavailable
        安徽的收进台账本次不可用：无法连接或被拒绝（day 2026-11-20）；未据此认定任何差异
        nothing can be concluded from 安徽's ledger of lane in: it cannot be reached, or refuses (day 2026-11-20); no \
        break was drawn from it

        audit
        安徽为该件版本 5（已决定）出示的回执未通过验证：the key is not ours；网关为版本 5（已决定）
        the receipt that 安徽 shows for the case, version 5 (decided), fails: the key is not ours; the gateway has \
        version 5 (decided)
        """

    static let texts: [(name: String, chinese: String, english: String)] = {
        let lines = table.split(separator: "\n").map(String.init)
        return stride(from: 0, to: lines.count - 2, by: 3).map { (lines[$0], lines[$0 + 1], lines[$0 + 2]) }
    }()

    /// The hub has version 3 and two events, or the last one alone, are in a state.
    static func behind(_ state: String, alone: Bool) -> Finding? {
        let last = F.sent(
            5, state, tries: alone ? 1 : 2, reason: alone ? nil : "timed out", settled: F.at(10, alone ? 5 : 4))
        let first = F.sent(4, state, tries: 2, reason: "timed out")
        return finding(
            F.verdict(
                F.element(5, "decided"), [F.row(3, "accepted")], facts: F.facts(alone ? [last] : [first, last])))
    }

    static func finding(_ verdict: Classifier.Verdict) -> Finding? {
        if case .finding(let finding) = verdict { finding } else { nil }
    }

    static let others: [String: Finding] = {
        var all: [String: Finding] = [:]
        let states = [
            "waiting", "sending", "retrying", "delivered", "rejected", "inDoubt", "parked", "cancelled", "odd",
        ]
        for state in states {
            all[state] = behind(state, alone: false)
            all[state + "1"] = behind(state, alone: true)
        }
        for kind in FeedError.Kind.allCases {
            all[kind.rawValue] = Finding.feedError(
                FeedError(kind, "day 2026-11-20"), lane: .in, hub: .anhui, on: F.at(9).date)
        }
        if let late = AgeingRulesTests.progress("reviewing", last: "2026-11-02", ranOut: "2026-11-20") {
            for finding in AgeingRules().findings(of: late, now: F.at(17)) { all[finding.code.rawValue] = finding }
        }
        all["audit"] = Classifier().evidence(
            of: F.difference(F.element(5, "decided"), [F.row(5, "decided")]), reason: "the key is not ours", cut: F.cut,
            hub: F.hub)
        return all
    }()

    static let findings: [String: Finding] = {
        var all = others
        let tests = ClassifierTests.self
        let rows = [
            tests.missing, tests.unexpected, tests.doubled, tests.skewed, tests.behind, tests.ahead, tests.conflicts,
        ]
        for row in rows.joined() { all[row.name] = finding(row.verdict) }
        return all
    }()

    @Test(arguments: texts)
    func says(name: String, chinese: String, english: String) {
        let finding = Self.findings[name]
        #expect(finding?.chinese == chinese)
        #expect(finding?.english == english)
    }

    @Test func hasASentenceForEveryCode() {
        let codes = Set(Self.texts.compactMap { Self.findings[$0.name]?.code })
        #expect(codes == Set(BreakCode.allCases))
    }

    // What comes from outside.

    @Test(arguments: ["张三", "13812345678", "accepted\n", "", "330102199001011234"])
    func doesNotRepeatAStateThatIsNone(state: String) {
        let verdict = F.verdict(F.element(5, "decided"), [F.row(5, state)])
        #expect(Self.finding(verdict)?.chinese.hasPrefix("同为版本 5，安徽为未知状态，网关为已决定") == true)
        #expect(Self.finding(verdict)?.english.hasPrefix("at version 5 安徽 says an unknown state and") == true)
    }

    @Test(arguments: [
        ("HTTP 503", "HTTP 503"), ("number 123456", "number 123456"), ("number 1234567", "number ***"),
        ("tel. 13812345678, id 33010219900101123X", "tel. ***, id ***X"), ("１３８１２３４５６７８", "***"),
        ("two\nlines\u{202e}", "two lines "), (String(repeating: "x", count: 80), String(repeating: "x", count: 80)),
        (String(repeating: "x", count: 81), String(repeating: "x", count: 80) + "…"),
    ])
    func repeatsOfAReasonOnlyWhatCannotBePersonal(reason: String, shown: String) {
        let verdict = F.verdict(
            F.element(5, "decided"), [F.row(3, "accepted")], facts: F.facts([F.sent(5, "parked", reason: reason)]))
        #expect(Self.finding(verdict)?.english.hasSuffix("since 10:00: \(shown)") == true)
    }

    @Test(arguments: [
        (F.at(10, 2), "10:02"), (F.at(-1, 59), "11-23 23:59"), (F.at(24), "11-25 00:00"),
        (F.at(-24 * 365), "2025-11-24 00:00"),
    ])
    func saysTheDateOnlyWhereItIsAnother(instant: Instant, text: String) {
        let verdict = F.verdict(
            F.element(5, "decided"), [F.row(3, "accepted")],
            facts: F.facts([F.sent(5, settled: instant)]))
        #expect(Self.finding(verdict)?.english.hasSuffix("delivered \(text)") == true)
    }
}
