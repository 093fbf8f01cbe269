import KuayuEngine
import KuayuModel
import KuayuRules

extension Federation {
    /// Who takes part in a case that was admitted.
    func parties(of record: CaseRecord) throws -> Routing.Participants {
        do throws(Routing.Refusal) {
            return try routing.participants(of: record)
        } catch {
            throw StoreError.corrupt("case \(record[.caseID] ?? "?") has no region in charge")
        }
    }
}

extension Field {
    static let bundleID = named("bundle.bundleId")
    static let proactive = named("proactive")
    static let bundleAfter = named("bundle.after")
    static let bundleTheme = named("bundle.theme")
    static let bundleRole = named("bundle.role")
    static let bundleChildOf = named("bundle.childOf")
    static let resultDescription = named("result.description")
}

extension CaseRecord {
    /// How far the case is along; one without a state has just been handed in.
    fileprivate var progress: Int {
        (self[.status].flatMap(CaseState.init(rawValue:)) ?? .submitted).progress
    }
}

extension CaseRecord {
    /// Takes the case out of the bundle that it names.
    mutating func leaveBundle() {
        for field in [Field.bundleID, .bundleTheme, .bundleRole, .bundleChildOf, .bundleAfter] { self[field] = nil }
    }
}

/// Who hears of a case, by how far it is.
enum Audience {
    /// Whether a child of a bundle still waits for others.
    ///
    /// An order without a bundle names nobody, and holds nobody up.
    static func isHeldByOrder(_ record: CaseRecord, themes: Bundles) -> Bool {
        guard record[.bundleAfter] != nil, record[.bundleID] != nil, !themes.isMain(record) else { return false }
        return record.progress < CaseState.transferred.progress
    }

    /// Whether the handling region has not heard of the case yet: it waits for others of its bundle, or its papers have
    /// not been collected (收件).
    static func isHeld(_ record: CaseRecord, themes: Bundles) -> Bool {
        isHeldByOrder(record, themes: themes)
            || (record[.mode] == "collect" && record.progress < CaseState.collected.progress && !themes.isMain(record))
    }

    /// The parts that have a say by now: in the main case of a bundle, which the gateway splits, the place of application;
    /// in what is held nobody who handles it.
    static func parts(in record: CaseRecord, themes: Bundles) -> CaseRoles {
        if themes.isMain(record) { return .applying }
        return isHeld(record, themes: themes) ? [.applying, .collecting] : [.applying, .collecting, .handling]
    }

    /// Everybody who hears of an event of the case.
    static func of(_ record: CaseRecord, _ participants: Routing.Participants, themes: Bundles) -> [RegionCode] {
        let parts = parts(in: record, themes: themes)
        return participants.all.filter { !participants.roles(of: $0).isDisjoint(with: parts) }
    }
}

extension Registrar {
    /// Whether a child of a bundle still waits for others.
    func isHeldByOrder(_ record: CaseRecord) -> Bool { Audience.isHeldByOrder(record, themes: rulebook.themes) }

    /// Whether the case is the main case of a bundle that this gateway splits: it goes to nobody, its children do.
    func isMain(_ record: CaseRecord) -> Bool { rulebook.themes.isMain(record) }

    /// Everybody who hears of an event of the case.
    func audience(of record: CaseRecord, _ participants: Routing.Participants) -> [RegionCode] {
        Audience.of(record, participants, themes: rulebook.themes)
    }

    /// What a sender may do in a case as it stands.
    func roles(of sender: RegionCode, in record: CaseRecord, _ participants: Routing.Participants) -> CaseRoles {
        participants.roles(of: sender).intersection(Audience.parts(in: record, themes: rulebook.themes))
    }

    // MARK: bundles as hubs name them

