import KuayuModel

/// Makes up the messages of a random life: any state by anybody, and what may come with it.
struct CaseDocuments {
    /// States that a case usually goes through, drawn more often than the rest.
    private static let usual: [CaseState] = [
        .collected, .transferred, .accepted, .reviewing, .supplementing, .reviewing, .special, .decided, .closed,
    ]

    /// A message about a case as it stands.
    static func draw(about record: CaseRecord, using chance: inout SeededGenerator, now: Instant) -> CaseRecord {
        var document = CaseRecord()
        let states = CaseState.allCases
        let next =
            chance.chance(permille: 600)
            ? usual[chance.next(below: usual.count)] : states[chance.next(below: states.count)]
        if chance.chance(permille: 930) { document[.status] = next.rawValue }
        addTimes(&document, next, using: &chance, now: now)
        addResult(&document, next, using: &chance, now: now)
        if chance.chance(permille: 250) { addMaterials(&document, using: &chance) }
        if chance.chance(permille: 80) { addCommitment(&document, using: &chance, now: now) }
        if next.pauseCause != nil { addPause(&document, next, using: &chance, now: now) }
        if next == .reviewing, chance.chance(permille: 200) { endPause(&document, of: record, now: now) }
        return document
    }

    private static func shifted(_ now: Instant, using chance: inout SeededGenerator) -> Instant {
        now.adding(milliseconds: Int64(chance.next(below: 96) - 72) * 3_600_000)
    }

    private static func addTimes(
        _ document: inout CaseRecord, _ next: CaseState, using chance: inout SeededGenerator, now: Instant
    ) {
        if chance.chance(permille: 350) {
            let at = shifted(now, using: &chance).canonical
            document[.events] = [CaseNames.row(.events, ["action": next.rawValue, "startedAt": at])]
        }
        if chance.chance(permille: 150) { document[.startedAt] = shifted(now, using: &chance).canonical }
        if chance.chance(permille: 150) {
            document[.dueAt] = now.adding(milliseconds: Int64(chance.next(below: 40)) * 86_400_000).canonical
        }
        if chance.chance(permille: 40) {
            let amount = String(1 + chance.next(below: 5))
            let row = CaseNames.row(CaseNames.extensions, ["amount": amount, "unit": "workday"])
            document[CaseNames.extensions] = [row]
        }
    }

    private static func addResult(
        _ document: inout CaseRecord, _ next: CaseState, using chance: inout SeededGenerator, now: Instant
    ) {
        guard chance.chance(permille: next.isDecided ? 700 : 50) else { return }
        let outcomes = ["granted", "denied", "done", "returned", "withdrawn", "supplementTimeout"]
        let isOwn = next.isFinal && next != .closed && chance.chance(permille: 800)
        document[.outcome] = isOwn ? next.rawValue : outcomes[chance.next(below: outcomes.count)]
        if chance.chance(permille: 700) { document[.decidedAt] = shifted(now, using: &chance).canonical }
        if chance.chance(permille: 300) { document[CaseNames.description] = "经审查，予以答复" }
    }

    private static func addMaterials(_ document: inout CaseRecord, using chance: inout SeededGenerator) {
        let sources = ["applicant", "deferred", "licence"]
        let number = 1 + chance.next(below: 4)
        let file = chance.chance(permille: 300) ? "a.pdf" : nil
        let source = sources[chance.next(below: 3)]
        document[.materials] = [
            CaseNames.row(
                .materials, ["id": "M\(number)", "name": "材料\(number)", "source": source, "file.name": file])
        ]
    }

    private static func addCommitment(
        _ document: inout CaseRecord, using chance: inout SeededGenerator, now: Instant
    ) {
        let isListed = chance.chance(permille: 500)
        let due = now.adding(milliseconds: Int64(chance.next(below: 30)) * 86_400_000).canonical
        document[CaseNames.commitments] = [
            CaseNames.row(
                CaseNames.commitments,
                [
                    "kind": "deferred", "madeAt": chance.chance(permille: 500) ? now.canonical : nil,
                    "materials": isListed ? "材料\(1 + chance.next(below: 4))" : nil,
                    "dueAt": document[.dueAt].map { min($0, due) } ?? due,
                ])
        ]
    }

    private static func addPause(
        _ document: inout CaseRecord, _ next: CaseState, using chance: inout SeededGenerator, now: Instant
    ) {
        if next == .supplementing, chance.chance(permille: 400) {
            document[CaseNames.supplements] = [
                CaseNames.row(CaseNames.supplements, ["requestedAt": now.canonical, "items": "户口簿"])
            ]
        }
        if chance.chance(permille: 200) {
            let from = shifted(now, using: &chance)
            document[CaseNames.pauses] = [
                CaseNames.row(
                    CaseNames.pauses,
                    ["from": min(from, now).canonical, "cause": next.pauseCause])
            ]
        }
    }

    /// The sender says itself when the pause in force ended.
    private static func endPause(_ document: inout CaseRecord, of record: CaseRecord, now: Instant) {
        guard var row = record[CaseNames.pauses].last, row[CaseNames.pauseTo] == nil else { return }
        row[CaseNames.pauseTo] = now.canonical
        document[CaseNames.pauses] = [row]
    }
}
