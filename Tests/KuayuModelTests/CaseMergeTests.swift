import KuayuModel
import Testing

/// What a second message does to a case.
@Suite struct CaseMergeTests {
    static let now = Instant(epochSeconds: 1_790_000_000)

    /// A case that Shanghai applied for, Jiangsu collects and Zhejiang handles.
    static var inForce: CaseRecord {
        var record = CaseRecord()
        record[.status] = "transferred"
        record[.mode] = "online"
        record[.appliedDivision] = "310115"
        record[.collectedDivision] = "320500"
        record[.applicantName] = "张三"
        record[.named("applicant.address")] = "浦东新区人民路1号"
        record.update(.handling) { $0.append(row(.handling, ["division": "330100"])) }
        record.update(.materials) { $0.append(row(.materials, ["id": "M1", "name": "身份证", "copies": "1"])) }
        record.update(.events) {
            $0.append(row(.events, ["action": "submitted", "startedAt": "2026-03-01T09:00:00+08:00"]))
        }
        return record
    }

    static func row(_ list: ListField, _ values: [String: String]) -> CaseRow {
        var row = CaseRow(list)
        for (name, value) in values { row[.named("\(list.path)[].\(name)")] = value }
        return row
    }

    static func document(_ values: [String: String] = [:], _ rows: CaseRow...) -> CaseRecord {
        var record = CaseRecord()
        for (path, value) in values { record[.named(path)] = value }
        for row in rows { record.update(row.list) { $0.append(row) } }
        return record
    }

    static func reporter(
        _ region: RegionCode, _ roles: CaseRoles, isLead: Bool = false, silent: Set<Field> = [],
        coarse: [String: String] = [:]
    ) -> CaseMerge.Reporter {
        CaseMerge.Reporter(region: region, roles: roles, isLead: isLead, silent: silent) { _, value in coarse[value] }
    }

    static func merge(
        _ document: CaseRecord, into record: CaseRecord = inForce, by reporter: CaseMerge.Reporter
    ) -> CaseMerge {
        CaseMerge(document, into: record, by: reporter, now: now)
    }

    /// Errors of a case that the case before did not have.
    static func errors(in record: CaseRecord, since before: CaseRecord) -> [String] {
        func errors(_ record: CaseRecord) -> [String] {
            CaseValidation.validate(record).filter { $0.severity == .error }.map { "\($0.code) \($0.path)" }
        }
        let known = Set(errors(before))
        return errors(record).filter { !known.contains($0) }
    }

    static let shanghai = reporter(.shanghai, .applying)
    static let jiangsu = reporter(.jiangsu, .collecting)
    static let zhejiang = reporter(.zhejiang, .handling, isLead: true)

    // MARK: values

    @Test(arguments: [CaseRoles.applying, .collecting, .handling, .gateway])
    func absenceChangesNothing(roles: CaseRoles) {
        let merge = Self.merge(Self.document(), by: Self.reporter(.anhui, roles))
        #expect(merge.record == Self.inForce)
        #expect(!merge.isChange && !merge.hasForeignParts && merge.move == .stays)
    }

    /// Each group of fields belongs to one side; what another side says of it is named and not followed.
    @Test(
        arguments: [
            ("applicant.name", "李四", .applying), ("applicant.mobile", "13800001234", .applying),
            ("mode", "joint", .applying), ("places.applied.division", "310101", .applying),
            ("delivery.way", "express", .applying), ("places.collected.unitName", "窗口", [.collecting, .applying]),
            ("startedAt", "2026-03-02T09:00:00+08:00", .handling), ("acceptanceNumber", "受1", .handling),
            ("result.description", "准予", .handling),
            ("delivery.trackingNumber", "SF1", .handling), ("fee.amount", "10", .handling),
            ("calendar", "2027", .gateway),
        ] as [(String, String, CaseRoles)])
    func keepsForeignGroups(path: String, value: String, owners: CaseRoles) {
        for roles in [CaseRoles.applying, .collecting, .handling, .gateway] {
            let merge = Self.merge(Self.document([path: value]), by: Self.reporter(.anhui, roles))
            let mayChange = !roles.isDisjoint(with: owners)
            #expect(merge.changed == (mayChange ? [path] : []))
            #expect(merge.foreign == (mayChange ? [] : [path]))
            #expect(merge.record[.named(path)] == (mayChange ? value : Self.inForce[.named(path)]))
            #expect(merge.isChange == mayChange && merge.hasForeignParts == !mayChange)
        }
    }

