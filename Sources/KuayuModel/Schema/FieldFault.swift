/// What is wrong with the text of one field.
///
/// Made without building texts; the words come when somebody reads them.
enum FieldFault: Hashable, Sendable {
    case tooLong(limit: Int)
    case tooManyEntries(limit: Int)
    case emptyEntry
    case controlCharacter
    case notNormalized
    case unknownCode
    case notBoolean
    case notInteger
    case outOfRange(ClosedRange<Int>)
    case notDecimal
    case notDate
    case notInstant
    case notDivision
    case unknownDivision
    case notRegion
    case notDigest
    /// It is not the identifier that it must be.
    case identifier(IdentifierError)
    /// It need not be this identifier, but looks like one and fails as one.
    case doubtful(IdentifierError)
    /// It is a valid identifier with something odd about it.
    case odd(IdentifierWarning)

    /// Stable code of the problem.
    var code: String {
        switch self {
        case .tooLong: "text.too-long"
        case .tooManyEntries: "text.too-many"
        case .emptyEntry: "text.empty-entry"
        case .controlCharacter: "text.control"
        case .notNormalized: "text.not-nfc"
        case .unknownCode: "code.unknown"
        case .notBoolean: "type.boolean"
        case .notInteger: "type.integer"
        case .outOfRange: "type.range"
        case .notDecimal: "type.decimal"
        case .notDate: "type.date"
        case .notInstant: "type.instant"
        case .notDivision: "id.division"
        case .unknownDivision: "id.division-unknown"
        case .notRegion: "id.region"
        case .notDigest: "id.digest"
        case .identifier(let error), .doubtful(let error): error.kind.code
        case .odd(let warning): warning.code
        }
    }

    /// Whether the case is refused for it.
    var severity: Issue.Severity {
        switch self {
        case .unknownDivision, .doubtful, .odd: .warning
        default: .error
        }
    }

    /// The rest of a sentence that begins with the path.
    ///
    /// `shown` is the value as it may be printed.
    func sentence(shown: String) -> String {
        switch self {
        case .tooLong(let limit): "is longer than \(limit) characters"
        case .tooManyEntries(let limit): "has more than \(limit) entries"
        case .emptyEntry: "has an empty entry"
        case .controlCharacter: "holds a control character other than LF"
        case .notNormalized: "is not in Unicode normalization form C"
        case .unknownCode: "has the unknown code \(shown)"
        case .notBoolean: "is \(shown) instead of true or false"
        case .notInteger: "is \(shown) instead of a whole number"
        case .outOfRange(let range): "is \(shown), outside \(range.lowerBound) to \(range.upperBound)"
        case .notDecimal: "is \(shown) instead of an amount with at most two fraction digits"
        case .notDate: "is \(shown), which is no date of the calendar"
        case .notInstant: "is \(shown), which is no instant at +08:00"
        case .notDivision: "is \(shown) instead of 6 or 12 digits"
        case .unknownDivision: "is \(shown), which the table of divisions does not have"
        case .notRegion: "is \(shown) instead of a province's 6 digits"
        case .notDigest: "is \(shown), which is no digest"
        case .identifier(let error): "is \(shown). \(error.sentence)"
        case .doubtful(let error): "looks like an identifier that it is not. \(error.sentence)"
        case .odd(let warning): "is odd. \(warning.message.dropLast())"
        }
    }

    /// How to mend it.
    func help(for type: FieldType) -> String {
        switch self {
        case .tooLong(let limit): "Shorten it to \(limit) characters; nothing is cut off silently."
        case .tooManyEntries(let limit): "Name at most \(limit) entries."
        case .emptyEntry: "Leave the entry out."
        case .controlCharacter: "Remove it; a line break is a single LF (U+000A)."
        case .notNormalized: "Compose the text to NFC (UAX #15)."
        case .unknownCode: Self.codesHelp(type)
        case .notBoolean: "Write true or false."
        case .notInteger: "Write digits only, without sign, leading zeros or fraction."
        case .outOfRange(let range): "Write a number from \(range.lowerBound) to \(range.upperBound)."
        case .notDecimal: "Write digits, and if needed a point and one or two digits: 120.50."
        case .notDate: "Write yyyy-MM-dd: 2026-03-02."
        case .notInstant: "Write yyyy-MM-ddTHH:mm:ss+08:00: 2026-03-02T09:30:00+08:00."
        case .notDivision, .notRegion: "Write the GB/T 2260 code: 310000."
        case .unknownDivision: "Check the code; routing needs one that resolves to a region."
        case .notDigest: "Write sha256: or sm3: and 64 lower-case hexadecimal digits."
        case .identifier(let error), .doubtful(let error): error.help
        case .odd: "Nothing need be done if the number was copied faithfully."
        }
    }

    private static func codesHelp(_ type: FieldType) -> String {
        guard case .code(let set) = type else { return "Use a code of the set." }
        return "Use one of: \(set.codes.joined(separator: ", "))."
    }
}

extension IdentifierError {
    /// The message without its full stop.
    fileprivate var sentence: Substring { message.dropLast() }
}

extension IdentifierError.Kind {
    fileprivate var code: String {
        switch self {
        case .length: "id.length"
        case .character: "id.character"
        case .checkDigit: "id.check-digit"
        case .date: "id.date"
        case .prefix: "id.prefix"
        case .structure: "id.structure"
        case .issuer: "id.issuer"
        case .creditCode: "id.credit-code"
        case .level: "id.level"
        case .itemType: "id.item-type"
        case .division: "id.division"
        }
    }
}

extension IdentifierWarning {
    fileprivate var code: String {
        switch self {
        case .lowerCaseCheck: "id.lower-case"
        case .unknownDivision: "id.division-unknown"
        case .abolishedDivision: "id.division-abolished"
        case .unknownProvince: "id.province-unknown"
        case .issuerIsDivision: "id.issuer-division"
        case .issuerCheckDigit: "id.issuer-check-digit"
        case .legacyForm: "id.legacy"
        case .outsideFederation: "id.outside-federation"
        }
    }
}
