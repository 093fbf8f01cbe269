/// The identifier types of the field table, checked by the module's own identifiers.
enum IdentifierCheck {
    /// 6 or 12 digits.
    ///
    /// A code that the table does not have only warns: it may be older or newer than the table.
    static func divisionFault(in value: String) -> FieldFault? {
        guard let code = Divisions.sixDigits(of: value) else { return .notDivision }
        return Divisions.standard.isKnown(code) ? nil : .unknownDivision
    }

    /// The code of a province.
    ///
    /// Whether it takes part in the federation is a question for routing.
    static func isRegion(_ value: String) -> Bool { RegionCode(value)?.isProvince ?? false }

    static func caseIDFault(in value: String) -> FieldFault? {
        fault { () throws(IdentifierError) in
            _ = try CaseID(validating: value)
            return nil
        }
    }

    static func catalogFault(in value: String) -> FieldFault? {
        fault { () throws(IdentifierError) in
            try CatalogCode(validating: value).warnings.first
        }
    }

    /// 31 characters; the legacy forms are read with a warning, the long form has a field of its own.
    static func taskFault(in value: String) -> FieldFault? {
        fault { () throws(IdentifierError) in
            let code = try TaskCode(validating: value)
            if code.form == .handling { throw IdentifierError(.taskCode, .length(expected: 31, got: 33)) }
            return code.warnings.first
        }
    }

    /// What checks an identity number follows the type beside it; unknown types are free text.
    static func identityFault(in value: String, type: String?) -> FieldFault? {
        switch type {
        case "111":
            fault { () throws(IdentifierError) in try CitizenNumber(validating: value).warnings.first }
        case "USCC": creditFault(in: value)
        default: TextCheck.fault(in: value, limit: CaseValidation.identityNumberLimit)
        }
    }

    static func creditFault(in value: String) -> FieldFault? {
        fault { () throws(IdentifierError) in try CreditCode(validating: value).warnings.first }
    }

    static func licenceFault(in value: String) -> FieldFault? {
        fault { () throws(IdentifierError) in try LicenceIdentifier(validating: value).warnings.first }
    }

    /// `sha256:` or `sm3:` and 64 lower-case hexadecimal digits.
    static func isDigest(_ value: String) -> Bool {
        let prefix = value.utf8.starts(with: "sha256:".utf8) ? 7 : value.utf8.starts(with: "sm3:".utf8) ? 4 : 0
        guard prefix > 0, value.utf8.count == prefix + 64 else { return false }
        return value.utf8.dropFirst(prefix).allSatisfy { $0.isASCIIDigit || ($0 >= 0x61 && $0 <= 0x66) }
    }

    private static func fault(_ check: () throws(IdentifierError) -> IdentifierWarning?) -> FieldFault? {
        do throws(IdentifierError) {
            return try check().map(FieldFault.odd)
        } catch {
            return .identifier(error)
        }
    }
}
