import KuayuModel

/// Who waits for whom in one bundle.
///
/// `bundle.after` names children by the theme's names, by case ids or by local numbers. A child that says nothing of
/// its order has none: absent means unknown, and what is unknown holds nobody up.
struct BundleOrder {
    let theme: ServiceBundle?
    let main: BundleMember?
    private let otherMains: [BundleMember]
    private let faces: [Face]

    /// What the rules look at in one child.
    private struct Face {
        let member: BundleMember
        let state: CaseState
        let outcome: String?
        let place: Int?
        var name = ""
        /// Entries of its order as written, with the children that each names.
        var waits: [Wait] = []

        /// Only an order keeps a child from its regions in charge, and only until it has been handed on.
        var isHeld: Bool { !waits.isEmpty && state.progress < CaseState.transferred.progress }

        init(_ member: BundleMember, theme: ServiceBundle?) {
            self.member = member
            state = member.state
            outcome = BundleOrder.outcome(of: member.record, in: state)
            place = theme?.index(of: member.record)
        }
    }

    private struct Wait {
        let text: String
        let targets: [Int]
        let isForMain: Bool
    }

    init(members: [BundleMember], themes: Bundles) {
        var mains = members.filter { themes.isMain($0.record) }
        mains.sort { ($0.caseID?.rawValue ?? .max) < ($1.caseID?.rawValue ?? .max) }
        main = mains.first
        otherMains = Array(mains.dropFirst())
        let others = mains.isEmpty ? members : members.filter { !themes.isMain($0.record) }
        theme =
            mains.first.flatMap { themes.theme(ofMain: $0.record) } ?? Self.named(by: others, themes)
            ?? Self.guessed(from: others, themes)
        var faces = others.map { [theme] in Face($0, theme: theme) }
        faces.sort { Self.precedes($0, $1) }
        self.faces = Self.resolved(Self.christened(faces, theme), theme: theme, main: main)
    }

    // MARK: theme and names

    private static func named(by members: [BundleMember], _ themes: Bundles) -> ServiceBundle? {
        for member in members {
            if let theme = member.record[BundleField.theme].flatMap(themes.theme(named:)) { return theme }
        }
        return nil
    }

    /// The only theme that has the items of all children; it tells what the names in their orders mean.
    private static func guessed(from members: [BundleMember], _ themes: Bundles) -> ServiceBundle? {
        let possible = themes.all.filter { theme in members.allSatisfy { theme.index(of: $0.record) != nil } }
        return possible.count == 1 ? possible[0] : nil
    }

    private static func precedes(_ a: Face, _ b: Face) -> Bool {
        if a.place != b.place { return (a.place ?? .max) < (b.place ?? .max) }
        return (a.member.caseID?.rawValue ?? .max) < (b.member.caseID?.rawValue ?? .max)
    }

    /// Gives each child its name; the theme's name only where one child alone has it.
    private static func christened(_ faces: [Face], _ theme: ServiceBundle?) -> [Face] {
        var faces = faces
        for index in faces.indices {
            let place = faces[index].place
            if let theme, let place, !faces.indices.contains(where: { $0 != index && faces[$0].place == place }) {
                faces[index].name = theme.children[place].id
            } else {
                faces[index].name = faces[index].member.caseID?.text ?? "#\(index + 1)"
            }
        }
        return faces
    }

    // MARK: order

    private static func resolved(_ faces: [Face], theme: ServiceBundle?, main: BundleMember?) -> [Face] {
        var resolved = faces
        for index in faces.indices {
            let entries = BundleField.entries(faces[index].member.record[BundleField.after])
            resolved[index].waits = entries.map { entry in
                let targets = targets(of: entry, in: faces, theme: theme)
                let isForMain = targets.isEmpty && main.map { answers($0, to: entry) } ?? false
                return Wait(text: entry, targets: targets, isForMain: isForMain)
            }
        }
        return resolved
    }

    /// The children that an entry of an order names; several when one item occurs more than once.
    private static func targets(of entry: String, in faces: [Face], theme: ServiceBundle?) -> [Int] {
        if let place = theme?.children.firstIndex(where: { $0.id == entry }) {
            return faces.indices.filter { faces[$0].place == place }
        }
        return faces.indices.filter { answers(faces[$0].member, to: entry) }
    }

