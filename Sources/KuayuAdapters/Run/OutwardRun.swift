import KuayuFormats
import KuayuModel

/// The last document that the receiving region sent for a case: its spellings and its unmapped fields are kept.
struct OriginalDocument {
    let tape: Tape
    let root: Int
    let captures: Captures
    let record: CaseRecord
    let origins: [[Int]]
}

/// Runs the rules outward: canonical case → captures that an emitter writes down.
struct OutwardRun {
    let program: Program
    let record: CaseRecord
    let original: OriginalDocument?
    private(set) var captures: Captures
    /// Why the case cannot be written.
    private(set) var refusals: [Finding] = []
    /// Values that no operation could write; the extension may still carry them.
    private(set) var unwritable: [(field: Field, finding: Finding)] = []
    /// For each scope, the row of the original behind each row; −1 for new rows.
    private(set) var rowOrigins: [[Int]]
    private var scope = 0
    private var rowNumber = 0
    private var row: CaseRow?
    private var originalRow = 0

    init(_ program: Program, _ record: CaseRecord, original: OriginalDocument?) {
        self.program = program
        self.record = record
        self.original = original
        captures = Captures(program.scopes)
        rowOrigins = Array(repeating: [], count: program.scopes.count)
    }

    mutating func run() {
        run(program.rules)
        runLate(program.rules)
    }

    /// Writes a text that no rule makes (envelope entries, the extension).
    mutating func put(_ bytes: some Collection<UInt8>, _ kind: Capture.Kind, node: Int) {
        captures[0, 0, node] = captures.store(bytes, kind)
    }

    private mutating func run(_ rules: [Rule]) {
        for rule in rules {
            switch rule {
            case .scalar(let rule): scalar(rule)
            case .texts(let rule): texts(rule)
            case .constant(let rule): store(rule.node, rule.value, rule.kind)
            case .present(let rule): store(rule.node, value(rule.target) == nil ? rule.no : rule.yes, rule.kind)
            case .group(let rule) where rule.targets.contains(where: { value($0) != nil }): run(rule.rules)
            case .variant(let rule): variant(rule)
            case .template(let rule): template(rule)
            case .hook(let rule): hook(rule)
            case .each(let rule): each(rule)
            case .tuple, .position, .group: break
            }
        }
    }

    /// What depends on what the other rules wrote.
    private mutating func runLate(_ rules: [Rule]) {
        for rule in rules {
            switch rule {
            case .scalar(let rule): absentNode(rule)
            case .tuple(let rule): tuple(rule)
            case .group(let rule) where rule.targets.contains(where: { value($0) != nil }): runLate(rule.rules)
            case .variant(let rule):
                if let value = value(rule.target), let found = rule.cases.first(where: { $0.canonical.contains(value) })
                {
                    runLate(found.rules)
                }
            default: break
            }
        }
    }

    // MARK: Values and texts

    private func value(_ target: CanonicalTarget) -> String? {
        switch target {
        case .scalar(let field): record[field]
        case .row(let field): row?[field]
        case .indexed(let list, let index, let field):
            index < record[list].count ? record[list][index][field] : nil
        case .selected(let list, let selections, let field):
            record[list].first { row in selections.allSatisfy { row[$0.field] == $0.value } }?[field]
        }
    }

    /// The first rule that writes a node has it.
    private mutating func store(_ node: Int, _ bytes: some Collection<UInt8>, _ kind: ScalarKind) {
        guard captures[scope, rowNumber, node].kind == .absent else { return }
        captures[scope, rowNumber, node] = captures.store(bytes, Capture.Kind(kind))
    }

    private func path(_ target: CanonicalTarget) -> String { target.path }

    private mutating func missing(_ target: CanonicalTarget, _ localPath: String, _ place: Place) {
        refusals.append(
            Finding(
                code: "canonical.missing", path: path(target), place: place,
                message: "\(path(target)) is not known, and \(localPath) is required by the receiving format.",
                help: "The case can be delivered once the value is known."))
    }

    private mutating func cannotWrite(_ target: CanonicalTarget, _ reason: String, isOptional: Bool, _ place: Place) {
        let finding = Finding(
            code: "canonical.unwritable", path: path(target), place: place, message: "\(path(target)) \(reason).",
            help: "The receiving format cannot say it.")
        if isOptional { unwritable.append((target.field, finding)) } else { refusals.append(finding) }
    }

