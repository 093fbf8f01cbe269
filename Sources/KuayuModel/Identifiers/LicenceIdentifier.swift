/// 电子证照标识: the identifier of an electronic licence, GB/T 36904-2018.
///
/// `1.2.156.3005.2.` and five parts joined by dots: type 21 (credit code of the body that defines the licence and three
/// characters), issuer 18, serial 1 to 32, version 3, check 1. The check character covers the first four parts without
/// dots (ISO 7064 MOD 37,36).
public struct LicenceIdentifier: Hashable, Sendable, Comparable {
    /// The whole identifier.
    public let text: String
    /// Licence type: credit code and three characters.
    public let type: String
    /// Issuer: a credit code, or in the wild a bare division code.
    public let issuer: String
    /// Serial number at the issuer.
    public let serial: String
    /// Version, three characters.
    public let version: String
    /// Odd things about a valid identifier.
    public let warnings: [IdentifierWarning]

    /// The object identifier under which all licences stand.
    public static let prefix = "1.2.156.3005.2."
    /// Longest serial, in characters.
    public static let serialLimit = 32

    /// Takes an identifier with a right check character.
    ///
    /// An issuer that is a division code of 6 or 12 digits, or a credit code that does not check, only warns. Throws
    /// `.prefix`, `.structure`, `.character`, `.creditCode`, `.issuer` or `.checkDigit`.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        do throws(Fault) {
            try self.init(parsing: String(text))
        } catch {
            throw IdentifierError(.licenceIdentifier, error.kind)
        }
    }

    /// Orders by text.
    public static func < (a: LicenceIdentifier, b: LicenceIdentifier) -> Bool { a.text < b.text }

    /// A made-up identifier with a right check character.
    public static func synthetic(
        using rng: inout some RandomNumberGenerator, issuer: CreditCode? = nil
    ) -> LicenceIdentifier {
        let maker = issuer ?? CreditCode.synthetic(using: &rng)
        let parts = ["11100000000013338W011", maker.text, rng.digits(11), "001"]
        let check = CheckCharacter.alphanumericHybrid(parts.joined().utf8) ?? 0x30
        return LicenceIdentifier(parts: parts, check: Character(ascii: check), warnings: [])
    }

    private struct Fault: Error {
        let kind: IdentifierError.Kind
    }

    private init(parts: [String], check: Character, warnings: [IdentifierWarning]) {
        text = Self.prefix + parts.joined(separator: ".") + "." + String(check)
        type = parts[0]
        issuer = parts[1]
        serial = parts[2]
        version = parts[3]
        self.warnings = warnings
    }

    private init(parsing text: String) throws(Fault) {
        guard text.utf8.starts(with: Self.prefix.utf8) else { throw Fault(kind: .prefix) }
        let start = Self.prefix.utf8.count
        let body = text.utf8.dropFirst(start)
        if let kind = characterFault(
            in: body, startingAt: start + 1, where: { CheckCharacter.isAlphanumeric($0) || $0 == UInt8(ascii: ".") })
        {
            throw Fault(kind: kind)
        }
        let parts = String(decoding: body, as: UTF8.self)
            .split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try Self.checkStructure(parts)
        let warnings = try Self.judgeIssuer(parts[1])
        let expected = CheckCharacter.alphanumericHybrid(parts.prefix(4).joined().utf8) ?? 0
        guard parts[4].utf8.first == expected else {
            throw Fault(kind: .checkDigit(expected: Character(ascii: expected)))
        }
        self.init(parts: Array(parts.prefix(4)), check: Character(ascii: expected), warnings: warnings)
    }

    private static func checkStructure(_ parts: [String]) throws(Fault) {
        let lengths = parts.map(\.utf8.count)
        guard lengths.count == 5, lengths[0] == 21, (1...serialLimit).contains(lengths[2]), lengths[3] == 3,
            lengths[4] == 1
        else { throw Fault(kind: .structure) }
        if CreditCode.fault(in: parts[0].prefix(18)) != nil { throw Fault(kind: .creditCode) }
    }

    private static func judgeIssuer(_ issuer: String) throws(Fault) -> [IdentifierWarning] {
        switch CreditCode.fault(in: issuer) {
        case nil: return []
        case .checkDigit: return [.issuerCheckDigit]
        default:
            let isDivision = Divisions.sixDigits(of: issuer) != nil
            guard isDivision else { throw Fault(kind: .issuer) }
            return [.issuerIsDivision]
        }
    }
}

extension LicenceIdentifier: CustomStringConvertible {
    /// The whole identifier.
    public var description: String { text }
}
