import KuayuModel

/// Goes through the members of a value, in the order in which they are written.
///
/// One description serves three ends: writing, strict reading, and the schema. Whatever is written can thus be read, and
/// the schema can never say something else.
protocol FieldCoder {
    /// A text of a closed or open shape.
    mutating func text<T: TextCoded>(_ name: String, _ value: inout T, _ meaning: String) throws(ReportError)
    /// The same, or null.
    mutating func text<T: TextCoded>(_ name: String, _ value: inout T?, _ meaning: String) throws(ReportError)
    /// A whole number from 0.
    mutating func number(_ name: String, _ value: inout Int, _ meaning: String) throws(ReportError)
    /// The same, or null.
    mutating func number(_ name: String, _ value: inout Int?, _ meaning: String) throws(ReportError)
    /// So many whole numbers from 0.
    mutating func numbers(_ name: String, _ value: inout [Int], count: Int, _ meaning: String) throws(ReportError)
    /// True or false.
    mutating func flag(_ name: String, _ value: inout Bool, _ meaning: String) throws(ReportError)
    /// An object.
    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T, _ meaning: String) throws(ReportError)
    /// An object or null.
    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T?, _ meaning: String) throws(ReportError)
    /// Objects.
    mutating func list<T: FieldCoded>(_ name: String, _ value: inout [T], _ meaning: String) throws(ReportError)
}

extension FieldCoder {
    /// A number that only follows from others: written for readers, not believed when read.
    mutating func derived(_ name: String, _ value: Int, _ meaning: String) throws(ReportError) {
        var copy = value
        try number(name, &copy, meaning)
    }

    /// A text that only follows from others.
    mutating func derived(_ name: String, _ value: String, _ meaning: String) throws(ReportError) {
        var copy = value
        try text(name, &copy, meaning)
    }

    /// A number that is held as 64 bits.
    mutating func number(_ name: String, _ value: inout Int64, _ meaning: String) throws(ReportError) {
        var copy = Int(value)
        try number(name, &copy, meaning)
        value = Int64(copy)
    }
}

/// A value with members.
protocol FieldCoded {
    /// Something to read into.
    static var blank: Self { get }
    /// Names every member, in order.
    mutating func code<C: FieldCoder>(_ coder: inout C) throws(ReportError)
}

/// Which texts are allowed.
enum TextShape {
    case any
    case choice([String])
    case pattern(String)
}

/// A value that is written as a text.
protocol TextCoded {
    /// Something to read into.
    static var blank: Self { get }
    /// Which texts are allowed.
    static var shape: TextShape { get }
    /// The value of a text; nil when it is none.
    init?(reportText: String)
    /// The text.
    var reportText: String { get }
}

extension TextCoded where Self: RawRepresentable & CaseIterable, RawValue == String {
    static var shape: TextShape { .choice(allCases.map(\.rawValue)) }
    init?(reportText: String) { self.init(rawValue: reportText) }
    var reportText: String { rawValue }
}

/// Why a document is no report.
public struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: the path of the member, or the byte where it is no JSON.
    public var place: String
    /// What is wrong.
    public var reason: String

    /// An error.
    public init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }

    /// For people.
    public var description: String { "\(place): \(reason)" }
}
