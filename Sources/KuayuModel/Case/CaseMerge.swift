/// What a region's message does to the case in force.
///
/// Applicant, form, materials, places and mode belong to the applying side; collection and logistics to the collecting
/// region; acceptance, process, special procedures, decision and result to the handling region. A value of a foreign
/// group changes nothing and is named in ``foreign``. A field that is absent is unknown and changes nothing; a value
/// that is only a coarser spelling of the one in force keeps the one in force; list rows match by key and are never
/// removed by absence.
public struct CaseMerge: Sendable {
    /// The case after the message.
    public private(set) var record: CaseRecord
    /// Paths that changed.
    public private(set) var changed: [String] = []
    /// Paths that the sender may not change and tried to.
    public private(set) var foreign: [String] = []
    /// What became of the reported state.
    public private(set) var move: StateMove = .stays

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
        /// What a value becomes when written in its format and read back; nil when it comes back as it is.
        public var coarsened: @Sendable (Field, String) -> String?

        /// A reporter.
        public init(
            region: RegionCode, roles: CaseRoles, isLead: Bool, silent: Set<Field>,
            coarsened: @escaping @Sendable (Field, String) -> String?
        ) {
            self.region = region
            self.roles = roles
            self.isLead = isLead
            self.silent = silent
            self.coarsened = coarsened
        }
    }

    private let reporter: Reporter

    /// Merges `incoming`, reported at `now`, into the case in force.
    public init(_ incoming: CaseRecord, into inForce: CaseRecord, by reporter: Reporter, now: Instant) {
        record = inForce
        self.reporter = reporter
        for (field, value) in incoming.presentScalars where !Self.handledApart.contains(field) {
            mergeScalar(field, value)
        }
        for index in CaseSchema.v1.lists.indices {
            let list = ListField(index: index)
            let rows = incoming[list]
            if !rows.isEmpty { mergeRows(list, rows) }
        }
        mergeStatus(incoming, now: now)
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

    private static let handledApart: Set<Field> = [
        .status, .statusRawTable, .statusRawCode, .caseID, .version, .registeredAt,
    ]

    /// Who reported an entry is known by its certificate; a branch moves by the rules of its state.
    private static let columnsHandledApart: Set<Field> = [.eventReportedBy, .branchStatus, .branchOutcome]

    private mutating func mergeScalar(_ field: Field, _ value: String) {
        let owner = CaseSchema.v1.info(field).owner
        // Of a joint case the lead speaks for the whole; the others have their branches.
        if owner == .handling && record[.mode] == "joint" && !reporter.isLead && !reporter.roles.contains(.applying) {
            if record[field] != value && !reporter.silent.contains(field) { foreign.append(field.path) }
            return
        }
        guard let next = decided(field, old: record[field], new: value, owner: owner)
        else { return }
        record[field] = next
        changed.append(field.path)
    }

    /// The value that replaces `old`, nil if `old` stays.
    private mutating func decided(_ field: Field, old: String?, new: String, owner: FieldOwner) -> String? {
        if old == new || reporter.silent.contains(field) { return nil }
        if let old, reporter.coarsened(field, old) == new { return nil }
        guard mayChange(owner) else {
            foreign.append(field.path)
            return nil
        }
        return new
    }

    private func mayChange(_ owner: FieldOwner) -> Bool {
        switch owner {
        case .gateway: reporter.roles.contains(.gateway)
        case .applying: reporter.roles.contains(.applying)
        case .collecting: !reporter.roles.isDisjoint(with: [.collecting, .applying])
        case .handling: reporter.roles.contains(.handling)
        case .anyone: true
        }
    }

    // MARK: lists

    private mutating func mergeRows(_ list: ListField, _ rows: [CaseRow]) {
        if list == .localNumbers { return mergeLocalNumbers(rows) }
        let info = CaseSchema.v1.info(list)
        // A format without any of the key columns says nothing of single rows, but for materials, which have names.
        if list != .materials && info.key.allSatisfy(reporter.silent.contains) { return }
        for (row, place) in zip(rows, places(of: rows, in: list, info: info)) {
            if list == .branches, row[.branchRegion] != reporter.region.text { continue }
            if let index = place ?? record[list].firstIndex(where: { $0.key == row.key }) {
                mergeRow(list, at: index, row, info: info)
            } else if mayChange(info.owner) {
                add(row, to: list, info: info)
            } else {
                foreign.append(info.path)
            }
        }
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
        let name = Self.materialName
        if list == .materials { match { $0[name] != nil && $0[name] == $1[name] } }
        return places
    }

    private mutating func add(_ row: CaseRow, to list: ListField, info: CaseSchema.ListInfo) {
        var row = row
        if list == .events { row[.eventReportedBy] = reporter.region.text }
        record[list].append(row)
        changed.append(info.path)
    }

    private func isSame(_ old: CaseRow, _ new: CaseRow, info: CaseSchema.ListInfo) -> Bool {
        let columns = info.key.filter { !reporter.silent.contains($0) }
        return !columns.isEmpty
            && columns.allSatisfy { field in
                guard let value = old[field], let said = new[field] else { return old[field] == new[field] }
                return value == said || reporter.coarsened(field, value) == said
            }
    }

    private static let materialName = Field.named("materials[].name")

    private mutating func mergeRow(_ list: ListField, at index: Int, _ row: CaseRow, info: CaseSchema.ListInfo) {
        for field in info.fields where !info.key.contains(field) && !Self.columnsHandledApart.contains(field) {
            guard let value = row[field] else { continue }
            let owner = CaseSchema.v1.info(field).owner
            guard let next = decided(field, old: record[list][index][field], new: value, owner: owner) else { continue }
            record.update(list) { $0[index][field] = next }
            changed.append(field.path)
        }
    }

    // MARK: status

    private mutating func mergeStatus(_ incoming: CaseRecord, now: Instant) {
        guard let text = incoming[.status], let next = CaseState(rawValue: text) else { return }
        let current = record[.status].flatMap(CaseState.init(rawValue:))
        let isBranch = speaksOfBranch(current, next)
        if isBranch { mergeBranch(next, outcome: incoming[.outcome]) }
        if isBranch && (!reporter.isLead || next == .closed) {
            closeIfEnded(current, now: now)
            return
        }
        if let current, reporter.coarsened(.status, current.rawValue) == text { return }
        follow(StateRules.move(from: current, to: next, by: reporter.roles), to: next, now: now)
        if case .moves = move {
            record[.statusRawTable] = incoming[.statusRawTable]
            record[.statusRawCode] = incoming[.statusRawCode]
        }
    }

    /// In a joint case a handling region reports its own branch; a withdrawal, and what comes after the end, is of the
    /// whole.
    private func speaksOfBranch(_ current: CaseState?, _ next: CaseState) -> Bool {
        record[.mode] == "joint" && reporter.roles.contains(.handling) && next != .withdrawn
            && !(current?.isFinal ?? false)
    }

    private mutating func follow(_ reported: StateMove, to next: CaseState, now: Instant) {
        move = reported
        guard case .moves(let passed) = move else { return }
        record[.status] = next.rawValue
        changed.append("status")
        writeEvents(passed: passed, next: next, now: now)
    }

    // MARK: branches

    private mutating func mergeBranch(_ next: CaseState, outcome: String?) {
        let region = reporter.region.text
        let index = record[.branches].firstIndex { $0[.branchRegion] == region }
        var row = index.map { record[.branches][$0] } ?? CaseRow(.branches)
        let before = row
        let old = row[.branchStatus].flatMap(CaseState.init(rawValue:))
        row[.branchRegion] = region
        switch branchMove(from: old, to: next) {
        case .moves: row[.branchStatus] = next.rawValue
        case .stays where old != nil: break
        case .stays, .noEffect:
            foreign.append("branches")
            return
        }
        if let outcome, let next = decided(.branchOutcome, old: row[.branchOutcome], new: outcome, owner: .handling) {
            row[.branchOutcome] = next
        }
        if row == before { return }
        record.update(.branches) { [row] rows in
            if let index { rows[index] = row } else { rows.append(row) }
        }
        changed.append("branches")
    }

    private func branchMove(from old: CaseState?, to next: CaseState) -> StateMove {
        if let old, reporter.coarsened(.status, old.rawValue) == next.rawValue { return .stays }
        return StateRules.move(from: old ?? .transferred, to: next, by: reporter.roles)
    }

    /// A joint case closes when the lead has closed and every other branch has been decided or has ended otherwise.
    private mutating func closeIfEnded(_ current: CaseState?, now: Instant) {
        let regions = record[.handling].compactMap { $0[.handlingDivision].map { String($0.prefix(2)) + "0000" } }
        guard let lead = regions.first, branch(of: lead) == .closed,
            regions.allSatisfy({ branch(of: $0)?.isDecided ?? false }),
            case .moves(let passed) = StateRules.move(from: current, to: .closed, by: .handling)
        else { return }
        follow(.moves(passed: passed), to: .closed, now: now)
    }

    private func branch(of region: String) -> CaseState? {
        let row = record[.branches].first { $0[.branchRegion] == region }
        return row?[.branchStatus].flatMap(CaseState.init(rawValue:))
    }

    // MARK: process entries

    /// The last process entry of a case says how it came into its state; a report without one gets the gateway's.
    ///
    /// States passed on the way stand before it, unless the report has entries of its own for them.
    private mutating func writeEvents(passed: [CaseState], next: CaseState, now: Instant) {
        let isTold = record[.events].last?[.eventAction] == record.eventAction(of: next)
        var place = record[.events].count - (isTold ? 1 : 0)
        for state in passed where !record[.events].contains(where: { $0[.eventAction] == state.rawValue }) {
            insertEvent(state, at: &place, now: now)
        }
        if !isTold { insertEvent(next, at: &place, now: now) }
    }

    private mutating func insertEvent(_ state: CaseState, at place: inout Int, now: Instant) {
        var row = CaseRow(.events)
        row[.eventAction] = record.eventAction(of: state)
        row[.eventStartedAt] = now.canonical
        row[.eventReportedBy] = reporter.region.text
        if record[.events].contains(where: { $0.key == row.key }) { return }
        record.update(.events) { [place] in $0.insert(row, at: place) }
        place += 1
    }
}
