/// 国家办件编号: the number of a case in the national platform, 48 characters.
///
/// Task code 31, date of registration yyyyMMdd, 9 digits of sequence.
public struct NationalNumber: Hashable, Sendable, Comparable {
    /// The 48 characters.
    public let text: String
    /// Date of registration.
    public let date: CalendarDate

    /// Takes 48 characters.
    ///
    /// Throws `.length`, `.date`, `.character` and what ``TaskCode`` throws about the first 31.
    public init(validating text: some StringProtocol) throws(IdentifierError) {
        if let kind = shapeFault(in: text, length: 48) { throw IdentifierError(.nationalNumber, kind) }
        do throws(IdentifierError) {
            _ = try TaskCode(validating: text.prefix(31))
        } catch {
            throw IdentifierError(.nationalNumber, error.kind)
        }
        if let kind = characterFault(in: text.utf8.dropFirst(31), startingAt: 32, where: \.isASCIIDigit) {
            throw IdentifierError(.nationalNumber, kind)
        }
        guard let date = CalendarDate(compact: text.utf8.dropFirst(31).prefix(8)) else {
            throw IdentifierError(.nationalNumber, .date)
        }
        self.text = String(text)
        self.date = date
    }

    /// A number from its parts; `nil` unless the task code has 31 characters and `sequence` is 0 to 999,999,999.
    public init?(task: TaskCode, date: CalendarDate, sequence: Int) {
        guard task.form == .task, (0...999_999_999).contains(sequence) else { return nil }
        text = task.text + date.compact + paddedDecimal(sequence, width: 9)
        self.date = date
    }

    /// The item and the body that carries it out.
    public var task: TaskCode? { try? TaskCode(validating: text.prefix(31)) }

    /// Number within the day, 0 to 999,999,999.
    public var sequence: Int { decimalValue(text.utf8.suffix(9)) ?? 0 }

    /// Orders by text.
    public static func < (a: NationalNumber, b: NationalNumber) -> Bool { a.text < b.text }

    /// A made-up number of a made-up or given task.
    public static func synthetic(
        using rng: inout some RandomNumberGenerator, task: TaskCode? = nil, date: CalendarDate
    ) -> NationalNumber {
        let made = task?.task ?? TaskCode.synthetic(using: &rng)
        return NationalNumber(unchecked: made.text + date.compact + rng.digits(9), date: date)
    }

    private init(unchecked text: String, date: CalendarDate) {
        self.text = text
        self.date = date
    }
}

extension NationalNumber: CustomStringConvertible {
    /// The 48 characters.
    public var description: String { text }
}
