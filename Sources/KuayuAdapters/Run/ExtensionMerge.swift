import KuayuFormats
import KuayuModel

/// Which rule makes a field: what consistency and positions are asked of.
struct RuleIndex: Sendable {
    private(set) var scalars: [Field: ScalarRule] = [:]
    private(set) var positions: Set<Field> = []
    private(set) var tuples: [TupleRule] = []
    private(set) var rowTuples: [TupleRule] = []
    private(set) var variants: [Field: VariantRule] = [:]
    private(set) var lists: [ListField: EachRule] = [:]
    /// Every rule of a field, the first in the file.
    private(set) var owners: [Field: Owner] = [:]

    struct Owner: Sendable {
        let scope: Int
        let node: Int
        let path: String
        let place: Place
        let target: CanonicalTarget
    }

    init(_ rules: [Rule]) { add(rules, scope: 0) }

    private mutating func add(_ rules: [Rule], scope: Int) {
        for rule in rules { add(rule, scope) }
    }

    private mutating func add(_ rule: Rule, _ scope: Int) {
        switch rule {
        case .scalar(let rule):
            if scalars[rule.target.field] == nil { scalars[rule.target.field] = rule }
            own(rule.target, scope, rule.node, rule.localPath, rule.place)
        case .texts(let rule): own(rule.target, 0, rule.node, rule.localPath, rule.place)
        case .position(let rule):
            positions.insert(rule.target.field)
            own(rule.target, scope, 0, "", rule.place)
        case .tuple(let rule):
            if scope == 0 { tuples.append(rule) } else { rowTuples.append(rule) }
            let local = rule.locals.first { $0.isWritten } ?? rule.locals[0]
            let node = local.observation.rows == nil ? local.observation.node : 0
            for target in rule.canonicals { own(target, scope, node, local.path, rule.place) }
        case .group(let rule): add(rule.rules, scope: scope)
        case .variant(let rule):
            if variants[rule.target.field] == nil { variants[rule.target.field] = rule }
            own(rule.target, scope, rule.node, rule.localPath, rule.place)
            for item in rule.cases { add(item.rules, scope: scope) }
        case .template(let rule):
            for target in Rule.template(rule).targets { own(target, scope, rule.node, rule.localPath, rule.place) }
        case .hook(let rule):
            for (_, target) in rule.canonicals {
                own(target, scope, rule.locals.first?.node ?? 0, rule.localPath, rule.place)
            }
        case .each(let rule):
            if lists[rule.list] == nil { lists[rule.list] = rule }
            add(rule.rules, scope: rule.scope)
        case .constant, .present: break
        }
    }

    private mutating func own(
        _ target: CanonicalTarget, _ scope: Int, _ node: Int, _ path: String, _ place: Place
    ) {
        let owner = Owner(scope: scope, node: node, path: path, place: place, target: target)
        if let first = owners[target.field], first.scope > 0 || scope == 0 { return }
        owners[target.field] = owner
    }

    /// What a value becomes when it is written and read back by its own rule; `nil` when it cannot be written.
    func readBack(_ field: Field, _ value: String, tables: [CodeTable]) -> String? {
        if let rule = scalars[field] {
            guard let local = Self.write(value, rule.operations, tables) else { return nil }
            return Self.read(local[...], rule.operations, tables)
        }
        if let variant = variants[field] {
            return variant.cases.first { $0.canonical.contains(value) }?.canonical.first
        }
        for tuple in tuples + rowTuples {
            guard let column = tuple.canonicals.firstIndex(where: { $0.field == field }) else { continue }
            return tupleReadBack(tuple, column, value, tables[tuple.table])
        }
        return value
    }

    static func write(_ value: String, _ operations: [Operation], _ tables: [CodeTable]) -> [UInt8]? {
        write(Array(value.utf8), operations, tables)
    }

    static func write(_ value: [UInt8], _ operations: [Operation], _ tables: [CodeTable]) -> [UInt8]? {
        var bytes = value
        for operation in operations.reversed() {
            guard case .bytes(let next) = operation.outward(bytes, tables: tables) else { return nil }
            bytes = next
        }
        return bytes
    }

