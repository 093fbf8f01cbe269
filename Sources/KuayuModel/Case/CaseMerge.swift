/// What a region's message does to the case in force.
///
/// Applicant, form, materials, places and mode belong to the applying side; collection and logistics to the collecting
/// region; acceptance, process, special procedures, decision, result to the handling region. A value of a foreign
/// group changes nothing and is named in ``foreign``. A field that is absent is unknown and changes nothing; a value
/// that is only a coarser spelling of the one in force keeps the one in force; list rows match by key and are never
/// removed by absence.
///
/// What follows from a change of state is written down with it, unless the message says it itself: the start of the clock,
/// its pauses, the answer to a supplement, what is owed and when it came (`CaseMerge+Times.swift`, `CaseMerge+Owed.swift`).
public struct CaseMerge: Sendable {
    /// The case after the message.
    public internal(set) var record: CaseRecord
    /// Paths that changed.
    public internal(set) var changed: [String] = []
    /// Paths that the sender may not change, or not now, and tried to.
    public internal(set) var foreign: [String] = []
    /// What became of the reported state.
    public internal(set) var move: StateMove = .stays
    /// The state that the message reports, followed or not, with the sender's own code for it where it is known.
    public internal(set) var reported: (state: CaseState, raw: String?)?

    /// Who reports, and how well its format can speak.
    public struct Reporter: Sendable {
        /// The reporting region.
        public var region: RegionCode
        /// Its part in the case.
        public var roles: CaseRoles
        /// In a joint case: whether it leads.
        public var isLead: Bool
        /// Fields its format does not have: whatever stands there says nothing.
        public var silent: Set<Field>
        /// Fields that it says only beside its format, in an extension block that may be an echo of what it was told: its
        /// own count, others are no trespass.
        public var aside: Set<Field>
        /// The state in its own code: `45`, `6|不予许可`.
        public var rawStatus: String?
        /// What a value becomes when written in its format and read back; nil when it comes back as it is.
        public var coarsened: @Sendable (Field, String) -> String?

        /// A reporter.
        public init(
            region: RegionCode, roles: CaseRoles, isLead: Bool, silent: Set<Field>, aside: Set<Field> = [],
            rawStatus: String? = nil, coarsened: @escaping @Sendable (Field, String) -> String?
        ) {
            self.region = region
            self.roles = roles
            self.isLead = isLead
            self.silent = silent
            self.aside = aside
            self.rawStatus = rawStatus
            self.coarsened = coarsened
        }
    }

    let reporter: Reporter
    /// The state before the message; nil when it is none.
    let stateInForce: CaseState?

    /// Merges `incoming`, reported at `now`, into the case in force.
    public init(_ incoming: CaseRecord, into inForce: CaseRecord, by reporter: Reporter, now: Instant) {
        record = inForce
        self.reporter = reporter
        stateInForce = inForce.state
        for (field, value) in incoming.presentScalars where !Self.handledApart.contains(field) {
            mergeScalar(field, value)
        }
        for index in CaseSchema.v1.lists.indices {
            let list = ListField(index: index)
            let rows = incoming[list]
            if !rows.isEmpty && list != .pauses { mergeRows(list, rows) }
        }
        mergeStatus(incoming, now: now)
        mergePauses(incoming[.pauses])
        keepLeadingEntryLast(inForce)
        settleOwed(inForce, now: now)
    }

    /// A case as it is registered: what follows from the state in which it begins is written down as after a change.
    public static func begun(_ record: CaseRecord, by reporter: Reporter, now: Instant) -> CaseRecord {
        var merge = CaseMerge(beginning: record, by: reporter)
        guard let state = record.state else { return record }
        merge.writeTimes(from: .transferred, to: state, acceptance: merge.ownEntry("accepted"), now: now)
        merge.changed.append(Field.status.path)
        merge.settleOwed(record, now: now)
        return merge.record
    }

    private init(beginning record: CaseRecord, by reporter: Reporter) {
        self.record = record
        self.reporter = reporter
        stateInForce = nil
    }

    /// What the message amounts to.
    public var isChange: Bool {
        if case .moves = move { return true }
        return !changed.isEmpty
    }

