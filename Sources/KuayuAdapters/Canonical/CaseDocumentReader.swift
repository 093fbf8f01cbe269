import KuayuFormats
import KuayuModel

/// Walks a tape along a plan.
///
/// Paths are only put together when something is wrong.
struct CaseDocumentReader {
    /// Something wrong, before its place is turned into line and column.
    struct Finding {
        let code: String
        let path: String
        let offset: Int
        let message: String
        let help: String
    }

    private enum Step {
        case name(String)
        case index(Int)
    }

    let tape: Tape
    private(set) var record = CaseRecord()
    private(set) var findings: [Finding] = []
    private var row: CaseRow?
    private var steps: [Step] = []
    private var uncounted = 0

    init(tape: Tape) { self.tape = tape }

    /// Reads the object that is the document; `{}` is a document with nothing in it.
    mutating func readRoot(_ node: Int, _ members: [CasePlan.Member]) {
        readMembers(node, members)
        if uncounted > 0, let last = findings.popLast() {
            findings.append(
                Finding(
                    code: last.code, path: last.path, offset: last.offset,
                    message: "\(last.message) \(uncounted) further issues are not listed.", help: last.help))
        }
    }

    // MARK: Objects

    private mutating func readObject(_ node: Int, _ members: [CasePlan.Member]) {
        if tape.nodes[node].kind == .object, Int(tape.nodes[node].next) == node + 1 {
            report("json.empty", node, "is an empty object", "Leave it out.")
        } else {
            readMembers(node, members)
        }
    }

    /// Documents of our own are in canonical order, so that the next member is nearly always a few steps on.
    private mutating func readMembers(_ node: Int, _ members: [CasePlan.Member]) {
        guard tape.nodes[node].kind == .object else { return reportType(node, wanted: "an object") }
        var cursor = 0
        for child in tape.children(of: node) {
            guard let index = find(child, in: members, from: cursor) else {
                reportUnknown(child, members)
                continue
            }
            cursor = index + 1
            steps.append(.name(members[index].name))
            read(child, members[index].content)
            steps.removeLast()
        }
    }

    private func find(_ child: Int, in members: [CasePlan.Member], from cursor: Int) -> Int? {
        for index in cursor..<members.count where tape.nameEquals(child, members[index].bytes) { return index }
        for index in 0..<min(cursor, members.count) where tape.nameEquals(child, members[index].bytes) { return index }
        return nil
    }

    private mutating func read(_ node: Int, _ content: CasePlan.Content) {
        if tape.nodes[node].kind == .null {
            return report("json.null", node, "is null", "Leave out what is not known; there are no nulls.")
        }
        switch content {
        case .leaf(let field, let leaf): readLeaf(node, field, leaf)
        case .object(let members): readObject(node, members)
        case .list(let list, let members): readList(node, list, members)
        }
    }

    private mutating func readList(_ node: Int, _ list: ListField, _ members: [CasePlan.Member]) {
        guard isFilledArray(node) else { return }
        var rows: [CaseRow] = []
        for (index, child) in tape.children(of: node).enumerated() {
            steps.append(.index(index))
            row = CaseRow(list)
            readObject(child, members)
            if let row { rows.append(row) }
            steps.removeLast()
        }
        row = nil
        record[list] = rows
    }

    // MARK: Leaves

    private mutating func readLeaf(_ node: Int, _ field: Field, _ leaf: CasePlan.Leaf) {
        let kind = tape.nodes[node].kind
        switch leaf {
        case .string:
            guard kind == .text else { return reportType(node, wanted: "a string") }
            let text = tape.text(node)
            if text.isEmpty { return reportEmpty(node) }
            store(text, field)
        case .boolean:
            guard kind == .bool else { return reportType(node, wanted: "true or false") }
            store(tape.text(node), field)
        case .integer:
            guard kind == .number else { return reportType(node, wanted: "a number") }
            let text = tape.text(node)
            guard CaseDocument.isIntegerLiteral(text) else {
                return report(
                    "json.number", node, "is not a plain whole number of at most 15 digits",
                    "Write digits without leading zeros, fraction or exponent.")
            }
            store(text, field)
        case .texts: readTexts(node, field)
        }
    }

    private mutating func readTexts(_ node: Int, _ field: Field) {
        guard isFilledArray(node) else { return }
        var texts: [String] = []
        for (index, child) in tape.children(of: node).enumerated() {
            steps.append(.index(index))
            defer { steps.removeLast() }
            guard tape.nodes[child].kind == .text else {
                reportType(child, wanted: "a string")
                continue
            }
            let text = tape.text(child)
            if text.isEmpty { reportEmpty(child) }
            if text.utf8.contains(0x0A) {
                report("json.line-feed", child, "holds a line feed", "Send each line as an entry of its own.")
            }
            texts.append(text)
        }
        store(texts.joined(separator: "\n"), field)
    }

    private mutating func isFilledArray(_ node: Int) -> Bool {
        guard tape.nodes[node].kind == .array else {
            reportType(node, wanted: "an array")
            return false
        }
        if Int(tape.nodes[node].next) == node + 1 {
            report("json.empty", node, "is an empty array", "Leave it out.")
            return false
        }
        return true
    }

    private mutating func store(_ value: String, _ field: Field) {
        if field.list < 0 { record[field] = value } else { row?[field] = value }
    }

    // MARK: Issues

    private var path: String {
        steps.reduce(into: "") { path, step in
            switch step {
            case .name(let name): path += path.isEmpty ? name : "." + name
            case .index(let index): path += "[\(index)]"
            }
        }
    }

    /// `what` goes on from the path: `is null`.
    private mutating func report(_ code: String, _ node: Int, _ what: String, _ help: String) {
        let path = path
        add(
            Finding(
                code: code, path: path, offset: tape.extent(of: node).lowerBound,
                message: "\(path.isEmpty ? "The document" : path) \(what).", help: help))
    }

    private mutating func add(_ finding: Finding) {
        if findings.count < CaseDocument.issueLimit { findings.append(finding) } else { uncounted += 1 }
    }

    private mutating func reportEmpty(_ node: Int) {
        report("json.empty", node, "is an empty string", "Leave out what is not known; there are no empty strings.")
    }

    private mutating func reportType(_ node: Int, wanted: String) {
        let found =
            switch tape.nodes[node].kind {
            case .object: "an object"
            case .array: "an array"
            case .text: "a string"
            case .number: "a number"
            case .bool: "true or false"
            case .null: "null"
            }
        report("json.type", node, "is \(found), not \(wanted)", "Write \(wanted).")
    }

    private mutating func reportUnknown(_ child: Int, _ members: [CasePlan.Member]) {
        let name = tape.name(child)
        let parent = path
        add(
            Finding(
                code: "json.unknown-member", path: parent.isEmpty ? name : "\(parent).\(name)",
                offset: max(0, Int(tape.nodes[child].nameStart) - 1),
                message: "case/v1 has no member \(shown(name)) \(parent.isEmpty ? "at the top" : "in \(parent)").",
                help: CaseNameHints.hint(for: name, among: members)))
    }

    /// A name from outside, on one line and not too long.
    private func shown(_ name: String) -> String {
        "`" + String(name.prefix(40).filter { !$0.isNewline }) + (name.count > 40 ? "…`" : "`")
    }
}
