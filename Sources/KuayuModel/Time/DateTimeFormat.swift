/// A fixed-width spelling of date and time at +08:00, compiled from a pattern.
///
/// A pattern is made of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`, one to three `S` (fraction of a second), the letter `T`,
/// and any characters that are no ASCII letters, which stand for themselves: `yyyyMMddTHHmmss`, `yyyy-MM-dd HH:mm`,
/// `yyyy年MM月dd日`. Year, month and day must occur; a finer field needs all coarser ones; no field occurs twice.
/// Reading is strict: every digit is there, every value in range, nothing before or after.
public struct DateTimeFormat: Hashable, Sendable {
    /// Why a pattern is none.
    ///
    /// Positions count characters from 1.
    public enum PatternError: Error, Hashable, Sendable {
        /// A letter, or a run of letters, that is no field.
        case unknownField(String, position: Int)
        /// A field that occurs twice.
        case repeatedField(String)
        /// Year, month or day is missing, or a finer field stands without a coarser one.
        case missingField(String)
        /// The pattern is longer than ``lengthLimit``.
        case tooLong(limit: Int)
    }

    /// Longest pattern, in bytes of UTF-8.
    public static let lengthLimit = 64

    /// `yyyy-MM-ddTHH:mm:ss+08:00`, the canonical text (RFC 3339).
    public static let canonical = known("yyyy-MM-ddTHH:mm:ss+08:00")
    /// `yyyy-MM-dd`.
    public static let date = known("yyyy-MM-dd")
    /// `yyyyMMdd`.
    public static let compactDate = known("yyyyMMdd")

    /// The pattern as given.
    public let pattern: String
    private let parts: [Part]
    private let width: Int

    /// Compiles a pattern.
    public init(_ pattern: String) throws(PatternError) {
        guard pattern.utf8.count <= Self.lengthLimit else { throw .tooLong(limit: Self.lengthLimit) }
        self.pattern = pattern
        parts = try Self.compile(pattern)
        width = parts.reduce(0) { $0 + $1.width }
        try Self.checkFields(parts)
    }

    /// Whether the pattern has an hour.
    public var hasTime: Bool { parts.contains(.field(.hour, width: 2)) }

    /// Reads bytes that match the pattern from beginning to end; `nil` when they do not or there is no such time.
    public func parse(_ bytes: ArraySlice<UInt8>) -> LocalDateTime? { parse(utf8: bytes) }

    /// Reads bytes that match the pattern from beginning to end; `nil` when they do not or there is no such time.
    public func parse(_ bytes: [UInt8]) -> LocalDateTime? { parse(utf8: bytes) }

    /// Reads a text that matches the pattern from beginning to end; `nil` when it does not or there is no such time.
    public func parse(_ text: some StringProtocol) -> LocalDateTime? { parse(utf8: text.utf8) }

    /// Reads a text, at the speed of bytes: generic code is not specialised across modules.
    public func parse(_ text: String) -> LocalDateTime? { parse(utf8: text.utf8) }

