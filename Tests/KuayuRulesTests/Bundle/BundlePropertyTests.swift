import KuayuModel
import KuayuRules
import Testing

/// A bundle played through at random, with an account of its own of what must hold.
private struct BundlePlay {
    let theme: ServiceBundle
    var members: [BundleMember]
    var chance: SeededGenerator
    /// Child names by place in `members`.
    let names: [String]
    private var states: [CaseState]
    private var goodEnds: Set<String> = []
    private var badEnds: Set<String> = []
    private var released: Set<CaseID> = []
    private(set) var mainEnds = 0
    private(set) var reports = 0
    private(set) var looks = 0
    private(set) var faults: [String] = []

    init(_ theme: ServiceBundle, _ members: [BundleMember], seed: UInt64) {
        self.theme = theme
        self.members = members
        chance = SeededGenerator(seed: seed)
        names = ["main"] + theme.children.map(\.id)
        states = [.submitted] + theme.children.map { $0.after.isEmpty ? .transferred : .submitted }
    }

    private var open: [Int] { (1..<states.count).filter { !states[$0].isFinal } }

    private mutating func move(_ index: Int, to state: CaseState, outcome: String? = nil) {
        Sample.move(&members, index, to: state, outcome: outcome)
        states[index] = state
    }

    /// Plays until every child has ended and the main case has; the gateway looks after each report, now and then only
    /// after several.
    mutating func run() {
        var turns = 2_000
        while !open.isEmpty || !states[0].isFinal, turns > 0 {
            turns -= 1
            let count = chance.chance(permille: 800) ? 1 : 3
            let before = reports
            for _ in 0..<count { report() }
            // What nobody reported anything to is looked at again only now and then.
            if reports > before || chance.chance(permille: 300) { look() }
        }
        if !open.isEmpty { faults.append("does not end") }
        if mainEnds != 1 { faults.append("the main case ended \(mainEnds) times") }
    }

    /// One report of a region about a child that has not ended.
    private mutating func report() {
        let open = open
        guard !open.isEmpty else { return }
        let index = open[chance.next(below: open.count)]
        let (next, outcome) = draw(from: states[index])
        // Nobody but the applying side knows of a child that is held.
        let isHeld = states[index].progress < CaseState.transferred.progress
        if isHeld {
            guard chance.chance(permille: 40) else { return }
            reports += 1
            return end(index, .withdrawn, "withdrawn")
        }
        if next == .withdrawn && states[index].isDecided { return }
        let isForward = next.progress > states[index].progress || (next.progress == 5 && states[index].progress == 5)
        guard isForward else { return }
        reports += 1
        if next.isFinal { end(index, next, outcome) } else { move(index, to: next) }
    }

    private mutating func end(_ index: Int, _ next: CaseState, _ outcome: String?) {
        move(index, to: next, outcome: outcome)
        let isGood = next == .closed && (outcome == "granted" || outcome == "done")
        if isGood { goodEnds.insert(names[index]) } else { badEnds.insert(names[index]) }
    }

    private mutating func draw(from state: CaseState) -> (CaseState, String?) {
        let ends: [(CaseState, String?)] = [
            (.closed, "granted"), (.closed, "granted"), (.closed, "granted"), (.closed, "done"), (.closed, "denied"),
            (.closed, "forwarded"), (.notAccepted, "notAccepted"), (.returned, "returned"),
            (.returned, "supplementTimeout"), (.withdrawn, "withdrawn"), (.voided, "voided"),
        ]
        let steps: [CaseState] = [.accepted, .reviewing, .supplementing, .special, .decided, .issued, .delivered]
        if chance.chance(permille: 450) { return ends[chance.next(below: ends.count)] }
        return (steps[chance.next(below: steps.count)], nil)
    }

    /// What the gateway does: looks, checks, follows, looks again.
    private mutating func look() {
        looks += 1
        let view = BundleView(members: chance.chance(permille: 100) ? members.shuffled(using: &chance) : members)
        checkReleases(view)
        checkStandings(view)
        checkEnd(view)
        if chance.chance(permille: 150) && !open.isEmpty { return }
        for id in view.releases {
            guard let index = members.firstIndex(where: { $0.caseID == id }) else { continue }
            if !released.insert(id).inserted { faults.append("released twice: \(names[index])") }
            move(index, to: .transferred)
        }
        guard let next = view.consolidated else { return }
        if next.state.progress <= states[0].progress { faults.append("backwards to \(next.state)") }
        move(0, to: next.state, outcome: next.outcome)
        if next.state.isFinal { mainEnds += 1 }
    }

    private mutating func checkReleases(_ view: BundleView) {
        let startable = theme.startable(finished: goodEnds).map(\.id)
        let expected = members.indices.dropFirst().filter {
            startable.contains(names[$0]) && states[$0].progress < CaseState.transferred.progress
        }
        if view.releases != expected.compactMap({ members[$0].caseID }) {
            faults.append("releases \(view.releases), expected \(expected.map { names[$0] })")
        }
    }