    /// Whether the message said something that was not followed.
    public var hasForeignParts: Bool {
        if case .noEffect = move { return true }
        return !foreign.isEmpty
    }

    var isJoint: Bool { record[.mode] == ServiceItem.Mode.joint.rawValue }

    /// Whether the reporter is one of several handling regions of a joint case, and not their lead.
    var isBranch: Bool { isJoint && !reporter.isLead && reporter.roles.contains(.handling) }

    /// The result counts only with the decision, see ``mergeResult(_:)``.
    private static let handledApart: Set<Field> = [
        .status, .statusRawTable, .statusRawCode, .caseID, .version, .registeredAt, .outcome, .decidedAt,
    ]

    /// Who reported an entry is known by its certificate; a branch moves by the rules of its state.
    private static let columnsHandledApart: Set<Field> = [.eventReportedBy, .branchStatus, .branchOutcome]

    /// Lists of the whole that a branch has no say in: the clock is the lead's.
    private static let listsOfTheWhole: Set<ListField> = [.pauses, .extensions]

    private mutating func mergeScalar(_ field: Field, _ value: String) {
        let owner = Self.scalarOwners[Int(field.column)]
        if owner == .handling && isBranch {
            // Of a joint case the lead speaks for the whole; the others have their branches.
            if field != .startedAt { markForeign(field, old: record[field], new: value) }
            return
        }
        let value = field == .resultDescription ? withBranches(value) : value
        guard let next = decided(field, old: record[field], new: value, owner: owner) else { return }
        record[field] = next
        changed.append(field.path)
    }

    private static let scalarOwners = CaseSchema.v1.scalars.map(\.owner)

    /// The value that replaces `old`, nil if `old` stays.
    mutating func decided(_ field: Field, old: String?, new: String, owner: FieldOwner) -> String? {
        if old == new || reporter.silent.contains(field) { return nil }
        if let old, reporter.coarsened(field, old) == new { return nil }
        guard mayChange(owner, list: Int(field.list)) else {
            if !reporter.aside.contains(field) { foreign.append(field.path) }
            return nil
        }
        return new
    }

    /// Names a value that has no effect, unless it says nothing new.
    mutating func markForeign(_ field: Field, old: String?, new: String) {
        if old == new || reporter.silent.contains(field) || reporter.aside.contains(field) { return }
        if let old, reporter.coarsened(field, old) == new { return }
        foreign.append(field.path)
    }

    func mayChange(_ owner: FieldOwner, list: Int) -> Bool {
        switch owner {
        case .gateway: reporter.roles.contains(.gateway)
        case .applying: reporter.roles.contains(.applying) || (list == ListField.materials.index && takesPapers)
        case .collecting: !reporter.roles.isDisjoint(with: [.collecting, .applying])
        case .handling: reporter.roles.contains(.handling) && !(isBranch && isOfTheWhole(list))
        case .anyone: true
        }
    }

    private func isOfTheWhole(_ list: Int) -> Bool {
        list >= 0 && Self.listsOfTheWhole.contains(ListField(index: list))
    }

    /// Papers of a case in mode `collect`, the supplement too, are handed in at the collecting window until the decision.
    var takesPapers: Bool {
        reporter.roles.contains(.collecting) && record[.mode] == ServiceItem.Mode.collect.rawValue
            && !(stateInForce?.isDecided ?? false)
    }

    // MARK: lists

    private mutating func mergeRows(_ list: ListField, _ rows: [CaseRow]) {
        if list == .localNumbers { return mergeLocalNumbers(rows) }
        if list == .branches { return mergeBranchTimes(rows) }
        let info = CaseSchema.v1.info(list)
        // A format without any of the key columns says nothing of single rows, but for materials, which have names.
        if list != .materials && info.key.allSatisfy(reporter.silent.contains) { return }
        for (row, place) in zip(rows, places(of: rows, in: list, info: info)) {
            if let index = place ?? record[list].firstIndex(where: { $0.key == row.key }) {
                mergeRow(list, at: index, row, info: info)
            } else if mayChange(info.owner, list: list.index) {
                add(row, to: list, info: info)
            } else if !info.key.allSatisfy(reporter.aside.contains) {
                foreign.append(info.path)
            }
        }
    }

