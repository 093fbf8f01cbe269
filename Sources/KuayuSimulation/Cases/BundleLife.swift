import KuayuModel
import KuayuRules

/// One random life of a bundle (一件事): a main case, its children fanned out, reports about them in any order.
///
/// After every message the gateway does what ``BundleView`` says: it releases, recalls, and brings the main case on.
struct BundleLife {
    private(set) var events = 0
    private(set) var trace: [String] = []
    private(set) var violation: String?
    private(set) var main: CaseRecord
    private(set) var children: [CaseRecord] = []
    private var chance: SeededGenerator
    private var now: Instant
    private let theme: ServiceBundle
    private let judge: CaseJudge
    private let mutant: CaseMutant?
    private let keepsTrace: Bool
    private var isRecalled = false

    init(chance: SeededGenerator, judge: CaseJudge, mutant: CaseMutant?, keepsTrace: Bool) {
        self.chance = chance
        self.judge = judge
        self.mutant = mutant
        self.keepsTrace = keepsTrace
        now = CaseLife.start(using: &self.chance)
        let themes = Bundles.standard.all
        theme = themes[self.chance.next(below: themes.count)]
        main = Self.main(of: theme, using: &self.chance, now: now)
        fanOut()
    }

    private static func main(
        of theme: ServiceBundle, using chance: inout SeededGenerator, now: Instant
    ) -> CaseRecord {
        var record = CaseScene.template(now: now)
        record[.itemName] = theme.name
        record[.appliedDivision] = "310115"
        record[.named("bundle.theme")] = theme.id
        record[.named("bundle.role")] = "main"
        let places = ["330100", "340100", "320500"].shuffled(using: &chance)
        let count = chance.chance(permille: 500) ? 1 : max(1, theme.sides.count)
        record[.handling] = places.prefix(count).map { CaseNames.row(.handling, ["division": $0]) }
        // Only what is joint has several divisions in charge.
        record[.mode] = record[.handling].count > 1 ? "joint" : "online"
        return record
    }

    private mutating func fanOut() {
        do throws(BundleRefusal) {
            children = try BundlePlan.fanOut(main: main).children
        } catch {
            violation = "no fan-out: \(error.issues.first?.code ?? "")"
        }
        for index in children.indices {
            children[index][.caseID] = ids[index]?.text
            children[index][.version] = "1"
            children[index][.registeredAt] = now.canonical
        }
    }

    /// Ids of the children.
    private static let ids = (0..<10).map { CaseID("CSJ20260302100000\($0)") }
    private static let mainID = CaseID(CaseScene.caseID)
    private var ids: [CaseID?] { Self.ids }

    // MARK: running

    mutating func run() {
        let length = 4 + chance.next(below: 14)
        for _ in 0..<length where violation == nil {
            step()
            settle()
        }
        for child in children where violation == nil { violation = judge.validity(child) }
        if violation == nil { violation = judge.validity(main) }
        if keepsTrace, let violation { trace.append("violated: \(violation)") }
    }

    private mutating func step() {
        now = now.adding(milliseconds: Int64(chance.next(below: 300_000)) * 1_000)
        if chance.chance(permille: 30) {
            let withdrawn = report("withdrawn", of: main, by: .applying)
            note("main", main, withdrawn)
            main = withdrawn
            return
        }
        let index = chance.next(below: children.count)
        let isWithdrawal = chance.chance(permille: 60)
        // Whoever has not been told of a child cannot report about it.
        let isTold = CaseJudge.state(children[index]).progress >= CaseState.transferred.progress
        guard isWithdrawal || isTold else { return }
        let states: [String] = ["accepted", "supplementing", "reviewing", "decided", "closed", "closed", "returned"]
        let state = isWithdrawal ? "withdrawn" : states[chance.next(below: states.count)]
        move(index, to: state, by: isWithdrawal ? .applying : .handling)
    }

    private mutating func move(_ index: Int, to state: String, by roles: CaseRoles) {
        let before = children[index]
        children[index] = report(state, of: before, by: roles)
        note(theme.children[index].id, before, children[index])
    }

    private mutating func report(_ state: String, of record: CaseRecord, by roles: CaseRoles) -> CaseRecord {
        var document = CaseRecord()
        document[.status] = state
        if state == "decided" || state == "closed" {
            document[.outcome] = chance.chance(permille: 750) ? "granted" : "denied"
        }
        let reporter = CaseMerge.Reporter(region: .zhejiang, roles: roles, isLead: true, silent: []) { _, _ in nil }
        let outcome = MergeUnderTest(mutant: mutant).merge(document, into: record, by: reporter, now: now)
        let step = CaseJudge.Step(before: record, after: outcome.record, reporter: reporter, now: now)
        if violation == nil { violation = judge.verdict(step) }
        var after = outcome.record
        if outcome.isEvent {
            events += 1
            after[.version] = String((record[.version].flatMap(Int.init) ?? 0) + 1)
        }
        return after
    }