    private mutating func checkStandings(_ view: BundleView) {
        for (child, row) in zip(view.children, theme.children) {
            let isHeld = child.state.progress < CaseState.transferred.progress
            let isBlocked = isHeld && row.after.contains(where: badEnds.contains)
            if case .blocked = child.standing, !isBlocked { faults.append("\(row.id) is blocked by nobody") }
            if isBlocked, !child.standing.isHeld || child.standing == .ready { faults.append("\(row.id) not blocked") }
            if isBlocked != view.notices.contains(where: { $0.caseID == child.caseID }) {
                faults.append("notice of \(row.id)")
            }
        }
        if !view.issues.isEmpty { faults.append("issues") }
    }

    private mutating func checkEnd(_ view: BundleView) {
        let allEnded = goodEnds.count + badEnds.count == theme.children.count
        if view.isClosed != allEnded { faults.append("closed \(view.isClosed) while ended \(allEnded)") }
        let ends = view.consolidated?.state.isFinal ?? false
        if ends != (allEnded && !states[0].isFinal) { faults.append("the main case ends at the wrong time") }
        guard ends, let outcome = view.consolidated?.outcome else { return }
        let isGranted = members.indices.dropFirst().allSatisfy { goodEnds.contains(names[$0]) || states[$0] == .voided }
        if (outcome == "granted") != (isGranted && !goodEnds.isEmpty) { faults.append("outcome \(outcome)") }
        if (outcome == "granted" || outcome == "done") != !goodEnds.isEmpty { faults.append("outcome \(outcome)") }
    }
}

@Suite struct BundlePropertyTests {
    /// 20,000 sequences over every theme.
    static let sequences = 20_000 / Bundles.standard.all.count

    @Test(arguments: Bundles.standard.all)
    func closesWithTheLastChildAndReleasesOnce(_ theme: ServiceBundle) throws {
        let members = try Sample.bundle(theme.id, handling: ["330106"])
        var looks = 0
        for seed in 1...UInt64(Self.sequences) {
            var play = BundlePlay(theme, members, seed: seed)
            play.run()
            looks += play.looks
            if let fault = play.faults.first {
                Issue.record("\(theme.id), seed \(seed): \(fault)")
                return
            }
        }
        #expect(looks > 5 * Self.sequences, "most of a life is looked at")
    }

    /// Random orders, circles among them, against the transitive closure of who waits for whom.
    @Test func findsExactlyTheCircles() {
        for seed in 1...UInt64(2_000) {
            var chance = SeededGenerator(seed: seed)
            let count = 1 + chance.next(below: 7)
            let edges = (0..<count).map { _ in (0..<count).filter { _ in chance.chance(permille: 180) } }
            var members = (0..<count).map { index in
                Sample.single(
                    index + 1,
                    after: edges[index].map { chance.chance(permille: 500) ? Sample.id($0 + 1).text : "L\($0)" },
                    localNumber: "L\(index)")
            }
            for index in 0..<count where chance.chance(permille: 200) {
                let good = chance.chance(permille: 500)
                Sample.move(&members, index, to: good ? .closed : .accepted, outcome: good ? "granted" : nil)
            }
            members.shuffle(using: &chance)
            let view = BundleView(members: members)
            let states = (0..<count).map { index in view.child(Sample.id(index + 1))?.state ?? .draft }
            let circles = Self.circles(edges, isHeld: { !edges[$0].isEmpty && states[$0] == .submitted })
            for index in 0..<count {
                let standing = view.standing(of: Sample.id(index + 1))
                let names = circles[index].map { Sample.id($0 + 1).text }
                let isRight =
                    if case .circular(let found) = standing { found == names } else { names.isEmpty }
                #expect(isRight, "seed \(seed), child \(index): \(String(describing: standing)), expected \(names)")
                let isReady =
                    states[index] == .submitted && !edges[index].isEmpty
                    && edges[index].allSatisfy { states[$0] == .closed }
                #expect((standing == .ready) == isReady, "seed \(seed), child \(index)")
            }
        }
    }

    /// For each child, those that it reaches and that reach it (Warshall).
    private static func circles(_ edges: [[Int]], isHeld: (Int) -> Bool) -> [[Int]] {
        let count = edges.count
        var reach = (0..<count).map { from in
            (0..<count).map { to in edges[from].contains(to) && isHeld(from) && isHeld(to) }
        }
        for middle in 0..<count {
            for from in 0..<count where reach[from][middle] {
                for to in 0..<count where reach[middle][to] { reach[from][to] = true }
            }
        }
        return (0..<count).map { index in (0..<count).filter { reach[index][$0] && reach[$0][index] } }
    }

    /// The same cases in any order are the same bundle.
    @Test func doesNotDependOnTheOrderOfTheCases() throws {
        var chance = SeededGenerator(seed: 7)
        for theme in Bundles.standard.all {
            var members = try Sample.bundle(theme.id, handling: ["330106"])
            for index in members.indices.dropFirst() where chance.chance(permille: 400) {
                Sample.move(&members, index, to: .closed, outcome: chance.chance(permille: 700) ? "granted" : "denied")
            }
            let view = BundleView(members: members)
            for _ in 0..<50 {
                let other = BundleView(members: members.shuffled(using: &chance))
                #expect(other.children.map(\.name) == view.children.map(\.name))
                #expect(other.children.map(\.standing) == view.children.map(\.standing))
                #expect(other.releases == view.releases && other.consolidated == view.consolidated)
                #expect(other.notices == view.notices)
                #expect(TenOnes(other) == TenOnes(view))
            }
        }
    }
}