    private static func answers(_ member: BundleMember, to entry: String) -> Bool {
        member.record[.caseID] == entry || member.caseID?.text == entry
            || member.record[.localNumbers].contains { $0[.localNumberValue] == entry }
    }

    // MARK: standing

    /// The children as they stand.
    func children() -> [BundleView.Child] {
        let circles = circles()
        return faces.indices.map { index in
            let face = faces[index]
            return BundleView.Child(
                caseID: face.member.caseID, name: face.name, record: face.member.record, state: face.state,
                standing: standing(of: face, circle: circles[index]),
                missing: face.waits.filter { $0.targets.isEmpty && !$0.isForMain }.map(\.text),
                themeChild: theme.flatMap { theme in face.place.map { theme.children[$0] } })
        }
    }

    private func standing(of face: Face, circle: [Int]) -> BundleView.Standing {
        if face.state.isFinal { return .ended(outcome: face.outcome) }
        guard face.isHeld else { return .open }
        if !circle.isEmpty { return .circular(circle.map { faces[$0].name }) }
        // A main case ends when its children have, so that none can wait for it.
        if face.waits.contains(where: \.isForMain) { return .circular([face.name]) }
        let failed = face.waits.filter { $0.targets.contains { hasFailed(faces[$0]) } }
        if !failed.isEmpty { return .blocked(by: failed.map(\.text)) }
        let open = face.waits.filter { $0.targets.isEmpty || !$0.targets.allSatisfy { faces[$0].state.isFinal } }
        return open.isEmpty ? .ready : .waiting(for: open.map(\.text))
    }

    private func hasFailed(_ face: Face) -> Bool { face.state.isFinal && !Self.isGood(face.outcome) }

    /// Whether an outcome is what those behind it wait for.
    static func isGood(_ outcome: String?) -> Bool { outcome == "granted" || outcome == "done" }

    /// The outcome of a case; an early end is its own outcome where none was reported, and never a good one.
    private static func outcome(of record: CaseRecord, in state: CaseState) -> String? {
        let outcome = record[.outcome]
        guard state.isFinal && state != .closed else { return outcome }
        return outcome.flatMap { isGood($0) ? nil : $0 } ?? state.rawValue
    }

    // MARK: circles

    /// For each held child, the held children that it waits for and that wait for it, itself among them; empty for
    /// nearly all.
    private func circles() -> [[Int]] {
        let edges = faces.map { face in
            face.isHeld ? face.waits.flatMap(\.targets).filter { faces[$0].isHeld } : []
        }
        let suspects = Self.unsorted(edges)
        var circles = [[Int]](repeating: [], count: faces.count)
        if suspects.isEmpty { return circles }
        let reach = edges.indices.map { suspects.contains($0) ? Self.reachable(from: $0, edges) : [] }
        for index in suspects where reach[index].contains(index) {
            circles[index] = reach[index].filter { reach[$0].contains(index) }.sorted()
        }
        return circles
    }

    /// What remains when those that wait for nobody left are taken away, again and again.
    private static func unsorted(_ edges: [[Int]]) -> Set<Int> {
        var rest = Set(edges.indices.filter { !edges[$0].isEmpty })
        while let free = rest.first(where: { index in edges[index].allSatisfy { !rest.contains($0) } }) {
            rest.remove(free)
        }
        return rest
    }

    private static func reachable(from start: Int, _ edges: [[Int]]) -> Set<Int> {
        var found: Set<Int> = []
        var open = edges[start]
        while let next = open.popLast() {
            if found.insert(next).inserted { open += edges[next] }
        }
        return found
    }

    /// What is wrong with the bundle itself.
    func issues(of children: [BundleView.Child]) -> [Issue] {
        var circles: [[String]] = []
        for child in children {
            if case .circular(let names) = child.standing, !circles.contains(names) { circles.append(names) }
        }
        let mains = otherMains.isEmpty ? [] : ([main].compactMap { $0 } + otherMains)
        return circles.map(BundleIssue.circle)
            + (mains.isEmpty ? [] : [BundleIssue.twoMains(mains.map { $0.caseID?.text ?? "unregistered" })])
    }
}
