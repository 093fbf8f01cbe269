import KuayuEngine
import KuayuModel
import Testing

/// Who takes part in a case, and whether an agreement lets it go there.
@Suite struct RoutingTests {
    static let item = "310131001000"
    static let day = CalendarDate("2026-03-02") ?? .min

    private func record(
        applied: String? = "310115", collected: String? = nil, handling: [String] = ["330100"], item: String? = item,
        mode: String? = "online"
    ) -> CaseRecord {
        var record = CaseRecord()
        record[.appliedDivision] = applied
        record[.collectedDivision] = collected
        record[.catalogCode] = item
        record[.mode] = mode
        record[.handling] = handling.map { division in
            var row = CaseRow(.handling)
            row[.handlingDivision] = division
            return row
        }
        return record
    }

    private func refusal(
        _ record: CaseRecord, _ agreements: [Agreement], from sender: RegionCode = .shanghai,
        hubs: Set<RegionCode> = Set(RegionCode.federated), on day: CalendarDate = day
    ) -> Routing.Refusal? {
        do throws(Routing.Refusal) {
            _ = try Routing(agreements: agreements).admit(record, from: sender, hubs: hubs, on: day)
            return nil
        } catch {
            return error
        }
    }

    private static let denied = Routing.Refusal.notAgreed(from: .shanghai, to: .zhejiang, item: item, mode: "online")

    /// An agreement, and whether it lets Shanghai send the item online to Zhejiang on 2 March 2026.
    @Test(arguments: [
        (Agreement(from: .shanghai, to: .zhejiang, catalogCode: item, mode: "online"), true),
        (Agreement(from: nil, to: nil, catalogCode: nil, mode: nil), true),
        (Agreement(from: .shanghai, to: nil, catalogCode: nil, mode: nil), true),
        (Agreement(from: nil, to: .zhejiang, catalogCode: nil, mode: nil), true),
        (Agreement(from: nil, to: nil, catalogCode: item, mode: nil), true),
        (Agreement(from: nil, to: nil, catalogCode: nil, mode: "online"), true),
        (Agreement(from: .zhejiang, to: .shanghai, catalogCode: item, mode: "online"), false),
        (Agreement(from: .jiangsu, to: .zhejiang, catalogCode: item, mode: "online"), false),
        (Agreement(from: .shanghai, to: .anhui, catalogCode: item, mode: "online"), false),
        (Agreement(from: .shanghai, to: .zhejiang, catalogCode: "310131001001", mode: "online"), false),
        (Agreement(from: .shanghai, to: .zhejiang, catalogCode: item, mode: "collect"), false),
    ])
    func onlyWhatIsAgreedMayGo(agreement: Agreement, isAllowed: Bool) {
        #expect(refusal(record(), [agreement]) == (isAllowed ? nil : Self.denied))
    }

    /// First and last day of an agreement, and whether it holds on 2 March 2026.
    @Test(
        arguments: [
            (nil, nil, true), ("2026-03-02", "2026-03-02", true), ("2026-03-01", nil, true), (nil, "2026-03-03", true),
            ("2026-03-03", nil, false), (nil, "2026-03-01", false), ("2027-01-01", "2026-01-01", false),
        ] as [(String?, String?, Bool)])
    func anAgreementHasItsDays(from: String?, to: String?, holds: Bool) {
        let agreement = Agreement(
            from: nil, to: nil, catalogCode: nil, mode: nil, validFrom: from.flatMap { CalendarDate($0) },
            validTo: to.flatMap { CalendarDate($0) })
        #expect(refusal(record(), [agreement]) == (holds ? nil : Self.denied))
    }

    @Test func whatNobodyAgreedToIsDenied() {
        #expect(refusal(record(), []) == Self.denied)
    }

    @Test func oneOfSeveralAgreementsIsEnough() {
        let wrong = Agreement(from: .shanghai, to: .anhui, catalogCode: nil, mode: nil)
        let right = Agreement(from: .shanghai, to: .zhejiang, catalogCode: nil, mode: nil)
        #expect(refusal(record(), [wrong, right]) == nil)
    }

    @Test func aCaseWithoutModeIsOnline() {
        let collect = Agreement(from: nil, to: nil, catalogCode: nil, mode: "collect")
        let online = Agreement(from: nil, to: nil, catalogCode: nil, mode: "online")
        #expect(refusal(record(mode: nil), [collect]) == Self.denied)
        #expect(refusal(record(mode: nil), [online]) == nil)
    }

