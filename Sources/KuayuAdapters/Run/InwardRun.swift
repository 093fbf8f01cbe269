import KuayuFormats
import KuayuModel

/// Runs the rules inward: captures → canonical case and findings.
struct InwardRun {
    let program: Program
    private(set) var captures: Captures
    private(set) var record = CaseRecord()
    private(set) var findings: [Finding] = []
    /// For each list, the captured row behind each row of the record; −1 when a scalar rule made it.
    private(set) var origins: [[Int]]
    /// Whether problems are gathered; reading back for comparison needs the values alone.
    private let reports: Bool
    /// The row in hand.
    private var scope = 0
    private var rowNumber = 0
    private var row: CaseRow?

    init(_ program: Program, _ captures: Captures, reports: Bool = true) {
        self.program = program
        self.captures = captures
        self.reports = reports
        origins = Array(repeating: [], count: CaseSchema.v1.lists.count)
    }

    mutating func run() {
        run(program.rules)
        for rule in program.rules { runLate(rule) }
        for item in captures.repeated { reportRepeated(item) }
    }

    private mutating func reportRepeated(_ item: Captures.Repeated) {
        let node = program.scopes[item.scope].nodes[item.trie]
        report(
            Finding(
                code: "local.list", path: node.path, node: item.node, place: node.place,
                message: "\(node.path) comes more than once; a single one is expected.",
                help: "Send it once."))
    }

    /// Everything but rows and presences.
    private mutating func run(_ rules: [Rule]) {
        for rule in rules {
            switch rule {
            case .scalar(let rule): scalar(rule)
            case .texts(let rule): texts(rule)
            case .constant(let rule): constant(rule)
            case .tuple(let rule): tuple(rule)
            case .group(let rule): group(rule)
            case .variant(let rule): variant(rule)
            case .template(let rule): template(rule)
            case .hook(let rule): hook(rule)
            case .position(let rule): set(rule.target, String(rowNumber + 1))
            case .each, .present: break
            }
        }
    }

    /// Rows, which join rows that scalar rules made; then presences, which take values away.
    private mutating func runLate(_ rule: Rule) {
        switch rule {
        case .each(let rule): each(rule)
        case .present(let rule): present(rule)
        case .group(let rule) where hasContent(rule.node):
            for inner in rule.rules { runLate(inner) }
        case .variant(let rule):
            guard let local = text(rule.node), let found = rule.cases.first(where: { local.elementsEqual($0.local) })
            else { return }
            for inner in found.rules { runLate(inner) }
        default: break
        }
    }

    // MARK: Texts and values

    private func capture(_ node: Int) -> Capture { captures[scope, rowNumber, node] }

    private func text(_ node: Int) -> ArraySlice<UInt8>? { captures.text(capture(node), program.policy) }

    /// The text of a single value; a list in its place is a finding.
    private mutating func single(_ node: Int, _ path: String, _ place: Place) -> ArraySlice<UInt8>? {
        let found = capture(node)
        switch found.kind {
        case .text, .number, .bool: return captures.text(found, program.policy)
        case .absent, .null, .repeated: return nil
        case .container where isEmptyContainer(found): return nil
        case .container, .array:
            let what = found.kind == .container ? "holds elements" : "is a list"
            report(
                Finding(
                    code: "local.list", path: path, node: Int(found.node), place: place,
                    message: "\(path) \(what); a single value is expected.", help: "Send it once, as one value."))
            return nil
        }
    }

    /// An XML element that has attributes only.
    private func isEmptyContainer(_ found: Capture) -> Bool {
        guard let tape = captures.tape, found.node >= 0 else { return true }
        return tape.children(of: Int(found.node)).allSatisfy { tape.nodes[$0].isAttribute }
    }

    private mutating func report(_ finding: Finding) {
        guard reports else { return }
        guard scope > 0 else {
            findings.append(finding)
            return
        }
        findings.append(finding.moved(to: RowPath.located(finding.path, program.scopes[scope], row: rowNumber)))
    }

    private mutating func missing(_ path: String, _ place: Place) {
        report(
            Finding(
                code: "local.missing", path: path, node: Int(capture(0).node), place: place,
                message: "\(path) is missing.", help: "Send it; the case cannot be taken without it."))
    }