    /// What a region says of its own branch beside the state; the branch itself begins with its first report of a state.
    private mutating func mergeBranchTimes(_ rows: [CaseRow]) {
        guard let row = rows.first(where: { $0[.branchRegion] == reporter.region.text }),
            let index = record[.branches].firstIndex(where: { $0.hasKey(of: row) })
        else { return }
        mergeRow(.branches, at: index, row, info: CaseSchema.v1.info(.branches))
    }

    /// A region names its own numbers, and only its own.
    ///
    /// Region and scheme of a number are not read from the document, they follow from where it stands; so they are known
    /// exactly even where the format cannot say them, and a row is another's or new, never nearly the same.
    private mutating func mergeLocalNumbers(_ rows: [CaseRow]) {
        for row in rows where !record[.localNumbers].contains(row) {
            guard row[.localNumberRegion] == reporter.region.text else {
                foreign.append("localNumbers")
                continue
            }
            if let index = record[.localNumbers].firstIndex(where: { $0.key == row.key }) {
                record.update(.localNumbers) { $0[index] = row }
                changed.append("localNumbers[].value")
            } else {
                record[.localNumbers].append(row)
                changed.append("localNumbers")
            }
        }
    }

    /// The entry in force that each row speaks of: the one with its key; else one whose key is the same as far as the
    /// reporter's format can say; else, for materials, one of the same name, because some formats have no other key.
    ///
    /// No entry is taken twice that way.
    private func places(of rows: [CaseRow], in list: ListField, info: CaseSchema.ListInfo) -> [Int?] {
        let entries = record[list]
        var places = rows.map { row in entries.firstIndex { $0.key == row.key } }
        var taken = Set(places.compactMap { $0 })
        func match(_ isMatch: (CaseRow, CaseRow) -> Bool) {
            for index in rows.indices where places[index] == nil {
                let place = entries.indices.first { !taken.contains($0) && isMatch(entries[$0], rows[index]) }
                guard let place else { continue }
                places[index] = place
                taken.insert(place)
            }
        }
        match { isSame($0, $1, info: info) }
        if list == .materials { match { $0[.materialName] != nil && $0[.materialName] == $1[.materialName] } }
        return places
    }

    private mutating func add(_ row: CaseRow, to list: ListField, info: CaseSchema.ListInfo) {
        var row = row
        if list == .events { row[.eventReportedBy] = reporter.region.text }
        if list == .commitments { row[.commitmentDueAt] = row[.commitmentDueAt].map(cappedByLimit) }
        record[list].append(row)
        changed.append(info.path)
    }

    private func isSame(_ old: CaseRow, _ new: CaseRow, info: CaseSchema.ListInfo) -> Bool {
        let columns = info.key.filter {
            !reporter.silent.contains($0) && !(reporter.aside.contains($0) && new[$0] == nil)
        }
        return !columns.isEmpty
            && columns.allSatisfy { field in
                guard let value = old[field], let said = new[field] else { return old[field] == new[field] }
                return value == said || reporter.coarsened(field, value) == said
            }
    }

    mutating func mergeRow(_ list: ListField, at index: Int, _ row: CaseRow, info: CaseSchema.ListInfo) {
        for field in info.fields where !info.key.contains(field) && !Self.columnsHandledApart.contains(field) {
            guard var value = row[field] else { continue }
            if field == .commitmentDueAt { value = cappedByLimit(value) }
            let owner = CaseSchema.v1.info(field).owner
            guard let next = decided(field, old: record[list][index][field], new: value, owner: owner) else { continue }
            record.update(list) { $0[index][field] = next }
            changed.append(field.path)
        }
    }
}

extension CaseRecord {
    /// The state, if it is known.
    var state: CaseState? { self[.status].flatMap(CaseState.init(rawValue:)) }
}

extension Field {
    static let resultDescription = named("result.description")
}

extension ListField {
    static let pauses = named("pauses")
    static let extensions = named("extensions")
}
