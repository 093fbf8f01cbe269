import KuayuModel

/// A place in the canonical case that a rule makes.
enum CanonicalTarget: Hashable, Sendable {
    /// A scalar.
    case scalar(Field)
    /// A column of the row in hand (inside `each`).
    case row(Field)
    /// A column of the row at a position, from 0.
    case indexed(ListField, Int, Field)
    /// A column of the row with these column values.
    case selected(ListField, [Selection], Field)

    /// A column and the value that picks the row.
    struct Selection: Hashable, Sendable {
        let field: Field
        let value: String
    }

    var field: Field {
        switch self {
        case .scalar(let field), .row(let field), .indexed(_, _, let field), .selected(_, _, let field): field
        }
    }

    /// The path as an author writes it.
    var path: String {
        let schema = CaseSchema.v1
        switch self {
        case .scalar(let field): return field.path
        case .row(let field): return field.path
        case .indexed(let list, let index, let field):
            return "\(list.path)[\(index)].\(schema.info(field).localPath)"
        case .selected(let list, let selections, let field):
            let keys = selections.map { "\(schema.info($0.field).localPath)='\($0.value)'" }.joined(separator: ",")
            return "\(list.path)[\(keys)].\(schema.info(field).localPath)"
        }
    }

    /// Reads a path; `list` is the list whose row is in hand.
    ///
    /// `nil` when the schema has no such place.
    static func parse(_ text: String, in list: ListField?) -> CanonicalTarget? {
        let schema = CaseSchema.v1
        if let list {
            return schema.field("\(list.path)[].\(text)").map { .row($0) }
        }
        guard let open = text.firstIndex(of: "[") else {
            guard let field = schema.field(text), field.list < 0 else { return nil }
            return .scalar(field)
        }
        guard let close = text[open...].firstIndex(of: "]"), let list = schema.list(String(text[..<open])) else {
            return nil
        }
        let rest = text[text.index(after: close)...]
        guard rest.first == ".", let field = schema.field("\(list.path)[].\(rest.dropFirst())") else { return nil }
        let inside = text[text.index(after: open)..<close]
        if let index = Int(inside), index >= 0, index < 100 { return .indexed(list, index, field) }
        return selections(inside, list).map { .selected(list, $0, field) }
    }

    private static func selections(_ text: Substring, _ list: ListField) -> [Selection]? {
        var selections: [Selection] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, let field = CaseSchema.v1.field("\(list.path)[].\(sides[0])"),
                sides[1].first == "'", sides[1].last == "'", sides[1].count > 2
            else { return nil }
            selections.append(Selection(field: field, value: String(sides[1].dropFirst().dropLast())))
        }
        return selections.isEmpty ? nil : selections
    }

    /// Names to suggest when a path is unknown.
    static func names(in list: ListField?) -> [String] {
        let schema = CaseSchema.v1
        if let list { return schema.info(list).fields.map { schema.info($0).localPath } }
        return schema.scalars.map(\.path)
    }
}