    /// Applies operations one after the other; `nil` when the text is unset or cannot be read.
    private mutating func convert(
        _ bytes: ArraySlice<UInt8>, _ operations: [Operation], _ target: CanonicalTarget, node: Int, path: String,
        place: Place
    ) -> String? {
        var current = bytes
        // By index: an operation that is taken out of its list is copied.
        for index in operations.indices {
            switch operations[index].inward(current, tables: program.tables) {
            case .value(let value): current = value
            case .absent: return nil
            case .fault(let fault):
                let text = current
                report(
                    .unreadable(
                        fault, text, field: target.field, path: path, capture: capture(node), place: place))
                return nil
            }
        }
        if let unified = Folding.unifiedLineBreaks(current) { return String(decoding: unified, as: UTF8.self) }
        return String(decoding: current, as: UTF8.self)
    }

    private mutating func set(_ target: CanonicalTarget, _ value: String) {
        switch target {
        case .scalar(let field): record[field] = value
        case .row(let field): row?[field] = value
        case .indexed(let list, let index, let field): setIndexed(list, index, field, value)
        case .selected(let list, let selections, let field): setSelected(list, selections, field, value)
        }
    }

    private mutating func setIndexed(_ list: ListField, _ index: Int, _ field: Field, _ value: String) {
        record.update(list) { rows in
            while rows.count <= index { rows.append(CaseRow(list)) }
            rows[index][field] = value
        }
        while origins[list.index].count <= index { origins[list.index].append(-1) }
    }

    private mutating func setSelected(
        _ list: ListField, _ selections: [CanonicalTarget.Selection], _ field: Field, _ value: String
    ) {
        let isNew = record.update(list) { rows in
            for index in rows.indices where selections.allSatisfy({ rows[index][$0.field] == $0.value }) {
                rows[index][field] = value
                return false
            }
            var row = CaseRow(list)
            for selection in selections { row[selection.field] = selection.value }
            row[field] = value
            rows.append(row)
            return true
        }
        if isNew { origins[list.index].append(-1) }
    }

    private mutating func clear(_ target: CanonicalTarget) {
        switch target {
        case .scalar(let field): record[field] = nil
        case .row(let field): row?[field] = nil
        case .indexed(let list, let index, let field):
            record.update(list) { rows in if index < rows.count { rows[index][field] = nil } }
        case .selected(let list, let selections, let field): clearSelected(list, selections, field)
        }
    }

    /// A row of which nothing is left but what picks it was made by the value that goes.
    private mutating func clearSelected(
        _ list: ListField, _ selections: [CanonicalTarget.Selection], _ field: Field
    ) {
        let emptied = record.update(list) { rows -> Int? in
            for index in rows.indices where selections.allSatisfy({ rows[index][$0.field] == $0.value }) {
                rows[index][field] = nil
                var rest = rows[index]
                for selection in selections { rest[selection.field] = nil }
                guard rest.isEmpty else { return nil }
                rows.remove(at: index)
                return index
            }
            return nil
        }
        if let emptied { origins[list.index].remove(at: emptied) }
    }

    // MARK: Rules

    private mutating func scalar(_ rule: ScalarRule) {
        guard var text = single(rule.node, rule.localPath, rule.place), !isAbsentText(text, rule) else {
            if let value = rule.defaultValue {
                set(rule.target, value)
            } else if !rule.isOptional, capture(rule.node).kind != .repeated, capture(rule.node).kind != .array {
                missing(rule.localPath, rule.place)
            }
            return
        }
        if let cut = rule.cut, text.count > cut { text = Folding.prefix(text, scalars: cut) }
        if let code = rule.code {
            // The most frequent operation, straight from the table's own text.
            if let value = program.tables[code].inward(text) { return set(rule.target, value) }
        } else if rule.operations.isEmpty, !text.contains(0x0D) {
            set(rule.target, String(decoding: text, as: UTF8.self))
            return
        }
        if let value = convert(
            text, rule.operations, rule.target, node: rule.node, path: rule.localPath, place: rule.place)
        {
            set(rule.target, value)
        }
    }

    private func isAbsentText(_ text: ArraySlice<UInt8>, _ rule: ScalarRule) -> Bool {
        guard case .text(let absent)? = rule.absent else { return false }
        return text.elementsEqual(absent)
    }

