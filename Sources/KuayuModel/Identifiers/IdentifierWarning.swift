/// Something odd about an identifier that is valid all the same.
public enum IdentifierWarning: Hashable, Sendable {
    /// The check character came as lower-case `x`; it is kept as `X`.
    case lowerCaseCheck
    /// The division belongs to a federated province and its table does not have it.
    case unknownDivision
    /// The division was abolished and taken over by another.
    case abolishedDivision(successor: RegionCode)
    /// The first two digits are no province.
    case unknownProvince
    /// The issuer is a bare division code instead of a credit code.
    case issuerIsDivision
    /// The issuer has the length of a credit code, and its own check character does not match.
    case issuerCheckDigit
    /// The legacy form: read, never written.
    case legacyForm
    /// The catalogue belongs to a province outside the federation.
    case outsideFederation

    /// One English sentence.
    public var message: String {
        switch self {
        case .lowerCaseCheck: "The check character is a lower-case x; it is kept as X."
        case .unknownDivision: "The division in it is not in the table; it may be older or newer than the table."
        case .abolishedDivision(let successor): "The division in it was abolished; \(successor.text) took over."
        case .unknownProvince: "Its first two digits are no province."
        case .issuerIsDivision: "Its issuer is a division code; the standard asks for a credit code."
        case .issuerCheckDigit: "The credit code of its issuer does not check."
        case .legacyForm: "It has a legacy form, which is read and never written."
        case .outsideFederation: "Its catalogue belongs to a province outside the federation."
        }
    }

    /// One Chinese sentence.
    public var messageZH: String {
        switch self {
        case .lowerCaseCheck: "校验位为小写x，按大写X保存。"
        case .unknownDivision: "其中的行政区划代码不在代码表中，可能早于或晚于代码表。"
        case .abolishedDivision(let successor): "其中的行政区划已撤销，由\(successor.text)承接。"
        case .unknownProvince: "前两位不是省级行政区划代码。"
        case .issuerIsDivision: "颁发机构为行政区划代码，标准要求统一社会信用代码。"
        case .issuerCheckDigit: "颁发机构的统一社会信用代码校验不通过。"
        case .legacyForm: "为旧编码形式，只读不写。"
        case .outsideFederation: "事项目录不属于联盟内省份。"
        }
    }
}

extension IdentifierWarning {
    /// What a division inside an identifier gives rise to; divisions outside the federation cannot be judged.
    static func about(division code: RegionCode) -> IdentifierWarning? {
        guard code.isInKnownProvince else { return .unknownProvince }
        guard code.isFederated else { return nil }
        switch Divisions.standard.division(code)?.status {
        case nil: return .unknownDivision
        case .abolished(let successor): return .abolishedDivision(successor: successor)
        case .current, .inUse: return nil
        }
    }
}
