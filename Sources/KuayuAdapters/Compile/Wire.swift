import KuayuFormats
import KuayuModel

/// How cases sit in a payload.
struct Wire: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case json, xml, delimited
    }

    var format = Format.json
    var encoding = TextEncoding.utf8
    /// Whether only characters of GBK may be written.
    var isGBKOnly = false
    var byteLimit = 5 << 20
    var depthLimit = 64
    var nodeLimit = 200_000
    var textLimit = 1 << 20
    var root: [UInt8] = []
    /// Steps to the cases; empty when the root is the one case.
    var cases: [[UInt8]] = []
    var embedded: [[UInt8]]?
    var header: [HeaderPiece]?
    var columns: [[UInt8]] = [] {
        didSet { columnNames = columns.map { ByteCodes.text($0) } }
    }
    /// The same as texts.
    private(set) var columnNames: [String] = []
    var optionalColumns = 0
    var isCSV = false
    /// Node in scope 0 of the key by which repeated cases meet.
    var repeatNode: Int?
    var count: [[UInt8]]?
    var sender: Expected?
    var success: Expected?
    var key: [[UInt8]]?
    var batch: [[UInt8]]?
    var operation: OperationCodes?
    var numberScheme: String?
    var dataVersionNode: Int?
    var envelope: [EnvelopeEntry] = []
    /// Entries that stand before the cases.
    var entriesBeforeCases = 0

    struct Expected: Sendable {
        let path: [[UInt8]]
        let value: [UInt8]
        let place: Place
    }

    struct OperationCodes: Sendable {
        let node: Int
        let new: [UInt8]
        let change: [UInt8]
        let takeBack: [UInt8]
        let path: String
        let place: Place
    }

    enum HeaderPiece: Sendable {
        case literal([UInt8])
        case slot(Slot)

        enum Slot: String, Sendable, CaseIterable {
            case sender, batch, count, now, any
        }
    }

    struct EnvelopeEntry: Sendable {
        let path: [[UInt8]]
        let source: Source
        let operations: [Operation]
        let kind: ScalarKind
        let isInner: Bool
    }

    enum Source: Sendable {
        case value([UInt8])
        case batch, count, now, key, from, to, operation
    }
}
