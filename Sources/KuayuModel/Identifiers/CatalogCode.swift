/// 事项基本编码: the code of an item in the national or a provincial catalogue, 12 digits.
///
/// Division 2 (00 national, else the first two digits of a province), item type 2 (GB/T 39046-2020, A.1), department 2,
/// main item 3, sub-item 3. Form after GB/T 39554.1-2020.
public struct CatalogCode: Hashable, Sendable, Comparable {
    /// The 12 digits as a number.
    public let value: UInt64

    /// Takes 12 digits.
    ///
    /// Item types above `20` are extensions and accepted; 11 to 19 are refused. Throws `.length`, `.character`,
    /// `.division` or `.itemType`.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        if let kind = Self.fault(in: text) { throw IdentifierError(.catalogCode, kind) }
        value = UInt64(decimalValue(text.utf8) ?? 0)
    }

    private init(unchecked value: UInt64) { self.value = value }

    /// The 12 digits.
    public var text: String { paddedDecimal(Int(value), width: 12) }

    /// Whose catalogue: `nil` for the national one, else the province.
    public var province: RegionCode? { RegionCode(value: UInt32(value / 10_000_000_000) * 10_000) }

    /// Item type, two digits of GB/T 39046-2020, A.1.
    public var itemType: String { paddedDecimal(Int(value / 100_000_000 % 100), width: 2) }

    /// Department, two digits.
    public var department: String { paddedDecimal(Int(value / 1_000_000 % 100), width: 2) }

    /// Main item, 0 to 999.
    public var mainItem: Int { Int(value / 1_000 % 1_000) }

    /// Sub-item, 0 to 999; 0 where the main item has none.
    public var subItem: Int { Int(value % 1_000) }

    /// Odd things about a valid code.
    public var warnings: [IdentifierWarning] {
        guard let province, !province.isFederated else { return [] }
        return [.outsideFederation]
    }

    /// Orders by number.
    public static func < (a: CatalogCode, b: CatalogCode) -> Bool { a.value < b.value }

    /// A made-up code of the national catalogue.
    public static func synthetic(using rng: inout some RandomNumberGenerator) -> CatalogCode {
        let type: UInt64 = Bool.random(using: &rng) ? 1 : 20
        return CatalogCode(unchecked: type * 100_000_000 + UInt64.random(in: 1_000_000...99_999_999, using: &rng))
    }

    /// What is wrong with a text taken as a catalogue code, or `nil`.
    static func fault(in text: some StringProtocol, startingAt start: Int = 1) -> IdentifierError.Kind? {
        if let kind = shapeFault(in: text, length: 12) { return kind }
        if let kind = characterFault(in: text.utf8, startingAt: start, where: \.isASCIIDigit) { return kind }
        let province = decimalValue(text.utf8.prefix(2)) ?? 0
        let type = decimalValue(text.utf8.dropFirst(2).prefix(2)) ?? 0
        let isKnown = province == 0 || RegionCode(value: UInt32(province) * 10_000)?.isInKnownProvince == true
        guard isKnown else { return .division }
        return (11...19).contains(type) ? .itemType : nil
    }
}

extension CatalogCode: CustomStringConvertible {
    /// The 12 digits.
    public var description: String { text }
}
