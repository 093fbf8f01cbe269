// 容缺受理: what is owed, and when it came.
//
// The local formats say different parts of it: a material that is deferred (all four), a list of what is owed with its
// date (Zhejiang), a date alone (Anhui). From these the case keeps one commitment and its end, so that reminders and
// alarms work in every format without the extension block.
extension CaseMerge {
    /// Notes what is owed at acceptance and what has come since.
    mutating func settleOwed(_ inForce: CaseRecord, now: Instant) {
        if !record[.commitments].isEmpty { capOwed() }
        guard !record[.materials].isEmpty, let state = record.state else { return }
        let isTouched = changed.contains { $0 == "status" || $0.hasPrefix(ListField.materials.path) }
        guard isTouched else { return }
        let isAccepted = state.progress >= CaseState.accepted.progress && !state.isDecided
        if isAccepted { noteOwed(now: now) }
        if reporter.roles.contains(.applying) || takesPapers { fulfil(inForce, now: now) }
    }

    /// Whether a material is still to come.
    private static func isOwed(_ row: CaseRow) -> Bool {
        let files = [Field.materialFileName, .materialFileDigest, .materialFileLocation]
        if files.contains(where: { row[$0] != nil }) { return false }
        return (row[.materialSource] ?? row[.materialNecessity]) == "deferred"
    }

    private static func entries(_ text: String?) -> [Substring] {
        text?.split(separator: "\n") ?? []
    }

    /// Whether an entry of a commitment speaks of a material: by id, name or code.
    private static func names(_ entry: Substring, _ row: CaseRow) -> Bool {
        row[.materialID].map { entry == $0 } == true || row[.materialName].map { entry == $0 } == true
            || row[.materialCode].map { entry == $0 } == true
    }

    /// 补交期限 is never later than the case's own limit.
    func cappedByLimit(_ dueAt: String) -> String { record[.dueAt].map { min($0, dueAt) } ?? dueAt }

    /// A limit that becomes shorter shortens what is owed.
    private mutating func capOwed() {
        guard changed.contains(Field.dueAt.path) else { return }
        for index in record[.commitments].indices {
            guard let due = record[.commitments][index][.commitmentDueAt], cappedByLimit(due) != due else { continue }
            let capped = cappedByLimit(due)
            record.update(.commitments) { $0[index][.commitmentDueAt] = capped }
            changed.append(Field.commitmentDueAt.path)
        }
    }

    // MARK: what is owed

    /// A case that is accepted although materials are deferred has a commitment about them.
    private mutating func noteOwed(now: Instant) {
        let open = record[.commitments].filter { $0[.commitmentKind] == "deferred" && $0[.fulfilledAt] == nil }
        // One without a list is about everything.
        if open.contains(where: { $0[.commitmentMaterials] == nil }) { return }
        let known = open.flatMap { Self.entries($0[.commitmentMaterials]) }
        let owed = record[.materials].filter { row in
            Self.isOwed(row) && !known.contains { Self.names($0, row) }
        }
        let names = owed.compactMap { $0[.materialName] ?? $0[.materialID] }
        if names.isEmpty { return }
        add(owed: names, at: now)
    }

    private mutating func add(owed names: [String], at now: Instant) {
        let at = record[.startedAt].map { min($0, now.canonical) } ?? now.canonical
        var row = CaseRow(.commitments)
        row[.commitmentKind] = "deferred"
        row[.commitmentMadeAt] = at
        row[.commitmentMaterials] = Self.list(names)
        row[.commitmentDueAt] = record[.dueAt]
        // Commitments are known by their second.
        var time = now
        while record[.commitments].contains(where: { $0.hasKey(of: row) }) {
            row[.commitmentMadeAt] = time.canonical
            time = time.adding(milliseconds: 1_000)
        }
        record.update(.commitments) { [row] in $0.append(row) }
        changed.append(ListField.commitments.path)
    }

    private static let listLimit = 50

    private static func list(_ names: [String]) -> String {
        var seen: [String] = []
        for name in names where !name.contains("\n") && !seen.contains(name) { seen.append(name) }
        return seen.prefix(listLimit).joined(separator: "\n")
    }

    // MARK: what has come

    /// A commitment is kept when a material that it is about has come with this message and none is missing any more.
    private mutating func fulfil(_ inForce: CaseRecord, now: Instant) {
        let come = inForce[.materials].filter { old in
            Self.isOwed(old) && record[.materials].contains { $0.hasKey(of: old) && !Self.isOwed($0) }
        }
        if come.isEmpty { return }
        let missing = record[.materials].filter(Self.isOwed)
        for index in record[.commitments].indices {
            let row = record[.commitments][index]
            guard row[.commitmentKind] == "deferred", row[.fulfilledAt] == nil,
                concerns(row, come), !concerns(row, missing)
            else { continue }
            let at = max(now.canonical, row[.commitmentMadeAt] ?? "")
            record.update(.commitments) { $0[index][.fulfilledAt] = at }
            changed.append(Field.fulfilledAt.path)
        }
    }

    /// Whether a commitment is about any of these materials; one without a list, or with a list that names none that the
    /// case has, is about all.
    private func concerns(_ commitment: CaseRow, _ rows: [CaseRow]) -> Bool {
        let entries = Self.entries(commitment[.commitmentMaterials])
        let isAboutAll = !entries.contains { entry in record[.materials].contains { Self.names(entry, $0) } }
        return rows.contains { row in isAboutAll || entries.contains { Self.names($0, row) } }
    }
}

extension Field {
    static let materialID = named("materials[].id")
    static let materialName = named("materials[].name")
    static let materialCode = named("materials[].code")
    static let materialSource = named("materials[].source")
    static let materialNecessity = named("materials[].necessity")
    static let materialFileName = named("materials[].file.name")
    static let materialFileDigest = named("materials[].file.digest")
    static let materialFileLocation = named("materials[].file.location")
    static let commitmentKind = named("commitments[].kind")
    static let commitmentMaterials = named("commitments[].materials")
    static let commitmentMadeAt = named("commitments[].madeAt")
    static let commitmentDueAt = named("commitments[].dueAt")
    static let fulfilledAt = named("commitments[].fulfilledAt")
}

extension ListField {
    static let commitments = named("commitments")
}
