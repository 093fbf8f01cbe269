import KuayuModel
import KuayuRules
import Testing

/// A case in sentences: whose turn, what may be done, what is waited for; and never a person in any of them.
@Suite struct CaseExplanationTests {
    private let now = Instant(epochSeconds: 1_795_478_400)
    private let caseID = CaseID.make(
        date: CalendarDate(daysSinceEpoch: 20_780), gateway: 0, sequence: 1)

    private func record(_ fields: [String: String], handledIn divisions: [String] = ["330106"]) -> CaseRecord {
        var record = CaseRecord()
        record[.caseID] = caseID?.text
        record[.catalogCode] = "000723045000"
        record[.itemName] = "出生医学证明签发"
        record[.mode] = "online"
        record[.status] = "reviewing"
        record[.appliedDivision] = "310115"
        record[.handling] = divisions.map { division in
            var row = CaseRow(.handling)
            row[.handlingDivision] = division
            return row
        }
        for (path, value) in fields { record[Field.named(path)] = value }
        return record
    }

    private func row(_ list: String, _ fields: [String: String]) -> CaseRow {
        var row = CaseRow(ListField.named(list))
        for (name, value) in fields { row[Field.named("\(list)[].\(name)")] = value }
        return row
    }

    private func facts(_ record: CaseRecord) throws -> ExplanationFacts {
        ExplanationFacts(
            caseID: try #require(caseID), version: 3, record: record, clock: CaseClock().reading(of: record, now: now))
    }

    private func sentences(_ record: CaseRecord, _ topic: CaseExplanation.Topic) throws -> [CaseExplanation.Sentence] {
        CaseExplanation(of: try facts(record)).sentences.filter { $0.topic == topic }
    }

    // MARK: what and whose turn

    @Test func saysWhatTheCaseIs() throws {
        let matter = try sentences(record(["proactive": "true", "result.outcome": "granted"]), .matter)
        #expect(matter.count == 1)
        for text in ["出生医学证明签发", "000723045000", "免申即享", "浦东新区 310115", "全程网办", "西湖区 330106", "第 3 版", "审查中", "结果准予"] {
            #expect(matter[0].chinese.contains(text), "\(text)")
        }
        for text in ["granted without application", "mode online", "version 3", "state reviewing", "outcome granted"] {
            #expect(matter[0].english.contains(text), "\(text)")
        }
    }

    @Test(
        arguments: [
            ("draft", "online", "申请地（上海 310000）"), ("submitted", "online", "网关"),
            ("submitted", "collect", "收件地（安徽 340000）"), ("collected", "collect", "网关"),
            ("transferred", "online", "受理地（浙江 330000）"), ("accepted", "online", "受理地"),
            ("reviewing", "joint", "受理地（浙江 330000、江苏 320000）"), ("special", "online", "受理地"),
            ("supplementing", "online", "申请地（上海 310000）"),
            ("supplementing", "collect", "申请地、收件地（上海 310000、安徽 340000）"), ("decided", "online", "受理地"),
            ("issued", "online", "受理地"), ("delivered", "online", "受理地"), ("closed", "online", "不再轮到任何一方"),
            ("withdrawn", "joint", "不再轮到任何一方"),
        ])
    func saysWhoseTurnItIs(status: String, mode: String, expected: String) throws {
        let divisions = mode == "joint" ? ["330106", "320102"] : ["330106"]
        let record = record(
            ["status": status, "mode": mode, "places.collected.division": "340100"], handledIn: divisions)
        let turn = try sentences(record, .turn)
        #expect(turn.count == 1)
        #expect(turn[0].chinese.contains(expected), "\(turn[0].chinese)")
    }

    @Test func inAJointCaseItIsTheTurnOfBranchesThatHaveNotDecided() throws {
        var record = record(["mode": "joint"], handledIn: ["330106", "320102", "340100"])
        record[.branches] = [
            row("branches", ["region": "320000", "status": "decided", "outcome": "denied"]),
            row("branches", ["region": "330000", "status": "accepted"]),
        ]
        let turn = try sentences(record, .turn)[0].chinese
        #expect(turn.contains("浙江 330000、安徽 340000") && !turn.contains("320000"))
        #expect(
            try sentences(record, .branches).map(\.chinese) == [
                "牵头 浙江 330000：已受理。", "分办 江苏 320000：已决定，不予许可。", "分办 安徽 340000：尚未报送。",
            ])
    }

    // MARK: what may be done

