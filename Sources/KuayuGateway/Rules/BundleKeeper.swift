import KuayuEngine
import KuayuModel
import KuayuRules

/// Carries out what a bundle (一件事) asks of the gateway: makes its children, releases those that wait no longer, passes
/// on what they share, and keeps the state of the main case.
///
/// Decides nothing itself: ``BundleView`` and ``BundlePlan`` do.
struct BundleKeeper: Sendable {
    /// More steps than any bundle can need: each makes, releases or moves at least one of its few cases.
    static let stepLimit = 64
    /// Most cases of a bundle; a number that more cases bear means something else, and every one of them would be looked
    /// at whenever one changes.
    static let memberLimit = 100

    let federation: Federation
    let registrar: Registrar
    let own: OwnEvents

    /// Events to be made now, and what stands on the bundle's cases once they are made.
    struct Outcome {
        var steps: [PreparedCase] = []
        var notices: [(CaseID, CaseNotice)] = []
    }

    private struct Member {
        let event: EventRecord
        let record: CaseRecord
        var id: CaseID { event.head.caseID }
    }

    func nextSteps(
        _ key: TouchedCases.BundleKey, in reader: any CaseReader, now: Instant, ticket: () -> Ticket
    ) throws -> Outcome {
        let ids = try reader.bundleMembers(key.id, origin: key.origin)
        if ids.count > Self.memberLimit { return Outcome() }
        let members = try ids.compactMap { id in
            try reader.caseInForce(id).map { Member(event: $0, record: try registrar.record(of: $0)) }
        }
        let view = BundleView(
            members: members.map { BundleMember(caseID: $0.id, record: $0.record) }, themes: registrar.rulebook.themes)
        var outcome = Outcome(notices: view.notices.map { ($0.caseID, $0.notice) })
        let main = view.main.flatMap { main in members.first { $0.id == main.caseID } }
        if let main {
            outcome.steps = try fanOut(main, view, now: now, ticket: ticket)
            if outcome.steps.isEmpty {
                outcome.steps = try recall(view.recalls, of: main, members, now: now, ticket: ticket)
                if outcome.steps.isEmpty {
                    outcome.steps = try share(main, with: members, in: reader, now: now, ticket: ticket)
                }
            }
            if !outcome.steps.isEmpty { return outcome }
        }
        for id in view.releases {
            guard let member = members.first(where: { $0.id == id }) else { continue }
            outcome.steps.append(try release(member, now: now, ticket: ticket()))
        }
        if let main, let step = consolidate(main, view, now: now, ticket: ticket) { outcome.steps.append(step) }
        return outcome
    }

    // MARK: one application, several cases

    /// The children that are not there yet, once.
    ///
    /// A hub may have sent some of them by itself before the main case. A child
    /// of ours bears the id of the main case for ever, whatever else of it changes.
    private func fanOut(
        _ main: Member, _ view: BundleView, now: Instant, ticket: () -> Ticket
    ) throws -> [PreparedCase] {
        let isDone = view.children.contains { $0.record[.bundleChildOf] == main.id.text }
        guard !isDone, !main.event.head.status.isFinal, let theme = view.theme,
            let plan = try? BundlePlan.fanOut(main: main.record, themes: registrar.rulebook.themes)
        else { return [] }
        let known = Set(view.children.compactMap { $0.themeChild?.id })
        let missing = zip(theme.children, plan.children).filter { !known.contains($0.0.id) }.map(\.1)
        return try missing.map { child in
            var record = child
            record[.calendar] = registrar.rulebook.clock.calendarField(for: record, now: now)
            let status = record[.status].flatMap(CaseState.init(rawValue:)) ?? .submitted
            record.addEntry(status, by: nil, at: now)
            let origin = main.event.head.origin
            return own.new(
                record, status: status, origin: origin, note: "made for bundle case \(main.id.text)",
                tells: status == .submitted ? [origin] : try federation.parties(of: record).all, ticket: ticket(),
                now: now)
        }
    }

    // MARK: what they share

    /// The last word of the origin on the main case, passed on to its children.
    private func share(
        _ main: Member, with members: [Member], in reader: any CaseReader, now: Instant, ticket: () -> Ticket
    ) throws -> [PreparedCase] {
        let last = main.event
        guard last.kind == .changed || last.kind == .takenBack, last.author != nil,
            let before = try reader.event(main.id, version: last.head.version - 1)
        else { return [] }
        let previous = try registrar.record(of: before)
        return try members.compactMap { member in
            let status = member.event.head.status
            guard member.id != main.id, !status.isFinal,
                var record = SharedParts.follow(member.record, from: previous, to: main.record)
            else { return nil }
            record.addNote("一件事材料更新", status: status, by: main.event.head.origin, at: now)
            return own.change(
                member.event, to: record, status: status, kind: .changed,
                note: "from bundle case \(main.id.text) version \(last.head.version)", tells: try audience(of: member),
                ticket: ticket(), now: now)
        }
    }

    /// The applicant took the whole back: so are the children that are not decided yet.
    private func recall(
        _ ids: [CaseID], of main: Member, _ members: [Member], now: Instant, ticket: () -> Ticket
    ) throws -> [PreparedCase] {
        try members.filter { ids.contains($0.id) }.map { member in
            var record = member.record
            record[.status] = CaseState.withdrawn.rawValue
            record[.outcome] = "withdrawn"
            record.addEntry(.withdrawn, by: main.event.head.origin, at: now)
            return own.change(
                member.event, to: record, status: .withdrawn, kind: .changed,
                note: "bundle case \(main.id.text) was withdrawn", tells: try audience(of: member), ticket: ticket(),
                now: now)
        }
    }

    private func audience(of member: Member) throws -> [RegionCode] {
        registrar.audience(of: member.record, try federation.parties(of: member.record))
    }

    // MARK: order

    private func release(_ member: Member, now: Instant, ticket: Ticket) throws -> PreparedCase {
        var record = member.record
        record[.status] = CaseState.transferred.rawValue
        record.addEntry(.transferred, by: nil, at: now)
        let handling = record[.handling].compactMap { $0[.handlingDivision] }.joined(separator: " ")
        return own.change(
            member.event, to: record, status: .transferred, kind: .transferred,
            note: "released: what it waited for has ended; routed to \(handling)",
            tells: try federation.parties(of: record).all, ticket: ticket, now: now)
    }

    // MARK: one state, one feedback

    private func consolidate(_ main: Member, _ view: BundleView, now: Instant, ticket: () -> Ticket) -> PreparedCase? {
        guard let next = view.consolidated, !main.event.head.status.isFinal,
            next.state != main.event.head.status
        else { return nil }
        var record = main.record
        record[.status] = next.state.rawValue
        if let outcome = next.outcome {
            record[.outcome] = outcome
            record[.decidedAt] = record[.decidedAt] ?? now.canonical
        }
        if let description = next.description { record[.resultDescription] = description }
        if next.state == .accepted && record[.startedAt] == nil { record[.startedAt] = now.canonical }
        record.addEntry(next.state, by: nil, at: now)
        return own.change(
            main.event, to: record, status: next.state, kind: .changed, note: "bundle: \(next.state.rawValue)",
            tells: [main.event.head.origin], ticket: ticket(), now: now)
    }
}
