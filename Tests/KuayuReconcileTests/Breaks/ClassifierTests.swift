import KuayuModel
import KuayuReconcile
import Testing

/// Every rule of the classifier and the combinations in which two rules could claim a case.
@Suite struct ClassifierTests {
    typealias F = BreakFixture

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let verdict: Classifier.Verdict
        let code: BreakCode?
        var lag = 0
        var action: RepairAction?
        var automatic = false
        var inFlight = false
        var explained = false

        init(
            _ name: String, _ verdict: Classifier.Verdict, _ code: BreakCode?, lag: Int = 0, _ action: RepairAction?,
            auto automatic: Bool = false, inFlight: Bool = false, explained: Bool = false
        ) {
            self.name = name
            self.verdict = verdict
            self.code = code
            self.lag = lag
            self.action = action
            self.automatic = automatic
            self.inFlight = inFlight
            self.explained = explained
        }

        var testDescription: String { name }
    }

    static let mine = F.element(5, "decided")
    static let refused = F.sent(4, "rejected", reason: "no such item")

    static let missing: [Row] = [
        Row("no row in lane in", F.verdict(mine, []), .missingAtHub, .redeliver, auto: true),
        Row("no row in lane out", F.verdict(mine, [], lane: .out), .missingAtOrigin, .askRegion),
        Row("no row, nothing was sent", F.verdict(mine, [], facts: F.facts([])), .missingAtHub, .redeliver, auto: true),
        Row(
            "no row, a delivery waits", F.verdict(mine, [], facts: F.facts([F.sent(5, "waiting")])), .missingAtHub,
            .redeliver, auto: true, inFlight: true),
        Row(
            "no row, a delivery is parked", F.verdict(mine, [], facts: F.facts([F.sent(5, "parked")])), .missingAtHub,
            .redeliver, auto: true, inFlight: true),
        Row(
            "no row, everything was refused", F.verdict(mine, [], facts: F.facts([F.sent(3, "rejected"), refused])),
            .missingAtHub, .redeliver, inFlight: true, explained: true),
        Row(
            "no row, everything was cancelled", F.verdict(mine, [], facts: F.facts([F.sent(3, "cancelled")])),
            .missingAtHub, .redeliver, inFlight: true, explained: true),
        Row(
            "no row, one was taken and one refused", F.verdict(mine, [], facts: F.facts([F.sent(3), refused])),
            .missingAtHub, .redeliver, auto: true),
        Row(
            "no row, refused, but the hub reported itself",
            F.verdict(mine, [], facts: F.facts([refused], events: F.history + [F.event(5, "decided", F.hub, 11)])),
            .missingAtHub, .redeliver, auto: true),
        Row(
            "no row, delivered after the cut", F.verdict(mine, [], facts: F.facts([F.sent(5, settled: F.at(11, 50))])),
            .missingAtHub, .redeliver, auto: true, inFlight: true),
        Row(
            "no row, delivered at the cut", F.verdict(mine, [], facts: F.facts([F.sent(5, settled: F.at(11, 45))])),
            .missingAtHub, .redeliver, auto: true),
        Row(
            "origin denies, an event came after the cut",
            F.verdict(mine, [], lane: .out, facts: F.facts(events: [F.event(1, "submitted", .anhui, 12)])),
            .missingAtOrigin, .askRegion, inFlight: true),
    ]

    static let foreign = F.row(3, "accepted")
    static let unexpected: [Row] = [
        Row("nothing on either side", F.verdict(nil, []), nil, nil),
        Row("ours by history", F.verdict(nil, [foreign]), .missingAtGateway, .register, auto: true),
        Row(
            "ours by history, content not said", F.verdict(nil, [F.row(3, "accepted", content: "-")]),
            .missingAtGateway, .register, auto: true),
        Row(
            "ours by history, other state", F.verdict(nil, [F.row(3, "decided", content: F.digest(3))]),
            .missingAtGateway, .askRegion),
        Row("ours by history, newer", F.verdict(nil, [F.row(6, "issued")]), .missingAtGateway, .pull, auto: true),
        Row(
            "newer, hub cannot be asked", F.verdict(nil, [F.row(6, "issued")], canFetch: false), .missingAtGateway,
            .askRegion),
        Row(
            "ours by history, receipt fails", F.verdict(nil, [foreign], facts: F.facts(receipt: .invalid("key"))),
            .missingAtGateway, .register),
        Row("ours by history, two rows", F.verdict(nil, [foreign, foreign]), .missingAtGateway, .askRegion),
        Row(
            "receipt holds, case unknown", F.verdict(nil, [foreign], facts: CaseFacts(receipt: .valid)),
            .missingAtGateway, .register, auto: true),
        Row(
            "receipt holds, hub cannot be asked",
            F.verdict(nil, [foreign], facts: CaseFacts(receipt: .valid), canFetch: false), .missingAtGateway,
            .askRegion),
        Row(
            "receipt fails, case unknown", F.verdict(nil, [foreign], facts: CaseFacts(receipt: .invalid("key"))),
            .evidence, .incident),
        Row(
            "receipt fails, changed after the cut",
            F.verdict(
                nil, [F.row(3, "accepted", stateAt: F.at(12))], facts: CaseFacts(receipt: .invalid("key"))),
            .evidence, .incident),
        Row("nobody issued it", F.verdict(nil, [foreign], facts: CaseFacts()), .orphan, .quarantine),
        Row(
            "nobody issued it, changed after the cut",
            F.verdict(nil, [F.row(1, "submitted", stateAt: F.at(11, 46))], facts: CaseFacts()), .orphan, .quarantine,
            inFlight: true),
        Row(
            "nobody issued it, its number is another case's",
            F.verdict(nil, [foreign], facts: CaseFacts(caseOfLocalNumber: "CSJ1")), .orphan, .quarantine),
        Row(
            "not for this hub's eyes", F.verdict(nil, [foreign], facts: F.facts([], isParty: false)), .orphan,
            .quarantine),
        Row(
            "not a party, receipt fails",
            F.verdict(nil, [foreign], facts: F.facts([], isParty: false, receipt: .invalid("key"))), .evidence,
            .incident),
        Row("party without history", F.verdict(nil, [foreign], facts: CaseFacts(isParty: true)), .orphan, .quarantine),
    ]

    static let right = F.row(5, "decided")
    static let doubled: [Row] = [
        Row("twice the same", F.verdict(mine, [right, right]), .duplicate, .quarantine),
        Row("one of two is right", F.verdict(mine, [foreign, right]), .duplicate, .quarantine),
        Row("three rows, none right", F.verdict(mine, [foreign, foreign, foreign]), .duplicate, .quarantine),
        Row("twice in lane out", F.verdict(mine, [right, right], lane: .out), .duplicate, .quarantine),
        Row(
            "twice while an event is on its way",
            F.verdict(mine, [right, foreign], facts: F.facts([F.sent(5, "sending")])), .duplicate, .quarantine,
            inFlight: true),
        Row(
            "its number leads elsewhere",
            F.verdict(mine, [F.row(3, "accepted", number: "7")], facts: F.facts(number: "CSJ3")), .duplicate,
            .quarantine),
        Row(
            "its number leads elsewhere though the row is right",
            F.verdict(mine, [F.row(5, "decided", number: "7")], facts: F.facts(number: "CSJ3")), .duplicate,
            .quarantine),
        Row("its number leads to itself", F.verdict(mine, [right], facts: F.facts(number: F.caseID)), nil, nil),
    ]

    static let skewed: [Row] = [
        Row(
            "a second later", F.verdict(mine, [F.row(5, "decided", registeredAt: F.at(9).epochSeconds + 1)]), .keySkew,
            .resync, auto: true),
        Row("another nonce", F.verdict(mine, [F.row(5, "decided", nonce: "m")]), .keySkew, .resync, auto: true),
        Row("nonce not said", F.verdict(mine, [F.row(5, "decided", nonce: "-")]), nil, nil),
        Row(
            "skewed and behind", F.verdict(mine, [F.row(3, "accepted", nonce: "m")]), .keySkew, .resync, auto: true),
        Row(
            "skewed at an origin that was never told",
            F.verdict(mine, [F.row(5, "decided", nonce: "m")], lane: .out, facts: F.facts([])), .keySkew, .askRegion),
        Row(
            "skewed at an origin", F.verdict(mine, [F.row(5, "decided", nonce: "m")], lane: .out), .keySkew, .resync,
            auto: true),
    ]

    static let own = F.history.dropLast() + [F.event(5, "decided", F.hub, 11)]
    static let behind: [Row] = [
        Row("two events back", F.verdict(mine, [foreign]), .behind, lag: 2, .redeliver, auto: true),
        Row("four back", F.verdict(mine, [F.row(1, "submitted")]), .behind, lag: 4, .redeliver, auto: true),
        Row(
            "content not said", F.verdict(mine, [F.row(3, "accepted", content: "-")]), .behind, lag: 2, .redeliver,
            auto: true),
        Row("without history", F.verdict(mine, [foreign], facts: CaseFacts()), .behind, lag: 2, .redeliver, auto: true),
        Row(
            "before our history", F.verdict(mine, [F.row(0, "draft")]), .behind, lag: 5, .redeliver, auto: true),
        Row(
            "it reported the last itself", F.verdict(mine, [foreign], facts: F.facts(events: Array(own))), .behind,
            lag: 2, .askRegion),
        Row(
            "the rest was refused", F.verdict(mine, [foreign], facts: F.facts([refused, F.sent(5, "rejected")])),
            .behind, lag: 2, .redeliver, inFlight: true, explained: true),
        Row(
            "one refused, one delivered", F.verdict(mine, [foreign], facts: F.facts([refused, F.sent(5)])), .behind,
            lag: 2, .redeliver, auto: true),
        Row(
            "one refused, one under way", F.verdict(mine, [foreign], facts: F.facts([refused, F.sent(5, "retrying")])),
            .behind, lag: 2, .redeliver, auto: true, inFlight: true),
        Row(
            "refused what is the hub's own", F.verdict(mine, [foreign], facts: F.facts([refused], events: Array(own))),
            .behind, lag: 2, .askRegion),
        Row(
            "an earlier delivery was refused", F.verdict(mine, [foreign], facts: F.facts([F.sent(3, "rejected")])),
            .behind, lag: 2, .redeliver, auto: true),
        Row(
            "state of another version", F.verdict(mine, [F.row(3, "decided", content: F.digest(3))]), .statusConflict,
            .adjustHub),
        Row(
            "content of another version", F.verdict(mine, [F.row(3, "accepted", content: F.digest(4))]),
            .statusConflict, .adjustHub),
        Row(
            "refused, and contradicts history",
            F.verdict(mine, [F.row(3, "closed")], facts: F.facts([refused, F.sent(5, "rejected")])), .statusConflict,
            .adjustHub),
    ]

    static let told = F.element(3, "accepted")
    static let ahead: [Row] = [
        Row("one event on", F.verdict(mine, [F.row(6, "issued")]), .ahead, lag: 1, .pull, auto: true),
        Row("three events on", F.verdict(mine, [F.row(8, "closed")]), .ahead, lag: 3, .pull, auto: true),
        Row(
            "changed after the cut", F.verdict(mine, [F.row(6, "issued", stateAt: F.at(11, 46))]), .ahead, lag: 1,
            .pull, auto: true, inFlight: true),
        Row(
            "changed at the cut", F.verdict(mine, [F.row(6, "issued", stateAt: F.at(11, 45))]), .ahead, lag: 1, .pull,
            auto: true),
        Row(
            "cannot say when", F.verdict(mine, [F.row(6, "issued", stateAt: nil)]), .ahead, lag: 1, .pull, auto: true,
            inFlight: true),
        Row("hub cannot be asked", F.verdict(mine, [F.row(6, "issued")], canFetch: false), .ahead, lag: 1, .askRegion),
        Row(
            "as our history goes on", F.verdict(told, [right], facts: F.facts([refused])), .ahead, lag: 2, .register,
            auto: true),
        Row(
            "as our history goes on, cannot say when", F.verdict(told, [F.row(5, "decided", stateAt: nil)]), .ahead,
            lag: 2, .register, auto: true),
        Row(
            "own change under a number that is taken",
            F.verdict(told, [F.row(4, "closed")], facts: F.facts([refused])), .ahead, lag: 1, .pull, auto: true),
    ]

    static let content = F.row(5, "decided", content: "sha256:ffffffff")
    static let conflicts: [Row] = [
        Row("other state", F.verdict(mine, [F.row(5, "issued")]), .statusConflict, .adjustHub),
        Row(
            "other state and content", F.verdict(mine, [F.row(5, "issued", content: "-")]), .statusConflict, .adjustHub),
        Row(
            "other state than it reported", F.verdict(mine, [F.row(5, "issued")], facts: F.facts(events: Array(own))),
            .statusConflict, .adjustGateway),
        Row(
            "other state after the cut", F.verdict(mine, [F.row(5, "issued", stateAt: F.at(12))]), .statusConflict,
            .adjustHub, inFlight: true),
        Row("other content", F.verdict(mine, [content]), .contentMismatch, .adjustHub),
        Row(
            "other content than it reported", F.verdict(mine, [content], facts: F.facts(events: Array(own))),
            .contentMismatch, .adjustGateway),
        Row(
            "other content, hub cannot be asked", F.verdict(mine, [content], canFetch: false), .contentMismatch,
            .askRegion),
        Row("the same", F.verdict(mine, [right]), nil, nil),
    ]

    @Test(arguments: missing + unexpected + doubled + skewed + behind + ahead + conflicts)
    func decides(row: Row) {
        guard case .finding(let finding) = row.verdict else {
            #expect(row.code == nil)
            #expect(row.verdict == .agrees)
            return
        }
        #expect(finding.code == row.code)
        #expect(finding.lag == row.lag)
        #expect(finding.action == row.action)
        #expect(finding.isAutomatic == row.automatic)
        #expect(finding.isInFlight == row.inFlight)
        #expect(finding.isExplained == row.explained)
    }

    @Test(arguments: [
        (F.element(5, "decided"), F.row(5, "decided", content: "-")),
        (F.element(5, "decided", content: "-"), F.row(5, "decided")),
    ])
    func saysUncheckedWhereContentIsNotSaid(expected: LedgerElement, row: HubRow) {
        #expect(F.verdict(expected, [row]) == .unchecked)
    }

    @Test func takesTheVersionOfTheIdentityFromTheExpectedRowElseFromTheHub() throws {
        let rows = [F.row(2, "transferred"), F.row(3, "accepted")]
        guard case .finding(let behind) = F.verdict(Self.mine, [rows[1]]),
            case .finding(let orphan) = F.verdict(nil, rows, facts: CaseFacts())
        else {
            Issue.record("no finding")
            return
        }
        #expect(behind.firstVersion == 5)
        #expect(orphan.firstVersion == 3)
    }

    @Test func auditsReceiptsWhetherOrNotTheRowsAgree() {
        let finding = Classifier().evidence(
            of: F.difference(Self.mine, [Self.right]), reason: "the key is not ours", cut: F.cut, hub: F.hub)
        #expect(finding.code == .evidence)
        #expect(!finding.isInFlight)
        #expect(finding.expected == Self.mine)
    }
}