    /// Every state and mode: each side is named exactly when the transition table has a line for it.
    @Test(arguments: CaseState.allCases, ServiceItem.Mode.allCases)
    func namesWhatTheTransitionTableAllows(_ state: CaseState, _ mode: ServiceItem.Mode) throws {
        let next = try sentences(record(["status": state.rawValue, "mode": mode.rawValue]), .next)
        for (role, name) in [(CaseRoles.applying, "申请地"), (.handling, "受理地"), (.gateway, "网关")] {
            let lines = StateTransition.table.filter {
                $0.owner == role && $0.from.contains(state) && $0.modes.contains(mode)
            }
            let sentence = next.first { $0.chinese.hasPrefix(name) }
            #expect((sentence != nil) == !lines.isEmpty, "\(state) \(mode) \(name)")
            for line in lines { #expect(sentence?.english.contains(line.to.rawValue) == true) }
        }
        #expect(next.contains { $0.chinese.hasPrefix("收件地") } == (mode == .collect && hasCollecting(state)))
    }

    private func hasCollecting(_ state: CaseState) -> Bool {
        StateTransition.table.contains {
            $0.owner == .collecting && $0.from.contains(state) && $0.modes.contains(.collect)
        }
    }

    // MARK: what it waits for

    @Test func saysWhatIsMissingAndOwed() throws {
        var record = record(["status": "supplementing"])
        record[ListField.named("supplements")] = [
            row("supplements", ["requestedAt": "2026-11-20T09:00:00+08:00", "items": "照片\n申请表"])
        ]
        record[ListField.named("commitments")] = [
            row("commitments", ["kind": "deferred", "materials": "产权证", "dueAt": "2026-12-01T23:59:59+08:00"]),
            row("commitments", ["kind": "deferred", "materials": "租约", "fulfilledAt": "2026-11-21T09:00:00+08:00"]),
            row("commitments", ["kind": "declaration", "materials": "无犯罪记录"]),
        ]
        #expect(try sentences(record, .waits).map(\.chinese) == ["等待补正：照片、申请表。"])
        let owed = try sentences(record, .owed).map(\.chinese)
        #expect(
            owed == [
                "容缺待补：产权证，最迟 2026-12-01T23:59:59+08:00。", "容缺材料已补齐：租约（2026-11-21T09:00:00+08:00）。",
                "以告知承诺代替：无犯罪记录。",
            ])
    }

    @Test func saysThatOriginalsAreOnTheirWay() throws {
        var record = record(["status": "collected", "mode": "collect"])
        record[.materials] = [
            row("materials", ["id": "1", "name": "户口簿", "logistics.sentAt": "2026-11-20T09:00:00+08:00"]),
            row(
                "materials",
                [
                    "id": "2", "name": "身份证", "logistics.sentAt": "2026-11-20T09:00:00+08:00",
                    "logistics.receivedAt": "2026-11-21T09:00:00+08:00",
                ]),
        ]
        #expect(try sentences(record, .waits).map(\.chinese) == ["原件在途：户口簿。"])
        record[.status] = "closed"
        #expect(try sentences(record, .waits).isEmpty)
    }

    // MARK: the clock

    @Test(
        arguments: [
            (
                ["status": "transferred", "limits.promised.amount": "5", "limits.promised.unit": "workday"],
                "时限尚未起算，受理后 5 个工作日。"
            ),
            (
                [
                    "startedAt": "2026-11-23T09:00:00+08:00", "limits.promised.amount": "5",
                    "limits.promised.unit": "workday",
                ],
                "正在计时：时限 5 个工作日，已用 1 个工作日，剩余 4 个工作日，最迟 2026-11-30T23:59:59+08:00 办结。"
            ),
            (
                [
                    "startedAt": "2026-11-02T09:00:00+08:00", "limits.promised.amount": "5",
                    "limits.promised.unit": "workday",
                ],
                "红灯"
            ),
            (
                [
                    "status": "supplementing", "startedAt": "2026-11-23T09:00:00+08:00", "limits.promised.amount": "5",
                    "limits.promised.unit": "workday",
                ], "补正期间暂停计时"
            ),
            (
                [
                    "startedAt": "2026-11-23T09:00:00+08:00", "limits.promised.amount": "90",
                    "limits.promised.unit": "workday",
                ],
                "暂定"
            ),
            (
                [
                    "status": "closed", "startedAt": "2026-11-20T09:00:00+08:00",
                    "result.decidedAt": "2026-11-23T09:00:00+08:00",
                ],
                "时限已停"
            ),
        ] as [([String: String], String)])
    func saysHowItsTimeStands(fields: [String: String], expected: String) throws {
        let time = try sentences(record(fields), .clock)
        #expect(time.count == 1)
        #expect(time.first?.chinese.contains(expected) == true, "\(time.first?.chinese ?? "")")
    }

    // MARK: bundle