    static func read(_ local: ArraySlice<UInt8>, _ operations: [Operation], _ tables: [CodeTable]) -> String? {
        var bytes = local
        for operation in operations {
            guard case .value(let next) = operation.inward(bytes, tables: tables) else { return nil }
            bytes = next
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first row that writes the value, read again.
    ///
    /// Cells that the row leaves open stay open.
    private func tupleReadBack(_ tuple: TupleRule, _ column: Int, _ value: String, _ table: CodeTable) -> String? {
        let bytes = Array(value.utf8)
        let writing = table.rows.filter { $0.isWritten && ($0.canonicals[column] == .text(bytes)) }
        // A row that reads back the same value wins over one that is coarser in another column.
        if writing.contains(where: \.isRead) { return value }
        guard let row = writing.first else { return nil }
        return table.readBack(row)?.canonicals[column].bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Joins the extension block of a document with what the plain document says.
///
/// The block fills what the document does not say and refines what it says coarsely; where the two contradict, the plain
/// document counts: its hub may have changed it and passed an old block along.
struct ExtensionMerge {
    let program: Program
    @inline(__always)
    private var index: RuleIndex { program.index }
    /// The plain document, for tuples.
    let captures: Captures

    func merge(_ block: CaseRecord, into record: inout CaseRecord) {
        let tupleFields = mergeTuples(block, into: &record)
        for (field, value) in block.presentScalars where !tupleFields.contains(field) {
            if isOpen(field, record[field], value) { record[field] = value }
        }
        for list in SchemaParts.lists {
            let rows = block[list]
            if !rows.isEmpty { merge(rows, of: list, into: &record) }
        }
    }

    /// Whether the block's value may stand where the plain document says `plain`.
    private func isOpen(_ field: Field, _ plain: String?, _ value: String) -> Bool {
        guard let plain, plain != value else { return true }
        if index.positions.contains(field) { return true }
        if let rule = index.scalars[field] {
            if rule.shares { return true }
            if rule.defaultValue == plain, !captures[0, 0, rule.target.field.list < 0 ? rule.node : 0].isScalar {
                return true
            }
        }
        return index.readBack(field, value, tables: program.tables) == plain
    }

    private func mergeTuples(_ block: CaseRecord, into record: inout CaseRecord) -> Set<Field> {
        var fields: Set<Field> = []
        for tuple in index.tuples {
            let scalars = tuple.canonicals.map(\.field)
            guard scalars.allSatisfy({ $0.list < 0 }) else { continue }
            fields.formUnion(scalars)
            // A block that names one member names all that are known.
            let wanted = scalars.map { block[$0] }
            if wanted.allSatisfy({ $0 == nil }) || wanted == scalars.map({ record[$0] }) { continue }
            let table = program.tables[tuple.table]
            let locals = captures.texts(tuple, program, scope: 0, row: 0)
            let values = wanted.map { $0.map { Array($0.utf8)[...] } }
            let isSilent = tuple.isOptional && locals.allSatisfy { $0 == nil }
            if isSilent || table.admits(values, behind: locals, isWritten: tuple.locals.map(\.isWritten)) {
                for (field, value) in zip(scalars, wanted) { record[field] = value }
            } else if let row = table.rowInward(locals) {
                for (column, field) in scalars.enumerated() where row.canonicals[column] == .any {
                    record[field] = record[field] ?? block[field]
                }
            }
        }
        return fields
    }

    // MARK: Rows

    private func merge(_ block: [CaseRow], of list: ListField, into record: inout CaseRecord) {
        let plain = record[list]
        if plain.isEmpty {
            record[list] = block
            return
        }
        let places = pairs(plain, block, list)
        var rows = plain
        for (row, place) in zip(block, places) {
            if let place { refine(&rows[place], row, list) }
        }
        let isWhole = Set(places.compactMap { $0 }).count == plain.count
        if isWhole {
            // The block names every row: its order is the order of the case.
            record[list] = zip(block, places).map { row, place in place.map { rows[$0] } ?? row }
        } else {
            record[list] = rows + zip(block, places).filter { $0.1 == nil }.map(\.0)
        }
    }

    /// For each row of the block the plain row that is the same entry: by key, else by everything that the plain row
    /// says, else by what every row must have.
    private func pairs(_ plain: [CaseRow], _ block: [CaseRow], _ list: ListField) -> [Int?] {
        let fields = SchemaParts.columns[list.index]
        let required = SchemaParts.required[list.index]
        var places = [Int?](repeating: nil, count: block.count)
        var isFree = [Bool](repeating: true, count: plain.count)
        func pair(_ fits: (CaseRow, CaseRow) -> Bool) {
            for index in block.indices where places[index] == nil {
                guard let place = plain.indices.first(where: { isFree[$0] && fits(plain[$0], block[index]) }) else {
                    continue
                }
                places[index] = place
                isFree[place] = false
            }
        }
        pair { $0.hasKey(of: $1) }
        if !isFree.contains(true) { return places }
        pair { isCompatible($0, $1, fields) }
        pair { isCompatible($0, $1, required) }
        return places
    }

    private func isCompatible(_ plain: CaseRow, _ block: CaseRow, _ fields: [Field]) -> Bool {
        fields.allSatisfy { field in
            guard let said = plain[field] else { return true }
            guard let value = block[field] else { return index.positions.contains(field) || isWeak(field) }
            return isOpen(field, said, value)
        }
    }

    private func isWeak(_ field: Field) -> Bool { index.scalars[field]?.shares == true }

    private func refine(_ row: inout CaseRow, _ block: CaseRow, _ list: ListField) {
        for field in SchemaParts.columns[list.index] {
            guard let value = block[field], isOpen(field, row[field], value) else { continue }
            row[field] = value
        }
    }
}