    private mutating func note(_ name: String, _ before: CaseRecord, _ after: CaseRecord) {
        guard keepsTrace else { return }
        let move = "\(before[.status] ?? "") → \(after[.status] ?? "")"
        trace.append("\(now.canonical) \(name): \(move) \(after[.outcome] ?? "")")
    }

    // MARK: what the gateway does

    /// Until nothing is left to do; each round settles at least one case.
    private mutating func settle() {
        for _ in 0...children.count * 2 + 2 where violation == nil {
            let members = zip(ids, children).map { BundleMember(caseID: $0, record: $1) }
            let view = BundleView(members: members + [BundleMember(caseID: Self.mainID, record: main)])
            violation = closure(view)
            let isDone = violation != nil || !(release(view) || recall(view) || consolidate(view))
            if isDone { break }
        }
        if violation == nil { violation = bundle() }
    }

    private mutating func release(_ view: BundleView) -> Bool {
        var released = view.releases.compactMap(index)
        if mutant == .releasesTooEarly { released += children.indices.filter { isHeld($0) && !released.contains($0) } }
        for index in released {
            if !mayGo(index) { violation = "\(theme.children[index].id) released before what it waits for" }
            move(index, to: "transferred", by: .gateway)
        }
        return !released.isEmpty
    }

    private mutating func recall(_ view: BundleView) -> Bool {
        let recalled = view.recalls.compactMap(index)
        for index in recalled { move(index, to: "withdrawn", by: .applying) }
        if !recalled.isEmpty { isRecalled = true }
        return !recalled.isEmpty
    }

    private mutating func consolidate(_ view: BundleView) -> Bool {
        let isEarly =
            mutant == .closesTheBundleEarly && children.contains { CaseJudge.isFinal(CaseJudge.state($0)) }
        let wanted = isEarly ? CaseState.closed : view.consolidated?.state
        guard let wanted, !CaseJudge.isFinal(CaseJudge.state(main)) else { return false }
        guard case .moves = StateRules.move(from: CaseJudge.state(main), to: wanted, by: [.handling, .applying]) else {
            violation = "the main case cannot become \(wanted)"
            return false
        }
        let before = main
        main[.status] = wanted.rawValue
        main[.outcome] = view.consolidated?.outcome
        main[CaseNames.description] = view.consolidated?.description
        events += 1
        main[.version] = String((main[.version].flatMap(Int.init) ?? 0) + 1)
        note("main", before, main)
        return true
    }

    private func index(_ id: CaseID) -> Int? { ids.firstIndex(of: id) }

    // MARK: what must hold

    private func isHeld(_ index: Int) -> Bool {
        CaseJudge.state(children[index]) == .submitted
    }

    /// Whether everything that a child waits for has ended well, said apart from the view.
    private func mayGo(_ index: Int) -> Bool {
        theme.children[index].after.allSatisfy { name in
            guard let place = theme.children.firstIndex(where: { $0.id == name }) else { return false }
            let record = children[place]
            return CaseJudge.state(record) == .closed && ["granted", "done"].contains(record[.outcome])
        }
    }

    private func closure(_ view: BundleView) -> String? {
        let allEnded = children.allSatisfy { CaseJudge.isFinal(CaseJudge.state($0)) }
        if view.children.count != children.count { return "the view has \(view.children.count) children" }
        return view.isClosed == allEnded ? nil : "closed is \(view.isClosed), all ended is \(allEnded)"
    }

    /// After the gateway has done its part: the main case is closed exactly when all children have ended.
    private func bundle() -> String? {
        let allEnded = children.allSatisfy { CaseJudge.isFinal(CaseJudge.state($0)) }
        let isClosed = CaseJudge.isFinal(CaseJudge.state(main))
        if allEnded && !isClosed { return "all children have ended and the main case has not" }
        let isWithdrawn = CaseJudge.state(main) == .withdrawn
        if isClosed && !allEnded && !isWithdrawn { return "the main case closed before its children" }
        let stuck = children.indices.filter { isHeld($0) && mayGo($0) }
        return stuck.isEmpty || isClosed ? nil : "\(theme.children[stuck[0]].id) is held although it may go"
    }
}
