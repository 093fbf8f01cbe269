import KuayuModel

/// The scalars and lists of `case/v1`, in table order, and what is asked of lists for every case.
enum SchemaParts {
    static let scalars = CaseSchema.v1.allFields.filter { $0.list < 0 }
    static let lists = CaseSchema.v1.lists.map { ListField.named($0.path) }
    /// Columns of each list.
    static let columns = CaseSchema.v1.lists.map(\.fields)
    /// Columns of each list that every row must have.
    static let required = columns.map { $0.filter { CaseSchema.v1.info($0).isRequired } }
    /// Key columns of each list.
    static let keys = CaseSchema.v1.lists.map(\.key)
    /// Where the columns of each list begin when every field has a number: scalars first, then each list's columns.
    fileprivate static let offsets = lists.indices.map { scalars.count + columns[..<$0].reduce(0) { $0 + $1.count } }
}

/// Some fields of `case/v1`, a bit each.
struct FieldBits: Sendable {
    private var words: [UInt64] = []

    private static func number(_ field: Field) -> Int {
        Int(field.column) + (field.list < 0 ? 0 : SchemaParts.offsets[Int(field.list)])
    }

    mutating func insert(_ field: Field) {
        let number = Self.number(field)
        while words.count <= number / 64 { words.append(0) }
        words[number / 64] |= 1 << UInt64(number % 64)
    }

    func contains(_ field: Field) -> Bool {
        let number = Self.number(field)
        return number / 64 < words.count && words[number / 64] & 1 << UInt64(number % 64) != 0
    }
}

/// What a written document fails to say of a case.
struct Difference {
    /// What the extension block must hold so that the case arrives whole.
    private(set) var block = CaseRecord()
    /// Fields that differ.
    private(set) var fields = FieldBits()
    /// The same, where no more of their list differs.
    private var single: [Field] = []
    /// Lists that differ in the number of their rows.
    private var whole: [ListField] = []

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
    }

    var isEmpty: Bool { single.isEmpty && whole.isEmpty }

    /// Paths that differ, sorted.
    var paths: [String] { Set(single.map(\.path) + whole.map(\.path)).sorted() }

    private mutating func note(_ field: Field) {
        fields.insert(field)
        single.append(field)
    }

    private mutating func compare(
        _ list: ListField, _ wanted: CaseRecord, _ got: CaseRecord, _ beside: Set<Field>
    ) {
        if wanted[list] == got[list] { return }
        let hidden = beside.filter { Int($0.list) == list.index }
        let rows = Self.without(hidden, wanted[list])
        let others = Self.without(hidden, got[list])
        if rows == others { return }
        let columns = SchemaParts.columns[list.index]
        guard rows.count == others.count else {
            whole.append(list)
            for column in columns { fields.insert(column) }
            block[list] = rows
            return
        }
        let keysHold = zip(rows, others).allSatisfy { $0.hasKey(of: $1) }
        var kept: [CaseRow] = []
        for (row, other) in zip(rows, others) {
            var part = CaseRow(list)
            for field in SchemaParts.keys[list.index] { part[field] = row[field] }
            for field in columns where row[field] != other[field] {
                note(field)
                part[field] = row[field]
            }
            // Rows that meet by key are named only when they differ, and then only by what differs. Where the document
            // does not say the keys, whole rows are needed to find each other again.
            if !keysHold { kept.append(row) } else if row != other { kept.append(part) }
        }
        block[list] = kept
    }

    private static func without(_ hidden: Set<Field>, _ rows: [CaseRow]) -> [CaseRow] {
        if hidden.isEmpty { return rows }
        return rows.map { row in
            var copy = row
            for field in hidden { copy[field] = nil }
            return copy
        }
    }
}