    @Test func saysHowAHeldChildStands() throws {
        let bundle = ["bundle.bundleId": "B1", "bundle.theme": "newborn", "bundle.role": "child"]
        var child = record(bundle.merging(["status": "submitted", "bundle.after": "birth-certificate"]) { $1 })
        child[.catalogCode] = "002023046000"
        var first = record(bundle.merging(["status": "reviewing"]) { $1 })
        first[.caseID] = "CSJ202611240000009"
        var facts = try facts(child)
        facts.bundle = BundleView(members: [BundleMember(record: child), BundleMember(record: first)])
        let explanation = CaseExplanation(of: facts)
        func chinese(_ topic: CaseExplanation.Topic) -> [String] {
            explanation.sentences.filter { $0.topic == topic }.map(\.chinese)
        }
        #expect(chinese(.turn) == ["暂不轮到任何一方：本件在等一件事中的其他子办件。"])
        #expect(chinese(.next) == ["申请地可以：撤回申请。"])
        #expect(chinese(.bundle).count == 2)
        #expect(chinese(.bundle).last?.contains("vaccination") == true)
        #expect(chinese(.bundle).last?.contains("等待 birth-certificate") == true)
    }

    @Test func saysOfAMainCaseWhatItsChildrenDo() throws {
        var main = record(
            ["bundle.bundleId": "B1", "bundle.theme": "newborn", "bundle.role": "main", "mode": "joint"],
            handledIn: ["330106", "320102"])
        main[.catalogCode] = "002099900000"
        let child = record([
            "bundle.bundleId": "B1", "bundle.theme": "newborn", "bundle.role": "child", "caseId": "CSJ202611240000009",
        ])
        var facts = try facts(main)
        facts.bundle = BundleView(members: [BundleMember(record: main), BundleMember(record: child)])
        let sentences = CaseExplanation(of: facts).sentences
        #expect(!sentences.contains { $0.topic == .branches })
        #expect(sentences.contains { $0.topic == .turn && $0.chinese.contains("子办件的各受理地") })
        #expect(sentences.contains { $0.topic == .bundle && $0.chinese.contains("birth-certificate") })
    }

    // MARK: the rest

    @Test func saysWhatHadNoEffectWhatIsUndeliveredAndWithheld() throws {
        var facts = try facts(record([:]))
        facts.ineffective = .init(version: 2, author: .anhui, at: now, note: "state not followed: backwards")
        facts.deliveries = [
            .init(number: 7, version: 3, hub: .jiangsu, state: "retrying", nextAttemptAt: now, reason: "timeout")
        ]
        facts.withheld = [
            .init(hub: .zhejiang, level: .l2, paths: ["applicant.idNumber"]),
            .init(hub: .jiangsu, level: .l4, paths: []),
        ]
        facts.notices = [.init(severity: .alarm, chinese: "红灯。", english: "Red.")]
        let all = CaseExplanation(of: facts).sentences
        func sentence(_ topic: CaseExplanation.Topic) -> String {
            all.filter { $0.topic == topic }.map(\.chinese).joined()
        }
        #expect(sentence(.report).contains("安徽 340000") && sentence(.report).contains("状态不能倒退"))
        #expect(sentence(.delivery).contains("江苏 320000") && sentence(.delivery).contains("timeout"))
        #expect(sentence(.withheld) == "浙江 330000 只能看到 L2 及以下，不含 applicant.idNumber。")
        #expect(sentence(.notice) == "告警：红灯。")
        #expect(all.map(\.topic) == all.map(\.topic).sorted { rank($0) < rank($1) })
    }

    private func rank(_ topic: CaseExplanation.Topic) -> Int {
        CaseExplanation.Topic.allCases.firstIndex(of: topic) ?? -1
    }

    /// Random cases of every kind: no value that is masked stands in a sentence, and each has both languages.
    @Test func tellsNothingOfPersons() throws {
        var random = SeededGenerator(seed: 20_261_124)
        let masked = CaseSchema.v1.allFields.filter { CaseSchema.v1.info($0).mask != .none }
        for _ in 0..<300 {
            let record = CaseGenerator.make(using: &random, options: .init(richness: 1))
            let text = CaseExplanation(of: try facts(record)).sentences.map { $0.chinese + "\n" + $0.english }
                .joined(separator: "\n")
            #expect(
                CaseExplanation(of: try facts(record)).sentences.allSatisfy {
                    !$0.chinese.isEmpty && !$0.english.isEmpty
                })
            for value in values(masked, in: record) where value.count > 5 {
                #expect(!text.contains(value), "\(value)")
            }
        }
    }

    private func values(_ fields: [Field], in record: CaseRecord) -> [String] {
        fields.flatMap { field -> [String] in
            if field.list < 0 { return record[field].map { [$0] } ?? [] }
            return record[ListField(index: Int(field.list))].compactMap { $0[field] }
        }
    }
}
