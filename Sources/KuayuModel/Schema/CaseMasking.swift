/// Masks a case before a person reads it: pages, logs, reports and errors show nothing else.
///
/// Which mask a field has stands in the field table. Two things stay readable on purpose, because they name no natural
/// person and operators search by them: unified social credit codes, and the names of applicants that are not natural
/// persons.
public enum CaseMasking {
    /// What stands for a hidden text.
    public static let hiddenText = "***"

    /// A copy of a case in which every field is masked as the field table says.
    public static func masked(_ record: CaseRecord) -> CaseRecord {
        var copy = record
        for field in maskedScalars {
            if let value = record[field] { copy[field] = maskedText(field, value, in: record) }
        }
        for index in maskedColumns.indices where !maskedColumns[index].isEmpty {
            let list = ListField(index: index)
            guard !record[list].isEmpty else { continue }
            copy.update(list) { rows in
                for row in rows.indices { mask(&rows[row], maskedColumns[index]) }
            }
        }
        return copy
    }

    /// One value as it may be shown when nothing else of the case is known.
    ///
    /// The name of an applicant is taken for a natural person's.
    public static func maskedText(_ field: Field, _ value: String) -> String {
        switch CaseSchema.v1.info(field).mask {
        case .none: value
        case .citizenNumber: identityNumber(value)
        case .mobile: Mask.mobile.apply(value)
        case .name: Mask.name.apply(value)
        case .address: Mask.address.apply(value)
        case .hidden: hiddenText
        }
    }

    /// One value of a case as it may be shown.
    public static func maskedText(_ field: Field, _ value: String, in record: CaseRecord) -> String {
        if field == .applicantName, let kind = record[applicantKind], kind != "1" { return value }
        return maskedText(field, value)
    }

    /// A value for an error message: masked, hidden if only some may read it, cut to 40 characters, on one line.
    static func shown(_ value: String, of field: Field) -> String {
        let info = CaseSchema.v1.info(field)
        if info.mask == .none && info.privacy != .public && info.privacy != .internal { return hiddenText }
        let text = maskedText(field, value)
        let clean = text.unicodeScalars.prefix(40).map { $0.properties.generalCategory == .control ? "?" : $0 }
        var out = "`"
        out.unicodeScalars.append(contentsOf: clean)
        return out + (text.unicodeScalars.count > 40 ? "…`" : "`")
    }

    private static let applicantKind = Field.named("applicant.kind")
    private static let maskedScalars = CaseSchema.v1.scalars.indices.compactMap { index in
        CaseSchema.v1.scalars[index].mask == .none ? nil : Field(list: -1, column: UInt16(index))
    }
    private static let maskedColumns = CaseSchema.v1.lists.map { list in
        list.fields.filter { CaseSchema.v1.info($0).mask != .none }
    }

    private static func mask(_ row: inout CaseRow, _ fields: [Field]) {
        for field in fields {
            if let value = row[field] { row[field] = maskedText(field, value) }
        }
    }

    /// A credit code stays readable unless the number could as well be a citizen's: one in 31 citizen numbers also
    /// passes the check of a credit code.
    private static func identityNumber(_ value: String) -> String {
        let isPersonal = value.utf8.prefix(17).allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        if !isPersonal, (try? CreditCode(validating: value)) != nil { return value }
        return Mask.citizenNumber.apply(value)
    }
}
