public import KuayuModel

/// The data level of a case, and what of it may be shown up to a level (就高从严).
///
/// Levels belong to fields; a form field has a level of its own where its row says one (`form[].level`), which may be
/// lower or higher than that of `form[].value` in the schema.
public enum CaseLevel {
    /// The highest level of anything that the case holds; L1 when it holds nothing.
    public static func of(_ record: CaseRecord) -> DataLevel {
        var level = DataLevel.l1
        for (field, _) in record.presentScalars { level = max(level, CaseSchema.v1.info(field).level) }
        for list in lists {
            for row in record[list] {
                for field in CaseSchema.v1.info(list).fields where row[field] != nil {
                    level = max(level, Self.level(of: field, in: row))
                }
            }
        }
        return level
    }

    /// A case without what is above a level.
    public struct Released: Hashable, Sendable {
        /// What is left.
        public var record: CaseRecord
        /// Canonical paths of what was withheld, each once: `applicant.idNumber`; `materials[].file.name` for a column;
        /// `form[2]` for a whole row, counted from 0 in the full case; `form[]` for every row.
        public var withheld: [String]
    }

    /// The case as somebody may see it who may have data up to a level.
    ///
    /// A row that must have a value above the level is withheld as a whole.
    public static func released(_ record: CaseRecord, upTo level: DataLevel) -> Released {
        var released = Released(record: record, withheld: [])
        if level == .l4 { return released }
        for (field, _) in record.presentScalars where CaseSchema.v1.info(field).level > level {
            released.record[field] = nil
            released.withheld.append(field.path)
        }
        for list in lists where !record[list].isEmpty { withhold(list, above: level, from: &released) }
        return released
    }

    private static func withhold(_ list: ListField, above level: DataLevel, from released: inout Released) {
        let info = CaseSchema.v1.info(list)
        var kept: [CaseRow] = []
        var dropped: [Int] = []
        var columns: Set<Field> = []
        for (index, row) in released.record[list].enumerated() {
            let secret = info.fields.filter { row[$0] != nil && Self.level(of: $0, in: row) > level }
            if secret.contains(where: { CaseSchema.v1.info($0).isRequired }) {
                dropped.append(index)
                continue
            }
            var row = row
            for field in secret { row[field] = nil }
            columns.formUnion(secret)
            kept.append(row)
        }
        if dropped.isEmpty && columns.isEmpty { return }
        released.record[list] = kept
        released.withheld += info.fields.filter(columns.contains).map(\.path)
        released.withheld += kept.isEmpty ? [info.path + "[]"] : dropped.map { "\(info.path)[\($0)]" }
    }

    private static func level(of field: Field, in row: CaseRow) -> DataLevel {
        let level = CaseSchema.v1.info(field).level
        return field == .formValue ? row[.formLevel].flatMap(DataLevel.init(rawValue:)) ?? level : level
    }

    private static let lists = CaseSchema.v1.lists.indices.map { ListField(index: $0) }
}

extension Field {
    /// `form[].value`.
    static let formValue = named("form[].value")
    /// `form[].level`.
    static let formLevel = named("form[].level")
}