    /// The original text of a node, where the original has the same row.
    private func originalCapture(_ node: Int) -> Capture? {
        guard let original, originalRow >= 0 else { return nil }
        let found = original.captures[scope, originalRow, node]
        return found.isScalar ? found : nil
    }

    private mutating func keep(_ node: Int, _ found: Capture) {
        guard let original else { return }
        guard captures[scope, rowNumber, node].kind == .absent else { return }
        captures[scope, rowNumber, node] = captures.store(original.captures.bytes(found), found.kind)
    }

    // MARK: Rules

    private mutating func scalar(_ rule: ScalarRule) {
        guard let value = value(rule.target) else {
            if keepsAbsent(rule) { return }
            if case .text(let text)? = rule.absent {
                store(rule.node, text, rule.kind)
            } else if !rule.isOptional, !rule.shares || captures[scope, rowNumber, rule.node].kind == .absent {
                missing(rule.target, rule.localPath, rule.place)
            }
            return
        }
        if let found = originalCapture(rule.node), means(found, rule, value) {
            keep(rule.node, found)
            return
        }
        if rule.operations.isEmpty {
            store(rule.node, value.utf8, rule.kind)
            return
        }
        var bytes = Array(value.utf8)
        for index in rule.operations.indices.reversed() {
            switch rule.operations[index].outward(bytes, tables: program.tables) {
            case .bytes(let next): bytes = next
            case .fault(let fault):
                cannotWrite(rule.target, fault.reason, isOptional: rule.isOptional || rule.shares, rule.place)
                return
            }
        }
        store(rule.node, bytes, rule.kind)
    }

    /// Whether an original text still means the value.
    private func means(_ found: Capture, _ rule: ScalarRule, _ value: String) -> Bool {
        guard let original, let text = original.captures.text(found, program.policy) else { return false }
        return RuleIndex.read(text, rule.operations, program.tables) == value
    }

    /// A word for nothing is kept as it was written.
    private mutating func keepsAbsent(_ rule: ScalarRule) -> Bool {
        guard let original, let found = originalCapture(rule.node), rule.defaultValue == nil,
            original.captures.text(found, program.policy) == nil
        else { return false }
        keep(rule.node, found)
        return true
    }

    private mutating func absentNode(_ rule: ScalarRule) {
        guard case .node(let node)? = rule.absent, captures[scope, rowNumber, rule.node].kind == .absent else { return }
        let found = captures[scope, rowNumber, node]
        if found.isScalar { captures[scope, rowNumber, rule.node] = found }
    }

