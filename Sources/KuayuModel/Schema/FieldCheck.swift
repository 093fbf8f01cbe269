/// The check of one field, resolved once from the field table.
///
/// A value that passes costs no allocation of its own. A class, because a case asks for most of the checks: one
/// reference is counted instead of every array in them.
final class FieldCheck: Sendable {
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
    /// How many columns each list has.
    static let columnCounts = columns.map(\.count)
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
        case .instant: TimeCheck.isInstant(value) ? nil : .notInstant
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
        let fault = IdentifierCheck.licenceFault(in: value)
        if case .identifier(let error) = fault { return .doubtful(error) }
        return fault
    }
}

/// Free text: length in code points, control characters, normalization.
enum TextCheck {
    static func fault(in value: String, limit: Int) -> FieldFault? {
        let glance = Glance(value.utf8.span)
        if glance.scalarCount > limit { return .tooLong(limit: limit) }
        if glance.hasControl { return .controlCharacter }
        return glance.isPlain || NormalForm.isComposed(value) ? nil : .notNormalized
    }

    /// Entries joined by LF.
    static func fault(inEntries value: String, limit: Int) -> FieldFault? {
        var count = 0
        for entry in value.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            count += 1
            if count > limit { return .tooManyEntries(limit: limit) }
            if entry.isEmpty { return .emptyEntry }
            if let fault = fault(in: String(Substring(entry)), limit: CaseValidation.entryLimit) { return fault }
        }
        return nil
    }

    /// What one pass over the bytes of a text tells.
    private struct Glance {
        var scalarCount = 0
        /// C0 but LF, DEL, and C1 (in UTF-8: C2 followed by 80–9F).
        var hasControl = false
        /// Whether every character is one of the many that are always in form C, see ``isPlain(_:_:)``.
        var isPlain = true

        init(_ bytes: Span<UInt8>) {
            var previous: UInt8 = 0
            for index in 0..<bytes.count {
                let byte = bytes[index]
                if byte & 0xC0 != 0x80 { scalarCount += 1 }
                if byte < 0x20 && byte != 0x0A || byte == 0x7F || previous == 0xC2 && byte < 0xA0 { hasControl = true }
                if byte >= 0xC0 && !(0xE4...0xE9).contains(byte) && !Self.isPlain(bytes, index) { isPlain = false }
                previous = byte
            }
        }

        /// Whether the character that begins here starts a character and composes with nothing before it: Latin,
        /// punctuation, ideographs, full-width forms; what ``NormalForm`` passes over as well.
        private static func isPlain(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
            guard bytes[at] >= 0xCC else { return true }
            guard at + 2 < bytes.count else { return false }
            let (second, third) = (bytes[at + 1], bytes[at + 2])
            switch bytes[at] {
            // U+2010–U+2027.
            case 0xE2: return second == 0x80 && (0x90...0xA7).contains(third)
            // U+3001–U+3029, U+3400–U+3FFF.
            case 0xE3: return second == 0x80 && (0x81...0xA9).contains(third) || second >= 0x90
            case 0xE4...0xE9: return true
            // U+FF01–U+FF60.
            case 0xEF: return second == 0xBC && third >= 0x81 || second == 0xBD && third <= 0xA0
            default: return false
            }
        }
    }
}

/// Moments in the one spelling that is canonical.
enum TimeCheck {
    /// Whether a text is `yyyy-MM-ddTHH:mm:ss+08:00` and names a moment: what ``Instant/init(canonical:)`` takes.
    static func isInstant(_ value: String) -> Bool {
        let bytes = value.utf8.span
        guard bytes.count == 25, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x54, bytes[13] == 0x3A,
            bytes[16] == 0x3A, bytes[19] == 0x2B, bytes[20] == 0x30, bytes[21] == 0x38, bytes[22] == 0x3A,
            bytes[23] == 0x30, bytes[24] == 0x30, let century = pair(bytes, 0), let years = pair(bytes, 2),
            let month = pair(bytes, 5), let day = pair(bytes, 8), let hour = pair(bytes, 11),
            let minute = pair(bytes, 14), let second = pair(bytes, 17)
        else { return false }
        return hour < 24 && minute < 60 && second < 60
            && CalendarDate(year: century * 100 + years, month: month, day: day) != nil
    }

    /// Two digits.
    private static func pair(_ bytes: Span<UInt8>, _ at: Int) -> Int? {
        let (tens, ones) = (bytes[at] &- 0x30, bytes[at + 1] &- 0x30)
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
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
