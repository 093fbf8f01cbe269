import KuayuModel

extension CaseSchemaDocument {
    /// The field tables of the documentation page: one table a group, one line a field; UTF-8 text.
    public static func markdown() -> String {
        var out = ""
        for group in groups() {
            out += "\n### \(group.title)\n\n\(group.head)"
            out += "| field | 中文 | type | | meaning | privacy | level | mask | owner |\n"
            out += "|---|---|---|---|---|---|---|---|---|\n"
            for field in group.fields { out += line(field) }
        }
        return out + codeTables()
    }

    private struct Group {
        var title: String
        var head = ""
        var fields: [Field]
    }

    /// Fields in table order; a new group begins where the first name of the path changes.
    private static func groups() -> [Group] {
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for field in CaseSchema.v1.allFields.prefix(CaseSchema.v1.scalars.count) {
            let path = field.path
            let first = path.split(separator: ".").first.map(String.init) ?? path
            let title = first == path ? "The case itself" : "`\(first)`"
            if let place = places[title] {
                groups[place].fields.append(field)
            } else {
                places[title] = groups.count
                groups.append(Group(title: title, fields: [field]))
            }
        }
        for list in CaseSchema.v1.lists {
            let key = list.key.map { "`\(CaseSchema.v1.info($0).localPath)`" }.joined(separator: ", ")
            groups.append(
                Group(
                    title: "`\(list.path)[]` \(list.chinese)",
                    head: "\(list.meaning) Entries are the same when they agree in \(key).\n\n", fields: list.fields))
        }
        return groups
    }

    private static func line(_ field: Field) -> String {
        let info = CaseSchema.v1.info(field)
        let cells = [
            "`\(info.localPath)`", info.chinese, name(info.type), info.isRequired ? "required" : "", info.meaning,
            info.privacy.rawValue, info.level.rawValue, info.mask == .none ? "" : info.mask.rawValue,
            info.owner.rawValue,
        ]
        return "| " + cells.map(escaped).joined(separator: " | ") + " |\n"
    }

    private static func escaped(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private static func name(_ type: FieldType) -> String {
        switch type {
        case .text(let max): "text ≤ \(max)"
        case .code(let set): "code `\(set.rawValue)`"
        case .bool: "boolean"
        case .int(let range): "\(range.lowerBound)–\(range.upperBound)"
        case .decimal: "amount"
        case .date: "date"
        case .instant: "instant"
        case .division: "division, 6 or 12 digits"
        case .region: "region, 6 digits"
        case .caseID: "federation id"
        case .catalogCode: "catalogue code, 12"
        case .taskCode: "task code, 31"
        case .identityNumber: "identity number ≤ \(CaseValidation.identityNumberLimit)"
        case .creditCode: "credit code, 18"
        case .licenceID: "licence identifier"
        case .digest: "digest"
        case .texts(let max): "up to \(max) texts"
        }
    }

    private static func codeTables() -> String {
        var out = "\n### Code sets\n\n| set | codes |\n|---|---|\n"
        for set in CodeSet.allCases {
            let codes = set.codes.map { "`\($0)`" }.joined(separator: " ")
            out += "| `\(set.rawValue)` | \(codes)\(openness(set)) |\n"
        }
        return out
    }

    private static func openness(_ set: CodeSet) -> String {
        switch set {
        case .itemType: "; two digits above `20` are extensions"
        case .idType: "; any three-digit number of GA/T 2000.156"
        default: ""
        }
    }
}
