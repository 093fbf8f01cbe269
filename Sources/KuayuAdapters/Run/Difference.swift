import KuayuModel

/// The scalars and lists of `case/v1`, in table order.
enum SchemaParts {
    static let scalars = CaseSchema.v1.allFields.filter { $0.list < 0 }
    static let lists = CaseSchema.v1.lists.map { ListField.named($0.path) }
}

/// What a written document fails to say of a case.
struct Difference {
    /// What the extension block must hold so that the case arrives whole.
    private(set) var block = CaseRecord()
    /// Paths that differ, sorted.
    private(set) var paths: [String] = []
    /// Fields that differ.
    private(set) var fields: Set<Field> = []

    /// Compares a case with what its document reads back as.
    ///
    /// `beside` fields stand in no document.
    init(wanted: CaseRecord, got: CaseRecord, beside: Set<Field>) {
        for field in SchemaParts.scalars {
            let value = wanted[field]
            if value == got[field] || beside.contains(field) { continue }
            note(field)
            block[field] = value
        }
        for list in SchemaParts.lists { compare(list, wanted, got, beside) }
        paths = Set(paths).sorted()
    }

    var isEmpty: Bool { paths.isEmpty }

    private mutating func note(_ field: Field) {
        fields.insert(field)
        paths.append(field.path)
    }

    private mutating func compare(
        _ list: ListField, _ wanted: CaseRecord, _ got: CaseRecord, _ beside: Set<Field>
    ) {
        if wanted[list] == got[list] { return }
        let rows = wanted[list].map { Self.without(beside, $0) }
        let others = got[list].map { Self.without(beside, $0) }
        if rows == others { return }
        let info = CaseSchema.v1.info(list)
        guard rows.count == others.count else {
            paths.append(list.path)
            fields.formUnion(info.fields)
            block[list] = rows
            return
        }
        let keysHold = zip(rows, others).allSatisfy { $0.key == $1.key }
        var kept: [CaseRow] = []
        for (row, other) in zip(rows, others) {
            var part = CaseRow(list)
            for field in info.key { part[field] = row[field] }
            for field in info.fields where row[field] != other[field] {
                note(field)
                part[field] = row[field]
            }
            // Rows that meet by key are named only when they differ, and then only by what differs. Where the document
            // does not say the keys, whole rows are needed to find each other again.
            if !keysHold { kept.append(row) } else if row != other { kept.append(part) }
        }
        block[list] = kept
    }

    private static func without(_ beside: Set<Field>, _ row: CaseRow) -> CaseRow {
        var copy = row
        for field in beside where Int(field.list) == row.list.index { copy[field] = nil }
        return copy
    }
}