    /// Writes a time.
    ///
    /// What the pattern has no field for is left off.
    public func format(_ time: LocalDateTime) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width)
        append(time, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a time at the end of `bytes`.
    ///
    /// What the pattern has no field for is left off.
    public func append(_ time: LocalDateTime, to bytes: inout [UInt8]) {
        let (year, month, day) = time.date.components
        for part in parts {
            switch part {
            case .literal(let byte): bytes.append(byte)
            case .field(.year, let width): Self.append(year, width: width, to: &bytes)
            case .field(.month, let width): Self.append(month, width: width, to: &bytes)
            case .field(.day, let width): Self.append(day, width: width, to: &bytes)
            case .field(.hour, let width): Self.append(time.hour, width: width, to: &bytes)
            case .field(.minute, let width): Self.append(time.minute, width: width, to: &bytes)
            case .field(.second, let width): Self.append(time.second, width: width, to: &bytes)
            case .field(.fraction, let width):
                Self.append(time.millisecond / Self.fractionUnit(width), width: width, to: &bytes)
            }
        }
    }

    private enum Field: String, Hashable, CaseIterable {
        case year = "yyyy"
        case month = "MM"
        case day = "dd"
        case hour = "HH"
        case minute = "mm"
        case second = "ss"
        case fraction = "S"
    }

    private enum Part: Hashable {
        case field(Field, width: Int)
        case literal(UInt8)

        var width: Int { if case .field(_, let width) = self { width } else { 1 } }
    }

    @inline(__always)
    private func parse(utf8 bytes: some Collection<UInt8>) -> LocalDateTime? {
        var iterator = bytes.makeIterator()
        var (year, month, day, hour, minute, second, millisecond) = (0, 0, 0, 0, 0, 0, 0)
        for part in parts {
            switch part {
            case .literal(let expected):
                guard iterator.next() == expected else { return nil }
            case .field(let field, let width):
                guard let value = Self.number(&iterator, width: width) else { return nil }
                switch field {
                case .year: year = value
                case .month: month = value
                case .day: day = value
                case .hour: hour = value
                case .minute: minute = value
                case .second: second = value
                case .fraction: millisecond = value * Self.fractionUnit(width)
                }
            }
        }
        guard iterator.next() == nil else { return nil }
        return LocalDateTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond)
    }

    @inline(__always)
    private static func number(_ iterator: inout some IteratorProtocol<UInt8>, width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let byte = iterator.next(), byte.isASCIIDigit else { return nil }
            value = value * 10 + Int(byte &- 0x30)
        }
        return value
    }

    private static func append(_ value: Int, width: Int, to bytes: inout [UInt8]) {
        var divisor = width == 4 ? 1_000 : width == 3 ? 100 : width == 2 ? 10 : 1
        while divisor > 0 {
            bytes.append(0x30 + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    /// Milliseconds that one unit of a fraction of `width` digits is worth.
    private static func fractionUnit(_ width: Int) -> Int { width == 1 ? 100 : width == 2 ? 10 : 1 }
}

// MARK: - Compiling

extension DateTimeFormat {
    private static func compile(_ pattern: String) throws(PatternError) -> [Part] {
        var parts: [Part] = []
        var rest = Array(pattern.unicodeScalars)[...]
        var position = 1
        while let scalar = rest.first {
            let run = rest.prefix { $0 == scalar }
            if isLetter(scalar) {
                try parts.append(letter(scalar, count: run.count, position: position))
            } else {
                for _ in run { parts += String(scalar).utf8.map { .literal($0) } }
            }
            position += run.count
            rest = rest.dropFirst(run.count)
        }
        return parts
    }

    private static func letter(_ scalar: UnicodeScalar, count: Int, position: Int) throws(PatternError) -> Part {
        let name = String(repeating: String(scalar), count: count)
        if name == "T" { return .literal(UInt8(ascii: "T")) }
        if scalar == "S", count <= 3 { return .field(.fraction, width: count) }
        guard let field = Field(rawValue: name), field != .fraction else {
            throw .unknownField(name, position: position)
        }
        return .field(field, width: count)
    }

    private static func isLetter(_ scalar: UnicodeScalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private static func checkFields(_ parts: [Part]) throws(PatternError) {
        var seen: Set<Field> = []
        for case .field(let field, _) in parts where !seen.insert(field).inserted {
            throw .repeatedField(field.rawValue)
        }
        let finest = Field.allCases.lastIndex { seen.contains($0) } ?? 0
        for (index, field) in Field.allCases.enumerated() where index <= max(finest, 2) && !seen.contains(field) {
            throw .missingField(field.rawValue)
        }
    }

    private static func known(_ pattern: String) -> DateTimeFormat {
        do throws(PatternError) {
            return try DateTimeFormat(pattern)
        } catch {
            preconditionFailure("a pattern of our own does not compile: \(error)")
        }
    }
}
