/// How a secret is shown where its content is not needed: pages, logs, reports, errors.
///
/// Masking never fails and never shows more than the kind says. A text that is not what the kind expects becomes stars
/// altogether, since nothing is known about what it holds. Joins across ledgers use keyed hashes, never masked text.
public enum Mask: String, Hashable, Sendable, CaseIterable {
    /// Shown as it is.
    case none
    /// 公民身份号码: first 3 and last 4 of 18 characters, `310***********0019`.
    case citizenNumber
    /// 手机号码: first 3 and last 4 of 11 digits, `138****1234`.
    case mobile
    /// 姓名: the first character, then one star for each further one, at most ``nameStars``: `王*`, `欧***`.
    case name
    /// 地址: down to the county, the rest three stars: `浙江省舟山市普陀区***`. Only names in ``Divisions`` are shown.
    case address
    /// 统一社会信用代码: public, shown as it is; a number that could be a citizen's is masked as such.
    case creditCode
    /// Nothing but three stars, whatever the length.
    case hidden

    /// Stars that stand for a name at most, so that its length stays unsaid.
    public static let nameStars = 3

    /// The text as it may be shown.
    ///
    /// An empty text stays empty.
    public func apply(_ text: some StringProtocol) -> String {
        let text = String(text)
        if text.isEmpty { return "" }
        return switch self {
        case .none: text
        case .citizenNumber: Self.citizenNumber(text)
        case .mobile: Self.mobile(text)
        case .name: Self.name(text)
        case .address: Self.address(text)
        case .creditCode: Self.creditCode(text)
        case .hidden: Self.hiddenText
        }
    }

    private static let hiddenText = "***"
    /// Longest row of stars; a longer text does not give its length away.
    private static let starLimit = 18

    private static func stars(for text: String) -> String {
        String(repeating: "*", count: min(text.unicodeScalars.count, starLimit))
    }

    private static func citizenNumber(_ text: String) -> String {
        let last = text.utf8.last ?? 0
        guard text.utf8.count == 18, text.utf8.prefix(17).allSatisfy(\.isASCIIDigit),
            last.isASCIIDigit || last == UInt8(ascii: "X") || last == UInt8(ascii: "x")
        else { return stars(for: text) }
        return "\(text.prefix(3))***********\(text.suffix(4))"
    }

    /// One in 31 citizen numbers also passes the check of a credit code; such a number is a person's.
    private static func creditCode(_ text: String) -> String {
        if CitizenNumber.fault(in: text) == nil { return citizenNumber(text) }
        return CreditCode.fault(in: text) == nil ? text : stars(for: text)
    }

    private static func mobile(_ text: String) -> String {
        guard text.utf8.count == 11, text.utf8.allSatisfy(\.isASCIIDigit), text.utf8.first == UInt8(ascii: "1") else {
            return stars(for: text)
        }
        return "\(text.prefix(3))****\(text.suffix(4))"
    }

    /// A text with digits or signs that no name has is something else in the wrong field: nothing of it is shown.
    private static func name(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, first.properties.isAlphabetic, scalars.allSatisfy(isInNames) else {
            return stars(for: text)
        }
        return String(first) + String(repeating: "*", count: min(scalars.count - 1, nameStars))
    }

    private static let nameMarks: Set<UnicodeScalar> = [
        "·", "•", "・", "．", " ", "　", "-", "'", "’", ".", "（", "）", "(", ")",
    ]

    private static func isInNames(_ scalar: UnicodeScalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.isVariationSelector
            || scalar.properties.generalCategory == .nonspacingMark || nameMarks.contains(scalar)
    }

    private static func address(_ text: String) -> String {
        let head = AddressHead.division(in: text)
        return head.isEmpty ? stars(for: text) : head + hiddenText
    }
}