    @Test func aForeignValueThatIsAlreadyInForceIsNoTrespass() {
        let merge = Self.merge(Self.document(["applicant.name": "张三"]), by: Self.zhejiang)
        #expect(!merge.isChange && !merge.hasForeignParts)
    }

    @Test func whatTheFormatCannotSayIsNotHeard() {
        let silent = Self.reporter(.shanghai, .applying, silent: [.applicantName])
        let merge = Self.merge(Self.document(["applicant.name": "无"]), by: silent)
        #expect(merge.record == Self.inForce && !merge.isChange && !merge.hasForeignParts)
    }

    /// The value in force, what a format makes of it, what it says, whether that changes the value.
    @Test(arguments: [
        ("浦东新区人民路1号", "浦东新区", "浦东新区", false), ("浦东新区人民路1号", "浦东新区", "黄浦区", true),
        ("浦东新区", "浦东新区", "浦东新区人民路1号", true),
    ])
    func keepsTheFinerOfTwoSpellings(inForce: String, coarse: String, said: String, changes: Bool) {
        var record = Self.inForce
        record[.named("applicant.address")] = inForce
        let reporter = Self.reporter(.shanghai, .applying, coarse: [inForce: coarse])
        let merge = Self.merge(Self.document(["applicant.address": said]), into: record, by: reporter)
        #expect(merge.isChange == changes)
        #expect(merge.record[.named("applicant.address")] == (changes ? said : inForce))
    }

    @Test func theGatewaysOwnFieldsAreNobodys() {
        var record = Self.inForce
        record[.caseID] = "CSJ202603010100001"
        record[.version] = "2"
        let document = Self.document(["caseId": "CSJ202603010199999", "version": "9"])
        let merge = Self.merge(document, into: record, by: Self.reporter(.shanghai, [.applying, .handling]))
        #expect(merge.record == record && !merge.isChange && !merge.hasForeignParts)
    }

    // MARK: lists

    @Test func rowsMeetByKeyAndAbsenceRemovesNone() {
        let second = Self.row(.materials, ["id": "M2", "name": "照片"])
        let first = Self.row(.materials, ["id": "M1", "copies": "2"])
        let merge = Self.merge(Self.document([:], first, second), by: Self.shanghai)
        let rows = merge.record[.materials]
        #expect(rows.map { $0[.named("materials[].id")] } == ["M1", "M2"])
        #expect(rows.first == Self.row(.materials, ["id": "M1", "name": "身份证", "copies": "2"]))
        let again = Self.merge(Self.document([:], second), into: merge.record, by: Self.shanghai)
        #expect(again.record == merge.record && !again.isChange)
    }

    @Test func materialsWithoutTheirKeyMeetByName() {
        let byName = Self.row(.materials, ["id": "身份证", "name": "身份证", "copies": "3"])
        let rows = Self.merge(Self.document([:], byName), by: Self.shanghai).record[.materials]
        #expect(rows == [Self.row(.materials, ["id": "M1", "name": "身份证", "copies": "3"])])
    }

    @Test func twoMaterialsOfOneNameStayTwo() {
        let one = Self.row(.materials, ["id": "A", "name": "身份证", "copies": "1"])
        let two = Self.row(.materials, ["id": "B", "name": "身份证", "copies": "2"])
        let merge = Self.merge(Self.document([:], one, two), by: Self.shanghai)
        #expect(merge.record[.materials].map { $0[.named("materials[].copies")] } == ["1", "2"])
        let again = Self.merge(Self.document([:], one, two), into: merge.record, by: Self.shanghai)
        #expect(again.record == merge.record && !again.isChange)
    }

