import KuayuFormats

/// One captured local text or element.
struct Capture: Sendable {
    enum Kind: UInt8, Sendable {
        case absent, text, number, bool, null
        /// An element with something below it.
        case container
        /// A JSON array where a single value is expected.
        case array
        /// A single element that came more than once.
        case repeated
    }

    enum Source: UInt8, Sendable {
        /// A span of the tape's bytes.
        case tape
        /// A value of the tape that must be decoded.
        case escaped
        /// A span of the scratch bytes.
        case scratch
    }

    var kind = Kind.absent
    var source = Source.tape
    var start: Int32 = 0
    var end: Int32 = 0
    /// Node of the tape, or −1.
    var node: Int32 = -1

    static let absent = Capture()

    var isScalar: Bool { kind == .text || kind == .number || kind == .bool }
}

/// What stands in a local document, by node of the program's tries: made from a tape on the way in, and by the rules
/// on the way out.
struct Captures: Sendable {
    var tape: Tape? {
        didSet { source = tape?.bytes ?? [] }
    }
    /// The tape's bytes.
    private var source: [UInt8] = []
    /// Bytes of texts that stand in no tape.
    var scratch: [UInt8] = []
    /// Scope 0, by node.
    var scalars: [Capture]
    /// Scopes 1…, by scope − 1.
    var tables: [Rows]

    /// Single elements that came more than once.
    var repeated: [Repeated] = []

    struct Repeated: Sendable {
        let scope: Int
        let trie: Int
        let node: Int
    }

    struct Rows: Sendable {
        let stride: Int
        var cells: [Capture] = []
        var count = 0

        mutating func append() {
            cells.append(contentsOf: repeatElement(.absent, count: stride))
            count += 1
        }
    }

    init(_ scopes: [LocalScope]) {
        scalars = Array(repeating: .absent, count: scopes[0].nodes.count)
        tables = scopes.dropFirst().map { Rows(stride: $0.nodes.count) }
    }

    /// The capture of a node; `row` counts the rows of its scope and means nothing in scope 0.
    subscript(scope: Int, row: Int, node: Int) -> Capture {
        get {
            if scope == 0 { return scalars[node] }
            return tables[scope - 1].cells[row * tables[scope - 1].stride + node]
        }
        set {
            if scope == 0 {
                scalars[node] = newValue
            } else {
                tables[scope - 1].cells[row * tables[scope - 1].stride + node] = newValue
            }
        }
    }

    mutating func removeRows(_ scope: Int) { tables[scope - 1] = Rows(stride: tables[scope - 1].stride) }

    func rowCount(_ scope: Int) -> Int { tables[scope - 1].count }

    /// Adds a row to a scope and gives its number.
    mutating func addRow(_ scope: Int) -> Int {
        tables[scope - 1].append()
        return tables[scope - 1].count - 1
    }

    /// The text of a capture, decoded; empty for what has none.
    func bytes(_ capture: Capture) -> ArraySlice<UInt8> {
        guard capture.isScalar else { return [] }
        let span = Int(capture.start)..<Int(capture.end)
        switch capture.source {
        case .scratch: return scratch[span]
        case .tape: return source[span]
        case .escaped: return tape?.decodedBytes(Int(capture.node))[...] ?? []
        }
    }

    /// The text that counts: trimmed, and `nil` when it is absent, empty or a word for nothing.
    func text(_ capture: Capture, _ policy: TextPolicy) -> ArraySlice<UInt8>? {
        guard capture.isScalar, capture.end > capture.start else { return nil }
        var bytes = bytes(capture)
        if policy.trims { bytes = Folding.trim(bytes) }
        if bytes.isEmpty { return nil }
        return policy.isNull(bytes) ? nil : bytes
    }

    /// Makes a capture of new bytes.
    mutating func store(_ bytes: some Collection<UInt8>, _ kind: Capture.Kind) -> Capture {
        let start = scratch.count
        scratch.append(contentsOf: bytes)
        return Capture(kind: kind, source: .scratch, start: Int32(start), end: Int32(scratch.count))
    }
}

extension Capture.Kind {
    init(_ kind: ScalarKind) {
        switch kind {
        case .text: self = .text
        case .number: self = .number
        case .bool: self = .bool
        }
    }
}
