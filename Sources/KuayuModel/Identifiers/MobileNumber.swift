/// 手机号码: a mobile number of mainland China, 11 digits that begin with 13 to 19.
///
/// Personal data: the description is masked, ``text`` is the secret. Country codes, blanks and hyphens are refused;
/// taking them off is the adapter's rule.
public struct MobileNumber: Hashable, Sendable {
    /// The 11 digits.
    public let text: String

    /// Takes 11 digits.
    ///
    /// Throws `.length`, `.character` or `.prefix`.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        if let kind = shapeFault(in: text, length: 11) { throw IdentifierError(.mobileNumber, kind) }
        if let kind = characterFault(in: text.utf8, where: \.isASCIIDigit) {
            throw IdentifierError(.mobileNumber, kind)
        }
        guard let head = decimalValue(text.utf8.prefix(2)), (13...19).contains(head) else {
            throw IdentifierError(.mobileNumber, .prefix)
        }
        self.text = String(text)
    }

    private init(unchecked text: String) { self.text = text }

    /// `138****1234`.
    public var masked: String { Mask.mobile.apply(text) }

    /// A made-up number.
    ///
    /// It may belong to somebody: never call it.
    public static func synthetic(using rng: inout some RandomNumberGenerator) -> MobileNumber {
        let head = Int.random(in: 130...199, using: &rng)
        return MobileNumber(unchecked: String(head) + rng.digits(8))
    }
}

extension MobileNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The masked number.
    public var description: String { masked }

    /// The masked number.
    public var debugDescription: String { masked }

    /// Shows nothing but the masked number, so that dumps do not reveal it.
    public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }
}
