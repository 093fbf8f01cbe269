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
    static let resultDescription = named("result.description")
}

extension CaseRecord {
    /// How far the case is along; one without a state has just been handed in.
    fileprivate var progress: Int {
        (self[.status].flatMap(CaseState.init(rawValue:)) ?? .submitted).progress
    }
}

extension Registrar {
    /// Whether a child of a bundle still waits for others.
    func isHeldByOrder(_ record: CaseRecord) -> Bool {
        guard record[.bundleAfter] != nil, !isMain(record) else { return false }
        return record.progress < CaseState.transferred.progress
    }

    /// Whether the handling region has not heard of the case yet: it waits for others of its bundle, or its papers have
    /// not been collected (收件).
    func isHeld(_ record: CaseRecord) -> Bool {
        isHeldByOrder(record)
            || (record[.mode] == "collect" && record.progress < CaseState.collected.progress && !isMain(record))
    }

    /// Whether the case is the main case of a bundle that this gateway splits: it goes to nobody, its children do.
    func isMain(_ record: CaseRecord) -> Bool { rulebook.themes.isMain(record) }

    /// Everybody who hears of an event of the case.
    func audience(of record: CaseRecord, _ participants: Routing.Participants) -> [RegionCode] {
        if isMain(record) || isHeldByOrder(record) { return [participants.applying] }
        if !isHeld(record) { return participants.all }
        return participants.all.filter { !participants.roles(of: $0).isDisjoint(with: [.applying, .collecting]) }
    }

    /// What a sender may do in a case: of the main case of a bundle the gateway keeps the state, and everybody else
    /// handles a child.
    func roles(of sender: RegionCode, in record: CaseRecord, _ participants: Routing.Participants) -> CaseRoles {
        let roles = participants.roles(of: sender)
        // Nobody handles what waits for others, not even where it was applied for.
        return isMain(record) || isHeldByOrder(record) ? roles.intersection(.applying) : roles
    }

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