    @Test func aFormatWithoutIdsDoesNotMeltMaterialsIntoOne() {
        let reporter = Self.reporter(.shanghai, .applying, silent: [.named("materials[].id")])
        let one = Self.row(.materials, ["id": "1", "name": "照片"])
        let two = Self.row(.materials, ["id": "2", "name": "户口簿"])
        let merge = Self.merge(Self.document([:], one, two), by: reporter)
        #expect(merge.record[.materials].map { $0[.named("materials[].name")] } == ["身份证", "照片", "户口簿"])
    }

    @Test func onlyTheOwnerAddsRowsButEachColumnHasItsOwn() {
        let added = Self.row(.materials, ["id": "M9", "name": "照片"])
        let foreign = Self.merge(Self.document([:], added), by: Self.zhejiang)
        #expect(foreign.record == Self.inForce && foreign.foreign == ["materials"])
        let sent = Self.row(.materials, ["id": "M1", "copies": "9", "logistics.carrier": "EMS"])
        let collected = Self.merge(Self.document([:], sent), by: Self.jiangsu)
        #expect(collected.changed == ["materials[].logistics.carrier"])
        #expect(collected.foreign == ["materials[].copies"])
    }

    @Test func aRegionNamesOnlyItsOwnNumbers() {
        let own = Self.row(.localNumbers, ["region": "330000", "scheme": "projectId", "value": "Z1"])
        let other = Self.row(.localNumbers, ["region": "310000", "scheme": "suid", "value": "S1"])
        let merge = Self.merge(Self.document([:], own, other), by: Self.zhejiang)
        #expect(merge.record[.localNumbers] == [own])
        #expect(merge.changed == ["localNumbers"] && merge.foreign == ["localNumbers"])
        let echo = Self.merge(Self.document([:], own), into: merge.record, by: Self.shanghai)
        #expect(!echo.isChange && !echo.hasForeignParts)
    }

    /// Region and scheme of a number follow from where it stands in a document, so no format has fields for them.
    @Test func aFormatWithoutRegionAndSchemeStillNamesItsNumbers() {
        let silent: Set<Field> = [.localNumberRegion, .localNumberScheme]
        let origin = Self.row(.localNumbers, ["region": "310000", "scheme": "suid", "value": "S1"])
        let own = Self.row(.localNumbers, ["region": "330000", "scheme": "projectId", "value": "Z1"])
        var known = Self.inForce
        known[.localNumbers] = [origin]
        let reporter = Self.reporter(.zhejiang, .handling, isLead: true, silent: silent)
        let merge = Self.merge(Self.document([:], origin, own), into: known, by: reporter)
        #expect(merge.record[.localNumbers] == [origin, own])
        #expect(merge.changed == ["localNumbers"] && !merge.hasForeignParts)
        let renamed = Self.row(.localNumbers, ["region": "330000", "scheme": "projectId", "value": "Z2"])
        let next = Self.merge(Self.document([:], renamed), into: merge.record, by: reporter)
        #expect(next.record[.localNumbers] == [origin, renamed])
        #expect(next.changed == ["localNumbers[].value"])
        let taken = Self.row(.localNumbers, ["region": "310000", "scheme": "suid", "value": "S9"])
        let foreign = Self.merge(Self.document([:], taken), into: known, by: reporter)
        #expect(foreign.record == known && foreign.foreign == ["localNumbers"])
    }

    @Test func entriesBearTheirReporterWhateverTheySay() {
        let entry = Self.row(
            .events, ["action": "现场核验", "startedAt": "2026-03-02T09:00:00+08:00", "reportedBy": "310000"])
        let merge = Self.merge(Self.document([:], entry), by: Self.zhejiang)
        #expect(merge.record[.events].last?[.eventReportedBy] == "330000")
        let again = Self.merge(Self.document([:], entry), into: merge.record, by: Self.zhejiang)
        #expect(again.record == merge.record && !again.isChange && !again.hasForeignParts)
    }

