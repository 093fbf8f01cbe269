/// One thing that is wrong with a canonical case.
///
/// Values of persons are masked.
public struct CaseProblem: Hashable, Sendable {
    /// The field concerned; `nil` when a whole list is.
    public let field: Field?
    /// Path in the case with row numbers counted from 0: `materials[2].name`.
    public let path: String
    /// Stable code, `group.what`: `case.required`, `text.too-long`, `id.check-digit`.
    public let code: String
    /// Whether the case is refused for it.
    public let severity: Issue.Severity
    /// What is wrong and why, one sentence.
    public let message: String
    /// How to mend it.
    public let help: String

    /// A problem.
    public init(
        field: Field?, path: String, code: String, severity: Issue.Severity = .error, message: String, help: String
    ) {
        self.field = field
        self.path = path
        self.code = code
        self.severity = severity
        self.message = message
        self.help = help
    }

    /// The same as an issue of a message, at the path of the canonical case.
    public var issue: Issue {
        Issue(code: code, severity: severity, path: path, message: message, help: help)
    }
}

/// Checks a canonical case against the field table and against the rules between fields.
public enum CaseValidation {
    /// Rows that one list may hold.
    public static let rowLimit = 1_000
    /// Characters (code points) of an identity number of any kind.
    public static let identityNumberLimit = 60
    /// Characters (code points) of one entry of a list of texts.
    public static let entryLimit = 200

    /// Everything that is wrong with a case, in table order, then what is wrong between fields.
    ///
    /// With `requireGatewayFields` off, `caseId`, `version`, `registeredAt` and `mode` may be absent: a case on its way
    /// in gets them at registration. A valid case is checked without building texts.
    public static func validate(_ record: CaseRecord, requireGatewayFields: Bool = true) -> [CaseProblem] {
        var problems: [CaseProblem] = []
        let checks = FieldCheck.scalars
        for column in checks.indices {
            let check = checks[column]
            let value = record.scalars[column]
            guard !value.isEmpty else {
                if check.isRequired && (requireGatewayFields || !check.comesFromGateway) {
                    problems.append(missing(check.field, row: nil))
                }
                continue
            }
            let idType = check.idType.flatMap { record[$0] }
            if let fault = check.fault(in: value, idType: idType) {
                problems.append(problem(fault, check.field, row: nil, value: value))
            }
        }
        for list in CaseSchema.v1.lists.indices {
            checkRows(record[ListField(index: list)], ListField(index: list), into: &problems)
        }
        CaseRules.check(record, isRegistered: requireGatewayFields, into: &problems)
        return problems
    }

    /// Whether a case has no errors; warnings do not count.
    public static func isValid(_ record: CaseRecord, requireGatewayFields: Bool = true) -> Bool {
        !validate(record, requireGatewayFields: requireGatewayFields).contains { $0.severity == .error }
    }

    /// What is wrong with one text as the value of a field, looked at alone; `nil` when nothing is.
    ///
    /// `idType` is the sibling identity type of an identity number.
    public static func problem(in value: String, of field: Field, idType: String? = nil) -> CaseProblem? {
        let check = FieldCheck.check(field)
        return check.fault(in: value, idType: idType).map { problem($0, field, row: nil, value: value) }
    }

    private static func checkRows(_ rows: [CaseRow], _ list: ListField, into problems: inout [CaseProblem]) {
        if rows.isEmpty { return }
        if rows.count > rowLimit {
            problems.append(
                CaseProblem(
                    field: nil, path: list.path, code: "list.too-many",
                    message: "\(list.path) has \(rows.count) entries; at most \(rowLimit) are allowed.",
                    help: "Send fewer entries, or split the case."))
        }
        let checks = FieldCheck.columns[list.index]
        for (index, row) in rows.enumerated() {
            for column in checks.indices {
                let check = checks[column]
                let value = row.values[column]
                if !value.isEmpty {
                    if let fault = check.fault(in: value, idType: nil) {
                        problems.append(problem(fault, check.field, row: index, value: value))
                    }
                } else if check.isRequired {
                    problems.append(missing(check.field, row: index))
                }
            }
        }
        checkKeys(rows, list, into: &problems)
    }

    /// Short lists are compared pair by pair, which needs no memory.
    private static func checkKeys(_ rows: [CaseRow], _ list: ListField, into problems: inout [CaseProblem]) {
        if rows.count < 2 { return }
        let key = FieldCheck.keys[list.index]
        if rows.count <= 16 {
            for index in 1..<rows.count {
                let first = (0..<index).last { other in key.allSatisfy { rows[other][$0] == rows[index][$0] } }
                if let first { problems.append(duplicate(list, first, index)) }
            }
            return
        }
        var seen: [[String?]: Int] = [:]
        for (index, row) in rows.enumerated() {
            if let first = seen.updateValue(index, forKey: row.key) { problems.append(duplicate(list, first, index)) }
        }
    }

    /// Materials are keyed by their name in some formats, process entries by a second, and two alike do occur: somebody
    /// should look, no more.
    private static func duplicate(_ list: ListField, _ first: Int, _ second: Int) -> CaseProblem {
        let key = FieldCheck.keys[list.index]
        let names = key.map { CaseSchema.v1.info($0).localPath }.joined(separator: ", ")
        return CaseProblem(
            field: key.first, path: "\(list.path)[\(second)]", code: "list.duplicate-key",
            severity: list == .materials || list == .events ? .warning : .error,
            message: "Entries \(first) and \(second) of \(list.path) have the same \(names).",
            help: "Give each entry its own \(names), or send the entry once.")
    }

    /// Path of a field with the number of its row filled in.
    static func path(_ field: Field, row: Int?) -> String {
        let info = CaseSchema.v1.info(field)
        guard let row, field.list >= 0 else { return info.path }
        return "\(CaseSchema.v1.lists[Int(field.list)].path)[\(row)].\(info.localPath)"
    }

    private static func missing(_ field: Field, row: Int?) -> CaseProblem {
        let info = CaseSchema.v1.info(field)
        let place = path(field, row: row)
        return CaseProblem(
            field: field, path: place, code: "case.required",
            message: "\(place) (\(info.chinese)) is missing and must be known.", help: info.meaning)
    }

    private static func problem(_ fault: FieldFault, _ field: Field, row: Int?, value: String) -> CaseProblem {
        let info = CaseSchema.v1.info(field)
        let place = path(field, row: row)
        return CaseProblem(
            field: field, path: place, code: fault.code, severity: fault.severity,
            message: "\(place) (\(info.chinese)) \(fault.sentence(shown: CaseMasking.shown(value, of: field))).",
            help: fault.help(for: info.type))
    }
}
