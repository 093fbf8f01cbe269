import KuayuModel

/// One conversion between a local text and a canonical text, with both directions.
enum Operation: Sendable {
    case text(max: Int?)
    case int
    case decimal(scale: Int)
    /// Spellings; `nil` = the JSON booleans and `true false 1 0`.
    case bool(yes: [UInt8]?, no: [UInt8]?)
    case code(Int)
    case date([DateTimeFormat], unset: [[UInt8]])
    case datetime([DateTimeFormat], unset: [[UInt8]])
    case epoch(EpochUnit, acceptsSeconds: Bool, unset: [[UInt8]])
    case id(IdentityKind)
    case digest(prefix: String)
    case division(DivisionSpelling)
    case hex
    case base64
    case fold(FoldKind)
    case texts(separator: [UInt8])

    enum EpochUnit: String, Sendable {
        case seconds = "s"
        case milliseconds = "ms"

        /// For people.
        var plural: String { self == .seconds ? "seconds" : "milliseconds" }
    }

    enum IdentityKind: String, Sendable, CaseIterable {
        case gb11643, gb32100, licence, auto
    }

    enum FoldKind: String, Sendable, CaseIterable {
        case width, upper, lower
    }

    /// Divisions by code or by a path of names.
    struct DivisionSpelling: Sendable {
        let isPath: Bool
        /// The code within which a bare name resolves.
        let within: String?
        /// Steps that may stand in a path and mean nothing.
        let skip: Set<String>
    }

    /// What `explain` says of an operation.
    enum Class: String, Sendable {
        case iso
        case canonising
        case partial
        case oneWay = "one-way"
    }

    /// Its name in the language.
    var name: String {
        switch self {
        case .text: "text"
        case .int: "int"
        case .decimal: "decimal"
        case .bool: "bool"
        case .code: "code"
        case .date: "date"
        case .datetime: "datetime"
        case .epoch: "epoch"
        case .id: "id"
        case .digest: "digest"
        case .division: "division"
        case .hex: "hex"
        case .base64: "base64"
        case .fold: "fold"
        case .texts: "texts"
        }
    }

    var operationClass: Class {
        switch self {
        case .text(max: nil): .iso
        case .text, .digest, .texts, .code: .partial
        case .division(let spelling): spelling.isPath ? .partial : .canonising
        default: .canonising
        }
    }

    /// How its text stands in JSON when the rule does not say.
    var kind: ScalarKind {
        switch self {
        case .int, .epoch: .number
        case .bool(yes: nil, no: nil): .bool
        default: .text
        }
    }
}

/// Why a text cannot be converted.
struct OperationFault: Hashable, Sendable {
    let code: String
    let reason: String
    let help: String
}

/// What reading a text gives.
///
/// A slice, because most texts are canonical as they stand and need no copy.
enum Inward: Sendable {
    case value(ArraySlice<UInt8>)
    case absent
    case fault(OperationFault)

    static func made(_ bytes: [UInt8]) -> Inward { .value(bytes[...]) }

    static func text(_ text: String) -> Inward { .value(Array(text.utf8)[...]) }
}

/// What writing a value gives.
enum Outward: Sendable {
    case bytes([UInt8])
    case fault(OperationFault)
}
