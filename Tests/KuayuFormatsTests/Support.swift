import KuayuFormats

extension String {
    /// The text as UTF-8.
    var bytes: [UInt8] { Array(utf8) }
}

/// The error of a reader, or nil when it takes the document.
func refusal<Value>(_ read: () throws(FormatError) -> Value) -> FormatError? {
    do {
        _ = try read()
        return nil
    } catch { return error }
}

/// A small deterministic generator: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// A tape as one line, for expectations: `{name=…}` objects, `[…]` arrays, `'…'` text, `@` attributes.
func sketch(_ tape: Tape, _ index: Int = 0) -> String {
    let name = tape.name(index)
    let children = tape.children(of: index).map { sketch(tape, $0) }.joined(separator: " ")
    let value =
        switch tape.nodes[index].kind {
        case .object: "{\(children)}"
        case .array: "[\(children)]"
        case .text: "'\(tape.text(index))'"
        case .number, .bool: tape.text(index)
        case .null: "null"
        }
    return name.isEmpty ? value : "\(name)=\(value)"
}

/// Checks what holds for every tape: spans inside the buffer, subtrees inside their parents.
///
/// Returns what is wrong.
func structureFault(_ tape: Tape) -> String? {
    guard let root = tape.nodes.first else { return "no root" }
    if Int(root.next) != tape.nodes.count { return "the root does not hold everything" }
    for (index, node) in tape.nodes.enumerated() {
        let isOrdered = 0 <= node.nameStart && node.nameStart <= node.nameEnd && node.valueStart <= node.valueEnd
        let isInside = Int(max(node.nameEnd, node.valueEnd)) <= tape.bytes.count
        if !isOrdered || !isInside { return "span of node \(index)" }
        if Int(node.next) <= index || Int(node.next) > tape.nodes.count { return "next of node \(index)" }
        let isLeaf = node.kind != .object && node.kind != .array
        if isLeaf && Int(node.next) != index + 1 { return "leaf \(index) has children" }
        _ = tape.text(index)
        _ = tape.name(index)
        let extent = tape.extent(of: index)
        if extent.lowerBound < 0 || extent.upperBound > tape.bytes.count { return "extent of node \(index)" }
    }
    return nil
}