    /// What is wrong with the bundle that a case names itself a part of: of two main cases only the first would be split,
    /// and what has very many cases is no bundle but a number that means something else.
    func bundleIssue(_ record: CaseRecord, origin: RegionCode, in reader: some CaseReader) throws -> Issue? {
        guard let number = record[.bundleID] else { return nil }
        let members = try reader.bundleMembers(number, origin: origin)
        if members.count >= BundleKeeper.memberLimit {
            return Issue(
                code: "bundle.too-many", path: Field.bundleID.path,
                message: "the bundle has \(members.count) cases already",
                help: "bundle.bundleId is the number of one application; leave it out of cases that have no part in it")
        }
        guard isMain(record) else { return try childIssue(record, among: members, in: reader) }
        for id in members {
            guard let event = try reader.caseInForce(id), isMain(try self.record(of: event)) else { continue }
            return Issue(
                code: "bundle.two-mains", path: Field.bundleID.path,
                message: "the bundle has a main case already: \(id.text)",
                help: "report changes under the number of that case, or give the new bundle a number of its own")
        }
        return nil
    }

    /// A child that the gateway has made is not made a second time by its hub while it is under way.
    private func childIssue(
        _ record: CaseRecord, among members: [CaseID], in reader: some CaseReader
    ) throws -> Issue? {
        for id in members {
            guard let event = try reader.caseInForce(id), event.head.status.isFinal == false else { continue }
            let child = try self.record(of: event)
            // Those of ours name the main case by its federation id.
            guard child[.bundleChildOf].flatMap({ CaseID($0) }) != nil, child[.catalogCode] == record[.catalogCode]
            else { continue }
            return Issue(
                code: "bundle.child-exists", path: Field.catalogCode.path,
                message: "the bundle has an open case for this item: \(id.text)",
                help: "report changes under the number of that case")
        }
        return nil
    }

    /// The case with what its bundle rests on as it was: its children, or its siblings, were made and found by it.
    func keepingBundle(_ record: CaseRecord, from inForce: CaseRecord) -> CaseRecord {
        var kept: [Field] = []
        let wasMain = isMain(inForce)
        if wasMain || isMain(record) {
            kept = [.bundleID, .bundleTheme, .bundleRole, .bundleChildOf, .bundleAfter, .itemName, .catalogCode]
        } else if inForce[.bundleID] != nil && inForce[.bundleChildOf] != nil {
            kept = [.bundleID, .bundleRole, .bundleChildOf]
        }
        var record = record
        for field in kept { record[field] = inForce[field] }
        if wasMain { record[.handling] = inForce[.handling] }
        return record
    }

    // MARK: admission

    /// Checks that a new case may go to everyone in it; of a bundle's main case, that every child may.
    func admit(
        _ record: CaseRecord, from sender: RegionCode, on day: CalendarDate, issues: inout [Issue]
    ) -> Routing.Participants? {
        do throws(Routing.Refusal) {
            guard isMain(record) else {
                return try federation.routing.admit(record, from: sender, hubs: federation.regions, on: day)
            }
            guard let children = children(of: record, on: day, issues: &issues) else { return nil }
            for child in children { try admitChild(child, from: sender, on: day) }
            return try federation.routing.participants(of: record)
        } catch {
            issues.append(RoutingIssue.issue(for: error))
            return nil
        }
    }

    /// What the bundle would be split into; nil with issues when it cannot be.
    private func children(of main: CaseRecord, on day: CalendarDate, issues: inout [Issue]) -> [CaseRecord]? {
        var main = main
        // Its children name the main case, which has no number before it is registered.
        if main[.caseID] == nil { main[.caseID] = CaseID.make(date: day, gateway: 0, sequence: 1)?.text }
        do throws(BundleRefusal) {
            return try BundlePlan.fanOut(main: main, themes: rulebook.themes).children
        } catch {
            issues += error.issues
            return nil
        }
    }

    /// A child may also be handled where it was applied for.
    private func admitChild(
        _ child: CaseRecord, from sender: RegionCode, on day: CalendarDate
    ) throws(Routing.Refusal) {
        do throws(Routing.Refusal) {
            _ = try federation.routing.admit(child, from: sender, hubs: federation.regions, on: day)
        } catch .staysAtHome {
        } catch {
            throw error
        }
    }
}
