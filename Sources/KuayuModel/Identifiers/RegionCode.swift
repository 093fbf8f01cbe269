/// 行政区划代码: a 6-digit code of GB/T 2260, and the name of a federated region by its province code.
///
/// The first two digits name the province, the next two the city, the last two the county. Any six digits that do not
/// begin with `0` are a code; whether it is in force is a question for ``Divisions``.
public struct RegionCode: Hashable, Sendable, Comparable {
    /// The code as a number, 100000 to 999999.
    public let value: UInt32

    /// A code from its number; `nil` outside 100000 to 999999.
    public init?(value: UInt32) {
        guard (100_000...999_999).contains(value) else { return nil }
        self.value = value
    }

    /// A code from exactly six ASCII digits.
    public init?(_ text: some StringProtocol) { self.init(utf8: text.utf8) }

    /// The same for the type that is read most, specialised.
    public init?(_ text: String) { self.init(utf8: text.utf8) }

    /// A code from the bytes of exactly six ASCII digits.
    public init?(utf8 bytes: some Sequence<UInt8>) {
        var value: UInt32 = 0
        var count = 0
        for byte in bytes {
            guard byte.isASCIIDigit, count < 6 else { return nil }
            value = value * 10 + UInt32(byte &- 0x30)
            count += 1
        }
        guard count == 6 else { return nil }
        self.init(value: value)
    }

    private init(unchecked value: UInt32) { self.value = value }

    /// Shanghai 上海市.
    public static let shanghai = RegionCode(unchecked: 310_000)
    /// Jiangsu 江苏省.
    public static let jiangsu = RegionCode(unchecked: 320_000)
    /// Zhejiang 浙江省.
    public static let zhejiang = RegionCode(unchecked: 330_000)
    /// Anhui 安徽省.
    public static let anhui = RegionCode(unchecked: 340_000)
    /// The four regions of the federation, by code.
    public static let federated: [RegionCode] = [.shanghai, .jiangsu, .zhejiang, .anhui]

    /// The six digits.
    public var text: String { String(value) }

    /// The code of the province that this code belongs to; a province's own is itself.
    public var province: RegionCode { RegionCode(unchecked: value / 10_000 * 10_000) }

    /// Whether the code names a whole province.
    public var isProvince: Bool { value % 10_000 == 0 }

    /// Whether the code lies in one of the four federated regions.
    public var isFederated: Bool { (31...34).contains(value / 10_000) }

    /// Whether the first two digits are a province of GB/T 2260, or 81, 82, 83 (residence permits for Hong Kong, Macao
    /// and Taiwan residents).
    public var isInKnownProvince: Bool { Self.knownProvinces.contains(UInt8(value / 10_000)) }

    /// Short Chinese name: `上海`, `浦东新区`; the digits when the table does not have the code.
    public var name: String {
        guard let division = Divisions.standard.division(self) else { return text }
        return division.level == .province ? String(division.name.dropLast()) : division.name
    }

    /// Whether `other` is this division or lies inside it, by the digits alone.
    public func contains(_ other: RegionCode) -> Bool {
        if isProvince { return province == other.province }
        if value % 100 == 0 { return value / 100 == other.value / 100 }
        return self == other
    }

    /// Orders by number.
    public static func < (a: RegionCode, b: RegionCode) -> Bool { a.value < b.value }

    private static let knownProvinces: Set<UInt8> = Set(
        [11...15, 21...23, 31...37, 41...46, 50...54, 61...65, 71...71, 81...83].joined())
}

extension RegionCode: CustomStringConvertible {
    /// The six digits.
    public var description: String { text }
}
