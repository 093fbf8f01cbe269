/// 跨域办件编号: the id of a case in the federation, `CSJ` + yyyyMMdd + 7 digits.
///
/// The first two of the seven digits are the number of the gateway that registered the case, the other five count its
/// cases of that day. Held as one number, so that it is cheap to compare and hash.
public struct CaseID: Hashable, Sendable, Comparable {
    /// The fifteen digits as a number.
    public let rawValue: UInt64

    /// Length of the text form, in characters.
    public static let textLength = 18
    /// Cases that one gateway can register in a day: sequences 0 to 99,999.
    public static let sequences = 0...99_999
    /// Numbers that a gateway may have.
    public static let gateways = 0...99

    /// Takes `CSJ`, an existing date and seven digits.
    ///
    /// Throws `.length`, `.prefix`, `.character` or `.date`.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        if let kind = shapeFault(in: text, length: Self.textLength) { throw IdentifierError(.caseID, kind) }
        guard text.utf8.starts(with: Self.prefix) else { throw IdentifierError(.caseID, .prefix) }
        let digits = text.utf8.dropFirst(Self.prefix.count)
        if let kind = characterFault(in: digits, startingAt: 4, where: \.isASCIIDigit) {
            throw IdentifierError(.caseID, kind)
        }
        guard CalendarDate(compact: digits.prefix(8)) != nil else { throw IdentifierError(.caseID, .date) }
        rawValue = UInt64(decimalValue(digits) ?? 0)
    }

    /// The same without a reason for refusal.
    public init?(_ text: some StringProtocol) {
        guard let id = try? CaseID(validating: text) else { return nil }
        self = id
    }

    /// An id from its number; `nil` unless the digits begin with an existing date.
    public init?(rawValue: UInt64) {
        self.init("CSJ" + paddedDecimal(Int(min(rawValue, UInt64(Int.max))), width: 15))
    }

    private init(unchecked rawValue: UInt64) { self.rawValue = rawValue }

    /// The id of the case `sequence` that `gateway` registers on `date`; `nil` outside ``gateways`` and ``sequences``.
    public static func make(date: CalendarDate, gateway: Int, sequence: Int) -> CaseID? {
        guard gateways.contains(gateway), sequences.contains(sequence) else { return nil }
        let day = UInt64(decimalValue(date.compact.utf8) ?? 0)
        return CaseID(unchecked: day * 10_000_000 + UInt64(gateway * 100_000 + sequence))
    }

    /// The 18 characters.
    public var text: String { "CSJ" + paddedDecimal(Int(rawValue), width: 15) }

    /// Day of registration, at +08:00.
    public var date: CalendarDate {
        let day = Int(rawValue / 10_000_000)
        return CalendarDate(year: day / 10_000, month: day / 100 % 100, day: day % 100)
            ?? CalendarDate(daysSinceEpoch: 0)
    }

    /// Number of the gateway that registered the case, 0 to 99.
    public var gateway: Int { Int(rawValue % 10_000_000 / 100_000) }

    /// Number within the day and gateway, 0 to 99,999.
    public var sequence: Int { Int(rawValue % 100_000) }

    /// Orders by day, gateway, sequence.
    public static func < (a: CaseID, b: CaseID) -> Bool { a.rawValue < b.rawValue }

    private static let prefix = Array("CSJ".utf8)
}

extension CaseID: CustomStringConvertible {
    /// The 18 characters.
    public var description: String { text }
}