    private mutating func texts(_ rule: TextsRule) {
        var parts: [ArraySlice<UInt8>] = []
        for number in 0..<captures.rowCount(rule.scope) {
            if let text = captures.text(captures[rule.scope, number, 0], program.policy) { parts.append(text) }
        }
        if parts.isEmpty {
            if !rule.isOptional { missing(rule.localPath, rule.place) }
            return
        }
        if parts.contains(where: { $0.contains(0x0A) }) {
            report(
                Finding(
                    code: "value.texts", path: rule.localPath, node: Int(capture(rule.node).node), place: rule.place,
                    message: "\(rule.localPath) has an entry with a line break.", help: "Send it as several entries."))
            return
        }
        set(rule.target, String(decoding: Array(parts.joined(separator: [0x0A])), as: UTF8.self))
    }

    private mutating func constant(_ rule: ConstantRule) {
        guard rule.isChecked, let text = text(rule.node), !text.elementsEqual(rule.value) else { return }
        report(
            Finding(
                code: "local.const", path: rule.localPath, node: Int(capture(rule.node).node), place: rule.place,
                message: "\(rule.localPath) is not `\(String(decoding: rule.value, as: UTF8.self))`.",
                help: "This format always has that value there."))
    }

    private mutating func present(_ rule: PresentRule) {
        guard let text = text(rule.node) else { return }
        if text.elementsEqual(rule.no) {
            clear(rule.target)
        } else if !text.elementsEqual(rule.yes) {
            let fault = OperationFault(
                code: "code.unknown", reason: "is neither of its two codes",
                help:
                    "Send \(String(decoding: rule.yes, as: UTF8.self)) or \(String(decoding: rule.no, as: UTF8.self)).")
            report(
                .unreadable(
                    fault, text, field: .status, path: rule.localPath, capture: capture(rule.node), place: rule.place))
        }
    }

    private mutating func tuple(_ rule: TupleRule) {
        let locals = captures.texts(rule, program, scope: scope, row: rowNumber)
        if rule.isOptional, locals.allSatisfy({ $0 == nil }) { return }
        guard let found = program.tables[rule.table].rowInward(locals) else {
            let first = rule.locals.first { $0.isWritten } ?? rule.locals[0]
            let shown = zip(rule.locals, locals).map { local, text in
                "\(local.path) \(text.map { Finding.shown($0, .status) } ?? "absent")"
            }
            report(
                Finding(
                    code: "code.unknown", path: first.path, node: tupleNode(rule), place: rule.place,
                    message: "\(shown.joined(separator: ", ")) is no row of the table "
                        + "`\(program.tables[rule.table].name)`.",
                    help: "Send a combination that the table has; unknown codes are never guessed."))
            return
        }
        for (cell, target) in zip(found.canonicals, rule.canonicals) {
            if let value = cell.bytes { set(target, String(decoding: value, as: UTF8.self)) }
        }
    }

    private func tupleNode(_ rule: TupleRule) -> Int {
        for local in rule.locals where local.observation.rows == nil {
            let found = capture(local.observation.node)
            if found.node >= 0 { return Int(found.node) }
        }
        return Int(capture(0).node)
    }

    /// Whether an element stands there and is not empty.
    private func hasContent(_ node: Int) -> Bool {
        captures.isPresent(program, scope: scope, row: rowNumber, node: node)
    }

    private mutating func group(_ rule: GroupRule) {
        guard hasContent(rule.node) else {
            if !rule.isOptional { missing(rule.localPath, rule.place) }
            return
        }
        run(rule.rules)
    }

    private mutating func variant(_ rule: VariantRule) {
        guard let local = single(rule.node, rule.localPath, rule.place) else {
            if !rule.isOptional { missing(rule.localPath, rule.place) }
            return
        }
        guard let found = rule.cases.first(where: { local.elementsEqual($0.local) }) else {
            let codes = rule.cases.map { String(decoding: $0.local, as: UTF8.self) }.joined(separator: ", ")
            let fault = OperationFault(
                code: "variant.unknown", reason: "is none of the cases", help: "Send one of: \(codes).")
            report(
                .unreadable(
                    fault, local, field: rule.target.field, path: rule.localPath, capture: capture(rule.node),
                    place: rule.place))
            return
        }
        if let value = found.canonical.first { set(rule.target, value) }
        run(found.rules)
    }