    private static let open = [Agreement(from: nil, to: nil, catalogCode: nil, mode: nil)]

    @Test func refusesWhatGoesNowhere() {
        #expect(refusal(record(handling: []), Self.open) == .noHandlingRegion)
        #expect(refusal(record(handling: [""]), Self.open) == .noHandlingRegion)
        #expect(refusal(record(handling: ["310101"]), Self.open) == .staysAtHome)
        #expect(refusal(record(applied: nil, handling: ["310101"]), Self.open) == .staysAtHome)
    }

    @Test func refusesAStranger() {
        #expect(refusal(record(), Self.open, from: .anhui) == .notParticipant(.anhui))
    }

    @Test func refusesAReceiverThatIsNoHub() throws {
        let beijing = try #require(RegionCode("110000"))
        #expect(refusal(record(handling: ["110101"]), Self.open) == .unknownHub(beijing))
        #expect(refusal(record(), Self.open, hubs: [.shanghai]) == .unknownHub(.zhejiang))
    }

    @Test func everyReceiverNeedsAnAgreement() {
        let toZhejiang = Agreement(from: .shanghai, to: .zhejiang, catalogCode: nil, mode: nil)
        let toAnhui = Agreement(from: .shanghai, to: .anhui, catalogCode: nil, mode: nil)
        let joint = record(handling: ["330100", "340100"], mode: "joint")
        #expect(
            refusal(joint, [toZhejiang])
                == .notAgreed(from: .shanghai, to: .anhui, item: Self.item, mode: "joint"))
        #expect(refusal(joint, [toZhejiang, toAnhui]) == nil)
    }

    /// Places, and who takes part in which part.
    @Test func namesTheParticipants() throws {
        let collect = try Routing.participants(of: record(collected: "320500", mode: "collect"))
        #expect(collect.all == [.shanghai, .jiangsu, .zhejiang])
        #expect(collect.roles(of: .shanghai) == .applying && collect.roles(of: .jiangsu) == .collecting)
        #expect(collect.roles(of: .zhejiang) == .handling && collect.roles(of: .anhui) == [])
        let joint = try Routing.participants(
            of: record(handling: ["340100", "330100", "340200", "310101"], mode: "joint"))
        #expect(joint.handling == [.anhui, .zhejiang, .shanghai] && joint.all == [.shanghai, .anhui, .zhejiang])
        #expect(joint.roles(of: .shanghai) == [.applying, .handling])
        let same = try Routing.participants(of: record(collected: "310101"))
        #expect(same.roles(of: .shanghai) == [.applying, .collecting] && same.all == [.shanghai, .zhejiang])
        let proactive = try Routing.participants(of: record(applied: nil))
        #expect(proactive.applying == .zhejiang)
    }

    @Test func anyParticipantMaySendANewCase() {
        let record = record(collected: "320500", mode: "collect")
        for sender in [RegionCode.shanghai, .jiangsu, .zhejiang] {
            #expect(refusal(record, Self.open, from: sender) == nil)
        }
    }

    @Test func aCityHubTakesPartInPlaceOfItsProvince() throws {
        let city = try #require(RegionCode("320500"))
        let routing = Routing(agreements: Self.open, hubs: Set(RegionCode.federated + [city]))
        let between = record(applied: "320102", handling: ["320506"])
        let participants = try routing.admit(between, from: .jiangsu, on: Self.day)
        #expect(participants.applying == .jiangsu && participants.handling == [city])
        #expect(participants.roles(of: .jiangsu) == .applying && participants.roles(of: city) == .handling)
        // Where only provinces are hubs the same case crosses no border.
        #expect(refusal(between, Self.open, from: .jiangsu) == .staysAtHome)
    }

    @Test func anAbolishedDivisionIsHandledByItsSuccessorsHub() throws {
        let nantong = try #require(RegionCode("320600"))
        let routing = Routing(agreements: Self.open, hubs: Set(RegionCode.federated + [nantong]))
        let participants = try routing.admit(record(handling: ["320684001002"]), from: .shanghai, on: Self.day)
        #expect(participants.handling == [nantong])
    }

    @Test func villagesBelongToTheirProvince() throws {
        let participants = try Routing.participants(of: record(applied: "310115001002", handling: ["330106003004"]))
        #expect(participants.all == [.shanghai, .zhejiang])
    }
}
