/// Why a text is not the identifier it is taken for.
///
/// It names the kind of fault and its place, never the text itself, so that it may be logged and shown.
public struct IdentifierError: Error, Hashable, Sendable {
    /// The identifiers that this module checks.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        /// 统一社会信用代码, GB 32100-2015.
        case creditCode
        /// 公民身份号码, GB 11643-1999.
        case citizenNumber
        /// 电子证照标识, GB/T 36904-2018.
        case licenceIdentifier
        /// 事项基本编码, 12 characters.
        case catalogCode
        /// 事项实施编码, 31 or 33 characters.
        case taskCode
        /// 国家办件编号, 48 characters.
        case nationalNumber
        /// 跨域办件编号, the federation's own.
        case caseID
        /// 手机号码.
        case mobileNumber
    }

    /// What is wrong.
    ///
    /// Positions count characters from 1.
    public enum Kind: Hashable, Sendable {
        /// The whole has another number of characters than the standard says.
        case length(expected: Int, got: Int)
        /// This character may not stand here.
        case character(position: Int)
        /// The check character does not follow from the others.
        case checkDigit(expected: Character)
        /// The part that should be a date is none.
        case date
        /// It does not begin as such an identifier must.
        case prefix
        /// It does not have the parts that the standard asks for, or a part is empty or too long.
        case structure
        /// The issuer is neither a credit code nor a division code.
        case issuer
        /// The first 18 characters should be a credit code and are none.
        case creditCode
        /// The level of administration is not 1 to 7.
        case level
        /// The item type is not in the table (GB/T 39046-2020, A.1).
        case itemType
        /// The division is not in use.
        case division
    }

    /// Which identifier was expected.
    public let subject: Subject
    /// What is wrong.
    public let kind: Kind

    /// A fault of one identifier.
    public init(_ subject: Subject, _ kind: Kind) {
        self.subject = subject
        self.kind = kind
    }
}

extension IdentifierError {
    /// One English sentence: what is wrong.
    public var message: String { "\(subject.english) \(kind.english)." }

    /// One English sentence: how to mend it.
    public var help: String {
        switch kind {
        case .length(let expected, let got):
            got < expected ? "Look for characters that were cut off." : "Look for blanks or characters that were added."
        case .character: "Look for letters mistaken for digits, full-width characters and blanks."
        case .checkDigit: "Compare every character with the document; at least one is wrong or two are swapped."
        case .date: "Compare the date inside the number with the document."
        case .prefix: "Check that this field holds \(subject.englishForm)."
        case .structure, .issuer, .creditCode, .level, .itemType, .division: "Expected: \(subject.englishForm)."
        }
    }

    /// One Chinese sentence: what is wrong.
    public var messageZH: String { "\(subject.chinese)\(kind.chinese)。" }
}

extension IdentifierError: CustomStringConvertible {
    /// The English sentence.
    public var description: String { message }
}

extension IdentifierError.Subject {
    var english: String {
        switch self {
        case .creditCode: "The unified social credit code"
        case .citizenNumber: "The citizen identity number"
        case .licenceIdentifier: "The licence identifier"
        case .catalogCode: "The catalogue code"
        case .taskCode: "The task code"
        case .nationalNumber: "The national case number"
        case .caseID: "The federation case id"
        case .mobileNumber: "The mobile number"
        }
    }

    var englishForm: String {
        switch self {
        case .creditCode: "18 characters of 0-9 and A-Z without I, O, S, V, Z (GB 32100)"
        case .citizenNumber: "17 digits and a check character 0-9 or X (GB 11643)"
        case .licenceIdentifier:
            "1.2.156.3005.2, then type (21), issuer (18), serial (1-32), version (3), check (1), with dots"
        case .catalogCode: "12 digits: division 2, item type 2, department 2, main item 3, sub-item 3"
        case .taskCode: "31 characters: credit code 18, level 1-7, catalogue code 12; or 33 with the handling item"
        case .nationalNumber: "48 characters: task code 31, yyyyMMdd, 9 digits"
        case .caseID: "CSJ, yyyyMMdd, 7 digits"
        case .mobileNumber: "11 digits, the first two 13 to 19"
        }
    }

    var chinese: String {
        switch self {
        case .creditCode: "统一社会信用代码"
        case .citizenNumber: "公民身份号码"
        case .licenceIdentifier: "电子证照标识"
        case .catalogCode: "事项基本编码"
        case .taskCode: "事项实施编码"
        case .nationalNumber: "国家办件编号"
        case .caseID: "跨域办件编号"
        case .mobileNumber: "手机号码"
        }
    }
}

extension IdentifierError.Kind {
    fileprivate var english: String {
        switch self {
        case .length(let expected, let got): "has \(got) characters instead of \(expected)"
        case .character(let position): "has a character at position \(position) that is not allowed there"
        case .checkDigit(let expected): "does not check: by its other characters it should end in \(expected)"
        case .date: "holds a date that does not exist"
        case .prefix: "does not begin as it must"
        case .structure: "does not have its parts in the right number and length"
        case .issuer: "names an issuer that is neither a credit code nor a division code"
        case .creditCode: "does not begin with a valid unified social credit code"
        case .level: "has a level of administration outside 1 to 7"
        case .itemType: "has an item type that is not in the table"
        case .division: "has a division that is not in use"
        }
    }

    fileprivate var chinese: String {
        switch self {
        case .length(let expected, let got): "长度为\(got)位，应为\(expected)位"
        case .character(let position): "第\(position)位字符不允许"
        case .checkDigit(let expected): "校验不通过，校验位应为\(expected)"
        case .date: "中的日期不存在"
        case .prefix: "的开头不符合规则"
        case .structure: "的组成部分数量或长度不符合规则"
        case .issuer: "的颁发机构既不是统一社会信用代码也不是行政区划代码"
        case .creditCode: "的前18位不是有效的统一社会信用代码"
        case .level: "的行政层级不在1至7之内"
        case .itemType: "的事项类型不在代码表中"
        case .division: "的行政区划不在使用中"
        }
    }
}