    private mutating func template(_ rule: TemplateRule) {
        guard let text = single(rule.node, rule.localPath, rule.place) else {
            if !rule.isOptional { missing(rule.localPath, rule.place) }
            return
        }
        guard let parts = TemplateText.split(text, rule.pieces) else {
            report(
                Finding(
                    code: "value.template", path: rule.localPath, node: Int(capture(rule.node).node),
                    place: rule.place, message: "\(rule.localPath) does not have the shape of its template.",
                    help: "Write the parts with the signs between them."))
            return
        }
        for (part, bytes) in parts {
            guard !bytes.isEmpty else { continue }
            if let value = convert(
                bytes, part.operations, part.target, node: rule.node, path: rule.localPath, place: part.place)
            {
                set(part.target, value)
            }
        }
    }

    private mutating func hook(_ rule: HookRule) {
        var locals: [String: String] = [:]
        for (name, node) in rule.locals {
            if let text = text(node) { locals[name] = String(decoding: text, as: UTF8.self) }
        }
        if locals.isEmpty { return }
        switch rule.hook.inward(locals) {
        case .values(let values):
            for (name, target) in rule.canonicals {
                if let value = values[name], !value.isEmpty { set(target, value) }
            }
        case .refused(let reason):
            report(
                Finding(
                    code: "value.hook", path: rule.localPath, node: Int(capture(0).node), place: rule.place,
                    message: "\(rule.localPath): \(reason)", help: "Ask the region's developers."))
        }
    }

    // MARK: Rows

    private mutating func each(_ rule: EachRule) {
        let found = capture(rule.node)
        if found.kind == .absent, rule.isOptional, rule.inline != nil || captures.rowCount(rule.scope) == 0 { return }
        if let inline = rule.inline {
            guard let text = single(rule.node, rule.localPath, rule.place) else {
                if !rule.isOptional { missing(rule.localPath, rule.place) }
                return
            }
            captures.removeRows(rule.scope)
            InlineText.split(text, inline, scope: rule.scope, node: found.node, into: &captures)
        } else if found.isScalar, program.wire.format == .json, captures.text(found, program.policy) != nil {
            report(
                Finding(
                    code: "local.list", path: rule.localPath, node: Int(found.node), place: rule.place,
                    message: "\(rule.localPath) is a single value; a list is expected.", help: "Send an array."))
            return
        }
        // One row more than a case may have is enough to refuse it.
        let count = min(captures.rowCount(rule.scope), CaseValidation.rowLimit + 1)
        if count == 0, !rule.isOptional { missing(rule.localPath, rule.place) }
        for number in 0..<count {
            guard let made = readRow(rule, number) else { continue }
            join(made, rule.list, origin: number)
        }
    }

    /// Adds a row, or fills the row with the same key that another rule made.
    private mutating func join(_ made: CaseRow, _ list: ListField, origin: Int) {
        let place = record.update(list) { rows -> Int? in
            for index in rows.indices where origins[list.index][index] < 0 {
                let fits = rows[index].hasKey(of: made) || (index == origin && rows[index].key.allSatisfy { $0 == nil })
                guard fits else { continue }
                for field in SchemaParts.columns[list.index] where rows[index][field] == nil {
                    rows[index][field] = made[field]
                }
                return index
            }
            rows.append(made)
            return nil
        }
        if let place {
            origins[list.index][place] = origin
        } else {
            origins[list.index].append(origin)
        }
    }

    /// Reads one row of a list with its rules.
    private mutating func readRow(_ rule: EachRule, _ number: Int) -> CaseRow? {
        scope = rule.scope
        rowNumber = number
        row = CaseRow(rule.list)
        let before = findings.count
        run(rule.rules)
        for inner in rule.rules { runLate(inner) }
        let made = row
        row = nil
        // Lists do not nest: outside of a row it is the case again.
        defer { (scope, rowNumber) = (0, 0) }
        // A row whose texts are all absent is none: what it lacks is not to be reported.
        let isBlank = made.map { made in rule.saying.allSatisfy { made[$0] == nil } } ?? true
        if isBlank, !hasTexts() {
            findings.removeLast(findings.count - before)
            return nil
        }
        return isBlank ? nil : made
    }

    /// Whether the row in hand holds any text that a rule reads.
    private func hasTexts() -> Bool {
        program.scopes[scope].nodes.indices.contains {
            captures.text(captures[scope, rowNumber, $0], program.policy) != nil
        }
    }
}
