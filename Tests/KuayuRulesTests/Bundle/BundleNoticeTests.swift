import KuayuModel
import KuayuRules
import Testing

@Suite struct BundleNoticeTests {
    @Test func tellsTheApplyingSideOfABlockedChild() throws {
        var members = try Sample.bundle()
        Sample.move(&members, 1, to: .closed, outcome: "granted")
        Sample.move(&members, 3, to: .closed, outcome: "denied")
        members[3].record[.events] = [
            Sample.row(
                .events, ["events[].action": "denied", "events[].startedAt": "2026-03-09T10:00:00+08:00"])
        ]
        let notices = BundleView(members: members).notices
        #expect(notices.map(\.caseID) == [Sample.id(4), Sample.id(5)])
        let notice = try #require(notices.first?.notice)
        #expect(notice.kind == .bundleBlocked && notice.severity == .warning && notice.tells == .applying)
        #expect(notice.subject == "household")
        #expect(notice.since.canonical == "2026-03-09T10:00:00+08:00")
        #expect(notice.chinese == "子办件medical-insurance的前置事项household没有办成，本件未转办；如不再需要，请撤回。")
        #expect(
            notice.english
                == "medical-insurance waits for household, which did not end well; it stays held until it is withdrawn."
        )
        Sample.move(&members, 4, to: .withdrawn)
        #expect(BundleView(members: members).notices.map(\.caseID) == [Sample.id(5)])
    }

    struct Demand: Sendable {
        let what: String
        var ask = "居民身份证"
        var answeredAt: String?
        var state: CaseState = .supplementing
        /// What the other child has: key, name, source.
        var other: (String, String, String)?
        /// When the other was asked for the same.
        var otherAskedAt: String?
        let isNoticed: Bool
    }

    static let asked = "2026-03-05T09:00:00+08:00"
    static let demands = [
        Demand(what: "another has it", other: ("M2", "居民身份证", "applicant"), isNoticed: true),
        Demand(what: "by its key", ask: "M2", other: ("M2", "居民身份证", "licence"), isNoticed: true),
        Demand(what: "spelled with blanks", ask: "　居民身份证 ", other: ("M2", "居民身份证", "shared"), isNoticed: true),
        Demand(what: "one of several", ask: "户口簿\n居民身份证", other: ("M2", "居民身份证", "applicant"), isNoticed: true),
        Demand(what: "another material", other: ("M3", "户口簿", "applicant"), isNoticed: false),
        Demand(what: "owed there too", other: ("M2", "居民身份证", "deferred"), isNoticed: false),
        Demand(what: "nobody has it", isNoticed: false),
        Demand(
            what: "handed in since", answeredAt: "2026-03-06T09:00:00+08:00", other: ("M2", "居民身份证", "applicant"),
            isNoticed: false),
        Demand(what: "ended", state: .closed, other: ("M2", "居民身份证", "applicant"), isNoticed: false),
        Demand(what: "another was asked before", otherAskedAt: "2026-03-04T09:00:00+08:00", isNoticed: true),
        Demand(what: "another was asked later", otherAskedAt: "2026-03-06T09:00:00+08:00", isNoticed: false),
    ]

    @Test(arguments: demands)
    func noticesWhatIsAskedForAgain(_ row: Demand) throws {
        var asking = Sample.single(1, state: row.state)
        asking.record[.named("supplements")] = [
            Sample.supplement(row.ask, at: Self.asked, answeredAt: row.answeredAt)
        ]
        var other = Sample.single(2, state: .closed, outcome: "granted")
        if let (key, name, source) = row.other {
            var material = Sample.material(key, name)
            material[.named("materials[].source")] = source
            other.record[.materials] = [material]
        }
        if let at = row.otherAskedAt {
            other.record[.named("supplements")] = [Sample.supplement("居民身份证", at: at)]
        }
        let notices = BundleView(members: [asking, other]).notices
        #expect(notices.map(\.caseID) == (row.isNoticed ? [Sample.id(1)] : []), "\(row.what)")
        guard let notice = notices.first?.notice else { return }
        #expect(notice.kind == .bundleAsksAgain && notice.tells == [] && notice.since.canonical == Self.asked)
        #expect(notice.subject == Sample.id(2).text)
        #expect(!notice.chinese.contains("身份证") && !notice.english.contains("身份证"), "names cases only")
    }

    @Test func oneNoticePerPair() throws {
        var members = try Sample.bundle()
        Sample.move(&members, 1, to: .supplementing)
        members[1].record[.named("supplements")] = [
            Sample.supplement("居民身份证", at: Self.asked), Sample.supplement("M1", at: Self.asked),
        ]
        let notices = BundleView(members: members).notices
        #expect(notices.count == 4 && notices.allSatisfy { $0.caseID == Sample.id(1) })
        #expect(notices.map(\.notice.subject) == ["vaccination", "household", "medical-insurance", "social-card"])
    }
}
