/// 事项实施编码: an item as one body carries it out, 31 characters; with the handling item (办理项) 33.
///
/// Credit code 18, level of administration 1 (GB/T 39046-2020, A.2: 1 to 7), catalogue code 12, and in the long form two
/// digits of the handling item. Form after GB/T 39554.1-2020. The legacy forms of 10 and 24 characters are read as they
/// stand and never written.
public struct TaskCode: Hashable, Sendable, Comparable {
    /// Which of the forms a code has.
    public enum Form: Hashable, Sendable {
        /// 31 characters.
        case task
        /// 33 characters.
        case handling
        /// 10 or 24 characters, opaque.
        case legacy
    }

    /// The code.
    public let text: String
    /// Its form.
    public let form: Form

    /// Takes a code of 31 or 33 characters, or a legacy code of 10 or 24 digits and upper-case letters.
    ///
    /// Throws `.length`, `.character`, `.creditCode`, `.level`, `.division` or `.itemType`.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        switch Self.judge(text) {
        case .success(let form):
            self.text = String(text)
            self.form = form
        case .failure(let error): throw error
        }
    }

    /// A code of 31 characters from its parts; `nil` when the level is not 1 to 7.
    public init?(credit: CreditCode, level: Int, catalog: CatalogCode) {
        guard (1...7).contains(level) else { return nil }
        text = credit.text + String(level) + catalog.text
        form = .task
    }

    /// Whether the code may stand in a message that we write.
    public var isWritable: Bool { form != .legacy }

    /// The body that carries the item out; `nil` in the legacy forms.
    public var credit: CreditCode? { form == .legacy ? nil : try? CreditCode(validating: text.prefix(18)) }

    /// Level of administration, 1 national to 6 village, 7 by grades; `nil` in the legacy forms.
    public var level: Int? { form == .legacy ? nil : decimalValue(text.utf8.dropFirst(18).prefix(1)) }

    /// The item in the catalogue; `nil` in the legacy forms.
    public var catalog: CatalogCode? {
        form == .legacy ? nil : try? CatalogCode(validating: text.dropFirst(19).prefix(12))
    }

    /// The handling item, two digits; `nil` except in the long form.
    public var handlingItem: String? { form == .handling ? String(text.suffix(2)) : nil }

    /// The first 31 characters; `nil` in the legacy forms.
    public var task: TaskCode? { form == .legacy ? nil : TaskCode(unchecked: String(text.prefix(31)), form: .task) }

    /// Odd things about a valid code.
    public var warnings: [IdentifierWarning] {
        form == .legacy ? [.legacyForm] : (catalog?.warnings ?? [])
    }

    /// Orders by text.
    public static func < (a: TaskCode, b: TaskCode) -> Bool { a.text < b.text }

    /// A made-up code of 31 characters for `catalog` (default: made up), carried out in `division`.
    public static func synthetic(
        using rng: inout some RandomNumberGenerator, catalog: CatalogCode? = nil, division: RegionCode = .shanghai
    ) -> TaskCode {
        let body = CreditCode.synthetic(using: &rng, division: division)
        let item = catalog ?? CatalogCode.synthetic(using: &rng)
        let level = Int.random(in: 1...6, using: &rng)
        return TaskCode(unchecked: body.text + String(level) + item.text, form: .task)
    }

    private init(unchecked text: String, form: Form) {
        self.text = text
        self.form = form
    }

    private static func judge(_ text: some StringProtocol) -> Result<Form, IdentifierError> {
        switch text.unicodeScalars.count {
        case 10, 24:
            let kind = characterFault(in: text.utf8, where: CheckCharacter.isAlphanumeric)
            return kind.map { .failure(IdentifierError(.taskCode, $0)) } ?? .success(.legacy)
        case 33: return judge(text, length: 33, form: .handling)
        default: return judge(text, length: 31, form: .task)
        }
    }

    private static func judge(
        _ text: some StringProtocol, length: Int, form: Form
    ) -> Result<Form, IdentifierError> {
        let kind = shapeFault(in: text, length: length) ?? fault(inParts: text)
        return kind.map { .failure(IdentifierError(.taskCode, $0)) } ?? .success(form)
    }

    private static func fault(inParts text: some StringProtocol) -> IdentifierError.Kind? {
        if CreditCode.fault(in: text.prefix(18)) != nil { return .creditCode }
        guard let level = decimalValue(text.utf8.dropFirst(18).prefix(1)), (1...7).contains(level) else {
            return .level
        }
        return CatalogCode.fault(in: text.dropFirst(19).prefix(12), startingAt: 20)
            ?? characterFault(in: text.utf8.dropFirst(31), startingAt: 32, where: \.isASCIIDigit)
    }
}

extension TaskCode: CustomStringConvertible {
    /// The code.
    public var description: String { text }
}