    // MARK: result

    /// An outcome before the decision would contradict the state; afterwards it is the handling region's.
    @Test(arguments: [("transferred", false), ("reviewing", false), ("decided", true), ("closed", true)])
    func aResultCountsOnlyWithTheDecision(state: String, counts: Bool) {
        var record = Self.inForce
        record[.status] = state
        for region in [Self.zhejiang, Self.shanghai] {
            let merge = Self.merge(Self.document(["result.outcome": "granted"]), into: record, by: region)
            let isTaken = counts && region.region == .zhejiang
            #expect(merge.record[.outcome] == (isTaken ? "granted" : nil))
            #expect(merge.isChange == isTaken && merge.hasForeignParts != isTaken)
        }
    }

    @Test func aResultOfAMoveThatIsNotFollowedIsNotTakenEither() {
        var record = Self.inForce
        record[.status] = "withdrawn"
        record[.outcome] = "withdrawn"
        let late = Self.document(["status": "closed", "result.outcome": "granted"])
        let merge = Self.merge(late, into: record, by: Self.zhejiang)
        #expect(merge.record == record && merge.move == .noEffect(.final) && merge.foreign == ["result.outcome"])
    }

    @Test(arguments: [("withdrawn", CaseRoles.applying), ("returned", .handling), ("voided", .handling)])
    func anEarlyEndHasTheOutcomeOfItsName(state: String, roles: CaseRoles) {
        for document in [Self.document(["status": state]), Self.document(["status": state, "result.outcome": state])] {
            let merge = Self.merge(document, by: Self.reporter(.shanghai, roles, isLead: true))
            #expect(merge.record[.status] == state && merge.record[.outcome] == state && !merge.hasForeignParts)
            let again = Self.merge(document, into: merge.record, by: Self.reporter(.shanghai, roles, isLead: true))
            #expect(!again.isChange && !again.hasForeignParts)
        }
    }

    @Test func anOutcomeThatContradictsTheStateIsNotTaken() {
        let merge = Self.merge(Self.document(["status": "decided", "result.outcome": "withdrawn"]), by: Self.zhejiang)
        #expect(merge.record[.status] == "decided" && merge.record[.outcome] == nil)
        #expect(merge.foreign == ["result.outcome"])
    }

    // MARK: status

    private func actions(_ record: CaseRecord) -> [String?] { record[.events].map { $0[.eventAction] } }

    @Test func aMoveIsRecordedWithWhatItPassed() {
        let merge = Self.merge(Self.document(["status": "decided", "statusRaw.code": "60"]), by: Self.zhejiang)
        #expect(merge.move == .moves(passed: [.accepted]))
        #expect(merge.record[.status] == "decided" && merge.record[.statusRawCode] == "60")
        #expect(actions(merge.record) == ["submitted", "accepted", "decided"])
        #expect(merge.record[.events].last?[.eventStartedAt] == Self.now.canonical)
        #expect(merge.record[.events].last?[.eventReportedBy] == "330000")
    }

    /// Some formats tell a denial by its process entry only.
    @Test func aDenialHasAnEntryOfItsOwn() {
        let document = Self.document(["status": "decided", "result.outcome": "denied"])
        let merge = Self.merge(document, by: Self.zhejiang)
        #expect(actions(merge.record) == ["submitted", "accepted", "denied"])
        #expect(!Self.merge(document, into: merge.record, by: Self.zhejiang).isChange)
    }

    @Test func aReportsOwnEntriesAreNotDoubled() {
        let accepted = Self.row(.events, ["action": "accepted", "startedAt": "2026-03-02T09:00:00+08:00"])
        let decided = Self.row(.events, ["action": "decided", "startedAt": "2026-03-03T09:00:00+08:00"])
        let merge = Self.merge(Self.document(["status": "decided"], accepted, decided), by: Self.zhejiang)
        #expect(actions(merge.record) == ["submitted", "accepted", "decided"])
        let late = Self.merge(Self.document(["status": "decided"], decided), by: Self.zhejiang)
        #expect(actions(late.record) == ["submitted", "accepted", "decided"])
    }

