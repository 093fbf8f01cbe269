/// 公民身份号码: the identity number of a citizen, GB 11643-1999.
///
/// 18 characters: division at first issue 6, date of birth 8, sequence 3 (odd for men), check 1. Personal data: the
/// description is masked, ``text`` is the secret. The division part only ever warns, since it is the code at first
/// issue and may be long abolished; 81, 82, 83 stand for residents from Hong Kong, Macao and Taiwan.
public struct CitizenNumber: Hashable, Sendable {
    /// What the sequence number says about the holder.
    public enum Sex: String, Hashable, Sendable {
        /// Odd sequence number.
        case male
        /// Even sequence number.
        case female
    }

    /// The 18 characters; a final `x` is kept as `X`.
    public let text: String
    /// Date of birth; a date, never an instant.
    public let birthDate: CalendarDate
    /// Division at first issue.
    public let division: RegionCode
    /// Odd things about a valid number.
    public let warnings: [IdentifierWarning]

    /// Years of birth that are accepted; a year outside is a fault of the date.
    public static let birthYears = 1800...2199

    /// Takes 17 digits and a right check character, `x` or `X` for ten.
    ///
    /// The 15-digit form is refused.
    ///
    /// Throws `.length`, `.character`, `.date` or `.checkDigit`.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        if let kind = Self.fault(in: text) { throw IdentifierError(.citizenNumber, kind) }
        guard let date = Self.birthDate(in: text.utf8) else { throw IdentifierError(.citizenNumber, .date) }
        guard let division = RegionCode(utf8: text.utf8.prefix(6)) else {
            throw IdentifierError(.citizenNumber, .character(position: 1))
        }
        let isLower = text.utf8.dropFirst(17).first == Self.lowerX
        self.text = isLower ? String(text.dropLast()) + "X" : String(text)
        self.birthDate = date
        self.division = division
        warnings = (isLower ? [.lowerCaseCheck] : []) + [IdentifierWarning.about(division: division)].compactMap { $0 }
    }

    /// Sex by the sequence number.
    public var sex: Sex {
        let last = text.utf8.dropFirst(16).first ?? 0
        return last % 2 == 1 ? .male : .female
    }

    /// First 3 and last 4 characters: `310***********0019`.
    public var masked: String { Mask.citizenNumber.apply(text) }

    /// A made-up number with a right check digit.
    ///
    /// `division` defaults to 黄浦区; `born` defaults to the years 1940 to 2009.
    public static func synthetic(
        using rng: inout some RandomNumberGenerator, division: RegionCode? = nil, born: CalendarDate? = nil
    ) -> CitizenNumber {
        let earliest = CalendarDate(year: 1940, month: 1, day: 1)?.daysSinceEpoch ?? 0
        let latest = CalendarDate(year: 2009, month: 12, day: 31)?.daysSinceEpoch ?? 0
        let date = born ?? CalendarDate(daysSinceEpoch: Int.random(in: earliest...latest, using: &rng))
        let place = division ?? RegionCode(value: 310_101) ?? .shanghai
        let bytes = Array((place.text + date.compact + rng.digits(3)).utf8)
        let text = String(decoding: bytes + [CheckCharacter.citizen(bytes) ?? 0x30], as: UTF8.self)
        return CitizenNumber(unchecked: text, birthDate: date, division: place)
    }

    private init(unchecked text: String, birthDate: CalendarDate, division: RegionCode) {
        self.text = text
        self.birthDate = birthDate
        self.division = division
        warnings = [IdentifierWarning.about(division: division)].compactMap { $0 }
    }

    private static let lowerX = UInt8(ascii: "x")
    private static let upperX = UInt8(ascii: "X")

    /// What is wrong with a text taken as a citizen number, or `nil`.
    static func fault(in text: some StringProtocol) -> IdentifierError.Kind? {
        if let kind = shapeFault(in: text, length: 18) { return kind }
        let bytes = text.utf8
        if let kind = characterFault(in: bytes.prefix(17), where: \.isASCIIDigit) { return kind }
        guard bytes.first != 0x30 else { return .character(position: 1) }
        guard let last = bytes.dropFirst(17).first, last.isASCIIDigit || last == lowerX || last == upperX else {
            return .character(position: 18)
        }
        guard birthDate(in: bytes) != nil else { return .date }
        guard let expected = CheckCharacter.citizen(bytes.prefix(17)) else { return .character(position: 1) }
        return (last == lowerX ? upperX : last) == expected ? nil : .checkDigit(expected: Character(ascii: expected))
    }

    private static func birthDate(in bytes: some Collection<UInt8>) -> CalendarDate? {
        guard let date = CalendarDate(compact: bytes.dropFirst(6).prefix(8)), birthYears.contains(date.year) else {
            return nil
        }
        return date
    }
}

extension CitizenNumber: CustomStringConvertible {
    /// The masked number.
    public var description: String { masked }
}

extension CitizenNumber: CustomDebugStringConvertible, CustomReflectable {
    /// The masked number.
    public var debugDescription: String { masked }

    /// Shows nothing but the masked number, so that dumps do not reveal it.
    public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }
}
