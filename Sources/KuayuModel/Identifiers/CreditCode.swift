/// 统一社会信用代码: the unified social credit code of an organisation, GB 32100-2015.
///
/// 18 characters: registering department 1, category 1, division 6, organisation 9, check 1. Public, never masked. The
/// inner check character of the organisation part (GB 11714) is not verified: codes in force break it.
public struct CreditCode: Hashable, Sendable, Comparable {
    /// The 18 characters, letters in upper case.
    public let text: String

    /// Takes 18 characters of the alphabet with a right check character.
    ///
    /// Throws `.length`, `.character` or `.checkDigit`. Lower-case letters are refused.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        if let kind = Self.fault(in: text) { throw IdentifierError(.creditCode, kind) }
        self.text = String(text)
    }

    private init(unchecked text: String) { self.text = text }

    /// Division of the registering body, characters 3 to 8; `nil` when they are not six digits or begin with `0`.
    public var division: RegionCode? { RegionCode(utf8: text.utf8.dropFirst(2).prefix(6)) }

    /// Odd things about a valid code.
    public var warnings: [IdentifierWarning] {
        guard let division, division.value != 100_000 else { return [] }
        return IdentifierWarning.about(division: division).map { [$0] } ?? []
    }

    /// Orders by text.
    public static func < (a: CreditCode, b: CreditCode) -> Bool { a.text < b.text }

    /// A made-up code with a right check character, registered in `division` (default Shanghai).
    public static func synthetic(
        using rng: inout some RandomNumberGenerator, division: RegionCode = .shanghai
    ) -> CreditCode {
        var bytes = Array("91\(division.text)MA".utf8)
        while bytes.count < 17 { bytes.append(CheckCharacter.creditAlphabet.randomElement(using: &rng) ?? 0x30) }
        return CreditCode(unchecked: String(decoding: bytes + [CheckCharacter.credit(bytes) ?? 0x30], as: UTF8.self))
    }

    /// What is wrong with a text taken as a credit code, or `nil`.
    static func fault(in text: some StringProtocol) -> IdentifierError.Kind? {
        if let kind = shapeFault(in: text, length: 18) { return kind }
        let bytes = text.utf8
        if let kind = characterFault(in: bytes, where: CheckCharacter.isCredit) { return kind }
        let expected = CheckCharacter.credit(bytes.prefix(17))
        return bytes.dropFirst(17).first == expected
            ? nil : expected.map { .checkDigit(expected: Character(ascii: $0)) }
    }
}

extension CreditCode: CustomStringConvertible {
    /// The 18 characters.
    public var description: String { text }
}
