/// The check of one field, resolved once from the field table.
///
/// A value that passes costs no allocation of its own.
struct FieldCheck: Sendable {
    let field: Field
    let type: FieldType
    let isRequired: Bool
    /// Set by the gateway at registration.
    let comesFromGateway: Bool
    /// The sibling that says what kind of number an identity number is.
    let idType: Field?
    /// A free text that holds a licence identifier when it begins like one.
    private let mayBeLicenceID: Bool
    private let codes: [String]

    /// Checks of the scalars, by column.
    static let scalars = CaseSchema.v1.scalars.indices.map { FieldCheck(Field(list: -1, column: UInt16($0))) }
    /// Checks of each list's columns.
    static let columns = CaseSchema.v1.lists.map { list in list.fields.map { FieldCheck($0) } }
    /// Key columns of each list.
    static let keys = CaseSchema.v1.lists.map(\.key)

    /// The check of a field.
    static func check(_ field: Field) -> FieldCheck {
        field.list < 0 ? scalars[Int(field.column)] : columns[Int(field.list)][Int(field.column)]
    }

    private init(_ field: Field) {
        let info = CaseSchema.v1.info(field)
        self.field = field
        type = info.type
        isRequired = info.isRequired
        comesFromGateway = info.isRequired && (info.owner == .gateway || field == .mode)
        idType = info.type == .identityNumber ? Self.sibling(of: info.path, named: "idType") : nil
        mayBeLicenceID = info.localPath == "licenceId" || info.localPath.hasSuffix(".licenceId")
        if case .code(let set) = info.type { codes = set.codes } else { codes = [] }
    }

    private static func sibling(of path: String, named name: String) -> Field? {
        guard let dot = path.lastIndex(of: ".") else { return nil }
        return CaseSchema.v1.field(path[...dot] + name)
    }

    /// What is wrong with a value; `nil` when nothing is.
    func fault(in value: String, idType: String?) -> FieldFault? {
        switch type {
        case .text(let max): TextCheck.fault(in: value, limit: max) ?? licenceFault(in: value)
        case .texts(let max): TextCheck.fault(inEntries: value, limit: max)
        case .code(let set): codes.contains(value) || set.contains(value) ? nil : .unknownCode
        case .bool: value == "true" || value == "false" ? nil : .notBoolean
        case .int(let range): NumberCheck.fault(in: value, range: range)
        case .decimal: NumberCheck.isAmount(value) ? nil : .notDecimal
        case .date: CalendarDate(value) == nil ? .notDate : nil
        case .instant: Instant(canonical: value) == nil ? .notInstant : nil
        case .division: IdentifierCheck.divisionFault(in: value)
        case .region: IdentifierCheck.isRegion(value) ? nil : .notRegion
        case .caseID: IdentifierCheck.caseIDFault(in: value)
        case .catalogCode: IdentifierCheck.catalogFault(in: value)
        case .taskCode: IdentifierCheck.taskFault(in: value)
        case .identityNumber: IdentifierCheck.identityFault(in: value, type: idType)
        case .creditCode: IdentifierCheck.creditFault(in: value)
        case .licenceID: IdentifierCheck.licenceFault(in: value)
        case .digest: IdentifierCheck.isDigest(value) ? nil : .notDigest
        }
    }

    /// Free texts carry any identifier; one that begins like GB/T 36904's should also hold up as one.
    private func licenceFault(in value: String) -> FieldFault? {
        guard mayBeLicenceID, value.hasPrefix("1.2.156.3005.2.") else { return nil }
        if case .identifier(let error) = IdentifierCheck.licenceFault(in: value) { return .doubtful(error) }
        return IdentifierCheck.licenceFault(in: value)
    }
}

/// Free text: length in code points, control characters, normalization.
enum TextCheck {
    static func fault(in value: String, limit: Int) -> FieldFault? {
        if value.utf8.count > limit, value.unicodeScalars.count > limit { return .tooLong(limit: limit) }
        if hasControl(value.utf8) { return .controlCharacter }
        return isPlain(value.utf8) || NormalForm.isComposed(value) ? nil : .notNormalized
    }

    /// Entries joined by LF.
    static func fault(inEntries value: String, limit: Int) -> FieldFault? {
        var count = 0
        for entry in value.split(separator: "\n", omittingEmptySubsequences: false) {
            count += 1
            if count > limit { return .tooManyEntries(limit: limit) }
            if entry.isEmpty { return .emptyEntry }
            if let fault = fault(in: String(entry), limit: CaseValidation.entryLimit) { return fault }
        }
        return nil
    }

    /// C0 but LF, DEL, and C1 (in UTF-8: C2 followed by 80–9F).
    private static func hasControl(_ bytes: String.UTF8View) -> Bool {
        var previous: UInt8 = 0
        for byte in bytes {
            if byte < 0x20 && byte != 0x0A || byte == 0x7F { return true }
            if previous == 0xC2 && byte < 0xA0 { return true }
            previous = byte
        }
        return false
    }

    /// ASCII and the block of CJK ideographs (U+4000–U+9FFF) are always in form C.
    private static func isPlain(_ bytes: String.UTF8View) -> Bool {
        for byte in bytes where byte >= 0xC0 && !(0xE4...0xE9).contains(byte) { return false }
        return true
    }
}

/// Numbers in decimal, in the one spelling that is canonical.
enum NumberCheck {
    static func fault(in value: String, range: ClosedRange<Int>) -> FieldFault? {
        guard let number = number(value) else { return .notInteger }
        return range.contains(number) ? nil : .outOfRange(range)
    }

    /// Digits without sign, leading zeros or fraction; at most 18 of them.
    private static func number(_ value: String) -> Int? {
        let bytes = value.utf8
        guard let first = bytes.first, bytes.count <= 18, first != 0x30 || bytes.count == 1 else { return nil }
        var sum = 0
        for byte in bytes {
            guard byte >= 0x30 && byte <= 0x39 else { return nil }
            sum = sum * 10 + Int(byte - 0x30)
        }
        return sum
    }

    /// Up to 13 digits without leading zeros, then up to 2 fraction digits.
    static func isAmount(_ value: String) -> Bool {
        var whole = 0
        var fraction: Int?
        var startsWithZero = false
        for byte in value.utf8 {
            if byte == 0x2E, fraction == nil, whole > 0 {
                fraction = 0
            } else if byte >= 0x30 && byte <= 0x39 {
                if fraction == nil, whole == 0, byte == 0x30 { startsWithZero = true }
                if let count = fraction { fraction = count + 1 } else { whole += 1 }
            } else {
                return false
            }
        }
        if startsWithZero && whole > 1 { return false }
        return (1...13).contains(whole) && (fraction.map { (1...2).contains($0) } ?? true)
    }
}
