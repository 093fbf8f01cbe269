import KuayuFormats
public import KuayuModel

/// The canonical case as a document: canonical JSON (RFC 8785).
///
/// Booleans and whole numbers are JSON literals, lists of texts are arrays, everything else is a string. What is absent
/// is left out, and so are objects and lists with nothing in them. The digest of a case is taken over these bytes.
public enum CaseDocument {
    /// The canonical bytes of a case, or of the part of it that the plan names.
    public static func encode(_ record: CaseRecord, plan: CasePlan = .full) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(plan.isFull ? 4_096 : 512)
        append(record, plan: plan, to: &out)
        return out
    }

    /// The canonical bytes of the part of a case whose fields `includes` names.
    ///
    /// For more than one case, make a ``CasePlan`` once instead.
    public static func encode(_ record: CaseRecord, where includes: (Field) -> Bool) -> [UInt8] {
        encode(record, plan: CasePlan(where: includes))
    }

    /// Appends the canonical bytes of a case; says whether they hold anything (`{}` is written otherwise).
    @discardableResult
    public static func append(_ record: CaseRecord, plan: CasePlan = .full, to out: inout [UInt8]) -> Bool {
        let start = out.count
        if appendObject(plan.members, values: record, record: record, to: &out) { return true }
        out.removeLast(out.count - start)
        out.append(contentsOf: [leftBrace, rightBrace])
        return false
    }

    private static let quote: UInt8 = 0x22
    private static let comma: UInt8 = 0x2C
    private static let leftBrace: UInt8 = 0x7B
    private static let rightBrace: UInt8 = 0x7D
    private static let leftBracket: UInt8 = 0x5B
    private static let rightBracket: UInt8 = 0x5D

    /// Appends an object; `false` when it holds nothing of its own, and then the caller takes it back.
    private static func appendObject(
        _ members: [CasePlan.Member], values: some FieldValues, record: CaseRecord, to out: inout [UInt8]
    ) -> Bool {
        out.append(leftBrace)
        let start = out.count
        var hasOwn = false
        for member in members {
            // Most members of most cases are absent.
            if case .leaf(let field, _) = member.content, values[field] == nil { continue }
            let mark = out.count
            if mark > start { out.append(comma) }
            out.append(contentsOf: member.prefix)
            if appendContent(member.content, values: values, record: record, to: &out) {
                if !member.isKeyOnly { hasOwn = true }
            } else {
                out.removeLast(out.count - mark)
            }
        }
        out.append(rightBrace)
        return hasOwn
    }

    private static func appendContent(
        _ content: CasePlan.Content, values: some FieldValues, record: CaseRecord, to out: inout [UInt8]
    ) -> Bool {
        switch content {
        case .leaf(let field, let leaf):
            guard let value = values[field] else { return false }
            appendLeaf(value, leaf, to: &out)
            return true
        case .object(let members):
            return appendObject(members, values: values, record: record, to: &out)
        case .list(let list, let members):
            return appendList(record[list], members, record: record, to: &out)
        }
    }

    private static func appendList(
        _ rows: [CaseRow], _ members: [CasePlan.Member], record: CaseRecord, to out: inout [UInt8]
    ) -> Bool {
        guard !rows.isEmpty else { return false }
        out.append(leftBracket)
        let start = out.count
        for row in rows {
            let mark = out.count
            if mark > start { out.append(comma) }
            if !appendObject(members, values: row, record: record, to: &out) { out.removeLast(out.count - mark) }
        }
        let hasRows = out.count > start
        out.append(rightBracket)
        return hasRows
    }

    private static func appendLeaf(_ value: String, _ leaf: CasePlan.Leaf, to out: inout [UInt8]) {
        switch leaf {
        case .integer where isIntegerLiteral(value), .boolean where value == "true" || value == "false":
            out.append(contentsOf: value.utf8)
        case .texts:
            appendTexts(value, to: &out)
        default:
            appendString(value, to: &out)
        }
    }

    private static func appendTexts(_ value: String, to out: inout [UInt8]) {
        out.append(leftBracket)
        var isFirst = true
        for text in Array(value.utf8).split(separator: 0x0A, omittingEmptySubsequences: false) {
            if !isFirst { out.append(comma) }
            isFirst = false
            CanonicalJSON.appendString(text, to: &out)
        }
        out.append(rightBracket)
    }

    /// Most texts need no escape and are copied whole.
    private static func appendString(_ value: String, to out: inout [UInt8]) {
        let bytes = value.utf8.span
        for index in 0..<bytes.count where bytes[index] < 0x20 || bytes[index] == quote || bytes[index] == 0x5C {
            CanonicalJSON.appendString(value, to: &out)
            return
        }
        out.append(quote)
        out.append(contentsOf: value.utf8)
        out.append(quote)
    }

    /// Whether a text is a whole number as RFC 8785 writes it; anything else is written as a string, never as a bad
    /// literal.
    static func isIntegerLiteral(_ value: String) -> Bool {
        let isNegative = value.utf8.first == 0x2D
        let digits = isNegative ? value.utf8.dropFirst() : value.utf8[...]
        guard let first = digits.first, digits.count <= 15 else { return false }
        if first == 0x30 { return digits.count == 1 && !isNegative }
        return digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}

/// Where the text of a field is found: in a case, or in a row of one of its lists.
protocol FieldValues {
    subscript(field: Field) -> String? { get }
}

extension CaseRecord: FieldValues {}
extension CaseRow: FieldValues {}