    private mutating func texts(_ rule: TextsRule) {
        guard let value = value(rule.target) else {
            if !rule.isOptional { missing(rule.target, rule.localPath, rule.place) }
            return
        }
        for part in value.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let number = captures.addRow(rule.scope)
            rowOrigins[rule.scope].append(-1)
            captures[rule.scope, number, 0] = captures.store(part, .text)
        }
    }

    private mutating func tuple(_ rule: TupleRule) {
        let values = rule.canonicals.map { target in value(target).map { Array($0.utf8)[...] } }
        if rule.isOptional, values.allSatisfy({ $0 == nil }) { return }
        let table = program.tables[rule.table]
        let current = captures.texts(rule, program, scope: scope, row: rowNumber)
        if keepTuple(rule, table, values, current) { return }
        let rows = table.rowsOutward(values)
        let fitting = rows.first { row in
            zip(rule.locals.indices, row.locals).allSatisfy { index, cell in
                rule.locals[index].isWritten || cell == .any || cell.mayStand(for: current[index])
            }
        }
        guard let row = fitting ?? rows.first else {
            let shown = values.map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "absent" }
            cannotWrite(
                rule.canonicals[0],
                "(\(shown.joined(separator: ", "))) has no row in the table `\(table.name)` of the receiving format",
                isOptional: rule.isOptional, rule.place)
            return
        }
        for (local, cell) in zip(rule.locals, row.locals) where local.isWritten {
            if let bytes = cell.bytes { store(local.observation.node, bytes, local.kind) }
        }
    }

    /// Keeps the original spelling of a tuple if it still reads as these values.
    private mutating func keepTuple(
        _ rule: TupleRule, _ table: CodeTable, _ values: [ArraySlice<UInt8>?], _ current: [ArraySlice<UInt8>?]
    ) -> Bool {
        guard let original, originalRow >= 0 else { return false }
        let before = original.captures.texts(rule, program, scope: scope, row: originalRow)
        let locals = rule.locals.indices.map { rule.locals[$0].isWritten ? before[$0] : current[$0] }
        guard let row = table.rowInward(locals), zip(row.canonicals, values).allSatisfy({ $0.mayStand(for: $1) }) else {
            return false
        }
        for local in rule.locals where local.isWritten {
            if let found = originalCapture(local.observation.node) { keep(local.observation.node, found) }
        }
        return true
    }

    private mutating func variant(_ rule: VariantRule) {
        guard let value = value(rule.target) else {
            if !rule.isOptional { missing(rule.target, rule.localPath, rule.place) }
            return
        }
        guard let found = rule.cases.first(where: { $0.canonical.contains(value) }) else {
            cannotWrite(
                rule.target, "is none of the cases of \(rule.localPath)", isOptional: rule.isOptional, rule.place)
            return
        }
        store(rule.node, found.local, rule.kind)
        run(found.rules)
    }

    private mutating func template(_ rule: TemplateRule) {
        let targets = Rule.template(rule).targets
        let present = targets.filter { value($0) != nil }
        guard !present.isEmpty else {
            if !rule.isOptional, let first = targets.first { missing(first, rule.localPath, rule.place) }
            return
        }
        var out: [UInt8] = []
        var parts: [[UInt8]] = []
        for piece in rule.pieces {
            switch piece {
            case .literal(let literal): out += literal
            case .part(let part):
                let text = value(part.target).flatMap {
                    RuleIndex.write($0, part.operations, program.tables)
                }
                parts.append(text ?? [])
                out += text ?? []
            }
        }
        let back = TemplateText.split(out[...], rule.pieces)?.map { Array($0.bytes) }
        guard back == parts, present.count == targets.count else {
            for target in present {
                cannotWrite(
                    target, "does not fit the template of \(rule.localPath)", isOptional: rule.isOptional, rule.place)
            }
            return
        }
        store(rule.node, out, .text)
    }

    private mutating func hook(_ rule: HookRule) {
        var values: [String: String] = [:]
        for (name, target) in rule.canonicals { if let text = value(target) { values[name] = text } }
        if values.isEmpty { return }
        switch rule.hook.outward(values) {
        case .values(let texts):
            for (name, node) in rule.locals { if let text = texts[name] { store(node, text.utf8, .text) } }
        case .refused(let reason):
            for (_, target) in rule.canonicals where value(target) != nil {
                cannotWrite(target, reason, isOptional: true, rule.place)
            }
        }
    }

    // MARK: Rows

    private mutating func each(_ rule: EachRule) {
        let rows = record[rule.list]
        guard !rows.isEmpty else {
            if !rule.isOptional {
                refusals.append(
                    Finding(
                        code: "canonical.missing", path: rule.list.path, place: rule.place,
                        message:
                            "\(rule.list.path) is empty, and \(rule.localPath) is required by the receiving format.",
                        help: "The case can be delivered once an entry is known."))
            }
            return
        }
        let (outerScope, outerRow, outerOriginal) = (scope, rowNumber, originalRow)
        for item in rows {
            originalRow = rule.inline == nil ? originalNumber(of: item, rule) : -1
            rowNumber = captures.addRow(rule.scope)
            rowOrigins[rule.scope].append(originalRow)
            scope = rule.scope
            row = item
            run(rule.rules)
            runLate(rule.rules)
        }
        (scope, rowNumber, originalRow) = (outerScope, outerRow, outerOriginal)
        row = nil
        if let inline = rule.inline { joinInline(rule, inline) }
    }

    /// The captured row of the original that holds the same entry.
    private func originalNumber(of item: CaseRow, _ rule: EachRule) -> Int {
        guard let original, let index = original.record[rule.list].firstIndex(where: { $0.hasKey(of: item) }) else {
            return -1
        }
        let origins = original.origins[rule.list.index]
        return index < origins.count ? origins[index] : -1
    }

    private mutating func joinInline(_ rule: EachRule, _ inline: InlineFormat) {
        let count = captures.rowCount(rule.scope)
        let rows = (0..<count).map { number in
            inline.fields.map { Array(captures.bytes(captures[rule.scope, number, $0])) }
        }
        if let text = InlineText.join(rows, inline) {
            store(rule.node, text, .text)
            return
        }
        let finding = Finding(
            code: "canonical.unwritable", path: rule.list.path, place: rule.place,
            message: "\(rule.list.path) has a text that holds a separator of \(rule.localPath).",
            help: "The receiving format cannot say it.")
        unwritable.append((CaseSchema.v1.info(rule.list).key[0], finding))
    }
}