    @Test(
        arguments: [
            ("submitted", .handling, .backwards), ("accepted", .applying, .notYours),
            ("withdrawn", .handling, .notYours),
        ] as [(String, CaseRoles, StateMove.Reason)])
    func aMoveThatIsNotAllowedHasNoEffect(status: String, roles: CaseRoles, reason: StateMove.Reason) {
        let merge = Self.merge(
            Self.document(["status": status, "statusRaw.code": "X"]), by: Self.reporter(.anhui, roles))
        #expect(merge.move == .noEffect(reason))
        #expect(merge.record == Self.inForce && !merge.isChange && merge.hasForeignParts)
    }

    /// The sender's own code stands with the state and with the entry that the gateway writes.
    @Test func keepsTheSendersOwnCode() {
        var reporter = Self.zhejiang
        reporter.rawStatus = "60|1"
        let merge = Self.merge(Self.document(["status": "decided", "result.outcome": "granted"]), by: reporter)
        #expect(merge.record[.statusRawTable] == "330000/status" && merge.record[.statusRawCode] == "60|1")
        #expect(merge.record[.events].last?[.named("events[].raw")] == "60|1")
        #expect(merge.reported?.state == .decided && merge.reported?.raw == "60|1")
        reporter.rawStatus = "20"
        let late = Self.merge(Self.document(["status": "submitted"]), into: merge.record, by: reporter)
        #expect(late.record == merge.record && late.move == .noEffect(.backwards))
        #expect(late.reported?.state == .submitted && late.reported?.raw == "20")
    }

    /// What is only said beside the format counts for its owner, and is an echo for everybody else.
    @Test func whatIsSaidAsideCountsForItsOwnerOnly() {
        let asked = Self.row(
            .named("supplements"), ["requestedAt": "2026-03-02T09:00:00+08:00", "items": "户口簿"])
        let document = Self.document(["dueAt": "2026-04-01T00:00:00+08:00", "applicant.email": "a@example.cn"], asked)
        var silent = Set(CaseSchema.v1.info(.named("supplements")).fields)
        silent.formUnion([.dueAt, .named("applicant.email")])
        let quiet = Self.merge(document, by: Self.reporter(.zhejiang, .handling, isLead: true, silent: silent))
        #expect(quiet.record == Self.inForce && !quiet.hasForeignParts)
        var aside = Self.zhejiang
        aside.aside = silent
        let heard = Self.merge(document, by: aside)
        #expect(heard.changed == ["dueAt", "supplements"] && !heard.hasForeignParts)
        aside.roles = .collecting
        let echo = Self.merge(document, by: aside)
        #expect(echo.record == Self.inForce && !echo.hasForeignParts)
    }

    /// Entries that move nothing stand before the one that led to the state in force.
    @Test func theEntryThatLedToTheStateStaysLast() {
        let accepted = Self.merge(Self.document(["status": "accepted"]), by: Self.zhejiang).record
        let own = Self.row(.events, ["action": "现场核验", "startedAt": "2026-03-02T09:00:00+08:00"])
        let merge = Self.merge(Self.document(["status": "accepted"], own), into: accepted, by: Self.zhejiang)
        #expect(actions(merge.record) == ["submitted", "现场核验", "accepted"])
        let again = Self.merge(Self.document(["status": "accepted"], own), into: merge.record, by: Self.zhejiang)
        #expect(again.record == merge.record && !again.isChange)
    }

    @Test func aCoarseStateKeepsTheFineOne() {
        var record = Self.inForce
        record[.status] = "special"
        let reporter = Self.reporter(.zhejiang, .handling, isLead: true, coarse: ["special": "reviewing"])
        let merge = Self.merge(Self.document(["status": "reviewing"]), into: record, by: reporter)
        #expect(merge.record == record && !merge.isChange && !merge.hasForeignParts)
    }
}
